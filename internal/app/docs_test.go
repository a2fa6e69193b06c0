package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/internal/team"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// These tests read the documentation as a user would, and do what it says.

// notRunHere are the commands of the docs that are not roleplan's and that no test runs: they need a
// cluster, a system, a network, or minutes.
var notRunHere = []string{"curl", "docs/benchmarks.sh", "go", "kubectl", "make", "npm", "pg_dump", "pg_restore", "psql", "sqlite3", "sudo"}

// runHere are commands of others that the docs call and that are run.
var runHere = []string{"git", "mkdir"}

// tutorial is run by a test of its own, TestTutorial.
const tutorial = "docs/tutorial.md"

// A fence is a block of code in a page.
type fence struct {
	line     int
	section  string // the heading above it
	language string
	text     string
}

// docPages are the pages for people, by their path in the repository, without those about decisions.
func docPages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	root := os.DirFS("../..")
	files, err := fs.Glob(root, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(root, "docs", func(name string, _ fs.DirEntry, err error) error {
		if filepath.Ext(name) == ".md" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		src, err := fs.ReadFile(root, name)
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = string(src)
	}
	return pages
}

// guides are the pages that tell people what to do now: records of what was decided or changed tell of
// another time.
func guides(t *testing.T) map[string]string {
	pages := docPages(t)
	maps.DeleteFunc(pages, func(name, _ string) bool {
		return name == "CHANGELOG.md" || strings.HasPrefix(name, "docs/decisions/")
	})
	return pages
}

// fences parts a page into its blocks of code and the text without them.
func fences(page string) (blocks []fence, text string) {
	var b strings.Builder
	var open *fence
	var indent, mark, section string
	n := 0
	for line := range strings.Lines(page) {
		n++
		bare := strings.TrimLeft(line, " ")
		switch {
		case open == nil && strings.HasPrefix(bare, "```"):
			indent = line[:len(line)-len(bare)]
			language := strings.TrimLeft(strings.TrimSpace(bare), "`")
			mark = strings.TrimSuffix(strings.TrimSpace(bare), language)
			open = &fence{line: n, section: section, language: language}
		case open != nil && strings.TrimSpace(line) == mark:
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.text += strings.TrimPrefix(line, indent)
		default:
			if strings.HasPrefix(line, "#") {
				section = strings.TrimSpace(strings.TrimLeft(line, "#"))
			}
			b.WriteString(line)
		}
	}
	return blocks, b.String()
}

// docChild makes the test's program roleplan itself, for the commands of the docs.
const docChild = "ROLEPLAN_TEST_DOC_CHILD"

func init() {
	told := os.Getenv(docChild)
	if told == "" {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// What would stay up ends when it is up.
	ready := &lookout{stop: stop}
	a := &App{Stdin: os.Stdin, Stdout: io.MultiWriter(os.Stdout, ready), Stderr: io.MultiWriter(os.Stderr, ready), Getenv: os.Getenv}
	code := a.Main(ctx, os.Args[1:])
	stop()
	line, _ := json.Marshal(call{os.Args[1:], code}) // it can't fail
	f, err := os.OpenFile(told, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err == nil {
		_, err = f.Write(append(line, '\n'))
	}
	if err != nil {
		panic(err)
	}
	os.Exit(code)
}

// A call is one of roleplan in a block of the docs.
type call struct {
	Args []string
	Code int
}

// A lookout waits for the words of a command that is up.
type lookout struct {
	mu   sync.Mutex
	said strings.Builder
	stop func()
}

func (w *lookout) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.said.Write(p)
	if strings.Contains(w.said.String(), "roleplan is ready") || strings.Contains(w.said.String(), "Ctrl-C") {
		w.stop()
	}
	return len(p), nil
}

// A reader follows a page, in the clone of the handbook that the demo has, with the stand-in up.
type reader struct {
	dir    string
	env    []string
	called string // a file with the calls of roleplan
	others string // a file with the calls that are not made
}

var deliveryID = regexp.MustCompile(`replay ([0-9a-f-]{36})`)

// newReader makes what a page takes to be there.
func newReader(t *testing.T, page string) *reader {
	t.Helper()
	d, err := newStage(t.Context(), "127.0.0.1:0", standin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.gitlab.Close() })
	if _, err := d.propose(); err != nil {
		t.Fatal(err)
	}
	top := t.TempDir()
	r := &reader{dir: filepath.Join(top, "handbook"), called: filepath.Join(top, "called"), others: filepath.Join(top, "others")}
	bin := filepath.Join(top, "bin")
	files := d.gitlab.Files(d.project, standin.DefaultBranch)
	files["sites/handbook/source/job-families/sales/baker/index.html.md"] = "---\nlayout: job_family_page\ntitle: Baker\n---\n\n## Responsibilities\n\n* Bake bread\n\n## Requirements\n\n* Has baked\n"
	files["roleplan.env"] = ""
	writeFiles(t, r.dir, files)
	gitRun(t, r.dir, "init", "--quiet", "--initial-branch=main")
	gitRun(t, r.dir, "add", ".")
	gitRun(t, r.dir, "commit", "--quiet", "--message=The handbook")

	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := "#!/bin/sh\nexec env " + docChild + "='" + r.called + "' '" + self + "' \"$@\"\n"
	stub := "#!/bin/sh\necho \"$0\" \"$@\" >> '" + r.others + "'\n"
	scripts := map[string]string{filepath.Join(bin, "roleplan"): program, filepath.Join(r.dir, "bin/roleplan"): program}
	for _, name := range notRunHere {
		at := bin
		if strings.Contains(name, "/") {
			at = r.dir
		}
		scripts[filepath.Join(at, name)] = stub
	}
	for file, text := range scripts {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range append([]string{"env"}, runHere...) {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			t.Fatal(err)
		}
	}
	r.env = []string{
		"PATH=" + bin, "HOME=" + top, "TMPDIR=" + top, "PWD=" + r.dir,
		"ROLEPLAN_GITLAB_URL=" + d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN=" + botToken, "ROLEPLAN_PROJECTS=" + d.project.Path,
		"ROLEPLAN_WEBHOOK_SECRET=" + hookSecret, "ROLEPLAN_LISTEN=127.0.0.1:0", "ROLEPLAN_ADMIN_LISTEN=127.0.0.1:0",
	}
	if m := deliveryID.FindStringSubmatch(page); m != nil {
		r.deliver(t, m[1], d.project.ID)
	}
	return r
}

// deliver has the database hold a delivery.
func (r *reader) deliver(t *testing.T, id string, project int64) {
	t.Helper()
	key := reconcile.Key{Kind: reconcile.MergeRequest, Project: project, IID: 1}
	q, err := queue.Open(t.Context(), queue.Options{URL: "sqlite:" + filepath.Join(r.dir, "roleplan.db"), Workers: 1, Reconcilers: map[string]reconcile.Reconciler{key.Kind: &keyRecorder{}}})
	if err != nil {
		t.Fatal(err)
	}
	d := reconcile.Delivery{ID: id, Event: "Merge Request Hook", Project: project, Received: time.Now()}
	if err := q.Accept(t.Context(), d, []reconcile.Key{key}); err != nil {
		t.Fatal(err)
	}
	if err := q.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

var (
	yours   = regexp.MustCompile(`(ROLEPLAN_\w+)=\.\.\.`)
	unknown = regexp.MustCompile(`(?m)^.*: (line )?\d+: .*not found$`)
)

// do runs a block, and returns what it says.
func (r *reader) do(t *testing.T, where, block string) string {
	t.Helper()
	// Dots stand for what the reader has, and so does the address of the example.
	block = yours.ReplaceAllString(block, `$1="$$$1"`)
	block = strings.ReplaceAll(block, "https://gitlab.example.com", `"$ROLEPLAN_GITLAB_URL"`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	sh := exec.CommandContext(ctx, "/bin/sh", "-c", block)
	sh.Dir, sh.Env = r.dir, r.env
	var out bytes.Buffer
	sh.Stdout, sh.Stderr = &out, &out
	err := sh.Run()
	if ctx.Err() != nil {
		t.Errorf("%s does not end: %v\n%s", where, err, &out)
	}
	if m := unknown.FindString(out.String()); m != "" {
		t.Errorf("%s: %s; it is neither roleplan's nor among those that are run here or not", where, m)
	}
	return out.String()
}

// fits reports whether a text has the lines of an example, in their order. Dots in a line stand for anything.
func fits(example, text string) string {
	for line := range strings.Lines(example) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		var parts []string
		for p := range strings.SplitSeq(line, "...") {
			parts = append(parts, regexp.QuoteMeta(strings.TrimSpace(p)))
		}
		at := regexp.MustCompile(strings.Join(parts, ".*")).FindStringIndex(text)
		if at == nil {
			return line
		}
		text = text[at[1]:]
	}
	return ""
}

// TestDocsCommands runs every block of shell commands in the docs, page by page. Commands that can't be run
// are those of a list, and no others.
func TestDocsCommands(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	stubs := map[string]bool{}
	t.Run("pages", func(t *testing.T) {
		for name, page := range guides(t) {
			blocks, _ := fences(page)
			if name == tutorial || !slices.ContainsFunc(blocks, func(f fence) bool { return f.language == "sh" }) {
				continue
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r := newReader(t, page)
				for i, f := range blocks {
					if f.language != "sh" {
						continue
					}
					where := fmt.Sprintf("%s:%d", name, f.line)
					out := r.do(t, where, f.text)
					if i+1 < len(blocks) && blocks[i+1].language == "text" && blocks[i+1].section == f.section {
						if line := fits(blocks[i+1].text, out); line != "" {
							t.Errorf("%s: the docs promise %q, but it says\n%s", where, line, out)
						}
					}
					for _, c := range r.calls(t) {
						// Findings, and what doctor finds on the stand-in, are no failure.
						if c.Code != ExitOK && (c.Code != ExitFindings || c.Args[0] != "check" && c.Args[0] != "doctor") {
							t.Errorf("%s: roleplan %s ends with exit code %d\n%s", where, strings.Join(c.Args, " "), c.Code, out)
						}
					}
				}
				mu.Lock()
				defer mu.Unlock()
				for _, stub := range r.stubs(t) {
					stubs[stub] = true
				}
			})
		}
	})
	if got := slices.Sorted(maps.Keys(stubs)); !slices.Equal(got, notRunHere) {
		t.Errorf("the docs call %v, which no test runs; the list of these is %v", got, notRunHere)
	}
}

// calls are the calls of roleplan since the last look.
func (r *reader) calls(t *testing.T) (calls []call) {
	t.Helper()
	src, err := os.ReadFile(r.called)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(src) {
		var c call
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		calls = append(calls, c)
	}
	if err := os.Remove(r.called); err != nil {
		t.Fatal(err)
	}
	return calls
}

// stubs are the commands that were not run. A file of this repository that one names is there, and a
// target of make.
func (r *reader) stubs(t *testing.T) (names []string) {
	t.Helper()
	src, err := os.ReadFile(r.others)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(src)) {
		words := strings.Fields(line)
		name := strings.TrimPrefix(filepath.ToSlash(words[0]), filepath.ToSlash(filepath.Dir(r.dir))+"/bin/")
		names = append(names, name)
		for _, word := range words[1:] {
			if strings.HasPrefix(word, "deploy/") {
				if _, err := os.Stat("../../" + word); err != nil {
					t.Errorf("the docs name a file that is not there: %v", err)
				}
			}
		}
		if name == "make" {
			makefile, err := os.ReadFile("../../Makefile")
			if err != nil || !strings.Contains(string(makefile), "\n"+words[1]+":") {
				t.Errorf("make has no target %s (%v)", words[1], err)
			}
		}
	}
	return names
}

