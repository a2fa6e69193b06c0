package textdiff

import (
	"fmt"
	"math/rand/v2"
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
		{"emptied file", "a\n", "", "--- a.md\n+++ b.md\n@@ -1 +0,0 @@\n-a\n"},
		{"two places together", "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n", "--- a.md\n+++ b.md\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n"},
		{"two places apart", "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "1\n2\n3\n4\n5\n6\n7\nB\n", "--- a.md\n+++ b.md\n@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n@@ -6,4 +5,4 @@\n 5\n 6\n 7\n-b\n+B\n"},
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

// TestUnifiedApplies makes changes of all sizes and applies the difference to the old text as
// patch does, by the numbers of both sides.
func TestUnifiedApplies(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		var a, b strings.Builder
		for i := range random.IntN(300) {
			fmt.Fprintf(&a, "line %d\n", i%40)
			switch random.IntN(12) {
			case 0:
			case 1:
				fmt.Fprintf(&b, "line %d\nnew %d\n", i%40, i)
			case 2:
				fmt.Fprintf(&b, "changed %d\n", i)
			default:
				fmt.Fprintf(&b, "line %d\n", i%40)
			}
		}
		if round%3 == 0 {
			b.WriteString("without an end")
		}
		diff := Unified("a", "b", a.String(), b.String())
		if got := patched(t, a.String(), diff); got != b.String() {
			t.Fatalf("round %d: applied to\n%s\nthe difference\n%s\nleads to\n%s", round, a.String(), diff, got)
		}
	}
}

func patched(t *testing.T, before, diff string) string {
	t.Helper()
	var out []string
	rest := lines(before)
	at := 0
	for line := range strings.Lines(diff) {
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
		case strings.HasPrefix(line, "\\"):
			out[len(out)-1] = strings.TrimSuffix(out[len(out)-1], "\n")
		case strings.HasPrefix(line, "@@"):
			from, to := start(t, line, "-"), start(t, line, "+")
			out = append(out, rest[at:from]...)
			at = from
			if len(out) != to {
				t.Fatalf("hunk %q begins at line %d of the new text", line, len(out)+1)
			}
		case line[0] == '+':
			out = append(out, line[1:])
		default:
			if rest[at] != line[1:] {
				t.Fatalf("line %d is %q, the difference says %q", at+1, rest[at], line[1:])
			}
			if line[0] == ' ' {
				out = append(out, line[1:])
			}
			at++
		}
	}
	return strings.Join(append(out, rest[at:]...), "")
}

// start is how many lines stand before a hunk on one of its sides.
func start(t *testing.T, head, side string) int {
	t.Helper()
	_, after, _ := strings.Cut(head, " "+side)
	from, n := 0, 1
	if _, err := fmt.Sscanf(after, "%d,%d", &from, &n); err != nil && from == 0 && n != 1 {
		t.Fatalf("hunk %q: %v", head, err)
	}
	if n == 0 {
		return from
	}
	return from - 1
}
