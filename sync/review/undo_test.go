package review

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestUndo(t *testing.T) {
	for name, tt := range map[string]struct{ after, diff, want string }{
		"change":         {"a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n", "a\nb\nc\n"},
		"added":          {"a\nb\n", "@@ -1 +1,2 @@\n a\n+b\n", "a\n"},
		"dropped at end": {"a\n", "@@ -1,2 +1 @@\n a\n-b\n", "a\nb\n"},
		"two hunks":      {"A\nb\nc\nd\nE\n", "@@ -1,2 +1,2 @@ head\n-a\n+A\n b\n@@ -4,2 +4,2 @@\n d\n-e\n+E\n", "a\nb\nc\nd\ne\n"},
		"no context":     {"a\nc\n", "@@ -2 +1,0 @@\n-b\n", "a\nb\nc\n"},
		"all new":        {"a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n", ""},
		"newline added":  {"a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n", "a"},
		"newline lost":   {"a", "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n", "a\n"},
		"emptied":        {"", "@@ -1,2 +0,0 @@\n-a\n-b\n", "a\nb\n"},
		"minus in text":  {"-- x\n", "@@ -1 +1 @@\n--- y\n+-- x\n", "-- y\n"},
		"CRLF":           {"a\r\nB\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+B\r\n", "a\r\nb\r\n"},
		"diff cut short": {"a\nB", "@@ -1,2 +1,2 @@\n a\n-b\n+B\n\\ No newline at end of file", "a\nb\n"},
	} {
		got, ok := undo([]byte(tt.after), tt.diff)
		if !ok || string(got) != tt.want {
			t.Errorf("%s: got %q, %v, want %q", name, got, ok, tt.want)
		}
	}
}

func TestUndoRefusesWhatDoesNotFit(t *testing.T) {
	for name, tt := range map[string]struct{ after, diff string }{
		"empty":            {"a\n", ""},
		"other context":    {"x\nB\n", "@@ -1,2 +1,2 @@\n a\n-b\n+B\n"},
		"other new line":   {"a\nX\n", "@@ -1,2 +1,2 @@\n a\n-b\n+B\n"},
		"beyond the end":   {"a\n", "@@ -9,2 +9,2 @@\n a\n-b\n+B\n"},
		"incomplete":       {"a\nB\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n"},
		"no hunk":          {"a\n", "Binary files differ\n"},
		"bad numbers":      {"a\n", "@@ -x +1 @@\n a\n"},
		"negative":         {"a\n", "@@ --1 +-1 @@\n a\n"},
		"backwards":        {"a\nb\nc\n", "@@ -3 +3 @@\n c\n@@ -1 +1 @@\n a\n"},
		"line end differs": {"a\r\n", "@@ -1 +1,1 @@\n a\n"},
		"blank line":       {"a\n", "@@ -1,2 +1,2 @@\n\n a\n"},
		"too many lines":   {"a\nb\n", "@@ -1,1 +1,1 @@\n a\n b\n"},
	} {
		if got, ok := undo([]byte(tt.after), tt.diff); ok {
			t.Errorf("%s: undone to %q", name, got)
		}
	}
}

// TestUndoRandomEdits writes diffs by itself and takes them back.
func TestUndoRandomEdits(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		var before, after, diff strings.Builder
		oldLine, newLine := 1, 1
		for i := range r.IntN(8) {
			for range r.IntN(4) { // untouched lines between hunks
				line := fmt.Sprintf("same %d\n", r.IntN(3))
				before.WriteString(line)
				after.WriteString(line)
				oldLine++
				newLine++
			}
			var body strings.Builder
			olds, news := 0, 0
			for range 1 + r.IntN(5) {
				line := fmt.Sprintf("%d %d\n", i, r.IntN(3))
				switch r.IntN(3) {
				case 0:
					body.WriteString(" " + line)
					before.WriteString(line)
					after.WriteString(line)
					olds, news = olds+1, news+1
				case 1:
					body.WriteString("-" + line)
					before.WriteString(line)
					olds++
				case 2:
					body.WriteString("+" + line)
					after.WriteString(line)
					news++
				}
			}
			o, n := oldLine, newLine
			if olds == 0 {
				o--
			}
			if news == 0 {
				n--
			}
			fmt.Fprintf(&diff, "@@ -%d,%d +%d,%d @@\n%s", o, olds, n, news, body.String())
			oldLine += olds
			newLine += news
		}
		if diff.Len() == 0 {
			continue
		}
		got, ok := undo([]byte(after.String()), diff.String())
		if !ok || string(got) != before.String() {
			t.Fatalf("seed %d: got %q, %v\nwant %q\nafter %q\ndiff\n%s", seed, got, ok, before.String(), after.String(), diff.String())
		}
	}
}

func FuzzUndo(f *testing.F) {
	f.Add("a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n")
	f.Fuzz(func(t *testing.T, after, diff string) {
		before, ok := undo([]byte(after), diff)
		if ok && len(before) > len(after)+len(diff) {
			t.Errorf("%d bytes out of %d and %d", len(before), len(after), len(diff))
		}
	})
}
