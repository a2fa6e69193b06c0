package app

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"gitlab.com/roleplan/roleplan/internal/repoconf"
)

// TestPreCommitHooks: each hook is a command there is, takes paths, and is for the pages of the
// defaults alone.
func TestPreCommitHooks(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("../../.pre-commit-hooks.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var hooks []struct {
		ID, Name, Description, Entry, Language, Files, Exclude string
		Serial                                                 bool `yaml:"require_serial"`
	}
	if err := yaml.Unmarshal(src, &hooks); err != nil || len(hooks) != 2 {
		t.Fatalf("%d hooks, %v", len(hooks), err)
	}
	conf := repoconf.Default()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"content/job-families/baker.md": initPage})
	for _, h := range hooks {
		files, exclude := regexp.MustCompile(h.Files), regexp.MustCompile(h.Exclude)
		for path, want := range map[string]bool{
			"content/job-families/a/b.md": true, "content/job-description-library/b.md": true, "sites/x/source/job-families/a.md.erb": true,
			"content/job-families/_index.md": false, "content/handbook/a.md": false, "README.md": false, "content/job-families/a.png": false,
		} {
			if got := files.MatchString(path) && !exclude.MatchString(path); got != want || conf.IsPage(path) != want {
				t.Errorf("%s: %s is for it: %v; the configuration says %v, want %v", h.ID, path, got, conf.IsPage(path), want)
			}
		}
		words := strings.Fields(h.Entry)
		var r run
		if code := r.main(t, append(words[1:], "--root", dir, dir+"/content/job-families/baker.md")...); words[0] != "roleplan" || code > ExitFindings || !h.Serial {
			t.Errorf("%s: exit %d\n%s", h.ID, code, r.stderr)
		}
	}
}
