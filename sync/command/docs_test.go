package command

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDocs: the page for editors has a row for each command, with its arguments, and no other one; and what it
// shows in blocks is read as commands there are.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/editors.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, rows []string
	for _, c := range commands {
		want = append(want, strings.TrimSpace(c.name+" "+c.args))
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `roleplan: ([^`]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		rows = append(rows, m[1])
	}
	if !slices.Equal(rows, want) {
		t.Errorf("the page has rows for %q, want %q", rows, want)
	}
	blocks := regexp.MustCompile("(?s)```text\n(roleplan: .*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) == 0 {
		t.Error("the page shows no command")
	}
	for _, m := range blocks {
		lines := parse(m[1], "", "roleplan")
		if len(lines) != 1 || !slices.Contains(names(), lines[0].word) {
			t.Errorf("%q is read as %+v", m[1], lines)
		}
	}
}
