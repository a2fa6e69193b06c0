package ci

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// writeText writes findings for people: place, message and rule in a line that editors can
// jump to, the line of the page, and a marker below it.
func writeText(w io.Writer, r Report) error {
	const each = 256 // findings that a worker puts into words at a time
	parts := make([][]byte, runtime.GOMAXPROCS(0))
	for several := range slices.Chunk(r.Findings, each*len(parts)) {
		var g sync.WaitGroup
		for i := range parts {
			some := several[min(i*each, len(several)):min((i+1)*each, len(several))]
			parts[i] = parts[i][:0]
			g.Go(func() {
				for n := range some {
					parts[i] = appendFinding(parts[i], &some[n], r.Color)
				}
			})
		}
		g.Wait()
		for _, part := range parts {
			if _, err := w.Write(part); err != nil {
				return err
			}
		}
	}
	var out []byte
	if len(r.Findings) > 0 {
		out = append(out, '\n')
	}
	out = fmt.Appendf(out, "%s in %s%s\n", count(len(r.Findings), "finding"), count(len(r.Pages), "page"), bySeverity(r.Findings))
	_, err := w.Write(out)
	return err
}

// appendFinding appends what is written of a finding. A report may have thousands, so no part of one is put together
// by itself first.
func appendFinding(out []byte, f *finding.Finding, color bool) []byte {
	out = paint(out, bold, color)
	out = append(append(out, printable(f.Path)...), ':')
	out = append(strconv.AppendInt(out, int64(f.Range.Start.Line), 10), ':')
	out = strconv.AppendInt(out, int64(f.Range.Start.Column), 10)
	out = append(paint(out, plain, color), ": "...)
	out = append(paint(out, colors[f.Severity], color), f.Severity.String()...)
	out = append(paint(out, plain, color), ": "...)
	out = append(append(out, printable(f.Message)...), ' ')
	out = append(paint(out, dim, color), '[')
	out = append(append(out, f.Rule...), ']')
	out = append(paint(out, plain, color), '\n')
	at := excerptOf(f)
	if at.shown == "" {
		return out
	}
	out = append(append(out, "    "...), at.prefix...)
	out = append(append(out, printable(at.shown)...), at.suffix...)
	out = paint(append(out, "\n    "...), colors[f.Severity], color)
	out = append(append(out, blanks[:at.blanks]...), '^')
	out = append(out, marks[:at.marked-1]...)
	return append(paint(out, plain, color), '\n')
}

// paint appends what makes a terminal go on in a colour.
func paint(out []byte, code string, color bool) []byte {
	if !color {
		return out
	}
	return append(append(append(out, "\x1b["...), code...), 'm')
}

const (
	plain = "0"
	bold  = "1"
	dim   = "2"
)

var colors = [...]string{finding.Error: "31", finding.Warning: "33", finding.Info: "36"}

// widest is how much of a source line is printed.
const widest = 120

// What stands below it.
var (
	blanks = strings.Repeat(" ", widest)
	marks  = strings.Repeat("~", widest)
)

// An excerpt is the part of the source line around a finding, and where a marker stands below it.
type excerpt struct {
	prefix, shown, suffix string // shown is "" where there is nothing to show
	blanks, marked        int    // characters before the marker, and of it
}

func excerptOf(f *finding.Finding) excerpt {
	from := f.Range.Start.Column - 1
	start := 0
	if from > widest/2 {
		start = from - widest/3
	}
	shown, length, more := cut(f.Line, max(0, start-f.LineSkips), widest)
	to := start + length
	if f.Range.End.Line == f.Range.Start.Line {
		to = min(to, f.Range.End.Column-1)
	}
	if strings.TrimSpace(shown) == "" || from >= to {
		return excerpt{}
	}
	e := excerpt{shown: shown, blanks: from - start, marked: to - from}
	if start > 0 {
		e.prefix = "…"
		e.blanks++
	}
	if more {
		e.suffix = "…"
	}
	return e
}

// cut gives some characters of a line from one on, their number, and whether there are more behind them.
// The line may be long, so no more of it is read than that.
func cut(line string, from, most int) (shown string, length int, more bool) {
	if near := line[:min(len(line), from+most+1)]; from <= len(near) && plainASCII(near) { // as nearly all
		shown = near[from:min(len(near), from+most)]
		return shown, len(shown), len(line) > from+most
	}
	start, n := len(line), 0
	for at := range line {
		if n == from+most {
			return line[start:at], most, true
		}
		if n == from {
			start = at
		}
		n++
	}
	return line[start:], max(0, n-from), false
}

// printable replaces what could move a terminal's cursor, colour it, or hide in the text. Each
// character stays one, so that columns stay right.
func printable(s string) string {
	if plainASCII(s) { // as nearly all
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case ' ' <= r && r <= '~': // nearly all, told at a glance
			return r
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return '·'
		}
		return r
	}, s)
}

// plainASCII reports whether a text is of nothing but the characters of ASCII that are printed, eight at a time.
func plainASCII(s string) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(s) >= 8; s = s[8:] {
		c := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		if (c|(c-' '*ones)|(c+ones))&highs != 0 { // one byte is no ASCII, or before ' ', or behind '~'
			return false
		}
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// bySeverity is ": 1 error, 2 warnings", nothing when there are no findings.
func bySeverity(fs []finding.Finding) string {
	var n [finding.Error + 1]int
	for _, f := range fs {
		n[f.Severity]++
	}
	var parts []string
	for _, s := range []finding.Severity{finding.Error, finding.Warning} {
		if n[s] > 0 {
			parts = append(parts, count(n[s], s.String()))
		}
	}
	if n[finding.Info] > 0 {
		parts = append(parts, fmt.Sprintf("%d info", n[finding.Info]))
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}
