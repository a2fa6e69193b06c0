package rule

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// What is done by hand for speed does the same as the plain way.

func TestLowerASCII(t *testing.T) {
	var all []byte
	for c := range 256 {
		all = append(all, byte(c), byte(255-c), byte(c*7))
	}
	for from := range 9 {
		text := all[from:]
		low := make([]byte, len(text))
		lowerASCII(low, text)
		for i, c := range text {
			if want := bytes.ToLower([]byte{c}); c < 0x80 && low[i] != want[0] || c >= 0x80 && low[i] != c {
				t.Fatalf("%q becomes %q", c, low[i])
			}
		}
	}
}

func TestNormal(t *testing.T) {
	var lines []string
	for _, src := range corpus.Pages(t) {
		lines = append(lines, strings.Split(string(src), "\n")...)
	}
	for _, line := range append(lines, "", " ", ".", "A b", "a  B.", "a\tb. ;", "\va b", "É b", "é  b,", "a\u00a0b", "It’s – A", "“A” — ‘b’!", "\x99a’\x80", "’", "K\u212ak \u0130i") {
		for _, text := range []string{line, strings.ToUpper(line), " " + strings.ReplaceAll(line, " ", "\n ") + " .; "} {
			want := strings.TrimRight(strings.Join(strings.Fields(strings.ToLower(asciiMarks.Replace(text))), " "), ".,;:! ")
			if got := normal(text); got != want {
				t.Fatalf("%q becomes %q, want %q", text, got, want)
			}
			if beginning(text) != beginning(want) {
				t.Fatalf("%q and %q begin otherwise", text, want)
			}
		}
	}
}

func TestLengths(t *testing.T) {
	pattern := regexp.MustCompile(`(?i)\b\d+[ -](minute|min|hour)\b`)
	rng := rand.New(rand.NewPCG(1, 2))
	parts := []string{"30", "5", " ", "-", "minute", "Min", "HOUR", "s", "_", "é", ".", "a "}
	found := 0
	for range 50000 {
		var b strings.Builder
		for range 8 {
			b.WriteString(parts[rng.IntN(len(parts))])
		}
		var got [][]int
		for start, end := range lengths(b.String()) {
			got = append(got, []int{start, end})
		}
		if want := pattern.FindAllStringIndex(b.String(), -1); !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("%q: %v, want %v", b.String(), got, want)
		}
		found += len(got)
	}
	if found == 0 {
		t.Error("no text has a length")
	}
}

func TestSlugs(t *testing.T) {
	for heading, want := range map[string][]string{
		"Senior Engineer": {"senior-engineer"}, "A - b": {"a---b", "a-b"}, "1. First": {"1-first", "first"}, "Über uns": {"ber-uns", "über-uns"}, "a  b ": {"a--b", "a--b-", "a-b"}, "": {""},
	} {
		if got := slugs(heading); !slices.Equal(got, want) {
			t.Errorf("slugs of %q: %q, want %q", heading, got, want)
		}
	}
}

// TestBlocks holds that blocks are read in the order of the page, by which begins finds that of a word.
func TestBlocks(t *testing.T) {
	for path, src := range corpus.Pages(t) {
		sheet := Sheet{Page: rolepage.Parse(path, src)}
		blocks := sheet.prose().blocks
		for i := 1; i < len(blocks); i++ {
			if blocks[i].Start < blocks[i-1].End {
				t.Errorf("%s: %q is read after %q", path, src[blocks[i].Start:blocks[i].End], src[blocks[i-1].Start:blocks[i-1].End])
			}
		}
		sheet.Close()
	}
}

// TestLastWord holds that what stood in memory before is no part of a page that ends with a word.
func TestLastWord(t *testing.T) {
	for word, want := range map[string]cue{"he": pronoun, "recieve": misspelt, "responsibilites": misspelt | feminine, "self-confident": masculine, "self": 0, "hers": pronoun, "her": pronoun, "maste": 0} {
		for _, after := range []string{"recieverecieve", "-confident", "s", ""} {
			sheet := Sheet{Page: rolepage.Parse("a.md", []byte("## "+word+after))}
			sheet.prose()
			sheet.Close()
			sheet = Sheet{Page: rolepage.Parse("a.md", []byte("## "+word))}
			if got := sheet.prose().words[0].cues; got != want {
				t.Errorf("%q has the cues %b, want %b", word, got, want)
			}
			sheet.Close()
		}
	}
}
