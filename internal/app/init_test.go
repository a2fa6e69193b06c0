package app

import (
	"bufio"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const initPage = "---\ntitle: Baker\ndescription: Bakes.\n---\n\n## Responsibilities\n\n- Bake bread\n\n## Requirements\n\n- Has baked\n"

func readAll(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestInit: the files are written, work with the other commands, and a second run changes nothing.
func TestInit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"docs/roles/baker.md": initPage, ".gitlab-ci.yml": "# ours\ninclude:\n  - local: a.yml\n"})
	var r run
	if code := r.main(t, "init", "--root", dir); code != ExitOK {
		t.Fatalf("exit %d\n%s", code, r.stderr)
	}
	for _, want := range []string{".roleplan.yml          is written", "hiring/openings.yml    is written", "includes the component now", "Next:\n"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("it does not say %q:\n%s", want, r.stdout)
		}
	}
	before := readAll(t, dir)
	if !strings.Contains(before[".roleplan.yml"], "pages:\n  - 'docs/roles/**/*.md'\n") {
		t.Errorf("configuration:\n%s", before[".roleplan.yml"])
	}
	if code := r.main(t, "init", "--root", dir); code != ExitOK || !strings.Contains(r.stdout, "Nothing to do") {
		t.Errorf("a second time: exit %d\n%s%s", code, r.stdout, r.stderr)
	}
	if !maps.Equal(before, readAll(t, dir)) {
		t.Error("the second run changed something")
	}
	if code := r.main(t, "open", "docs/roles/baker.md", "--root", dir, "--id", "A-1"); code != ExitOK {
		t.Errorf("open: exit %d\n%s", code, r.stderr)
	}
	if code := r.main(t, "check", "--root", dir, "--fail-on", "never"); code != ExitOK {
		t.Errorf("check: exit %d\n%s", code, r.stderr)
	}
}

func TestInitByFlags(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"a.md": initPage})
	var r run
	code := r.main(t, "init", "--root", dir, "--pages", "roles/*.md,jobs/**/*.md", "--profile", "job-family", "--openings", "openings.yml", "--pipeline=false")
	files := readAll(t, dir)
	if code != ExitOK || len(files) != 3 || files["openings.yml"] == "" ||
		!strings.Contains(files[".roleplan.yml"], "profile: job-family\npages:\n  - 'roles/*.md'\n  - 'jobs/**/*.md'\nopenings: {path: 'openings.yml'}\n") {
		t.Errorf("exit %d, %d files, configuration:\n%s%s", code, len(files), files[".roleplan.yml"], r.stderr)
	}
}

func TestInitRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		args  []string
		code  int
		say   string
		left  int // files
	}{
		"a profile that is none":         {nil, []string{"--profile", "old"}, ExitUsage, "profile", 0},
		"a pattern that is none":         {nil, []string{"--pages", "a["}, ExitUsage, "pages", 0},
		"an openings file outside":       {nil, []string{"--openings", "../x.yml"}, ExitUsage, "openings.path", 0},
		"a configuration with mistakes":  {map[string]string{".roleplan.yml": "version: 2\n"}, nil, ExitUsage, "version", 1},
		"a pipeline that can't be added": {map[string]string{".gitlab-ci.yml": "include: a.yml\n"}, nil, ExitOK, "- component: $CI_SERVER_FQDN", 3},
		"openings of another project":    {map[string]string{".roleplan.yml": "version: 1\nopenings: {project: a/b}\n"}, nil, ExitOK, "are kept in the project a/b", 2},
		"a folder of openings":           {map[string]string{"hiring/openings/a.yml": "id: a\npage: b.md\n"}, nil, ExitOK, "hiring/openings        is there already", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFiles(t, dir, test.files)
			var r run
			code := r.main(t, append([]string{"init", "--root", dir}, test.args...)...)
			if code != test.code || !strings.Contains(r.stdout+r.stderr, test.say) {
				t.Errorf("exit %d\n%s%s\nwant %d and %q", code, r.stdout, r.stderr, test.code, test.say)
			}
			if files := readAll(t, dir); len(files) != test.left {
				t.Errorf("%d files are there; want %d", len(files), test.left)
			}
		})
	}
}

// TestInitAsks: answers on a terminal count, and an empty one takes what was found.
func TestInitAsks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var stdout, stderr bytes.Buffer
	a := &App{Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" }}
	ask := &asker{in: bufio.NewScanner(strings.NewReader("roles/*.md\n\nopen.yml\nn\n")), out: &stderr}
	if err := a.initRepository(initFlags{root: dir, pipeline: true}, ask); err != nil {
		t.Fatal(err)
	}
	files := readAll(t, dir)
	if files["open.yml"] == "" || files[".gitlab-ci.yml"] != "" || !strings.Contains(files[".roleplan.yml"], "- 'roles/*.md'") {
		t.Errorf("%v\n%s", files, stderr.String())
	}
}
