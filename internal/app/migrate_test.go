package app

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// migrateRun runs the command over a folder.
func migrateRun(t *testing.T, root string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	a := &App{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }}
	code = a.Main(t.Context(), append([]string{"migrate", "--root", root}, args...))
	return code, out.String(), errs.String()
}

// tree writes files into a new folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// files reads all files of a folder but git's own.
func files(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		rel, err := filepath.Rel(root, path)
		if err != nil || d.IsDir() {
			return err
		}
		if d.Type()&fs.ModeSymlink != 0 {
			found[filepath.ToSlash(rel)], err = os.Readlink(path)
			return err
		}
		src, err := os.ReadFile(path)
		found[filepath.ToSlash(rel)] = string(src)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if have, ok := got[name]; !ok || have != text {
			t.Errorf("%s is\n%s\nexpected\n%s", name, have, text)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is there, and should not", name)
		}
	}
}

const (
	oldPage = "---\nlayout: job_family_page\ntitle: Smith\ndescription: Smiths work iron.\n---\n\n## Responsibilities\n\n- Work iron\n"
	newPage = "---\ntitle: Smith\ndescription: Smiths work iron.\n---\n\n## Responsibilities\n\n- Work iron\n"
	place   = "sites/uncategorized/source/job-families/"
)

func TestMigrate(t *testing.T) {
	root := tree(t, map[string]string{
		place + "smithy/index.html.md.erb":       oldPage + "\n<%= job_families('smithy') %>\n",
		place + "smithy/smith/index.html.md":     oldPage,
		place + "smithy/smith/.gitkeep":          "",
		place + "smithy/hammer/index.html.md":    oldPage + "\n![hammer](hammer.png)\n",
		place + "smithy/hammer/hammer.png":       "png",
		"sites/uncategorized/source/other.md":    oldPage,
		"hiring/openings.yml":                    "- id: GHP-1\n  page: " + place + "smithy/smith/index.html.md\n- id: GHP-2\n  page: content/job-families/x.md\n",
		"hiring/openings/GHP-3.yml":              "id: GHP-3\npage: " + place + "smithy/smith/index.html.md\n",
		".roleplan.yml":                          "version: 1\npages: [\"**/source/job-families/**/*.md\", \"**/source/job-families/**/*.md.erb\"]\n",
		"content/job-families/untouched/page.md": "---\ntitle: T\ndescription: D\n---\n",
	})
	before := files(t, root)
	code, stdout, stderr := migrateRun(t, root, "--to", "job-family")
	if code != ExitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	want := files(t, root)
	for name := range want {
		if strings.HasPrefix(name, place) && !strings.HasSuffix(name, "hammer.png") && !strings.HasSuffix(name, ".gitkeep") {
			delete(want, name)
		}
	}
	want["content/job-families/smithy/_index.md"] = newPage + "\n<!-- <%= job_families('smithy') %> -->\n"
	want["content/job-families/smithy/smith.md"] = newPage
	want["content/job-families/smithy/hammer/index.md"] = newPage + "\n![hammer](hammer.png)\n"
	want["hiring/openings.yml"], want[".roleplan.yml"] = before["hiring/openings.yml"], before[".roleplan.yml"]
	same(t, files(t, root), want)
	for _, line := range []string{
		place + "smithy/smith/index.html.md\n  moved to content/job-families/smithy/smith.md\n  line 2: front matter: layout \"job_family_page\" taken out",
		"content/job-families/smithy/_index.md:10:1: by hand: <%= job_families('smithy') %> listed",
		"content/job-families/smithy/hammer/index.md:10:",
		"hiring/openings.yml:1:3: by hand: opening GHP-1 names the page by its old path; write page: content/job-families/smithy/smith.md\n",
		"hiring/openings/GHP-3.yml:1:1: by hand: opening GHP-3 names",
		".roleplan.yml:1:1: by hand: no pattern under \"pages\" matches content/job-families/smithy/",
	} {
		if !strings.Contains(stdout, line) {
			t.Errorf("the report lacks %q:\n%s", line, stdout)
		}
	}
	if strings.Contains(stdout, "GHP-2") {
		t.Errorf("the report speaks of an opening of another page:\n%s", stdout)
	}

	code, stdout, _ = migrateRun(t, root, "--to", "job-family", filepath.Join(root, "content"))
	if code != ExitOK || strings.Contains(stdout, "line ") || strings.Contains(stdout, "moved") {
		t.Errorf("the second time is not without changes (exit code %d):\n%s", code, stdout)
	}
	same(t, files(t, root), want)
}

// TestMigrateInPlace changes a page that lies in its place already, and keeps its mode.
func TestMigrateInPlace(t *testing.T) {
	root := tree(t, map[string]string{"content/job-families/smith.md": oldPage})
	page := filepath.Join(root, "content/job-families/smith.md")
	if err := os.Chmod(page, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := migrateRun(t, root, "--to", "job-family", page); code != ExitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	same(t, files(t, root), map[string]string{"content/job-families/smith.md": newPage})
	if info, err := os.Stat(page); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v (%v)", info.Mode(), err)
	}
}

