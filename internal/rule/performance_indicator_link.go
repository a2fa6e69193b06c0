package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var performanceIndicatorLink = &Rule{
	Name:     "performance-indicator-link",
	Group:    GroupIndicators,
	Doc:      "performance indicators link to their definitions",
	Why:      "The handbook asks for a link to the definition, so that everybody measures the same.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Performance Indicators\n\n- Uptime\n- Latency\n- Cost\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Performance Indicators\n\n- [Uptime](/handbook/engineering/#uptime)\n- [Latency](/handbook/engineering/#latency)\n- [Cost](/handbook/engineering/#cost)\n",
	Run: func(p *Pass) {
		sections(p.Page, func(s *hiring.Section) {
			if s.Kind != hiring.SectionPerformanceIndicators || s.Empty() || takesOver(p, s) || links(s) {
				return
			}
			if indicators(s) < 2 {
				return // that there is no list to link is another rule's finding
			}
			p.Report(s.Heading.Span, anchorOf(s), "no performance indicator below %q has a link; link each to its definition", s.Heading.Text)
		})
	},
}
