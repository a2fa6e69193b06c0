package rule

import (
	"bytes"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// markup is where a piece of markup ends that begins at an offset, and what it is; the end is
// not after the offset where none begins.
func (t *prose) markup(at int, block hiring.Span) (end int, p place) {
	rest := t.src[at:block.End]
	switch {
	case rest[0] == '`' || rest[0] == '~':
		return at + t.codeEnd(t.src[block.Start:block.End], at-block.Start), inCode
	case bytes.HasPrefix(rest, []byte("<!--")):
		if i := bytes.Index(rest, []byte("-->")); i >= 0 {
			return at + i + len("-->"), inComment
		}
		return block.End, inComment
	case bytes.HasPrefix(rest, []byte("<%")):
		return at + until(rest, "%>"), inComment
	case bytes.HasPrefix(rest, []byte("{{")):
		return at + until(rest, "}}"), inComment
	case bytes.HasPrefix(rest, []byte("{:")), bytes.HasPrefix(rest, []byte("{#")):
		return at + until(rest, "}"), inMarkup
	case rest[0] == '<':
		for _, name := range []string{"code", "pre", "script", "style"} {
			if len(rest) > len(name)+1 && strings.EqualFold(string(rest[1:1+len(name)]), name) && !isLetter(rest[1+len(name)]) {
				return at + until(rest, "</"+name+">"), inCode
			}
		}
		return at + tagLength(rest), inMarkup
	case bytes.HasPrefix(rest, []byte("://")):
		n := bytes.IndexAny(rest, " \t\r\n<>\"'`)]|")
		if n < 0 {
			n = len(rest)
		}
		return at + n, inMarkup
	}
	return at, outside
}

// longestTag bounds the search for the end of a tag, so that a page full of open ones costs no
// more than its length.
const longestTag = 4096

// until is the length of a piece of markup up to and with its end, 0 when it has none.
func until(rest []byte, end string) int {
	if i := bytes.Index(rest[:min(len(rest), longestTag)], []byte(end)); i >= 0 {
		return i + len(end)
	}
	return 0
}

// tagLength is the length of an HTML tag or of an address in angle brackets, 0 when there is
// neither.
func tagLength(rest []byte) int {
	if len(rest) < 3 || !isLetter(rest[1]) && rest[1] != '/' {
		return 0
	}
	return until(rest, ">")
}

// A codeMark is a run of backticks or tildes.
type codeMark struct {
	mark   byte
	length int
}

// codeEnd is the length of the code that a run of backticks or tildes at an offset of a block
// begins: a fenced block within a list, or a piece of a line. A run that nothing closes stands for
// itself; t.open keeps those, so that no block is searched twice for the same.
func (t *prose) codeEnd(block []byte, at int) int {
	run := codeMark{block[at], runLength(block[at:])}
	fence := run.length >= 3 && opensLine(block, at)
	if run.mark == '~' && !fence {
		return run.length
	}
	for i := at + run.length; i < len(block) && !t.open[run]; {
		next := bytes.IndexByte(block[i:], run.mark)
		if next < 0 {
			break
		}
		i += next
		n := runLength(block[i:])
		if n == run.length || fence && n > run.length {
			return i + n - at
		}
		i += n
	}
	if fence {
		return len(block) - at
	}
	if t.open == nil {
		t.open = map[codeMark]bool{}
	}
	t.open[run] = true
	return run.length
}

// runLength is how often the first byte of a text stands there.
func runLength(text []byte) int {
	n := 1
	for n < len(text) && text[n] == text[0] {
		n++
	}
	return n
}

// opensLine reports whether nothing but blanks and the marks of quotes and entries stand before an
// offset in its line. It looks no further back than these, since a line may be as long as a page.
func opensLine(block []byte, at int) bool {
	before := bytes.TrimRight(block[:at], " \t>-*+.)0123456789")
	return len(before) == 0 || before[len(before)-1] == '\n'
}
