package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is the length in runes at which a single inline value is cut. Longer texts belong
// in a Fence.
const longest = 2000

// oneLine draws a text together to one line: whatever ends a line or parts words becomes
// one blank; control characters and invisible ones (zero width, direction marks, tags) go,
// since they could part a sign from its word for us and not for GitLab. Invalid UTF-8 becomes
// U+FFFD. The result has at most limit runes.
func oneLine(s string, limit int) string {
	var b strings.Builder
	n, blank := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			blank = n > 0
			continue
		case invisible(r):
			continue
		}
		if blank {
			b.WriteByte(' ')
			n++
			blank = false
		}
		b.WriteRune(r)
		if n++; n > limit {
			return cut(b.String(), limit)
		}
	}
	return b.String()
}

// manyLines cleans a text that may have several lines, for a code block. Line ends of all
// kinds become newlines, and tabs stay.
func manyLines(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	rest := strings.ReplaceAll(s, "\r\n", "\n")
	for _, r := range rest {
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			b.WriteByte('\n')
		case invisible(r):
		default:
			b.WriteRune(r)
		}
	}
	return strings.Trim(b.String(), "\n")
}

func invisible(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf) || r == 0x034F || r == 0x115F || r == 0x1160 ||
		r == 0x3164 || r == 0xFFA0 || (r >= 0xFE00 && r <= 0xFE0F) || (r >= 0xE0000 && r <= 0xE0FFF)
}

// cut shortens s to limit runes, the last one an ellipsis.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	end, n := len(s), 0
	for i := range s {
		if n == max(limit-1, 0) {
			end = i
			break
		}
		n++
	}
	return strings.TrimRight(s[:end], " ") + "…"
}

// unmark breaks what begins a comment, so that quoted text cannot plant one of our marks
// where we look for them.
func unmark(s string) string { return strings.ReplaceAll(s, "<!--", "<! --") }
