package safe

import (
	"net/url"
	"strings"
)

// An Attribute is a key of a mark with its value.
type Attribute struct{ key, value string }

// Attr is an attribute of a mark. The value may be any text: it is encoded.
func Attr(key literal, value string) Attribute { return Attribute{string(key), value} }

// Mark is a hidden mark by which roleplan knows its own things again, an HTML comment on one
// line:
//
//	<!-- roleplan:summary v1 head=3f2c61 -->
//
// A mark proves nothing by itself, anybody can write one: look at the author too.
func Mark(kind literal, attributes ...Attribute) Markdown {
	var b strings.Builder
	b.WriteString("<!-- roleplan:" + string(kind) + " v1")
	for _, a := range attributes {
		b.WriteString(" " + a.key + "=" + encode(a.value))
	}
	b.WriteString(" -->")
	return Markdown{b.String()}
}

type markValue string

// Hidden is a Mark as a value, for marks that stand on the line of what they are about.
func Hidden(kind literal, attributes ...Attribute) Value {
	return markValue(Mark(kind, attributes...).s)
}

func (v markValue) write(b *strings.Builder, _ place) { b.WriteString(string(v)) }

// A Found is a mark read back.
type Found struct {
	Kind       string
	Attributes map[string]string
	Start, End int // byte offsets of the comment
}

// FindMarks reads the marks of a kind in a text, in order. An empty kind finds all. Marks that
// Mark could not have written are passed over.
func FindMarks(text, kind string) []Found {
	const open, end = "<!-- roleplan:", " -->"
	var found []Found
	for at := 0; ; {
		i := strings.Index(text[at:], open)
		if i < 0 {
			return found
		}
		start := at + i
		at = start + len(open)
		line, _, _ := strings.Cut(text[at:], "\n")
		body, _, closed := strings.Cut(line, end)
		if !closed {
			continue
		}
		f, ok := readMark(body)
		if ok && (kind == "" || f.Kind == kind) {
			f.Start, f.End = start, at+len(body)+len(end)
			found = append(found, f)
		}
	}
}

// Unmarked is a text without any marks.
func Unmarked(text string) string {
	var b strings.Builder
	at := 0
	for _, f := range FindMarks(text, "") {
		b.WriteString(text[at:f.Start])
		at = f.End
	}
	return b.String() + text[at:]
}

func readMark(body string) (Found, bool) {
	fields := strings.Fields(body)
	if len(fields) < 2 || fields[1] != "v1" {
		return Found{}, false
	}
	f := Found{Kind: fields[0], Attributes: make(map[string]string, len(fields)-2)}
	for _, field := range fields[2:] {
		key, value, found := strings.Cut(field, "=")
		decoded, err := url.PathUnescape(value)
		if !found || err != nil {
			return Found{}, false
		}
		f.Attributes[key] = decoded
	}
	return f, true
}

// encode keeps letters, digits and what is harmless in a comment, and writes all other bytes
// as %XX. A hyphen stays between letters or digits only, so that no two meet.
func encode(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		hyphen := c == '-' && i > 0 && i < len(s)-1 && isAlnum(s[i-1]) && isAlnum(s[i+1])
		if isAlnum(c) || hyphen || strings.IndexByte("._/:,", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}
