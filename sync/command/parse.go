package command

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// A line is a command as somebody wrote it.
type line struct {
	word string // the command's name, as it was written
	args string // what stands behind it
	// hash tells this line from the others of its note. It stays when other lines come or go.
	hash string
}

// text is the line as it is shown.
func (l line) text() string { return strings.TrimSpace(l.word + " " + l.args) }

// The bounds of what is looked at.
const (
	longestNote = 100_000 // bytes; a longer comment holds no commands
	longestLine = 2_000   // bytes
)

// markdown reads what GitLab renders as other things than paragraphs.
var markdown = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList))
})

// parse reads the commands of a comment: lines of paragraphs at its top level that begin with the
// bot's mention, or with the name and a colon. What stands in quotes, lists, code, tables, HTML or
// comments is talk about commands and none.
func parse(body, username, name string) []line {
	if len(body) > longestNote || !addressed(body, username, name) {
		return nil
	}
	src := []byte(strings.ReplaceAll(body, "\r\n", "\n"))
	dead := hidden(string(src))
	var found []line
	seen := map[string]int{}
	depth := 0 // of HTML elements that are open
	doc := markdown().Parser().Parse(text.NewReader(src))
	for block := doc.FirstChild(); block != nil; block = block.NextSibling() {
		switch b := block.(type) {
		case *ast.HTMLBlock:
			depth = max(0, depth+opened(b.Lines().Value(src))+opened(closing(b, src)))
		case *ast.Paragraph:
			for _, at := range starts(b, src, &depth) {
				if at < dead.from || at >= dead.to {
					if l, ok := address(lineAt(src, at), username, name); ok {
						l.hash = hash(l.text(), seen)
						found = append(found, l)
					}
				}
			}
		}
	}
	return found
}

// addressed is a quick look whether there can be a command at all.
func addressed(body, username, name string) bool {
	low := strings.ToLower(body)
	return username != "" && strings.Contains(low, "@"+strings.ToLower(username)) || name != "" && strings.Contains(low, strings.ToLower(name)+":")
}

// starts are where the lines of a paragraph begin that begin with plain text. A line within a code
// span, a link, a tag or a comment that reaches over a line end begins with none.
func starts(p *ast.Paragraph, src []byte, depth *int) []int {
	if strings.Contains(string(p.Lines().Value(src)), "$$") {
		return nil // formulas may have several lines
	}
	var found []int
	for n := p.FirstChild(); n != nil; n = n.NextSibling() {
		if raw, ok := n.(*ast.RawHTML); ok {
			*depth = max(0, *depth+opened(raw.Segments.Value(src)))
			continue
		}
		t, ok := n.(*ast.Text)
		if !ok || *depth > 0 {
			continue
		}
		at := t.Segment.Start
		for at < t.Segment.Stop && (src[at] == ' ' || src[at] == '\t') {
			at++
		}
		before := strings.TrimRight(string(src[:at]), " \t")
		if before == "" || strings.HasSuffix(before, "\n") {
			found = append(found, at)
		}
	}
	return found
}

func lineAt(src []byte, at int) string {
	rest, _, _ := strings.Cut(string(src[at:]), "\n")
	return rest
}

func closing(b *ast.HTMLBlock, src []byte) []byte {
	if !b.HasClosure() {
		return nil
	}
	return b.ClosureLine.Value(src)
}

var (
	comments = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)<!--.*?(-->|$)`) })
	tags     = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)<(/?)([a-z][a-z0-9-]*)(?:[^>"']|"[^"]*"|'[^']*')*?(/?)>`)
	})
)

// voids are elements that have no end.
const voids = " area base br col embed hr img input link meta source track wbr "

// opened is how many more elements HTML begins than it ends.
func opened(html []byte) int {
	n := 0
	for _, m := range tags().FindAllSubmatch(comments().ReplaceAll(html, nil), -1) {
		switch {
		case len(m[1]) > 0:
			n--
		case len(m[3]) == 0 && !strings.Contains(voids, " "+strings.ToLower(string(m[2]))+" "):
			n++
		}
	}
	return n
}

// A span is a part of a comment.
type span struct{ from, to int }

// hidden is the part of a comment that GitLab renders otherwise than CommonMark does: quotes between
// lines of >>>, and front matter at its head. From the first such line to the last nothing counts.
func hidden(src string) span {
	var s span
	at, count := 0, 0
	front := ""
	for l := range strings.SplitAfterSeq(src, "\n") {
		text := strings.TrimSpace(l)
		end := at + len(l)
		switch {
		case front != "":
			s.to = end
			if text == front {
				front = ""
			}
		case strings.TrimSpace(src[:at]) == "" && len(text) >= 3 && (text[:3] == "---" || text[:3] == "+++" || text[:3] == ";;;"):
			front, s = text[:3], span{at, end}
		case len(text) >= 3 && strings.Trim(text, ">") == "":
			if count++; count == 1 && s.to == 0 {
				s.from = at
			}
			s.to = end
		}
		at = end
	}
	if count%2 == 1 || front != "" {
		s.to = len(src)
	}
	return s
}

// address reads a line that is meant for roleplan. A name alone asks for nothing.
func address(l, username, name string) (line, bool) {
	if len(l) > longestLine || !utf8.ValidString(l) {
		return line{}, false
	}
	rest, ok := after(l, "@"+username)
	if ok && username != "" {
		rest = strings.TrimLeft(rest, ":,")
	} else if rest, ok = after(l, name); !ok || name == "" || !strings.HasPrefix(rest, ":") {
		return line{}, false
	} else {
		rest = rest[1:]
	}
	if rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return line{}, false
	}
	words := strings.Fields(rest)
	if len(words) == 0 {
		return line{}, false
	}
	return line{word: words[0], args: strings.Join(words[1:], " ")}, true
}

// after takes a name off the head of a text, in any case.
func after(s, name string) (string, bool) {
	if len(s) < len(name) || !strings.EqualFold(s[:len(name)], name) {
		return "", false
	}
	return s[len(name):], true
}

// hash is the identity of a line within its note: its words, and which one it is of several that
// are equal.
func hash(text string, seen map[string]int) string {
	seen[text]++
	sum := sha256.Sum256([]byte(text + "\x00" + strconv.Itoa(seen[text])))
	return hex.EncodeToString(sum[:6])
}

// pairs reads key="value" in turn. Quotes are those of keyboards, or those that editors make of them.
func pairs(s string) (keys, values []string, ok bool) {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		key, rest, found := strings.Cut(s, "=")
		key = strings.TrimSpace(key)
		if !found || key == "" || strings.ContainsAny(key, " \"'") {
			return nil, nil, false
		}
		rest = strings.TrimLeft(rest, " ")
		var value string
		if first, size := utf8.DecodeRuneInString(rest); strings.ContainsRune(`"'“”„‘’`, first) {
			marks := `"“”`
			if strings.ContainsRune(`'‘’`, first) {
				marks = `'‘’`
			}
			end := strings.IndexAny(rest[size:], marks)
			if end < 0 {
				return nil, nil, false
			}
			value = rest[size : size+end]
			_, last := utf8.DecodeRuneInString(rest[size+end:])
			s = rest[size+end+last:]
			if s != "" && s[0] != ' ' {
				return nil, nil, false
			}
		} else {
			value, s, _ = strings.Cut(rest, " ")
		}
		keys, values = append(keys, key), append(values, value)
	}
	return keys, values, true
}
