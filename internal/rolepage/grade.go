package rolepage

import (
	"slices"
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
	if g.Min, g.Max = gradeNumbers(g.Text.Text, true); g.Min == 0 {
		if told := introGrade(s); told != nil {
			return told // below a line that points elsewhere
		}
	}
	return g
}

// introGrade is the grade that the text right below a heading tells.
func introGrade(s *hiring.Section) *hiring.JobGrade {
	told := func(text hiring.Text) *hiring.JobGrade {
		if from, to := gradeNumbers(text.Text, false); from > 0 {
			return &hiring.JobGrade{Min: from, Max: to, Text: text}
		}
		return nil
	}
	for _, b := range s.Blocks {
		for _, line := range b.Lines {
			if g := told(line); g != nil {
				return g
			}
		}
		for _, item := range b.Items {
			// An entry says so as a label. In others there may be the grades of those whom a manager leads.
			if gradeLabel(item.Text.Text) {
				if g := told(item.Text); g != nil {
					return g
				}
			}
		}
		for _, cells := range b.Rows {
			if len(cells) == 2 && gradeLabel(cells[0]) {
				if g := told(hiring.Text{Text: cells[0] + ": " + cells[1], Span: b.Span}); g != nil {
					return g
				}
			}
		}
	}
	return nil
}

func gradeLabel(text string) bool {
	return hasPrefixFold(text, "grade") || hasPrefixFold(text, "job ") || hasPrefixFold(text, "is a grade") || hasPrefixFold(text, "is grade")
}

// tableGrades gives levels that state no grade the one that a table of the page states for them, with a row
// for each level: by its name, or by its rank where no other level has it.
func tableGrades(p *hiring.Page, levels []*hiring.Level) {
	named, ranked := map[string][]*hiring.Level{}, map[string][]*hiring.Level{}
	for _, lv := range levels {
		words := tokens(lv.Name)
		name := strings.Join(words, " ")
		rank := strings.Join(slices.DeleteFunc(words, func(w string) bool { return !isRank(w) || w == "intermediate" }), " ")
		named[name] = append(named[name], lv)
		ranked[rank] = append(ranked[rank], lv)
	}
	state := func(level, grade string, row hiring.Span) {
		words := tokens(level)
		of, key := named, strings.Join(words, " ")
		if len(named[key]) == 0 && !slices.ContainsFunc(words, func(w string) bool { return !isRank(w) }) {
			if of, key = ranked, strings.TrimPrefix(key, "intermediate"); len(ranked[key]) > 1 {
				return
			}
		}
		from, to := gradeNumbers(grade, true)
		if from == 0 || len(words) == 0 {
			return
		}
		for _, lv := range of[key] {
			if lv.Grade == nil {
				lv.Grade = &hiring.JobGrade{Min: from, Max: to, Text: hiring.Text{Text: grade, Span: find(p.Source, row, grade)}}
			}
		}
		delete(of, key) // a name that stands in many rows costs no more
	}
	p.Root.Walk(func(s *hiring.Section) bool {
		for _, b := range s.Blocks {
			if len(b.Rows) == 0 {
				continue
			}
			column := 1 + slices.IndexFunc(b.Rows[0][min(1, len(b.Rows[0])):], gradeCues.in)
			if column == 0 && len(b.Rows[0]) > 1 {
				continue
			}
			row := hiring.Span{End: lineEnd(p.Source, lineEnd(p.Source, b.Span.Start))} // below the head and its underline
			for _, cells := range b.Rows[1:] {
				row = hiring.Span{Start: row.End, End: lineEnd(p.Source, row.End)}
				switch {
				case len(cells) == 0:
				case column == 0:
					if grade := secondCell(p.Slice(row)); gradeCues.in(grade) {
						state(cells[0], grade, row)
					}
				case column < len(cells):
					state(cells[0], cells[column], row)
				}
			}
		}
		return true
	})
}

