package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var stepDuration = &Rule{
	Name:     "step-duration",
	Group:    GroupProcess,
	Doc:      "a meeting says how long it takes",
	Why:      "Candidates need to know how much time to keep free, and so does who plans the meeting.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A screening call with a recruiter\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n",
	Run: func(p *Pass) {
		for _, proc := range p.Page.Process {
			for _, s := range proc.Steps {
				if s.Kind.Meeting() && s.Duration == nil {
					p.reportStep(proc, s, "the step does not say how long the meeting takes; add it, such as \"a 50-minute interview\"")
				}
			}
		}
	},
}
