package note

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/safe"
)

// A part is a piece of the note in two forms: open, for all to see, and folded, which takes
// a line. A part with neither is left out.
type part struct {
	open   safe.Markdown
	folded safe.Markdown
	always bool // never open
}

// fold adds the parts to b, as many of them open as the lines allow. Parts are given in the
// order of their importance, which is the order in which they stand.
func fold(b *safe.Builder, parts []part, limit int) {
	left := limit - lines(b.Markdown())
	for _, p := range parts {
		if p.folded.String() != "" {
			left -= lines(p.folded) + 1
		}
	}
	for _, p := range parts {
		more := lines(p.open) - lines(p.folded)
		if p.folded.String() == "" {
			more++ // the blank line, which is not reckoned yet
		}
		if p.always || p.open.String() == "" || more > left {
			b.Add(p.folded)
			continue
		}
		left -= more
		b.Add(p.open)
	}
}

// lines counts the lines of a text that are seen without unfolding anything; a folded part
// is one line.
func lines(m safe.Markdown) int {
	if m.String() == "" {
		return 0
	}
	n, depth := 0, 0
	for line := range strings.SplitSeq(m.String(), "\n") {
		switch {
		case line == "<details>":
			if depth == 0 {
				n++
			}
			depth++
		case line == "</details>":
			depth--
		case depth == 0:
			n++
		}
	}
	return n
}
