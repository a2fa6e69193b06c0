package rolepage

import (
	"regexp"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// trailing finds an attribute list at the end of a heading: "{#id}", "{: .class #id}".
var trailing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\s*\{:?\s*([#.][^{}]*|[a-z-]+="[^{}]*)\}\s*$`)
})

// takeAttributes moves an attribute list from a heading's words to the section.
func takeAttributes(s *hiring.Section) {
	if !strings.HasSuffix(s.Heading.Text, "}") {
		return
	}
	loc := trailing().FindStringSubmatchIndex(s.Heading.Text)
	if loc == nil {
		return
	}
	list := s.Heading.Text[loc[2]:loc[3]]
	s.ID = attributeID([]byte("{:" + list + "}"))
	cut := len(s.Heading.Text) - loc[0]
	s.Heading.Text = s.Heading.Text[:loc[0]]
	if s.Heading.Span.End-cut > s.Heading.Span.Start {
		s.Heading.Span.End -= cut
	}
}

// attributeID is the id in an attribute list, "" when there is none.
func attributeID(list []byte) string {
	text := strings.TrimSpace(string(list))
	if !strings.HasPrefix(text, "{") {
		return ""
	}
	for word := range strings.FieldsSeq(strings.Trim(text, "{}:")) {
		if id, ok := strings.CutPrefix(word, "#"); ok {
			return strings.Trim(id, "}")
		}
		if id, ok := strings.CutPrefix(word, "id="); ok {
			return strings.Trim(id, `"'}`)
		}
	}
	return ""
}
