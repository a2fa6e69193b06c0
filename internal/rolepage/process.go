package rolepage

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readProcesses finds the hiring processes of a page and reads their steps.
func readProcesses(p *hiring.Page) []*hiring.Process {
	var all []*hiring.Process
	p.Root.Walk(func(s *hiring.Section) bool {
		if s.Kind != hiring.SectionHiringProcess {
			return true
		}
		steps := readSteps(p, s)
		if len(steps) == 0 && (holdsProcesses(s) || !saysHiringProcess(s)) {
			return true
		}
		all = append(all, &hiring.Process{Section: s, Intro: introduction(s), Steps: steps})
		return true
	})
	for _, proc := range all {
		proc.Scope = scopeOf(p, proc.Section, len(all) > 1)
	}
	return all
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

// introduction is the opening paragraph.
func introduction(s *hiring.Section) *hiring.Text {
	for _, b := range s.Blocks {
		switch b.Kind {
		case hiring.BlockParagraph:
			if len(b.Lines) > 0 && tellsFuture(b.Text.Text) && !isRemark(b.Text.Text) {
				return nil // it is a step already
			}
			t := b.Text
			return &t
		case hiring.BlockComment:
		default:
			return nil
		}
	}
	return nil
}

// scopeOf is what narrows a process, by the first of: its own heading, the nearest heading above
// it that names a role, and, below level 2 on a page with several, the last heading before it
// that does.
func scopeOf(p *hiring.Page, s *hiring.Section, several bool) string {
	if s.Subject != "" {
		return s.Subject
	}
	for up := s.Parent; up != nil && up.Rank > 1; up = up.Parent {
		if name, ok := namesRole(p, up); ok {
			return name
		}
	}
	if s.Rank <= 2 || !several {
		return ""
	}
	scope := ""
	p.Root.Walk(func(other *hiring.Section) bool {
		if other == s {
			return false
		}
		if other.Rank <= s.Rank && other.Rank > 1 {
			if name, ok := namesRole(p, other); ok {
				scope = name
			}
		}
		return true
	})
	return scope
}

// namesRole is the role, level, specialty or region that a heading names.
func namesRole(p *hiring.Page, s *hiring.Section) (string, bool) {
	if sameWords(s.Heading.Text, p.Title) {
		return "", false
	}
	for _, list := range [][]*hiring.Level{p.Levels, p.Roles, p.Variants} {
		for _, lv := range list {
			if lv.Section == s {
				return s.Heading.Text, true
			}
		}
	}
	switch s.Kind {
	case hiring.SectionOther:
		words := tokenize(plain(s.Heading.Text))
		return s.Heading.Text, len(words) <= 10 && standsAlone(words, false)
	case hiring.SectionSpecialties, hiring.SectionSegments:
		return s.Heading.Text, s.Subject != ""
	default:
		return "", false
	}
}
