package app

import (
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/ci"
	"gitlab.com/roleplan/roleplan/internal/finding"
)

// gitRun runs git in a folder, untouched by the settings of whoever runs the tests.
func gitRun(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=Ana", "GIT_AUTHOR_EMAIL=ana@example.com", "GIT_COMMITTER_NAME=Ana", "GIT_COMMITTER_EMAIL=ana@example.com")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit commits everything and returns the commit.
func commit(t testing.TB, dir, message string) string {
	t.Helper()
	gitRun(t, dir, "add", "--all")
	gitRun(t, dir, "commit", "--quiet", "--allow-empty", "--message", message)
	return gitRun(t, dir, "rev-parse", "HEAD")
}

// A project is a GitLab project with a merge request: what the tests of pipelines begin with.
type project struct {
	dir  string // of the repository, which also stands for GitLab's
	base string // the commit that the merge request began at
}

const families = "content/job-families/"

// newProject makes a repository with a handbook on main and a branch that has changed pages:
// modified, added, renamed with and without a change, deleted, and some that are no role pages.
func newProject(t *testing.T) *project {
	t.Helper()
	p := &project{dir: t.TempDir()}
	gitRun(t, p.dir, "init", "--quiet", "--initial-branch", "main")
	writeFiles(t, p.dir, map[string]string{
		".roleplan.yml":                twoRules(),
		families + "same.md":           faultyPage,
		families + "modified.md":       cleanPage,
		families + "deleted.md":        faultyPage,
		families + "moved.md":          strings.Repeat("A line that stays.\n", 9) + faultyPage,
		families + "moved-edited.md":   strings.Repeat("Another line that stays.\n", 9) + cleanPage,
		families + "moved-elsewhere":   "no page\n",
		"content/company/page.md":      cleanPage,
		families + "it/_index.md":      cleanPage,
		families + "replaced/by/it.md": cleanPage,
	})
	commit(t, p.dir, "handbook")
	for range 3 { // so that a clone of depth 1 or 2 lacks the base
		p.base = commit(t, p.dir, "more")
	}
	gitRun(t, p.dir, "switch", "--quiet", "--create", "change")
	for from, to := range map[string]string{"moved.md": "it/moved.md", "moved-edited.md": "moved-edited-to.md", "moved-elsewhere": "moved-elsewhere.md"} {
		if err := os.Rename(filepath.Join(p.dir, families, from), filepath.Join(p.dir, families, to)); err != nil {
			t.Fatal(err)
		}
	}
	writeFiles(t, p.dir, map[string]string{
		families + "modified.md":        faultyPage,
		families + "moved-edited-to.md": strings.Repeat("Another line that stays.\n", 9) + faultyPage,
		families + "added.md":           faultyPage,
		families + "it/_index.md":       faultyPage,
		"content/company/page.md":       faultyPage,
		"content/company/" + "no.txt":   faultyPage,
	})
	if err := os.Remove(filepath.Join(p.dir, families, "deleted.md")); err != nil {
		t.Fatal(err)
	}
	commit(t, p.dir, "change pages")
	commit(t, p.dir, "and once more")
	commit(t, p.dir, "and a last time")
	return p
}

// changedPages are the role pages that the branch of newProject changes and leaves in place.
var changedPages = []string{"added.md", "it/moved.md", "modified.md", "moved-edited-to.md", "moved-elsewhere.md"}

// clone makes what GitLab's runner makes: a clone of some depth at the head of the branch, with
// nobody's settings.
func (p *project) clone(t *testing.T, depth, branch string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "clone")
	args := []string{"clone", "--quiet", "--branch", branch}
	if depth != "0" {
		args = append(args, "--depth", depth)
	}
	gitRun(t, p.dir, append(args, "file://"+p.dir, dir)...)
	gitRun(t, dir, "checkout", "--quiet", "--detach")
	return dir
}

// pipeline are the variables of a merge request pipeline.
func (p *project) pipeline(dir string) map[string]string {
	return map[string]string{
		"CI": "true", "GITLAB_CI": "true", "CI_PROJECT_DIR": dir, "CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": p.base,
		"CI_MERGE_REQUEST_TITLE": "$(touch pwned)", "NO_COLOR": "1",
	}
}

var pagesChecked = regexp.MustCompile(`(?m)^\d+ findings? in (\d+ pages?)`)