// TestDocsNames: each command, flag, variable and rule that the text of the docs names is one there is.
func TestDocsNames(t *testing.T) {
	t.Parallel()
	root := wholeRoot()
	flags := map[string]bool{"--help": true}
	everyCommand(root, func(c *cobra.Command) {
		c.Flags().VisitAll(func(f *pflag.Flag) { flags["--"+f.Name] = true })
	})
	variables := map[string]bool{"ROLEPLAN_PATHS": true, "ROLEPLAN_FAIL_ON": true} // of `ci check`
	for _, s := range config.All {
		variables[s.Env()] = true
	}
	for name, page := range guides(t) {
		if name == "CONTRIBUTING.md" || name == "docs/benchmarks.md" { // they speak of tests and of other programs, too
			continue
		}
		for _, v := range regexp.MustCompile(`\bROLEPLAN_[A-Z_]*[A-Z]\b`).FindAllString(page, -1) {
			if !variables[v] {
				t.Errorf("%s: there is no variable %s", name, v)
			}
		}
		_, text := fences(page)
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text, -1) {
			words := strings.Fields(strings.ReplaceAll(m[1], "\n", " "))
			if len(words) > 0 {
				words[0] = strings.TrimPrefix(words[0], "bin/")
			}
			if len(words) > 5 && !strings.Contains(m[1], " --") {
				continue // what roleplan says begins with its name, too
			}
			isCommand := len(words) > 0 && words[0] == "roleplan"
			if !isCommand && !strings.HasPrefix(m[1], "--") && !(len(words) > 1 && strings.HasPrefix(words[1], "--")) {
				continue
			}
			if !isCommand {
				if c, _, err := root.Find(words); err == nil && c != root {
					words, isCommand = append([]string{"roleplan"}, words...), true
				}
			}
			for _, mistake := range misnamed(root, flags, words, isCommand) {
				t.Errorf("%s: `%s`: %s", name, m[1], mistake)
			}
		}
	}
}

