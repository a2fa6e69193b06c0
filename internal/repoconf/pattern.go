package repoconf

import (
	"regexp"
	"strings"
)

// Pattern matches the names that a template gives, in any case, as GitLab compares labels. Its
// groups are named after the fields: "Order", "Name".
func Pattern(name string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`^(?i:`)
	seen := map[string]bool{}
	for {
		before, after, found := strings.Cut(name, "{{")
		b.WriteString(regexp.QuoteMeta(before))
		if !found {
			return regexp.MustCompile(b.String() + `)$`)
		}
		field, rest, _ := strings.Cut(after, "}}")
		field = strings.TrimPrefix(strings.TrimSpace(field), ".")
		is := `.+?`
		if field == "Order" {
			is = `\d+`
		}
		if seen[field] {
			b.WriteString(`(?:` + is + `)`)
		} else {
			b.WriteString(`(?P<` + field + `>` + is + `)`)
		}
		seen[field] = true
		name = rest
	}
}
