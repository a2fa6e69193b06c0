package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var stepInterviewer = &Rule{
	Name:     "step-interviewer",
	Group:    GroupProcess,
	Doc:      "a meeting says with whom, by a title that somebody on the team page holds",
	Why:      "Candidates prepare for a person, and are told to find the title on the team page. A recruiter can't plan a meeting with nobody.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n- A 90-minute technical interview\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n- A 90-minute technical interview with a Staff Engineer\n",
	Run: func(p *Pass) {
		for _, proc := range p.Page.Process {
			for _, s := range proc.Steps {
				switch {
				case !s.Kind.Meeting():
				case s.ByRole: // "a peer interview" says enough
				case len(s.With) == 0:
					p.reportStep(proc, s, "the step does not say whom candidates meet; add \"with\" and a job title")
				case p.Team != nil:
					p.unheld(proc, s)
				}
			}
		}
	},
}

// unheld reports titles of a step that nobody on the team page holds.
func (p *Pass) unheld(proc *hiring.Process, s hiring.Step) {
	for _, title := range s.With {
		if isTitle, held := p.Team.Holds(title); !isTitle || held {
			continue
		}
		if near := p.guess(title, p.Team.Titles()); near != "" {
			p.reportStep(proc, s, "nobody on the team page is a %q; perhaps %q was meant", title, near)
		} else {
			p.reportStep(proc, s, "nobody on the team page is a %q; name a title that somebody holds", title)
		}
	}
}
