// Package textdiff compares two texts line by line.
package textdiff

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// around is the number of lines that are shown before and after each change.
const around = 3

// Unified is the difference of two texts as `patch` and `git apply` read it; "" when they are
// equal. A name that would break its line is quoted as git does it.
func Unified(oldName, newName, before, after string) string {
	a, b := lines(before), lines(after)
	changes := lcs.DiffLines(a, b)
	if len(changes) == 0 {
		return ""
	}
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", Name(oldName), Name(newName))
	for len(changes) > 0 {
		// Changes whose surroundings touch are shown together.
		n := 1
		for n < len(changes) && changes[n].Start-changes[n-1].End <= 2*around {
			n++
		}
		hunk(&out, a, b, changes[:n])
		changes = changes[n:]
	}
	return out.String()
}

// hunk writes changes with the lines between and around them.
func hunk(out *strings.Builder, a, b []string, changes []lcs.Diff) {
	first, last := changes[0], changes[len(changes)-1]
	before := min(around, first.Start)
	after := min(around, len(a)-last.End)
	fmt.Fprintf(out, "@@ -%s +%s @@\n", span(first.Start-before, last.End+after), span(first.ReplStart-before, last.ReplEnd+after))
	at := first.Start - before
	for _, c := range changes {
		write(out, ' ', a[at:c.Start])
		write(out, '-', a[c.Start:c.End])
		write(out, '+', b[c.ReplStart:c.ReplEnd])
		at = c.End
	}
	write(out, ' ', a[at:at+after])
}

// span names lines as the head of a hunk does: the first one, from 1, and how many. No lines
// have the number of the line before them.
func span(from, to int) string {
	switch to - from {
	case 0:
		return fmt.Sprintf("%d,0", from)
	case 1:
		return strconv.Itoa(from + 1)
	}
	return fmt.Sprintf("%d,%d", from+1, to-from)
}

func write(out *strings.Builder, sign byte, lines []string) {
	for _, l := range lines {
		out.WriteByte(sign)
		out.WriteString(l)
		if !strings.HasSuffix(l, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// lines are the lines of a text with their ends.
func lines(text string) []string {
	all := strings.SplitAfter(text, "\n")
	if all[len(all)-1] == "" {
		all = all[:len(all)-1]
	}
	return all
}

// Name is a file's name as it stands in the head of a difference.
func Name(name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f }) < 0 {
		return name
	}
	return strconv.QuoteToASCII(name)
}
