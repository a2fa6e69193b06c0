package ci

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPlainASCII tries each byte, at each place of texts of some lengths, beside each kind of others.
func TestPlainASCII(t *testing.T) {
	for c := range 256 {
		for _, length := range []int{1, 7, 8, 9, 17} {
			for at := range length {
				for _, other := range []string{" ", "~", "a", "\x1f", "\x7f", "\x80", "\xff", "\x00"} {
					text := strings.Repeat(other, at) + string([]byte{byte(c)}) + strings.Repeat(other, length-at-1)
					want := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
					if plainASCII(text) != want {
						t.Fatalf("%q: %t, want %t", text, !want, want)
					}
				}
			}
		}
	}
}

// TestCut holds that a part of a line is counted in characters, whatever these are.
func TestCut(t *testing.T) {
	for length := range 12 {
		for from := range 14 {
			for most := 1; most < 14; most++ {
				for _, c := range []string{"a", "é", "\t"} {
					runes := []rune(strings.Repeat(c+"b", length))[:length]
					line := string(runes)
					want := string(runes[min(from, len(runes)):min(from+most, len(runes))])
					shown, n, more := cut(line, from, most)
					if shown != want || n != utf8.RuneCountInString(want) || more != (len(runes) > from+most) {
						t.Errorf("%d characters of %q from %d on: %q, %d, %t", most, line, from, shown, n, more)
					}
				}
			}
		}
	}
}
