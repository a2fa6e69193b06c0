package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/internal/standin"
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
