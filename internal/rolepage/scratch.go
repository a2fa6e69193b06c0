package rolepage

import (
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// A scratch is what is needed only while a page is read: nothing of it outlives that, since the words
// of a page come from its source. It is used again for the next page.
type scratch struct {
	masked     []byte // what Markdown reads
	texts      []plainText
	paragraphs []*ast.Paragraph
	used       int // of the paragraphs
}

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// scratchKey finds the scratch of a page while Markdown is read.
var scratchKey = parser.NewContextKey()

// parse reads the masked source.
func (s *scratch) parse() ast.Node {
	pc := parser.NewContext()
	pc.Set(scratchKey, s)
	return markdown().Parse(text.NewReader(s.masked), parser.WithContext(pc))
}

// mostKept is the number of paragraphs up to which the scratch of a page is kept, many times that of
// any real page.
const mostKept = 5000

// putBack keeps a scratch for the next page.
func (s *scratch) putBack() {
	if s.used > mostKept {
		return
	}
	clear(s.texts)
	s.texts = s.texts[:0]
	for _, p := range s.paragraphs[:s.used] {
		lines := *p.Lines()
		lines.SetSliced(0, 0)
		*p = ast.Paragraph{}
		p.SetLines(&lines)
	}
	s.used = 0
	scratches.Put(s)
}

// paragraph is an empty one.
func (s *scratch) paragraph() *ast.Paragraph {
	if s.used == len(s.paragraphs) {
		s.paragraphs = append(s.paragraphs, ast.NewParagraph())
	}
	s.used++
	return s.paragraphs[s.used-1]
}

// paragraphs begins them as the library does, but with what is left of those of the page before.
type paragraphs struct{ parser.BlockParser }

// Open implements parser.BlockParser.
func (paragraphs) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	if util.IsBlank(line) {
		return nil, parser.NoChildren
	}
	p := pc.Get(scratchKey).(*scratch).paragraph()
	p.Lines().Append(segment)
	reader.AdvanceToEOL()
	return p, parser.NoChildren
}
