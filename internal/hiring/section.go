package hiring

import (
	"iter"
	"strings"
)

// A SectionKind says what a heading announces.
type SectionKind string

// The kinds of section that a role page has.
const (
	SectionOther                 SectionKind = ""
	SectionResponsibilities      SectionKind = "responsibilities"
	SectionRequirements          SectionKind = "requirements"
	SectionJobGrade              SectionKind = "job_grade" // "Job Grade", or "Job Level" since 2026
	SectionPerformanceIndicators SectionKind = "performance_indicators"
	SectionLevels                SectionKind = "levels"
	SectionSpecialties           SectionKind = "specialties"
	SectionSegments              SectionKind = "segments"
	SectionCareerLadder          SectionKind = "career_ladder"
	SectionHiringProcess         SectionKind = "hiring_process"
)

// A Section is a heading and all that stands below it, down to the next heading of the
// same rank.
type Section struct {
	Rank    int    // 1 to 6; 0 for the page itself
	Heading Text   // words of the heading; the span is that of its words
	Line    Span   // the whole heading line or lines, attributes included
	ID      string // an explicit id, from {#id}
	Kind    SectionKind
	// Subject is what the heading says besides its kind: "Staff Technical Manager" in
	// "Staff Technical Manager Responsibilities".
	Subject string

	Body Span // below the heading, before the first child
	Span Span // heading, body and children

	Blocks   []Block // of the body, in order
	Links    []Link  // of heading and body
	Parent   *Section
	Children []*Section
}

// Walk calls f for s and all sections below it in page order, until f returns false.
func (s *Section) Walk(f func(*Section) bool) bool {
	if !f(s) {
		return false
	}
	for _, c := range s.Children {
		if !c.Walk(f) {
			return false
		}
	}
	return true
}

// Items are the top-level list items of the body, across all its lists.
func (s *Section) Items() []*Item {
	var items []*Item
	for _, b := range s.Blocks {
		items = append(items, b.Items...)
	}
	return items
}

// Empty reports whether neither the section nor anything below it holds a word.
func (s *Section) Empty() bool {
	for _, b := range s.Blocks {
		if b.Kind != BlockComment {
			return false
		}
	}
	for _, c := range s.Children {
		if !c.Empty() {
			return false
		}
	}
	return true
}

// A BlockKind tells how a piece of a section's body is set.
type BlockKind string

// The kinds of block.
const (
	BlockParagraph BlockKind = "paragraph"
	BlockList      BlockKind = "list"
	BlockTable     BlockKind = "table"
	BlockQuote     BlockKind = "quote"
	BlockCode      BlockKind = "code"
	BlockHTML      BlockKind = "html"    // raw HTML other than comments
	BlockComment   BlockKind = "comment" // an HTML comment, an ERB tag or a shortcode on lines of its own; a link's definition
	BlockRule      BlockKind = "rule"    // a thematic break
)

// A Block is a paragraph, a list or another block of a section's body.
type Block struct {
	Kind  BlockKind
	Text         // the words of the block; lines of the source stay lines. Those of a list stand in its items.
	Lines []Text // of paragraphs: each source line
	Items []*Item
	Rows  [][]string // of tables: the cells, the head first
	// Ordered is true for numbered lists.
	Ordered bool
}

// Words are all words of the block, those of a list an item a line.
func (b Block) Words() string {
	if b.Kind != BlockList {
		return b.Text.Text
	}
	var lines []string
	for line := range b.AllLines() {
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// AllLines are the lines of Words.
func (b Block) AllLines() iter.Seq[string] {
	if b.Kind != BlockList {
		return strings.SplitSeq(b.Text.Text, "\n")
	}
	return func(yield func(string) bool) { eachLine(b.Items, yield) }
}

// eachLine calls yield for the lines of items and of all below them, until it returns false.
func eachLine(items []*Item, yield func(string) bool) bool {
	for _, i := range items {
		for line := range strings.SplitSeq(i.Text.Text, "\n") {
			if !yield(line) {
				return false
			}
		}
		if !eachLine(i.Items, yield) {
			return false
		}
	}
	return true
}

// An Item is a list item. Text is its own words without those of nested items.
type Item struct {
	Text           // of the item's paragraphs; source line breaks are newlines
	Whole Span     // the item with its marker and everything nested
	Lines []Text   // each source line of the item's own words
	Bold  []string // words that the author set bold
	Items []*Item
}
