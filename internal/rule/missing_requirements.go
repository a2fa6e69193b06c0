package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var missingRequirements = &Rule{
	Name:     "missing-requirements",
	Group:    GroupSections,
	Doc:      "the page, or each of its roles, has a Requirements section",
	Why:      "Both templates of the handbook ask for it: people decide by it whether to apply, and interviewers by it what to ask.",
	Severity: finding.Warning,
	Section:  hiring.SectionRequirements,
	Bad:      "---\ntitle: Product Manager\n---\n\n## Responsibilities\n\n- Plan\n",
	Good:     "---\ntitle: Product Manager\n---\n\n## Responsibilities\n\n- Plan\n\n## Requirements\n\n- Patience\n",
	Run: func(p *Pass) {
		missingPart(p, hiring.SectionRequirements, func(c hiring.Core) int { return len(c.Requirements) }, func(lv *hiring.Level) hiring.Asks { return lv.Requirements })
	},
}