// pagesIn are the role pages, below families, that the Code Quality report of a run names, and the
// number that the text says were checked.
func pagesIn(t *testing.T, dir string, r *run) (pages []string, checked string) {
	t.Helper()
	report, err := os.ReadFile(filepath.Join(dir, codeQualityReport))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range wantCodeQuality(t, report) {
		path, _, _ := strings.Cut(f, ".md:")
		pages = append(pages, strings.TrimPrefix(path, families)+".md")
	}
	slices.Sort(pages)
	if m := pagesChecked.FindStringSubmatch(r.stdout); m != nil {
		checked = m[1]
	}
	return slices.Compact(pages), checked
}

func TestCICheckChangedPages(t *testing.T) {
	p := newProject(t)
	const hint = ", which was fetched into the shallow clone"
	fetched := map[string]string{"1": hint, "2": hint}
	for _, depth := range []string{"1", "2", "20", "0"} {
		t.Run("depth "+depth, func(t *testing.T) {
			dir := p.clone(t, depth, "change")
			r := run{dir: t.TempDir(), env: p.pipeline(dir)}
			if code := r.main(t, "ci", "check"); code != ExitFindings {
				t.Errorf("exit code %d; %s", code, r.stderr)
			}
			if !strings.HasPrefix(r.stdout, "roleplan checks the role pages that merge request !7 changes since "+p.base[:8]+fetched[depth]+"\n") {
				t.Errorf("got\n%s", r.stdout)
			}
			pages, checked := pagesIn(t, dir, &r)
			// The page that came from elsewhere is checked, and has no faults.
			want := slices.DeleteFunc(slices.Clone(changedPages), func(p string) bool { return p == "moved-elsewhere.md" })
			if !slices.Equal(pages, want) || checked != "5 pages" {
				t.Errorf("findings in %q of %s, want in %q of 5 pages", pages, checked, want)
			}
			if strings.Contains(r.stdout, "\x1b[") {
				t.Errorf("colours in spite of NO_COLOR:\n%q", r.stdout)
			}
		})
	}
}

// TestCICheckMergedResults: such a pipeline checks out a merge of both branches. What the target
// branch has gained is none of the merge request's business.
func TestCICheckMergedResults(t *testing.T) {
	p := newProject(t)
	gitRun(t, p.dir, "switch", "--quiet", "main")
	writeFiles(t, p.dir, map[string]string{families + "of-main.md": faultyPage})
	target := commit(t, p.dir, "main moves on")
	gitRun(t, p.dir, "switch", "--quiet", "--create", "merged")
	gitRun(t, p.dir, "merge", "--quiet", "--no-ff", "--no-edit", "change")
	for _, depth := range []string{"1", "20"} {
		dir := p.clone(t, depth, "merged")
		r := run{env: p.pipeline(dir)}
		r.env["CI_MERGE_REQUEST_EVENT_TYPE"] = "merged_result"
		r.env["CI_MERGE_REQUEST_TARGET_BRANCH_SHA"] = target
		r.main(t, "ci", "check")
		if pages, checked := pagesIn(t, dir, &r); checked != "5 pages" || slices.Contains(pages, "of-main.md") {
			t.Errorf("depth %s: findings in %q of %s\n%s", depth, pages, checked, r.stderr)
		}
	}
}

