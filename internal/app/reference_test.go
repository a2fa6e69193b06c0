package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/metric"
	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// references are the parts of the docs that are made from code. In the file each stands between the lines
// <!-- made from code: NAME --> and <!-- end -->.
var references = []struct {
	file, name string
	write      func(*testing.T) string
}{
	{"docs/commands.md", "commands", commandReference},
	{"docs/configuration.md", "settings", settingReference},
	{"docs/configuration.md", "configuration", func(t *testing.T) string {
		return schemaReference(t, "", func() ([]byte, error) { return repoconf.Schema(rule.Names()) })
	}},
	{"docs/configuration.md", "openings", func(t *testing.T) string { return schemaReference(t, "opening", openings.Schema) }},
	{"docs/operations.md", "metrics", metricReference},
	{"docs/components/check.md", "inputs", func(t *testing.T) string { return inputReference(t, "check") }},
	{"docs/components/sync.md", "inputs", func(t *testing.T) string { return inputReference(t, "sync") }},
}

// TestReference: what the docs say of commands, settings, keys, metrics and inputs is what the code has.
// With -update it is written.
func TestReference(t *testing.T) {
	for _, r := range references {
		file := filepath.Join("../..", filepath.FromSlash(r.file))
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		begin, end := "<!-- made from code: "+r.name+" -->\n", "<!-- end -->\n"
		before, rest, begun := strings.Cut(string(src), begin)
		have, after, ended := strings.Cut(rest, end)
		if !begun || !ended {
			t.Errorf("%s has no lines %q and %q", r.file, begin, end)
			continue
		}
		made := "\n" + strings.TrimSpace(r.write(t)) + "\n\n"
		if have == made {
			continue
		}
		if !*update {
			t.Errorf("%s: the part %q is not what the code says; run `make golden` and read the difference", r.file, r.name)
			continue
		}
		if err := os.WriteFile(file, []byte(before+begin+made+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// wholeRoot is the command line with the commands that cobra adds.
func wholeRoot() *cobra.Command {
	root := new(App).root()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	return root
}

// everyCommand calls f for all commands that do something, in the order of the reference.
func everyCommand(root *cobra.Command, f func(*cobra.Command)) {
	for _, c := range root.Commands() {
		if c.Runnable() {
			f(c)
		}
		everyCommand(c, f)
	}
}

// everyFlag calls f for the flags that a command has of its own, with their defaults as people write them.
func everyFlag(c *cobra.Command, f func(flag *pflag.Flag, value string)) {
	c.NonInheritedFlags().VisitAll(func(flag *pflag.Flag) {
		if flag.Name != "help" && !flag.Hidden {
			f(flag, strings.Trim(flag.DefValue, "[]"))
		}
	})
}

func commandReference(*testing.T) string {
	var b strings.Builder
	root := wholeRoot()
	b.WriteString("| command | does |\n| --- | --- |\n")
	everyCommand(root, func(c *cobra.Command) {
		b.WriteString(row(fmt.Sprintf("[`%s`](#%s)", c.CommandPath(), strings.ReplaceAll(c.CommandPath(), " ", "-")), cell(c.Short)))
	})
	everyCommand(root, func(c *cobra.Command) {
		fmt.Fprintf(&b, "\n### %s\n\n%s.\n\n```text\n%s\n```\n\n%s", c.CommandPath(), c.Short, strings.TrimSuffix(c.UseLine(), " [flags]"), prose(c.Long))
		flags := false
		everyFlag(c, func(f *pflag.Flag, value string) {
			if !flags {
				flags = true
				b.WriteString("| flag | default | meaning |\n| --- | --- | --- |\n")
			}
			b.WriteString(row(code("--"+f.Name), code(value), variable.ReplaceAllString(cell(f.Usage), "(`$1`)")))
		})
	})
	return b.String()
}

// prose is the help of a command as Markdown: lines that are set in stand as they are.
func prose(long string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimSpace(long), "\n\n") {
		switch {
		case part == "":
		case strings.HasPrefix(part, "  ") || strings.HasPrefix(part, "\t"):
			fmt.Fprintf(&b, "```text\n%s\n```\n\n", part)
		default:
			b.WriteString(text(part) + "\n\n")
		}
	}
	return b.String()
}

// text is a text in Markdown.
func text(s string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`, "`", `\`+"`").Replace(s)
}

// variable is how the help of a flag names its environment variable.
var variable = regexp.MustCompile(`\[(ROLEPLAN_\w+)\]`)

// cell is a text in a table.
func cell(s string) string { return strings.ReplaceAll(text(s), "|", `\|`) }

// code is a value in a table; nothing for an empty one.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(s, "|", `\|`) + "`"
}

// codes are values in a table.
func codes(list []string) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(code(s))
	}
	return b.String()
}

// row is a row of a table.
func row(cells ...string) string {
	return strings.ReplaceAll("| "+strings.Join(cells, " | ")+" |\n", "|  |", "| |")
}

func settingReference(*testing.T) string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n| --- | --- | --- |\n")
	for _, s := range config.All {
		b.WriteString(row(code(s.Env()), code(s.Default), cell(s.Help)))
	}
	return b.String()
}

