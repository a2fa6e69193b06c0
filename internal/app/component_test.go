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

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

const (
	templates     = "../../templates"
	componentDocs = "../../docs/components"
)

// A component is a file that other projects include: a header with its inputs, and jobs.
type component struct {
	inputs map[string]input
	jobs   string // as written, before inputs are filled in
}

type input struct {
	Type        string
	Description string
	Default     *string
	Regex       string
	Options     []string
}

func readComponent(t *testing.T, name string) component {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(templates, name, "template.yml"))
	if err != nil {
		t.Fatal(err)
	}
	head, jobs, two := strings.Cut(string(src), "\n---\n")
	if !two || strings.Contains(jobs, "\n---\n") {
		t.Fatal("a component is two YAML documents")
	}
	var header struct {
		Spec struct{ Inputs map[string]input }
	}
	if err := yaml.Unmarshal([]byte(head), &header); err != nil {
		t.Fatal(err)
	}
	return component{header.Spec.Inputs, jobs}
}

var interpolation = regexp.MustCompile(`\$\[\[ *([^ ]+) *\]\]`)

// fill puts values in place of inputs as GitLab does it: into the text, before YAML is read.
func (c component) fill(t *testing.T, values map[string]string) map[string]any {
	t.Helper()
	text := interpolation.ReplaceAllStringFunc(c.jobs, func(s string) string {
		name := strings.TrimPrefix(interpolation.FindStringSubmatch(s)[1], "inputs.")
		if v, ok := values[name]; ok {
			return v
		}
		return *c.inputs[name].Default
	})
	var doc map[string]any
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return doc
}

