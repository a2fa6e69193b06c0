package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var hiringPageLink = &Rule{
	Name:     "hiring-page-link",
	Group:    GroupProcess,
	Doc:      "words that speak of the hiring page link to it",
	Why:      "Candidates are sent there for the details of the process; without a link they have to search.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n\nAdditional details about our process can be found on our hiring page.\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n\nAdditional details about our process can be found on our [hiring page](/handbook/hiring/).\n",
	Run: func(p *Pass) {
		for _, proc := range p.Page.Process {
			unlinked(p, proc, "hiring page", "/handbook/hiring/")
		}
	},
}

// unlinked reports words in a process that name a page without linking to it.
func unlinked(p *Pass, proc *hiring.Process, words, address string) {
	at := p.findWords(proc.Section.Span, words)
	if at.IsZero() {
		return
	}
	linked := false
	proc.Section.Walk(func(s *hiring.Section) bool {
		for _, l := range s.Links {
			linked = linked || l.Span.Contains(at)
		}
		return !linked
	})
	if !linked {
		p.Report(at, processAnchor(proc), "%q is no link; write [%s](%s)", p.Page.Slice(at), p.Page.Slice(at), address)
	}
}
