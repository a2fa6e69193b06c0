package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
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

// refuses tells which inputs of an include GitLab would refuse: unknown ones and values that are not
// allowed. The local runner takes them in silence.
func (c component) refuses(inputs map[string]any) (mistakes []string) {
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		in, known := c.inputs[name]
		_, isBool := inputs[name].(bool)
		switch value := fmt.Sprint(inputs[name]); {
		case !known:
			mistakes = append(mistakes, name+" is no input")
		case !in.allows(value) || isBool != (in.Type == "boolean"):
			mistakes = append(mistakes, fmt.Sprintf("%s can't be %q", name, value))
		}
	}
	return mistakes
}

// inputsOf reads the inputs of an include.
func inputsOf(t *testing.T, text string) map[string]any {
	t.Helper()
	var inputs map[string]any
	if err := yaml.Unmarshal([]byte(text), &inputs); err != nil {
		t.Fatal(err)
	}
	return inputs
}

// oddValues are values of inputs without options, each the oddest that is allowed.
var oddValues = map[string]string{
	"stage": ".pre", "job-prefix": "-1_", "image": "$CI_REGISTRY_IMAGE:a@sha256:b", "paths": " -a ./b/c_d.md  .. ",
}

// combinations are all inputs with all their values, and with a second one beside the default of
// those that have no list.
func (c component) combinations() iter.Seq[map[string]string] {
	all := []map[string]string{{}}
	for name, in := range c.inputs {
		values := in.Options
		switch {
		case in.Type == "boolean":
			values = []string{"true", "false"}
		case values == nil:
			values = []string{*in.Default, oddValues[name]}
		}
		var longer []map[string]string
		for _, begun := range all {
			for _, v := range values {
				next := maps.Clone(begun)
				next[name] = v
				longer = append(longer, next)
			}
		}
		all = longer
	}
	return slices.Values(all)
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
	}
}

// TestIncludes: the project's own pipeline, the README and the page of each component include it, in a way that
// GitLab takes.
func TestIncludes(t *testing.T) {
	pipeline, err := os.ReadFile("../../.gitlab-ci.yml")
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{string(pipeline)}
	for name, page := range guides(t) {
		if name != "README.md" && filepath.Dir(name) != "docs/components" {
			continue
		}
		blocks, _ := fences(page)
		for _, f := range blocks {
			if f.language == "yaml" {
				texts = append(texts, f.text)
			}
		}
	}
	seen := map[string]int{}
	for _, text := range texts {
		for name, mistakes := range includeMistakes(t, text) {
			seen[name]++
			for _, m := range mistakes {
				t.Errorf("component %s: %s in\n%s", name, m, text)
			}
		}
	}
	for _, name := range components(t) {
		if seen[name] < 3 {
			t.Errorf("component %s is included %d times", name, seen[name])
		}
	}
}

// includeMistakes are what GitLab would refuse of the includes of components in a text, by component.
func includeMistakes(t *testing.T, text string) map[string][]string {
	t.Helper()
	var doc struct {
		Include []struct {
			Component string
			Inputs    map[string]any
		}
	}
	if !strings.Contains(text, "component:") || yaml.Unmarshal([]byte(text), &doc) != nil {
		return nil
	}
	found := map[string][]string{}
	for _, include := range doc.Include {
		address, version, versioned := strings.Cut(include.Component, "@")
		name := address[strings.LastIndex(address, "/")+1:]
		if !slices.Contains(components(t), name) || !versioned || version == "" {
			found[name] = append(found[name], include.Component+" is no component with a version")
			continue
		}
		found[name] = append(found[name], readComponent(t, name).refuses(include.Inputs)...)
	}
	return found
}

func TestIncludeMistakes(t *testing.T) {
	for inputs, want := range map[string]string{
		`{fail-on: warning, stage: test}`: "",
		`{fail_on: warning}`:              "fail_on is no input",
		`{fail-on: fatal}`:                `fail-on can't be "fatal"`,
		`{paths: "$(id)"}`:                `paths can't be "$(id)"`,
		`{paths: "a\nb"}`:                 `paths can't be "a\nb"`,
		`{stage: true}`:                   `stage can't be "true"`,
		`{job-prefix: "my check"}`:        `job-prefix can't be "my check"`,
	} {
		got := includeMistakes(t, "include:\n  - component: $CI_SERVER_FQDN/a/b/check@1\n    inputs: "+inputs+"\n")["check"]
		if strings.Join(got, "; ") != want {
			t.Errorf("%s: %q, want %q", inputs, got, want)
		}
	}
	for _, address := range []string{"$CI_SERVER_FQDN/a/b/check", "$CI_SERVER_FQDN/a/b/check@", "$CI_SERVER_FQDN/a/b/other@1"} {
		for _, got := range includeMistakes(t, "include:\n  - component: "+address+"\n") {
			if len(got) == 0 {
				t.Errorf("%s is taken", address)
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
		for values := range c.combinations() {
			valid(fmt.Sprintf("%s: jobs with %v", name, values), c.fill(t, values))
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
