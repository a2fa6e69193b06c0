package rule

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var headingLevel = &Rule{
	Name:     "heading-level",
	Group:    GroupSections,
	Doc:      "headings go down one level at a time",
	Why:      "Tables of contents and screen readers take a skipped level for a missing heading, and a section set too deep belongs to the wrong part of the page.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Requirements\n\n- Patience\n\n#### Nice-to-haves\n\n- Experience with Go\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Requirements\n\n- Patience\n\n### Nice-to-haves\n\n- Experience with Go\n",
	Run: func(p *Pass) {
		p.Page.Root.Walk(func(parent *hiring.Section) bool {
			above := max(parent.Rank, 1) // the page's title is its first heading
			for _, s := range parent.Children {
				if s.Rank <= above+1 {
					continue
				}
				if p.outOfPlace(s) == nil && p.risenFrom(parent) == nil { // other rules tell where it belongs
					p.ReportFix(s.Heading.Span, anchorOf(s), p.raise(parent, above+1), "%q is a heading of level %d with none of level %d above it; make it %q", s.Heading.Text, s.Rank, s.Rank-1, strings.Repeat("#", above+1)+" "+s.Heading.Text)
				}
				break
			}
			return true
		})
	},
}

// raise lifts the sections below a heading that are set too deep, with all that is below them, so
// that what belongs to what stays as it is.
func (p *Pass) raise(parent *hiring.Section, rank int) []finding.Edit {
	var fix []finding.Edit
	for _, s := range parent.Children {
		by := s.Rank - rank
		if by <= 0 {
			continue
		}
		s.Walk(func(s *hiring.Section) bool {
			at := s.Line.Start + strings.IndexByte(p.Page.Slice(s.Line), '#')
			fix = append(fix, p.edit(hiring.Span{Start: at, End: at + by}, ""))
			return true
		})
	}
	return fix
}
