package migrate

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// handbookFolders are the parts of the old site that moved to the handbook's own site with the
// layout of 2023, each to the same address.
var handbookFolders = []string{"/handbook", "/" + familyFolder, "/" + libraryFolder}

var (
	// definition is a line such as "[values]: /handbook/values/".
	definition = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?m)^[ \t>]*\[[^\]\n]+\]:[ \t]*<?([^\s<>]+)`)
	})
	// attribute is an address in an HTML tag.
	attribute = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)<[a-z][^<>]*?\s(?:href|src)\s*=\s*(?:"([^"\n]*)"|'([^'\n]*)')`)
	})
)

// A target is an address that a page leads to, and where it is written.
type target struct {
	hiring.Span
	dest  string
	image bool
}

// targets finds the addresses of links, images, link definitions and HTML tags.
func (s *pass) targets() []target {
	src, body := s.page.Source, s.page.Root.Body.Start
	var found []target
	s.page.Root.Walk(func(sec *hiring.Section) bool {
		for _, l := range sec.Links {
			if at, ok := destination(src, l); ok {
				found = append(found, target{at, l.Dest, l.Image})
			}
		}
		return true
	})
	for _, loc := range definition().FindAllSubmatchIndex(src[body:], -1) {
		at := hiring.Span{Start: body + loc[2], End: body + loc[3]}
		if s.plain(at.Start) {
			found = append(found, target{at, string(src[at.Start:at.End]), false})
		}
	}
	for _, loc := range attribute().FindAllSubmatchIndex(src[body:], -1) {
		from, to := max(loc[2], loc[4]), max(loc[3], loc[5])
		at := hiring.Span{Start: body + from, End: body + to}
		if s.plain(at.Start) {
			found = append(found, target{at, string(src[at.Start:at.End]), bytes.EqualFold(src[body+loc[0]:body+loc[0]+len("<img")], []byte("<img"))})
		}
	}
	return found
}

// destination is where a link's destination is written: after "](" in its source. Links by
// reference and bare addresses have none.
func destination(src []byte, l hiring.Link) (hiring.Span, bool) {
	text := src[l.Span.Start:l.Span.End]
	for end := len(text); ; {
		i := bytes.LastIndex(text[:end], []byte("]("))
		if i < 0 {
			return hiring.Span{}, false
		}
		rest := bytes.TrimLeft(text[i+len("]("):], " \t<")
		if l.Dest != "" && bytes.HasPrefix(rest, []byte(l.Dest)) {
			at := l.Span.End - len(rest)
			return hiring.Span{Start: at, End: at + len(l.Dest)}, true
		}
		end = i
	}
}

// siteLinks carries links over from the old site to the handbook's own. There, the handbook and
// the job families are near, and the rest of the old site is far.
func (s *pass) siteLinks() {
	for _, t := range s.targets() {
		path, onSite := s.sitePath(t.dest)
		switch {
		case onSite && inFolders(path) && path != t.dest:
			s.relink(t, path)
		case onSite && !inFolders(path) && path == t.dest && s.was2022 && len(s.Sites) > 0:
			s.relink(t, s.Sites[0]+path)
			if t.image {
				s.note(t.Start, "the image %s stays on the old site; copy it to the new one if that is to go away", t.dest)
			}
		case t.image && s.was2022 && isRelative(t.dest):
			s.note(t.Start, "the image %s lies beside the old page; move the file along", t.dest)
		case s.was2022 && isRelative(t.dest) && strings.Contains(t.dest, ".html"):
			s.note(t.Start, "the link %s leads to a file of the old site; write the page's address", t.dest)
		}
	}
}

func (s *pass) relink(t target, dest string) {
	s.replace(t.Span, dest, "link %s is %s now", t.dest, dest)
}

// sitePath is an address without the host, when it belongs to one of the sites or has none.
func (m *migration) sitePath(dest string) (string, bool) {
	if strings.HasPrefix(dest, "/") && !strings.HasPrefix(dest, "//") {
		return dest, true
	}
	for _, site := range m.Sites {
		_, host, _ := strings.Cut(site, "://")
		for _, scheme := range []string{"https://", "http://"} {
			if path, ok := strings.CutPrefix(dest, scheme+host); ok && strings.HasPrefix(path, "/") {
				return path, true
			}
		}
	}
	return "", false
}

// inFolders reports whether an address lies in a part of the site that moved.
func inFolders(path string) bool {
	for _, f := range handbookFolders {
		if rest, ok := strings.CutPrefix(path, f); ok && (rest == "" || strings.ContainsRune("/?#", rune(rest[0]))) {
			return true
		}
	}
	return false
}

// isRelative reports whether an address is one of a file beside the page.
func isRelative(dest string) bool {
	return dest != "" && !strings.HasPrefix(dest, "/") && !strings.HasPrefix(dest, "#") && !strings.Contains(dest, ":") && !strings.Contains(dest, "{{") && !strings.Contains(dest, "<%")
}

// libraryLinks carries links over to the library, and to headings that have got another name.
func (s *pass) libraryLinks() {
	anchors := s.renamedAnchors()
	own, now := Address(s.page.Path), Address(s.path)
	told := map[string]bool{}
	for _, t := range s.targets() {
		path, fragment, hasFragment := strings.Cut(t.dest, "#")
		page := pageOf(path)
		if renamed, ok := anchors[fragment]; ok && (path == "" || page == own || page == now) {
			fragment = renamed
		}
		if strings.HasPrefix(page, "/"+familyFolder+"/") {
			if s.Stays != nil && s.Stays(page) {
				if !told[page] {
					s.note(t.Start, "the link to %s is as it was, since that page stays among the job families; migrate it too", page)
				}
				told[page] = true
				continue
			}
			path = "/" + libraryFolder + strings.TrimPrefix(path, "/"+familyFolder)
		}
		if hasFragment {
			path += "#" + fragment
		}
		if path != t.dest {
			s.relink(t, path)
		}
	}
}

// pageOf is the address of a page without query, with a slash at its end.
func pageOf(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if path == "" {
		return ""
	}
	return strings.TrimSuffix(path, "/") + "/"
}

// renamedAnchors maps the anchors of headings that gradeHeadings renames to the new ones.
func (s *pass) renamedAnchors() map[string]string {
	renamed := map[string]string{}
	before, after := map[string]int{}, map[string]int{}
	s.page.Root.Walk(func(sec *hiring.Section) bool {
		if sec.Rank == 0 || sec.ID != "" {
			return true
		}
		heading := sec.Heading.Text
		if _, word, ok := s.gradeWord(sec); ok {
			heading = gradeInHeading().ReplaceAllString(heading, "${1}"+word)
		}
		old, now := anchor(before, sec.Heading.Text), anchor(after, heading)
		if old != now {
			renamed[old] = now
		}
		return true
	})
	return renamed
}

// anchor is the anchor of a heading; one that was there already gets a number.
func anchor(seen map[string]int, heading string) string {
	slug := hiring.Slug(heading)
	n := seen[slug]
	seen[slug]++
	if n == 0 {
		return slug
	}
	return fmt.Sprintf("%s-%d", slug, n)
}
