package app

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// TestSchemaFiles: the files in the folder schema are what the program prints.
func TestSchemaFiles(t *testing.T) {
	for _, name := range []string{"config", "openings"} {
		var r run
		if code := r.main(t, "schema", name); code != 0 {
			t.Fatalf("%s: code %d, %s", name, code, r.stderr)
		}
		file := filepath.Join("..", "..", "schema", name+".schema.json")
		if *update {
			if err := os.WriteFile(file, []byte(r.stdout), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		have, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(have) != r.stdout {
			t.Errorf("%s is not what `roleplan schema %s` prints; run `make golden`", file, name)
		}
	}
	var r run
	if code := r.main(t, "schema", "other"); code != ExitUsage {
		t.Errorf("code %d", code)
	}
}

// TestSchemasAgree: what a reader takes its schema takes, and what the one refuses the other does.
func TestSchemasAgree(t *testing.T) {
	doc, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(doc), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d blocks of YAML in the documentation, want the configuration and the openings", len(blocks))
	}
	config := func(src []byte) error {
		conf, err := repoconf.Parse("x.yml", src)
		if err == nil {
			err = conf.UnknownRule("x.yml", rule.Names())
		}
		return err
	}
	list := func(src []byte) error { _, err := openings.Parse("x.yml", src); return err }
	for _, test := range []struct {
		schema string
		parse  func([]byte) error
		ok     bool
		src    string
	}{
		{"config", config, true, blocks[0][1]},
		{"openings", list, true, blocks[1][1]},
		{"config", config, true, "version: 1\nrules:\noverrides: []\npages:\nplan:\n"},
		{"config", config, true, "rules: {level-order: off, spelling: {severity: info, allow: [Gitaly]}, step-wording: {severity: error}}\n"},
		{"config", config, true, "plan: {project: acme/hiring, steps: checklist, confidential: false, board: true, step_days: 0}\nteam: {path: data/people}\n"},
		{"config", config, true, "labels: {opening: search, stage: \"s::{{ .Order }} {{.Name}}\", renamed: {opening: [opening], role: [\"job::{{.Role}}\"]}}\n"},
		{"config", config, true, "profile: acme\nprofiles: {acme: {paths: [\"jobs/**\"], front_matter: [title, owner], sections: [], grade: job_level}, b2: }\n"},
		{"config", config, false, "profiles: {job-family: {}}\n"},
		{"config", config, false, "profiles: {Acme: {}}\n"},
		{"config", config, false, "profiles: {acme: {sections: [levels]}}\n"},
		{"config", config, false, "profiles: {acme: {grade: grade}}\n"},
		{"config", config, false, "profiles: {acme: {pages: [a]}}\n"},
		{"config", config, false, "version: 2\n"},
		{"config", config, false, "versions: 1\n"},
		{"config", config, false, "profile: An other\n"},
		{"config", config, false, "plan: {steps: task}\n"},
		{"config", config, false, "plan: {step_days: 61}\n"},
		{"config", config, false, "plan: {board: perhaps}\n"},
		{"config", config, false, "plan: [tasks]\n"},
		{"config", config, false, "team: {path: /etc/team.yml}\n"},
		{"config", config, false, "labels: {role: \"role::{{.Roll}}\"}\n"},
		{"config", config, false, "labels: {opening: \"x {{.Role}}\"}\n"},
		{"config", config, false, "labels: {renamed: {opening: [\"{{.Role}}\"]}}\n"},
		{"config", config, false, "rules: {no-such-rule: off}\n"},
		{"config", config, false, "rules: {level-order: hard}\n"},
		{"config", config, false, "rules: {level-order: {allow: [x]}}\n"},
		{"config", config, false, "overrides: [{rules: {level-order: off}}]\n"},
		{"config", config, false, "comment: {mode: sometimes}\n"},
		{"config", config, false, "comment: {threads: -1}\n"},
		{"config", config, false, "commands: {name: \"two words\"}\n"},
		{"config", config, false, "commands: {role: guest}\n"},
		{"config", config, false, "pages: content\n"},
		{"openings", list, true, "[]\n"},
		{"openings", list, true, "- {id: 1042, page: a/b.md}\n"},
		{"openings", list, true, "id: GHP-1\npage: a/b.md\nlevel: Senior\nspecialty: X\ntype: backfill\ncount: 3\nlocation: Remote\nhiring_manager: ana\nrecruiter: bo\ninterviewers: {CTO: [cy], \"2\": [dee]}\ntarget_start: 2027-02-01\npriority: low\nstatus: on_hold\n"},
		{"openings", list, false, "- {page: a/b.md}\n"},
		{"openings", list, false, "- {id: GHP-1}\n"},
		{"openings", list, false, "- {id: \"GHP 1\", page: a.md}\n"},
		{"openings", list, false, "- {id: GHP-1, page: /a.md}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, type: new}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, count: 0}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, count: 51}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, count: one}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, hiring_manager: \"@ana\"}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, interviewers: {CTO: cy}}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, interviewers: {CTO: [\"c y\"]}}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, target_start: soon}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, priority: urgent}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, status: closed}\n"},
		{"openings", list, false, "- {id: GHP-1, page: a.md, manager: ana}\n"},
	} {
		var r run
		if r.main(t, "schema", test.schema) != 0 {
			t.Fatal(r.stderr)
		}
		var value any
		if err := yaml.Unmarshal([]byte(test.src), &value); err != nil {
			t.Fatal(err)
		}
		schema := compileSchema(t, r.stdout)
		if err := test.parse([]byte(test.src)); (err == nil) != test.ok {
			t.Errorf("%q: the reader says %v", test.src, err)
		}
		text, err := json.Marshal(daysAsText(value)) // so that numbers and keys are what the schema speaks of
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); (err == nil) != test.ok {
			t.Errorf("%q: the schema says %v", test.src, err)
		}
	}
}

// daysAsText writes days as text, as editors read them.
func daysAsText(v any) any {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case map[string]any:
		for key, one := range v {
			v[key] = daysAsText(one)
		}
	case []any:
		for i, one := range v {
			v[i] = daysAsText(one)
		}
	}
	return v
}
