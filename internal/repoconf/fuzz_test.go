package repoconf

import (
	"errors"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/strictyaml"
)

// FuzzParse wants a configuration that can be asked, or errors with their places.
func FuzzParse(f *testing.F) {
	for _, src := range []string{
		"version: 1\n", "version: 2\n", "", "pages: [\"**/*.md\", \"[\"]\n", "rules: {spelling: {severity: info, allow: [gitlab]}, level-order: off}\n",
		"overrides:\n  - paths: [\"a/**\"]\n    rules: {heading-level: {severity: off, allow: [x]}}\n", "overrides: [{}, null]\n", "labels: {stage: \"a::{{.Order}} {{.Nam\"}\n",
		"openings: {path: ../x.yml}\n", "plan: &a {steps: tasks}\ncomment: *a\n", "rules: {a: {b: {c: d}}}\n", "version: 1\nversion: 1\n", "\tx", "--- 1\n--- 2\n",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := Parse(Name, src)
		if err == nil {
			c.IsPage("content/job-families/a.md")
			c.IsOpenings("hiring/openings.yml")
			c.RulesFor("content/job-families/a.md")
			Fill(c.Labels.Stage, map[string]string{"Order": "1", "Name": "Screening"})
			err = c.UnknownRule(Name, []string{"spelling"})
		}
		var all strictyaml.Errors
		if err != nil && (!errors.As(err, &all) || len(all) == 0) {
			t.Fatalf("the error is %#v", err)
		}
		for _, e := range all {
			if e.Line < 1 || e.Column < 1 || e.Message == "" {
				t.Errorf("error without place or words: %+v", e)
			}
		}
	})
}
