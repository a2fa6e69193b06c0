package repoconf

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

func TestParse(t *testing.T) {
	c, err := Parse(Name, []byte(`version: 1
pages: ["jobs/**/*.md"]
ignore: ["jobs/old/**"]
rules:
  missing-career-ladder: warning
  step-wording: {severity: off}
comment: {mode: on_findings, threads: 3, drafts: true}
openings: {path: people/openings.yml}
plan: {project: acme/hiring, steps: issues, confidential: false}
labels: {stage: "step::{{ .Name }}"}
`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"jobs/a/b.md": true, "jobs/old/a.md": false, "content/job-families/a.md": false} {
		if c.IsPage(path) != want {
			t.Errorf("IsPage(%q) is %v", path, !want)
		}
	}
	for path, want := range map[string]bool{"people/openings.yml": true, "people/openings/GHP-1.yml": true, "people/openings/a/b.yml": false, "people/openings/README.md": false} {
		if c.IsOpenings(path) != want {
			t.Errorf("IsOpenings(%q) is %v", path, !want)
		}
	}
	s := c.Severities()
	if s["missing-career-ladder"] != finding.Warning || s["step-wording"] != finding.Off || len(s) != 2 {
		t.Errorf("severities %v", s)
	}
	if c.Plan.Confidential || c.Plan.Steps != StepsIssues || c.Comment != (Comment{CommentOnFindings, 3, true}) || c.Labels.Role != "role::{{.Role}}" {
		t.Errorf("read as %+v", c)
	}
}

func TestDefaults(t *testing.T) {
	for _, src := range []string{"", "version: 1\n", "# nothing\n"} {
		c, err := Parse(Name, []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]bool{
			"content/job-families/product/technical-program-manager.md": true, "content/job-families/_index.md": false,
			"sites/handbook/source/job-families/a/index.html.md.erb": true, "content/job-description-library/x.md": true, "README.md": false,
		} {
			if c.IsPage(path) != want {
				t.Errorf("%q: IsPage(%q) is %v", src, path, !want)
			}
		}
		if !c.IsOpenings("hiring/openings.yml") || !c.Plan.Confidential || c.Comment != (Comment{CommentAlways, 10, false}) {
			t.Errorf("defaults %+v", c)
		}
	}
}

func TestMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"profle: auto\n":                           `.roleplan.yml:1:1: profle: is not known here; expected "profile", perhaps`,
		"profile: acm\nprofiles: {acme: {}}\n":     `.roleplan.yml:1:10: profile: "acm" is not allowed; expected one of auto, job-family-2022, job-family, job-description, or a name under profiles`,
		"profiles: {job-family: {}}\n":             `.roleplan.yml:1:12: profiles[job-family]: "job-family" is not allowed; expected a name of small letters`,
		"profiles:\n  a:\n    sections: [x]\n":     `.roleplan.yml:3:16: profiles[a].sections[0]: "x" is not allowed; expected one of responsibilities,`,
		"profiles:\n  a: {grade: level}\n":         `.roleplan.yml:2:14: profiles[a].grade: "level" is not allowed; expected one of job_grade, job_level`,
		"profiles:\n  a: {paths: [\"a[\"]}\n":      `.roleplan.yml:2:15: profiles[a].paths[0]: "a[" is not allowed; expected a pattern`,
		"profiles:\n  a: {front_matter: [\"\"]}\n": `.roleplan.yml:2:22: profiles[a].front_matter[0]: is missing`,
		"profiles:\n  a: {section: [a]}\n":         `.roleplan.yml:2:7: profiles[a].section: is not known here; expected "sections", perhaps`,
		"version: 2\n":                             `.roleplan.yml:1:1: version: "2" is not known; expected 1`,
		"pages: [\"a[\"]\n":                        `.roleplan.yml:1:9: pages[0]: "a[" is not allowed; expected a pattern like`,
		"rules: {a: loud}\n":                       `.roleplan.yml:1:12: rules[a]: severity "loud" is not known`,
		"rules: {level-order: {allow: [a]}}\n":     `.roleplan.yml:1:22: rules.level-order.allow: is for the rule "spelling" only`,
		"overrides: [{rules: {a: off}}]\n":         `.roleplan.yml:1:13: overrides[0].paths: is missing; it has to be given`,
		"overrides: [{paths: [\"a[\"]}]\n":         `.roleplan.yml:1:22: overrides[0].paths[0]: "a[" is not allowed; expected a pattern like`,
		"comment: {mode: sometimes}\n":             `.roleplan.yml:1:17: comment.mode: "sometimes" is not allowed; expected one of always, on_findings, off`,
		"comment: {threads: 101}\n":                `.roleplan.yml:1:20: comment.threads: "101" is too large; expected at most 100`,
		"commands: {name: /merge}\n":               `.roleplan.yml:1:18: commands.name: "/merge" is not allowed; expected a word of letters`,
		"commands: {role: guest}\n":                `.roleplan.yml:1:18: commands.role: "guest" is not allowed; expected one of developer, maintainer, owner`,
		"openings: {path: ../secret.yml}\n":        `.roleplan.yml:1:18: openings.path: "../secret.yml" is not allowed; expected a path within`,
		"status: {fail_on: never}\n":               `.roleplan.yml:1:19: status.fail_on: "never" is not allowed; expected one of error, warning, info`,
		"openings: {named: perhaps}\n":             `.roleplan.yml:1:19: openings.named: "perhaps" is not true or false`,
		"openings: {names: true}\n":                `openings.names: is not known here; expected "named", perhaps`,
		"labels: {stage: \"{{.Nam}}\"}\n":          `.roleplan.yml:1:17: labels.stage: "{{.Nam}}" is not allowed; expected a name with fields`,
		"labels: {opening: \"o{{.Role}}\"}\n":      `expected a plain name`,
		"plan: {confidential: perhaps}\n":          `.roleplan.yml:1:22: plan.confidential: "perhaps" is not true or false`,
	} {
		_, err := Parse(Name, []byte(src))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v\nwant %s", src, err, want)
		}
	}
}

