package misspelling

import (
	"slices"
	"strings"
	"testing"
)

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
	for line := range strings.Lines(list) {
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

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		Find("responsibilities")
	}
}
