package rule

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var gradeFormat = &Rule{
	Name:     "grade-format",
	Group:    GroupLevels,
	Doc:      "a job grade is a number",
	Why:      "\"To be determined\" and a bare link tell readers nothing, and an opening can't be approved by it.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\n#### Senior Engineer Job Grade\n\nTo be determined\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\n#### Senior Engineer Job Grade\n\nThe Senior Engineer is a [grade 7](/handbook/total-rewards/).\n",
	Run: func(p *Pass) {
		if p.layout().Grade == hiring.HeadingJobLevel {
			return // such a layout refers to a list of job levels
		}
		for _, lv := range p.titled() {
			if g := lv.Grade; g != nil && g.Min == 0 && strings.TrimSpace(g.Text.Text) != "" {
				p.Report(g.Span, lv.Name, "the job grade of %q has no number; write it like \"is a grade 7\"", lv.Name)
			}
		}
	},
}
