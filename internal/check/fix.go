package check

import (
	"bytes"
	"cmp"
	"slices"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// mostRounds bounds how often a page is read again to look for what a fix has left or brought to
// light.
const mostRounds = 10

// Fix mends what findings of a page say how to mend without a doubt. It returns the page as it is
// then, and the findings that were mended; what no fix names stays as it is, byte for byte.
func Fix(path string, src []byte, o Options) (fixed []byte, mended []finding.Finding) {
	fixed = src
	for range mostRounds {
		var edits []finding.Edit // in the order of the page
		for _, f := range Page(rolepage.Parse(path, fixed), o) {
			// Findings that want the same place come to it one after the other.
			if len(f.Fix) > 0 && !slices.ContainsFunc(f.Fix, func(e finding.Edit) bool { return taken(edits, e.Span) }) {
				mended = append(mended, f)
				for _, e := range f.Fix {
					edits = slices.Insert(edits, before(edits, e.Span.Start), e)
				}
			}
		}
		if len(edits) == 0 {
			break
		}
		fixed = apply(fixed, edits)
	}
	return fixed, mended
}

// before is the number of edits that begin before a place.
func before(edits []finding.Edit, at int) int {
	i, _ := slices.BinarySearchFunc(edits, at, func(e finding.Edit, at int) int { return cmp.Compare(e.Span.Start, at) })
	return i
}

// taken reports whether an edit touches a place.
func taken(edits []finding.Edit, at hiring.Span) bool {
	i := before(edits, at.Start)
	return i > 0 && edits[i-1].Span.End >= at.Start || i < len(edits) && edits[i].Span.Start <= at.End
}

// apply makes edits that are in the order of the page and don't overlap.
func apply(src []byte, edits []finding.Edit) []byte {
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		out.Write(src[at:e.Span.Start])
		out.WriteString(e.Text)
		at = e.Span.End
	}
	out.Write(src[at:])
	return out.Bytes()
}
