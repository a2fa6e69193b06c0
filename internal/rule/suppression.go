package rule

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var suppression = &Rule{
	Name:     "suppression",
	Group:    GroupSuppression,
	Doc:      "every suppression names a rule, silences a finding and is not past its end",
	Why:      "A suppression that silences nothing hides the next finding in its place, which nobody has looked at yet. One with an end was meant for a time.",
	Severity: finding.Warning,
	Index:    true,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n<!-- roleplan-disable-next-line speling the name of a product -->\n- Recieve\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n<!-- roleplan-disable-next-line spelling the name of a product -->\n- Recieve\n",
}

// The rule looks up the names of rules, its own among them.
func init() {
	suppression.Run = func(p *Pass) {
		_, mistakes := p.Suppressions()
		for _, m := range mistakes {
			p.Report(m.Span, m.anchor, "%s", m.message)
		}
	}
}

// A Suppression silences the findings of a rule in some lines. It is made from a comment:
//
//	<!-- roleplan-disable-next-line RULE [RULE...] [reason] [until=2027-03-31] -->
//	<!-- roleplan-disable RULE [RULE...] [reason] [until=2027-03-31] -->
//	<!-- roleplan-enable [RULE...] -->
type Suppression struct {
	hiring.Span        // of the comment
	Rule        string // that exists
	From, To    int    // lines, both included
	anchor      string
}

// A mistake is what is wrong with a comment that wants to be a suppression.
type mistake struct {
	hiring.Span
	anchor, message string
}

// What comments begin with.
const (
	disableNext = "roleplan-disable-next-line"
	disable     = "roleplan-disable"
	enable      = "roleplan-enable"
)

// Suppressions are those of the page, in its order, without those that are past their end or
// can't be understood. Comments within code are none.
func (s *Sheet) Suppressions() ([]Suppression, []mistake) {
	comments := s.prose().comments
	if len(comments) == 0 {
		return nil, nil
	}
	r := suppressionReader{Sheet: s, open: map[string][]int{}, content: s.content()}
	next := s.linesAfter(comments)
	for i, c := range comments {
		text := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s.Page.Slice(c.Span), "<!--"), "-->"))
		if strings.HasPrefix(text, "roleplan-") {
			r.read(c, text, next[i])
		}
	}
	return r.list, r.mistakes
}

// Unused reports suppressions that silence nothing.
func (s *Sheet) Unused(list []Suppression, severity finding.Severity) []finding.Finding {
	return s.run(suppression, severity, func(p *Pass) {
		for _, sup := range list {
			p.Report(sup.Span, sup.anchor, "the suppression of %q silences nothing; take it away", sup.Rule)
		}
	})
}

// linesAfter is, for each comment, the first line below it that holds more than comments.
func (s *Sheet) linesAfter(comments []comment) []int {
	src := s.Page.Source
	lines := make([]int, len(comments))
	for i := len(comments) - 1; i >= 0; i-- {
		line := s.Page.Line(comments[i].End)
		if i+1 < len(comments) && s.Page.Line(comments[i+1].End) == line {
			lines[i] = lines[i+1]
			continue
		}
		at := s.Page.LineSpan(line).End
		for at < len(src) && (isBlank(src[at]) || src[at] == '\n' || src[at] == '\r') {
			at++
		}
		lines[i] = s.Page.Line(at)
		if i+1 < len(comments) && comments[i+1].Start == at {
			rest, _, _ := strings.Cut(string(src[comments[i+1].End:min(len(src), comments[i+1].End+longestTag)]), "\n")
			if strings.TrimSpace(rest) == "" {
				lines[i] = lines[i+1]
			}
		}
	}
	return lines
}

type suppressionReader struct {
	*Sheet
	list     []Suppression
	mistakes []mistake
	open     map[string][]int // in list, by rule: those that reach to the end of the page
	content  int              // where the body begins to hold more than comments
}

