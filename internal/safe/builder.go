package safe

import (
	"strconv"
	"strings"
)

// A Builder makes a text block by block, with blank lines where Markdown needs them. The
// zero value is ready for use.
type Builder struct {
	b      strings.Builder
	inList bool
}

// Markdown is the text so far, without a line end after its last line.
func (b *Builder) Markdown() Markdown { return Markdown{strings.TrimRight(b.b.String(), "\n")} }

// Len is the number of bytes so far.
func (b *Builder) Len() int { return b.b.Len() }

// block begins a block: a blank line parts it from what stands before.
func (b *Builder) block() {
	if b.b.Len() > 0 {
		b.b.WriteByte('\n')
	}
	b.inList = false
}

// Add puts a finished text as a block of its own. Nothing happens when it is empty.
func (b *Builder) Add(m Markdown) {
	if m.s == "" {
		return
	}
	b.block()
	b.b.WriteString(strings.TrimRight(m.s, "\n"))
	b.b.WriteByte('\n')
}

// Para adds a paragraph; see Sprintf for the format.
func (b *Builder) Para(format literal, values ...Value) { b.Add(Sprintf(format, values...)) }

// Heading adds a heading of rank 1 to 6.
func (b *Builder) Heading(rank int, format literal, values ...Value) {
	b.block()
	b.b.WriteString(strings.Repeat("#", max(1, min(rank, 6))) + " ")
	writeFormat(&b.b, string(format), values, inText)
	b.b.WriteByte('\n')
}

// Item adds a list item. Items that follow each other make one list.
func (b *Builder) Item(format literal, values ...Value) { b.item("- ", format, values) }

// SubItem adds a list item below the last one.
func (b *Builder) SubItem(format literal, values ...Value) { b.item("  - ", format, values) }

// Task adds a list item with a box to tick.
func (b *Builder) Task(done bool, format literal, values ...Value) {
	if done {
		b.item("- [x] ", format, values)
	} else {
		b.item("- [ ] ", format, values)
	}
}

// Void adds a list item with a box that holds no more: GitLab strikes it through.
func (b *Builder) Void(format literal, values ...Value) { b.item("- [~] ", format, values) }

func (b *Builder) item(mark string, format literal, values []Value) {
	if !b.inList {
		b.block()
	}
	b.b.WriteString(mark)
	writeFormat(&b.b, string(format), values, inText)
	b.b.WriteByte('\n')
	b.inList = true
}

// Lines adds text from outside as a paragraph that keeps its line breaks. Empty lines are
// left out.
func (b *Builder) Lines(s string) {
	var lines []string
	for line := range strings.SplitSeq(manyLines(s), "\n") {
		var w strings.Builder
		Text(line).write(&w, inText)
		if w.Len() > 0 {
			lines = append(lines, w.String())
		}
	}
	b.Add(Markdown{strings.Join(lines, "\\\n")})
}

// Fence adds text from outside as a code block. The language is fixed: some languages, such
// as "suggestion", do things.
func (b *Builder) Fence(language literal, s string) {
	s = unmark(manyLines(s))
	marks := strings.Repeat("`", max(3, longestRun(s, '`')+1))
	b.block()
	b.b.WriteString(marks + string(language) + "\n" + s + "\n" + marks + "\n")
}

// Suggestion adds a change to click: lines that take the place of the line that is commented on,
// and of some above and below it. It reports false, and adds nothing, where the lines could not
// be given byte for byte or GitLab would not take them: what is applied is what was checked.
func (b *Builder) Suggestion(above, below int, lines string) bool {
	const most = 100 // lines, each way
	if above < 0 || above > most || below < 0 || below > most || lines == "" || manyLines(lines) != lines || strings.Contains(lines, "<!--") {
		return false
	}
	marks := strings.Repeat("`", max(3, longestRun(lines, '`')+1))
	b.block()
	b.b.WriteString(marks + "suggestion:-" + strconv.Itoa(above) + "+" + strconv.Itoa(below) + "\n" + lines + "\n" + marks + "\n")
	return true
}

// Details adds a folded part: a summary that is always seen, and what body adds.
func (b *Builder) Details(body func(*Builder), summary literal, values ...Value) {
	b.block()
	b.b.WriteString("<details>\n<summary>")
	writeFormat(&b.b, string(summary), values, inHTML)
	b.b.WriteString("</summary>\n")
	body(b)
	b.block()
	b.b.WriteString("</details>\n")
}

// A Table is a table under construction.
type Table struct {
	columns int
	b       strings.Builder
}

// NewTable begins a table with its column heads.
func NewTable(heads ...literal) *Table {
	t := &Table{columns: len(heads)}
	for _, h := range heads {
		t.b.WriteString("| " + string(h) + " ")
	}
	t.b.WriteString("|\n" + strings.Repeat("| --- ", len(heads)) + "|\n")
	return t
}

// Row adds a row. Cells that are missing stay empty, those over the number of heads are
// dropped.
func (t *Table) Row(cells ...Value) *Table {
	for i := range t.columns {
		t.b.WriteString("| ")
		if i < len(cells) {
			cells[i].write(&t.b, inCell)
		}
		t.b.WriteByte(' ')
	}
	t.b.WriteString("|\n")
	return t
}

// Table adds a table.
func (b *Builder) Table(t *Table) { b.Add(Markdown{t.b.String()}) }
