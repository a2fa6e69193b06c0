package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var missingHiringProcess = &Rule{
	Name:     "missing-hiring-process",
	Group:    GroupSections,
	Doc:      "the page describes its hiring process",
	Why:      "Candidates read there what to expect, and the plan of every opening is made from it.",
	Severity: finding.Warning,
	Section:  hiring.SectionHiringProcess,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n",
	Run: func(p *Pass) {
		if len(p.Page.Process) == 0 && !hasKind(p.Page, hiring.SectionHiringProcess) && !included(p.Page, "hiring") {
			p.ReportPage("page", "the page has no hiring process; add a heading \"## Hiring Process\" with its steps as a list")
		}
	},
}
