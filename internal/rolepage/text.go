package rolepage

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// inline gathers the words of inline nodes. Most words stand in the source as they read, and most
// lines in one piece: these are cut out of the page instead of being put together.
type inline struct {
	src   []byte
	page  string // src once more, to cut words out of
	text  []byte
	span  hiring.Span
	lines []hiring.Text
	links []hiring.Link
	bold  []string

	from     int // where in text the line begins
	lineSpan hiring.Span
}

// words reads all inline children of a block. The words, lines and bold words are those of this
// block until the next one is read; its links come after those of the blocks before it.
func (w *inline) words(block ast.Node) {
	w.text, w.lines, w.bold, w.span = w.text[:0], w.lines[:0], nil, hiring.Span{}
	w.from, w.lineSpan = 0, hiring.Span{}
	if block.IsRaw() { // a plainText or plainHeading
		for _, line := range block.Lines().Sliced(0, block.Lines().Len()) {
			w.plainLine(line.TrimRightSpace(w.src))
		}
		return
	}
	w.children(block)
	w.breakLine()
}

// plainLine takes a line without marks.
func (w *inline) plainLine(at text.Segment) {
	words := w.page[at.Start:at.Stop]
	if strings.IndexByte(words, '&') >= 0 || strings.IndexByte(words, '\\') >= 0 {
		w.segment(at)
		w.breakLine()
		return
	}
	if words = strings.TrimSpace(words); words != "" {
		span := hiring.Span{Start: at.Start, End: at.Stop}
		w.span = union(w.span, span)
		w.lines = append(w.lines, hiring.Text{Text: words, Span: trimSpan(w.src, span)})
	}
}

func (w *inline) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.node(c)
	}
}

func (w *inline) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.segment(n.Segment)
		if n.SoftLineBreak() || n.HardLineBreak() {
			w.breakLine()
		}
	case *ast.String:
		w.text = append(w.text, n.Value...)
	case *ast.AutoLink:
		label := n.Label(w.src)
		start := max(n.Pos(), 0)
		if i := bytes.Index(w.src[start:], label); i >= 0 {
			start += i
		}
		span := hiring.Span{Start: start, End: min(start+len(label), len(w.src))}
		w.add(label, span.Start, span.End)
		text := w.cut(label, span)
		w.links = append(w.links, hiring.Link{Text: text, Dest: text, Span: span})
	case *ast.Link:
		w.link(n, n.Destination, false)
	case *ast.Image:
		w.link(n, n.Destination, true)
	case *ast.Emphasis:
		from := len(w.text)
		w.children(n)
		if n.Level == 2 {
			if words := bytes.TrimSpace(w.text[from:]); len(words) > 0 {
				w.bold = append(w.bold, w.latest(words))
			}
		}
	case *ast.RawHTML:
		if strings.HasPrefix(strings.ToLower(string(n.Segments.Value(w.src))), "<br") {
			w.breakLine()
		}
	default:
		w.children(n)
	}
}

// segment takes the words of a part of the source, with what is written as a character reference or
// behind a backslash spelled out.
func (w *inline) segment(at text.Segment) {
	raw := at.Value(w.src)
	if at.Padding != 0 || at.ForceNewline || bytes.IndexByte(raw, '&') >= 0 || bytes.IndexByte(raw, '\\') >= 0 {
		raw = util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(raw)))
	}
	w.add(raw, at.Start, at.Stop)
}

// link notes a link; its words are part of the text, those of an image are not.
func (w *inline) link(n ast.Node, destination []byte, image bool) {
	from, links := len(w.text), len(w.links)
	start := max(n.Pos(), 0)
	var text string
	var end int
	if image {
		inner := &inline{src: w.src, page: w.page}
		inner.children(n)
		text, end = string(bytes.TrimSpace(inner.text)), max(inner.span.End, start)
	} else {
		w.children(n)
		text, end = w.latest(bytes.TrimSpace(w.text[from:])), max(w.span.End, start)
	}
	dest := ""
	// The node knows where it begins; it ends with the bracket after its destination.
	if i := bytes.IndexByte(w.src[end:], ']'); i >= 0 {
		end += i + 1
		if end < len(w.src) && w.src[end] == '(' {
			dest = w.written(end+1, destination)
			end = closing(w.src, end)
		} else if end < len(w.src) && w.src[end] == '[' {
			if j := bytes.IndexByte(w.src[end:], ']'); j >= 0 {
				end += j + 1
			}
		}
	}
	if dest == "" {
		dest = string(destination)
	}
	if start > 0 && image && w.src[start] == '[' {
		start--
	}
	link := hiring.Link{Text: text, Dest: dest, Image: image, Span: hiring.Span{Start: start, End: end}}
	// An image within a link comes first in the tree and second for readers.
	w.links = slices.Insert(w.links, links, link)
}

