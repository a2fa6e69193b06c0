package rolepage

import (
	"bytes"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// templates are the languages that a site builder takes out of a page before Markdown is
// read: ERB tags, and both forms of Hugo shortcodes.
var templates = []struct{ open, end string }{
	{"<%", "%>"},
	{"{{<", ">}}"},
	{"{{%", "%}}"},
}

// mask copies the source into a buffer and makes unreadable for Markdown what is none: all before the body
// and the tags of templates. Lengths and line ends stay, so offsets mean the same in both.
// The second result holds the tags in page order.
func mask(buffer, src []byte, body int) ([]byte, []hiring.Span) {
	masked := append(buffer[:0], src...)
	for i := range masked[:body] {
		if masked[i] != '\n' && masked[i] != '\r' {
			masked[i] = ' '
		}
	}
	var tags []hiring.Span
	angle, braces := -1, -1 // what may begin a tag next
	for at := body; ; {
		if angle < at {
			angle = indexFrom(src, at, "<%")
		}
		if braces < at {
			braces = indexFrom(src, at, "{{")
		}
		if at = min(angle, braces); at == len(src) {
			return masked, tags
		}
		end := tagEnd(src, at)
		if end < 0 {
			at++
			continue
		}
		tags = append(tags, hiring.Span{Start: at, End: end})
		for i := at; i < end; i++ {
			if masked[i] != '\n' && masked[i] != '\r' {
				masked[i] = 'x'
			}
		}
		at = end
	}
}

// indexFrom is where something stands from an offset on, the end where it does not.
func indexFrom(src []byte, at int, what string) int {
	if i := bytes.Index(src[at:], []byte(what)); i >= 0 {
		return at + i
	}
	return len(src)
}

// longestTag bounds the search for the end of a tag, so that a page full of open ones costs
// no more than its length.
const longestTag = 4096

// tagEnd is where the tag ends that begins at an offset, -1 when none begins there.
func tagEnd(src []byte, at int) int {
	for _, t := range templates {
		if !bytes.HasPrefix(src[at:], []byte(t.open)) {
			continue
		}
		rest := src[at:min(len(src), at+longestTag)]
		if i := bytes.Index(rest, []byte(t.end)); i >= 0 {
			return at + i + len(t.end)
		}
	}
	return -1
}
