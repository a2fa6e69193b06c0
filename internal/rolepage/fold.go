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

// cues are phrases to look for all at once. Most pairs of letters in a text begin none of them,
// which a look at a table tells.
type cues struct {
	pairs   [32 * 32]bool // of the first two bytes of a phrase
	phrases [256][]string // by their first byte
}

// newCues makes cues of phrases as indexFold takes them, of two characters or more.
func newCues(phrases ...string) *cues {
	c := &cues{}
	for _, p := range phrases {
		c.pairs[pair(p, 0)] = true
		c.phrases[p[0]] = append(c.phrases[p[0]], p)
	}
	return c
}

// pair is a number for two bytes of a text, the same in upper and lower case.
func pair(text string, at int) int { return int(text[at]&31)<<5 | int(text[at+1]&31) }

// in reports whether one of the cues stands in a text, in any case.
func (c *cues) in(text string) bool {
	for i := range len(text) - 1 {
		if !c.pairs[pair(text, i)] {
			continue
		}
		for _, p := range c.phrases[lowByte(text[i])] {
			if hasPrefixFold(text[i:], p) {
				return true
			}
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
