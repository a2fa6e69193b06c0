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

// cues are phrases by their first byte, to look for all of them in one go.
type cues [256][]string

func newCues(phrases ...string) *cues {
	c := &cues{}
	for _, p := range phrases {
		c[p[0]] = append(c[p[0]], p)
	}
	return c
}

// in reports whether one of the cues stands in a text, in any case.
func (c *cues) in(text string) bool {
	for i := range len(text) {
		for _, p := range c[lowByte(text[i])] {
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
