package migrate

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// longestTag bounds the search for the end of a tag, so that a page full of open ones costs no
// more than its length.
const longestTag = 4096

// templateTags finds the ERB tags of a body, in page order: what ran when the site of 2022 was
// built.
func templateTags(src []byte, body int) []hiring.Span {
	var tags []hiring.Span
	for at := body; at < len(src); {
		i := bytes.Index(src[at:], []byte("<%"))
		if i < 0 {
			break
		}
		at += i
		end := bytes.Index(src[at:min(len(src), at+longestTag)], []byte("%>"))
		if end < 0 {
			at += len("<%")
			continue
		}
		tags = append(tags, hiring.Span{Start: at, End: at + end + len("%>")})
		at += end + len("%>")
	}
	return tags
}

var (
	// linkTo is a call with two plain texts, in quotes of either kind.
	linkTo = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^<%=\s*link_to(?:\s+|\s*\(\s*)(?:"([^"#\\]*)"|'([^'\\]*)')\s*,\s*(?:"([^"\s\\]*)"|'([^'\s\\]*)')\s*\)?\s*%>$`)
	})
	// helper is the func that a tag calls.
	helper = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^<%[-=]*\s*([a-z_]\w*[?!]?)`) })
)

// templateTags carries over what can be said in Markdown. What a tag did when the site was built is
// not in the page; the tag is kept in a comment.
func (s *pass) templateTags() {
	src := s.page.Source
	for _, at := range templateTags(src, s.page.Root.Body.Start) {
		tag := string(src[at.Start:at.End])
		switch {
		case within(s.comments, at.Start):
			if s.commentOf(at) {
				s.note(at.Start, "%s", tagNote(tag))
			}
		case within(s.code, at.Start):
			if s.wasERB { // else it was never run there
				s.note(at.Start, "%s", tagNote(tag))
			}
		case strings.HasPrefix(tag, "<%#"):
			hidden, ok := commented(strings.TrimSpace(tag[len("<%#") : len(tag)-len("%>")]))
			if !ok || !s.printed(at) {
				s.note(at.Start, "%s", tagNote(tag))
				continue
			}
			s.replace(at, hidden, "ERB comment is an HTML comment now")
		default:
			if words, dest, ok := linkTag(tag); ok && s.printed(at) {
				link := "[" + words + "](" + dest + ")"
				s.replace(at, link, "%s is %s now", tag, link)
				continue
			}
			s.comment(at, tag, tagNote(tag))
		}
	}
	for _, open := range []string{"{{<", "{{%"} {
		for at := s.page.Root.Body.Start; s.was2022; {
			i := bytes.Index(src[at:], []byte(open))
			if i < 0 {
				break
			}
			s.note(at+i, "Hugo takes %s for the beginning of a shortcode, and the old site for text; write it in another way", open)
			at += i + len(open)
		}
	}
}

// linkTag takes link_to("words", "address") apart.
func linkTag(tag string) (words, dest string, ok bool) {
	m := linkTo().FindStringSubmatch(tag)
	if m == nil {
		return "", "", false
	}
	words, dest = m[1]+m[2], m[3]+m[4]
	ok = words != "" && dest != "" && !strings.ContainsAny(words, "[]<>`*_\n") && !strings.ContainsAny(dest, "()<>") && !strings.Contains(dest, "#{")
	return words, dest, ok
}

func tagNote(tag string) string {
	name := ""
	if m := helper().FindStringSubmatch(tag); m != nil {
		name = m[1]
	}
	text := strings.Join(strings.Fields(tag), " ")
	switch name {
	case "partial", "render":
		return text + " put another file's text here; paste that text, and take the tag out"
	case "if", "unless", "else", "elsif", "end", "case", "when":
		return text + " showed a part of the page in some cases only; it is shown always now, so take out what is too much, and the tag"
	case "job_families":
		return text + " listed the pages of a folder; the new site lists the pages of a section by itself, so take the tag out, or list them"
	}
	return text + " ran when the old site was built; write what it gave, and take the tag out"
}
