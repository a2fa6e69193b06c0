package rule

import (
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var vacancyLanguage = &Rule{
	Name:     "vacancy-language",
	Group:    GroupWording,
	Doc:      "a role page describes the role and does not advertise it",
	Why:      "Job families are read more by those who hold the role than by those who apply, in talks about careers and performance. The handbook asks for no \"you will\", \"exciting opportunity\" or \"we're hiring for\". The hiring process speaks to candidates and is left out.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\nAs an engineer, you will mend pipelines.\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\nEngineers mend pipelines.\n\n## Hiring Process\n\n- You will meet a recruiter for a 30-minute screening call\n",
	Run: func(p *Pass) {
		list := vacancyPhrases()
		t := p.prose()
		next := 0
		for i := range t.with(vacancy) {
			if i < next {
				continue
			}
			w := t.words[i]
			_, n := list.match(t, i)
			if n == 0 || w.place != inText && w.place != inDescription || t.toOthers(i) || p.inProcess(t.section(i)) {
				continue
			}
			at := t.span(i, n)
			p.Report(at, t.anchor(i), "%q reads like a vacancy; say what the role does, for those who hold it too", strings.Join(strings.Fields(p.Page.Slice(at)), " "))
			next = i + n
		}
	},
}

var vacancyPhrases = sync.OnceValue(func() *phrases {
	return newPhrases(vacancy, []string{
		"you will", "you'll", "you are", "your role", "your team", "exciting opportunity", "join our team", "join us", "apply now", "we are hiring", "we're hiring",
		"we are looking for", "we're looking for", "is looking for", "seeking a", "ideal candidate", "successful candidate will", "competitive salary",
	})
})

// toOthers reports whether words that speak to somebody stand where they don't speak to readers: in what these are to
// say ("say that you will finish it"), or in a comparison ("the more likely you are").
func (t *prose) toOthers(i int) bool {
	if i < 2 || t.words[i-2].section != t.words[i].section || !blank(t.between(i-1)) || !blank(t.between(i-2)) {
		return false
	}
	switch string(t.word(i - 2)) {
	case "say", "says", "saying", "write", "writes", "writing":
		return string(t.word(i-1)) == "that"
	case "more", "less":
		return i > 2 && string(t.word(i-3)) == "the"
	}
	return false
}

// blank reports whether nothing but blanks stand in a text.
func blank(text string) bool { return strings.TrimSpace(text) == "" }

// inProcess reports whether a section is that of a hiring process, or lies within one.
func (p *Pass) inProcess(s *hiring.Section) bool {
	for ; s != nil; s = s.Parent {
		if s.Kind == hiring.SectionHiringProcess || p.index().processes[s] {
			return true
		}
	}
	return false
}
