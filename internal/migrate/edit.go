package migrate

import (
	"bytes"
	"cmp"
	"slices"
	"sort"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// An edit puts a text in the place of a byte range.
type edit struct {
	hiring.Span
	text  string
	what  string // told to people; "" for an edit that belongs to another one
	order int    // of planning; of two that overlap, the earlier wins

	start int // set by apply: where the text begins in the new source
}

// apply makes the edits and returns the new source, and the edits that were made in the order of
// their places.
func apply(src []byte, edits []edit) ([]byte, []edit) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Or(a.Start-b.Start, a.End-b.End, a.order-b.order) })
	var done []edit
	for _, e := range edits {
		// Texts put in at the same place do not overlap.
		if n := len(done); n > 0 && e.Start < done[n-1].End {
			if e.order < done[n-1].order {
				done[n-1] = e
			}
			continue
		}
		done = append(done, e)
	}
	var out bytes.Buffer
	at := 0
	for i, e := range done {
		out.Write(src[at:e.Start])
		done[i].start = out.Len()
		out.WriteString(e.text)
		at = e.End
	}
	out.Write(src[at:])
	return out.Bytes(), done
}

// moved is where a place of the old source is in the new one. A place within what was replaced
// becomes the beginning of the replacement.
func moved(done []edit, at int) int {
	n := sort.Search(len(done), func(i int) bool { return done[i].Start >= at })
	if n == 0 {
		return at
	}
	last := done[n-1]
	if at < last.End {
		return last.start
	}
	return at - last.End + last.start + len(last.text)
}

func lineEnding(src []byte) string {
	if i := bytes.IndexByte(src, '\n'); i > 0 && src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// lineStart is the beginning of the line of an offset.
func lineStart(src []byte, at int) int { return bytes.LastIndexByte(src[:at], '\n') + 1 }

// lineEnd is just after the line of an offset.
func lineEnd(src []byte, at int) int {
	if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(src)
}

// trimmedEnd is the end of the words of a line.
func trimmedEnd(src []byte, at int) int {
	start := lineStart(src, at)
	return start + len(bytes.TrimRight(src[start:lineEnd(src, at)], " \t\r\n"))
}

// within reports whether an offset lies in one of some spans in page order.
func within(spans []hiring.Span, at int) bool {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].End > at })
	return i < len(spans) && spans[i].Start <= at
}