// misnamed says what a command line names that there is not.
func misnamed(root *cobra.Command, flags map[string]bool, words []string, isCommand bool) (mistakes []string) {
	if !isCommand {
		for _, w := range words {
			if flag, _, _ := strings.Cut(w, "="); strings.HasPrefix(w, "--") && !flags[flag] {
				mistakes = append(mistakes, "no command has the flag "+flag)
			}
		}
		return mistakes
	}
	if len(words) == 1 || strings.ToUpper(words[1]) == words[1] { // roleplan COMMAND
		return nil
	}
	c, _, err := root.Find(words[1:])
	if err != nil || c == root {
		return []string{"there is no command " + words[1]}
	}
	for _, w := range words[1:] {
		flag, _, _ := strings.Cut(w, "=")
		if strings.HasPrefix(w, "--") && flag != "--help" && c.Flags().Lookup(flag[2:]) == nil {
			mistakes = append(mistakes, c.CommandPath()+" has no flag "+flag)
		}
	}
	return mistakes
}

func TestMisnamed(t *testing.T) {
	t.Parallel()
	root := wholeRoot()
	for line, want := range map[string]string{
		"roleplan check --fail-on=error": "", "roleplan help COMMAND": "", "roleplan COMMAND": "", "roleplan completion zsh --help": "",
		"roleplan chek":            "there is no command chek",
		"roleplan check --fail":    "roleplan check has no flag --fail",
		"roleplan ci check --root": "roleplan ci check has no flag --root",
		"roleplan plan --diff":     "roleplan plan has no flag --diff",
	} {
		if got := strings.Join(misnamed(root, nil, strings.Fields(line), true), "; "); got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	if got := misnamed(root, map[string]bool{"--once": true}, []string{"--once", "--twice"}, false); len(got) != 1 {
		t.Errorf("flags alone: %q", got)
	}
}

// yamlKinds say what a block of YAML in the docs is, by its shape, and what is wrong with it.
var yamlKinds = []struct {
	name  string
	is    func(doc any) bool
	wrong func(t *testing.T, src string) error
}{
	{"an include", has("include"), func(t *testing.T, src string) error {
		found := includeMistakes(t, src)
		if len(found) == 0 {
			return fmt.Errorf("includes no component")
		}
		for name, mistakes := range found {
			if len(mistakes) > 0 {
				return fmt.Errorf("component %s: %v", name, mistakes)
			}
		}
		return nil
	}},
	{"a pipeline's job", has("script"), func(_ *testing.T, src string) error {
		var jobs map[string]struct{ Script []string }
		if err := yaml.Unmarshal([]byte(src), &jobs); err != nil {
			return err
		}
		for _, job := range jobs {
			for _, line := range job.Script {
				words := strings.Fields(line)
				if bad := misnamed(wholeRoot(), nil, words, true); words[0] != "roleplan" || len(bad) > 0 {
					return fmt.Errorf("%q: %v", line, bad)
				}
			}
		}
		return nil
	}},
	{"hooks of pre-commit", has("repos"), func(_ *testing.T, src string) error {
		var wished struct {
			Repos []struct {
				Repo, Rev string
				Hooks     []struct{ ID string }
			}
		}
		if err := yaml.Unmarshal([]byte(src), &wished); err != nil {
			return err
		}
		hooks, err := os.ReadFile("../../.pre-commit-hooks.yaml")
		if err != nil {
			return err
		}
		for _, repo := range wished.Repos {
			for _, h := range repo.Hooks {
				if !strings.Contains(string(hooks), "- id: "+h.ID+"\n") || repo.Rev == "" {
					return fmt.Errorf("%q is no hook, or no revision is named", h.ID)
				}
			}
		}
		return nil
	}},
	{"openings", has("page"), func(_ *testing.T, src string) error {
		_, err := openings.Parse("openings.yml", []byte(src))
		return err
	}},
	{"people", has("slug"), func(_ *testing.T, src string) error {
		people, warnings := team.Parse("team.yml", []byte(src))
		if len(people) == 0 || len(warnings) > 0 {
			return fmt.Errorf("%d people, %v", len(people), warnings)
		}
		return nil
	}},
	{"a configuration", has("version"), func(_ *testing.T, src string) error {
		conf, err := repoconf.Parse(repoconf.Name, []byte(src))
		if err == nil {
			err = conf.UnknownRule(repoconf.Name, rule.Names())
		}
		return err
	}},
}

// has reports whether a document, its entries or its jobs have a key.
func has(key string) func(any) bool {
	return func(doc any) bool {
		switch doc := doc.(type) {
		case map[string]any:
			_, ok := doc[key]
			for _, v := range doc {
				job, isMap := v.(map[string]any)
				ok = ok || key == "script" && isMap && job[key] != nil
			}
			return ok
		case []any:
			if len(doc) == 0 {
				return false
			}
			entry, ok := doc[0].(map[string]any)
			return ok && entry[key] != nil
		}
		return false
	}
}

// TestDocsYAML: every block of YAML in the docs is read by what it is for.
func TestDocsYAML(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for name, page := range guides(t) {
		blocks, _ := fences(page)
	blocks:
		for _, f := range blocks {
			if f.language != "yaml" {
				continue
			}
			var doc any
			if err := yaml.Unmarshal([]byte(f.text), &doc); err != nil {
				t.Errorf("%s:%d: %v", name, f.line, err)
				continue
			}
			for _, kind := range yamlKinds {
				if kind.is(doc) {
					seen[kind.name]++
					if err := kind.wrong(t, f.text); err != nil {
						t.Errorf("%s:%d is %s, but %v", name, f.line, kind.name, err)
					}
					continue blocks
				}
			}
			t.Errorf("%s:%d: nothing reads this:\n%s", name, f.line, f.text)
		}
	}
	for _, kind := range yamlKinds {
		if seen[kind.name] == 0 {
			t.Errorf("no block is %s", kind.name)
		}
	}
}

// TestDocsSuppressions: comments that silence rules name rules there are.
func TestDocsSuppressions(t *testing.T) {
	t.Parallel()
	n := 0
	for name, page := range guides(t) {
		blocks, _ := fences(page)
		for _, f := range blocks {
			if f.language != "html" {
				continue
			}
			n++
			findings := check.Page(rolepage.Parse("content/job-families/x.md", []byte("---\ntitle: x\n---\n\n"+f.text)), check.Options{Today: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)})
			for _, found := range findings {
				if found.Rule == "suppression" && !strings.Contains(found.Message, "silences nothing") {
					t.Errorf("%s:%d: %s", name, f.line, found.Message)
				}
			}
		}
	}
	if n < 3 {
		t.Errorf("only %d blocks of HTML", n)
	}
}

