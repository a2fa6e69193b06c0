package safe_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// The oracle judges texts by what GitLab does with them and knows nothing of how this package
// escapes: it reads the text as GitLab would (lines for quick actions, rendered words for
// mentions and references) and says what would happen.

// quickAction is how old and new versions of GitLab find commands: a line outside code that
// begins with a slash and a name. Blanks before it are allowed for more caution.
var quickAction = regexp.MustCompile(`(?i)^\s*/[a-z_]+`)

// lineEnds are all signs that one of the programs involved takes for the end of a line.
var lineEnds = regexp.MustCompile("\r\n|[\n\r\v\f\u0085\u2028\u2029]")

// meanings are what GitLab looks for in the rendered text outside code.
var meanings = map[string]*regexp.Regexp{
	"mention":       regexp.MustCompile(`@[A-Za-z0-9_.]`),
	"issue":         regexp.MustCompile(`#[0-9]`), // designs too: #1[a.png]
	"merge request": regexp.MustCompile(`![0-9]`),
	"label":         regexp.MustCompile(`~(?:["']|[A-Za-z0-9_.?&-]*[A-Za-z0-9_&-])`),
	"milestone":     regexp.MustCompile(`%(?:["']|[^"'\s<]*[\pL\pN_])`), // placeholders too: %{project_name}
	"epic":          regexp.MustCompile(`&[0-9]`),
	"snippet":       regexp.MustCompile(`\$[0-9]`),
	"alert":         regexp.MustCompile(`\^[A-Za-z0-9]`), // footnotes too: [^1]
	// Vulnerabilities, contacts, iterations, feature flags, and all that have the long form.
	"bracket reference": regexp.MustCompile(`\[[A-Za-z_]+:`),
	"wiki or contents":  regexp.MustCompile(`(?i)\[\[|\[_?TOC_?\]`),
	"iteration":         regexp.MustCompile(`(?i)\*iteration:`),
	"address":           regexp.MustCompile(`(?i)[a-z][a-z0-9+.-]*://|www\.|mailto:|xmpp:`),
	"emoji":             regexp.MustCompile(`(?:^|[^A-Za-z0-9]):[a-z0-9_+-]+:`),
	"insertion":         regexp.MustCompile(`[{\[][+-]|[+-][}\]]`),
	"commit":            regexp.MustCompile(`(?i)(?:^|[^a-z0-9])[0-9a-f]{7,40}(?:$|[^a-z0-9])`), // ranges too
	"tracker":           regexp.MustCompile(`(?:^|[^A-Za-z0-9])[A-Z][A-Z0-9_]*-[0-9]`),
	"mathematics":       regexp.MustCompile(`\$`),
	"task":              regexp.MustCompile(`(?m)^\s*\[[ xX~]\](?:\s|$)`),
	"alert box":         regexp.MustCompile(`(?im)^\s*\[!(?:note|tip|important|caution|warning)\]`),
	"quick action":      regexp.MustCompile(`(?im)^\s*/[a-z_]+`), // as newer versions find them: in a paragraph that was read
	"include":           regexp.MustCompile(`::include\{`),
}

// unseen are signs that take no room, and blanks that are not plain ones. A reader who passes over
// them sees another word, or another start of a line.
var unseen = strings.NewReplacer(
	"\u00ad", "", "\u034f", "", "\u061c", "", "\u115f", "", "\u1160", "", "\u17b4", "", "\u17b5", "", "\u180e", "", "\u200b", "", "\u200c", "", "\u200d", "", "\u200e", "", "\u200f", "",
	"\u202a", "", "\u202b", "", "\u202c", "", "\u202d", "", "\u202e", "", "\u2060", "", "\u2061", "", "\u2062", "", "\u2063", "", "\u2064", "", "\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "",
	"\u3164", "", "\ufe0e", "", "\ufe0f", "", "\ufeff", "", "\uffa0", "", "\u00a0", " ", "\u1680", " ", "\u2003", " ", "\u2007", " ", "\u2009", " ", "\u202f", " ", "\u205f", " ", "\u3000", " ",
)

// frontMatter is what begins data that GitLab takes out of a text and shows as a table.
var frontMatter = regexp.MustCompile(`^(?:\x{feff})?\s*(?:---|\+\+\+|;;;)`)

var glfm = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList))
})

// A reading is what the oracle sees in a text.
type reading struct {
	shape string   // the kinds of the nodes, without words and code spans
	words []string // of each block, outside code
}

