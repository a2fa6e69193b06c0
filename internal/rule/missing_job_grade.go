package rule

import (
	"slices"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var missingJobGrade = &Rule{
	Name:     "missing-job-grade",
	Group:    GroupSections,
	Doc:      "every level, or every role without levels, states its job grade (its job level since 2026)",
	Why:      "The grade decides pay and approval of an opening. The handbook's templates give each level a section for it.",
	Severity: finding.Warning,
	Section:  hiring.SectionJobGrade,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\n#### Senior Engineer Responsibilities\n\n- Build\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\n#### Senior Engineer Job Grade\n\nThe Senior Engineer is a grade 7.\n\n#### Senior Engineer Responsibilities\n\n- Build\n",
	Run: func(p *Pass) {
		word := p.layout().Grade
		if len(p.titled()) == 0 && p.Page.Grade == nil && !included(p.Page, "grade") {
			p.ReportPage("page", "the page states no %s; add a heading \"## %s\"", lower(word), word)
		}
		if !slices.ContainsFunc(p.titled(), func(lv *hiring.Level) bool { return lv.Grade == nil }) {
			return
		}
		graded := map[string]bool{} // a level that is described in two places needs one grade
		for _, lv := range p.titled() {
			if lv.Grade != nil {
				graded[normal(lv.Name)] = true
			}
		}
		for _, lv := range p.titled() {
			if lv.Grade == nil && !graded[normal(lv.Name)] {
				p.Report(lv.Section.Heading.Span, lv.Name, "%q states no %s; add a heading \"%s %s\" below it", lv.Name, lower(word), lv.Name, word)
			}
		}
	},
}
