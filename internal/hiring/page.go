// Package hiring holds the nouns of the project: role pages and what stands in
// them, openings, and hiring processes with their steps. It imports the standard
// library only and does no input or output, so that every other package may know it.
package hiring

import (
	"bytes"
	"slices"
	"sort"
	"unicode/utf8"
)

// A Span is a half-open range of byte offsets into the source of a page. All parts
// of a page carry a Span; Page.Pos turns an offset into what people read.
type Span struct {
	Start, End int
}

// IsZero reports whether the span was never set.
func (s Span) IsZero() bool { return s == Span{} }

// Contains reports whether o lies within s.
func (s Span) Contains(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// A Pos is a place in a text file: the line and the column, both from 1. Columns count
// Unicode code points, as editors show them.
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// A Range is a half-open range of positions: End is just after the last character.
type Range struct {
	Start Pos `json:"start"`
	End   Pos `json:"end"`
}

// A Text is a piece of a page: its words without Markdown marks, and where they stand.
type Text struct {
	Text string
	Span Span
}

// A Link is a link or an image in a page. Dest is as written, with shortcodes and ERB
// tags left in place.
type Link struct {
	Text  string
	Dest  string
	Image bool
	Span  Span
}

// A Profile names the generation of layout that a page follows, and thereby the
// sections that are asked of it.
type Profile string

// The profiles that roleplan knows without configuration.
const (
	ProfileJobFamily2022  Profile = "job-family-2022" // front matter with layout, kramdown, ERB
	ProfileJobFamily      Profile = "job-family"      // Hugo, title and description, job grade
	ProfileJobDescription Profile = "job-description" // 2026 library, job level
)

// A Layout is what a profile asks of its pages.
type Layout struct {
	FrontMatter []string      // keys that have to have a text
	Sections    []SectionKind // that a page has to have, of Askable
	Grade       string        // how headings call a level's grade: HeadingJobGrade or HeadingJobLevel
}

// What headings call the grade of a level.
const (
	HeadingJobGrade = "Job Grade"
	HeadingJobLevel = "Job Level"
)

// Askable are the sections that a layout can ask for.
func Askable() []SectionKind {
	return []SectionKind{SectionResponsibilities, SectionRequirements, SectionJobGrade, SectionPerformanceIndicators, SectionHiringProcess, SectionCareerLadder}
}

// Layout is what a profile that roleplan knows asks of its pages.
func (p Profile) Layout() Layout {
	switch p {
	case ProfileJobFamily2022:
		return Layout{FrontMatter: []string{"layout", "title"}, Sections: Askable(), Grade: HeadingJobGrade}
	case ProfileJobDescription:
		return Layout{FrontMatter: []string{"title"}, Sections: Askable(), Grade: HeadingJobLevel}
	default:
		return Layout{FrontMatter: []string{"title", "description"}, Sections: Askable(), Grade: HeadingJobGrade}
	}
}

// A Page is a role page as roleplan reads it. A page that is broken in places still
// has everything that could be read; Problems says what could not.
type Page struct {
	Path        string
	Source      []byte
	Profile     Profile
	FrontMatter FrontMatter
	Title       string // from the front matter; "" when there is none

	// Root is the page itself: its body is what stands before the first heading, its
	// children are the top sections.
	Root *Section

	Overview Span // from the end of the front matter to the first core section
	Core     Core // the sections that hold for the whole page
	// Responsibilities, Requirements and PerformanceIndicators are the entries of those
	// sections, Grade and ReportsTo what the page says of itself as a whole.
	Responsibilities      []Entry
	Requirements          []Entry
	PerformanceIndicators []Entry
	Grade                 *JobGrade
	ReportsTo             *Text

	Levels   []*Level   // in page order
	Roles    []*Level   // job titles of the second template, in page order
	Variants []*Level   // specialties and segments, in page order
	Process  []*Process // hiring processes, in page order

	Problems []Problem

	text  string // Source, so that its parts need no copies
	lines []int  // offset of the start of each line
	marks []mark // in long lines, so that counting their characters begins near by
}

// A mark is a place in a long line: the offset, and the characters from the line's start to it.
type mark struct{ offset, runes int }

// markEvery is the number of bytes from one mark of a line to the next.
const markEvery = 4096

// Reset makes it the page of a path and a source of which nothing is read yet. It uses what counting
// the lines took of memory again.
func (p *Page) Reset(path string, src []byte) {
	*p = Page{Path: path, Source: src, lines: p.lines[:0], marks: p.marks[:0]}
}

// IsIndex reports whether the page describes no role of its own: it has neither levels
// nor roles nor a hiring process nor a section that asks something of anybody.
func (p *Page) IsIndex() bool {
	return len(p.Levels) == 0 && len(p.Roles) == 0 && len(p.Process) == 0 &&
		len(p.Core.Responsibilities) == 0 && len(p.Core.Requirements) == 0
}

// Pos turns a byte offset into a line and a column. Offsets outside the source are
// drawn to its nearer end.
func (p *Page) Pos(offset int) Pos {
	offset = max(0, min(offset, len(p.Source)))
	line := p.Line(offset)
	from := mark{offset: p.lines[line-1]}
	if i := sort.Search(len(p.marks), func(i int) bool { return p.marks[i].offset > offset }); i > 0 && p.marks[i-1].offset > from.offset {
		from = p.marks[i-1]
	}
	return Pos{Line: line, Column: from.runes + utf8.RuneCount(p.Source[from.offset:offset]) + 1}
}

// Line is the 1-based line of a byte offset.
func (p *Page) Line(offset int) int {
	if len(p.lines) == 0 {
		p.countLines()
	}
	return sort.SearchInts(p.lines, offset+1)
}

// LineSpan is the span of a 1-based line without its line end.
func (p *Page) LineSpan(line int) Span {
	p.Line(0)
	start := p.lines[line-1]
	end := len(p.Source)
	if line < len(p.lines) {
		end = p.lines[line] - 1
	}
	for end > start && (p.Source[end-1] == '\n' || p.Source[end-1] == '\r') {
		end--
	}
	return Span{start, end}
}

// Lines is the number of lines, at least 1.
func (p *Page) Lines() int {
	p.Line(0)
	return len(p.lines)
}

// Range turns a span into positions.
func (p *Page) Range(s Span) Range { return Range{p.Pos(s.Start), p.Pos(s.End)} }

// Slice is the source text of a span.
func (p *Page) Slice(s Span) string {
	if p.text == "" && len(p.Source) > 0 {
		p.text = string(p.Source)
	}
	return p.text[s.Start:s.End]
}

func (p *Page) countLines() {
	p.lines = slices.Grow(p.lines, bytes.Count(p.Source, []byte("\n"))+1)
	for at := 0; ; {
		p.lines = append(p.lines, at)
		end := bytes.IndexByte(p.Source[at:], '\n')
		if end < 0 {
			p.marks = lineMarks(p.Source, at, len(p.Source), p.marks)
			return
		}
		p.marks = lineMarks(p.Source, at, at+end, p.marks)
		at += end + 1
	}
}

// lineMarks adds the marks of a line.
func lineMarks(src []byte, start, end int, marks []mark) []mark {
	m := mark{offset: start}
	for end-m.offset > markEvery {
		for next := m.offset + markEvery; m.offset < next; m.runes++ {
			_, size := utf8.DecodeRune(src[m.offset:end])
			m.offset += size
		}
		marks = append(marks, m)
	}
	return marks
}

// FrontMatter is the YAML block at the head of a page.
type FrontMatter struct {
	Present bool
	Span    Span             // with both fences
	Fields  map[string]Field // by key; scalar values only
}

// A Field is one key of the front matter.
type Field struct {
	Value string
	Key   Span
	Span  Span // of the value
}

// A Problem is something in a page that could not be read as it was meant.
type Problem struct {
	Message string
	Span    Span
}
