package misspelling

import (
	_ "embed"
	"slices"
	"strings"
	"testing"
)

// unpacked is the list before generate.go packed it.
//
//go:embed words.txt
var unpacked string

func TestFind(t *testing.T) {
	for word, want := range map[string][]string{
		"recieve": {"receive"}, "responsibilites": {"responsibilities"}, "aache": {"ache", "cache"},
		"receive": nil, "responsibilities": nil, "": nil, "a": nil, "zzzzzz": nil, "gitlab": nil, "recieve\n": nil,
	} {
		if got := Find(word); !slices.Equal(got, want) {
			t.Errorf("Find(%q) = %q, want %q", word, got, want)
		}
	}
}

// TestList finds every word of the list again, and no right word in it.
func TestList(t *testing.T) {
	last := ""
	for line := range strings.Lines(unpacked) {
		wrong, right, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok || right == "" || wrong <= last {
			t.Fatalf("line %q is out of order or has no right word", line)
		}
		last = wrong
		if got := strings.Join(Find(wrong), ","); got != right {
			t.Fatalf("Find(%q) = %q, want %q", wrong, got, right)
		}
	}
}

// TestMark holds that few right words have to be looked for in the list: it would be found out
// by nothing but the time that a check takes.
func TestMark(t *testing.T) {
	looked, words := 0, 0
	for line := range strings.Lines(unpacked) {
		_, right, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		for word := range strings.SplitSeq(right, ",") {
			words++
			if marked(word) {
				looked++
			}
		}
	}
	if looked*40 > words {
		t.Errorf("%d of %d right words have the marks of wrong ones", looked, words)
	}
}

func BenchmarkFind(b *testing.B) {
	for _, word := range []string{"responsibilities", "responsibilites"} {
		b.Run(word, func(b *testing.B) {
			for b.Loop() {
				Find(word)
			}
		})
	}
}
