package rule

import (
	"fmt"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var duplicateHeading = &Rule{
	Name:     "duplicate-heading",
	Group:    GroupSections,
	Doc:      "no heading stands twice below the same heading",
	Why:      "Readers take the second for the first, and links can reach only one of them by its name.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Responsibilities\n\n- Mend\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Engineer\n\n### Responsibilities\n\n- Build\n\n## Senior Engineer\n\n### Responsibilities\n\n- Mend\n",
	Run: func(p *Pass) {
		p.Page.Root.Walk(func(parent *hiring.Section) bool {
			for _, s := range parent.Children {
				before := earlier(s)
				if before == nil {
					continue
				}
				remedy := "join the two or give one another name"
				if lv := risenFrom(s); lv != nil {
					remedy = fmt.Sprintf("if it speaks of %q, set it deeper than that heading, else join the two", lv.Heading.Text)
				}
				p.Report(s.Heading.Span, anchorOf(s), "the heading %q stands in line %d already; %s", s.Heading.Text, p.Page.Line(before.Line.Start), remedy)
			}
			return true
		})
	},
}

// earlier is the first section with the same heading below the same one, nil when there is none.
// Where the parts of several roles are set beside the roles rather than below them, each role
// may have its own.
func earlier(s *hiring.Section) *hiring.Section {
	var first *hiring.Section
	name := normal(s.Heading.Text)
	for _, c := range s.Parent.Children {
		switch {
		case c == s:
			return first
		case c.Kind == hiring.SectionOther && s.Kind != hiring.SectionOther:
			first = nil
		case first == nil && name != "" && normal(c.Heading.Text) == name:
			first = c
		}
	}
	return nil
}

// risenFrom is the level whose part a section probably is, although it does not stand below it:
// its heading stands there already, and one of a level, set deeper, comes right before it.
func risenFrom(s *hiring.Section) *hiring.Section {
	if s.Kind == hiring.SectionOther || s.Rank == 0 || earlier(s) == nil {
		return nil
	}
	var last *hiring.Section
	for _, c := range s.Parent.Children {
		if c == s {
			break
		}
		last = nil
		for _, below := range c.Children {
			if below.Kind == hiring.SectionOther && len(below.Children) > 0 {
				last = below
			}
		}
	}
	return last
}
