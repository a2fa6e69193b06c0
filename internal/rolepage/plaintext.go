package rolepage

import (
	"slices"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// A plainText is a paragraph without any mark of Markdown in it, as most are. Its words are those of
// its lines, so that the library need not look for marks, nor make a node for each line and, in lists,
// another one for the whole.
type plainText struct{ ast.BaseBlock }

var kindPlainText = ast.NewNodeKind("PlainText")

// Kind implements ast.Node.
func (*plainText) Kind() ast.NodeKind { return kindPlainText }

// IsRaw implements ast.Node: nothing is looked for in the lines.
func (*plainText) IsRaw() bool { return true }

// Pos implements ast.Node, as paragraphs do.
func (n *plainText) Pos() int { return n.Lines().At(0).Start }

// Dump implements ast.Node.
func (n *plainText) Dump(source []byte, level int) { ast.DumpHelper(n, source, level, nil, nil) }

// plainTexts finds them among the paragraphs that end.
type plainTexts struct{}

func (plainTexts) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	if !isPlainText(p, reader.Source()) || !isOpen(p, pc) {
		return
	}
	parser.NewParagraphParser().Close(p, reader, pc) // which trims the lines
	page := pc.Get(scratchKey).(*scratch)
	page.texts = append(page.texts, plainText{})
	n := &page.texts[len(page.texts)-1]
	n.SetLines(p.Lines())
	n.SetBlankPreviousLines(p.HasBlankPreviousLines())
	p.Parent().ReplaceChild(p.Parent(), p, n)
}

// A plainHeading is a heading that begins with "#" and has no other mark of Markdown in it, as most are.
type plainHeading struct{ *ast.Heading }

// IsRaw implements ast.Node: nothing is looked for in the words.
func (plainHeading) IsRaw() bool { return true }

// headings finds them where the library begins headings.
type headings struct{ parser.BlockParser }

// Open implements parser.BlockParser.
func (h headings) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	node, state := h.BlockParser.Open(parent, reader, pc)
	if heading, ok := node.(*ast.Heading); ok && isPlainText(heading, reader.Source()) {
		return plainHeading{heading}, state
	}
	return node, state
}

// isPlainText reports whether the lines of a block have no marks of Markdown.
func isPlainText(block ast.Node, src []byte) bool {
	for _, line := range block.Lines().Sliced(0, block.Lines().Len()) {
		for _, c := range src[line.Start:line.Stop] {
			if isInline[c] {
				return false
			}
		}
	}
	return true
}

// isInline holds the bytes of which all marks within a line have one. The "!" of an image comes before a
// bracket, and character references ("&amp;") are spelled out by who reads the words.
var isInline = [256]bool{'[': true, ']': true, '*': true, '_': true, '`': true, '<': true, '\\': true}

// isOpen reports whether a paragraph is among the open blocks, as it is where it just ends. It is not
// where a line below it may make a heading of it, which has to be left to the library.
func isOpen(p *ast.Paragraph, pc parser.Context) bool {
	return slices.ContainsFunc(pc.OpenedBlocks(), func(b parser.Block) bool { return b.Node == ast.Node(p) })
}
