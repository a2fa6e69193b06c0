package opening_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/standin"
)

// TestRealChanges applies 40 real commits to role pages to running plans, whose first two steps are
// done, and each of them backwards as well. The table says which task became which step; it is read by
// people before it is accepted.
func TestRealChanges(t *testing.T) {
	var table strings.Builder
	for _, c := range corpus.Changes(t) {
		for _, f := range c.Files {
			if f.Before == nil {
				continue // the page is new
			}
			path := "content/job-families/" + f.Path
			fmt.Fprintf(&table, "%s %s\n", c.Name, f.Path)
			changePlans(t, &table, path, string(f.Before), string(f.After))
			fmt.Fprintf(&table, "%s %s, backwards\n", c.Name, f.Path)
			changePlans(t, &table, path, string(f.After), string(f.Before))
		}
	}
	const golden = "testdata/changes.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(table.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if table.String() != string(want) {
		t.Errorf("the matching of steps differs from %s; see it with -update and git diff", golden)
	}
}

// changePlans runs a plan for each process of a page, changes the page, and tells what became of the
// tasks.
func changePlans(t *testing.T, table *strings.Builder, path, before, after string) {
	t.Helper()
	page := rolepage.Parse(path, []byte(before))
	var list strings.Builder
	for n, level := range levelsOf(page, rolepage.Parse(path, []byte(after))) {
		fmt.Fprintf(&list, "- {id: GHP-%d, page: %s, level: %q}\n", n+1, path, level)
	}
	if list.Len() == 0 {
		return // no level that both have
	}
	b := setup(t, standin.Options{Premium: true}, list.String(), path, before)
	b.settle()
	type known struct {
		number, words string
	}
	was := map[int64]known{}
	for _, i := range b.issues() {
		for n, s := range b.gitlab.Tasks(b.hb, i.IID) {
			m := safe.FindMarks(s.Description, "step")[0].Attributes
			was[s.IID] = known{m["n"], m["words"]}
			if n < 2 {
				b.setState(s.IID, "closed")
			}
		}
	}
	b.settle()
	b.commit(path, after)
	b.settle()
	for _, i := range b.issues() {
		same := 0
		var rows []string
		for _, s := range b.gitlab.Tasks(b.hb, i.IID) {
			m := safe.FindMarks(s.Description, "step")[0].Attributes
			old, there := was[s.IID]
			done := ""
			if s.State == "closed" && m["closed"] != "dropped" {
				done = " (done)"
			}
			switch {
			case m["closed"] == "dropped" || m["closed"] == "gone":
				rows = append(rows, fmt.Sprintf("    gone   %s%s: %s", m["n"], done, excerptOf(m["words"])))
			case !there:
				rows = append(rows, fmt.Sprintf("    new    %s: %s", m["n"], excerptOf(m["words"])))
			case old.words == m["words"] && old.number == m["n"]:
				same++
			case old.words == m["words"]:
				rows = append(rows, fmt.Sprintf("    now    %s, was %s%s: %s", m["n"], old.number, done, excerptOf(m["words"])))
			default:
				rows = append(rows, fmt.Sprintf("    now    %s, was %s%s: %s\n           before: %s", m["n"], old.number, done, excerptOf(m["words"]), excerptOf(old.words)))
			}
		}
		_, role, _ := strings.Cut(i.Title, ": ")
		fmt.Fprintf(table, "  %s: %d steps the same\n", role, same)
		for _, row := range rows {
			table.WriteString(row + "\n")
		}
	}
}

// levelsOf are levels of a page, one for each of its processes, that both versions have.
func levelsOf(before, after *hiring.Page) []string {
	var names []string
	known := func(p *hiring.Page, name string) bool {
		return slices.ContainsFunc(slices.Concat(p.Levels, p.Roles), func(l *hiring.Level) bool { return l.Name == name })
	}
	add := func(l *hiring.Level) bool {
		if !known(after, l.Name) || slices.Contains(names, l.Name) {
			return false
		}
		names = append(names, l.Name)
		return true
	}
	all := slices.Concat(before.Levels, before.Roles)
	if len(all) == 0 && len(after.Levels)+len(after.Roles) == 0 {
		return []string{""}
	}
	scoped := func(l *hiring.Level) bool {
		return slices.ContainsFunc(slices.Concat(before.Process, after.Process), func(p *hiring.Process) bool { return p.Scope != "" && hiring.Slug(p.Scope) == hiring.Slug(l.Name) })
	}
	for _, l := range all {
		if scoped(l) {
			add(l)
		}
	}
	for _, l := range all {
		if !scoped(l) && add(l) {
			break
		}
	}
	return names
}

func excerptOf(words string) string {
	if r := []rune(words); len(r) > 150 {
		return string(r[:149]) + "…"
	}
	return words
}