func TestUnknownRule(t *testing.T) {
	c, err := Parse(Name, []byte("rules:\n  step-wordng: off\n"))
	if err != nil {
		t.Fatal(err)
	}
	err = c.UnknownRule(Name, []string{"step-wording", "level-order"})
	if err == nil || !strings.Contains(err.Error(), `.roleplan.yml:2:16: rules.step-wordng: is no rule; perhaps "step-wording"`) {
		t.Errorf("error %v", err)
	}
	if err := c.UnknownRule(Name, []string{"step-wordng"}); err != nil {
		t.Errorf("error %v", err)
	}
}

func TestRulesFor(t *testing.T) {
	c, err := Parse(Name, []byte(`
rules:
  spelling: {allow: [Gitaly]}
  step-wording: off
overrides:
  - paths: ["jobs/old/**"]
    rules: {step-wording: error, spelling: {severity: info, allow: [Rspack]}}
  - paths: ["**/old/a.md"]
    rules: {step-wording: warning}
`))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		set   map[string]finding.Severity
		allow []string
	}{
		"jobs/a.md":     {map[string]finding.Severity{"step-wording": finding.Off}, []string{"Gitaly"}},
		"jobs/old/b.md": {map[string]finding.Severity{"step-wording": finding.Error, "spelling": finding.Info}, []string{"Gitaly", "Rspack"}},
		"jobs/old/a.md": {map[string]finding.Severity{"step-wording": finding.Warning, "spelling": finding.Info}, []string{"Gitaly", "Rspack"}},
	} {
		set, allow := c.RulesFor(path)
		if !maps.Equal(set, want.set) || !slices.Equal(allow, want.allow) {
			t.Errorf("%s: %v %v, want %v", path, set, allow, want)
		}
	}
	err = c.UnknownRule(Name, []string{"spelling"})
	for _, want := range []string{`rules.step-wording: is no rule`, `.roleplan.yml:7:27: overrides[0].rules.step-wording: is no rule`, `overrides[1].rules.step-wording`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestLayout(t *testing.T) {
	const own = "profiles:\n  b: {paths: [\"jobs/**\"], sections: []}\n  a: {paths: [\"jobs/old/**\"], front_matter: [owner], sections: [hiring_process], grade: job_level}\n"
	a := &hiring.Layout{FrontMatter: []string{"owner"}, Sections: []hiring.SectionKind{hiring.SectionHiringProcess}, Grade: hiring.HeadingJobLevel}
	b := &hiring.Layout{FrontMatter: []string{"title"}, Grade: hiring.HeadingJobGrade}
	for _, test := range []struct {
		src, path string
		want      *hiring.Layout
	}{
		{"", "jobs/a.md", nil},
		{"profile: auto\n", "jobs/a.md", nil},
		{"profile: job-description\n", "jobs/a.md", new(hiring.ProfileJobDescription.Layout())},
		{own, "content/a.md", nil},
		{own, "jobs/a.md", b},
		{own, "jobs/old/a.md", a}, // both fit
		{"profile: a\n" + own, "content/a.md", a},
		{"profile: job-description\n" + own, "jobs/a.md", new(hiring.ProfileJobDescription.Layout())},
		{"profile: c\nprofiles: {c: }\n", "a.md", &hiring.Layout{FrontMatter: []string{"title"}, Sections: hiring.Askable(), Grade: hiring.HeadingJobGrade}},
	} {
		c, err := Parse(Name, []byte(test.src))
		if err != nil {
			t.Errorf("%q: %v", test.src, err)
			continue
		}
		if got := c.Layout(test.path); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q, %q: %+v, want %+v", test.src, test.path, got, test.want)
		}
	}
}

func TestFill(t *testing.T) {
	got := Fill("hiring::{{.Order}}  {{ .Name }}", map[string]string{"Order": "1", "Name": "Screening\ncall"})
	if got != "hiring::1 Screening call" {
		t.Errorf("filled %q", got)
	}
}
