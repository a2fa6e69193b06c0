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
// stands, its first or its second four bytes begin there. Most four bytes of a text are in no phrase,
// which a look at a table tells.
type cues struct {
	grams   [1 << 15 / 64]uint64 // a bit for the hash of four bytes
	phrases [32][]string         // by the last bits of their first byte
}

// newCues makes cues of phrases as indexFold takes them, of four characters or more.
func newCues(phrases ...string) *cues {
	c := &cues{}
	add := func(four string) {
		g := gram(uint32(four[0]) | uint32(four[1])<<8 | uint32(four[2])<<16 | uint32(four[3])<<24)
		c.grams[g/64] |= 1 << (g % 64)
	}
	for _, p := range phrases {
		add(p)
		if len(p) > 4 {
			add(p[1:])
		} else { // whatever follows
			for next := range byte(32) {
				add(p[1:] + string(rune(next)))
			}
		}
		c.phrases[p[0]&31] = append(c.phrases[p[0]&31], p)
	}
	return c
}

// gram is a number of 15 bits for four bytes of a text, the same in upper and lower case.
func gram(four uint32) uint32 { return (four & 0x1f1f1f1f) * 0x9e3779b1 >> 17 }

// in reports whether one of the cues stands in a text, in any case.
func (c *cues) in(text string) bool {
	i := 0
	for ; i+4 <= len(text); i += 2 {
		g := gram(uint32(text[i]) | uint32(text[i+1])<<8 | uint32(text[i+2])<<16 | uint32(text[i+3])<<24)
		if c.grams[g/64]&(1<<(g%64)) == 0 {
			continue
		}
		if c.at(text[i:]) || i > 0 && c.at(text[i-1:]) {
			return true
		}
	}
	return i > 0 && i < len(text) && c.at(text[i-1:])
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
