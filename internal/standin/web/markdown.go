package web

import (
	"bytes"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
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
func toHTML(source string, at lines) template.HTML { return render(source, at, false) }

// fileToHTML renders a file. Its headings can be linked to.
func fileToHTML(source string) template.HTML { return render(source, nil, true) }

func render(source string, at lines, file bool) template.HTML {
	md, clean, heading := markdowns().note, policies().note, 3
	if file {
		md, clean, heading = markdowns().file, policies().file, 2
	}
	text := []byte(source)
	doc := md.Parser().Parse(reader(text))
	if at != nil {
		suggestions(doc, text, at)
	}
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, text, doc); err != nil {
		return template.HTML("<pre>" + template.HTMLEscapeString(source) + "</pre>") //nolint:gosec // escaped
	}
	return arrange(clean.SanitizeBytes(out.Bytes()), heading)
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

type policyPair struct{ note, file *bluemonday.Policy }

// policies are lists of what may stay. All else goes: scripts, styles, forms, frames, event
// handlers, and links other than to the web and to mail. Images stay until arrange replaces them.
var policies = sync.OnceValue(func() policyPair {
	plain := func() *bluemonday.Policy {
		p := bluemonday.NewPolicy()
		p.AllowElements(
			"p", "br", "hr", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "kbd", "samp", "var", "a", "em", "strong", "b", "i", "u", "s",
			"del", "ins", "sub", "sup", "small", "mark", "abbr", "q", "cite", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
			"details", "summary",
		)
		p.AllowAttrs("open").Matching(regexp.MustCompile(`^(|open)$`)).OnElements("details")
		p.AllowAttrs("href").OnElements("a")
		p.AllowURLSchemes("http", "https", "mailto")
		p.AllowRelativeURLs(true)
		p.RequireParseableURLs(true)
		p.RequireNoFollowOnLinks(true)
		p.RequireNoReferrerOnLinks(true)
		p.AllowAttrs("title").Globally()
		p.AllowAttrs("align").Matching(regexp.MustCompile(`^(left|right|center)$`)).OnElements("th", "td", "p", "div")
		p.AllowAttrs("colspan", "rowspan").Matching(regexp.MustCompile(`^[1-9][0-9]?$`)).OnElements("th", "td")
		p.AllowAttrs("start").Matching(regexp.MustCompile(`^[0-9]{1,6}$`)).OnElements("ol")
		p.AllowAttrs("class").Matching(regexp.MustCompile(`^language-[\w+-]+$`)).OnElements("code")
		p.AllowAttrs("class").Matching(regexp.MustCompile(`^suggestion(-title)?$`)).OnElements("div", "p")
		p.AllowAttrs("type").Matching(regexp.MustCompile(`^checkbox$`)).OnElements("input")
		p.AllowAttrs("checked").OnElements("input")
		p.AllowAttrs("alt").OnElements("img")
		return p
	}
	file := plain()
	file.AllowAttrs("id").Matching(regexp.MustCompile(`^[\p{L}\d_-]+$`)).OnElements("h1", "h2", "h3", "h4", "h5", "h6")
	return policyPair{plain(), file}
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
