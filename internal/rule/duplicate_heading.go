package rule

import (
	"fmt"
	"slices"

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
				before := p.earlier(s)
				if before == nil {
					continue
				}
				remedy := "join the two or give one another name"
				if lv := p.risenFrom(s); lv != nil && lv.Parent == before && (s.Kind == hiring.SectionSpecialties || s.Kind == hiring.SectionSegments) {
					remedy = fmt.Sprintf("set that one deeper than %q, which it parts from the levels above, else join the two", lv.Heading.Text)
				} else if lv != nil {
					remedy = fmt.Sprintf("if it speaks of %q, set it deeper than that heading, else join the two", lv.Heading.Text)
				} else if lv := p.levelRightBefore(s); lv != nil {
					remedy = fmt.Sprintf("if it speaks of %q, set it one level deeper, else give one another name", lv.Heading.Text)
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
func (p *Pass) earlier(s *hiring.Section) *hiring.Section {
	if p.twins == nil {
		p.twins = map[*hiring.Section]*hiring.Section{}
		p.Page.Root.Walk(func(parent *hiring.Section) bool {
			if len(parent.Children) < 2 {
				return true
			}
			type heading struct {
				words string
				role  int // how many roles have begun; -1 for the heading of one
			}
			var alike repeats
			for _, c := range parent.Children {
				alike.add(beginning(c.Heading.Text))
			}
			first := map[heading]*hiring.Section{}
			roles := 0
			for _, c := range parent.Children {
				role := roles
				if c.Kind == hiring.SectionOther {
					role = -1
					roles++
				}
				if !alike.has(beginning(c.Heading.Text)) {
					continue
				}
				key := heading{normal(c.Heading.Text), role}
				if before := first[key]; before != nil && key.words != "" && !hasPlaceholder(c.Heading.Text) {
					p.twins[c] = before
				} else {
					first[key] = c
				}
			}
			return true
		})
	}
	return p.twins[s]
}

// risenFrom is the level whose part a section probably is, although it does not stand below it:
// its heading stands there already, and one of a level, set deeper, comes right before it.
func (p *Pass) risenFrom(s *hiring.Section) *hiring.Section {
	if s.Kind == hiring.SectionOther || s.Rank == 0 || p.earlier(s) == nil {
		return nil
	}
	at := indexOf(s)
	for _, before := range slices.Backward(s.Parent.Children[max(0, at-mostParts):at]) {
		if last := lastLevel(before); last != nil || p.earlier(before) == nil {
			return last
		}
	}
	return nil
}

// levelRightBefore is the level that a section follows which describes none itself, such as "Nice-to-haves".
func (p *Pass) levelRightBefore(s *hiring.Section) *hiring.Section {
	at := indexOf(s)
	if at == 0 || s.Kind != hiring.SectionOther || p.index().described[s] {
		return nil
	}
	if before := s.Parent.Children[at-1]; before.Kind == hiring.SectionOther && p.index().described[before] {
		return before
	}
	return nil
}

// mostParts is how many headings before one are looked at for the level that they are parts of. No level has more, and
// the time for a long page must not grow with their square.
const mostParts = 16

// lastLevel is the last section below another one that has parts, below it or beside.
func lastLevel(s *hiring.Section) *hiring.Section {
	last := s.Children[max(0, len(s.Children)-mostParts):]
	for i, c := range slices.Backward(last) {
		if c.Kind == hiring.SectionOther && (len(c.Children) > 0 || i+1 < len(last) && last[i+1].Kind == hiring.SectionJobGrade) {
			return c
		}
	}
	return nil
}
