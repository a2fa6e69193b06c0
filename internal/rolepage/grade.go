package rolepage

import (
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readGrade reads a level's grade: from its Job Grade section, or else from a sentence of its
// introduction, from a heading that only repeats its name, or from a table of levels and
// grades.
func readGrade(p *hiring.Page, lv *hiring.Level) *hiring.JobGrade {
	if len(lv.Core.JobGrade) > 0 {
		g := &hiring.JobGrade{Text: sectionText(lv.Core.JobGrade[0])}
		g.Min, g.Max = gradeNumbers(g.Text.Text, true)
		return g
	}
	if g := introGrade(lv.Section); g != nil {
		return g
	}
	for _, c := range lv.Section.Children {
		if g := introGrade(c); g != nil && sameWords(c.Heading.Text, lv.Name) {
			return g
		}
	}
	if lv.Kind == hiring.KindLevel || lv.Kind == hiring.KindRole {
		return tableGrade(p, lv)
	}
	return nil
}

// introGrade is the grade that the text right below a heading tells.
func introGrade(s *hiring.Section) *hiring.JobGrade {
	for _, b := range s.Blocks {
		for _, line := range b.Lines {
			if from, to := gradeNumbers(line.Text, false); from > 0 {
				return &hiring.JobGrade{Min: from, Max: to, Text: line}
			}
		}
	}
	return nil
}

// tableGrade looks for a row that names the level and says "Grade 6" in another cell. Tables
// with a row a level stand above the levels, and may name them by their rank alone.
func tableGrade(p *hiring.Page, lv *hiring.Level) *hiring.JobGrade {
	common := commonWords(p)
	var found *hiring.JobGrade
	p.Root.Walk(func(s *hiring.Section) bool {
		if s.Line.Start >= lv.Section.Line.Start {
			return false
		}
		for _, b := range s.Blocks {
			for _, row := range b.Rows {
				if len(row) < 2 || !namesLevel(row[0], lv.Name, common) {
					continue
				}
				for _, cell := range row[1:] {
					if from, to := gradeNumbers(cell, false); from > 0 {
						found = &hiring.JobGrade{Min: from, Max: to, Text: hiring.Text{Text: cell, Span: find(p.Source, b.Span, cell)}}
					}
				}
			}
		}
		return true
	})
	return found
}

// namesLevel reports whether a cell means a level: it has its words, or those that are left of
// them without the words that all levels share ("Senior" of "Senior Technical Architect").
func namesLevel(cell, name string, common map[string]bool) bool {
	if sameWords(cell, name) {
		return true
	}
	var rest []string
	for _, w := range tokens(name) {
		if !common[w] {
			rest = append(rest, w)
		}
	}
	if len(rest) == 0 {
		return sameWords(cell, "intermediate")
	}
	return sameWords(cell, strings.Join(rest, " "))
}

// commonWords are the words that the names of all levels and roles share.
func commonWords(p *hiring.Page) map[string]bool {
	count := map[string]int{}
	all := 0
	for _, list := range [][]*hiring.Level{p.Levels, p.Roles} {
		for _, lv := range list {
			all++
			for w := range setOf(tokens(lv.Name)) {
				count[w]++
			}
		}
	}
	common := map[string]bool{}
	for w, n := range count {
		common[w] = n == all
	}
	return common
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
