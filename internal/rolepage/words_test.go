package rolepage

import (
	"strings"
	"testing"
)

func TestWordMap(t *testing.T) {
	long := strings.Repeat("a", 40)
	words := set("a an and é - Round " + long)
	for _, w := range []string{"a", "an", "and", "é", "-", "Round", long} {
		if !words.of(w) {
			t.Errorf("%q is missing", w)
		}
	}
	for _, w := range []string{"", "b", "aa", "ano", "round", "è", "M", long[1:], long + "a"} {
		if words.of(w) {
			t.Errorf("%q is none of them", w)
		}
	}
}