// TestMigrateDiff gives the difference to git apply: it leads to what migrate writes, whatever the
// names of files.
func TestMigrateDiff(t *testing.T) {
	pages := map[string]string{
		place + "smith/index.html.md":             oldPage,
		place + "a \"quoted\" name/index.html.md": strings.ReplaceAll(oldPage, "\n", "\r\n"),
		place + "Schmied für alles/index.html.md": "\ufeff" + oldPage + "no end",
		place + "line\nbreak/index.html.md.erb":   oldPage + "\n# A\n\n- one\n- two\n",
		"content/job-families/moves-unchanged.md": newPage,
		"content/job-families/no-front-matter.md": "## Responsibilities\n",
	}
	for _, to := range []string{"job-family", "job-description"} {
		asked, done := tree(t, pages), tree(t, pages)
		code, diff, report := migrateRun(t, asked, "--to", to, "--diff")
		if code != ExitOK {
			t.Fatalf("exit code %d: %s", code, report)
		}
		same(t, files(t, asked), pages)
		if code, written, stderr := migrateRun(t, done, "--to", to); code != ExitOK || written != report {
			t.Errorf("exit code %d %s: without --diff the report is\n%s\nwith it\n%s", code, stderr, written, report)
		}
		cmd := exec.Command("git", "apply", "-")
		cmd.Dir, cmd.Stdin = asked, strings.NewReader(diff)
		if out, err := cmd.CombinedOutput(); err != nil && !bytes.Contains(out, []byte("warning")) {
			t.Fatalf("git apply: %v: %s\n%s", err, out, diff)
		}
		same(t, files(t, asked), files(t, done))
	}
}

// TestMigrateLinks keeps links to pages that stay behind.
func TestMigrateLinks(t *testing.T) {
	const page = "---\ntitle: T\ndescription: D\n---\n\n## Responsibilities\n\n- See [a](/job-families/a/), [b](/job-families/b/#x), [gone](/job-families/gone/)\n"
	root := tree(t, map[string]string{"content/job-families/a.md": page, "content/job-families/b/_index.md": page, "content/job-families/c.md": page})
	if code, _, stderr := migrateRun(t, root, "--to", "job-description", filepath.Join(root, "content/job-families/a.md")); code != ExitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	const links = "[a](/job-description-library/a/), [b](/job-families/b/#x), [gone](/job-description-library/gone/)"
	if got := files(t, root)["content/job-description-library/a.md"]; !strings.Contains(got, links) {
		t.Errorf("expected %s in\n%s", links, got)
	}
}

func TestMigrateRefuses(t *testing.T) {
	outside := tree(t, map[string]string{"page.md": oldPage, "folder/job-families/page.md": oldPage})
	tests := []struct {
		name  string
		files map[string]string
		make  func(root string) error
		args  []string
		code  int
		says  string
	}{
		{
			"the place is taken",
			map[string]string{place + "a/index.html.md": oldPage, "content/job-families/a.md": newPage + "other\n"},
			nil,
			[]string{"--to", "job-family"},
			ExitPartly, "its new place content/job-families/a.md is taken",
		},
		{
			"nothing could be done",
			map[string]string{place + "a/index.html.md": oldPage, "content/job-families/a.md": newPage + "other\n"},
			nil,
			[]string{"--to", "job-family", "sites"},
			ExitFailure, "its new place content/job-families/a.md is taken",
		},
		{
			"two pages want one place",
			map[string]string{place + "a/index.html.md": oldPage, "source/job-families/a/index.html.md": oldPage},
			nil,
			[]string{"--to", "job-family"},
			ExitFailure, "another page moves to content/job-families/a.md as well",
		},
		{
			"the page is newer",
			map[string]string{"content/job-description-library/a.md": newPage},
			nil,
			[]string{"--to", "job-family"},
			ExitFailure, "follows the newer profile \"job-description\"",
		},
		{
			"no place in the library",
			map[string]string{"pages/a.md": newPage},
			nil,
			[]string{"--to", "job-description", "pages/a.md"},
			ExitFailure, "has no folder \"job-families\"",
		},
		{
			"a page outside of the root",
			map[string]string{"a.md": newPage},
			nil,
			[]string{"--to", "job-family", filepath.Join(outside, "page.md")},
			ExitFailure, "outside of the root",
		},
		{
			"a link out of the root",
			map[string]string{"a.md": newPage},
			func(root string) error {
				return os.Symlink(filepath.Join(outside, "page.md"), filepath.Join(root, "link.md"))
			},
			[]string{"--to", "job-family", "link.md"},
			ExitFailure, "symbolic link",
		},
		{
			"a folder that is a link out of the root",
			map[string]string{"a.md": newPage},
			func(root string) error {
				return os.Symlink(filepath.Join(outside, "folder"), filepath.Join(root, "content"))
			},
			[]string{"--to", "job-family", "content/job-families/page.md"},
			ExitFailure, "escapes",
		},
		{
			"a new place that is a link out of the root",
			map[string]string{place + "a/index.html.md": oldPage},
			func(root string) error {
				return os.Symlink(filepath.Join(outside, "folder"), filepath.Join(root, "content"))
			},
			[]string{"--to", "job-family"},
			ExitFailure, "escapes",
		},
		{
			"a page that is not there",
			map[string]string{"content/job-families/a.md": newPage},
			nil,
			[]string{"--to", "job-family", "nothing.md"},
			ExitFailure, "nothing.md",
		},
		{"no layout", nil, nil, nil, ExitUsage, "--to \"\""},
		{"the oldest layout", nil, nil, []string{"--to", "job-family-2022"}, ExitUsage, "expected job-family or job-description"},
		{"no site", nil, nil, []string{"--to", "job-family", "--site", "about.gitlab.com"}, ExitUsage, "--site"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := tree(t, tt.files)
			if tt.make != nil {
				if err := tt.make(root); err != nil {
					t.Fatal(err)
				}
			}
			t.Chdir(root)
			before, elsewhere := files(t, "."), files(t, outside)
			code, stdout, stderr := migrateRun(t, ".", tt.args...)
			if code != tt.code || !strings.Contains(stderr, tt.says) {
				t.Errorf("exit code %d, expected %d; it says\n%s%s\nexpected %q", code, tt.code, stdout, stderr, tt.says)
			}
			same(t, files(t, "."), before)
			same(t, files(t, outside), elsewhere)
		})
	}
}
