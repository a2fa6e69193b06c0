package rolepage

import (
	"bytes"
	"sort"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A reader turns goldmark's nodes into blocks of the page as written.
type reader struct {
	inline
	*slabs
	body int // where it begins
	end  int // where the block that is read ends at the latest
	tags []hiring.Span
	own  int // where in links those of the section begin
}

// The slabs of what pages hold most of.
type slabs struct {
	texts    slab[hiring.Text]
	items    slab[hiring.Item]
	lists    slab[*hiring.Item]
	blocks   slab[hiring.Block]
	sections slab[hiring.Section]
	levels   slab[hiring.Level]
	entries  slab[hiring.Entry] // of levels
	spent    []hiring.Link      // links of the page before
	steps    []hiring.Step      // of all processes
	stages   []stage            // of lists that are being read
}

// A slab hands out short slices of a page that live as long as the page does: many of them cost
// one allocation, or none where the page before left enough.
type slab[T any] struct {
	all  []T
	free []T // of all, or of what was made when that did not do
	used int // what was handed out
}

// expect makes room for n, and for as many as were handed out, and takes these back.
func (s *slab[T]) expect(n int) {
	if n = max(n, s.used); n > len(s.all) {
		s.all = make([]T, n)
	} else {
		clear(s.all[:s.used])
	}
	s.free, s.used = s.all, 0
}

func (s *slab[T]) take(n int) []T {
	if n > len(s.free) {
		s.free = make([]T, max(n, 8))
	}
	piece := s.free[:n:n]
	s.free, s.used = s.free[n:], s.used+n
	return piece
}

// expect makes room for what a page holds, but for what lies deeper within its blocks.
func (r *reader) expect(page ast.Node) {
	sections, lines, items := 0, 0, 0
	for n := page.FirstChild(); n != nil; n = n.NextSibling() {
		switch n.Kind() {
		case ast.KindHeading:
			sections++
		case ast.KindList:
			items += n.ChildCount()
		default:
			lines += n.Lines().Len()
		}
	}
	r.sections.expect(sections)
	r.blocks.expect(page.ChildCount() - sections)
	r.items.expect(items)
	r.lists.expect(items)
	r.texts.expect(lines + items)
	r.levels.expect(0)
	r.entries.expect(0)
}

// linesOf are the lines of the block whose words were read last.
func (r *reader) linesOf() []hiring.Text {
	lines := r.texts.take(len(r.lines))
	copy(lines, r.lines)
	return lines
}

// block reads a top-level node that is no heading.
func (r *reader) block(n ast.Node) hiring.Block {
	span := trimSpan(r.src, r.extent(n))
	b := hiring.Block{Text: hiring.Text{Span: span}}
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock, *plainText:
		r.words(n)
		b.Kind = hiring.BlockParagraph
		if r.isTags(span) || isAttributes(r.src[span.Start:span.End]) {
			b.Kind = hiring.BlockComment
		} else {
			b.Text.Text, b.Lines = r.all().Text, r.linesOf()
		}
	case *ast.List:
		b.Kind, b.Ordered = hiring.BlockList, n.IsOrdered()
		b.Items = r.list(n)
	case *extast.Table:
		b.Kind = hiring.BlockTable
		b.Span.Start = max(b.Span.Start, r.headOf(n))
		b.Rows = r.table(n)
		b.Text.Text = rowsText(b.Rows)
	case *ast.Blockquote:
		b.Kind = hiring.BlockQuote
		b.Text.Text = r.nested(n)
	case *ast.HTMLBlock:
		b.Kind = hiring.BlockHTML
		text := r.page[span.Start:span.End]
		if t := strings.TrimSpace(text); strings.HasPrefix(t, "<!--") && strings.HasSuffix(t, "-->") && strings.Count(t, "<!--") == 1 {
			b.Kind = hiring.BlockComment
		} else {
			b.Text.Text = text
		}
	case *ast.LinkReferenceDefinition:
		b.Kind = hiring.BlockComment
	case *ast.ThematicBreak:
		b.Kind = hiring.BlockRule
	default:
		b.Kind = hiring.BlockCode
		b.Text.Text = r.page[span.Start:span.End]
	}
	return b
}

// isTags reports whether nothing but tags of templates stands in a span.
func (r *reader) isTags(s hiring.Span) bool {
	first := sort.Search(len(r.tags), func(i int) bool { return r.tags[i].End > s.Start })
	at := s.Start
	for _, t := range r.tags[first:] {
		if t.Start >= s.End {
			break
		}
		if len(bytes.TrimSpace(r.src[at:max(at, t.Start)])) > 0 {
			return false
		}
		at = t.End
	}
	return at > s.Start && len(bytes.TrimSpace(r.src[min(at, s.End):s.End])) == 0
}

// isAttributes reports whether a paragraph is one of kramdown's attribute lists: "{: .class}".
func isAttributes(text []byte) bool {
	text = bytes.TrimSpace(text)
	return bytes.HasPrefix(text, []byte("{:")) && bytes.HasSuffix(text, []byte("}")) && bytes.IndexByte(text, '\n') < 0
}

