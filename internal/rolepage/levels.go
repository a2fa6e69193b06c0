package rolepage

import (
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readLevels finds the levels, roles, specialties and segments of a page, and the sections
// that hold for all of it.
func readLevels(p *hiring.Page) {
	l := leveller{page: p}
	l.sections(p.Root, nil)
	for _, lv := range l.all {
		lv.Grade = readGrade(p, lv)
		lv.ReportsTo = readReportsTo(p, lv.Section)
	}
}

type leveller struct {
	page *hiring.Page
	all  []*hiring.Level
}

// sections sorts the children of a section that is no level itself. role is the role that they
// belong to, nil for those of the page.
func (l *leveller) sections(s *hiring.Section, role *hiring.Level) {
	core := &l.page.Core
	if role != nil {
		core = &role.Core
	}
	for i, c := range s.Children {
		switch {
		case c.Kind == hiring.SectionLevels:
			l.levels(c, hiring.KindLevel, role)
			if len(c.Children) == 0 {
				l.siblings(s.Children[i+1:], role)
			}
		case c.Kind == hiring.SectionSpecialties:
			l.variants(c, hiring.KindSpecialty, role)
		case c.Kind == hiring.SectionSegments:
			l.variants(c, hiring.KindSegment, role)
		case c.Kind != hiring.SectionOther:
			if s.Rank > 0 && role == nil && c.Subject != "" {
				continue // speaks of one level somewhere else
			}
			add(core, c)
		case l.known(c):
			// a level already, as a sibling of an empty "Levels"
		case describes(c):
			lv := l.level(c, hiring.KindRole, role)
			l.sections(c, lv)
		case role == nil:
			l.sections(c, nil)
		}
	}
}

// describes reports whether a section has sections of its own as a role has them.
func describes(s *hiring.Section) bool {
	for _, c := range s.Children {
		switch c.Kind {
		case hiring.SectionResponsibilities, hiring.SectionRequirements, hiring.SectionJobGrade:
			return true
		default:
		}
	}
	return false
}

// levels reads the children of "Levels" and of headings that group levels.
func (l *leveller) levels(s *hiring.Section, kind hiring.LevelKind, role *hiring.Level) {
	var last *hiring.Level
	for _, c := range s.Children {
		switch {
		case c.Kind == hiring.SectionSpecialties && c.Subject == "" && len(c.Children) > 0:
			l.variants(c, hiring.KindSpecialty, role)
		case c.Kind == hiring.SectionOther && groups(c):
			l.levels(c, kind, role)
		case c.Kind == hiring.SectionOther:
			last = l.level(c, kind, role)
		case c.Kind == hiring.SectionLevels:
			l.levels(c, kind, role)
		case last != nil && c.Subject != "" && speaksOf(c.Subject, last.Name):
			// A part of the level whose heading is not set below it.
			add(&last.Core, c)
		}
	}
}

// groups reports whether a section only gathers levels: it has none of a level's parts, and
// its children have.
func groups(s *hiring.Section) bool {
	if describes(s) {
		return false
	}
	for _, c := range s.Children {
		if c.Kind == hiring.SectionOther && describes(c) {
			return true
		}
	}
	return false
}

// siblings reads levels that stand beside an empty "Levels" rather than below it.
func (l *leveller) siblings(after []*hiring.Section, role *hiring.Level) {
	for _, c := range after {
		if c.Kind != hiring.SectionOther || !describes(c) {
			return
		}
		l.level(c, hiring.KindLevel, role)
	}
}

// variants reads specialties or segments.
func (l *leveller) variants(s *hiring.Section, kind hiring.LevelKind, role *hiring.Level) {
	if s.Subject != "" && len(s.Children) == 0 {
		l.level(s, kind, role)
		return
	}
	for _, c := range s.Children {
		if c.Kind == hiring.SectionOther || c.Kind == hiring.SectionSpecialties && c.Subject != "" {
			l.level(c, kind, role)
		}
	}
}

// level makes a level of a section.
func (l *leveller) level(s *hiring.Section, kind hiring.LevelKind, role *hiring.Level) *hiring.Level {
	lv := &hiring.Level{Kind: kind, Name: s.Heading.Text, Section: s, Role: role}
	for _, c := range s.Children {
		if kind != hiring.KindRole {
			add(&lv.Core, c)
		}
	}
	switch kind {
	case hiring.KindLevel:
		l.page.Levels = append(l.page.Levels, lv)
	case hiring.KindRole:
		l.page.Roles = append(l.page.Roles, lv)
	case hiring.KindSpecialty, hiring.KindSegment:
		l.page.Variants = append(l.page.Variants, lv)
	}
	l.all = append(l.all, lv)
	return lv
}

func (l *leveller) known(s *hiring.Section) bool {
	for _, lv := range l.all {
		if lv.Section == s {
			return true
		}
	}
	return false
}

// add puts a section where its kind belongs.
func add(c *hiring.Core, s *hiring.Section) {
	switch s.Kind {
	case hiring.SectionResponsibilities:
		c.Responsibilities = append(c.Responsibilities, s)
	case hiring.SectionRequirements:
		c.Requirements = append(c.Requirements, s)
	case hiring.SectionJobGrade:
		c.JobGrade = append(c.JobGrade, s)
	case hiring.SectionPerformanceIndicators:
		c.PerformanceIndicators = append(c.PerformanceIndicators, s)
	case hiring.SectionCareerLadder:
		c.CareerLadder = append(c.CareerLadder, s)
	default:
	}
}

// speaksOf reports whether a heading's subject may mean a level: most of its words are the
// level's.
func speaksOf(subject, name string) bool {
	want := map[string]bool{}
	for _, w := range tokens(name) {
		want[w] = true
	}
	have := tokens(subject)
	n := 0
	for _, w := range have {
		if want[w] {
			n++
		}
	}
	return n > 0 && 2*n >= len(have)
}

// readGrade reads a level's Job Grade section, or else a sentence of its introduction that
// tells the grade.
func readGrade(p *hiring.Page, lv *hiring.Level) *hiring.JobGrade {
	for _, s := range lv.Core.JobGrade {
		g := &hiring.JobGrade{Text: sectionText(s)}
		g.Min, g.Max = gradeNumbers(g.Text.Text, true)
		return g
	}
	for _, b := range lv.Section.Blocks {
		for _, line := range b.Lines {
			if from, to := gradeNumbers(line.Text, false); from > 0 {
				return &hiring.JobGrade{Min: from, Max: to, Text: line}
			}
		}
	}
	return nil
}

// sectionText is the first text of a section's body, or its heading when there is none.
func sectionText(s *hiring.Section) hiring.Text {
	for _, b := range s.Blocks {
		if b.Kind != hiring.BlockComment && strings.TrimSpace(b.Text.Text) != "" {
			return b.Text
		}
	}
	return hiring.Text{Span: s.Heading.Span}
}

// gradeNumbers finds the grade that a text tells: "grade 6", "[7]", "grade #9 or 10", "grades
// 8-9"; half a grade ("9.5") lies between two. Outside of a section of its own, a number counts
// only after the word "grade". 0, 0 when there is none.
func gradeNumbers(text string, section bool) (from, to int) {
	const highest = 20
	told := section
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }) {
		w = strings.Trim(w, ".")
		whole, half, _ := strings.Cut(w, ".")
		n, err := strconv.Atoi(whole)
		switch {
		case w == "grade" || w == "grades":
			told = true
		case err != nil && from > 0 && w != "or" && w != "and" && w != "to" && w != "through":
			return from, to
		case err != nil || !told || n < 1 || n > highest || len(whole) > 2:
		case from == 0:
			from, to = n, n
			if half != "" {
				to = n + 1
			}
		default:
			from, to = min(from, n), max(to, n)
		}
		if !section && told && err != nil && w != "grade" && w != "grades" && w != "is" && w != "a" && w != "of" {
			told = false
		}
	}
	return from, to
}