func TestCICheckSettings(t *testing.T) {
	p := newProject(t)
	dir := p.clone(t, "1", "change")
	for name, test := range map[string]struct {
		env   map[string]string
		code  int
		says  string // at the beginning of what it prints
		pages []string
		count string
	}{
		"no merge request": {
			map[string]string{"CI_MERGE_REQUEST_IID": "", "CI_MERGE_REQUEST_DIFF_BASE_SHA": ""},
			ExitFindings, "roleplan checks all role pages, because this is no merge request pipeline\n",
			[]string{"added.md", "it/moved.md", "modified.md", "moved-edited-to.md", "same.md"},
			"7 pages",
		},
		"no base": {
			map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": ""},
			ExitFindings, "roleplan checks all role pages, because it is not known which of them merge request !7 changes: CI_MERGE_REQUEST_DIFF_BASE_SHA is not set; ROLEPLAN_GITLAB_TOKEN is not set, so that GitLab could not be asked\n",
			[]string{"added.md", "it/moved.md", "modified.md", "moved-edited-to.md", "same.md"},
			"7 pages",
		},
		"a base nobody has": {
			map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": strings.Repeat("0123456789", 4)},
			ExitFindings, "roleplan checks all role pages, because it is not known which of them merge request !7 changes: find revision \"0123456789012345678901234567890123456789\": it is not in this shallow clone, and fetching it failed; set GIT_DEPTH to 0",
			[]string{"added.md", "it/moved.md", "modified.md", "moved-edited-to.md", "same.md"},
			"7 pages",
		},
		"never":             {map[string]string{"ROLEPLAN_FAIL_ON": "never"}, ExitOK, "", []string{"added.md", "it/moved.md", "modified.md", "moved-edited-to.md"}, "5 pages"},
		"a folder":          {map[string]string{"ROLEPLAN_PATHS": "content/job-families/it"}, ExitFindings, "", []string{"it/moved.md"}, "1 page"},
		"two paths":         {map[string]string{"ROLEPLAN_PATHS": "./content/job-families/it \n content/job-families/added.md"}, ExitFindings, "", []string{"added.md", "it/moved.md"}, "2 pages"},
		"unchanged":         {map[string]string{"ROLEPLAN_PATHS": "content/job-families/same.md"}, ExitOK, "", nil, "0 pages"},
		"beyond role pages": {map[string]string{"ROLEPLAN_PATHS": "content/company"}, ExitFindings, "", []string{"content/company/page.md"}, "1 page"},
		"everything":        {map[string]string{"ROLEPLAN_PATHS": "."}, ExitFindings, "", []string{"added.md", "content/company/page.md", "it/moved.md", "modified.md", "moved-edited-to.md"}, "6 pages"},
		"colours":           {map[string]string{"NO_COLOR": "", "ROLEPLAN_PATHS": "content/job-families/it"}, ExitFindings, "", []string{"it/moved.md"}, "1 page"},
	} {
		t.Run(name, func(t *testing.T) {
			r := run{env: p.pipeline(dir)}
			maps.Copy(r.env, test.env)
			if code := r.main(t, "ci", "check"); code != test.code {
				t.Errorf("exit code %d, want %d; %s", code, test.code, r.stderr)
			}
			if !strings.HasPrefix(r.stdout, test.says) {
				t.Errorf("got\n%s", r.stdout)
			}
			if pages, checked := pagesIn(t, dir, &r); !slices.Equal(pages, test.pages) || checked != test.count {
				t.Errorf("findings in %q of %s, want in %q of %s", pages, checked, test.pages, test.count)
			}
			if strings.Contains(r.stdout, "\x1b[") != (r.env["NO_COLOR"] == "") {
				t.Errorf("colours in\n%q", r.stdout)
			}
		})
	}
}

