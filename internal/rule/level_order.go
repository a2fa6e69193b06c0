package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var levelOrder = &Rule{
	Name:     "level-order",
	Group:    GroupLevels,
	Doc:      "levels, and roles that are one ladder, stand in ascending order",
	Why:      "The handbook asks for it: a level may then build on the ones above it on the page.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\n#### Senior Engineer Responsibilities\n\n- Build\n\n### Junior Engineer\n\n#### Junior Engineer Responsibilities\n\n- Learn\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Junior Engineer\n\n#### Junior Engineer Responsibilities\n\n- Learn\n\n### Senior Engineer\n\n#### Senior Engineer Responsibilities\n\n- Build\n",
	Run: func(p *Pass) {
		for _, steps := range p.ladders() {
			for i := 1; i < len(steps); i++ {
				a, b := steps[i-1], steps[i]
				if a.Section.Parent == b.Section.Parent && a.ladder == b.ladder && b.height < a.height {
					p.Report(b.Section.Heading.Span, b.Name, "%q stands after %q; list levels from the lowest to the highest", b.Name, a.Name)
				}
			}
		}
	},
}
