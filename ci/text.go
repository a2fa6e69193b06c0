package ci

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// writeText writes findings for people: place, message and rule in a line that editors can
// jump to, the line of the page, and a marker below it.
func writeText(w io.Writer, r Report) error {
	const room = 64 << 10 // for some hundred findings
	b := bufio.NewWriterSize(w, room)
	for i := range r.Findings {
		writeFinding(b, &r.Findings[i], r.Color)
	}
	if len(r.Findings) > 0 {
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "%s in %s%s\n", count(len(r.Findings), "finding"), count(len(r.Pages), "page"), bySeverity(r.Findings))
	return b.Flush()
}

// writeFinding writes a finding. A report may have thousands, so no part of one is put together in memory
// first.
func writeFinding(b *bufio.Writer, f *finding.Finding, color bool) {
	paint := func(code string) {
		if color {
			writeAll(b, "\x1b[", code, "m")
		}
	}
	number := func(n int) {
		_ = b.WriteByte(':')
		_, _ = b.Write(strconv.AppendInt(b.AvailableBuffer(), int64(n), 10))
	}
	paint(bold)
	writeAll(b, printable(f.Path))
	number(f.Range.Start.Line)
	number(f.Range.Start.Column)
	paint(plain)
	writeAll(b, ": ")
	paint(colors[f.Severity])
	writeAll(b, f.Severity.String())
	paint(plain)
	writeAll(b, ": ", printable(f.Message), " ")
	paint(dim)
	writeAll(b, "[", f.Rule, "]")
	paint(plain)
	writeAll(b, "\n")
	at := excerptOf(f)
	if at.shown == "" {
		return
	}
	writeAll(b, "    ", at.prefix, printable(at.shown), at.suffix, "\n    ")
	paint(colors[f.Severity])
	repeat(b, ' ', at.blanks)
	_ = b.WriteByte('^')
	repeat(b, '~', at.marked-1)
	paint(plain)
	writeAll(b, "\n")
}

// writeAll writes some texts. The error is that of Flush.
func writeAll(b *bufio.Writer, texts ...string) {
	for _, text := range texts {
		_, _ = b.WriteString(text)
	}
}

func repeat(b *bufio.Writer, c byte, n int) {
	for range n {
		_ = b.WriteByte(c)
	}
}

const (
	plain = "0"
	bold  = "1"
	dim   = "2"
)

var colors = map[finding.Severity]string{finding.Error: "31", finding.Warning: "33", finding.Info: "36"}

// widest is how much of a source line is printed.
const widest = 120

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
	plain := true // as nearly all texts
	for i := range len(s) {
		plain = plain && ' ' <= s[i] && s[i] <= '~'
	}
	if plain {
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

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// bySeverity is ": 1 error, 2 warnings", nothing when there are no findings.
func bySeverity(fs []finding.Finding) string {
	n := map[finding.Severity]int{}
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
