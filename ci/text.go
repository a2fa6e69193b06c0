package ci

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// writeText writes findings for people: place, message and rule in a line that editors can
// jump to, the line of the page, and a marker below it.
func writeText(w io.Writer, r Report) error {
	b := bufio.NewWriter(w)
	paint := painter(r.Color)
	for _, f := range r.Findings {
		fmt.Fprintf(b, "%s: %s: %s %s\n", paint(bold, fmt.Sprintf("%s:%d:%d", printable(f.Path), f.Range.Start.Line, f.Range.Start.Column)),
			paint(colors[f.Severity], f.Severity.String()), printable(f.Message), paint(dim, "["+f.Rule+"]"))
		if line, marker := excerpt(f); line != "" {
			fmt.Fprintf(b, "    %s\n    %s\n", line, paint(colors[f.Severity], marker))
		}
	}
	if len(r.Findings) > 0 {
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "%s in %s%s\n", count(len(r.Findings), "finding"), count(len(r.Pages), "page"), bySeverity(r.Findings))
	return b.Flush()
}

const (
	bold = "1"
	dim  = "2"
)

var colors = map[finding.Severity]string{finding.Error: "31", finding.Warning: "33", finding.Info: "36"}

func painter(color bool) func(code, s string) string {
	return func(code, s string) string {
		if !color || s == "" {
			return s
		}
		return "\x1b[" + code + "m" + s + "\x1b[0m"
	}
}

// widest is how much of a source line is printed.
const widest = 120

// excerpt is the part of the source line around a finding, and a marker for the line below it.
func excerpt(f finding.Finding) (line, marker string) {
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
		return "", ""
	}
	prefix, suffix := "", ""
	if start > 0 {
		prefix = "…"
	}
	if more {
		suffix = "…"
	}
	blanks := from - start + utf8.RuneCountInString(prefix)
	return prefix + printable(shown) + suffix, strings.Repeat(" ", blanks) + "^" + strings.Repeat("~", to-from-1)
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