func TestCICheckRefuses(t *testing.T) {
	p := newProject(t)
	dir := p.clone(t, "1", "change")
	for name, test := range map[string]struct {
		env  map[string]string
		code int
		says string
	}{
		"outside of a pipeline": {map[string]string{"CI_PROJECT_DIR": ""}, ExitUsage, "CI_PROJECT_DIR is not set"},
		"an option for a base":  {map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": "--output=/tmp/x"}, ExitUsage, "CI_MERGE_REQUEST_DIFF_BASE_SHA"},
		"a short base":          {map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": p.base[:8]}, ExitUsage, "is no commit"},
		"a branch for a target": {map[string]string{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "main"}, ExitUsage, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA"},
		"a request by name":     {map[string]string{"CI_MERGE_REQUEST_IID": "--all"}, ExitUsage, "CI_MERGE_REQUEST_IID"},
		"a project by name":     {map[string]string{"CI_MERGE_REQUEST_PROJECT_ID": "acme"}, ExitUsage, "CI_MERGE_REQUEST_PROJECT_ID"},
		"a token for nowhere":   {map[string]string{"ROLEPLAN_GITLAB_TOKEN": "hunter2"}, ExitUsage, "CI_SERVER_URL"},
		"an unknown severity":   {map[string]string{"ROLEPLAN_FAIL_ON": "fatal"}, ExitUsage, `ROLEPLAN_FAIL_ON: "fatal" is not known; expected one of error, warning, info, never`},
		"a missing path":        {map[string]string{"ROLEPLAN_PATHS": "content/nowhere"}, ExitFailure, "nowhere"},
		"no such folder":        {map[string]string{"CI_PROJECT_DIR": filepath.Join(dir, "none")}, ExitFailure, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			r := run{env: p.pipeline(dir)}
			maps.Copy(r.env, test.env)
			if code := r.main(t, "ci", "check"); code != test.code || !strings.Contains(r.stderr, test.says) {
				t.Errorf("exit code %d and %q, want %d and %q", code, r.stderr, test.code, test.says)
			}
			if _, err := os.Stat(filepath.Join(dir, codeQualityReport)); err == nil {
				t.Error("there is a report, which says that all is well")
			}
		})
	}
}

// TestCICheckBrokenConfiguration names file, line and key.
func TestCICheckBrokenConfiguration(t *testing.T) {
	p := newProject(t)
	dir := p.clone(t, "1", "change")
	writeFiles(t, dir, map[string]string{".roleplan.yml": "version: 1\nruels: {}\n"})
	r := run{env: p.pipeline(dir)}
	if code := r.main(t, "ci", "check"); code != ExitUsage || !strings.Contains(r.stderr, ".roleplan.yml:2:1") || !strings.Contains(r.stderr, "ruels") {
		t.Errorf("exit code %d, %s", code, r.stderr)
	}
}

// TestCICheckHostileNames: names of files are data to git, to the shell and to the report, and a
// symbolic link is no page, wherever it points.
func TestCICheckHostileNames(t *testing.T) {
	p := newProject(t)
	secret := filepath.Join(t.TempDir(), "secret.md")
	if err := os.WriteFile(secret, []byte(faultyPage), 0o600); err != nil {
		t.Fatal(err)
	}
	names := []string{"$(touch pwned).md", "`touch pwned`.md", "-rf.md", "--output=pwned.md", "new\nline.md", "tab\tand \"quotes\" 'of' both.md", "*.md", "ünï 工.md", "a;touch pwned;.md", "[a-z].md", "\x1b[2J.md"}
	for _, name := range names {
		writeFiles(t, p.dir, map[string]string{families + "hostile/" + name: faultyPage})
	}
	for link, target := range map[string]string{families + "hostile/link.md": secret, families + "linked": filepath.Dir(secret), families + "modified.md": secret} {
		file := filepath.Join(p.dir, filepath.FromSlash(link))
		os.Remove(file)
		if err := os.Symlink(target, file); err != nil {
			t.Fatal(err)
		}
	}
	commit(t, p.dir, "hostile names")
	dir := p.clone(t, "1", "change")
	r := run{dir: t.TempDir(), env: p.pipeline(dir)}
	for _, paths := range []string{"", "content"} {
		r.env["ROLEPLAN_PATHS"] = paths
		if code := r.main(t, "ci", "check"); code != ExitFindings {
			t.Errorf("exit code %d; %s", code, r.stderr)
		}
		pages, _ := pagesIn(t, dir, &r)
		for _, name := range names {
			if !slices.Contains(pages, "hostile/"+name) {
				t.Errorf("%q was not checked", name)
			}
		}
		for _, link := range []string{"hostile/link.md", "linked/secret.md", "modified.md"} {
			if slices.Contains(pages, link) {
				t.Errorf("the symbolic link %s was read", link)
			}
		}
		if strings.ContainsAny(r.stdout, "\x1b\t") || strings.Contains(r.stdout, "new\nline") {
			t.Errorf("names reach the terminal raw:\n%q", r.stdout)
		}
	}
	for _, where := range []string{dir, r.dir, p.dir} {
		if _, err := os.Stat(filepath.Join(where, "pwned")); err == nil {
			t.Errorf("a name was run in %s", where)
		}
	}
}

// TestCICheckForeignCheckout: the runner clones as one user, the image runs as another.
func TestCICheckForeignCheckout(t *testing.T) {
	p := newProject(t)
	dir := p.clone(t, "20", "change") // deep enough: a fetch would ask the same of the other side, which is no server here
	t.Setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
	r := run{env: p.pipeline(dir)}
	if code := r.main(t, "ci", "check"); code != ExitFindings {
		t.Errorf("exit code %d; %s", code, r.stderr)
	}
}

// TestCICheckKeepsTheToken: the address of origin holds the job's token, and git's complaints hold
// the address.
func TestCICheckKeepsTheToken(t *testing.T) {
	p := newProject(t)
	dir := p.clone(t, "1", "change")
	gitRun(t, dir, "remote", "set-url", "origin", "nonsense://gitlab-ci-token:glcbt-hunter2@127.0.0.1:1/acme/handbook.git")
	r := run{env: p.pipeline(dir)}
	code := r.main(t, "ci", "check")
	if code != ExitFindings || !strings.Contains(r.stdout, "fetching it failed") {
		t.Errorf("exit code %d; %s", code, r.stderr)
	}
	if strings.Contains(r.stderr+r.stdout, "hunter2") {
		t.Errorf("the token is shown: %s", r.stderr)
	}
	if got := userInfo.ReplaceAllString("unable to access 'https://gitlab-ci-token:hunter2@gitlab.com/a.git/'", "://"); got != "unable to access 'https://gitlab.com/a.git/'" {
		t.Errorf("got %s", got)
	}
}

// TestCheckChangedSince: on a laptop what lies in the folder counts, committed or not.
func TestCheckChangedSince(t *testing.T) {
	p := newProject(t)
	writeFiles(t, p.dir, map[string]string{
		".gitignore":              "ignored.md\n",
		families + "untracked.md": faultyPage,
		families + "ignored.md":   faultyPage,
		families + "same.md":      faultyPage + "\nNot committed.\n",
	})
	if err := os.Remove(filepath.Join(p.dir, families, "added.md")); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		dir   string
		args  []string
		pages []string
	}{
		"the root":         {p.dir, nil, []string{"it/moved.md", "modified.md", "moved-edited-to.md", "same.md", "untracked.md"}},
		"a revision":       {p.dir, []string{"--changed-since", "HEAD"}, []string{"same.md", "untracked.md"}},
		"a folder":         {p.dir, []string{families + "it"}, []string{"it/moved.md"}},
		"from elsewhere":   {t.TempDir(), []string{"--root", p.dir}, []string{"it/moved.md", "modified.md", "moved-edited-to.md", "same.md", "untracked.md"}},
		"a root within":    {filepath.Join(p.dir, "content"), []string{"--config", "../.roleplan.yml", "."}, []string{"company/page.md", "job-families/it/moved.md", "job-families/modified.md", "job-families/moved-edited-to.md", "job-families/same.md", "job-families/untracked.md"}},
		"the present page": {p.dir, []string{"--changed-since", "HEAD", families + "modified.md"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			r := run{dir: test.dir}
			args := append([]string{"check", "--changed-since", "main", "--format", "codequality"}, test.args...)
			if code := r.main(t, args...); code == ExitFailure || code == ExitUsage {
				t.Fatalf("exit code %d; %s", code, r.stderr)
			}
			pages := []string{}
			for _, f := range wantCodeQuality(t, []byte(r.stdout)) {
				path, _, _ := strings.Cut(f, ".md:")
				pages = append(pages, strings.TrimPrefix(path, families)+".md")
			}
			slices.Sort(pages)
			if pages = slices.Compact(pages); !slices.Equal(pages, test.pages) {
				t.Errorf("findings in %q, want in %q", pages, test.pages)
			}
		})
	}
}

func TestCheckChangedSinceRefuses(t *testing.T) {
	p := newProject(t)
	for _, test := range []struct {
		rev  string
		code int
		says string
	}{
		{"--output=pwned", ExitUsage, "can't begin with a dash"},
		{"nowhere", ExitFailure, `find revision "nowhere": it is not in this clone`},
		{strings.Repeat("a1", 20), ExitFailure, "it is not in this clone"},
		{"content", ExitFailure, "content"}, // a folder, no revision
	} {
		r := run{dir: p.dir}
		if code := r.main(t, "check", "--changed-since="+test.rev); code != test.code || !strings.Contains(r.stderr, test.says) || r.stdout != "" {
			t.Errorf("%s: exit code %d and %q, want %d and %q", test.rev, code, r.stderr, test.code, test.says)
		}
	}
}

// TestCheckChangedSinceFetchesNothing: a fetch of one commit would cut the history of a clone that
// somebody works in.
func TestCheckChangedSinceFetchesNothing(t *testing.T) {
	p := newProject(t)
	dir := p.clone(t, "0", "main")
	r := run{dir: dir}
	other := commit(t, p.dir, "after the clone")
	if code := r.main(t, "check", "--changed-since", other); code != ExitFailure || !strings.Contains(r.stderr, "fetch it first") {
		t.Errorf("exit code %d; %s", code, r.stderr)
	}
	if got := gitRun(t, dir, "rev-parse", "--is-shallow-repository"); got != "false" {
		t.Errorf("shallow: %s", got)
	}
}

// TestFaultIsNoFinding: what roleplan could not do is told by an exit code of its own, after what it found.
func TestFaultIsNoFinding(t *testing.T) {
	fault := finding.Finding{Rule: "spelling", Severity: finding.Info, Path: "a.md", Message: "roleplan could not run this rule", Fault: true}
	remark := finding.Finding{Rule: "spelling", Severity: finding.Info, Path: "a.md", Message: "wrong"}
	for name, tt := range map[string]struct {
		found []finding.Finding
		code  int
	}{
		"a fault":              {[]finding.Finding{fault}, ExitPartly},
		"a fault and a remark": {[]finding.Finding{fault, remark}, ExitFindings},
	} {
		a := &App{Stdout: io.Discard, Stderr: io.Discard, Getenv: func(string) string { return "" }}
		err := a.report(checked{Report: ci.Report{Pages: []string{"a.md"}, Findings: tt.found}}, []output{{ci.Text, ""}}, finding.Info, false, false)
		if e, ok := errors.AsType[*exitError](err); !ok || e.code != tt.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}