// read renders a text as far as its meaning goes.
func read(source string) reading {
	src := []byte(source)
	doc := glfm().Parser().Parse(text.NewReader(src))
	var r reading
	var shape, words strings.Builder
	_ = ast.Walk(doc, func(n ast.Node, enter bool) (ast.WalkStatus, error) {
		if !enter {
			if n.Type() == ast.TypeBlock {
				r.words = append(r.words, words.String())
				words.Reset()
				shape.WriteByte(')')
			}
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			words.WriteString(rendered(n.Segment.Value(src)))
			if n.SoftLineBreak() || n.HardLineBreak() {
				words.WriteByte('\n')
				shape.WriteByte('/')
			}
			return ast.WalkContinue, nil
		case *ast.String:
			words.Write(n.Value)
			return ast.WalkContinue, nil
		case *ast.CodeSpan:
			words.WriteByte(0)
			return ast.WalkSkipChildren, nil
		case *ast.FencedCodeBlock:
			language := ""
			if n.Info != nil {
				language = string(n.Info.Segment.Value(src))
			}
			fmt.Fprintf(&shape, "(fence %q)", language)
			return ast.WalkSkipChildren, nil
		case *ast.HTMLBlock:
			var raw strings.Builder
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				raw.Write(line.Value(src))
			}
			if n.HasClosure() {
				raw.Write(n.ClosureLine.Value(src))
			}
			tags, plain := readHTML(raw.String())
			r.words = append(r.words, plain)
			shape.WriteString("(html " + tags + ")")
			return ast.WalkSkipChildren, nil
		case *ast.RawHTML:
			shape.WriteString("<raw>")
		case *ast.Link:
			shape.WriteString("[link]")
		case *extast.TableCell:
			shape.WriteString("(cell")
			return ast.WalkContinue, nil
		default:
			if n.Type() == ast.TypeInline {
				shape.WriteString("<" + n.Kind().String() + ">")
				return ast.WalkContinue, nil
			}
			shape.WriteString("(" + n.Kind().String())
		}
		return ast.WalkContinue, nil
	})
	r.shape = shape.String()
	return r
}

// rendered resolves backslash escapes and entities as Markdown does.
func rendered(raw []byte) string {
	var b strings.Builder
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", raw[i+1]) >= 0 {
			i++
		}
		b.WriteByte(raw[i])
	}
	return html.UnescapeString(b.String())
}

var (
	htmlCode = regexp.MustCompile(`(?s)<code>[^<]*</code>`)
	htmlTag  = regexp.MustCompile(`(?s)<!--.*?-->|</?[A-Za-z!][^>]*>`)
)

// readHTML gives the tags of a piece of HTML and its words outside code.
func readHTML(raw string) (tags, words string) {
	raw = htmlCode.ReplaceAllString(raw, "\x00")
	tags = strings.Join(htmlTag.FindAllString(raw, -1), "")
	return tags, html.UnescapeString(htmlTag.ReplaceAllString(raw, " "))
}

// judge names everything in a text that GitLab would act on.
func judge(source string) []string {
	var bad []string
	if frontMatter.MatchString(source) {
		bad = append(bad, "front matter")
	}
	for _, line := range outsideFences(source) {
		if quickAction.MatchString(unseen.Replace(line)) {
			bad = append(bad, fmt.Sprintf("quick action in line %q", line))
		}
	}
	for _, words := range read(source).words {
		readings := []string{words}
		for _, other := range []string{unseen.Replace(words), lineEnds.ReplaceAllString(words, "\n")} {
			if other != words {
				readings = append(readings, other)
			}
		}
		for name, m := range meanings {
			for _, seen := range readings {
				if hit := m.FindString(seen); hit != "" {
					bad = append(bad, fmt.Sprintf("%s %q in %q", name, hit, words))
					break
				}
			}
		}
	}
	return bad
}

// outsideFences are the lines that are not in a fenced block with backticks, the only kind
// that old versions of GitLab know.
func outsideFences(source string) []string {
	var lines []string
	fence := ""
	for line := range strings.SplitSeq(source, "\n") {
		marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(marks) >= 3 && !strings.Contains(line[len(marks):], "`"):
			fence = marks
		case fence != "" && len(marks) >= len(fence) && strings.TrimSpace(line) == marks:
			fence = ""
		case fence == "":
			lines = append(lines, lineEnds.Split(line, -1)...)
		}
	}
	return lines
}

// judgePlain judges a title or a label, where GitLab knows neither code nor escapes.
func judgePlain(line string) []string {
	var bad []string
	if lineEnds.MatchString(line) {
		bad = append(bad, "more than one line")
	}
	if quickAction.MatchString(unseen.Replace(line)) {
		bad = append(bad, "quick action")
	}
	for _, name := range []string{
		"mention", "issue", "merge request", "label", "milestone", "epic", "snippet", "alert",
		"bracket reference", "wiki or contents", "iteration", "emoji", "commit",
	} {
		if hit := meanings[name].FindString(unseen.Replace(line)); hit != "" {
			bad = append(bad, fmt.Sprintf("%s %q", name, hit))
		}
	}
	if strings.Contains(line, "://") {
		bad = append(bad, "address")
	}
	return bad
}
