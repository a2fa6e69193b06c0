package note_test

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldmarkhtml "github.com/yuin/goldmark/renderer/html"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/note"
)

var (
	code    = regexp.MustCompile(`(?s)<pre>.*?</pre>|<code[^>]*>.*?</code>`)
	tag     = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)
	meaning = regexp.MustCompile(`@[a-z]|[#!&][0-9]|~["a-z]|%["a-z]|\[\[|\[[a-z]+:|[a-z]+://|(?:^|[^A-Za-z0-9]):[a-z]+:`)
	allowed = regexp.MustCompile(`^</?(details|summary|sub|h3|p|table|thead|tbody|tr|th|td|strong|code|pre|ul|ol|li|a href="https://gitlab\.example\.com/acme/handbook/-/(blob|issues)/[^"]*"|a|!--.*--)>$|^<code class="language-mermaid">$|^<!--.*-->$`)
	command = regexp.MustCompile(`(?m)^\s*/[a-zA-Z_]+`)
)

// TestHostileTextInEveryField puts what a stranger may write into every field of a summary and
// looks at the rendered note.
func TestHostileTextInEveryField(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldmarkhtml.WithUnsafe()))
	for _, bad := range []string{
		"/close", "x\n/close\n", "x\r/close", "x\u2028/close", "@all hello", "a | @root | b", "#1 !2 ~bug %\"x\" &3", "~\"two words\"", "[vulnerability:1]", "https://gitlab.example.com/a/b/-/issues/1",
		"<img src=x onerror=alert(1)>", "![x](https://a.example/x.png)", "</summary></details>", "<!-- roleplan:summary v1 final=yes -->", "-->", "```\n/close\n```", "`@all`", "``` @all", "[x](https://a.example)",
		"\n\n# heading\n\n", "| a |\n| - |", "[[_TOC_]]", ":x:", "> quote", "---", "\x00\x01", "\xff", strings.Repeat("|`@x", 3000),
	} {
		fs := finding.Sort([]finding.Finding{{Rule: bad, Severity: finding.Error, Path: bad, Message: bad, Anchor: bad, Excerpt: bad}})
		old := finding.Sort([]finding.Finding{{Rule: "x" + bad, Severity: finding.Error, Path: bad, Message: bad}})
		steps := []hiring.Step{{Kind: hiring.StepInterview, With: []string{bad}, Text: hiring.Text{Text: bad}}, {Kind: hiring.StepOffer, Text: hiring.Text{Text: "x" + bad}}}
		p := note.Page{Path: bad, OldPath: bad + "x", Title: bad, Findings: fs, Before: old, ProcessAfter: process(bad, steps...), ProcessBefore: process(bad, steps[1:]...)}
		e := effects(0)
		for i := range e.Openings {
			e.Openings[i] = note.Effect{ID: bad, Title: bad, URL: "javascript:" + bad, Verb: e.Openings[i].Verb, Details: []string{bad, bad}}
		}
		for _, s := range []note.Summary{
			summary(func(s *note.Summary) { s.Pages, s.Plan = []note.Page{p}, e }),
			summary(func(s *note.Summary) {
				s.Pages, s.Plan, s.State = []note.Page{p, {Path: bad, Unread: bad}, {Path: bad, Deleted: true}}, e, "merged"
				s.Problems = []note.Problem{{File: bad, Line: 1, Message: bad}, {File: bad, Message: bad, Then: note.ThenAtMerge}, {File: bad, Message: bad, Then: note.ThenNoPlan}}
			}),
			summary(func(s *note.Summary) { s.Plan = &note.Effects{Trouble: bad} }),
			summary(func(s *note.Summary) {
				s.Previous = "<!-- roleplan:summary v1 results=" + bad + ":1.1.1.1.1,x:1.1.1.1.1 -->"
			}),
		} {
			text := note.Write(s).String()
			var page bytes.Buffer
			if err := md.Convert([]byte(text), &page); err != nil {
				t.Fatal(err)
			}
			words := code.ReplaceAllString(page.String(), " ")
			for _, found := range tag.FindAllString(words, -1) {
				if !allowed.MatchString(found) {
					t.Errorf("%.40q: the note has the tag %.200s", bad, found)
				}
			}
			words = html.UnescapeString(tag.ReplaceAllString(words, " "))
			if hit := meaning.FindString(words); hit != "" {
				t.Errorf("%.40q: %q stands outside code", bad, hit)
			}
			if hit := command.FindString(outsideFences(text)); hit != "" {
				t.Errorf("%.40q: quick action %q", bad, hit)
			}
			if n := strings.Count(text, "<!-- roleplan:"); n != 1 {
				t.Errorf("%.40q: %d marks", bad, n)
			}
			if unfolded(text) > 40 {
				t.Errorf("%.40q: %d lines unfolded", bad, unfolded(text))
			}
		}
	}
}

var fences = regexp.MustCompile("(?ms)^```.*?^```$")

func outsideFences(text string) string {
	return fences.ReplaceAllString(strings.NewReplacer("\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text), "")
}