// list reads the items of a list.
func (r *reader) list(list ast.Node) []*hiring.Item {
	items := r.lists.take(list.ChildCount())[:0]
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		items = append(items, r.item(n))
	}
	return items
}

func (r *reader) item(n ast.Node) *hiring.Item {
	item := &r.items.take(1)[0]
	item.Whole = trimSpan(r.src, r.extent(n))
	for w := &item.Whole; w.Start == w.End && w.Start > 0 && isBlank(r.src[w.Start-1]); {
		*w = hiring.Span{Start: w.Start - 1, End: w.End - 1} // an empty item stands within what holds it
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c.(type) {
		case *ast.List:
			item.Items = append(item.Items, r.list(c)...)
		case *ast.Paragraph, *ast.TextBlock, *plainText:
			r.words(c)
			t := r.all()
			if t.Text == "" || isAttributes(r.src[t.Span.Start:t.Span.End]) {
				continue
			}
			if item.Text.Text == "" {
				item.Text.Text, item.Lines = t.Text, r.linesOf()
			} else {
				item.Text.Text += "\n" + t.Text
				item.Lines = append(item.Lines, r.lines...)
			}
			item.Span = union(item.Span, t.Span)
			item.Bold = append(item.Bold, r.bold...)
		default:
			r.block(c)
		}
	}
	if item.Span.IsZero() {
		item.Span = item.Whole
	}
	return item
}

// headOf is where the line of a table's head begins, 0 where that has no words: below a line of text the
// table begins, for the library, where that line does.
func (r *reader) headOf(t ast.Node) int {
	for cell := t.FirstChild().FirstChild(); cell != nil; cell = cell.NextSibling() {
		if lines := cell.Lines(); lines != nil && lines.Len() > 0 {
			return bytes.LastIndexByte(r.src[:lines.At(0).Start], '\n') + 1
		}
	}
	return 0
}

// table reads the words of the cells.
func (r *reader) table(t ast.Node) [][]string {
	rows := make([][]string, 0, t.ChildCount())
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		cells := make([]string, 0, row.ChildCount())
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			r.words(cell)
			cells = append(cells, strings.ReplaceAll(r.all().Text, "\n", " "))
		}
		rows = append(rows, cells)
	}
	return rows
}

// rowsText are the words of a table, a row a line.
func rowsText(rows [][]string) string {
	lines := make([]string, len(rows))
	for i, cells := range rows {
		lines[i] = strings.Join(cells, " | ")
	}
	return strings.Join(lines, "\n")
}

// nested reads the words of a block that holds others.
func (r *reader) nested(n ast.Node) string {
	var lines []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		lines = append(lines, r.block(c).Words())
	}
	return strings.Join(lines, "\n")
}

// extent is the part of the source that a block takes, its marks included.
func (r *reader) extent(n ast.Node) hiring.Span {
	s := hiring.Span{Start: len(r.src)}
	r.grow(&s, n)
	s.End = min(s.End, r.end)
	// After a byte order mark; what has no place ends where it begins.
	s.Start = min(max(s.Start, r.body), s.End)
	// Marks after the last words of a line (a fence, a table's bar, a rule) belong to the block.
	if s.End > s.Start && r.src[s.End-1] == '\n' {
		return s
	}
	return hiring.Span{Start: s.Start, End: min(lineEnd(r.src, s.End), r.end)}
}

// ends is where a block of the page ends at the latest. A list or quote does where the next block begins: the library
// counts a tab before what stands in it as the columns that it takes, and so places that too far on. Tables that were
// the end of a paragraph begin, for the library, where that does.
func (r *reader) ends(n ast.Node) int {
	next := n.NextSibling()
	if n.Kind() != ast.KindList && n.Kind() != ast.KindBlockquote || next == nil || next.Pos() <= n.Pos() || next.Kind() == extast.KindTable {
		return len(r.src)
	}
	return max(bytes.LastIndexByte(r.src[:next.Pos()], '\n')+1, n.Pos()+1)
}

// grow widens a span by all blocks from a node on.
func (r *reader) grow(s *hiring.Span, n ast.Node) {
	if at := n.Pos(); at >= 0 {
		s.Start, s.End = min(s.Start, at), max(s.End, min(at+1, len(r.src)))
	}
	if lines := n.Lines(); lines != nil && lines.Len() > 0 {
		// Lines come in the order of the source.
		s.Start, s.End = min(s.Start, lines.At(0).Start), max(s.End, lines.At(lines.Len()-1).Stop)
	}
	if html, ok := n.(*ast.HTMLBlock); ok && html.HasClosure() {
		s.Start, s.End = min(s.Start, html.ClosureLine.Start), max(s.End, html.ClosureLine.Stop)
	}
	for c := n.FirstChild(); c != nil && c.Type() != ast.TypeInline; c = c.NextSibling() {
		r.grow(s, c)
	}
}
