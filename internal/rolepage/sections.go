package rolepage

import (
	"bytes"
	"slices"

	"github.com/yuin/goldmark/ast"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readSections reads the body of a page into the tree of its sections.
func readSections(p *hiring.Page, body int, room *slabs) *hiring.Section {
	page := scratches.Get().(*scratch)
	defer page.putBack()
	var tags []hiring.Span
	page.masked, tags = mask(page.masked, p.Source, body)
	defuse(page.masked)
	r := &reader{inline: inline{src: p.Source, page: p.Slice(hiring.Span{End: len(p.Source)}), links: room.spent[:0]}, slabs: room, body: body, tags: tags}
	root := &hiring.Section{
		Body: hiring.Span{Start: body, End: len(p.Source)},
		Span: hiring.Span{Start: body, End: len(p.Source)},
		Line: hiring.Span{Start: body, End: body},
	}
	current := root
	tree := page.parse()
	r.expect(tree)
	for n := tree.FirstChild(); n != nil; n = n.NextSibling() {
		if rank := headingRank(n); rank > 0 {
			before := current
			current = r.heading(before, n, rank)
			takeUnderlined(before, current)
			continue
		}
		if len(current.Blocks) == 0 {
			current.Blocks = r.blocks.take(untilHeading(n))[:0]
		}
		b := r.block(n)
		if b.Kind == hiring.BlockComment {
			// {: #id} on the line below a heading names it.
			if id := attributeID(r.src[b.Span.Start:b.Span.End]); id != "" && len(current.Blocks) == 0 && current.ID == "" {
				current.ID = id
			}
		}
		current.Blocks = append(current.Blocks, b)
		current.Links = r.ownLinks()
	}
	room.spent = r.links
	return root
}

// headingRank is the rank of a heading, 0 of what is none.
func headingRank(n ast.Node) int {
	switch h := n.(type) {
	case *ast.Heading:
		return h.Level
	case plainHeading:
		return h.Level
	default:
		return 0
	}
}

// untilHeading is the number of blocks from one on to the next heading.
func untilHeading(n ast.Node) int {
	count := 0
	for ; n != nil && n.Kind() != ast.KindHeading; n = n.NextSibling() {
		count++
	}
	return count
}

// takeUnderlined moves a table to the section of the heading that stands above it in the source, and
// after it in what Markdown reads: that is so where the table's last row is underlined.
func takeUnderlined(before, s *hiring.Section) {
	last := len(before.Blocks) - 1
	if last < 0 || before.Blocks[last].Span.End <= s.Line.Start {
		return
	}
	b := before.Blocks[last]
	before.Blocks = before.Blocks[:last]
	b.Span.Start = max(b.Span.Start, s.Line.End)
	b.Span.End = max(b.Span.End, b.Span.Start)
	s.Blocks = append(s.Blocks, b)
}

// heading begins a new section after the one that ends with it, and returns it.
func (r *reader) heading(last *hiring.Section, h ast.Node, rank int) *hiring.Section {
	s := &r.sections.take(1)[0]
	s.Rank, s.Line = rank, r.headingLine(h)
	r.own = len(r.links)
	r.words(h)
	s.Heading = r.all()
	s.Heading.Text = singleBlanks(s.Heading.Text)
	s.Links = r.ownLinks()
	if s.Heading.Span.IsZero() {
		s.Heading.Span = trimSpan(r.src, s.Line)
	}
	takeAttributes(s)
	parent := last
	for parent.Rank >= s.Rank {
		parent.Span.End = s.Line.Start
		parent.Body.End = min(parent.Body.End, s.Line.Start)
		parent = parent.Parent
	}
	parent.Body.End = min(parent.Body.End, s.Line.Start)
	parent.Children = append(parent.Children, s)
	s.Parent = parent
	s.Body = hiring.Span{Start: s.Line.End, End: parent.Span.End}
	s.Span = hiring.Span{Start: s.Line.Start, End: parent.Span.End}
	return s
}

// ownLinks are the links of the section so far.
func (r *reader) ownLinks() []hiring.Link {
	if r.own == len(r.links) {
		return nil
	}
	return slices.Clip(r.links[r.own:])
}

// headingLine is the line of a heading, or the lines of one that is underlined.
func (r *reader) headingLine(h ast.Node) hiring.Span {
	at := max(h.Pos(), 0)
	end := at
	if lines := h.Lines(); lines != nil && lines.Len() > 0 {
		at = min(at, lines.At(0).Start)
		end = lines.At(lines.Len() - 1).Stop
	}
	start := max(r.body, bytes.LastIndexByte(r.src[:at], '\n')+1) // after a byte order mark
	if end > start && r.src[end-1] != '\n' {
		end = lineEnd(r.src, end)
	} else if end == start {
		end = lineEnd(r.src, at)
	}
	if !bytes.HasPrefix(bytes.TrimLeft(r.src[start:end], " \t"), []byte("#")) {
		end = lineEnd(r.src, end) // the underline
	}
	return hiring.Span{Start: start, End: end}
}