// readReportsTo finds "reports to the VP of Product" in a level's introduction.
func readReportsTo(p *hiring.Page, s *hiring.Section) *hiring.Text {
	for _, b := range s.Blocks {
		lines := b.Lines
		for _, item := range b.Items {
			lines = append(lines, item.Lines...)
		}
		for _, line := range lines {
			if name := reportsTo(line.Text); name != "" {
				return &hiring.Text{Text: name, Span: find(p.Source, line.Span, name)}
			}
		}
	}
	return nil
}

// reportsTo is whom a sentence says that somebody reports to, "" when it says nothing of it.
func reportsTo(sentence string) string {
	low := strings.ToLower(sentence)
	for _, cue := range []string{"reports to", "report to", "reports directly to", "report directly to", "reports into", "report into", "reporting to", "reports directly into"} {
		_, after, found := strings.Cut(low, cue)
		if !found {
			continue
		}
		name := strings.TrimSpace(sentence[len(sentence)-len(after):])
		for _, article := range []string{"the ", "our ", "a ", "an ", "either the ", "either "} {
			if len(name) > len(article) && strings.EqualFold(name[:len(article)], article) {
				name = name[len(article):]
			}
		}
		return endOfName(name)
	}
	return ""
}

// endOfName cuts what follows a title: the end of the sentence, or a new clause.
func endOfName(name string) string {
	for i, r := range name {
		rest := name[i:]
		switch {
		case r == '.' && (len(rest) == 1 || rest[1] == ' ') && !strings.HasSuffix(strings.ToLower(name[:i]), "sr") && !strings.HasSuffix(strings.ToLower(name[:i]), "jr"):
			return strings.TrimSpace(name[:i])
		case r == ';' || r == ':':
			return strings.TrimSpace(name[:i])
		case r == ',' || r == ' ':
			for _, clause := range []string{", who ", ", and is", " and is ", " and will ", ", with ", " who ", " for their ", ", but ", " based on ", " depending on "} {
				if strings.HasPrefix(rest, clause) {
					return strings.TrimSpace(name[:i])
				}
			}
		}
	}
	return strings.TrimSpace(name)
}

// find is where words stand within a span, the whole span when marks part them.
func find(src []byte, in hiring.Span, words string) hiring.Span {
	if i := strings.Index(string(src[in.Start:in.End]), words); i >= 0 {
		return hiring.Span{Start: in.Start + i, End: in.Start + i + len(words)}
	}
	return in
}
