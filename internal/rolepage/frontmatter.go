package rolepage

import (
	"bytes"
	"errors"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// readFrontMatter fills in the front matter and the title, and returns where the body begins.
func readFrontMatter(p *hiring.Page) (body int) {
	src := p.Source
	start := 0
	if bytes.HasPrefix(src, byteOrderMark) {
		start = len(byteOrderMark)
	}
	first := lineEnd(src, start)
	if string(bytes.TrimRight(src[start:first], " \t\r\n")) != "---" {
		return start
	}
	for at := first; at < len(src); {
		end := lineEnd(src, at)
		line := string(bytes.TrimRight(src[at:end], " \t\r\n"))
		if line == "---" || line == "..." {
			p.FrontMatter = hiring.FrontMatter{Present: true, Span: hiring.Span{Start: start, End: at + len(line)}}
			readFields(p, first, at)
			return end
		}
		at = end
	}
	p.Problems = append(p.Problems, hiring.Problem{
		Message: `the front matter has no end; close it with a line "---"`,
		Span:    hiring.Span{Start: start, End: start + 3},
	})
	return start
}

// readFields reads the YAML between the fences.
func readFields(p *hiring.Page, from, to int) {
	p.FrontMatter.Fields = map[string]hiring.Field{}
	fields, err := strictyaml.Mapping(p.Source[from:to])
	for _, f := range fields {
		if _, twice := p.FrontMatter.Fields[f.Key]; twice || !f.Scalar {
			continue
		}
		p.FrontMatter.Fields[f.Key] = hiring.Field{
			Value: f.Value,
			Key:   hiring.Span{Start: from + f.KeyPos, End: min(from+f.KeyPos+len(f.Key), to)},
			Span:  hiring.Span{Start: from + f.ValuePos, End: from + f.ValueEnd},
		}
	}
	p.Title = p.FrontMatter.Fields["title"].Value
	if err == nil {
		return
	}
	problem := hiring.Problem{Message: "the front matter can't be read: " + err.Error(), Span: hiring.Span{Start: from, End: to}}
	if at, ok := errors.AsType[*strictyaml.Error](err); ok {
		problem.Message = "the front matter can't be read: it " + at.Message
		if at.Key != "" {
			problem.Message = "the front matter can't be read: the key \"" + at.Key + "\" " + at.Message
		}
		problem.Span = lineAt(p.Source, from, to, at.Line)
	}
	p.Problems = append(p.Problems, problem)
}

// lineAt is the n-th line (from 1) of a part of the source, without its end.
func lineAt(src []byte, from, to, n int) hiring.Span {
	at := from
	for ; n > 1 && at < to; n-- {
		at = lineEnd(src, at)
	}
	at = min(at, to)
	return hiring.Span{Start: at, End: at + len(bytes.TrimRight(src[at:min(lineEnd(src, at), to)], "\r\n"))}
}

// lineEnd is the offset just after the line that begins at an offset.
func lineEnd(src []byte, at int) int {
	if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(src)
}