// read reads a comment. next is the line that it speaks of if it speaks of one.
func (r *suppressionReader) read(c comment, text string, next int) {
	anchor := "page"
	if c.section.Rank > 0 {
		anchor = anchorOf(c.section)
	}
	fail := func(format string, args ...any) {
		r.mistakes = append(r.mistakes, mistake{c.Span, anchor, fmt.Sprintf(format, args...)})
	}
	words := strings.Fields(text)
	kind := words[0]
	if kind != disable && kind != disableNext && kind != enable {
		fail("%q is no suppression; expected %s", shortened(kind), r.perhaps(kind, []string{disableNext, disable, enable}, strings.Join([]string{disableNext, disable, enable}, ", ")))
		return
	}
	known := Names()
	names, rest := r.ruleNames(words[1:], known)
	if len(names) == 0 && kind != enable {
		fail("the suppression names no rule; write it after %q", kind)
	}
	before := len(r.mistakes)
	names = slices.DeleteFunc(names, func(name string) bool {
		if Find(name) != nil {
			return false
		}
		fail("%q is no rule; expected %s", shortened(name), r.perhaps(name, known, "one that `roleplan rules` lists"))
		return true
	})
	if kind == enable {
		if unknown := len(r.mistakes) > before; !r.close(names, r.Page.Line(c.Start)) && !unknown {
			fail("nothing is disabled here; take the comment away")
		}
		return
	}
	if mistake := r.ended(rest); mistake != "" {
		fail("%s", mistake)
		return
	}
	for _, name := range names {
		sup := Suppression{Span: c.Span, Rule: name, From: next, To: next, anchor: anchor}
		if kind == disable {
			sup.From, sup.To = r.Page.Line(c.Start), r.Page.Lines()
			if c.Start < r.content {
				sup.From = 1 // at the head of the page it holds for the front matter, too
			}
			r.open[name] = append(r.open[name], len(r.list))
		}
		r.list = append(r.list, sup)
	}
}

// close ends the suppressions of some rules, or of all, before a line. It reports whether there
// were any.
func (r *suppressionReader) close(names []string, line int) bool {
	if len(names) == 0 {
		names = slices.Collect(maps.Keys(r.open))
	}
	closed := false
	for _, name := range names {
		for _, i := range r.open[name] {
			r.list[i].To = line
			closed = true
		}
		delete(r.open, name)
	}
	return closed
}

// content is where the body begins to hold more than comments.
func (s *Sheet) content() int {
	at := s.Page.Root.Span.Start
	for at < len(s.Page.Source) {
		if b := s.Page.Source[at]; s.prose().places[at] != inComment && !isBlank(b) && b != '\n' && b != '\r' {
			break
		}
		at++
	}
	return at
}

// ended says what is wrong with the end of a suppression; "" where it has none or lies ahead.
func (r *suppressionReader) ended(words []string) string {
	for _, word := range words {
		date, ok := strings.CutPrefix(word, "until=")
		if !ok {
			continue
		}
		end, err := time.Parse(time.DateOnly, date)
		switch {
		case err != nil:
			return fmt.Sprintf("%q is no end; write it like until=2027-03-31", shortened(word))
		case r.Today.Format(time.DateOnly) > end.Format(time.DateOnly):
			return fmt.Sprintf("the suppression ended on %s; mend what it silenced, or give it another end", date)
		}
	}
	return ""
}

// perhaps is the candidate that was probably meant, or else what may be written.
func (r *suppressionReader) perhaps(name string, candidates []string, expected string) string {
	if near := r.guess(name, candidates); near != "" {
		return fmt.Sprintf("%q, perhaps", near)
	}
	return expected
}

// ruleNames parts the names of rules from the reason that follows them. The first word is always
// a name; further ones are where they are known or look like a slip of one, since reasons are
// words as well.
func (r *suppressionReader) ruleNames(words, known []string) (names, rest []string) {
	for i, word := range words {
		list := strings.FieldsFunc(word, func(r rune) bool { return r == ',' })
		comma := i > 0 && strings.HasSuffix(words[i-1], ",") || strings.HasPrefix(word, ",")
		for _, name := range list {
			isName := i == 0 || comma || len(list) > 1 || Find(name) != nil || strings.Contains(name, "-") && r.guess(name, known) != ""
			if strings.HasPrefix(name, "until=") || !isName {
				return names, words[i:]
			}
			names = append(names, name)
		}
	}
	return names, nil
}

// shortened bounds what a message repeats of a page, and what is compared letter by letter.
func shortened(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}
