package repoconf

import (
	"slices"
	"strings"
)

// LabelFields are the fields that names of labels may have.
var LabelFields = []string{".Role", ".Level", ".Department", ".Order", ".Name"}

// labelOK reports whether a name has only known fields in it.
func labelOK(name string) bool {
	rest := name
	for {
		_, after, found := strings.Cut(rest, "{{")
		if !found {
			return strings.TrimSpace(name) != "" && !strings.Contains(rest, "}}")
		}
		field, after, found := strings.Cut(after, "}}")
		if !found || !known(strings.TrimSpace(field)) {
			return false
		}
		rest = after
	}
}

func known(field string) bool { return slices.Contains(LabelFields, field) }

// Fill puts values into a label's name. Fields is by name without the dot.
func Fill(name string, fields map[string]string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(name, "{{")
		b.WriteString(before)
		if !found {
			return strings.Join(strings.Fields(b.String()), " ")
		}
		field, rest, _ := strings.Cut(after, "}}")
		b.WriteString(fields[strings.TrimPrefix(strings.TrimSpace(field), ".")])
		name = rest
	}
}
