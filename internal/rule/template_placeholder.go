package rule

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var templatePlaceholder = &Rule{
	Name:     "template-placeholder",
	Group:    GroupSections,
	Doc:      "nothing of the template is left over",
	Why:      "\"{add ...}\" is where the handbook's template asks the author to write.",
	Severity: finding.Error,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- {add a bulleted list of responsibilities}\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Add features\n",
	Run: func(p *Pass) {
		if !bytes.ContainsRune(p.Page.Source, '{') {
			return // as nearly all pages, at a fraction of the pattern's cost
		}
		sections(p.Page, func(s *hiring.Section) {
			for _, loc := range placeholder().FindAllStringIndex(p.Page.Slice(s.Heading.Span), -1) {
				p.placeholder(hiring.Span{Start: s.Heading.Span.Start + loc[0], End: s.Heading.Span.Start + loc[1]}, s)
			}
		})
		p.Page.Root.Walk(func(s *hiring.Section) bool {
			for _, b := range s.Blocks {
				if b.Kind == hiring.BlockCode {
					continue
				}
				for _, loc := range placeholder().FindAllStringIndex(p.Page.Slice(b.Span), -1) {
					p.placeholder(hiring.Span{Start: b.Span.Start + loc[0], End: b.Span.Start + loc[1]}, s)
				}
			}
			return true
		})
	},
}

func (p *Pass) placeholder(at hiring.Span, s *hiring.Section) {
	p.Report(at, anchorOf(s), "%q is left over from the template; write what it asks for, or take it away", strings.Join(strings.Fields(p.Page.Slice(at)), " "))
}

// hasPlaceholder reports whether something of the template is left over in a text.
func hasPlaceholder(text string) bool {
	return strings.Contains(text, "{") && placeholder().MatchString(text) // nearly no text has one, which costs a fraction of the pattern
}

var placeholder = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\{\s*(add|insert|fill in|enter)\s[^}\n]*[}\]]?`)
})
