package rule

import (
	"fmt"
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
		var like likes
		p.Page.Root.Walk(func(parent *hiring.Section) bool {
			above := max(parent.Rank, 1) // the page's title is its first heading
			for _, s := range parent.Children {
				if s.Rank <= above+1 {
					continue
				}
				if p.outOfPlace(s) == nil && p.risenFrom(parent) == nil && len(p.strays()[parent]) == 0 { // other rules tell where it belongs
					if like == nil {
						like = likesOf(p.Page.Root)
					}
					p.tooDeep(parent, s, like.of(parent, s))
				}
				break
			}
			return true
		})
	},
}

// headed is a heading as it is written on a level.
func headed(s *hiring.Section, rank int) string {
	return strings.Repeat("#", rank) + " " + s.Heading.Text
}

// tooDeep reports a section that skips a level below its parent. Where another heading has the same part on that
// level, and is itself a level deeper than the parent, the parent is what was set wrong.
func (p *Pass) tooDeep(parent, s, like *hiring.Section) {
	if like != nil {
		p.Report(parent.Heading.Span, anchorOf(parent), "%q is a heading of level %d, but %q, which has the same parts, is one of level %d; make it %q",
			parent.Heading.Text, parent.Rank, like.Heading.Text, like.Rank, headed(parent, like.Rank))
		return
	}
	rank := max(parent.Rank, 1) + 1
	fix := p.raise(parent, rank)
	remedy := "make it " + quote(headed(s, rank))
	switch n := len(fix) - 1; {
	case n == 1:
		remedy += ", and raise the heading below it with it"
	case n > 1:
		remedy += fmt.Sprintf(", and raise the %d headings below it with it", n)
	}
	p.ReportFix(s.Heading.Span, anchorOf(s), fix, "%q is a heading of level %d with none of level %d above it; %s", s.Heading.Text, s.Rank, s.Rank-1, remedy)
}

// likes are the first sections of a level that have parts of a kind right below them.
type likes map[likeness]*hiring.Section

type likeness struct {
	rank int
	part hiring.SectionKind
}

func likesOf(root *hiring.Section) likes {
	all := likes{}
	root.Walk(func(s *hiring.Section) bool {
		for _, c := range s.Children {
			key := likeness{s.Rank, c.Kind}
			if s.Kind == hiring.SectionOther && c.Kind != hiring.SectionOther && c.Rank == s.Rank+1 && all[key] == nil {
				all[key] = s
			}
		}
		return true
	})
	return all
}

// of is the section that a parent is to be compared with, nil where there is none.
func (l likes) of(parent, part *hiring.Section) *hiring.Section {
	if parent.Rank < 2 || part.Rank != parent.Rank+2 || parent.Kind != hiring.SectionOther {
		return nil
	}
	return l[likeness{parent.Rank + 1, part.Kind}]
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
