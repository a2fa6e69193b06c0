package rule

import (
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
			first := map[string]*hiring.Section{}
			for _, s := range parent.Children {
				// Where the parts of several roles are set beside the roles rather than below them, each
				// role may have its own.
				if s.Kind == hiring.SectionOther {
					for name, before := range first {
						if before.Kind != hiring.SectionOther {
							delete(first, name)
						}
					}
				}
				name := normal(s.Heading.Text)
				if before, twice := first[name]; twice && name != "" {
					p.Report(s.Heading.Span, anchorOf(s), "the heading %q stands in line %d already; join the two or give one another name", s.Heading.Text, p.Page.Line(before.Line.Start))
					continue
				}
				first[name] = s
			}
			return true
		})
	},
}
