package rule

import (
	"cmp"
	"encoding/binary"
	"iter"
	"slices"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A cue says that a word may be what a rule looks for, as a bit.
type cue uint16

const (
	masculine cue = 1 << iota
	feminine
	growth
	fixed
	misused
	vacancy
	location
	pronoun
	years
	misspelt // or one of few right words, see misspelling.Has
)

// A lexicon holds all words that rules look for, so that each word of a page is looked up once for
// all of them.
type lexicon struct {
	terms []term
	// first is the place in terms of the first of those with a hash of their beginning, see hash.
	first [1<<hashBits + 1]uint16
}

// A term is a word in lower case, or the beginning of words: four letters or more, see hash.
type term struct {
	text string
	stem bool
	cue  cue
}

const hashBits = 12

// hash tells words apart by their first four letters, of which first has the bytes, see [misspelling.Ends].
func hash(first uint64) uint32 { return uint32(first&0xffffffff) * 0x9e3779b1 >> (32 - hashBits) }

// firstBytes are the first bytes of a word as [misspelling.Ends] gives them.
func firstBytes[text string | []byte](word text) uint64 {
	var b [8]byte
	copy(b[:], word)
	return binary.LittleEndian.Uint64(b[:])
}

// newLexicon makes a lexicon of terms.
func newLexicon(terms []term) *lexicon {
	x := &lexicon{terms: terms}
	// A stem with a hyphen is met at the word before that.
	key := func(t term) uint32 {
		word, _, _ := strings.Cut(t.text, "-")
		return hash(firstBytes(word))
	}
	slices.SortFunc(terms, func(a, b term) int { return cmp.Compare(key(a), key(b)) })
	for _, t := range terms {
		x.first[key(t)+1]++
	}
	for i := range x.first[1:] {
		x.first[i+1] += x.first[i]
	}
	return x
}

// starting are the terms with the hash of a word that has some first bytes: none for most words.
func (x *lexicon) starting(first uint64) []term {
	h := hash(first)
	return x.terms[x.first[h]:x.first[h+1]]
}

// cues are those of a word, by the terms with its hash, and by a text in lower case that begins with it and goes on
// behind it.
func cues(terms []term, text []byte, length int) cue {
	var found cue
	for i := range terms {
		t := &terms[i]
		if len(t.text) <= len(text) && (t.stem || len(t.text) == length) && string(text[:len(t.text)]) == t.text {
			found |= t.cue
		}
	}
	return found
}

// words is the lexicon of the rules.
var words = sync.OnceValue(func() *lexicon {
	var terms []term
	for _, list := range []struct {
		cue   cue
		stems string
	}{{masculine, masculineStems}, {feminine, feminineStems}, {growth, growthStems}} {
		for stem := range strings.FieldsSeq(list.stems) {
			terms = append(terms, term{stem, true, list.cue})
		}
	}
	for _, p := range []*phrases{fixedPhrases(), misusedWords(), vacancyPhrases(), locations()} {
		for first := range p.byWord {
			terms = append(terms, term{first, false, p.cue})
		}
	}
	for word := range pronouns {
		terms = append(terms, term{word, false, pronoun})
	}
	for word := range periods {
		terms = append(terms, term{word, false, years})
	}
	return newLexicon(terms)
})

// coded are the words with the cue of a list of stems. Of words joined by hyphens the whole is
// looked at first ("self-confident"), then each part, and one counts for all.
func (t *prose) coded(c cue) iter.Seq[hiring.Span] {
	return func(yield func(hiring.Span) bool) {
		last := -1
		for i := range t.with(c) {
			if i <= last || !t.counts(i) {
				continue
			}
			at := t.words[i].Span
			for last = i; last+1 < len(t.words) && t.between(last) == "-"; last++ {
			}
			if word := t.word(i); cues(words().starting(firstBytes(word)), word, len(word))&c == 0 {
				at.End = t.words[last].End // the stem goes on after the hyphen
			}
			if !yield(at) {
				return
			}
		}
	}
}

// all are the places of phrases that count.
func (p *phrases) all(t *prose) iter.Seq[hiring.Span] {
	return func(yield func(hiring.Span) bool) {
		next := 0
		for i := range t.with(p.cue) {
			if i < next {
				continue
			}
			if _, n := p.match(t, i); n > 0 && t.counts(i) {
				if !yield(t.span(i, n)) {
					return
				}
				next = i + n
			}
		}
	}
}

// phrases are words and runs of words, by the first of them, which has their cue.
type phrases struct {
	byWord map[string][]phrase
	cue    cue
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
func newPhrases(c cue, list []string) *phrases {
	p := &phrases{byWord: map[string][]phrase{}, cue: c}
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
	}
	for _, list := range p.byWord {
		slices.SortStableFunc(list, func(a, b phrase) int { return len(b.words) - len(a.words) })
	}
	return p
}

// match is the longest phrase that begins at a word: its place in the list and its number of
// words, 0 when there is none.
func (p *phrases) match(t *prose, i int) (entry, words int) {
	if t.words[i].cues&p.cue == 0 {
		return 0, 0
	}
	for _, ph := range p.byWord[string(t.word(i))] {
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
		if string(t.word(i+n)) != ph.words[n] || !joined(t.between(i+n-1), ph.joints[n-1]) {
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
