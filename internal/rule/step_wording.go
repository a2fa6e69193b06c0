package rule

import (
	"iter"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var stepWording = &Rule{
	Name:     "step-wording",
	Group:    GroupProcess,
	Doc:      "steps are worded plainly and alike: they can be read in one way only, and \"50-minute\" has a hyphen everywhere in a process",
	Why:      "The plan of every opening is made from these words: what roleplan has to guess, candidates have to guess as well. Mixed forms look careless, and before a noun the form with a hyphen is the right one.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30 minute screening call with a recruiter\n- A 50-minute interview with the CEO\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Hiring Process\n\n- A 30-minute screening call with a recruiter\n- A 50-minute interview with the CEO\n",
	Run: func(p *Pass) {
		for _, proc := range p.Page.Process {
			for _, s := range proc.Steps {
				if len(s.Doubts) > 0 {
					p.reportStep(proc, s, "the step is not plain: %s", strings.Join(s.Doubts, "; "))
				}
			}
			hyphens := 0
			var blanks []hiring.Span
			for _, s := range proc.Steps {
				for start, end := range lengths(p.Page.Slice(s.Span)) {
					at := hiring.Span{Start: s.Span.Start + start, End: s.Span.Start + end}
					if strings.Contains(p.Page.Slice(at), " ") {
						blanks = append(blanks, at)
					} else {
						hyphens++
					}
				}
			}
			if hyphens == 0 {
				continue
			}
			for _, at := range blanks {
				says := p.Page.Slice(at)
				blank := at.Start + strings.IndexByte(says, ' ')
				fix := []finding.Edit{p.edit(hiring.Span{Start: blank, End: blank + 1}, "-")}
				p.ReportFix(at, processAnchor(proc), fix, "%q stands beside forms with a hyphen in the same process; write %q", says, strings.Replace(says, " ", "-", 1))
			}
		}
	},
}

// lengths are where a text says "30 minute" or "30-minute", as before a noun; "for 30 minutes" is another
// matter.
func lengths(text string) iter.Seq2[int, int] {
	return func(yield func(start, end int) bool) {
		ofName := func(i int) bool { return i >= 0 && i < len(text) && (ofWords[text[i]] || text[i] == '_') }
		for at := 0; at < len(text); at++ {
			start := at
			for at < len(text) && '0' <= text[at] && text[at] <= '9' {
				at++
			}
			if at == start || ofName(start-1) || at == len(text) || text[at] != ' ' && text[at] != '-' {
				continue
			}
			end := at + 1
			for ofName(end) {
				end++
			}
			switch unit := text[at+1 : end]; {
			case strings.EqualFold(unit, "minute"), strings.EqualFold(unit, "min"), strings.EqualFold(unit, "hour"):
				if !yield(start, end) {
					return
				}
			}
		}
	}
}
