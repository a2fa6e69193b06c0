package standin

import (
	"fmt"
	"slices"
	"strings"
)

// A diffLine is a line of a diff. Numbers are from 1, 0 where the line is not on that side.
type diffLine struct {
	kind     byte // ' ', '-', '+'
	old, new int
	text     string // with its line end
}

// compare lines up two texts by a longest common subsequence.
func compare(a, b string) []diffLine {
	x, y := strings.SplitAfter(a, "\n"), strings.SplitAfter(b, "\n")
	x, y = dropEmpty(x), dropEmpty(y)
	head := 0
	for head < len(x) && head < len(y) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	var out []diffLine
	for i := range head {
		out = append(out, diffLine{' ', i + 1, i + 1, x[i]})
	}
	out = append(out, middle(x[head:len(x)-tail], y[head:len(y)-tail], head)...)
	for i := range tail {
		m, n := len(x)-tail+i, len(y)-tail+i
		out = append(out, diffLine{' ', m + 1, n + 1, x[m]})
	}
	return out
}

func dropEmpty(lines []string) []string {
	if n := len(lines); n > 0 && lines[n-1] == "" {
		return lines[:n-1]
	}
	return lines
}

// middle compares what differs. Texts that would need too much memory are taken as replaced.
func middle(x, y []string, offset int) []diffLine {
	const most = 16 << 20
	if len(x)*len(y) > most {
		return replaced(x, y, offset)
	}
	length := make([][]int32, len(x)+1)
	for i := range length {
		length[i] = make([]int32, len(y)+1)
	}
	for i, line := range slices.Backward(x) {
		for j, other := range slices.Backward(y) {
			if line == other {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var out []diffLine
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			out = append(out, diffLine{' ', offset + i + 1, offset + j + 1, x[i]})
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && length[i+1][j] >= length[i][j+1]:
			out = append(out, diffLine{'-', offset + i + 1, 0, x[i]})
			i++
		default:
			out = append(out, diffLine{'+', 0, offset + j + 1, y[j]})
			j++
		}
	}
	return out
}

func replaced(x, y []string, offset int) []diffLine {
	var out []diffLine
	for i, line := range x {
		out = append(out, diffLine{'-', offset + i + 1, 0, line})
	}
	for j, line := range y {
		out = append(out, diffLine{'+', 0, offset + j + 1, line})
	}
	return out
}

// unified writes a diff with three lines of context, without file headers, as GitLab's API does.
func unified(a, b string) string {
	const context = 3
	lines := compare(a, b)
	var out strings.Builder
	for i := 0; i < len(lines); {
		if lines[i].kind == ' ' {
			i++
			continue
		}
		start := max(0, i-context)
		end, quiet := i, 0
		for j := i; j < len(lines) && quiet <= 2*context; j++ {
			if lines[j].kind == ' ' {
				quiet++
				continue
			}
			quiet, end = 0, j+1
		}
		end = min(len(lines), end+context)
		hunk(&out, lines[start:end])
		i = end
	}
	return out.String()
}

func hunk(out *strings.Builder, lines []diffLine) {
	oldStart, newStart, olds, news := 0, 0, 0, 0
	for _, l := range lines {
		if l.old > 0 {
			if olds == 0 {
				oldStart = l.old
			}
			olds++
		}
		if l.new > 0 {
			if news == 0 {
				newStart = l.new
			}
			news++
		}
	}
	fmt.Fprintf(out, "@@ -%s +%s @@\n", span(oldStart, olds), span(newStart, news))
	for _, l := range lines {
		out.WriteByte(l.kind)
		out.WriteString(l.text)
		if !strings.HasSuffix(l.text, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

func span(start, n int) string {
	if n == 1 {
		return fmt.Sprint(start)
	}
	return fmt.Sprintf("%d,%d", start, n)
}
