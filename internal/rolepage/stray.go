package rolepage

import (
	"slices"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// Here is what reads levels and parts whose headings are too high or too low, or stand in another place than the templates say.

// owner is the level that a part belongs to although it does not stand below it: the last one,
// when it lacks the part and stands beside it as others do, or when the page has such a part
// already.
func (l *leveller) owner(s *hiring.Section, core *hiring.Core) *hiring.Level {
	if len(l.all) == 0 || s.Subject != "" || s.Kind != hiring.SectionResponsibilities && s.Kind != hiring.SectionRequirements {
		return nil
	}
	last := l.all[len(l.all)-1]
	if last.Kind == hiring.KindSpecialty || last.Kind == hiring.KindSegment || len(last.Core.JobGrade) == 0 || len(partsOf(&last.Core, s.Kind)) > 0 {
		return nil
	}
	if last.Section.Parent == s.Parent && len(l.all) > 1 || len(partsOf(core, s.Kind)) > 0 {
		return last
	}
	return nil
}

func partsOf(c *hiring.Core, kind hiring.SectionKind) []*hiring.Section {
	if kind == hiring.SectionRequirements {
		return c.Requirements
	}
	return c.Responsibilities
}

func count(list []*hiring.Section, is func(*hiring.Section) bool) int {
	n := 0
	for _, s := range list {
		if is(s) {
			n++
		}
	}
	return n
}

// strays reads levels that came to stand below a part of the page, since its heading was set
// too high.
func (l *leveller) strays(part *hiring.Section, role *hiring.Level) {
	ladder := count(part.Children, l.ofLadder) > 1
	for i, c := range part.Children {
		switch {
		case l.known[c]:
		case c.Kind == hiring.SectionLevels:
			l.levels(c, role) // "In role levels" below "Career paths"
			if len(c.Children) == 0 {
				l.siblings(part.Children[i+1:], role)
			}
		case c.Kind == hiring.SectionOther && hasChild(c, hiring.SectionJobGrade) && hasWords(c):
			l.level(c, hiring.KindLevel, role)
		case c.Kind == hiring.SectionOther && hasWords(c) && graded(part.Children, i):
			l.beside(part.Children, i, role)
		case ladder && l.ofLadder(c):
			l.level(c, hiring.KindLevel, role) // what it asks stands below its name in a part of the page
		}
	}
}

// isFirstLevel reports whether a heading names the first of several levels, below which the others were set too deep: "Baker
// (Intermediate)" with "Levels" below it.
func isFirstLevel(s *hiring.Section) bool {
	return hasChild(s, hiring.SectionLevels) && slices.Contains(tokens(s.Heading.Text), "intermediate")
}

// hasRank reports whether a heading names somebody with a rank.
func hasRank(s *hiring.Section) bool {
	return s.Kind == hiring.SectionOther && slices.ContainsFunc(tokens(s.Heading.Text), isRank)
}

// graded reports whether the grade of whom a heading names stands beside it rather than below.
func graded(siblings []*hiring.Section, i int) bool {
	return !describes(siblings[i]) && i+1 < len(siblings) && siblings[i+1].Kind == hiring.SectionJobGrade && siblings[i+1].Subject == ""
}

// partsCome reports whether a part stands beside whom a heading names that the role has already, so that it is of whom the
// heading names.
func (l *leveller) partsCome(siblings []*hiring.Section, i int, core *hiring.Core) bool {
	if describes(siblings[i]) || i+1 == len(siblings) {
		return false
	}
	next := siblings[i+1]
	return next.Subject == "" && (next.Kind == hiring.SectionResponsibilities || next.Kind == hiring.SectionRequirements) && len(partsOf(core, next.Kind)) > 0
}

// beside makes a level of a section with its parts beside it.
func (l *leveller) beside(siblings []*hiring.Section, i int, role *hiring.Level) {
	lv := l.level(siblings[i], hiring.KindLevel, role)
	had := map[hiring.SectionKind]bool{}
	for _, c := range siblings[i+1:] {
		switch c.Kind {
		case hiring.SectionJobGrade, hiring.SectionResponsibilities, hiring.SectionRequirements:
		default:
			return
		}
		if c.Subject != "" || had[c.Kind] {
			return
		}
		had[c.Kind], l.known[c] = true, true
		l.addAll(&lv.Core, c)
	}
}

// ofLadder reports whether a heading names whom the page describes, with a rank: "Senior Baker" on the page "Bakers".
func (l *leveller) ofLadder(s *hiring.Section) bool {
	if s.Kind != hiring.SectionOther {
		return false
	}
	words := tokens(s.Heading.Text)
	about := slices.DeleteFunc(slices.Clone(words), isRank)
	return len(about) > 0 && len(about) < len(words) && slices.Equal(singular(about), singular(l.about))
}

// ofAll reports whether a heading says that a part is of all levels, wherever it stands: "Performance Indicators for all levels",
// or the line that leads to its list.
func ofAll(s *hiring.Section) bool {
	for _, whom := range [...]string{"for all levels", "at all levels", "every level", "for all roles"} {
		if indexFold(s.Heading.Text, whom) >= 0 {
			return true
		}
	}
	return len(s.Blocks) > 1 && s.Blocks[0].Kind == hiring.BlockParagraph && indexFold(s.Blocks[0].Text.Text, "everyone on this page") >= 0
}

// goesOn is the level before when a section says its name again and has other parts than that, nil otherwise.
func (l *leveller) goesOn(s *hiring.Section, kind hiring.LevelKind, role *hiring.Level) *hiring.Level {
	if len(l.all) == 0 {
		return nil
	}
	last := l.all[len(l.all)-1]
	if last.Kind != kind || last.Role != role || last.Section.Parent != s.Parent || !sameWords(last.Name, s.Heading.Text) {
		return nil
	}
	has := func(kind hiring.SectionKind, parts []*hiring.Section) (here, both bool) {
		here = hasChild(s, kind)
		return here, here && len(parts) > 0
	}
	grade, grades := has(hiring.SectionJobGrade, last.Core.JobGrade)
	does, doubles := has(hiring.SectionResponsibilities, last.Core.Responsibilities)
	needs, doubled := has(hiring.SectionRequirements, last.Core.Requirements)
	if !grade && !does && !needs || grades || doubles || doubled {
		return nil
	}
	return last
}
