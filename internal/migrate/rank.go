package migrate

import (
	"bytes"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// headingRanks takes headings of the first rank off the page: the new site makes the title one,
// and the templates begin with the second. The smallest change that leaves the page's meaning as
// it is wins: those headings alone one rank down, or all of them.
func (m *migration) headingRanks() {
	var top, all []*hiring.Section
	lowest := 0
	m.page.Root.Walk(func(sec *hiring.Section) bool {
		if sec.Rank == 1 {
			top = append(top, sec)
		}
		if sec.Rank > 0 {
			all = append(all, sec)
		}
		lowest = max(lowest, sec.Rank)
		return true
	})
	if len(top) == 0 {
		return
	}
	tries := []struct {
		which []*hiring.Section
		what  string
	}{{top, "heading %q is one of the second rank now, the title is the first"}, {all, "heading %q is one rank lower, the title is the first"}}
	for _, t := range tries {
		edits, ok := m.demote(t.which, t.what)
		if !ok || len(t.which) == len(all) && lowest == 6 {
			continue
		}
		src, _ := apply(m.page.Source, edits)
		if before, after := difference(m.page, rolepage.Parse(m.page.Path, src)); before == after {
			m.take(m.page.Path, edits, nil)
			return
		}
	}
	m.notes = append(m.notes, remark{top[0].Heading.Span.Start, "the heading \"" + top[0].Heading.Text + "\" is one of the first rank, which is the title's; make it one of the second, and those below it fit"})
}

// demote sets headings one rank lower.
func (m *migration) demote(which []*hiring.Section, what string) ([]edit, bool) {
	src := m.page.Source
	var edits []edit
	for _, sec := range which {
		line := src[sec.Line.Start:sec.Line.End]
		at := sec.Line.Start + len(line) - len(bytes.TrimLeft(line, " "))
		told := strings.Replace(what, "%q", "\""+sec.Heading.Text+"\"", 1)
		switch {
		case isATX(src, sec):
			edits = append(edits, edit{Span: hiring.Span{Start: at, End: at}, text: "#", what: told, order: len(edits)})
		default:
			// An underlined heading gets number signs: the third rank has no underline, and that
			// of the second may be read as the end of the front matter.
			words := lineEnd(src, sec.Line.Start)
			text := bytes.TrimSpace(src[sec.Line.Start:words])
			if bytes.Count(bytes.TrimRight(line, "\r\n"), []byte("\n")) != 1 || bytes.HasSuffix(text, []byte("#")) {
				return nil, false
			}
			edits = append(edits,
				edit{Span: hiring.Span{Start: at, End: at}, text: strings.Repeat("#", sec.Rank+1) + " ", what: told, order: len(edits)},
				edit{Span: hiring.Span{Start: words, End: sec.Line.End}, order: len(edits) + 1})
		}
	}
	return edits, true
}
