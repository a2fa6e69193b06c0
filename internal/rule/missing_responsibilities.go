package rule

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var missingResponsibilities = &Rule{
	Name:     "missing-responsibilities",
	Group:    GroupSections,
	Doc:      "the page, or each of its roles, has a Responsibilities section",
	Why:      "Both templates of the handbook ask for it: it is what candidates read first, and what the scorecard of a search is made of.",
	Severity: finding.Warning,
	Section:  hiring.SectionResponsibilities,
	Bad:      "---\ntitle: Product Manager\n---\n\n## Requirements\n\n- Patience\n\n## Hiring Process\n\n- Interview with the CEO\n",
	Good:     "---\ntitle: Product Manager\n---\n\n## Responsibilities\n\n- Plan\n\n## Requirements\n\n- Patience\n",
	Run: func(p *Pass) {
		missingPart(p, hiring.SectionResponsibilities, func(c hiring.Core) int { return len(c.Responsibilities) }, func(lv *hiring.Level) hiring.Asks { return lv.Responsibilities })
	},
}

// missingPart reports a page that has a kind of section nowhere, or else each role that lacks
// it. have counts the sections of that kind, asks the entries of a level.
func missingPart(p *Pass, kind hiring.SectionKind, have func(hiring.Core) int, asks func(*hiring.Level) hiring.Asks) {
	name := kindName(kind)
	if have(p.Page.Core) > 0 {
		return
	}
	if !hasKind(p.Page, kind) {
		if included(p.Page, string(kind)) {
			return
		}
		p.ReportPage("page", "the page has no %s section; add a heading \"## %s\" with a list below it", name, name)
		return
	}
	for _, lv := range p.titled() {
		if lv.Kind == hiring.KindRole && have(lv.Core) == 0 && asksNothing(lv, asks(lv)) && !included(p.Page, string(kind)) {
			p.Report(lv.Section.Heading.Span, lv.Name, "%q has no %s section; add a heading %q with a list below it", lv.Name, name, name)
		}
	}
}

// asksNothing reports whether a level asks for nothing; a list that came to stand below its grade does not count.
func asksNothing(lv *hiring.Level, a hiring.Asks) bool {
	belowGrade := func(own hiring.Entry) bool {
		return slices.ContainsFunc(lv.Core.JobGrade, func(s *hiring.Section) bool { return s.Span.Contains(own.Span) })
	}
	for _, own := range a.Own {
		if !own.Wish && !belowGrade(own) {
			return false
		}
	}
	return len(a.Extends) == 0 && len(a.Inherited()) == 0
}

// included reports whether a tag of a template that names a thing puts it into the page when
// the site is built: "<%= partial 'includes/pm_responsibilities' %>".
func included(p *hiring.Page, what string) bool {
	src := p.Slice(hiring.Span{End: len(p.Source)})
	for _, tag := range [][2]string{{"<%", "%>"}, {"{{", "}}"}} {
		rest := src
		for {
			_, after, open := strings.Cut(rest, tag[0])
			inner, behind, closed := strings.Cut(after, tag[1])
			if !open || !closed {
				break
			}
			if hasAny(lower(inner), what) {
				return true
			}
			rest = behind
		}
	}
	return false
}
