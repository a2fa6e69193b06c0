package standin

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A Mention is a person, group or object that a text refers to. GitLab sends mail for some and
// writes a note on others.
type Mention struct {
	User *User
	Text string // "@ana", "#12", "~label", an address
	On   string // "issue 7"
}

// Mentions lists what texts referred to.
func (s *Server) Mentions() []Mention {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mentions)
}

// reference is what may refer to something. A backslash before the sign makes it text.
var reference = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\w\\/.&;@#!~%-])((?:[\w.-]+(?:/[\w.-]+)+)?[#!]\d+|@[\w][\w.-]*(?:/[\w.-]+)*|[~%]"[^"\n]+"|[~%][\w][\w:.?&-]*|&\d+)`)
})

// mention notes what a text refers to and the text before did not.
func (s *Server) mention(on subject, by *User, doc, before document) {
	old := s.references(on.project(), before)
	for _, text := range s.references(on.project(), doc) {
		if slices.Contains(old, text) {
			continue
		}
		s.mentions = append(s.mentions, Mention{by, text, on.String()})
		s.crossReference(on, by, text)
	}
}

// references lists what a text refers to, each once.
func (s *Server) references(p *Project, doc document) []string {
	var found []string
	add := func(text string) {
		if !slices.Contains(found, text) {
			found = append(found, text)
		}
	}
	for _, prose := range doc.prose {
		for _, m := range reference().FindAllStringSubmatch(unescaped(prose), -1) {
			if word := strings.TrimRight(m[1], ".-:?&"); s.refers(p, word) {
				add(word)
			}
		}
	}
	for _, link := range doc.links {
		if rest, ok := strings.CutPrefix(link, s.url+"/"); ok && strings.Contains(rest, "/-/") {
			add(link)
		}
	}
	return found
}

// refers reports whether a word that looks like a reference is one. People, groups and labels must
// exist; numbers are taken as references in any case, as there may be such an object tomorrow.
func (s *Server) refers(p *Project, word string) bool {
	name := strings.Trim(word[1:], `"`)
	switch word[0] {
	case '@':
		return name == "all" || s.user(name) != nil || slices.ContainsFunc(s.projects, func(p *Project) bool { return strings.HasPrefix(strings.ToLower(p.Path), strings.ToLower(name)+"/") })
	case '~':
		return p.label(name) != nil || slices.ContainsFunc(p.labels, func(l *Label) bool { return itoa(l.ID) == name })
	}
	return true
}

// crossReference writes GitLab's own note on an issue or merge request that was referred to.
func (s *Server) crossReference(on subject, by *User, text string) {
	for _, target := range on.project().subjects() {
		if target.reference() != text || target == on {
			continue
		}
		n, d := s.note(by, fmt.Sprintf("mentioned in %s", strings.Replace(on.String(), fmt.Sprint(on.iid()), on.reference(), 1))), s.discussion(true)
		n.System = true
		d.Notes = []*Note{n}
		*target.discussions() = append(*target.discussions(), d)
	}
}
