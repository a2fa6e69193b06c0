package rule

import (
	"regexp"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var brokenExtends = &Rule{
	Name:     "broken-extends",
	Group:    GroupLevels,
	Doc:      "what a level takes over stands where its sentence says",
	Why:      "\"Listed below\" where the list stands above, or \"previous roles\" where there are none, sends readers looking for what is not there.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Levels\n\n### Engineer\n\n#### Engineer Responsibilities\n\nAll responsibilities listed below (applicable to all roles) plus:\n\n- Mend\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Levels\n\n### Engineer\n\n#### Engineer Responsibilities\n\nAll responsibilities listed above (applicable to all roles) plus:\n\n- Mend\n",
	Run: func(p *Pass) {
		for _, lv := range p.levels() {
			seen := map[hiring.Span]bool{}
			for _, topic := range []struct {
				asks   hiring.Asks
				common []*hiring.Section
				what   string
			}{
				{lv.Responsibilities, p.Page.Core.Responsibilities, "responsibilities"},
				{lv.Requirements, p.Page.Core.Requirements, "requirements"},
				{lv.PerformanceIndicators, p.Page.Core.PerformanceIndicators, "performance indicators"},
			} {
				for _, e := range topic.asks.Extends {
					if !seen[e.Span] {
						seen[e.Span] = true
						p.extension(lv, e, topic.common, topic.what)
					}
				}
			}
		}
	},
}

// extension reports a sentence that points the wrong way. common are the sections of the whole
// page on the same topic.
func (p *Pass) extension(lv *hiring.Level, e hiring.Extension, common []*hiring.Section, what string) {
	var loc []int
	if e.WholePage && len(common) > 0 {
		loc = pointer().FindStringIndex(e.Text.Text)
	}
	if loc != nil {
		says := strings.ToLower(e.Text.Text[loc[0]:loc[1]])
		stands := "above"
		if common[0].Line.Start > e.Span.Start {
			stands = "below"
		}
		if !strings.HasSuffix(says, stands) {
			at := p.findWords(e.Span, says)
			var fix []finding.Edit
			if at.IsZero() {
				at = e.Span
			} else {
				word := hiring.Span{Start: at.End - len(stands), End: at.End}
				fix = []finding.Edit{p.edit(word, withCase(p.Page.Slice(word), stands))}
			}
			p.ReportFix(at, lv.Name+"/"+what, fix, "%q says %q, but the list stands %s, in line %d; write %q", lv.Name, says, stands, p.Page.Line(common[0].Line.Start), strings.Fields(says)[0]+" "+stands)
		}
		return
	}
	if e.Of == "" && !e.Found() && !p.index().linked(e.Span) {
		p.Report(e.Span, lv.Name+"/"+what, "%q builds on a level that is not on this page; name it as its heading does, or link to where it stands", lv.Name)
		return
	}
	if (e.Of == "previous" || e.Of == "prior" || e.Of == "preceding") && e.Level == nil {
		p.Report(e.Span, lv.Name+"/"+what, "%q takes over the %s of previous roles, but no level stands before it; name where they are listed", lv.Name, what)
	}
}

var pointer = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(listed|outlined|defined|described|stated)\s+(above|below)\b`)
})
