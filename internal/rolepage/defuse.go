package rolepage

import "bytes"

// Markdown readers need time that grows with the square of some inputs: lists in lists in
// lists, brackets that never close, a table with thousands of columns. A page made to do so
// must not hold up others, so what no page has is made plain text before Markdown is read. The
// limits are many times what real pages have; below them nothing changes.
const (
	deepest     = 30       // lists and quotes within one another
	widest      = 120      // columns of indentation, under which lists nest
	longestRun  = 64 << 10 // bytes of lines without a blank one between, for inline marks
	mostMarks   = 2000     // inline marks in such a run
	longestWord = 1024     // bytes with any number of marks
)

// defuse overwrites marks with letters in a copy of the source that is only read for its
// structure. Lengths stay.
func defuse(masked []byte) {
	for at := 0; at < len(masked); {
		end, tame := runEnd(masked, at)
		if run := masked[at:end]; !tame || len(run) > mostMarks || bytes.IndexByte(run, '|') >= 0 {
			defuseRun(run)
		}
		at = lineEnd(masked, end)
	}
}

// runEnd is where the next blank line begins, and whether the lines before it are too short, and begin
// too plainly, for any of the limits: almost all are.
func runEnd(masked []byte, at int) (end int, tame bool) {
	tame = true
	for at < len(masked) {
		lead := 0
		for at+lead < len(masked) && leads[masked[at+lead]] {
			lead++
		}
		next := lineEnd(masked, at+lead)
		if isBlankLine(masked[at:next]) {
			return at, tame
		}
		// A mark takes a byte at least, and a byte is four columns at most.
		tame = tame && lead <= min(deepest, widest/4) && next-at <= longestWord
		at = next
	}
	return at, tame
}

// leads holds the bytes of blanks and of the marks of quotes and lists.
var leads = [256]bool{
	' ': true, '\t': true, '>': true, '-': true, '*': true, '+': true, '.': true, ')': true,
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
}

func isBlankLine(line []byte) bool {
	for _, c := range line {
		if !isBlank(c) {
			return false
		}
	}
	return true
}

// defuseRun works on lines without a blank one between, which Markdown may join.
func defuseRun(run []byte) {
	marks, since := 0, 0
	rows := bytes.Count(run, []byte("\n")) // below the line that is looked at
	for at := 0; at < len(run); {
		end := lineEnd(run, at)
		text := at + containers(run[at:end])
		rows--
		switch {
		case isFence(run[text:end]):
			marks, since = 0, end
		case isDelimiterRow(run[text:end]):
			// Markdown fills up short rows to the width of the table.
			if columns := bytes.Count(run[text:end], []byte("|")); columns*rows > 2*len(run) {
				overwrite(run[text:end], "-")
			}
		default:
			for i := text; i < end; i++ {
				if isMark[run[i]] {
					if marks++; marks > mostMarks || i-since > longestRun {
						run[i] = 'x'
					}
				}
			}
			longWords(run[text:end])
		}
		at = end
	}
}

// isMark holds the bytes that begin or end something within a line.
var isMark = [256]bool{'[': true, ']': true, '*': true, '_': true, '`': true, '<': true, '!': true, '&': true}

// longWords overwrites the marks of words that are longer than any address with marks in it: a
// reader looks for the end of an address to the end of its word.
func longWords(line []byte) {
	const most = 50
	if len(line) <= longestWord {
		return
	}
	for word := range bytes.FieldsSeq(line) {
		if len(word) <= longestWord {
			continue
		}
		n := 0
		for i, c := range word {
			if isMark[c] {
				if n++; n > most {
					word[i] = 'x'
				}
			}
		}
	}
}

// containers is where the text of a line begins, after the marks of quotes and lists. Marks
// that nest too deep are overwritten.
func containers(line []byte) int {
	depth, columns := 0, 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ':
			columns++
		case c == '\t':
			columns += 4
		case isContainer(line[i:]):
			if depth++; depth > deepest || columns > widest {
				line[i] = 'x'
				continue
			}
			if c >= '0' && c <= '9' {
				i += bytes.IndexAny(line[i:], ".)")
			}
		case c == 'x' && depth > deepest:
		default:
			return i
		}
	}
	return len(line)
}

// isContainer reports whether a mark of a quote or a list stands at the beginning.
func isContainer(s []byte) bool {
	n := 0
	switch s[0] {
	case '>':
		return true
	case '-', '*', '+':
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		for n < len(s) && n < 9 && s[n] >= '0' && s[n] <= '9' {
			n++
		}
		if n == len(s) || s[n] != '.' && s[n] != ')' {
			return false
		}
	default:
		return false
	}
	return n+1 == len(s) || isBlank(s[n+1])
}

// isFence reports whether a line begins or ends a block of code.
func isFence(line []byte) bool {
	line = bytes.TrimSpace(line)
	if bytes.HasPrefix(line, []byte("~~~")) {
		return true
	}
	return bytes.HasPrefix(line, []byte("```")) && bytes.IndexByte(bytes.TrimLeft(line, "`"), '`') < 0
}

// isDelimiterRow reports whether a line parts the head of a table from its rows.
func isDelimiterRow(line []byte) bool {
	return bytes.IndexByte(line, '|') >= 0 && bytes.IndexByte(line, '-') >= 0 && len(bytes.Trim(line, "|:- \t\r\n")) == 0
}

func overwrite(s []byte, mark string) {
	for i := range s {
		if s[i] == mark[0] {
			s[i] = 'x'
		}
	}
}
