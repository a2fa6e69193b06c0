package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var missingCareerLadder = &Rule{
	Name:     "missing-career-ladder",
	Group:    GroupSections,
	Doc:      "the page says where a career leads from here",
	Why:      "Both templates of the handbook end with it: people want to see their next step.",
	Severity: finding.Info,
	Section:  hiring.SectionCareerLadder,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Career Ladder\n\nThe next step is Engineering Manager.\n",
	Run: func(p *Pass) {
		if !hasKind(p.Page, hiring.SectionCareerLadder) && !included(p.Page, "career") {
			p.ReportPage("page", "the page has no career ladder; add a heading \"## Career Ladder\" that names the next job family")
		}
	},
}
