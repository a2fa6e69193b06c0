package web

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// lines are the lines of the file that a note stands at, for suggestions: from the line that is
// from lines above to the one that is to lines below. Nil where there is no such place.
type lines func(above, below int) []string

// toHTML renders what somebody wrote. Raw HTML gets through goldmark, as it does on GitLab, and is
// cleaned afterwards together with all else: nothing active is left, nor anything that loads.
func toHTML(source string, at lines) rendered { return convert(source, at, false) }

// fileToHTML renders a file. Its headings can be linked to.
func fileToHTML(source string) rendered { return convert(source, nil, true) }

func convert(source string, at lines, file bool) rendered {
	md, heading := markdowns().note, 3
	if file {
		md, heading = markdowns().file, 2
	}
	text := []byte(source)
	doc := md.Parser().Parse(reader(text))
	if at != nil {
		suggestions(doc, text, at)
	}
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, text, doc); err != nil {
		return rendered("<pre>" + string(util.EscapeHTML(text)) + "</pre>")
	}
	return arrange(clean(out.Bytes(), file), heading)
}

type markdownPair struct{ note, file goldmark.Markdown }

var markdowns = sync.OnceValue(func() markdownPair {
	gfm := goldmark.WithExtensions(
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		extension.Strikethrough, extension.Linkify, extension.TaskList,
	)
	raw := goldmark.WithRendererOptions(html.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(suggestionRenderer{}, 500)))
	return markdownPair{goldmark.New(gfm, raw), goldmark.New(gfm, raw, goldmark.WithParserOptions(parser.WithAutoHeadingID()))}
})

// frontMatter parts the front matter of a page from its text.
func frontMatter(source string) (matter, text string) {
	source = strings.TrimPrefix(source, "\ufeff")
	all := strings.SplitAfter(source, "\n")
	if strings.TrimSpace(all[0]) != "---" {
		return "", source
	}
	end := slices.IndexFunc(all[1:], func(line string) bool { return strings.TrimSpace(line) == "---" })
	if end < 0 {
		return "", source
	}
	return strings.Join(all[1:end+1], ""), strings.Join(all[end+2:], "")
}
