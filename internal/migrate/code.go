package migrate

import (
	"bytes"
	"sort"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// code finds the spans of a body that are code, fenced or between backticks, in page order.
func code(src []byte, body int) []hiring.Span {
	var spans []hiring.Span
	var fence []byte // of the open block; nil outside
	start, text := 0, body
	for at := body; at < len(src); at = lineEnd(src, at) {
		end := lineEnd(src, at)
		mark := fenceMark(src[at:end])
		switch {
		case fence == nil && mark != nil:
			spans = append(spans, inlineCode(src, text, at)...)
			fence, start = mark, at
		case fence != nil && bytes.HasPrefix(mark, fence) && len(bytes.TrimLeft(bytes.TrimSpace(src[at:end]), string(fence[:1]))) == 0:
			spans = append(spans, hiring.Span{Start: start, End: end})
			fence, text = nil, end
		case fence == nil && len(bytes.TrimSpace(src[at:end])) == 0:
			spans = append(spans, inlineCode(src, text, at)...)
			text = end
		}
	}
	if fence != nil {
		return append(spans, hiring.Span{Start: start, End: len(src)})
	}
	return append(spans, inlineCode(src, text, len(src))...)
}

// fenceMark is the run of three or more backticks or tildes that a line begins with.
func fenceMark(line []byte) []byte {
	line = bytes.TrimLeft(line, " \t>")
	for _, c := range []byte("`~") {
		if n := len(line) - len(bytes.TrimLeft(line, string(c))); n >= 3 && (c == '~' || bytes.IndexByte(line[n:], '`') < 0) {
			return line[:n]
		}
	}
	return nil
}

// inlineCode finds code between runs of as many backticks within a stretch without blank lines.
func inlineCode(src []byte, from, to int) []hiring.Span {
	var spans []hiring.Span
	type run struct{ at, n int }
	var runs []run
	for at := from; at < to; at++ {
		if src[at] != '`' {
			continue
		}
		n := 1
		for at+n < to && src[at+n] == '`' {
			n++
		}
		if at == from || src[at-1] != '\\' {
			runs = append(runs, run{at, n})
		}
		at += n - 1
	}
	// next is, for each length, the runs not yet behind us.
	next := map[int][]int{}
	for _, r := range runs {
		next[r.n] = append(next[r.n], r.at)
	}
	end := from
	for _, r := range runs {
		if r.at < end {
			continue
		}
		for len(next[r.n]) > 0 && next[r.n][0] <= r.at {
			next[r.n] = next[r.n][1:]
		}
		if len(next[r.n]) > 0 {
			end = next[r.n][0] + r.n
			spans = append(spans, hiring.Span{Start: r.at, End: end})
		}
	}
	return spans
}

// comments finds the HTML comments of a body that are not in code.
func comments(src []byte, body int, code []hiring.Span) []hiring.Span {
	var spans []hiring.Span
	for at := body; at < len(src); {
		i := bytes.Index(src[at:], []byte("<!--"))
		if i < 0 {
			break
		}
		at += i
		if within(code, at) {
			at += len("<!--")
			continue
		}
		end := bytes.Index(src[at+len("<!--"):], []byte("-->"))
		if end < 0 {
			break
		}
		end += at + len("<!--") + len("-->")
		spans = append(spans, hiring.Span{Start: at, End: end})
		at = end
	}
	return spans
}

// commented puts a text into an HTML comment. It can't when the text would end the comment.
func commented(text string) (string, bool) {
	if strings.Contains(text, "--") {
		return "", false
	}
	return "<!-- " + text + " -->", true
}

// commentOf reports whether a comment holds nothing but a text of a span.
func (s *pass) commentOf(at hiring.Span) bool {
	src := s.page.Source
	i := sort.Search(len(s.comments), func(i int) bool { return s.comments[i].End > at.Start })
	if i == len(s.comments) || !s.comments[i].Contains(at) {
		return false
	}
	c := s.comments[i]
	return len(bytes.TrimSpace(src[c.Start+len("<!--"):at.Start])) == 0 && len(bytes.TrimSpace(src[at.End:c.End-len("-->")])) == 0
}
