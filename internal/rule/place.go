package rule

import (
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A cursor remembers the place that was asked for last. Findings come mostly in the order of the
// page, and a line may be as long as the page: to count it anew for each of them takes too long.
type cursor struct {
	line   int // 0 before the first
	offset int
	column int
	text   string // of the line
}

// rangeOf turns a span into positions. The cursor stays at its start, since a finding and its fix
// mostly begin at the same place.
func (s *Sheet) rangeOf(at hiring.Span) hiring.Range {
	start := s.pos(at.Start)
	kept := s.at
	end := s.pos(at.End)
	s.at = kept
	return hiring.Range{Start: start, End: end}
}

// pos turns an offset into a position.
func (s *Sheet) pos(offset int) hiring.Pos {
	s.seek(offset)
	return hiring.Pos{Line: s.at.line, Column: s.at.column}
}

// lineOf is the line in which an offset lies, without its end.
func (s *Sheet) lineOf(offset int) string {
	s.seek(offset)
	if s.at.text == "" {
		s.at.text = s.Page.Slice(s.Page.LineSpan(s.at.line))
	}
	return s.at.text
}

// seek moves the cursor to an offset.
func (s *Sheet) seek(offset int) {
	line := s.Page.Line(offset)
	if line != s.at.line || offset < s.at.offset {
		text := s.at.text
		if line != s.at.line {
			text = ""
		}
		s.at = cursor{line: line, offset: s.Page.LineSpan(line).Start, column: 1, text: text}
	}
	s.at.column += utf8.RuneCount(s.Page.Source[s.at.offset:offset])
	s.at.offset = offset
}
