package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var reportsTo = &Rule{
	Name:     "reports-to",
	Group:    GroupLevels,
	Doc:      "every level, or every role without levels, says to whom it reports",
	Why:      "The handbook's templates begin each level with it; the plan of an opening names it.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\nBuilds things.\n\n#### Senior Engineer Responsibilities\n\n- Build\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\nThe Senior Engineer reports to the Engineering Manager.\n\n#### Senior Engineer Responsibilities\n\n- Build\n",
	Run: func(p *Pass) {
		for _, lv := range p.titled() {
			if lv.ReportsTo == nil && (lv.Role == nil || lv.Role.ReportsTo == nil) && !placeholder().MatchString(p.Page.Slice(lv.Section.Body)) {
				p.Report(lv.Section.Heading.Span, lv.Name, "%q does not say to whom it reports; add a sentence like \"The %s reports to the ...\"", lv.Name, lv.Name)
			}
		}
	},
}
