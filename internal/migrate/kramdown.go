package migrate

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// Kramdown, which read the pages of 2022, has marks that its successor prints as text:
//
//	{: #id .class}       attributes of the heading, block or words before it
//	{:toc}               a table of contents in the place of the list before it
//	{::options ... /}    settings, and {::comment} ... {:/comment}
//	markdown="1"         on HTML elements that hold Markdown
//	*[ABC]: words        what a short form means
var kramdown = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\{:[^{}\r\n]*\}`)
})

var (
	markdownInHTML = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)<[a-z][^<>\n]*\s(markdown\s*=\s*["']?(?:0|1|block|span)\b["']?)`)
	})
	abbreviation = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?m)^\*\[[^\]\n]+\]:`) })
)

// contents takes out the table of contents: the new site shows one beside every page. A heading
// that announces nothing else goes with it.
func (s *pass) contents() {
	s.page.Root.Walk(func(sec *hiring.Section) bool {
		for i, b := range sec.Blocks {
			if b.Kind != hiring.BlockList || len(b.Items) != 1 || len(b.Items[0].Items) > 0 {
				continue
			}
			end, ok := s.tocMark(b.Span)
			if !ok {
				continue
			}
			at := hiring.Span{Start: lineStart(s.page.Source, b.Span.Start), End: afterBlanks(s.page.Source, end)}
			what := "table of contents"
			if sec.Rank > 0 && s.onlyMarks(sec.Blocks[:i]) && (contentsHeading()[normal(sec.Heading.Text)] || len(sec.Children) == 0 && s.onlyMarks(sec.Blocks[i+1:])) {
				at.Start = sec.Line.Start
				what = "heading \"" + sec.Heading.Text + "\" with the table of contents"
			}
			s.replace(at, "", "%s taken out, the new site makes its own", what)
			s.gone = append(s.gone, at)
		}
		return true
	})
}

// tocMark finds {:toc} in the last line of a list or in the line below it, and gives its end.
func (s *pass) tocMark(list hiring.Span) (int, bool) {
	src := s.page.Source
	for _, at := range []int{lineStart(src, list.End), lineEnd(src, list.End)} {
		line := src[at:lineEnd(src, at)]
		loc := kramdown().FindIndex(line)
		if loc != nil && isTOC(line[loc[0]:loc[1]]) && len(bytes.TrimSpace(line[loc[1]:])) == 0 {
			return at + len(line), true
		}
	}
	return 0, false
}

func isTOC(mark []byte) bool {
	words := strings.Fields(strings.Trim(string(mark), "{}:"))
	return len(words) > 0 && words[0] == "toc"
}

// contentsHeading are headings that announce a table of contents and nothing else.
var contentsHeading = sync.OnceValue(func() map[string]bool {
	return map[string]bool{"on this page": true, "in this page": true, "table of contents": true, "contents": true, "toc": true}
})

func normal(heading string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.Trim(heading, " :.*_"))), " ")
}

// onlyMarks reports whether blocks hold nothing but kramdown's marks.
func (s *pass) onlyMarks(blocks []hiring.Block) bool {
	for _, b := range blocks {
		if text := s.page.Source[b.Span.Start:b.Span.End]; len(bytes.TrimSpace(kramdown().ReplaceAll(text, nil))) > 0 {
			return false
		}
	}
	return true
}

// afterBlanks is behind the blank lines that follow a line.
func afterBlanks(src []byte, at int) int {
	for at < len(src) && len(bytes.TrimSpace(src[at:lineEnd(src, at)])) == 0 {
		at = lineEnd(src, at)
	}
	return at
}

// kramdown carries over the other marks of kramdown, and notes those that have no counterpart.
func (s *pass) kramdown() {
	src := s.page.Source
	body := s.page.Root.Body.Start
	headings := s.headingsByEnd()
	tags := templateTags(src, body)
	comment := -1 // where {::comment} stands that is not closed yet
	for _, loc := range kramdown().FindAllIndex(src[body:], -1) {
		at := hiring.Span{Start: body + loc[0], End: body + loc[1]}
		mark := string(src[at.Start:at.End])
		switch {
		case within(s.code, at.Start), within(tags, at.Start), within(s.gone, at.Start):
		case within(s.comments, at.Start):
			if s.commentOf(at) {
				s.note(at.Start, "%s", kramdownNote(mark))
			}
		case strings.HasPrefix(mark, "{::comment"):
			comment = at.Start
			s.replace(at, "<!--", "%s is an HTML comment now", mark)
		case strings.HasPrefix(mark, "{:/") && comment >= 0:
			comment = -1
			s.replace(at, "-->", "")
		case s.headingAttributes(headings, at, mark):
		default:
			s.comment(at, mark, kramdownNote(mark))
		}
	}
	for _, loc := range markdownInHTML().FindAllSubmatchIndex(src[body:], -1) {
		if at := body + loc[2]; s.plain(at) {
			s.note(at, "%s is kramdown's; the new site reads Markdown in HTML only between blank lines: add them, and take this out", src[body+loc[2]:body+loc[3]])
		}
	}
	for _, loc := range abbreviation().FindAllIndex(src[body:], -1) {
		if at := body + loc[0]; s.plain(at) {
			s.note(at, "the new site knows no short forms and prints this line as text; write the words out where they are used, and take it out")
		}
	}
}

// line is where the line of a place begins, and where the next one does.
func (s *pass) line(at int) (start, end int) {
	n := s.page.Line(at)
	start, end = s.page.LineSpan(n).Start, len(s.page.Source)
	if n < s.page.Lines() {
		end = s.page.LineSpan(n + 1).Start
	}
	return start, end
}

// plain reports whether a place is neither in code nor in a comment.
func (s *pass) plain(at int) bool { return !within(s.code, at) && !within(s.comments, at) }

// comment hides a text that the new site would print, and notes it.
func (s *pass) comment(at hiring.Span, text, note string) {
	if hidden, ok := commented(text); ok && s.printed(at) {
		s.replace(at, hidden, "")
	}
	s.note(at.Start, "%s", note)
}

// printed reports whether a comment may stand at a place: not within an HTML tag or the
// destination of a link.
func (s *pass) printed(at hiring.Span) bool {
	start, _ := s.line(at.Start)
	before := s.page.Source[max(start, at.Start-longestTag/4):at.Start]
	if bytes.LastIndexByte(before, '<') > bytes.LastIndexByte(before, '>') {
		return false
	}
	open := bytes.LastIndex(before, []byte("]("))
	return open < 0 || bytes.IndexByte(before[open:], ')') >= 0
}

func kramdownNote(mark string) string {
	switch {
	case strings.HasPrefix(mark, "{::"), strings.HasPrefix(mark, "{:/"):
		return mark + " is a setting of kramdown's; the new site has none like it, so look whether the page needs it, and take it out"
	case isTOC([]byte(mark)):
		return mark + " made a table of contents of the list before it; the new site makes its own, so take both out"
	}
	return mark + " gave attributes to what stands before it; write HTML where they matter, and take it out"
}

// headingsByEnd maps the offset behind the lines of a heading to it.
func (s *pass) headingsByEnd() map[int]*hiring.Section {
	ends := map[int]*hiring.Section{}
	s.page.Root.Walk(func(sec *hiring.Section) bool {
		if sec.Rank > 0 {
			ends[sec.Line.End] = sec
		}
		return true
	})
	return ends
}

// headingAttributes carries over the attributes of a heading, which may stand at its end or in the
// line below. Hugo's are written {#id .class} and stand at the end.
func (s *pass) headingAttributes(headings map[int]*hiring.Section, at hiring.Span, mark string) bool {
	src := s.page.Source
	start, end := s.line(at.Start)
	inner := strings.Join(strings.Fields(strings.TrimPrefix(strings.Trim(mark, "{}"), ":")), " ")
	if inner == "" || strings.HasPrefix(inner, ":") || strings.HasPrefix(inner, "/") || isTOC([]byte(mark)) || !hugoAttributes(inner) {
		return false
	}
	if len(bytes.TrimSpace(src[at.End:end])) > 0 {
		return false
	}
	if len(bytes.TrimSpace(src[start:at.Start])) == 0 {
		sec := headings[start]
		if sec == nil || !isATX(src, sec) || hasAttributes(src, sec) {
			return false
		}
		words := trimmedEnd(src, sec.Line.Start)
		s.replace(hiring.Span{Start: words, End: words}, " {"+inner+"}", "attributes of the heading %q moved to its end", sec.Heading.Text)
		s.replace(hiring.Span{Start: start, End: end}, "", "")
		return true
	}
	sec := headings[end]
	if sec == nil || start < sec.Line.Start {
		return false
	}
	s.replace(at, "{"+inner+"}", "attributes of the heading %q written as Hugo reads them", sec.Heading.Text)
	return true
}

// hugoAttributes reports whether a list of attributes has the parts that Hugo knows: an id,
// classes, and keys with values.
func hugoAttributes(inner string) bool {
	for w := range strings.FieldsSeq(inner) {
		if (w[0] != '#' && w[0] != '.' || len(w) < 2) && !strings.Contains(w, `="`) {
			return false
		}
	}
	return strings.Count(inner, `"`)%2 == 0
}

// isATX reports whether a heading is written with number signs, and not underlined.
func isATX(src []byte, sec *hiring.Section) bool {
	line := bytes.TrimLeft(src[sec.Line.Start:sec.Line.End], " ")
	rest := bytes.TrimLeft(line, "#")
	return len(line)-len(rest) == sec.Rank && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0)
}

// hasAttributes reports whether a heading may have attributes already.
func hasAttributes(src []byte, sec *hiring.Section) bool {
	return bytes.IndexByte(src[sec.Line.Start:sec.Line.End], '{') >= 0
}
