package rolepage

import "strings"

// Most texts have none of the words that are looked for. To see that, a text is gone through as
// it stands, without a copy of it in lower case.

// indexFold is where a phrase stands in a text, in any case, -1 where it does not. The phrase is
// of ASCII characters, with its letters in lower case.
func indexFold(text, phrase string) int {
	for i := 0; i+len(phrase) <= len(text); i++ {
		if lowByte(text[i]) == phrase[0] && hasPrefixFold(text[i:], phrase) {
			return i
		}
	}
	return -1
}

// hasPrefixFold reports whether a text begins with a phrase, in any case.
func hasPrefixFold(text, phrase string) bool {
	if len(text) < len(phrase) {
		return false
	}
	for i := range len(phrase) {
		if lowByte(text[i]) != phrase[i] {
			return false
		}
	}
	return true
}

func lowByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// cues are phrases to look for all at once. Every second place of a text is looked at: wherever a phrase
// stands, its first or its second three bytes begin there. Most three bytes of a text are in no phrase,
// which a look at a table tells.
type cues struct {
	triples [1 << 15 / 64]uint64 // a bit for each three bytes
	phrases [32][]string         // by the last bits of their first byte
}

// newCues makes cues of phrases as indexFold takes them, of four characters or more.
func newCues(phrases ...string) *cues {
	c := &cues{}
	for _, p := range phrases {
		for at := range 2 {
			t := triple(p[at], p[at+1], p[at+2])
			c.triples[t/64] |= 1 << (t % 64)
		}
		c.phrases[p[0]&31] = append(c.phrases[p[0]&31], p)
	}
	return c
}

// triple is a number for three bytes of a text, the same in upper and lower case.
func triple(a, b, c byte) uint { return uint(a&31)<<10 | uint(b&31)<<5 | uint(c&31) }

// in reports whether one of the cues stands in a text, in any case.
func (c *cues) in(text string) bool {
	for i := 0; i+2 < len(text); i += 2 {
		if t := triple(text[i], text[i+1], text[i+2]); c.triples[t/64]&(1<<(t%64)) == 0 {
			continue
		}
		if c.at(text[i:]) || i > 0 && c.at(text[i-1:]) {
			return true
		}
	}
	return false
}

// at reports whether a text begins with one of the cues.
func (c *cues) at(text string) bool {
	for _, p := range c.phrases[text[0]&31] {
		if hasPrefixFold(text, p) {
			return true
		}
	}
	return false
}

// singleBlanks is a text with one blank between words and none at its ends. Most texts are so
// already.
func singleBlanks(text string) string {
	before := byte(' ')
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c >= 0x7f || c == ' ' && before == ' ' {
			return strings.Join(strings.Fields(text), " ")
		}
		before = c
	}
	return strings.TrimSuffix(text, " ")
}
