package rule

import (
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/misspelling"
)

var spelling = &Rule{
	Name:     "spelling",
	Group:    GroupWording,
	Doc:      "no word is spelt in one of the ways that are commonly wrong",
	Why:      "A slip of the keyboard distracts readers, and a search for the right word does not find the page. Only common misspellings are known, so that names are let alone; words can be allowed in the configuration.",
	Severity: finding.Warning,
	Index:    true,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Recieve reports\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Receive reports, see `recieve.go`\n",
	Run: func(p *Pass) {
		t := p.prose()
		for i := range t.with(misspelt) {
			w, wrong := t.words[i], string(t.word(i))
			right := misspelling.Find(wrong)
			if right == nil {
				continue
			}
			at := p.Page.Slice(w.Span)
			if !plainCase(at) || slices.ContainsFunc(p.Allow, func(allowed string) bool { return strings.EqualFold(allowed, at) }) {
				continue
			}
			spelt := make([]string, len(right))
			for i, r := range right {
				spelt[i] = strconv.Quote(withCase(at, r))
			}
			var fix []finding.Edit
			message := "%q is spelt wrong; perhaps %s is meant"
			if len(right) == 1 && sameEnding(wrong, right[0]) && (w.place != inHeading || !p.linkedTo(t.section(i))) {
				fix = []finding.Edit{p.edit(w.Span, withCase(at, right[0]))}
				message = "%q is spelt wrong; write %s"
			}
			p.ReportFix(w.Span, t.anchor(i), fix, message, at, strings.Join(spelt, " or "))
		}
	},
}

// linkedTo reports whether a link of the page leads to the heading of a section, and would lead
// nowhere if the heading were another.
func (p *Pass) linkedTo(s *hiring.Section) bool {
	if s.ID != "" {
		return false
	}
	if p.targets == nil {
		p.targets = map[string]bool{}
		p.Page.Root.Walk(func(s *hiring.Section) bool {
			for _, l := range s.Links {
				if target, ok := strings.CutPrefix(l.Dest, "#"); ok {
					p.targets[target] = true
				}
			}
			return true
		})
	}
	return slices.ContainsFunc(slugs(s.Heading.Text), func(slug string) bool { return p.targets[slug] })
}

// plainCase reports whether a word is in lower case, but for its first letter. Others are names
// and abbreviations.
func plainCase(w string) bool { return w[1:] == strings.ToLower(w[1:]) }

// sameEnding reports whether a right word has the ending of the wrong one, so that it fits into
// the sentence. The lists put nouns in place of verbs now and then.
func sameEnding(wrong, right string) bool {
	for _, ending := range []string{"s", "ed", "ing", "ly"} {
		if strings.HasSuffix(wrong, ending) != strings.HasSuffix(right, ending) {
			return false
		}
	}
	return !strings.Contains(right, " ")
}
