package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var missingResponsibilities = &Rule{
	Name:     "missing-responsibilities",
	Group:    GroupSections,
	Doc:      "the page, or each of its roles, has a Responsibilities section",
	Why:      "Both templates of the handbook ask for it: it is what candidates read first, and what the scorecard of a search is made of.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Product Manager\n---\n\n## Requirements\n\n- Patience\n\n## Hiring Process\n\n- Interview with the CEO\n",
	Good:     "---\ntitle: Product Manager\n---\n\n## Responsibilities\n\n- Plan\n\n## Requirements\n\n- Patience\n",
	Run: func(p *Pass) {
		missingPart(p, "Responsibilities", func(c hiring.Core) int { return len(c.Responsibilities) }, func(lv *hiring.Level) int {
			return len(lv.Responsibilities.Own) + len(lv.Responsibilities.Extends) + len(lv.Responsibilities.Inherited)
		})
	},
}

// missingPart reports a page that has a kind of section nowhere, or else each role that lacks
// it. have counts the sections of that kind, asks the entries of a level.
func missingPart(p *Pass, name string, have func(hiring.Core) int, asks func(*hiring.Level) int) {
	if have(p.Page.Core) > 0 {
		return
	}
	var without []*hiring.Level
	any := false
	for _, lv := range p.levels() {
		switch {
		case have(lv.Core) > 0:
			any = true
		case asks(lv) == 0 && lv.Kind == hiring.KindRole:
			without = append(without, lv)
		}
	}
	if !any {
		p.ReportPage("page", "the page has no %s section; add a heading \"## %s\" with a list below it", name, name)
		return
	}
	for _, lv := range without {
		p.Report(lv.Section.Heading.Span, lv.Name, "%q has no %s section; add a heading %q with a list below it", lv.Name, name, name)
	}
}
