package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var stepInterviewer = &Rule{
	Name:     "step-interviewer",
	Group:    GroupProcess,
	Doc:      "a meeting says with whom",
	Why:      "Candidates prepare for a person, and a recruiter can't plan a meeting with nobody.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n- A 90-minute technical interview\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n- A 90-minute technical interview with a Staff Engineer\n",
	Run: func(p *Pass) {
		for _, proc := range p.Page.Process {
			for _, s := range proc.Steps {
				if s.Kind.Meeting() && len(s.With) == 0 {
					p.reportStep(proc, s, "the step does not say whom candidates meet; add \"with\" and a job title")
				}
			}
		}
	},
}
