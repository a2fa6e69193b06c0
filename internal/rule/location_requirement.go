package rule

import (
	"sync"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var locationRequirement = &Rule{
	Name:     "location-requirement",
	Group:    GroupWording,
	Doc:      "responsibilities, requirements and names of levels say nothing about where somebody lives",
	Why:      "Where people are looked for changes from opening to opening, and job families stay. The handbook keeps regions out of them; an opening has a place of its own.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Requirements\n\n- Based in Berlin\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Requirements\n\n- Decisions based in facts\n",
	Run: func(p *Pass) {
		list := locations()
		t := p.prose()
		named := map[*hiring.Section]bool{}
		for _, lv := range p.levels() {
			named[lv.Section] = true
		}
		for i := 0; i < len(t.words); i++ {
			entry, n := list.match(t, i)
			if n == 0 || !p.asks(t.words[i], named) {
				continue
			}
			if locationPhrases[entry] == "based in" || locationPhrases[entry] == "located in" {
				if i+n >= len(t.words) || t.words[i+n].section != t.words[i].section {
					continue
				}
				if t.words[i+n].low == "the" {
					n++
				}
				if i+n >= len(t.words) || !t.capital(i+n) || t.words[i+n].first {
					continue
				}
				n++
			}
			at := t.span(i, n)
			p.Report(at, t.anchor(i), "%q ties the role to a place; leave it to the opening", p.Page.Slice(at))
			i += n - 1
		}
	},
}

// asks reports whether a word stands in responsibilities or requirements, or in the name of a
// level.
func (p *Pass) asks(w word, named map[*hiring.Section]bool) bool {
	switch w.place {
	case inHeading:
		return named[w.section]
	case inText:
		for s := w.section; s != nil; s = s.Parent {
			switch s.Kind {
			case hiring.SectionResponsibilities, hiring.SectionRequirements:
				return true
			case hiring.SectionHiringProcess:
				return false
			default:
			}
		}
	default:
	}
	return false
}

var locationPhrases = []string{"emea", "apac", "amer", "americas", "latam", "based in", "located in", "must live in"}

var locations = sync.OnceValue(func() phrases { return newPhrases(locationPhrases) })
