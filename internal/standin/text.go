package standin

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"
)

// A document is a text as GitLab reads it: which lines are of paragraphs, where quick actions are
// looked for, and what is no code, where references are.
type document struct {
	text       string
	lines      []string
	paragraphs []int    // lines, from 0
	prose      []string // stretches outside code
	links      []string // addresses that are linked
}

var markdown = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.Linkify))
})

// readText reads a text. In doubt a line counts as one of a paragraph, so that a mistake shows here
// and not at GitLab: those of list items do, too.
func readText(source string) document {
	d := document{text: source, lines: strings.Split(source, "\n")}
	src := []byte(source)
	root := markdown().Parser().Parse(text.NewReader(src))
	code := map[int]bool{}                                                       // lines that begin inside a code span
	inCode := 0                                                                  // depth of <code> and <pre>
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it returns no error of its own
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.FencedCodeBlock, *ast.CodeBlock:
			return ast.WalkSkipChildren, nil
		case *ast.HTMLBlock:
			d.prose = append(d.prose, visibleHTML(blockText(n, src)))
		case *ast.Paragraph, *ast.TextBlock:
			inCode = 0
			if !quoted(n) {
				d.addParagraph(n, src)
			}
		case *ast.CodeSpan:
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, ok := c.(*ast.Text); ok && t.Segment.Start > 0 && src[t.Segment.Start-1] == '\n' {
					code[bytes.Count(src[:t.Segment.Start], []byte("\n"))] = true
				}
			}
			return ast.WalkSkipChildren, nil
		case *ast.RawHTML:
			inCode += codeDepth(string(n.Segments.Value(src)))
		case *ast.AutoLink:
			d.links = append(d.links, string(n.URL(src)))
		case *ast.Link:
			d.links = append(d.links, string(n.Destination))
		case *ast.Text:
			if inCode <= 0 {
				d.addProse(n, src)
			}
		}
		return ast.WalkContinue, nil
	})
	inside := quoteLines(d.lines)
	d.paragraphs = slices.DeleteFunc(d.paragraphs, func(n int) bool { return code[n] || inside[n] })
	return d
}

func (d *document) addParagraph(n ast.Node, src []byte) {
	for i := range n.Lines().Len() {
		d.paragraphs = append(d.paragraphs, bytes.Count(src[:n.Lines().At(i).Start], []byte("\n")))
	}
}

// addProse adds a stretch of text; one that follows right behind another belongs to it.
func (d *document) addProse(n *ast.Text, src []byte) {
	value := string(n.Segment.Value(src))
	if prev, ok := n.PreviousSibling().(*ast.Text); ok && prev.Segment.Stop == n.Segment.Start && len(d.prose) > 0 {
		d.prose[len(d.prose)-1] += value
		return
	}
	d.prose = append(d.prose, value)
}

func quoted(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if p.Kind() == ast.KindBlockquote {
			return true
		}
	}
	return false
}

// quoteLines are the lines between two lines of ">>>", GitLab's quotes of many lines.
func quoteLines(lines []string) map[int]bool {
	inside := map[int]bool{}
	start := -1
	for n, line := range lines {
		if strings.TrimRight(line, " ") != ">>>" {
			continue
		}
		if start < 0 {
			start = n
			continue
		}
		for i := start; i <= n; i++ {
			inside[i] = true
		}
		start = -1
	}
	return inside
}

func blockText(n *ast.HTMLBlock, src []byte) string {
	out := string(n.Lines().Value(src))
	if n.HasClosure() {
		out += string(n.ClosureLine.Value(src))
	}
	return out
}

var (
	hidden = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?is)<!--.*?(?:-->|$)|<pre\b.*?(?:</pre>|$)|<code\b.*?(?:</code>|$)`)
	})
	tag = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`<[^<>]*>`) })
)

// visibleHTML is what HTML shows outside code.
func visibleHTML(s string) string {
	return tag().ReplaceAllString(hidden().ReplaceAllString(s, " "), " ")
}

// codeDepth tells whether a tag begins or ends code.
func codeDepth(tag string) int {
	tag = strings.ToLower(tag)
	switch {
	case strings.HasPrefix(tag, "<code"), strings.HasPrefix(tag, "<pre"):
		return 1
	case strings.HasPrefix(tag, "</code"), strings.HasPrefix(tag, "</pre"):
		return -1
	}
	return 0
}

// unescaped decodes entities, as GitLab does before it looks for references. The standard library's table of
// entities would be a second one: package web needs this one.
func unescaped(s string) string { return html.UnescapeString(s) }