func metricReference(*testing.T) string {
	var b strings.Builder
	b.WriteString("| metric | labels | says |\n| --- | --- | --- |\n")
	for _, m := range metric.Families {
		b.WriteString(row(code(m.Name), codes(m.Labels), m.Help))
	}
	return b.String()
}

func inputReference(t *testing.T, component string) string {
	var b strings.Builder
	b.WriteString("| input | default | meaning |\n| --- | --- | --- |\n")
	inputs := readComponent(t, component).inputs
	for _, name := range inputOrder(t, component) {
		in := inputs[name]
		meaning := cell(strings.TrimSuffix(in.Description, "."))
		switch {
		case in.Type == "boolean":
			meaning += ": `true` or `false`"
		case in.Options != nil:
			meaning += ": " + codes(in.Options)
		}
		b.WriteString(row(code(name), code(*in.Default), meaning))
	}
	return b.String()
}

// inputOrder is the order in which a component lists its inputs, which YAML does not keep.
func inputOrder(t *testing.T, component string) []string {
	src, err := os.ReadFile(filepath.Join(templates, component, "template.yml"))
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(src), "\n---\n")
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^    ([a-z-]+):$`).FindAllStringSubmatch(head, -1) {
		names = append(names, m[1])
	}
	return names
}

// A schemaNode is what the reference says of a JSON Schema.
type schemaNode struct {
	Description          string
	Default              any
	Enum                 []any
	Type                 any // a name, or a list of names
	Minimum, Maximum     *int
	Properties           map[string]schemaNode
	AdditionalProperties any
	AnyOf                []schemaNode
	Items                *schemaNode
	Required             []string
	Defs                 map[string]schemaNode `json:"$defs"`
}

// schemaReference is a table of all keys of a schema, or of one of its definitions.
func schemaReference(t *testing.T, def string, schema func() ([]byte, error)) string {
	src, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	var root schemaNode
	if err := json.Unmarshal(src, &root); err != nil {
		t.Fatal(err)
	}
	if def != "" {
		root = root.Defs[def]
	}
	var b strings.Builder
	b.WriteString("| key | values | default | meaning |\n| --- | --- | --- | --- |\n")
	root.rows(t, &b, "")
	return b.String()
}

func (n schemaNode) rows(t *testing.T, b *strings.Builder, above string) {
	for _, key := range slices.Sorted(maps.Keys(n.Properties)) {
		p, name := n.Properties[key], above+key
		meaning := cell(p.Description)
		if slices.Contains(n.Required, key) {
			meaning += " (required)"
		}
		if meaning == "" {
			t.Errorf("the key %s has no description in its schema", name)
		}
		inner := p
		if p.Items != nil && p.Items.Properties != nil {
			name, inner = name+"[]", *p.Items
		}
		if of, ok := p.AdditionalProperties.(map[string]any); ok && len(p.Properties) == 0 && of["properties"] != nil {
			name += ".NAME"
			inner = remade(t, of)
		}
		preset := ""
		if p.Default != nil {
			out, err := json.Marshal(p.Default)
			if err != nil {
				t.Fatal(err)
			}
			if preset = code(strings.Trim(string(out), `"`)); len(preset) > 50 {
				preset = "see above"
			}
		}
		b.WriteString(row(code(name), p.values(), preset, meaning))
		if name != "rules" && key != "rules" { // a key a rule: docs/rules.md
			inner.rows(t, b, name+".")
		}
	}
}

// remade is a schema that was read as anything.
func remade(t *testing.T, of map[string]any) (n schemaNode) {
	src, err := json.Marshal(of)
	if err == nil {
		err = json.Unmarshal(src, &n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// values are the values that a key may have.
func (n schemaNode) values() string {
	if len(n.AnyOf) > 0 && len(n.AnyOf[0].Enum) > 0 {
		return n.AnyOf[0].values() + ", or another name"
	}
	if len(n.Enum) > 0 {
		var values []string
		for _, v := range n.Enum {
			values = append(values, fmt.Sprint(v))
		}
		return codes(values)
	}
	kind, _ := n.Type.(string)
	if list, ok := n.Type.([]any); ok {
		kind, _ = list[0].(string) // the others are other ways to write it, such as nothing
	}
	switch kind {
	case "string":
		return "text"
	case "boolean":
		return "`true`, `false`"
	case "integer":
		if n.Minimum != nil && n.Maximum != nil {
			return fmt.Sprintf("%d to %d", *n.Minimum, *n.Maximum)
		}
		return "number"
	case "array":
		if n.Items != nil && len(n.Items.Enum) > 0 {
			return "list of " + n.Items.values()
		}
		return "list"
	}
	return cmp.Or(map[string]string{"object": "keys"}[kind], kind)
}
