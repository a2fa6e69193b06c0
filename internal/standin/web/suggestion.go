package web

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

func reader(source []byte) text.Reader { return text.NewReader(source) }

// A suggestionNode is a code block that offers other lines for those that a note stands at.
type suggestionNode struct {
	ast.BaseBlock
	before, after []string
}

var suggestionKind = ast.NewNodeKind("Suggestion")

func (n *suggestionNode) Kind() ast.NodeKind { return suggestionKind }
func (n *suggestionNode) Dump(source []byte, level int) {
	ast.DumpHelper(n, source, level, nil, nil)
}

var suggestionInfo = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^suggestion(?::-(\d{1,3})\+(\d{1,3}))?$`) })

// suggestions puts suggestion nodes in the place of the code blocks that are suggestions.
func suggestions(doc ast.Node, source []byte, at lines) {
	var blocks []*ast.FencedCodeBlock
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker itself never fails
		if block, ok := n.(*ast.FencedCodeBlock); ok && entering && block.Info != nil {
			blocks = append(blocks, block)
		}
		return ast.WalkContinue, nil
	})
	for _, block := range blocks {
		m := suggestionInfo().FindStringSubmatch(strings.TrimSpace(string(block.Info.Value(source))))
		if m == nil {
			continue
		}
		above, _ := strconv.Atoi(m[1]) // 0 where nothing is said
		below, _ := strconv.Atoi(m[2])
		node := &suggestionNode{before: at(above, below)}
		for i := range block.Lines().Len() {
			segment := block.Lines().At(i)
			node.after = append(node.after, strings.TrimRight(string(segment.Value(source)), "\r\n"))
		}
		block.Parent().ReplaceChild(block.Parent(), block, node)
	}
}

// A suggestionRenderer shows suggestions as lines taken away and lines put in.
type suggestionRenderer struct{}

// RegisterFuncs is called by goldmark.
func (suggestionRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(suggestionKind, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		s, ok := n.(*suggestionNode)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		_, _ = w.WriteString(`<div class="suggestion"><p class="suggestion-title">Suggested change</p><pre>`)
		for _, line := range s.before {
			_, _ = w.WriteString("<del>" + html.EscapeString(line) + "\n</del>")
		}
		for _, line := range s.after {
			_, _ = w.WriteString("<ins>" + html.EscapeString(line) + "\n</ins>")
		}
		_, _ = w.WriteString("</pre></div>\n")
		return ast.WalkContinue, nil
	})
}
