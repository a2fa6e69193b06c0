package textdiff

import (
	"fmt"
	"strings"
	"testing"
)

func TestUnified(t *testing.T) {
	tests := []struct {
		name          string
		before, after string
		want          string
	}{
		{"equal", "a\nb\n", "a\nb\n", ""},
		{"changed", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", "--- a.md\n+++ b.md\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
		{"no line end", "a\nb", "a\nb\n", "--- a.md\n+++ b.md\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
		{"carriage returns", "a\r\nb\r\n", "a\r\nc\r\n", "--- a.md\n+++ b.md\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
		{"new file", "", "a\n", "--- a.md\n+++ b.md\n@@ -0,0 +1 @@\n+a\n"},
		{"bytes that are no text", "\xff\xfe\n\x00b\n", "\xff\xfe\n\x00c\n", "--- a.md\n+++ b.md\n@@ -1,2 +1,2 @@\n \xff\xfe\n-\x00b\n+\x00c\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Unified("a.md", "b.md", tt.before, tt.after); got != tt.want {
				t.Errorf("got\n%q\nwant\n%q", got, tt.want)
			}
		})
	}
}

func TestUnifiedNames(t *testing.T) {
	got := Unified("a\n+++ /etc/passwd", `plain name.md`, "a\n", "b\n")
	if head, _, _ := strings.Cut(got, "@@"); head != "--- \"a\\n+++ /etc/passwd\"\n+++ plain name.md\n" {
		t.Errorf("got %q", head)
	}
}

// TestUnifiedApplies reads the difference back: what it takes away and what it keeps is the old
// text, what it adds and keeps the new one, as far as it shows them.
func TestUnifiedApplies(t *testing.T) {
	var a, b strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&a, "line %d\n", i%700)
		if i%13 != 0 {
			fmt.Fprintf(&b, "line %d\n", (i+i/900)%700)
		}
	}
	before, after := a.String(), b.String()
	var got strings.Builder
	rest := strings.SplitAfter(before, "\n")
	at := 0
	for line := range strings.Lines(Unified("a", "b", before, after)) {
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
		case strings.HasPrefix(line, "@@"):
			var from int
			if _, err := fmt.Sscanf(line, "@@ -%d", &from); err != nil {
				t.Fatalf("hunk %q: %v", line, err)
			}
			for ; at < from-1; at++ {
				got.WriteString(rest[at])
			}
		case line[0] == '+':
			got.WriteString(line[1:])
		default:
			if rest[at] != line[1:] {
				t.Fatalf("line %d is %q, the difference says %q", at+1, rest[at], line[1:])
			}
			if line[0] == ' ' {
				got.WriteString(line[1:])
			}
			at++
		}
	}
	for ; at < len(rest); at++ {
		got.WriteString(rest[at])
	}
	if got.String() != after {
		t.Error("the difference does not lead to the new text")
	}
}
