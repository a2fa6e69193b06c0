package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var hiringProcessIntro = &Rule{
	Name:     "hiring-process-intro",
	Group:    GroupProcess,
	Doc:      "a hiring process begins with a sentence that says what to expect",
	Why:      "The handbook's templates open it with one: the order of the steps, and that candidates can be declined at any stage.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Hiring Process\n\nCandidates can expect the hiring process to follow the order below.\n\n- A 30-minute screening call with a recruiter\n",
	Run: func(p *Pass) {
		for _, proc := range p.Page.Process {
			if proc.Intro == nil && len(proc.Steps) > 0 {
				p.Report(proc.Section.Heading.Span, processAnchor(proc), "%q begins with its steps; open it with \"Candidates for this position can expect the hiring process to follow the order below.\"", proc.Section.Heading.Text)
			}
		}
	},
}
