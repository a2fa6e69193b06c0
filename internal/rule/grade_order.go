package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var gradeOrder = &Rule{
	Name:     "grade-order",
	Group:    GroupLevels,
	Doc:      "a higher level has no lower grade than the one before it",
	Why:      "A grade that falls where the level rises is nearly always a slip, and decides pay.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Engineer\n\n#### Engineer Job Grade\n\nThe Engineer is a grade 7.\n\n### Senior Engineer\n\n#### Senior Engineer Job Grade\n\nThe Senior Engineer is a grade 6.\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Engineer\n\n#### Engineer Job Grade\n\nThe Engineer is a grade 6.\n\n### Senior Engineer\n\n#### Senior Engineer Job Grade\n\nThe Senior Engineer is a grade 7.\n",
	Run: func(p *Pass) {
		levels, rungs := p.Page.Levels, p.rungs()
		for i := 1; i < len(levels); i++ {
			low, high := levels[i-1], levels[i]
			a, b := rungs[i-1], rungs[i]
			if low.Role != high.Role || a.ladder != b.ladder || b.height <= a.height || low.Grade == nil || high.Grade == nil || low.Grade.Min == 0 || high.Grade.Min == 0 {
				continue
			}
			if high.Grade.Max < low.Grade.Min {
				p.Report(high.Grade.Span, high.Name, "%q has grade %d, but %q before it has %d; one of them is probably wrong", high.Name, high.Grade.Max, low.Name, low.Grade.Min)
			}
		}
	},
}