// sentenceGrades gives levels that state no grade the one that a sentence of the page's Job Grade section states for
// them by name: "The Senior Baker is a grade 7. The Staff Baker is a grade 8."
func sentenceGrades(p *hiring.Page, levels []*hiring.Level) {
	if len(levels) > mostLevels || len(p.Core.JobGrade) == 0 {
		return
	}
	names := make([]string, len(levels))
	for i, lv := range levels {
		names[i] = " " + strings.Join(tokens(lv.Name), " ") + " "
	}
	read := func(text hiring.Text) {
		for sentence := range sentences(text.Text) {
			from, to := gradeNumbers(sentence, false)
			if from == 0 {
				continue
			}
			words := " " + strings.Join(tokens(sentence), " ") + " "
			of := -1 // the level of the longest name: "Senior Baker" before "Baker"
			for i, name := range names {
				if levels[i].Grade == nil && (of < 0 || len(name) > len(names[of])) && strings.Contains(words, name) {
					of = i
				}
			}
			if of >= 0 {
				said := strings.TrimSpace(sentence)
				levels[of].Grade = &hiring.JobGrade{Min: from, Max: to, Text: hiring.Text{Text: said, Span: find(p.Source, text.Span, said)}}
			}
		}
	}
	for _, s := range p.Core.JobGrade {
		for _, b := range s.Blocks {
			for _, line := range b.Lines {
				read(line)
			}
			for _, i := range b.Items {
				read(i.Text)
			}
		}
	}
}

// secondCell is the second cell of a row, the words of a link where it is one. Below a head of one cell it is left out
// of the table, although people wrote it for a grade.
func secondCell(row string) string {
	_, rest, _ := strings.Cut(strings.TrimLeft(row, " |"), "|")
	cell, _, _ := strings.Cut(rest, "|")
	cell = strings.TrimSpace(cell)
	if words, _, linked := strings.Cut(strings.TrimPrefix(cell, "["), "]("); linked {
		return words
	}
	return cell
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

var gradeCues = newCues("grade", "job level")

// gradeNumbers finds the grade that a text tells: "grade 6", "G6", "grade six", "job level 6", "grade #9
// or 10", "grades 8-9", "the grade of the role is 6"; half a grade ("9.5") lies between two. In a section
// of its own any number will do, where none follows such words. 0, 0 when there is none.
func gradeNumbers(text string, section bool) (from, to int) {
	if gradeCues.in(text) {
		from, to = gradeRange(text, false)
	}
	if from == 0 && section {
		return gradeRange(text, true)
	}
	return from, to
}

// gradeRange reads the numbers after "grade" or "job level", or the first ones of the text.
func gradeRange(text string, first bool) (from, to int) {
	const highest = 20
	told, named, last := first, false, ""
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }) {
		w := strings.Trim(word, ".")
		whole, half, _ := strings.Cut(w, ".")
		n, isNumber := gradeNumber(whole, first)
		switch {
		case w == "grade", w == "grades", last == "job" && w == "level":
			told, named = true, true
		case !isNumber && from > 0 && w != "or" && w != "and" && w != "to" && w != "through":
			return from, to
		case !isNumber:
			told = first || told && gradeLinks.of(w) || named && w == "is"
		case !told || n < 1 || n > highest:
		case from == 0:
			from, to = n, n
			if half != "" {
				to = n + 1
			}
		default:
			from, to = min(from, n), max(to, n)
		}
		named = named && !strings.HasSuffix(word, ".")
		last = w
	}
	return from, to
}

// gradeLinks may stand between "grade" and its number.
var gradeLinks = set("is a an at of level or and to through")

// gradeNumber reads "6", "g6", "jl6", and "six" unless any number will do, among which "ten people" are.
func gradeNumber(word string, digits bool) (int, bool) {
	if n := gradeWords.of(word); n > 0 && !digits {
		return n, true
	}
	number := strings.TrimLeft(word, "jgl")
	if len(number) > 2 {
		return 0, number != "" && isDigit(number[0])
	}
	return wholeNumber(number)
}

var gradeWords = newWordMap(map[string]int{
	"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
})

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
