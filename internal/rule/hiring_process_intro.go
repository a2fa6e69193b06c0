package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

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
			if proc.Intro == nil && len(proc.Steps) > 0 && !opened(proc) {
				p.Report(proc.Section.Heading.Span, processAnchor(proc), "%q begins with its steps; open it with \"Candidates for this position can expect the hiring process to follow the order below.\"", proc.Section.Heading.Text)
			}
		}
	},
}

// opened reports whether words stand before the first step, set as a list item or otherwise.
func opened(proc *hiring.Process) bool {
	first := proc.Steps[0].Span.Start
	for _, b := range proc.Section.Blocks {
		if b.Kind == hiring.BlockParagraph && b.Span.Start < first {
			return true
		}
		if len(b.Items) > 0 && b.Items[0].Span.Start < first {
			return true
		}
	}
	return false
}
