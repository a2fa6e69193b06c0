package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var reportsTo = &Rule{
	Name:     "reports-to",
	Group:    GroupLevels,
	Doc:      "every level, or every role without levels, says to whom it reports, or the page does for all of them",
	Why:      "The handbook's templates begin each level with it; the plan of an opening names it.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\nBuilds things.\n\n#### Senior Engineer Responsibilities\n\n- Build\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Senior Engineer\n\nThe Senior Engineer reports to the Engineering Manager.\n\n#### Senior Engineer Responsibilities\n\n- Build\n",
	Run: func(p *Pass) {
		if len(p.titled()) == 0 && p.Page.ReportsTo == nil && !hasPlaceholder(p.Page.Slice(p.Page.Root.Body)) {
			p.ReportPage("page", "the page does not say to whom the role reports; add a sentence like \"This role reports to the ...\"")
		}
		for _, lv := range p.titled() {
			if lv.ReportsTo == nil && (lv.Role == nil || lv.Role.ReportsTo == nil) && !hasPlaceholder(p.Page.Slice(lv.Section.Body)) {
				who := "The " + lv.Name
				if ranks := nameTokens(lv.Name); len(ranks) == 0 || onlyRanks(ranks) {
					who = "This role" // "Senior" is no job title
				}
				p.Report(lv.Section.Heading.Span, lv.Name, "%q does not say to whom it reports; add a sentence like \"%s reports to the ...\"", lv.Name, who)
			}
		}
	},
}
