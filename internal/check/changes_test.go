package check_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

var updateChanges = flag.Bool("update", false, "write testdata/changes.txt anew")

// TestRealChanges tells of 40 real commits to role pages what is new, what is fixed, and what
// happened to the hiring process, step by step. The table is read by people before it is accepted.
func TestRealChanges(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, c := range corpus.Changes(t) {
		tellChange(&b, c)
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
		t.Errorf("what is told of the changes differs from %s; see it with -update and git diff", golden)
	}
}

func tellChange(b *strings.Builder, c corpus.Change) {
	for _, f := range c.Files {
		fmt.Fprintf(b, "%s %s\n", c.Name, f.Path)
		before, after := rolepage.Parse(f.Path, f.Before), rolepage.Parse(f.Path, f.After)
		a, z := check.Page(before, check.Options{}), check.Page(after, check.Options{})
		tellFindings(b, "new", z, a)
		tellFindings(b, "fixed", a, z)
		for _, c := range hiring.CompareProcesses(before.Process, after.Process) {
			tellProcess(b, c)
		}
	}
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
