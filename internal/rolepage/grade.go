package rolepage

import (
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readGrade reads a level's grade: from its Job Grade section, or else from a sentence of its
// introduction, or of a section whose heading only repeats the level's name.
func readGrade(lv *hiring.Level) *hiring.JobGrade {
	if len(lv.Core.JobGrade) > 0 {
		return sectionGrade(lv.Core.JobGrade[0])
	}
	if g := introGrade(lv.Section); g != nil {
		return g
	}
	for _, c := range lv.Section.Children {
		if g := introGrade(c); g != nil && sameWords(c.Heading.Text, lv.Name) {
			return g
		}
	}
	return nil
}

// sectionGrade is what a Job Grade section says.
func sectionGrade(s *hiring.Section) *hiring.JobGrade {
	g := &hiring.JobGrade{Text: sectionText(s)}
	g.Min, g.Max = gradeNumbers(g.Text.Text, true)
	return g
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

// sectionText is the first text of a section's body, or its heading when there is none.
func sectionText(s *hiring.Section) hiring.Text {
	for _, b := range s.Blocks {
		if words := b.Words(); b.Kind != hiring.BlockComment && strings.TrimSpace(words) != "" {
			return hiring.Text{Text: words, Span: b.Span}
		}
	}
	return hiring.Text{Span: s.Heading.Span}
}

// gradeNumbers finds the grade that a text tells: "grade 6", "[7]", "grade #9 or 10", "grades
// 8-9"; half a grade ("9.5") lies between two. Outside of a section of its own, a number counts
// only after the word "grade". 0, 0 when there is none.
func gradeNumbers(text string, section bool) (from, to int) {
	const highest = 20
	if !section && !graded.in(text) {
		return 0, 0
	}
	told := section
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }) {
		w = strings.Trim(w, ".")
		whole, half, _ := strings.Cut(w, ".")
		n, isNumber := wholeNumber(whole)
		switch {
		case w == "grade" || w == "grades":
			told = true
		case !isNumber && from > 0 && w != "or" && w != "and" && w != "to" && w != "through":
			return from, to
		case !isNumber || !told || n < 1 || n > highest || len(whole) > 2:
		case from == 0:
			from, to = n, n
			if half != "" {
				to = n + 1
			}
		default:
			from, to = min(from, n), max(to, n)
		}
		if !section && told && !isNumber && w != "grade" && w != "grades" && w != "is" && w != "a" && w != "of" {
			told = false
		}
	}
	return from, to
}

var graded = newCues("grade")

// wholeNumber reads digits. The library's error for each word that is no number would cost more
// than all else here.
func wholeNumber(word string) (int, bool) {
	if word == "" || !isDigit(word[0]) {
		return 0, false
	}
	n, err := strconv.Atoi(word)
	return n, err == nil
}

// pageGrade is the grade that a page states of itself; where it describes no level or role, a
// sentence will do.
func pageGrade(p *hiring.Page) *hiring.JobGrade {
	if len(p.Core.JobGrade) > 0 {
		return sectionGrade(p.Core.JobGrade[0])
	}
	var found *hiring.JobGrade
	p.Root.Walk(func(s *hiring.Section) bool {
		if s.Kind == hiring.SectionOther && len(p.Levels)+len(p.Roles) == 0 {
			found = introGrade(s)
		}
		return found == nil
	})
	return found
}
