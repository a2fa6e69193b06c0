package app

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/setup"
)

// examples are the blocks of YAML in the page on configuration that hold a text.
func yamlExample(t *testing.T, holds string) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(string(page), "```yaml\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		if strings.Contains(block, holds) {
			return block
		}
	}
	t.Fatalf("no example holds %q", holds)
	return ""
}

// TestSchemasAgree: what the schemas for editors take and refuse, roleplan takes and refuses.
func TestSchemasAgree(t *testing.T) {
	t.Parallel()
	conf := func(src string) error { _, err := repoconf.Parse("a.yml", []byte(src)); return err }
	opens := func(src string) error { _, err := openings.Parse("a.yml", []byte(src)); return err }
	layout := setup.Layout{Profile: "job-family", Pages: []string{"roles/**/*.md"}}
	tests := []struct {
		schema string
		read   func(string) error
		good   []string
		bad    []string
	}{
		{
			"roleplan", conf,
			[]string{
				yamlExample(t, "profile: auto"), string(setup.Config(layout, "a/b.yml")), "version: 1\n", "rules: {spelling: off}", "rules: {spelling: 'off'}",
			},
			[]string{
				"version: 2", "profile: old", "pages: a", "colour: red", "rules: {spelling: loud}", "rules: {spelling: {level: info}}", "overrides: [{rules: {}}]", "comment: {mode: never}",
				"comment: {threads: 101}", "comment: {threads: -1}", "status: {fail_on: off}", "commands: {name: /x}", "commands: {role: guest}", "openings: {folder: x}", "plan: {steps: none}", "labels: {colour: x}",
			},
		},
		{
			"openings", opens,
			[]string{yamlExample(t, "GHP-1042"), string(setup.Openings()), "id: a\npage: b.md\n", "[]"},
			[]string{
				"- id: a", "- page: b.md", "- {id: a b, page: b.md}", "- {id: a, page: b.md, count: 0}", "- {id: a, page: b.md, count: 51}", "- {id: a, page: b.md, colour: red}", "- {id: a, page: b.md, recruiter: '@bo'}",
				"- {id: a, page: b.md, target_start: soon}", "- {id: a, page: b.md, status: done}", "- {id: a, page: b.md, priority: top}", "- {id: a, page: b.md, type: old}",
			},
		},
	}
	for _, test := range tests {
		schema, err := jsonschema.NewCompiler().Compile("../../docs/" + test.schema + ".schema.json")
		if err != nil {
			t.Fatal(err)
		}
		for i, src := range slices.Concat(test.good, test.bad) {
			var doc any
			if err := yaml.Unmarshal([]byte(src), &doc); err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			// Editors take a day for a text.
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.ReplaceAll(string(text), "T00:00:00Z", "")))
			if err != nil {
				t.Fatal(err)
			}
			good := i < len(test.good)
			if err := schema.Validate(value); (err == nil) != good {
				t.Errorf("%s: the schema says %v of\n%s", test.schema, err, src)
			}
			if err := test.read(src); (err == nil) != good {
				t.Errorf("%s: roleplan says %v of\n%s", test.schema, err, src)
			}
		}
	}
}

// TestSchemaHasAllKeys: a key that roleplan learns is known to editors, too.
func TestSchemaHasAllKeys(t *testing.T) {
	t.Parallel()
	type node struct {
		Properties map[string]node `json:"properties"`
		Defs       map[string]node `json:"$defs"`
	}
	load := func(name string) (n node) {
		src, err := os.ReadFile("../../docs/" + name + ".schema.json")
		if err == nil {
			err = json.Unmarshal(src, &n)
		}
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var same func(at string, typ reflect.Type, n node)
	same = func(at string, typ reflect.Type, n node) {
		var keys []string
		for f := range typ.Fields() {
			if name := f.Tag.Get("yaml"); name != "-" {
				keys = append(keys, name)
				if f.Type.Kind() == reflect.Struct {
					same(at+name+".", f.Type, n.Properties[name])
				}
			}
		}
		slices.Sort(keys)
		if have := slices.Sorted(maps.Keys(n.Properties)); !slices.Equal(have, keys) {
			t.Errorf("%q: the schema has %v; want %v", at, have, keys)
		}
	}
	same("", reflect.TypeFor[repoconf.Config](), load("roleplan"))
	have := slices.Sorted(maps.Keys(load("openings").Defs["opening"].Properties))
	if want := slices.Sorted(slices.Values(append(openings.Fields(), "id", "interviewers"))); !slices.Equal(have, want) {
		t.Errorf("openings: the schema has %v; want %v", have, want)
	}
}
