package strictyaml

import (
	"bytes"
	"slices"
	"strings"
)

// Plain mappings have no more keys than that, and no longer ones.
const mostKeys, longestKey = 50, 100

// plainMapping reads a document whose lines all are keys with a value that YAML takes as it is
// written, as nearly all front matter is: a tenth of the time to read a page went to the library.
// Whatever could mean something else is left to it.
func plainMapping(src []byte) ([]Field, bool) {
	var fields []Field
	at := 0
	for line := range bytes.Lines(src) {
		text := string(line)
		key, value, ok := strings.Cut(strings.TrimSuffix(text, "\n"), ": ")
		value = strings.TrimLeft(value, " ")
		if !ok || len(fields) == mostKeys || !isPlainKey(key) || slices.ContainsFunc(fields, func(f Field) bool { return f.Key == key }) {
			return nil, false
		}
		end := at + len(strings.TrimSuffix(text, "\n"))
		f := Field{Key: key, Scalar: true, KeyPos: at, ValuePos: end - len(value), ValueEnd: end}
		if f.Value, ok = plainValue(value); !ok {
			return nil, false
		}
		fields = append(fields, f)
		at += len(line)
	}
	return fields, len(fields) > 0
}

func isPlainKey(key string) bool {
	for i := range len(key) {
		if c := key[i]; !isLetter(c) && (i == 0 || c != '_' && c != '-' && !isDigit(c)) {
			return false
		}
	}
	return key != "" && len(key) <= longestKey
}

// plainValue is a value in double quotes, or one of words, without what YAML reads as marks.
func plainValue(value string) (string, bool) {
	inside, quoted := strings.CutPrefix(value, `"`)
	if quoted {
		inside, quoted = strings.CutSuffix(inside, `"`)
	}
	marks := " ,./()&-_'"
	if quoted {
		marks += ":;!?#*|%@+=[]{}<>"
	} else if value == "" || !isLetter(value[0]) || value[len(value)-1] == ' ' {
		return "", false
	}
	for i := range len(inside) {
		if c := inside[i]; !isLetter(c) && !isDigit(c) && strings.IndexByte(marks, c) < 0 {
			return "", false
		}
	}
	return inside, true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
