package app

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
	"gitlab.com/roleplan/roleplan/internal/team"
)

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
