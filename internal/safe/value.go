package safe

import (
	"html"
	"net/url"
	"strconv"
	"strings"
)

// A place says what surrounds a value; each place has its own way out of it.
type place int

const (
	inText place = iota // a paragraph, heading or list item
	inCell              // a cell of a table
	inHTML              // between HTML tags, where Markdown's escapes do not hold
)

// A Value is a piece of a line that writes itself inertly wherever it stands. Only this
// package makes them.
type Value interface {
	write(b *strings.Builder, p place)
}

type textValue struct {
	s     string
	limit int
}

// Text is text from outside, on one line, cut after 2,000 characters. It reads as it was
// written, but that words with a meaning to GitLab (@ana, #1, /close, an address) are shown
// as code.
func Text(s string) Value { return textValue{s, longest} }

// Short is Text of at most limit characters.
func Short(s string, limit int) Value { return textValue{s, max(1, min(limit, longest))} }

func (v textValue) write(b *strings.Builder, p place) {
	for i, word := range words(oneLine(v.s, v.limit)) {
		if word == "" {
			continue
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		switch {
		case risky(word):
			writeCode(b, word, p)
		case p == inHTML:
			b.WriteString(html.EscapeString(word))
		default:
			writeEscaped(b, word, i == 0)
		}
	}
}

// words parts a line at its blanks. A link in Markdown stays whole, so that it is shown as one
// piece of code and not as the half of one with an escaped rest.
func words(line string) []string {
	const longestLink = 20 // words
	var list []string
	rest := strings.Split(line, " ")
	for len(rest) > 0 {
		n := 1
		if i := strings.IndexByte(rest[0], '['); i >= 0 {
			for end := 1; end <= min(longestLink, len(rest)); end++ {
				_, target, isLink := strings.Cut(strings.Join(rest[:end], " ")[i:], "](")
				if isLink && strings.Contains(target, ")") {
					n = end
					break
				}
			}
		}
		list = append(list, strings.Join(rest[:n], " "))
		rest = rest[n:]
	}
	return list
}

// writeEscaped writes a word that is not risky. The first word of a value may come to stand
// at the start of a line, where more characters have a meaning.
func writeEscaped(b *strings.Builder, word string, first bool) {
	if first {
		if strings.ContainsRune("-+=:;", rune(word[0])) {
			b.WriteByte('\\')
		} else if n := len(strings.TrimLeft(word, "0123456789")); n > 0 && n < len(word) {
			// "1." and "1)" would begin a list.
			if sign := word[len(word)-n]; sign == '.' || sign == ')' {
				b.WriteString(word[:len(word)-n])
				b.WriteByte('\\')
				word = word[len(word)-n:]
			}
		}
	}
	for i := range len(word) {
		switch c := word[i]; c {
		case '\\', '*', '_', ']', '!', '~':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '|':
			b.WriteString("&#124;")
		default:
			b.WriteByte(c)
		}
	}
}

type codeValue string

// Code is text from outside as a code span, on one line. Empty text gives nothing.
func Code(s string) Value { return codeValue(s) }

func (v codeValue) write(b *strings.Builder, p place) {
	if s := oneLine(string(v), longest); s != "" {
		writeCode(b, s, p)
	}
}

// writeCode writes a code span. s is one line and not empty.
func writeCode(b *strings.Builder, s string, p place) {
	s = unmark(s)
	if p == inHTML {
		b.WriteString("<code>" + html.EscapeString(s) + "</code>")
		return
	}
	if p == inCell {
		// A cell takes \| for a bar even in code, but readings differ on \\|.
		s = strings.ReplaceAll(s, `\|`, `\¦`)
		s = strings.ReplaceAll(s, "|", `\|`)
	}
	marks := strings.Repeat("`", longestRun(s, '`')+1)
	b.WriteString(marks)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	b.WriteString(s)
	b.WriteString(marks)
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] == c {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

type numValue int64

// Num is a whole number.
func Num[N int | int64](n N) Value { return numValue(n) }

func (v numValue) write(b *strings.Builder, _ place) {
	b.WriteString(strconv.FormatInt(int64(v), 10))
}

type wordValue literal

// Word is fixed text as a value, such as one of several words. It may hold Markdown, but
// neither a bar nor a line end.
func Word(s literal) Value { return wordValue(s) }

func (v wordValue) write(b *strings.Builder, _ place) { b.WriteString(string(v)) }

type linkValue struct {
	text, url string
	may       func(path string) bool
}

// Link is a link to a file of a repository on GitLab (/-/blob/, /-/tree/, /-/raw/ or
// /-/blame/). Any other address, above all one that names an object or a person and so
// would refer or mention, is not linked: the text stands alone.
func Link(text, address string) Value { return linkValue{text, address, isFilePage} }

// Reference is a link to an issue, work item or merge request. GitLab notes "mentioned in"
// at the other end, so it is for addresses that GitLab itself gave for something of ours,
// never for one that stood in a page. Any other address is not linked: the text stands alone.
func Reference(text, address string) Value { return linkValue{text, address, isObject} }

func (v linkValue) write(b *strings.Builder, p place) {
	address, ok := cleanURL(v.url, v.may)
	switch {
	case !ok || oneLine(v.text, longest) == "":
		Text(v.text).write(b, p)
	case p == inHTML:
		b.WriteString(`<a href="` + html.EscapeString(address) + `">`)
		Text(v.text).write(b, p)
		b.WriteString("</a>")
	default:
		b.WriteByte('[')
		Text(v.text).write(b, p)
		b.WriteString("](" + address + ")")
	}
}

// FileURL is the address of a file at a commit, and of a line in it when line is over 0.
// projectURL is the project's web address.
func FileURL(projectURL, commit, path string, line int) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	address := projectURL + "/-/blob/" + url.PathEscape(commit) + "/" + strings.Join(segments, "/")
	if line > 0 {
		address += "?plain=1#L" + strconv.Itoa(line)
	}
	return address
}

// cleanURL gives an address that can stand in a link, if it is http or https, of a host, and
// its path pleases.
func cleanURL(s string, may func(path string) bool) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return "", false
		}
	}
	if !may(u.Path) {
		return "", false
	}
	var b strings.Builder
	const hex = "0123456789ABCDEF"
	for _, c := range []byte(u.String()) {
		if isAlnum(c) || strings.IndexByte("-._/:?#=&%+,;@", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String(), true
}

func isFilePage(path string) bool {
	_, rest, found := strings.Cut(path, "/-/")
	kind, file, _ := strings.Cut(rest, "/")
	switch kind {
	case "blob", "tree", "raw", "blame":
		return found && file != ""
	}
	return false
}

func isObject(path string) bool {
	_, rest, found := strings.Cut(path, "/-/")
	kind, number, _ := strings.Cut(rest, "/")
	switch kind {
	case "issues", "work_items", "merge_requests":
		_, err := strconv.ParseUint(number, 10, 63)
		return found && err == nil
	}
	return false
}

type phraseValue struct {
	format string
	values []Value
}

// Phrase is a value made of fixed text and values; see Sprintf. The fixed text may hold
// Markdown, but neither a bar nor a line end.
func Phrase(format literal, values ...Value) Value { return phraseValue{string(format), values} }

func (v phraseValue) write(b *strings.Builder, p place) { writeFormat(b, v.format, v.values, p) }

type joinValue struct {
	sep    string
	values []Value
}

// Join sets values in a row, sep between them.
func Join(sep literal, values ...Value) Value { return joinValue{string(sep), values} }

func (v joinValue) write(b *strings.Builder, p place) {
	for i, e := range v.values {
		if i > 0 {
			b.WriteString(v.sep)
		}
		e.write(b, p)
	}
}

type countValue struct {
	n         int
	one, many literal
}

// Count is a number of things: "1 page", "3 pages".
func Count(n int, one, many literal) Value { return countValue{n, one, many} }

func (v countValue) write(b *strings.Builder, _ place) {
	b.WriteString(strconv.Itoa(v.n) + " ")
	if v.n == 1 {
		b.WriteString(string(v.one))
	} else {
		b.WriteString(string(v.many))
	}
}

// LineLink is a Link whose text is "file:line".
func LineLink(file string, line int, address string) Value {
	return Link(cut(oneLine(file, longest), 120)+":"+strconv.Itoa(line), address)
}