// components are the names of all components.
func components(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(templates)
	if err != nil || len(entries) == 0 {
		t.Fatalf("no components: %v", err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

// allows reports whether GitLab takes a value for an input.
func (in input) allows(value string) bool {
	if in.Type == "boolean" {
		return value == "true" || value == "false"
	}
	if in.Options != nil {
		return slices.Contains(in.Options, value)
	}
	return regexp.MustCompile(in.Regex).MatchString(value)
}

// values are those that an input can be tried with one by one.
func (in input) values() []string {
	if in.Type == "boolean" {
		return []string{"true", "false"}
	}
	return in.Options
}

func TestComponentInputs(t *testing.T) {
	for _, name := range components(t) {
		c := readComponent(t, name)
		readme, err := os.ReadFile(filepath.Join(componentDocs, name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		used := map[string]bool{}
		for _, m := range interpolation.FindAllStringSubmatch(c.jobs, -1) {
			input, ok := strings.CutPrefix(m[1], "inputs.")
			if _, declared := c.inputs[input]; !ok || !declared {
				t.Errorf("%s: %s is no input", name, m[0])
			}
			used[input] = true
		}
		for _, in := range slices.Sorted(maps.Keys(c.inputs)) {
			what, i := name+": input "+in, c.inputs[in]
			limited := (i.Options == nil) != (i.Regex == "")
			if i.Type != "string" && i.Type != "boolean" || i.Description == "" || i.Default == nil || limited != (i.Type == "string") {
				t.Errorf("%s needs a type, a description, a default, and options or a regex if it is a text: %+v", what, i)
				continue
			}
			if !used[in] {
				t.Errorf("%s does nothing", what)
			}
			if !i.allows(*i.Default) {
				t.Errorf("%s: the default %q is not allowed", what, *i.Default)
			}
			// Each of these could leave its place in the text and become YAML of its own.
			for _, hostile := range []string{`"`, "'", "\\", "\n", "a\nscript: [id]", `a", expand: true, x: "`, "#", "{", "}", ",", "`id`", "$(id)", ";id", "$[[ inputs.stage ]]", "é\u2028"} {
				if i.allows(hostile) || i.allows(*i.Default+hostile) || i.allows(hostile+*i.Default) {
					t.Errorf("%s allows %q", what, hostile)
				}
			}
			if i.Regex != "" && (!strings.HasPrefix(i.Regex, "^") || !strings.HasSuffix(i.Regex, "$")) {
				t.Errorf("%s: the regex %s is not anchored", what, i.Regex)
			}
			row := fmt.Sprintf("| `%s` | `%s` |", in, *i.Default)
			if *i.Default == "" {
				row = fmt.Sprintf("| `%s` | |", in)
			}
			if !strings.Contains(string(readme), row) {
				t.Errorf("%s: the page has no row %s", what, row)
			}
			for _, option := range i.Options {
				if !strings.Contains(string(readme), "`"+option+"`") {
					t.Errorf("%s: the page does not name %q", what, option)
				}
			}
		}
		for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllStringSubmatch(string(readme), -1) {
			if _, ok := c.inputs[m[1]]; !ok {
				t.Errorf("%s: the page has a row for %s, which is no input", name, m[1])
			}
		}
		// The example has to work.
		_, example, _ := strings.Cut(string(readme), "```yaml\n")
		example, _, _ = strings.Cut(example, "```")
		var doc struct {
			Include []struct {
				Component string
				Inputs    map[string]string
			}
		}
		if err := yaml.Unmarshal([]byte(example), &doc); err != nil || len(doc.Include) != 1 || !strings.Contains(doc.Include[0].Component, "/"+name+"@") {
			t.Errorf("%s: the page's example: %v\n%s", name, err, example)
			continue
		}
		for in, value := range doc.Include[0].Inputs {
			if i, ok := c.inputs[in]; !ok || !i.allows(value) {
				t.Errorf("%s: the page's example sets %s to %q", name, in, value)
			}
		}
	}
}

// TestComponentJobs: a component adds its jobs and nothing else to another pipeline, and what a
// stranger may choose reaches no shell.
func TestComponentJobs(t *testing.T) {
	for _, name := range components(t) {
		c := readComponent(t, name)
		for _, in := range []string{"script", "before_script", "after_script"} {
			for line := range strings.Lines(afterKey(c.jobs, in)) {
				if strings.Contains(line, "$[[") {
					t.Errorf("%s: an input is pasted into a shell line: %s", name, line)
				}
			}
		}
		for job, v := range c.fill(t, map[string]string{"job-prefix": "my-", "paths": "a $b c", "stage": "later", "image": "a/b:1"}) {
			body, ok := v.(map[string]any)
			if !ok || !strings.HasPrefix(job, "my-") || body["script"] == nil {
				t.Errorf("%s: %q is no job with the prefix", name, job)
				continue
			}
			if body["stage"] != "later" || body["image"].(map[string]any)["name"] != "a/b:1" {
				t.Errorf("%s: stage %v, image %v", name, body["stage"], body["image"])
			}
			for key, v := range body["variables"].(map[string]any) {
				if variable, ok := v.(map[string]any); !ok || variable["expand"] != false {
					t.Errorf("%s: variable %s is expanded, or may be", name, key)
				}
			}
		}
	}
}

// afterKey is the part of a YAML text below a key: the lines that are indented deeper.
func afterKey(text, key string) string {
	var below strings.Builder
	depth := -1
	for line := range strings.Lines(text) {
		trimmed := strings.TrimLeft(line, " ")
		indent := len(line) - len(trimmed)
		switch {
		case strings.HasPrefix(trimmed, key+":"):
			depth = indent
			below.WriteString(line)
		case depth >= 0 && indent > depth:
			below.WriteString(line)
		default:
			depth = -1
		}
	}
	return below.String()
}

// TestCheckComponentAndCommand: the component and the command mean the same variables and files.
func TestCheckComponentAndCommand(t *testing.T) {
	jobs := readComponent(t, "check").fill(t, map[string]string{"fail-on": "never", "paths": families + " content/company"})
	job := jobs["roleplan-check"].(map[string]any)
	p := newProject(t)
	dir := p.clone(t, "1", "change")
	r := run{env: p.pipeline(dir)}
	for name, v := range job["variables"].(map[string]any) {
		r.env[name] = v.(map[string]any)["value"].(string)
	}
	script := job["script"].([]any)
	args := strings.Fields(script[0].(string))
	if len(script) != 1 || args[0] != "roleplan" {
		t.Fatalf("script %v", script)
	}
	if code := r.main(t, args[1:]...); code != ExitOK {
		t.Errorf("exit code %d; %s", code, r.stderr)
	}
	if _, checked := pagesIn(t, dir, &r); checked != "6 pages" {
		t.Errorf("%s were checked\n%s", checked, r.stdout)
	}
	for kind, report := range job["artifacts"].(map[string]any)["reports"].(map[string]any) {
		if _, err := os.Stat(filepath.Join(dir, report.(string))); err != nil {
			t.Errorf("%s report: %v", kind, err)
		}
	}
}

// TestComponentsBySchema checks both documents of each component, and the project's own pipeline,
// against GitLab's JSON Schema.
func TestComponentsBySchema(t *testing.T) {
	dir := cmp.Or(os.Getenv("ROLEPLAN_REFERENCE"), "../../../shared/reference")
	src, err := os.ReadFile(filepath.Join(dir, "gitlab-ci-schema.json"))
	if os.IsNotExist(err) {
		t.Skipf("GitLab's schema is not there; set ROLEPLAN_REFERENCE to the folder with gitlab-ci-schema.json: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	schema := compileSchema(t, string(src))
	validate := func(doc any) error {
		// Through JSON, so that numbers and keys are what the schema speaks of.
		text, err := json.Marshal(doc)
		if err != nil {
			return err
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
		if err != nil {
			return err
		}
		return schema.Validate(value)
	}
	valid := func(what string, doc any) {
		t.Helper()
		if err := validate(doc); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if validate(map[string]any{"job": map[string]any{"script": "id", "artifacts": map[string]any{"when": "sometimes"}}}) == nil {
		t.Error("the schema takes everything")
	}
	for _, name := range components(t) {
		c := readComponent(t, name)
		src, err := os.ReadFile(filepath.Join(templates, name, "template.yml"))
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(src), "\n---\n")
		var header any
		if err := yaml.Unmarshal([]byte(head), &header); err != nil {
			t.Fatal(err)
		}
		valid(name+": header", header)
		valid(name+": jobs", c.fill(t, nil))
		for in, i := range c.inputs {
			for _, option := range i.values() {
				valid(fmt.Sprintf("%s: jobs with %s=%s", name, in, option), c.fill(t, map[string]string{in: option}))
			}
		}
	}
	own, err := os.ReadFile("../../.gitlab-ci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var pipeline any
	if err := yaml.Unmarshal(own, &pipeline); err != nil {
		t.Fatal(err)
	}
	valid(".gitlab-ci.yml", pipeline)
}

func compileSchema(t *testing.T, src string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
