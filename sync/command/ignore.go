package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// ignore commits a suppression before the first new finding of a rule where one can stand.
func (j *job) ignore(ctx context.Context, l line) (answer, error) {
	r, rest, refusal := j.named(l)
	if r == nil {
		return refuse(refusal)
	}
	reason := cleanReason(rest)
	if reason == "" {
		return refuse(safe.Sprintf("Say why: a reason belongs to a suppression, like %s.", j.usage("ignore "+r.Name+" it is the name of a product")))
	}
	if refusal, err := j.place(ctx); err != nil || refusal.String() != "" {
		return answer{refusal, true}, err
	}
	done, err := j.committed(ctx, l)
	if err != nil {
		return answer{}, err
	}
	if done {
		return answer{text: safe.Sprintf("The suppression of %s is committed to %s.", safe.Code(r.Name), safe.Code(j.MergeRequest.SourceBranch))}, nil
	}
	findings, err := j.Findings(ctx)
	if err != nil {
		return answer{}, checkError{err}
	}
	findings = slices.DeleteFunc(slices.Clone(findings), func(f finding.Finding) bool { return f.Rule != r.Name })
	for i, f := range findings {
		src, last, err := j.gitlab.ReadFileCommit(ctx, j.MergeRequest.ProjectID, f.Path, j.branch.Head)
		if errors.Is(err, forge.ErrNotFound) {
			continue
		}
		if err != nil {
			return answer{}, err
		}
		changed, at := suppress(f, src, reason, j.Check)
		if changed == nil || last == "" {
			continue
		}
		refusal, err := j.commit(ctx, l, safe.Sprintf("Ignore a finding of the rule %s", safe.Text(r.Name)), f.Path, changed, last)
		if err != nil || refusal.String() != "" {
			return answer{refusal, true}, err
		}
		more := safe.Word("")
		if n := len(findings) - i - 1; n > 0 {
			more = safe.Phrase(" %s left.", safe.Count(n, "new finding of the rule is", "new findings of the rule are"))
		}
		return answer{text: safe.Sprintf("The finding in line %s of %s is silenced, by a commit to %s.%s", safe.Num(at), safe.Code(f.Path), safe.Code(j.MergeRequest.SourceBranch), more)}, nil
	}
	if len(findings) > 0 {
		return refuse(safe.Sprintf("Nothing was committed: no comment can stand before the finding without changing how the page reads. Write %s there by hand, or switch the rule off for this page in the configuration.",
			safe.Code(fmt.Sprintf("<!-- roleplan-disable %s -->", r.Name))))
	}
	return refuse(safe.Sprintf("Nothing was committed: this merge request has no new finding of %s.", safe.Code(r.Name)))
}

// cleanReason makes a reason fit for a comment of a page: one line that can't end the comment, and
// nothing that a site's templates would run even there.
func cleanReason(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf), strings.ContainsRune("<>{}", r):
			return -1
		}
		return r
	}, s)
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "-")
	}
	s = strings.Trim(strings.Join(strings.Fields(s), " "), "- ")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:199]) + "…"
	}
	return s
}

// suppress puts a comment that silences a finding where it can stand, and tells the finding's line
// before that; nil where the finding is not on the page or there is no such place. What can go wrong
// is so much (lists, tables, paragraphs, front matter) that it is tried out: a place is good when the
// page reads as before and exactly this finding is gone.
func suppress(f finding.Finding, src []byte, reason string, o check.Options) (changed []byte, at int) {
	page := rolepage.Parse(f.Path, src)
	before := check.Page(page, o)
	i := slices.IndexFunc(before, func(b finding.Finding) bool { return b.Fingerprint == f.Fingerprint })
	if i < 0 {
		return nil, 0
	}
	end := "\n"
	if bytes.Contains(src, []byte("\r\n")) {
		end = "\r\n"
	}
	target := before[i]
	at = target.Range.Start.Line
	// The dash parts the names of rules from the reason, whose words could be names as well.
	comment := fmt.Sprintf("<!-- roleplan-disable-next-line %s — %s -->", f.Rule, reason)
	start := page.LineSpan(at).Start
	var tries []try
	if body := page.Root.Span.Start; start < body {
		// No comment can stand in the front matter; at the head of the page it holds for all of it.
		comment = fmt.Sprintf("<!-- roleplan-disable %s — %s -->", f.Rule, reason)
		tries = []try{{body, comment + end}, {body, end + comment + end}, {body, comment + end + end}}
	} else {
		line := page.Slice(page.LineSpan(at))
		margin := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		for _, m := range []string{margin, "", "  ", "   ", margin + "  "} {
			tries = append(tries, try{start, m + comment + end})
		}
		if at > 1 {
			tries = append(tries, try{page.LineSpan(at - 1).End, " " + comment})
		}
	}
	reads := rendered(src)
	for _, t := range tries {
		out := slices.Concat(src[:t.at], []byte(t.text), src[t.at:])
		above, below, found := strings.Cut(rendered(out), squeeze(comment))
		if !found || above+below != reads {
			continue
		}
		if only(target, before, check.Page(rolepage.Parse(f.Path, out), o), page.Line(t.at), strings.Count(t.text, "\n")) {
			return out, at
		}
	}
	return nil, 0
}

// A try is a text to be put into a page.
type try struct {
	at   int
	text string
}

var renderer = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList), goldmark.WithRendererOptions(html.WithUnsafe()))
})

// rendered is a page as HTML without blanks.
func rendered(src []byte) string {
	var b bytes.Buffer
	if renderer().Convert(src, &b) != nil {
		return ""
	}
	return squeeze(b.String())
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// only reports whether the findings are as before but for those of the target's rule in its line.
// Lines at and below the place of the change have moved.
func only(target finding.Finding, before, after []finding.Finding, from, moved int) bool {
	type spot struct {
		rule      string
		line, col int
	}
	var want, have []spot
	for _, f := range before {
		p := f.Range.Start
		if f.Rule == target.Rule && p.Line == target.Range.Start.Line {
			continue
		}
		if p.Line >= from && moved > 0 {
			p.Line += moved
		}
		want = append(want, spot{f.Rule, p.Line, p.Column})
	}
	for _, f := range after {
		have = append(have, spot{f.Rule, f.Range.Start.Line, f.Range.Start.Column})
	}
	return slices.Equal(want, have)
}
