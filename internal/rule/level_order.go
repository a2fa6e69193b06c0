package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var levelOrder = &Rule{
	Name:     "level-order",
	Group:    GroupLevels,
	Doc:      "levels stand in ascending order",
	Why:      "The handbook asks for it: a level may then build on the ones above it on the page.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\n#### Senior Engineer Responsibilities\n\n- Build\n\n### Junior Engineer\n\n#### Junior Engineer Responsibilities\n\n- Learn\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Junior Engineer\n\n#### Junior Engineer Responsibilities\n\n- Learn\n\n### Senior Engineer\n\n#### Senior Engineer Responsibilities\n\n- Build\n",
	Run: func(p *Pass) {
		levels, rungs := p.Page.Levels, p.rungs()
		for i := 1; i < len(levels); i++ {
			a, b := rungs[i-1], rungs[i]
			if levels[i-1].Section.Parent == levels[i].Section.Parent && a.ladder == b.ladder && b.height < a.height {
				p.Report(levels[i].Section.Heading.Span, levels[i].Name, "%q stands after %q; list levels from the lowest to the highest", levels[i].Name, levels[i-1].Name)
			}
		}
	},
}
