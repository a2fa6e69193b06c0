package hiring

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestPosInLongLines: columns count characters from the start of the line, however long it is and
// whatever it holds.
func TestPosInLongLines(t *testing.T) {
	for name, line := range map[string]string{
		"ascii":   strings.Repeat("a", 3*markEvery+1),
		"wide":    strings.Repeat("工é👩", 4*markEvery/9),
		"broken":  strings.Repeat("\xff\xc3a\xe5\xb7", markEvery),
		"exactly": strings.Repeat("b", markEvery),
	} {
		src := []byte("é\n" + line + "\n\n" + line)
		p := &Page{Source: src}
		for at := 0; at <= len(src); at += 1 + at%97 {
			for at < len(src) && !utf8.RuneStart(src[at]) && name != "broken" {
				at++
			}
			start := bytes.LastIndexByte(src[:at], '\n') + 1
			want := Pos{Line: bytes.Count(src[:at], []byte("\n")) + 1, Column: utf8.RuneCount(src[start:at]) + 1}
			if got := p.Pos(at); got != want && name != "broken" || got.Line != want.Line || got.Column < 1 {
				t.Fatalf("%s: offset %d is %+v, want %+v", name, at, got, want)
			}
		}
	}
}
