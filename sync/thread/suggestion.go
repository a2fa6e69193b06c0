package thread

import (
	"bytes"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// suggest gives the whole lines that a fix makes of those it touches, as what takes the place of
// a commented line and of some around it; "" when there is no fix.
func suggest(src []byte, line int, fix []finding.Edit) (lines string, above, below int) {
	if len(fix) == 0 {
		return "", 0, 0
	}
	edits := slices.SortedFunc(slices.Values(fix), func(a, b finding.Edit) int { return a.Span.Start - b.Span.Start })
	first, last := line, line
	for _, e := range edits {
		if e.Span.Start < 0 || e.Span.End > len(src) || e.Span.Start > e.Span.End {
			return "", 0, 0
		}
		first = min(first, lineOf(src, e.Span.Start))
		last = max(last, lineOf(src, e.Span.End))
	}
	at, end := startOf(src, first), startOf(src, last+1)
	var b strings.Builder
	for _, e := range edits {
		if e.Span.Start < at {
			return "", 0, 0 // edits that overlap are no certain fix
		}
		b.Write(src[at:e.Span.Start])
		b.WriteString(e.Text)
		at = e.Span.End
	}
	b.Write(src[at:end])
	return strings.TrimSuffix(b.String(), "\n"), line - first, last - line
}

// lineOf is the line, from 1, that an offset lies in.
func lineOf(src []byte, offset int) int { return bytes.Count(src[:offset], []byte("\n")) + 1 }

// startOf is the offset at which a line begins, the end of the text for a line behind it.
func startOf(src []byte, line int) int {
	at := 0
	for ; line > 1; line-- {
		i := bytes.IndexByte(src[at:], '\n')
		if i < 0 {
			return len(src)
		}
		at += i + 1
	}
	return at
}