// written is a destination as it stands in the source. In the tree the tags of templates are
// masked.
func (w *inline) written(at int, dest []byte) string {
	for at < len(w.src) && (isBlank(w.src[at]) || w.src[at] == '<' && !bytes.HasPrefix(w.src[at:], []byte("<%"))) {
		at++
	}
	end := min(at+len(dest), len(w.src))
	if end == at+len(dest) && bytes.ContainsAny(w.src[at:end], "{<") {
		return w.page[at:end]
	}
	return w.cut(dest, hiring.Span{Start: at, End: end})
}

// closing is just after the parenthesis that closes the one at an offset.
func closing(src []byte, at int) int {
	end := min(len(src), at+longestTag)
	begin := at + 1
	for begin < end && isBlank(src[begin]) {
		begin++
	}
	depth, titled := 1, false
	for i := begin; i < end; i++ {
		switch c := src[i]; {
		case c == '\\':
			i++
		case isBlank(c) && !titled: // the address ends, whatever it has opened; a title may follow
			depth, titled = 1, true
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return min(at+1, len(src))
}

func (w *inline) add(s []byte, start, end int) {
	if len(s) == 0 {
		return
	}
	w.text = append(w.text, s...)
	w.span = union(w.span, hiring.Span{Start: start, End: end})
	w.lineSpan = union(w.lineSpan, hiring.Span{Start: start, End: end})
}

// breakLine ends a line of the source.
func (w *inline) breakLine() {
	if line := bytes.TrimSpace(w.text[w.from:]); len(line) > 0 {
		span := trimSpan(w.src, w.lineSpan)
		w.lines = append(w.lines, hiring.Text{Text: w.cut(line, span), Span: span})
	}
	w.text = append(w.text, '\n')
	w.from, w.lineSpan = len(w.text), hiring.Span{}
}

// cut is words as a string: a part of the page where they stand there as they read.
func (w *inline) cut(words []byte, at hiring.Span) string {
	if s := w.page[max(at.Start, 0):max(at.End, 0)]; s == string(words) {
		return s
	}
	return string(words)
}

// latest are the words that were added last.
func (w *inline) latest(words []byte) string {
	return w.cut(words, hiring.Span{Start: w.span.End - len(words), End: w.span.End})
}

// all is the text as a whole; line ends of the source are line ends.
func (w *inline) all() hiring.Text {
	t := hiring.Text{Span: trimSpan(w.src, w.span)}
	switch len(w.lines) {
	case 0:
	case 1:
		t.Text = w.lines[0].Text
	default:
		w.text = w.text[:0]
		for i, l := range w.lines {
			if i > 0 {
				w.text = append(w.text, '\n')
			}
			w.text = append(w.text, l.Text...)
		}
		t.Text = w.cut(w.text, t.Span)
	}
	return t
}

// union is the smallest span with both; a span that was never set counts for nothing.
func union(a, b hiring.Span) hiring.Span {
	switch {
	case a.IsZero():
		return b
	case b.IsZero():
		return a
	}
	return hiring.Span{Start: min(a.Start, b.Start), End: max(a.End, b.End)}
}

// trimSpan takes blanks and line ends off both ends.
func trimSpan(src []byte, s hiring.Span) hiring.Span {
	for s.Start < s.End && isBlank(src[s.Start]) {
		s.Start++
	}
	for s.End > s.Start && isBlank(src[s.End-1]) {
		s.End--
	}
	return s
}

func isBlank(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// sentenceEnd is where the first sentence of a text ends. "Sr. Director" ends none.
func sentenceEnd(text string) int {
	for i := 0; i+2 < len(text); i++ {
		if text[i] != '.' || text[i+1] != ' ' || text[i+2] < 'A' || text[i+2] > 'Z' {
			continue
		}
		word := strings.ToLower(text[strings.LastIndexByte(text[:i], ' ')+1 : i])
		if ranks.of(word) == "" {
			return i + 1
		}
	}
	return len(text)
}