// TestDocsLinks: links within the repository lead to a file, and to a heading of it. The rule for links in
// role pages says so.
func TestDocsLinks(t *testing.T) {
	t.Parallel()
	site, err := check.OpenSite("../..")
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for name, page := range docPages(t) {
		p := rolepage.Parse(name, []byte(page))
		for _, f := range check.Page(p, check.Options{Site: site, Today: time.Now()}) {
			if f.Rule == "broken-link" {
				t.Errorf("%s:%d: %s", name, f.Range.Start.Line, f.Message)
			}
		}
		links += strings.Count(page, "](")
		for _, m := range regexp.MustCompile(`src="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if file := filepath.Join(filepath.Dir(name), m[1]); !site.Has(filepath.ToSlash(file)) {
				t.Errorf("%s: there is no picture %s", name, file)
			}
		}
	}
	if links < 100 || len(site.Errors()) > 0 {
		t.Errorf("%d links, %v", links, site.Errors())
	}
	broken := rolepage.Parse("docs/x.md", []byte("# X\n\n[a](rules.md#no-such-heading) [b](no-such-page.md) [c](rules.md#spelling)\n"))
	n := 0
	for _, f := range check.Page(broken, check.Options{Site: site, Today: time.Now()}) {
		if f.Rule == "broken-link" && f.Severity == finding.Warning {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d of 2 broken links are found", n)
	}
}

// TestDocsIndex: every page can be reached from the index.
func TestDocsIndex(t *testing.T) {
	t.Parallel()
	pages := docPages(t)
	index := pages["docs/README.md"]
	for name := range pages {
		if rel, ok := strings.CutPrefix(name, "docs/"); ok && rel != "README.md" && !strings.HasPrefix(rel, "decisions/0") && !strings.Contains(index, "("+rel+")") {
			t.Errorf("docs/README.md does not lead to %s", rel)
		}
	}
}

// TestTroubleshooting: each message that the page explains is one that the code has. What changes from one
// time to another is written as … there.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	texts := messages(t)
	page := guides(t)["docs/troubleshooting.md"]
	n := 0
	for _, m := range regexp.MustCompile("(?m)^#+ `(.+)`$").FindAllStringSubmatch(page, -1) {
		n++
		if !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, m[1]) }) {
			t.Errorf("docs/troubleshooting.md explains a message that nothing says: %s", m[1])
		}
	}
	if n < 20 {
		t.Errorf("%d messages are explained", n)
	}
}

var verbs = regexp.MustCompile(`%[-+#0-9.]*[a-zA-Z]`)

// messages are the texts of the product's code, with … for what is filled in.
func messages(t *testing.T) (texts []string) {
	t.Helper()
	files := token.NewFileSet()
	err := filepath.WalkDir("../..", func(name string, d fs.DirEntry, err error) error {
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.IsDir() && strings.HasSuffix(filepath.ToSlash(name), "internal/standin") {
			return fs.SkipDir
		}
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					texts = append(texts, strings.ReplaceAll(verbs.ReplaceAllString(text, "…"), `"…"`, "…"))
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// TestEditorsFindTheSchema: the files that init writes lead an editor to schemas of this repository, and fit them.
func TestEditorsFindTheSchema(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"content/job-families/baker.md": initPage})
	var r run
	if code := r.main(t, "init", "--root", dir, "--yes"); code != ExitOK {
		t.Fatalf("exit %d\n%s", code, r.stderr)
	}
	for file, kind := range map[string]string{".roleplan.yml": "config", "hiring/openings.yml": "openings"} {
		src, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(src), "\n")
		name, ok := strings.CutPrefix(first, "# yaml-language-server: $schema=https://gitlab.com/roleplan/roleplan/-/raw/main/")
		if !ok {
			t.Errorf("%s begins with %q", file, first)
			continue
		}
		schema, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		if code := r.main(t, "schema", kind); code != ExitOK || r.stdout != string(schema) {
			t.Errorf("%s leads to %s, which is not the schema %q", file, name, kind)
		}
		var doc any
		if err := yaml.Unmarshal(src, &doc); err != nil {
			t.Fatal(err)
		}
		if err := compileSchema(t, string(schema)).Validate(doc); err != nil && doc != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}
