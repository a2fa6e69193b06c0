package opening_test

import (
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

const (
	configPath = ".roleplan.yml"
	asIssues   = "version: 1\nplan: {steps: issues}\n"
	asBoxes    = "version: 1\nplan: {steps: checklist}\n"
)

// steps are the linked issues of the only opening.
func (b *bundle) steps() (plan standin.Issue, steps []standin.Issue) {
	b.t.Helper()
	for _, i := range b.issues() {
		if strings.HasPrefix(i.Title, "Opening ") {
			plan = i
		} else {
			steps = append(steps, i)
		}
	}
	return plan, steps
}

// TestNoWorkItems: without tasks the steps are linked issues, which is said once.
func TestNoWorkItems(t *testing.T) {
	second := strings.ReplaceAll(oneOpening, "GHP-1042", "GHP-1043")
	b := setup(t, standin.Options{NoWorkItems: true}, oneOpening)
	b.settle()
	i, steps := b.steps()
	if !slices.Equal(titles(steps), tpmSteps) {
		t.Errorf("steps %q", titles(steps))
	}
	linked, err := b.client.LinkedIssues(t.Context(), b.hb.ID, i.IID)
	if err != nil || len(linked) != 5 {
		t.Errorf("%d linked issues, %v", len(linked), err)
	}
	if notes := b.notes(i.IID); len(notes) != 1 || !strings.Contains(notes[0], "This GitLab has no tasks") {
		t.Errorf("notes %q", notes)
	}
	b.setState(steps[0].IID, "closed")
	b.settle()
	if i, _ = b.steps(); stage(i) != "hiring::2 Interview: Sr Director of Product Management" {
		t.Errorf("stage %q", stage(i))
	}
	// The page changes, and another opening comes: nothing is said again.
	b.commit(openingsPath, oneOpening+second, tpmPath, b.page(lineCPO, "* Candidates will meet a panel of two engineers for 45 minutes.\n"))
	b.settle()
	said := 0
	for _, i := range b.issues() {
		for _, n := range b.notes(i.IID) {
			if strings.Contains(n, "has no tasks") {
				said++
			}
		}
	}
	if said != 1 {
		t.Errorf("said %d times", said)
	}
	if all := b.issues(); len(all) != 2+6+5 {
		t.Errorf("issues %q", titles(all))
	}
}

// TestOldWorkItems: an instance that wants projectPath.
func TestOldWorkItems(t *testing.T) {
	b := setup(t, standin.Options{OldWorkItems: true}, oneOpening)
	b.settle()
	if got := titles(b.tasks()); !slices.Equal(got, tpmSteps) {
		t.Errorf("tasks %q", got)
	}
}

// TestIssues: plan.steps asks for linked issues. Nobody needs to be told.
func TestIssues(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening, configPath, asIssues)
	b.settle()
	i, steps := b.steps()
	if !slices.Equal(titles(steps), tpmSteps) || len(b.notes(i.IID)) != 0 {
		t.Errorf("steps %q, notes %q", titles(steps), b.notes(i.IID))
	}
	// Another form holds for new plans; the steps that are there stay and are made no second time.
	b.commit(configPath, "version: 1\n")
	b.still()
}

// TestChecklist: plan.steps asks for boxes in the issue.
func TestChecklist(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, oneOpening, configPath, asBoxes)
	b.settle()
	i := b.issue()
	b.golden("tpm-checklist.md", i.Description)
	if all := append(b.gitlab.Issues(b.hb), b.tasks()...); len(all) != 1 || stage(i) != "hiring::1 Screening call" {
		t.Errorf("issues %q, stage %q", titles(all), stage(i))
	}
	tick := func(step, sign string) {
		t.Helper()
		b.edit(i.IID, func(i *standin.Issue) {
			lines := strings.Split(i.Description, "\n")
			for n, line := range lines {
				if strings.HasPrefix(line, "- [") && strings.Contains(line, "] "+step) {
					lines[n] = "- [" + sign + line[4:]
				}
			}
			i.Description = strings.Join(lines, "\n")
		})
		b.settle()
	}
	tick("Screening call", "x")
	tick("Interview: Directors", "X")
	if i = b.issue(); stage(i) != "hiring::2 Interview: Sr Director of Product Management" {
		t.Errorf("stage %q", stage(i))
	}
	src := b.page(lineScreen, "")
	src = strings.Replace(src, lineCross, "* Candidates will meet a panel of two engineers for 45 minutes.\n", 1)
	b.commit(tpmPath, src)
	b.settle()
	i = b.issue()
	for _, want := range []string{
		"- [ ] Interview: Sr Director of Product Management, by Bo Li (bo) <!--", "- [x] Interview: Directors in the Product Division, by Cy Oz (cy), Dee Wu (dee) <!--",
		"- [ ] Panel interview: engineers", "- [x] Screening call (no longer on the page) <!--", "- [~] Interview: cross division stable counterpart (no longer on the page) <!--",
	} {
		if !strings.Contains(i.Description, want) {
			t.Errorf("description lacks %q:\n%s", want, i.Description)
		}
	}
	if notes := b.notes(i.IID); len(notes) != 1 || strings.Contains(i.Description, "<details>") {
		t.Errorf("notes %q, description\n%s", notes, i.Description)
	}
	// Back again: what was done is done still, what was void is open.
	b.commit(tpmPath, tpm(t))
	b.settle()
	i = b.issue()
	for _, want := range []string{"- [x] Screening call, by Bo Li (bo) <!--", "- [ ] Interview: cross division stable counterpart <!--", "- [~] Panel interview: engineers"} {
		if !strings.Contains(i.Description, want) {
			t.Errorf("description lacks %q:\n%s", want, i.Description)
		}
	}
	for _, step := range []string{"Interview: Sr", "Interview: cross", "Interview: CPO"} {
		tick(step, "x")
	}
	if i = b.issue(); stage(i) != "" {
		t.Errorf("stage %q", stage(i))
	}
	b.commit(openingsPath, oneOpening+"  status: filled\n")
	b.settle()
	if i = b.issue(); i.State != "closed" || !strings.Contains(i.Description, "- [x] Screening call") {
		t.Errorf("%s\n%s", i.State, i.Description)
	}
}
