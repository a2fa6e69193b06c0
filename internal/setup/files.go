package setup

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// schemas is where editors find the schemas of both files; the language server for YAML reads such
// a line.
const schemas = "# yaml-language-server: $schema=https://gitlab.com/roleplan/roleplan/-/raw/main/schema/"

// Config is a .roleplan.yml for a layout. What has its default is not written.
func Config(l Layout, openings string) []byte {
	var b strings.Builder
	b.WriteString(schemas + "config.schema.json\n# What this repository wishes of roleplan. Every other key has a default.\nversion: 1\n")
	if l.Profile != "auto" {
		fmt.Fprintf(&b, "profile: %s\n", l.Profile)
	}
	if len(l.Pages) > 0 {
		b.WriteString("pages:\n")
		for _, p := range l.Pages {
			fmt.Fprintf(&b, "  - %s\n", quoted(p))
		}
	}
	if l.Team != "" {
		fmt.Fprintf(&b, "team: {path: %s}\n", quoted(l.Team))
	}
	if openings != "" {
		fmt.Fprintf(&b, "openings: {path: %s}\n", quoted(openings))
	}
	return []byte(b.String())
}

// quoted is a text as YAML writes it between single quotes, in which nothing but they has a meaning.
func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// Openings is an openings file without openings, that shows what one looks like.
func Openings() []byte {
	return []byte(schemas + `openings.schema.json
# The openings of the company, one below the other. roleplan open adds one, or copy these lines:
#
# - id: GHP-1042
#   page: content/job-families/product/technical-program-manager.md
#   level: Senior Technical Program Manager
#   hiring_manager: ana
#   recruiter: bo
#   target_start: 2027-02-01
`)
}

// component is what an include of the check has in its address, whatever stands before and behind it.
const component = "roleplan/roleplan/check@"

// Lines are the include of the component, as an item of a list.
const (
	item  = "- component: $CI_SERVER_FQDN/roleplan/roleplan/check@1"
	Lines = "include:\n  " + item + "\n"
)

// Include adds the include of the component to a .gitlab-ci.yml. All else stays as it is, byte by
// byte. It returns the source itself when the include is there already, and ok is false when the
// lines can't be added without a doubt.
func Include(src []byte) (after []byte, ok bool) {
	if Included(src) {
		return src, true
	}
	// A header of inputs makes the file two documents, of which only the first would be read here.
	if separated(src) {
		return nil, false
	}
	fields, err := strictyaml.Mapping(src)
	if err != nil || fields == nil && !blank(src) {
		return nil, false
	}
	end := "\n"
	if bytes.Contains(src, []byte("\r\n")) {
		end = "\r\n"
	}
	lines := strings.ReplaceAll(Lines, "\n", end)
	i := slices.IndexFunc(fields, func(f strictyaml.Field) bool { return f.Key == "include" })
	switch {
	case i < 0 && blank(src):
		after = slices.Concat(src, []byte(lines))
	case i < 0:
		// At the end, where nothing has to move.
		gap := end
		if !bytes.HasSuffix(src, []byte("\n")) {
			gap += end
		}
		after = slices.Concat(src, []byte(gap+lines))
	default:
		at, indent, list := firstItem(src, fields[i])
		if !list {
			return nil, false
		}
		after = slices.Concat(src[:at], []byte(indent+item+end), src[at:])
	}
	return after, same(fields, after)
}

// Included reports whether a pipeline names the component in a line that is no comment.
func Included(src []byte) bool {
	for line := range bytes.Lines(src) {
		text := bytes.TrimSpace(line)
		if !bytes.HasPrefix(text, []byte("#")) && bytes.Contains(text, []byte(component)) {
			return true
		}
	}
	return false
}

// separated reports whether a file holds more than one document. A line --- before all content begins
// the first one.
func separated(src []byte) bool {
	begun := false
	for line := range bytes.Lines(src) {
		text := bytes.TrimRight(line, " \t\r\n")
		if begun && (bytes.Equal(text, []byte("---")) || bytes.Equal(text, []byte("..."))) {
			return true
		}
		begun = begun || len(text) > 0 && text[0] != '#' && !bytes.Equal(text, []byte("---"))
	}
	return false
}

func blank(src []byte) bool {
	for line := range bytes.Lines(src) {
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' {
			return false
		}
	}
	return true
}

// firstItem is where the line below `include:` starts, and how the list there is indented; list is
// false for an include that is no list with an item a line.
func firstItem(src []byte, f strictyaml.Field) (at int, indent string, list bool) {
	if f.Scalar || f.ValuePos >= len(src) || src[f.ValuePos] != '-' {
		return 0, "", false
	}
	start := bytes.LastIndexByte(src[:f.ValuePos], '\n') + 1
	newline := bytes.IndexByte(src[f.KeyPos:], '\n')
	indent = string(src[start:f.ValuePos])
	if newline < 0 || start <= f.KeyPos || strings.Trim(indent, " ") != "" {
		return 0, "", false
	}
	return f.KeyPos + newline + 1, indent, true
}

// same reports whether a changed file still has all keys of before, in their order, with the include
// in it.
func same(before []strictyaml.Field, after []byte) bool {
	fields, err := strictyaml.Mapping(after)
	if err != nil || !Included(after) {
		return false
	}
	keys := func(list []strictyaml.Field) (names []string) {
		for _, f := range list {
			if f.Key != "include" {
				names = append(names, f.Key+"\x00"+f.Value)
			}
		}
		return names
	}
	return slices.Equal(keys(before), keys(fields)) && slices.ContainsFunc(fields, func(f strictyaml.Field) bool { return f.Key == "include" })
}
