package rolepage

import (
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown reads CommonMark with tables, which is what kramdown and Hugo have in common as
// far as role pages go. One parser serves all pages, at the same time if need be.
var markdown = sync.OnceValue(func() parser.Parser {
	return newMarkdown(
		parser.WithParagraphTransformers(util.Prioritized(plainTexts{}, 300)),
		parser.WithBlockParsers(util.Prioritized(headings{parser.NewATXHeadingParser()}, 599)), // before the library's
	)
})

// newMarkdown makes such a parser, with more options.
func newMarkdown(more ...parser.Option) parser.Parser {
	return parser.NewParser(append([]parser.Option{
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithBlockParsers(util.Prioritized(paragraphs{parser.NewParagraphParser()}, 999)), // before the library's
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(
			util.Prioritized(definitions{}, 100),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200),
		),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	}, more...)...)
}

// definitions finds the definitions of links as CommonMark has them ("[a]: /b"). A paragraph that
// does not begin with a bracket has none, which is quicker seen here than by the library.
type definitions struct{}

func (definitions) Transform(p *ast.Paragraph, reader text.Reader, pc parser.Context) {
	if lines := p.Lines(); lines.Len() > 0 {
		first := lines.At(0)
		first = first.TrimLeftSpace(reader.Source())
		if !first.IsEmpty() && reader.Source()[first.Start] != '[' {
			return
		}
	}
	parser.LinkReferenceParagraphTransformer.Transform(p, reader, pc)
}
