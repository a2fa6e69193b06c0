package strictyaml

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// A Field is a key of a mapping with its value. Places are byte offsets into the source.
type Field struct {
	Key      string
	Value    string // of a scalar, as YAML reads it
	Scalar   bool
	KeyPos   int
	ValuePos int
	ValueEnd int // just after the value as written
}

// Mapping reads the top keys of a YAML document, such as front matter, with their places. A
// document that is no YAML gives an *Error besides the keys that can be read line by line.
func Mapping(src []byte) ([]Field, error) {
	if fields, ok := plainMapping(src); ok {
		return fields, nil
	}
	return fullMapping(src)
}

// fullMapping reads with the library.
func fullMapping(src []byte) ([]Field, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(src, &doc); err != nil {
		return byLine(src), syntaxError("", err)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil, nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, &Error{Line: at(root).line, Column: at(root).column, Message: "is " + shape(root) + "; expected keys with values, such as \"title: Product Manager\""}
	}
	index := newIndex(src)
	fields := make([]Field, 0, len(root.Content)/2)
	var err error
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], root.Content[i+1]
		if seen[k.Value] && err == nil {
			err = &Error{Line: k.Line, Column: k.Column, Key: k.Value, Message: "stands twice; take one away"}
		}
		seen[k.Value] = true
		f := Field{Key: k.Value, KeyPos: index.offset(k), ValuePos: index.offset(v)}
		end := len(src)
		if i+2 < len(root.Content) {
			end = index.offset(root.Content[i+2])
		}
		if v.Kind == yaml.ScalarNode {
			f.Scalar, f.Value = true, v.Value
		}
		f.ValuePos = min(max(f.ValuePos, f.KeyPos), end)
		f.ValueEnd = f.ValuePos + len(written(src[f.ValuePos:end], v))
		fields = append(fields, f)
	}
	return fields, err
}

// written is the source of a value without what follows it.
func written(src []byte, v *yaml.Node) []byte {
	if v.Tag == "!!null" && v.Value == "" {
		return nil
	}
	if v.Kind == yaml.ScalarNode && v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		if !bytes.ContainsAny(src[:min(1, len(src))], `"'`) {
			if i := bytes.Index(src, []byte(" #")); i >= 0 {
				src = src[:i]
			}
		} else if i := bytes.LastIndexByte(src, src[0]); i > 0 {
			src = src[:i+1]
		}
	}
	return bytes.TrimRight(src, " \t\r\n")
}

// byLine reads lines of the form "key: value" and leaves the rest out.
func byLine(src []byte) []Field {
	var fields []Field
	offset := 0
	for line := range bytes.Lines(src) {
		text := strings.TrimRight(string(line), "\r\n")
		key, value, ok := strings.Cut(text, ":")
		if ok && key != "" && !strings.ContainsAny(key, " \t#\"'{}[]") {
			lead := len(value) - len(strings.TrimLeft(value, " \t"))
			start := offset + len(key) + 1 + lead
			value = strings.TrimSpace(value)
			fields = append(fields, Field{Key: key, Value: strings.Trim(value, `"'`), Scalar: true, KeyPos: offset, ValuePos: start, ValueEnd: start + len(value)})
		}
		offset += len(line)
	}
	return fields
}

// An index turns the lines and columns of the library into byte offsets. It remembers the
// last place, since the next one mostly stands further on in the same line: a long line with
// many keys costs no more than many short ones.
type index struct {
	src   []byte
	lines []int

	line, column, at int
}

func newIndex(src []byte) *index {
	lines := []int{0}
	for i, b := range src {
		if b == '\n' {
			lines = append(lines, i+1)
		}
	}
	return &index{src: src, lines: lines}
}

func (x *index) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(x.lines) {
		return len(x.src)
	}
	if n.Line != x.line || n.Column < x.column {
		x.line, x.column, x.at = n.Line, 1, x.lines[n.Line-1]
	}
	for ; x.column < n.Column && x.at < len(x.src); x.column++ {
		_, size := utf8.DecodeRune(x.src[x.at:])
		x.at += size
	}
	return x.at
}
