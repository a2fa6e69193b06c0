package check_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

var updateChanges = flag.Bool("update-changes", false, "write testdata/changes.txt anew")

// TestRealChanges tells of 40 real commits to role pages what is new, what is fixed, and what
// happened to the hiring process, step by step. The table is read by people before it is accepted.
func TestRealChanges(t *testing.T) {
	t.Parallel()
	root := os.Getenv("ROLEPLAN_CORPUS")
	if root == "" {
		root = "../../../shared/corpus"
	}
	dirs, err := filepath.Glob(filepath.Join(root, "changes", "[0-9]*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) == 0 {
		t.Skipf("no real changes in %q; set ROLEPLAN_CORPUS", root)
	}
	slices.Sort(dirs)
	var b strings.Builder
	for _, dir := range dirs {
		tellChange(t, &b, dir)
	}
	const golden = "testdata/changes.txt"
	if *updateChanges {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("what is told of the changes differs from %s; see it with -update-changes and git diff", golden)
	}
}

func tellChange(t *testing.T, b *strings.Builder, dir string) {
	t.Helper()
	var meta struct {
		Files []struct{ Path, From string }
	}
	text, err := os.ReadFile(filepath.Join(dir, "meta.json"))
	if err == nil {
		err = json.Unmarshal(text, &meta)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range meta.Files {
		if f.From == "" {
			f.From = f.Path
		}
		fmt.Fprintf(b, "%s %s\n", filepath.Base(dir), f.Path)
		before := readChanged(t, filepath.Join(dir, "before", f.From), f.Path)
		after := readChanged(t, filepath.Join(dir, "after", f.Path), f.Path)
		a, z := check.Page(before, check.Options{}), check.Page(after, check.Options{})
		tellFindings(b, "new", z, a)
		tellFindings(b, "fixed", a, z)
		for _, c := range hiring.CompareProcesses(before.Process, after.Process) {
			tellProcess(b, c)
		}
	}
}

// readChanged reads a page; one that is not there is empty.
func readChanged(t *testing.T, file, path string) *hiring.Page {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return rolepage.Parse(path, src)
}

func tellFindings(b *strings.Builder, word string, list, other []finding.Finding) {
	known := map[string]bool{}
	for _, f := range other {
		known[f.Fingerprint] = true
	}
	for _, f := range list {
		if !known[f.Fingerprint] {
			fmt.Fprintf(b, "  %-5s %s in line %d\n", word, f.Rule, f.Range.Start.Line)
		}
	}
}

func tellProcess(b *strings.Builder, c hiring.ProcessChange) {
	fmt.Fprintf(b, "  process %q\n", c.Scope)
	name := func(s *hiring.Step) string {
		return strings.TrimSpace(string(s.Kind) + " " + strings.Join(s.With, ", "))
	}
	for _, s := range c.Steps {
		switch s.Verb {
		case hiring.StepSame:
			continue
		case hiring.StepAdded:
			fmt.Fprintf(b, "    added   %d %s", s.Is, name(s.After))
		case hiring.StepDropped:
			fmt.Fprintf(b, "    dropped %d %s", s.Was, name(s.Before))
		case hiring.StepMoved:
			fmt.Fprintf(b, "    moved   %d to %d %s", s.Was, s.Is, name(s.After))
		case hiring.StepChanged:
			fmt.Fprintf(b, "    changed %d %s", s.Is, name(s.After))
		}
		for _, f := range s.Fields {
			fmt.Fprintf(b, "; %s: %q to %q", f.Field, f.Old, f.New)
		}
		b.WriteByte('\n')
	}
}
