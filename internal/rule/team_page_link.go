package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var teamPageLink = &Rule{
	Name:     "team-page-link",
	Group:    GroupProcess,
	Doc:      "words that speak of the team page link to it",
	Why:      "Candidates look up there who will interview them; without a link they have to search.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Hiring Process\n\nTo learn more about your interviewers, find their job title on our team page.\n\n- A 30-minute screening call with a recruiter\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Hiring Process\n\nTo learn more about your interviewers, find their job title on our [team page](/handbook/company/team/).\n\n- A 30-minute screening call with a recruiter\n",
	Run: func(p *Pass) {
		for _, proc := range p.Page.Process {
			address := "/handbook/company/team/"
			if p.Page.Profile == hiring.ProfileJobFamily2022 {
				address = "/company/team/" // it moved with the site
			}
			unlinked(p, proc, "team page", address)
		}
	},
}
