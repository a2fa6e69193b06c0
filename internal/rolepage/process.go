package rolepage

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readProcesses finds the hiring processes of a page and reads their steps.
func readProcesses(p *hiring.Page, room *slabs) []*hiring.Process {
	room.steps = room.steps[:0]
	var all []*hiring.Process
	scopes := newScopes(p)
	p.Root.Walk(func(s *hiring.Section) bool {
		scopes.pass(s)
		if s.Kind != hiring.SectionHiringProcess {
			if s = boldProcess(p.Source, s); s == nil {
				return true
			}
		}
		steps := readSteps(p, s, room)
		if len(steps) == 0 && (holdsProcesses(s) || !saysHiringProcess(s)) {
			return true
		}
		all = append(all, &hiring.Process{Section: s, Intro: introduction(s, steps), Steps: steps, Scope: scopes.of(s)})
		return true
	})
	if len(all) == 1 {
		all[0].Scope = scopes.ofOnly(all[0].Section)
	}
	return all
}

// boldProcess is the process that a line in bold opens within a section of another kind, where people
// have set no heading: "**Hiring Process**". It goes to where the section's text ends, and is not in the
// tree of sections. It is nil where there is none.
func boldProcess(src []byte, s *hiring.Section) *hiring.Section {
	before := len(beforeProcess(src, s))
	if before == len(s.Blocks) {
		return nil
	}
	b := s.Blocks[before]
	kind, subject := boldHeadingKind(b)
	end := s.Body.End
	return &hiring.Section{
		Kind: kind, Subject: subject, Rank: min(max(s.Rank, 1)+1, maxRank), Parent: s, Heading: b.Text, Blocks: s.Blocks[before+1:], Links: s.Links,
		Line: b.Span, Body: hiring.Span{Start: b.Span.End, End: end}, Span: hiring.Span{Start: b.Span.Start, End: end},
	}
}

// beforeProcess are the blocks of a section that stand before a process that a line in bold opens.
func beforeProcess(src []byte, s *hiring.Section) []hiring.Block {
	for n, b := range s.Blocks {
		if b.Kind != hiring.BlockParagraph || n+1 == len(s.Blocks) || !isBold(src, b.Span) {
			continue
		}
		if kind, _ := boldHeadingKind(b); kind == hiring.SectionHiringProcess {
			return s.Blocks[:n]
		}
	}
	return s.Blocks
}

func boldHeadingKind(b hiring.Block) (hiring.SectionKind, string) {
	return headingKind(strings.TrimRight(b.Text.Text, ": "))
}

// holdsProcesses reports whether a section only gathers the processes below it.
func holdsProcesses(s *hiring.Section) bool {
	for _, c := range s.Children {
		if c.Kind == hiring.SectionHiringProcess {
			return true
		}
	}
	return false
}

// saysHiringProcess reports whether a heading says so plainly. An "interview process" or
// "hiring plan" is one only where it lists stages.
func saysHiringProcess(s *hiring.Section) bool {
	words := strings.Fields(s.Heading.Text)
	for i := 0; i+1 < len(words); i++ {
		if likeWord(letters(words[i]), "hiring") && (likeWord(letters(words[i+1]), "process") || likeWord(letters(words[i+1]), "processes")) {
			return true
		}
	}
	return false
}

// introduction is the opening paragraph, where it is no step itself.
func introduction(s *hiring.Section, steps []hiring.Step) *hiring.Text {
	for i := range s.Blocks {
		switch b := &s.Blocks[i]; b.Kind {
		case hiring.BlockParagraph:
			if len(steps) > 0 && steps[0].Span.Start == b.Span.Start {
				return nil
			}
			return &b.Text
		case hiring.BlockComment:
		default:
			return nil
		}
	}
	return nil
}

// scopes tells what narrows a process. It goes through the sections of a page in order.
type scopes struct {
	title  string                    // of the page, see shortRank
	levels map[*hiring.Section]bool  // what describes a level, role, specialty or segment
	passed []*hiring.Section         // in page order
	read   int                       // how many of these were looked at for a role
	last   [maxRank + 1]namedHeading // the last heading of each rank that names one
}

const maxRank = 6

type namedHeading struct {
	name string
	nth  int // in page order
}

func newScopes(p *hiring.Page) *scopes {
	sc := &scopes{title: shortRank(p.Title), levels: map[*hiring.Section]bool{}}
	for _, list := range [][]*hiring.Level{p.Levels, p.Roles, p.Variants} {
		for _, lv := range list {
			sc.levels[lv.Section] = true
		}
	}
	return sc
}

// pass notes a section that comes before those asked for. Its heading is read when a process asks
// for it: most pages have one process, which does not.
func (sc *scopes) pass(s *hiring.Section) { sc.passed = append(sc.passed, s) }

// readPassed finds the roles among the sections that were passed.
func (sc *scopes) readPassed() {
	for ; sc.read < len(sc.passed); sc.read++ {
		s := sc.passed[sc.read]
		if s.Rank <= 1 {
			continue
		}
		if name, ok := sc.role(s); ok {
			sc.last[s.Rank] = namedHeading{name, sc.read + 1}
		}
	}
}

// of is what narrows a process, by the first of: its own heading, the nearest heading above it
// that names a role, and, below level 2, the last heading before it that does.
func (sc *scopes) of(s *hiring.Section) string {
	if own := sc.ofOnly(s); own != "" || s.Rank <= 2 {
		return own
	}
	sc.readPassed()
	var latest namedHeading
	for _, h := range sc.last[:s.Rank+1] {
		if h.nth > latest.nth {
			latest = h
		}
	}
	return latest.name
}

// ofOnly is what narrows the only process of a page: headings beside it do not.
func (sc *scopes) ofOnly(s *hiring.Section) string {
	if s.Subject != "" {
		return s.Subject
	}
	for up := s.Parent; up != nil && up.Rank > 1; up = up.Parent {
		if name, ok := sc.role(up); ok {
			return name
		}
	}
	return ""
}

// role is the role, level, specialty or region that a heading names.
func (sc *scopes) role(s *hiring.Section) (string, bool) {
	switch {
	case s.Rank == 0 || sameWords(shortRank(s.Heading.Text), sc.title):
		return "", false
	case sc.levels[s]:
		return s.Heading.Text, true
	case s.Kind == hiring.SectionOther:
		words := tokenize(plain(s.Heading.Text))
		return s.Heading.Text, len(words) <= 10 && standsAlone(words)
	case s.Kind == hiring.SectionSpecialties || s.Kind == hiring.SectionSegments:
		return s.Heading.Text, s.Subject != ""
	}
	return "", false
}

// shortRank writes the one rank short that has two words: "Vice President, Sales" and "VP, Sales"
// are the same.
func shortRank(name string) string {
	return strings.ReplaceAll(lower(name), "vice president", "vp")
}
