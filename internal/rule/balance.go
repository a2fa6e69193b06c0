package rule

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A balance weighs words of two kinds against each other: a page passes when it has no more of
// the heavy kind than of the light one.
type balance struct {
	kind string // what a finding is known by
	// heavy and light are what the kinds are called, after one number and after others; effect says what
	// comes of too many heavy words.
	heavy, light [2]string
	effect       string
	// better are words to take in place of heavy ones. One that is of the light kind itself
	// mends the balance by two and is marked with a "+".
	better map[string]string
	// verbs are those of which that holds where they are verbs alone: "lead the team", but no "sales leads".
	verbs map[string]bool
}

// weigh reports a page that has too many heavy words, with the fewest words to change. One
// finding stands for the page: the balance is what is wrong, not any of the words.
func (b *balance) weigh(p *Pass, heavy, light iter.Seq[hiring.Span]) {
	many, few := number(heavy), number(light)
	if many <= few {
		return
	}
	edit := b.smallest(p.prose(), heavy, many-few)
	first := edit[0].at[0]
	for _, c := range edit {
		if c.at[0].Start < first.Start {
			first = c.at[0]
		}
	}
	p.Report(first, "page", "the page has %s and %s, which %s; for a balance, reword %s",
		amount(many, b.heavy), amount(few, b.light), b.effect, b.list(p, edit))
	p.last().Subject = b.kind
}

// number counts words.
func number(words iter.Seq[hiring.Span]) int {
	n := 0
	for range words {
		n++
	}
	return n
}

// amount is a number of words: "1 word that sounds masculine", "none that sounds feminine".
func amount(n int, names [2]string) string {
	switch n {
	case 0:
		return "none " + names[0]
	case 1:
		return "1 " + names[0]
	}
	return itoa(n) + " " + names[1]
}

// A change is a word to be put in other words, in some of the places where it stands.
type change struct {
	word, better string
	gain         int // by how much each place mends the balance
	at           []hiring.Span
}

// smallest chooses the fewest places to change so that a surplus is gone. Words that have a
// better one at hand come first, and of these the most frequent, so that an editor has few
// different words to think about.
func (b *balance) smallest(t *prose, heavy iter.Seq[hiring.Span], surplus int) []change {
	type use struct {
		word string
		noun bool
	}
	byUse := map[use]*change{}
	var all []*change
	for at := range heavy {
		says := t.lower[at.Start:at.End]
		if bytes.ContainsAny(says, " \t\r\n") {
			says = bytes.Join(bytes.Fields(says), []byte(" "))
		}
		of := use{string(says), b.verbs[string(says)] && !verbAt(t.src, at.Start)}
		c := byUse[of]
		if c == nil {
			c = &change{word: of.word, gain: 1}
			if !of.noun {
				c.better = b.better[of.word]
			}
			if better, light := strings.CutPrefix(c.better, "+"); light {
				c.gain, c.better = 2, better
			}
			byUse[of] = c
			all = append(all, c)
		}
		c.at = append(c.at, at)
	}
	slices.SortStableFunc(all, func(x, y *change) int {
		return cmp.Or(cmp.Compare(y.gain, x.gain), boolCompare(y.better != "", x.better != ""), cmp.Compare(len(y.at), len(x.at)))
	})
	var edit []change
	for _, c := range all {
		if surplus <= 0 {
			break
		}
		need := min(len(c.at), (surplus+c.gain-1)/c.gain)
		surplus -= need * c.gain
		edit = append(edit, change{c.word, c.better, c.gain, c.at[:need]})
	}
	return edit
}

// verbAt reports whether a word of a list or a sentence stands where mostly a verb does: at its beginning, or behind a
// word that one follows.
func verbAt(src []byte, at int) bool {
	if at > 0 && src[at-1] == '-' {
		return false // "co-lead"
	}
	before := bytes.TrimRight(src[:at], " *_")
	if len(before) == 0 || bytes.IndexByte([]byte("\n-+*.:;)"), before[len(before)-1]) >= 0 {
		return true
	}
	before = before[max(0, len(before)-longestBefore):]
	word := before[bytes.LastIndexAny(before, " \n")+1:]
	return beforeVerbs[string(bytes.ToLower(word))]
}

// longestBefore is more than any of beforeVerbs has, so that a line without blanks costs no more than its length.
const longestBefore = 16

var beforeVerbs = map[string]bool{"to": true, "will": true, "can": true, "must": true, "should": true, "may": true, "also": true, "help": true, "helps": true, "you": true, "they": true, "who": true}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// mostWords and mostLines bound how much of an edit a message lists.
const (
	mostWords = 6
	mostLines = 8
)

// list puts an edit into words: `"lead" in lines 12, 20 ("guide")`.
func (b *balance) list(p *Pass, edit []change) string {
	var parts []string
	for n, c := range edit {
		if n == mostWords {
			rest := 0
			for _, c := range edit[n:] {
				rest += len(c.at)
			}
			parts = append(parts, fmt.Sprintf("%d more of the kind", rest))
			break
		}
		part := fmt.Sprintf("%q in %s", c.word, lines(p, c.at))
		if c.better != "" {
			part += fmt.Sprintf(" (perhaps %q)", c.better)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// lines names the lines of words.
func lines(p *Pass, at []hiring.Span) string {
	var names []string
	last := 0
	for _, s := range at {
		line := p.Page.Line(s.Start)
		if line == last {
			continue
		}
		last = line
		if len(names) == mostLines {
			return "lines " + strings.Join(names, ", ") + " and further down"
		}
		names = append(names, itoa(line))
	}
	if len(names) == 1 {
		return "line " + names[0]
	}
	return "lines " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
