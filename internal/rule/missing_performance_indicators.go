package rule

import (
	"slices"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var missingPerformanceIndicators = &Rule{
	Name:     "missing-performance-indicators",
	Group:    GroupSections,
	Doc:      "the page has performance indicators, for all levels together or for each",
	Why:      "The handbook asks every job family for three to five: candidates want to know what success looks like.",
	Severity: finding.Warning,
	Section:  hiring.SectionPerformanceIndicators,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Performance Indicators\n\n- Uptime\n- Latency\n- Cost\n",
	Run: func(p *Pass) {
		if !hasKind(p.Page, hiring.SectionPerformanceIndicators) && !included(p.Page, "performance") && !slices.ContainsFunc(p.levels(), func(lv *hiring.Level) bool { return len(lv.PerformanceIndicators.Own) > 0 }) {
			p.ReportPage("page", "the page has no performance indicators; add a heading \"## Performance Indicators\" with a list of three to five")
		}
	},
}

// hasKind reports whether a section of a kind stands anywhere in the page.
func hasKind(p *hiring.Page, kind hiring.SectionKind) bool {
	found := false
	sections(p, func(s *hiring.Section) { found = found || s.Kind == kind })
	return found
}
