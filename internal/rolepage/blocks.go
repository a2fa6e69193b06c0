package rolepage

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// markdown reads CommonMark with tables, which is what kramdown and Hugo have in common as
// far as role pages go.
func markdown(src []byte) ast.Node {
	p := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser()
	return p.Parse(text.NewReader(src), parser.WithContext(parser.NewContext()))
}

// A reader turns goldmark's nodes into blocks. src is the page as written, masked the one that
// goldmark read.
type reader struct {
	src, masked []byte
	body        int // where it begins
	tags        []hiring.Span
}

// block reads a top-level node that is no heading. The links of the block come besides.
func (r *reader) block(n ast.Node) (hiring.Block, []hiring.Link) {
	span := trimSpan(r.src, r.extent(n))
	b := hiring.Block{Text: hiring.Text{Span: span}}
	var links []hiring.Link
	switch n := n.(type) {
	case *ast.Paragraph, *ast.TextBlock:
		w := words(r.src, n)
		b.Kind, b.Lines, links = hiring.BlockParagraph, w.lines, w.links
		b.Text = hiring.Text{Text: w.all().Text, Span: span}
		if r.isTags(span) || isAttributes(r.src[span.Start:span.End]) {
			b.Kind, b.Lines, b.Text.Text = hiring.BlockComment, nil, ""
		}
	case *ast.List:
		b.Kind, b.Ordered = hiring.BlockList, n.IsOrdered()
		b.Items, links = r.items(n)
		b.Text.Text = textOf(b.Items)
	case *extast.Table:
		b.Kind = hiring.BlockTable
		b.Rows, links = r.table(n)
		b.Text.Text = rowsText(b.Rows)
	case *ast.Blockquote:
		b.Kind = hiring.BlockQuote
		b.Text.Text, links = r.nested(n)
	case *ast.HTMLBlock:
		b.Kind = hiring.BlockHTML
		text := string(r.src[span.Start:span.End])
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
		b.Text.Text = string(r.src[span.Start:span.End])
	}
	return b, links
}

// isTags reports whether nothing but tags of templates stands in a span.
func (r *reader) isTags(s hiring.Span) bool {
	at := s.Start
	for _, t := range r.tags {
		if t.End <= at || t.Start >= s.End {
			continue
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

// items reads the items of a list.
func (r *reader) items(list ast.Node) ([]*hiring.Item, []hiring.Link) {
	var items []*hiring.Item
	var links []hiring.Link
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		item := &hiring.Item{Whole: trimSpan(r.src, r.extent(n))}
		var own []string
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			switch c.(type) {
			case *ast.List:
				nested, more := r.items(c)
				item.Items = append(item.Items, nested...)
				links = append(links, more...)
			case *ast.Paragraph, *ast.TextBlock:
				w := words(r.src, c)
				if t := w.all(); t.Text != "" && !isAttributes(r.src[t.Span.Start:t.Span.End]) {
					own = append(own, t.Text)
					item.Span = union(item.Span, t.Span)
					item.Lines = append(item.Lines, w.lines...)
					item.Bold = append(item.Bold, w.bold...)
				}
				links = append(links, w.links...)
			default:
				_, more := r.block(c)
				links = append(links, more...)
			}
		}
		item.Text.Text = strings.Join(own, "\n")
		if item.Span.IsZero() {
			item.Span = item.Whole
		}
		items = append(items, item)
	}
	return items, links
}

// textOf are the words of items and of all below them, a line each.
func textOf(items []*hiring.Item) string {
	var lines []string
	for _, i := range items {
		lines = append(lines, i.Text.Text)
		if len(i.Items) > 0 {
			lines = append(lines, textOf(i.Items))
		}
	}
	return strings.Join(lines, "\n")
}

// table reads the words of the cells.
func (r *reader) table(t ast.Node) ([][]string, []hiring.Link) {
	var rows [][]string
	var links []hiring.Link
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		var cells []string
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			w := words(r.src, cell)
			cells = append(cells, strings.ReplaceAll(w.all().Text, "\n", " "))
			links = append(links, w.links...)
		}
		rows = append(rows, cells)
	}
	return rows, links
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
func (r *reader) nested(n ast.Node) (string, []hiring.Link) {
	var lines []string
	var links []hiring.Link
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		b, more := r.block(c)
		lines = append(lines, b.Text.Text)
		links = append(links, more...)
	}
	return strings.Join(lines, "\n"), links
}

// extent is the part of the source that a block takes, its marks included.
func (r *reader) extent(n ast.Node) hiring.Span {
	var s hiring.Span
	known := false
	grow := func(more hiring.Span) {
		if !known {
			s, known = more, true
		}
		s = hiring.Span{Start: min(s.Start, more.Start), End: max(s.End, more.End)}
	}
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering || c.Type() == ast.TypeInline {
			return ast.WalkSkipChildren, nil
		}
		if at := c.Pos(); at >= 0 {
			grow(hiring.Span{Start: at, End: min(at+1, len(r.src))})
		}
		if lines := c.Lines(); lines != nil {
			for i := range lines.Len() {
				grow(hiring.Span{Start: lines.At(i).Start, End: lines.At(i).Stop})
			}
		}
		if html, ok := c.(*ast.HTMLBlock); ok && html.HasClosure() {
			grow(hiring.Span{Start: html.ClosureLine.Start, End: html.ClosureLine.Stop})
		}
		return ast.WalkContinue, nil
	})
	// Marks after the last words of a line (a fence, a table's bar, a rule) belong to the block.
	if s.End > s.Start && r.src[s.End-1] == '\n' {
		return s
	}
	return hiring.Span{Start: s.Start, End: lineEnd(r.src, s.End)}
}
