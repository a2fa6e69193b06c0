package rule

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// stems are beginnings of words, by their first letter.
type stems struct {
	byLetter [256][]string
	// seconds has for each first letter a bit for each second one, so that most words are told at a
	// glance.
	seconds [256]uint32
}

// newStems reads a list of stems, of two letters or more each, with blanks between them.
func newStems(list string) *stems {
	s := &stems{}
	for stem := range strings.FieldsSeq(list) {
		s.byLetter[stem[0]] = append(s.byLetter[stem[0]], stem)
		s.seconds[stem[0]] |= 1 << (stem[1] % 32)
	}
	return s
}

// match reports whether a text begins with one of the stems.
func (s *stems) match(text string) bool {
	if len(text) < 2 || s.seconds[text[0]]&(1<<(text[1]%32)) == 0 {
		return false
	}
	for _, stem := range s.byLetter[text[0]] {
		if strings.HasPrefix(text, stem) {
			return true
		}
	}
	return false
}

// coded are the words that begin with one of the stems. Of words joined by hyphens the whole is
// looked at first ("self-confident"), then each part, and one counts for all.
func (t *prose) coded(s *stems) []hiring.Span {
	var found []hiring.Span
	for i := 0; i < len(t.words); i++ {
		if !s.match(t.lower[t.words[i].Start:]) || !t.counts(i) {
			continue
		}
		at, first := t.words[i].Span, t.word(i)
		for i+1 < len(t.words) && t.between(i) == "-" {
			i++
		}
		if !s.match(first) {
			at.End = t.words[i].End // the stem goes on after the hyphen
		}
		found = append(found, at)
	}
	return found
}

// all are the places of phrases that count.
func (p *phrases) all(t *prose) []hiring.Span {
	var found []hiring.Span
	for i := 0; i < len(t.words); i++ {
		if _, n := p.match(t, i); n > 0 && t.counts(i) {
			found = append(found, hiring.Span{Start: t.words[i].Start, End: t.words[i+n-1].End})
			i += n - 1
		}
	}
	return found
}

// phrases are words and runs of words, by the first of them.
type phrases struct {
	byWord map[string][]phrase
	// lengths has for each letter that words of the map begin with a bit for each of their
	// lengths, so that most words are told at a glance.
	lengths [256]uint32
}

type phrase struct {
	words []string
	// joints are what has to stand between the words: ' ' for blanks or a hyphen, '\'' for an
	// apostrophe, '/' and ',' for themselves.
	joints string
	entry  int // in the list that the phrases were made from
}

// newPhrases reads phrases as people write them: "we're hiring", "master/slave". They are found
// again by their place in the list.
func newPhrases(list []string) *phrases {
	p := &phrases{byWord: map[string][]phrase{}}
	for n, text := range list {
		var ph phrase
		ph.entry = n
		rest := text
		for {
			i := strings.IndexAny(rest, " '/,")
			if i < 0 {
				ph.words = append(ph.words, rest)
				break
			}
			ph.words = append(ph.words, rest[:i])
			ph.joints += rest[i : i+1]
			rest = strings.TrimLeft(rest[i+1:], " ")
		}
		first := ph.words[0]
		p.byWord[first] = append(p.byWord[first], ph)
		p.lengths[first[0]] |= 1 << len(first)
	}
	for _, list := range p.byWord {
		slices.SortStableFunc(list, func(a, b phrase) int { return len(b.words) - len(a.words) })
	}
	return p
}

// match is the longest phrase that begins at a word: its place in the list and its number of
// words, 0 when there is none.
func (p *phrases) match(t *prose, i int) (entry, words int) {
	first := t.word(i)
	if p.lengths[first[0]]&(1<<len(first)) == 0 {
		return 0, 0
	}
	for _, ph := range p.byWord[first] {
		if ph.at(t, i) {
			return ph.entry, len(ph.words)
		}
	}
	return 0, 0
}

func (ph *phrase) at(t *prose, i int) bool {
	if i+len(ph.words) > len(t.words) {
		return false
	}
	for n := 1; n < len(ph.words); n++ {
		if t.word(i+n) != ph.words[n] || !joined(t.between(i+n-1), ph.joints[n-1]) {
			return false
		}
	}
	return true
}

// joined reports whether what stands between two words is what a phrase asks for.
func joined(between string, joint byte) bool {
	if len(between) > 32 {
		return false
	}
	// Emphasis, and the marks of a quote that goes on in the next line, part no words.
	marks := strings.Trim(between, " \t\r\n*_>")
	switch joint {
	case '\'':
		return between == "'" || between == "’"
	case ' ':
		return marks == "" && between != "" || between == "-"
	default:
		return marks == string(joint)
	}
}
