package rule

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// nameTokens are the words of a level's name in lower case; short forms of ranks are written
// out, and "(Intermediate)" and the like left out.
func nameTokens(name string) []string {
	for {
		open := strings.IndexByte(name, '(')
		end := strings.IndexByte(name, ')')
		if open < 0 || end < open {
			break
		}
		name = name[:open] + " " + name[end+1:]
	}
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '&' && r != '+' })
	var list []string
	for _, w := range words {
		if w == "vp" {
			list = append(list, "vice", "president")
			continue
		}
		if full, ok := shortForms[w]; ok {
			w = full
		}
		if w != "intermediate" && w != "the" && w != "of" && w != "and" && w != "&" && w != "level" {
			list = append(list, w)
		}
	}
	return list
}

var shortForms = map[string]string{"sr": "senior", "jr": "junior", "mgr": "manager"}

// rungs are the words that tell how high a level stands, on the way of those who do the work
// and of those who lead others.
var rungs = map[string]int{
	"intern": 0, "apprentice": 0, "junior": 1, "associate": 1, "senior": 3, "staff": 4, "principal": 5, "distinguished": 6, "fellow": 8,
}

// leads are the words of those who lead others; they are compared among themselves only.
var leads = map[string]int{"manager": 1, "director": 3, "vice": 5, "president": 5, "vp": 5, "head": 2}

// A rung is where a level stands: the ladder it stands on, and how high. ok is false where the
// name does not tell.
type rung struct {
	ladder string
	height int
}

// rungOf reads a level's name. Levels that do not share their other words stand on ladders of
// their own and are not compared.
func rungOf(name string) rung {
	height, lead, step := 2, -1, 0
	var rest []string
	// By the handbook, a "Manager, Events" leads people and an "Events Manager" does not.
	before, _, ok := strings.Cut(strings.ToLower(name), ",")
	leader := ok && strings.HasSuffix(strings.TrimSpace(before), "manager")
	words := nameTokens(name)
	for i, w := range words {
		if n := numerals[w]; n > 0 && i == len(words)-1 {
			step = n // "Engineer II"
			continue
		}
		if h, ok := rungs[w]; ok {
			if h < 2 || h > height {
				height = h
			}
			continue
		}
		if h, ok := leads[w]; ok {
			lead = max(lead, h)
			if w != "manager" || leader {
				continue
			}
		}
		rest = append(rest, w)
	}
	if leader || lead > leads["manager"] {
		rest = append(rest, "of people")
	}
	if lead >= 0 {
		height += 10 * lead
	}
	slices.Sort(rest)
	return rung{strings.Join(rest, " "), 10*height + step}
}

// numerals end the names of levels that are numbered.
var numerals = map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6, "l1": 1, "l2": 2, "l3": 3, "l4": 4, "l5": 5}

// items are the entries of a section: the items of its lists.
func items(s *hiring.Section) []*hiring.Item {
	var list []*hiring.Item
	var walk func([]*hiring.Item)
	walk = func(more []*hiring.Item) {
		for _, i := range more {
			list = append(list, i)
			walk(i.Items)
		}
	}
	walk(s.Items())
	return list
}

// sections walks all sections of a page below its root.
func sections(p *hiring.Page, f func(*hiring.Section)) {
	p.Root.Walk(func(s *hiring.Section) bool {
		if s.Rank > 0 {
			f(s)
		}
		return true
	})
}

// linkTo reports whether a section, or one below it, links to an address with one of the words
// in it.
func linkTo(s *hiring.Section, words ...string) bool {
	found := false
	s.Walk(func(s *hiring.Section) bool {
		for _, l := range s.Links {
			dest := strings.ToLower(l.Dest)
			for _, w := range words {
				found = found || strings.Contains(dest, w)
			}
		}
		return !found
	})
	return found
}

// findWords is where words stand in a span of the page, whatever their case; the span is zero
// when they do not.
func findWords(p *hiring.Page, in hiring.Span, words string) hiring.Span {
	text := p.Slice(in) // not in lower case: that may be longer or shorter
	for i := range len(text) - len(words) + 1 {
		if strings.EqualFold(text[i:i+len(words)], words) {
			return hiring.Span{Start: in.Start + i, End: in.Start + i + len(words)}
		}
	}
	return hiring.Span{}
}

func hasAny(s, part string) bool { return strings.Contains(s, part) }

func lower(s string) string { return strings.ToLower(s) }

func itoa(n int) string { return strconv.Itoa(n) }

func quote(s string) string { return strconv.Quote(s) }

// joinAnd joins words as a sentence does: "a, b and c".
func joinAnd(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
