package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var hiringProcessEmpty = &Rule{
	Name:     "hiring-process-empty",
	Group:    GroupProcess,
	Doc:      "a hiring process lists its steps",
	Why:      "Without steps, candidates do not know what to expect, and no plan can be made for an opening.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Hiring Process\n\nSee our [hiring page](/handbook/hiring/).\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n",
	Run: func(p *Pass) {
		for _, proc := range p.Page.Process {
			if len(proc.Steps) == 0 {
				p.Report(proc.Section.Heading.Span, processAnchor(proc), "%q lists no step; add the steps as a list, such as \"A 30-minute screening call with a recruiter\"", proc.Section.Heading.Text)
			}
		}
	},
}
