package setup_test

import (
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/setup"
)

const rolePage = "---\ntitle: Baker\ndescription: Bakes.\n---\n\n## Responsibilities\n\n- Bake bread\n\n## Requirements\n\n- Has baked\n"

func tree(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func TestDetect(t *testing.T) {
	t.Parallel()
	old := strings.Replace(rolePage, "---\n", "---\nlayout: job_family_page\n", 1)
	tests := []struct {
		name  string
		files map[string]string
		want  setup.Layout
	}{
		{"nothing", nil, setup.Layout{Profile: "auto"}},
		{"where the defaults look", map[string]string{
			"content/job-families/a/baker.md": rolePage, "content/job-families/_index.md": "# x", "elsewhere/miller.md": rolePage,
		}, setup.Layout{Found: 1, Profile: "job-family"}},
		{"pages of two layouts", map[string]string{
			"content/job-families/a.md": rolePage, "content/job-families/b.md": old,
		}, setup.Layout{Found: 2, Profile: "auto"}},
		{"the library of 2026", map[string]string{"content/job-description-library/a/b.md": rolePage}, setup.Layout{Found: 1, Profile: "job-description"}},
		{"a folder of another name", map[string]string{
			"docs/roles/craft/baker.md": rolePage, "docs/roles/office/clerk.md": rolePage, "docs/roles/README.md": "# How to write roles",
			"docs/other/page.md": "# Responsibilities of all\n", "node_modules/x/role.md": rolePage, ".github/role.md": rolePage,
		}, setup.Layout{Pages: []string{"docs/roles/**/*.md"}, Found: 2, Profile: "job-family"}},
		{
			"two folders, and signs of patterns",
			map[string]string{"people/[a]/baker.md": rolePage, "work/clerk.md": rolePage},
			setup.Layout{Pages: []string{`people/\[a]/**/*.md`, "work/**/*.md"}, Found: 2, Profile: "job-family"},
		},
		{"at the root", map[string]string{"baker.md": rolePage, "README.md": "# x"}, setup.Layout{Pages: []string{"*.md"}, Found: 1, Profile: "job-family"}},
		{"the team", map[string]string{"data/public/team_members/person/a.yml": "x"}, setup.Layout{Profile: "auto", Team: "data/public/team_members/person"}},
		{"the team where the default looks", map[string]string{"data/team.yml": "x", "data/team_members/person/a.yml": "x"}, setup.Layout{Profile: "auto"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := setup.Detect(tree(test.files))
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
			conf, err := repoconf.Parse(repoconf.Name, setup.Config(got, "hiring/it's.yml"))
			if err != nil || conf.Profile != got.Profile || conf.Openings.Path != "hiring/it's.yml" || got.Team != "" && conf.Team.Path != got.Team {
				t.Fatalf("the configuration reads as %+v, %v", conf, err)
			}
			pages := 0
			for name, text := range test.files {
				if text != "x" && conf.IsPage(name) {
					pages++
				}
			}
			if pages < got.Found {
				t.Errorf("%d pages are found by the configuration; want %d at least", pages, got.Found)
			}
		})
	}
}

func TestOpeningsAreNone(t *testing.T) {
	t.Parallel()
	list, err := openings.Parse("openings.yml", setup.Openings())
	if err != nil || len(list) != 0 {
		t.Errorf("%d openings, %v; want none", len(list), err)
	}
	// Without the signs of a comment the example is an opening.
	_, example, _ := strings.Cut(string(setup.Openings()), "#\n")
	list, err = openings.Parse("openings.yml", []byte(strings.ReplaceAll(example, "# ", "")))
	if err != nil || len(list) != 1 {
		t.Errorf("the example reads as %d openings, %v", len(list), err)
	}
}

func TestInclude(t *testing.T) {
	t.Parallel()
	const item = "- component: $CI_SERVER_FQDN/roleplan/roleplan/check@1"
	tests := []struct{ name, src, want string }{
		{"no file", "", "include:\n  " + item + "\n"},
		{"comments alone", "# ours\n", "# ours\ninclude:\n  " + item + "\n"},
		{"no include", "# ours\njob: {script: [make]} # fast", "# ours\njob: {script: [make]} # fast\n\ninclude:\n  " + item + "\n"},
		{"ends in a block of text", "job:\n  script:\n    - |\n      make\n", "job:\n  script:\n    - |\n      make\n\ninclude:\n  " + item + "\n"},
		{"a list", "include:\n  # the rest\n  - local: a.yml # x\n\njob: {script: [make]}\n", "include:\n  " + item + "\n  # the rest\n  - local: a.yml # x\n\njob: {script: [make]}\n"},
		{"a list that is not indented", "include:\n- local: a.yml\n", "include:\n" + item + "\n- local: a.yml\n"},
		{"a comment behind the key", "include: # all\n    - a.yml\n", "include: # all\n    " + item + "\n    - a.yml\n"},
		{"a document's first line", "---\nstages: [test]\n", "---\nstages: [test]\n\ninclude:\n  " + item + "\n"},
		{"other line ends", "include:\r\n  - local: a.yml\r\n", "include:\r\n  " + item + "\r\n  - local: a.yml\r\n"},
		{"anchors and tags", ".a: &a {script: [make]}\njob: {<<: *a, rules: !reference [.b, rules]}\n", ".a: &a {script: [make]}\njob: {<<: *a, rules: !reference [.b, rules]}\n\ninclude:\n  " + item + "\n"},
		{"in a comment", "# - component: x/roleplan/roleplan/check@1\n", "# - component: x/roleplan/roleplan/check@1\ninclude:\n  " + item + "\n"},
		{"there already", "include:\n  - component: gitlab.example.com/roleplan/roleplan/check@0123abc\n", "include:\n  - component: gitlab.example.com/roleplan/roleplan/check@0123abc\n"},

		{"one include without a list", "include: a.yml\n", ""},
		{"one include as a mapping", "include:\n  local: a.yml\n", ""},
		{"in brackets", "include: [a.yml]\n", ""},
		{"nothing behind the key", "include:\njob: {script: [make]}\n", ""},
		{"two documents", "spec: {inputs: {a: {}}}\n---\njob: {script: [make]}\n", ""},
		{"ended by dots", "job: {script: [make]}\n...\n", ""},
		{"no YAML", "job: {script: [\n", ""},
		{"a key twice", "a: 1\na: 2\n", ""},
		{"a list at the top", "- a\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			after, ok := setup.Include([]byte(test.src))
			if ok != (test.want != "") || ok && string(after) != test.want {
				t.Fatalf("got %v\n%s\nwant\n%s", ok, after, test.want)
			}
			if !ok {
				return
			}
			if again, ok := setup.Include(after); !ok || string(again) != string(after) {
				t.Errorf("a second time: %v\n%s", ok, again)
			}
		})
	}
}

// FuzzInclude: whatever is changed only gains a line or a key, and a second time changes nothing.
func FuzzInclude(f *testing.F) {
	f.Add("include:\n- a.yml\n")
	f.Add("a: |\n  x\n")
	f.Fuzz(func(t *testing.T, src string) {
		after, ok := setup.Include([]byte(src))
		if !ok {
			return
		}
		rest := string(after)
		for line := range strings.Lines(src) {
			at := strings.Index(rest, strings.TrimRight(line, "\r\n"))
			if at < 0 {
				t.Fatalf("%q is gone from %q", line, after)
			}
			rest = rest[at:]
		}
		if again, ok := setup.Include(after); !ok || string(again) != string(after) {
			t.Errorf("a second time %v %q", ok, again)
		}
	})
}
