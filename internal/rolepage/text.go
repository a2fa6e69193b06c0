package rolepage

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// inline gathers the words of inline nodes.
type inline struct {
	src   []byte
	text  strings.Builder
	span  hiring.Span
	lines []hiring.Text
	links []hiring.Link
	bold  []string

	line     strings.Builder
	lineSpan hiring.Span
}

// words reads all inline children of a block.
func words(src []byte, block ast.Node) *inline {
	w := &inline{src: src}
	w.children(block)
	w.breakLine()
	return w
}

func (w *inline) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.node(c)
	}
}

func (w *inline) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		raw := n.Segment.Value(w.src)
		w.add(string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(raw)))), n.Segment.Start, n.Segment.Stop)
		if n.SoftLineBreak() || n.HardLineBreak() {
			w.breakLine()
		}
	case *ast.String:
		w.text.Write(n.Value)
		w.line.Write(n.Value)
	case *ast.AutoLink:
		label := string(n.Label(w.src))
		start := max(n.Pos(), 0)
		if i := bytes.Index(w.src[start:], []byte(label)); i >= 0 {
			start += i
		}
		span := hiring.Span{Start: start, End: min(start+len(label), len(w.src))}
		w.add(label, span.Start, span.End)
		w.links = append(w.links, hiring.Link{Text: label, Dest: label, Span: span})
	case *ast.Link:
		w.link(n, string(n.Destination), false)
	case *ast.Image:
		w.link(n, string(n.Destination), true)
	case *ast.Emphasis:
		from := w.text.Len()
		w.children(n)
		if n.Level == 2 {
			if words := strings.TrimSpace(w.text.String()[from:]); words != "" {
				w.bold = append(w.bold, words)
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

// link notes a link; its words are part of the text, those of an image are not.
func (w *inline) link(n ast.Node, dest string, image bool) {
	from, links := w.text.Len(), len(w.links)
	start := max(n.Pos(), 0)
	inner := &inline{src: w.src}
	if image {
		inner.children(n)
	} else {
		w.children(n)
	}
	text := w.text.String()[from:]
	end := max(w.span.End, start)
	if image {
		text, end = inner.text.String(), max(inner.span.End, start)
	}
	// The node knows where it begins; it ends with the bracket after its destination.
	if i := bytes.IndexByte(w.src[end:], ']'); i >= 0 {
		end += i + 1
		if end < len(w.src) && w.src[end] == '(' {
			dest = w.written(end+1, dest)
			end = closing(w.src, end)
		} else if end < len(w.src) && w.src[end] == '[' {
			if j := bytes.IndexByte(w.src[end:], ']'); j >= 0 {
				end += j + 1
			}
		}
	}
	if start > 0 && image && w.src[start] == '[' {
		start--
	}
	link := hiring.Link{Text: strings.TrimSpace(text), Dest: dest, Image: image, Span: hiring.Span{Start: start, End: end}}
	// An image within a link comes first in the tree and second for readers.
	w.links = append(w.links[:links], append([]hiring.Link{link}, w.links[links:]...)...)
}

// written is a destination as it stands in the source. In the tree the tags of templates are
// masked.
func (w *inline) written(at int, dest string) string {
	for at < len(w.src) && (isBlank(w.src[at]) || w.src[at] == '<' && !bytes.HasPrefix(w.src[at:], []byte("<%"))) {
		at++
	}
	if end := at + len(dest); end <= len(w.src) && bytes.ContainsAny(w.src[at:end], "{<") {
		return string(w.src[at:end])
	}
	return dest
}

// closing is just after the parenthesis that closes the one at an offset.
func closing(src []byte, at int) int {
	depth := 0
	for i := at; i < len(src) && i < at+longestTag; i++ {
		switch src[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return min(at+1, len(src))
}

func (w *inline) add(s string, start, end int) {
	if s == "" {
		return
	}
	w.text.WriteString(s)
	w.line.WriteString(s)
	w.span = union(w.span, hiring.Span{Start: start, End: end})
	w.lineSpan = union(w.lineSpan, hiring.Span{Start: start, End: end})
}

// breakLine ends a line of the source.
func (w *inline) breakLine() {
	if line := strings.TrimSpace(w.line.String()); line != "" {
		w.lines = append(w.lines, hiring.Text{Text: line, Span: trimSpan(w.src, w.lineSpan)})
	}
	w.line.Reset()
	w.lineSpan = hiring.Span{}
	w.text.WriteByte('\n')
}

// all is the text as a whole; line ends of the source are line ends.
func (w *inline) all() hiring.Text {
	lines := make([]string, len(w.lines))
	for i, l := range w.lines {
		lines[i] = l.Text
	}
	return hiring.Text{Text: strings.Join(lines, "\n"), Span: trimSpan(w.src, w.span)}
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

// lineSentences are the sentences of a line of text. One that can't be found in the source as it
// reads, because marks part its words, has the span of the line.
func lineSentences(src []byte, line hiring.Text) []hiring.Text {
	var list []hiring.Text
	rest := line.Text
	for rest != "" {
		end := sentenceEnd(rest)
		if s := strings.TrimSpace(rest[:end]); s != "" {
			list = append(list, hiring.Text{Text: s, Span: find(src, line.Span, s)})
		}
		rest = rest[end:]
	}
	return list
}

// sentenceEnd is where the first sentence of a text ends. "Sr. Director" ends none.
func sentenceEnd(text string) int {
	for i := 0; i+2 < len(text); i++ {
		if text[i] != '.' || text[i+1] != ' ' || text[i+2] < 'A' || text[i+2] > 'Z' {
			continue
		}
		word := strings.ToLower(text[strings.LastIndexByte(text[:i], ' ')+1 : i])
		if _, short := ranks[word]; !short {
			return i + 1
		}
	}
	return len(text)
}
