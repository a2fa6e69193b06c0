package rule

import (
	"slices"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var hiringProcessFirstStep = &Rule{
	Name:     "hiring-process-first-step",
	Group:    GroupProcess,
	Doc:      "the first talk is a screening with a recruiter",
	Why:      "The handbook's templates begin every process with it.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 50-minute interview with the Hiring Manager\n- A 50-minute interview with the CEO\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n- A 50-minute interview with the CEO\n",
	Run: func(p *Pass) {
		for _, proc := range p.Page.Process {
			if proc.Scope != "" && screened(p.Page) {
				continue // what a specialty adds to the process of the page
			}
			for _, s := range proc.Steps {
				if s.Kind == hiring.StepAssessment || s.Kind == hiring.StepOther {
					continue // questions before the first talk
				}
				if s.Kind != hiring.StepScreening {
					p.Report(s.Span, processAnchor(proc), "the first talk of the process is no screening; begin with a screening call with a recruiter")
				}
				break
			}
		}
	},
}

// screened reports whether a process for the whole page has a screening.
func screened(p *hiring.Page) bool {
	return slices.ContainsFunc(p.Process, func(proc *hiring.Process) bool {
		return proc.Scope == "" && slices.ContainsFunc(proc.Steps, func(s hiring.Step) bool { return s.Kind == hiring.StepScreening })
	})
}
