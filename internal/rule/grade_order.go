package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var gradeOrder = &Rule{
	Name:     "grade-order",
	Group:    GroupLevels,
	Doc:      "a higher level or role has no lower grade than the one before it",
	Why:      "A grade that falls where the level rises is nearly always a slip, and decides pay.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Engineer\n\n#### Engineer Job Grade\n\nThe Engineer is a grade 7.\n\n### Senior Engineer\n\n#### Senior Engineer Job Grade\n\nThe Senior Engineer is a grade 6.\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Engineer\n\n#### Engineer Job Grade\n\nThe Engineer is a grade 6.\n\n### Senior Engineer\n\n#### Senior Engineer Job Grade\n\nThe Senior Engineer is a grade 7.\n",
	Run: func(p *Pass) {
		for _, steps := range p.ladders() {
			for i := 1; i < len(steps); i++ {
				low, high := steps[i-1], steps[i]
				if low.Role != high.Role || low.ladder != high.ladder || high.height <= low.height || low.Grade == nil || high.Grade == nil || low.Grade.Min == 0 || high.Grade.Min == 0 {
					continue
				}
				if high.Grade.Max < low.Grade.Min {
					p.Report(high.Grade.Span, high.Name, "%q has grade %d, but %q before it has %d; one of them is probably wrong", high.Name, high.Grade.Max, low.Name, low.Grade.Min)
				}
			}
		}
	},
}
