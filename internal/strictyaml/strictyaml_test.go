package strictyaml

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

type step struct {
	Name string `yaml:"name" validate:"required"`
}

type team struct {
	ID     string              `yaml:"id" validate:"required"`
	Kind   string              `yaml:"kind" validate:"omitempty,oneof=big small"`
	Size   int                 `yaml:"size" validate:"omitempty,min=1,max=9"`
	Open   bool                `yaml:"open"`
	Lead   string              `yaml:"lead" validate:"omitempty,username"`
	People map[string][]string `yaml:"people" validate:"dive,dive,username"`
	Steps  []step              `yaml:"steps" validate:"dive"`
	More   *bool               `yaml:"more"`
	Pos    hiring.Pos          `yaml:"-" validate:"-"`
}

var username = Rule{Tag: "username", Check: func(s string) bool { return s != "" && !strings.ContainsAny(s, " @") }, Expected: "a user name without @"}

func TestDecode(t *testing.T) {
	tests := map[string]struct {
		src  string
		want []string // the errors, in order
	}{
		"all right":      {"- id: a\n  kind: big\n  size: 3\n  open: true\n  lead: ana\n  people: {x: [bo]}\n  steps: [{name: one}]\n  more: false\n", nil},
		"empty":          {"", nil},
		"comment alone":  {"# nothing yet\n", nil},
		"no YAML":        {"- id: a\n  kind: b: c\n", []string{`f.yml:2:10: is no YAML: mapping values are not allowed in this context; put the value in quotes if it has a colon in it`}},
		"unknown key":    {"- id: a\n  knid: big\n", []string{`f.yml:2:3: [0].knid: is not known here; expected "kind", perhaps, or another of id, kind, size, open, lead, people, steps, more`}},
		"far key":        {"- id: a\n  telephone: 1\n", []string{`f.yml:2:3: [0].telephone: is not known here; expected one of id, kind, size, open, lead, people, steps, more`}},
		"missing":        {"- kind: big\n", []string{`f.yml:1:3: [0].id: is missing; it has to be given`}},
		"one of":         {"- id: a\n  kind: middle\n", []string{`f.yml:2:9: [0].kind: "middle" is not allowed; expected one of big, small`}},
		"number":         {"- id: a\n  size: many\n", []string{`f.yml:2:9: [0].size: "many" is not a whole number`}},
		"too large":      {"- id: a\n  size: 10\n", []string{`f.yml:2:9: [0].size: "10" is too large; expected at most 9`}},
		"no bool":        {"- id: a\n  open: maybe\n", []string{`f.yml:2:9: [0].open: "maybe" is not true or false`}},
		"own rule":       {"- id: a\n  lead: \"@ana\"\n", []string{`f.yml:2:9: [0].lead: "@ana" is not allowed; expected a user name without @`}},
		"deep":           {"- id: a\n  people:\n    x: [bo, 'c d']\n", []string{`f.yml:3:13: [0].people[x][1]: "c d" is not allowed; expected a user name without @`}},
		"nested missing": {"- id: a\n  steps:\n    - {}\n", []string{`f.yml:3:7: [0].steps[0].name: is missing; it has to be given`}},
		"twice":          {"- id: a\n  size: 1\n  size: 2\n", []string{`f.yml:3:3: [0].size: stands twice, also in line 2; take one away`}},
		"no list":        {"id: a\n", []string{`f.yml:1:1: is a group of keys; expected a list`}},
		"no group":       {"- a\n", []string{`f.yml:1:3: [0]: is the single value "a"; expected keys with values`, `f.yml:1:3: [0].id: is missing; it has to be given`}},
		"list for text":  {"- id: [a]\n", []string{`f.yml:1:7: [0].id: is a list; expected a text`}},
		"alias":          {"- id: &x a\n- id: *x\n", []string{`f.yml:1:7: [0].id: anchors and aliases are not read here; write the value out`, `f.yml:2:7: [1].id: anchors and aliases are not read here; write the value out`}},
		"merge key":      {"- id: a\n  <<: {size: 1}\n", []string{`f.yml:2:3: [0]: only plain words can be keys here`}},
		"several": {"- kind: huge\n  size: 0x\n- id: b\n  opne: true\n", []string{
			`f.yml:1:3: [0].id: is missing; it has to be given`,
			`f.yml:1:9: [0].kind: "huge" is not allowed; expected one of big, small`,
			`f.yml:2:9: [0].size: "0x" is not a whole number`,
			`f.yml:4:3: [1].opne: is not known here; expected "open", perhaps, or another of id, kind, size, open, lead, people, steps, more`,
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []team
			err := Decode("f.yml", []byte(tt.src), &got, username)
			var lines []string
			if err != nil {
				lines = strings.Split(err.Error(), "\n")
			}
			if strings.Join(lines, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("errors:\n%s\nwant:\n%s", strings.Join(lines, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestDecodeFills(t *testing.T) {
	var got []team
	if err := Decode("f.yml", []byte("# head\n- id: 1042\n  people:\n    Sr Director: [ana, bo]\n  more: true\n- id: b\n"), &got, username); err != nil {
		t.Fatal(err)
	}
	a := got[0]
	if a.ID != "1042" || strings.Join(a.People["Sr Director"], ",") != "ana,bo" || a.More == nil || !*a.More {
		t.Errorf("first entry read as %+v", a)
	}
	if a.Pos != (hiring.Pos{Line: 2, Column: 3}) || got[1].Pos != (hiring.Pos{Line: 6, Column: 3}) {
		t.Errorf("positions %v and %v", a.Pos, got[1].Pos)
	}
}

func TestErrorsTellTheirPlace(t *testing.T) {
	var got []team
	err := Decode("hiring/openings.yml", []byte("- id: a\n- kind: big\n"), &got, username)
	var at interface{ Position() (string, int) }
	if !errors.As(err, &at) {
		t.Fatalf("%T knows no position", err)
	}
	if file, line := at.Position(); file != "hiring/openings.yml" || line != 2 {
		t.Errorf("position %s:%d", file, line)
	}
	var one *Error
	if !errors.As(err, &one) || one.Key != "[1].id" {
		t.Errorf("the single mistake is %+v", one)
	}
}

func TestMapping(t *testing.T) {
	src := "# head\ntitle: Prodüct Manager # note\ndescription: \"a # b\"\nnone:\nlong: >\n  one\n  two\nlist: [a, b]\n"
	fields, err := Mapping([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ key, value, written string }{
		{"title", "Prodüct Manager", "Prodüct Manager"},
		{"description", "a # b", `"a # b"`},
		{"none", "", ""},
		{"long", "one two\n", ">\n  one\n  two"},
		{"list", "", "[a, b]"},
	}
	if len(fields) != len(want) {
		t.Fatalf("%d fields: %+v", len(fields), fields)
	}
	for i, w := range want {
		f := fields[i]
		if f.Key != w.key || f.Value != w.value || src[f.ValuePos:f.ValueEnd] != w.written || !strings.HasPrefix(src[f.KeyPos:], w.key) {
			t.Errorf("field %d is %+v (%q), want %+v", i, f, src[f.ValuePos:f.ValueEnd], w)
		}
	}
}

func TestMappingOfBrokenYAML(t *testing.T) {
	src := "layout: job_page\r\ntitle: Manager: Product\r\n"
	fields, err := Mapping([]byte(src))
	if err == nil {
		t.Fatal("no error")
	}
	if len(fields) != 2 || fields[1].Value != "Manager: Product" || src[fields[1].ValuePos:fields[1].ValueEnd] != "Manager: Product" {
		t.Errorf("fields %+v", fields)
	}
	if _, err := Mapping([]byte("- a\n- b\n")); err == nil {
		t.Error("a list passed for a mapping")
	}
	if fields, err := Mapping(nil); err != nil || len(fields) != 0 {
		t.Errorf("an empty document: %v, %v", fields, err)
	}
}

// plain is what is read without the library, notPlain what is not. FuzzMapping compares both ways.
var (
	plain = []string{
		"layout: job_page\ntitle: \"Director: Sales, #1\"\n", "title: Manager, R&D (EMEA) - it's\nnull: null\n", "a: yes\nb:   x", "a: \"\"\n", "a: \" x \"\n", "a: no-break\n",
	}
	notPlain = []string{
		"", "a:\n", "a: b\na: c\n", "a: b: c\n", "a: b #c\n", "a: \"\\n\"\n", "a: 'b'\n", "a: b \n", "a: b\r\n", "a: b\n  c\n", "a: ~\n", "a: 5\n", "a: &b c\n", "a: [b]\n",
		"a: \"\n", "a: é\n", "a: b\n\n", "# a: b\n", "a:b\n", "a: b\tc\n", "? a: b\n", "a: b\n---\nc: d\n",
	}
)

func TestPlainMapping(t *testing.T) {
	for _, src := range plain {
		got, ok := plainMapping([]byte(src))
		if want, err := fullMapping([]byte(src)); !ok || err != nil || !slices.Equal(got, want) {
			t.Errorf("%q is %+v, %t; want %+v, %v", src, got, ok, want, err)
		}
	}
	for _, src := range notPlain {
		if got, ok := plainMapping([]byte(src)); ok {
			t.Errorf("%q is %+v", src, got)
		}
	}
}

func FuzzMapping(f *testing.F) {
	f.Add([]byte("title: a\ndescription: 'b'\n"))
	f.Add([]byte("a: \"\nb: c"))
	f.Add([]byte("\xef\xbb\xbfa: |\n  x\r\n"))
	for _, src := range append(plain, notPlain...) {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		fields, err := Mapping(src)
		if full, fullErr := fullMapping(src); !slices.Equal(fields, full) || (err == nil) != (fullErr == nil) {
			t.Errorf("%+v, %v; the library reads %+v, %v", fields, err, full, fullErr)
		}
		for _, x := range fields {
			if x.KeyPos < 0 || x.KeyPos > x.ValuePos || x.ValuePos > x.ValueEnd || x.ValueEnd > len(src) {
				t.Errorf("field %+v of %d bytes", x, len(src))
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("- id: a\n  steps: [{name: x}]\n"))
	f.Add([]byte("- &a [*a]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		var got []team
		err := Decode("f.yml", src, &got, username)
		var all Errors
		if err != nil && (!errors.As(err, &all) || len(all) == 0) {
			t.Errorf("the error is %#v", err)
		}
		for _, e := range all {
			if e.Line < 1 || e.Column < 1 || e.Message == "" {
				t.Errorf("error without place or words: %+v", e)
			}
		}
	})
}

func TestNearest(t *testing.T) {
	keys := []string{"profile", "pages", "comment"}
	for name, want := range map[string]string{"profle": "profile", "Pages": "pages", "page": "pages", "telephone": "", "commnet": "comment"} {
		if got := Nearest(name, keys); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestMappingOfOneLongLine would not end in a lifetime if the cost grew with the square of
// the length.
func TestMappingOfOneLongLine(t *testing.T) {
	const n = 30_000
	src := "{" + strings.Repeat("ä: b, ", n) + "z: y}"
	fields, _ := Mapping([]byte(src))
	if len(fields) != n+1 || src[fields[n].ValuePos:fields[n].ValueEnd] != "y}" {
		t.Errorf("%d fields", len(fields))
	}
}
