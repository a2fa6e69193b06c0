package rule

import (
	"strings"
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
		next := 0
		for i := range t.with(location) {
			if i < next {
				continue
			}
			entry, n := list.match(t, i)
			if n == 0 || !p.asks(t, i) {
				continue
			}
			if entry < regions {
				n = p.regionsFrom(i, list)
				if t.words[i].place == inText && t.knows(i) {
					next = i + n
					continue
				}
			} else {
				place := t.placeAt(i + n)
				if place == 0 && entry < regions+placed {
					continue
				}
				n += place
			}
			at := t.span(i, n)
			p.Report(at, t.anchor(i), "%q ties the role to a place; leave it to the opening", p.Page.Slice(at))
			next = i + n
		}
	},
}

// asks reports whether a word stands in responsibilities or requirements, or in the name of a
// level.
func (p *Pass) asks(t *prose, i int) bool {
	switch t.words[i].place {
	case inHeading:
		return p.index().described[t.section(i)]
	case inText:
		for s := t.section(i); s != nil; s = s.Parent {
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

// regionsFrom is the number of words from one region to the last of those that are listed with
// it: "Americas, EMEA and APAC".
func (p *Pass) regionsFrom(i int, list *phrases) int {
	t := p.prose()
	n := 1
	for next := i + 1; next < len(t.words); next++ {
		if low := string(t.word(next)); low == "and" || low == "or" {
			continue
		}
		entry, words := list.match(t, next)
		if words == 0 || entry >= regions || strings.Trim(t.between(next-1), " ,/&+") != "" || t.words[next].section != t.words[i].section {
			break
		}
		n = next - i + 1
	}
	return n
}

// knows reports whether what is asked for is experience with a region, or knowledge of it, and
// not to live there.
func (t *prose) knows(i int) bool {
	const near = 16
	for j := i - 1; j >= 0 && j > i-near && t.words[j].section == t.words[i].section && !strings.ContainsAny(t.between(j), ".;!?") && sameItem(t.between(j)); j-- {
		switch string(t.word(j)) {
		case "based", "located", "live", "lives", "living", "reside", "residing", "timezone", "zone", "hours":
			return false
		case "experience", "experienced", "knowledge", "familiarity", "familiar", "understanding":
			return true
		}
	}
	return false
}

// placeAt is the number of words of the name of a place, with that of the region or country after a comma, 0 when no
// name begins at a word.
func (t *prose) placeAt(i int) int {
	const longest = 8 // "the San Francisco Bay Area, United States"
	n := 0
	if i < len(t.words) && string(t.word(i)) == "the" {
		n = 1
	}
	first := n
	for ; n < longest && i+n < len(t.words); n++ {
		at := i + n
		if !t.capital(at) || t.begins(at) || t.words[at].section != t.words[i-1].section || n > first && !joined(t.between(at-1), ' ') && !joined(t.between(at-1), ',') {
			break
		}
	}
	if n == first {
		return 0
	}
	return n
}

// The first of the phrases are names of regions, those after them have to be followed by the
// name of a place.
const (
	regions = 5
	placed  = 2
)

var locations = sync.OnceValue(func() *phrases {
	return newPhrases(location, []string{"emea", "apac", "amer", "americas", "latam", "based in", "located in", "must live in", "must reside in"})
})
