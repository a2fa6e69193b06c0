package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	slips  = "---\ntitle: Cook\n---\n\n## Requirements\n\n- Recieve a whitelist\n- `recieve`\n"
	mended = "---\ntitle: Cook\n---\n\n## Requirements\n\n- Receive an allowlist\n- `recieve`\n"
)

// read is the content of a file.
func read(t *testing.T, elements ...string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

func kitchen(t *testing.T) string {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"content/job-families/cook.md": slips,
		"content/job-families/chef.md": strings.ReplaceAll(slips, "\n", "\r\n"),
		"content/job-families/fine.md": mended,
		"content/company/cook.md":      slips,
	})
	return dir
}

func TestFix(t *testing.T) {
	dir := kitchen(t)
	cook := filepath.Join(dir, "content/job-families/cook.md")
	if err := os.Chmod(cook, 0o640); err != nil {
		t.Fatal(err)
	}
	r := run{dir: dir}
	if code := r.main(t, "fix"); code != ExitOK {
		t.Errorf("exit code %d: %s", code, r.stderr)
	}
	for _, want := range []string{
		`content/job-families/cook.md:7:3: "Recieve" is spelt wrong; write "Receive" [spelling]`,
		`content/job-families/cook.md:7:13: "whitelist" is better said "allowlist" [misused-word]`,
		"4 findings mended in 2 pages\n",
	} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("standard output lacks %q:\n%s", want, r.stdout)
		}
	}
	if got := read(t, cook); got != mended {
		t.Errorf("mended to %q", got)
	}
	if got := read(t, dir, "content/job-families/chef.md"); got != strings.ReplaceAll(mended, "\n", "\r\n") {
		t.Errorf("mended to %q", got)
	}
	if got := read(t, dir, "content/company/cook.md"); got != slips {
		t.Error("a page was mended that is no role page")
	}
	if info, err := os.Stat(cook); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again := run{dir: dir}
	if code := again.main(t, "fix"); code != ExitOK || again.stdout != "0 findings mended in 0 pages\n" {
		t.Errorf("again: exit code %d, %s", code, again.stdout)
	}
	if entries, _ := os.ReadDir(filepath.Dir(cook)); len(entries) != 3 {
		t.Errorf("left over: %v", entries)
	}
}

func TestFixDiff(t *testing.T) {
	dir := kitchen(t)
	r := run{dir: dir}
	if code := r.main(t, "fix", "--diff", "content/job-families/cook.md"); code != ExitOK {
		t.Errorf("exit code %d: %s", code, r.stderr)
	}
	const want = "--- a/content/job-families/cook.md\n+++ b/content/job-families/cook.md\n@@ -4,5 +4,5 @@\n \n ## Requirements\n \n-- Recieve a whitelist\n+- Receive an allowlist\n - `recieve`\n"
	if r.stdout != want {
		t.Errorf("got\n%s\nwant\n%s", r.stdout, want)
	}
	if !strings.Contains(r.stderr, "2 findings mended in 1 page") {
		t.Errorf("standard error: %s", r.stderr)
	}
	if got := read(t, dir, "content/job-families/cook.md"); got != slips {
		t.Error("the page was written")
	}
}

// TestFixAsConfigured mends nothing by rules that are off for a page, nor words that are allowed.
func TestFixAsConfigured(t *testing.T) {
	dir := kitchen(t)
	writeFiles(t, dir, map[string]string{".roleplan.yml": "rules:\n  spelling: {allow: [recieve]}\noverrides:\n  - paths: [\"**/chef.md\"]\n    rules: {misused-word: off}\n"})
	r := run{dir: dir}
	if code := r.main(t, "fix"); code != ExitOK || !strings.HasSuffix(r.stdout, "1 finding mended in 1 page\n") {
		t.Errorf("exit code %d: %s%s", code, r.stdout, r.stderr)
	}
}

func TestFixRefuses(t *testing.T) {
	dir := kitchen(t)
	outside := t.TempDir()
	writeFiles(t, outside, map[string]string{"page.md": slips})
	if err := os.Symlink(filepath.Join(outside, "page.md"), filepath.Join(dir, "link.md")); err != nil {
		t.Skip("no symbolic links here")
	}
	if err := os.Symlink(outside, filepath.Join(dir, "folder")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"link.md"}, ExitFailure, "link.md: the page is a symbolic link"},
		{[]string{"folder/page.md"}, ExitFailure, "folder/page.md: read page: "},
		{[]string{filepath.Join(outside, "page.md")}, ExitFailure, "the page lies outside of the root"},
		{[]string{"none.md"}, ExitFailure, "none.md"},
		{[]string{"link.md", "content/job-families/cook.md"}, ExitPartly, "link.md: the page is a symbolic link"},
		{[]string{"--root", "none"}, ExitFailure, "open the root"},
		{[]string{"--config", "none.yml"}, ExitFailure, "none.yml"},
	} {
		r := run{dir: dir}
		if code := r.main(t, append([]string{"fix"}, test.args...)...); code != test.code || !strings.Contains(r.stderr, test.says) {
			t.Errorf("%v: exit code %d and %q, want %d and %q", test.args, code, r.stderr, test.code, test.says)
		}
		if got := read(t, outside, "page.md"); got != slips {
			t.Errorf("%v: a page outside of the root was mended", test.args)
		}
	}
}

// TestCheckSymlinks does not read what a link of the repository leads to outside of it.
func TestCheckSymlinks(t *testing.T) {
	dir := kitchen(t)
	outside := t.TempDir()
	writeFiles(t, outside, map[string]string{"page.md": slips})
	for link, to := range map[string]string{"link.md": filepath.Join(outside, "page.md"), "folder": outside, "inside.md": "content/job-families/cook.md"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip("no symbolic links here")
		}
	}
	for _, path := range []string{"link.md", "folder/page.md"} {
		r := run{dir: dir}
		if code := r.main(t, "check", path); code != ExitFailure || !strings.Contains(r.stderr, "a symbolic link leads out of the root") || r.stdout != "" {
			t.Errorf("%s: exit code %d, %q, %s", path, code, r.stderr, r.stdout)
		}
	}
	for _, path := range []string{"inside.md", filepath.Join(outside, "page.md")} {
		r := run{dir: dir}
		if code := r.main(t, "check", "--fail-on", "never", path); code != ExitOK || !strings.Contains(r.stdout, "Recieve") {
			t.Errorf("%s: exit code %d, %s", path, code, r.stderr)
		}
	}
}
