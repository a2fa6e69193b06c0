package opening_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/standin"
)

// TestOver: an opening that is filled or cancelled closes its issue, open tasks included, with a
// note why. One that is open again opens what roleplan has closed, and no more.
func TestOver(t *testing.T) {
	for _, status := range []string{"filled", "cancelled"} {
		t.Run(status, func(t *testing.T) {
			b := setup(t, standin.Options{}, oneOpening)
			b.settle()
			b.setState(b.tasks()[0].IID, "closed")
			b.settle()
			b.commit(openingsPath, oneOpening+"  status: "+status+"\n")
			b.settle()
			i := b.issue()
			if i.State != "closed" || len(b.tasks()) != 5 {
				t.Errorf("issue %s, %d tasks", i.State, len(b.tasks()))
			}
			for _, task := range b.tasks() {
				if task.State != "closed" {
					t.Errorf("task %q is %s", task.Title, task.State)
				}
			}
			if notes := b.notes(i.IID); len(notes) != 1 || !strings.Contains(notes[0], "The opening is "+status+", so its plan is closed") {
				t.Errorf("notes %q", notes)
			}
			b.commit(openingsPath, oneOpening)
			b.settle()
			if i = b.issue(); i.State != "opened" || stage(i) != "hiring::2 Interview: Sr Director of Product Management" {
				t.Errorf("issue %s, stage %q", i.State, stage(i))
			}
			for n, task := range b.tasks() {
				if (task.State == "closed") != (n == 0) {
					t.Errorf("task %q is %s", task.Title, task.State)
				}
			}
			b.commit(openingsPath, oneOpening+"  status: "+status+"\n")
			b.settle()
			if notes := b.notes(i.IID); len(notes) != 2 {
				t.Errorf("notes %q", notes)
			}
			// A person opens it all the same.
			b.setState(i.IID, "opened")
			b.still()
		})
	}
}

// TestOverWithoutPage: an opening is closed though its page and level are gone.
func TestOverWithoutPage(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	b.commit(tpmPath, "---\ntitle: x\n---\nNothing here.\n", openingsPath, oneOpening+"  status: filled\n")
	b.settle()
	if i := b.issue(); i.State != "closed" {
		t.Errorf("issue %s", i.State)
	}
	// One that never had a plan gets none.
	b.commit(openingsPath, strings.Replace(oneOpening, "1042", "1", 1)+"  status: cancelled\n")
	b.still()
}

func TestOnHold(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	b.commit(openingsPath, oneOpening+"  status: on_hold\n")
	b.settle()
	if i := b.issue(); i.State != "opened" || !strings.Contains(i.Description, "**On hold**") || !slices.Contains(i.Labels, "on hold") {
		t.Errorf("issue %s, labels %q\n%s", i.State, i.Labels, i.Description)
	}
	b.commit(openingsPath, oneOpening)
	b.settle()
	if i := b.issue(); slices.Contains(i.Labels, "on hold") {
		t.Errorf("labels %q", i.Labels)
	}
}

// TestClosedByHand: what a person has closed stays closed.
func TestClosedByHand(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	b.setState(b.issue().IID, "closed")
	b.still()
	b.commit(openingsPath, oneOpening+"  status: filled\n")
	b.settle()
	if notes := b.notes(b.issue().IID); len(notes) != 0 || b.tasks()[4].State != "closed" {
		t.Errorf("notes %q, last task %s", notes, b.tasks()[4].State)
	}
}

// TestCount: each position of an opening has a plan of its own.
func TestCount(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	b.commit(openingsPath, oneOpening+"  count: 3\n")
	b.settle()
	want := []string{"Opening GHP-1042: Senior Technical Program Manager", "Opening GHP-1042/2: Senior Technical Program Manager", "Opening GHP-1042/3: Senior Technical Program Manager"}
	all := b.issues()
	if !slices.Equal(titles(all), want) {
		t.Fatalf("issues %q", titles(all))
	}
	for _, i := range all {
		if n := len(b.gitlab.Tasks(b.hb, i.IID)); n != 5 {
			t.Errorf("%q has %d tasks", i.Title, n)
		}
	}
	// Fewer positions close nothing, and people are told.
	b.commit(openingsPath, oneOpening+"  count: 2\n")
	p := b.settle()
	if len(p.Problems) != 1 || p.Problems[0].Opening != "GHP-1042/3" || !strings.Contains(p.Problems[0].Message, "status: filled or cancelled") {
		t.Errorf("problems %v", p.Problems)
	}
}

// TestLevelChanges: the labels of another level come, those of the old one go.
func TestLevelChanges(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	b.commit(openingsPath, strings.Replace(oneOpening, "Senior Technical", "Staff Technical", 1))
	b.settle()
	i := b.issue()
	want := []string{"department::product", "hiring::1 Screening call", "level::Staff Technical Program Manager", "opening", "role::Technical Program Manager"}
	if got := slices.Sorted(slices.Values(i.Labels)); !slices.Equal(got, want) || i.Title != "Opening GHP-1042: Staff Technical Program Manager" {
		t.Errorf("%q, labels %q", i.Title, got)
	}
	// The scorecard of a level that takes over twice: its own, the nearest level, the first, the page.
	_, card, _ := strings.Cut(i.Description, "### Scorecard: responsibilities")
	at := -1
	for _, head := range []string{"**Staff Technical Program Manager**", "**Senior Technical Program Manager**", "**Technical Program Manager**", "**All levels of the page**"} {
		next := strings.Index(card, head)
		if next <= at {
			t.Errorf("%s stands at %d, after %d:\n%s", head, next, at, card)
		}
		at = next
	}
}

// TestNestedScorecard: an entry that means nothing without those below it keeps them below it.
func TestNestedScorecard(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	const heading = "#### Senior Technical Program Manager Requirements\n"
	b.commit(tpmPath, b.page(heading, heading+"\n- Two or more of the following:\n  - Plans\n    - of a year\n  - Budgets\n- Patience\n"))
	b.settle()
	if want := "- Two or more of the following:\n  - Plans\n  - of a year\n  - Budgets\n- Patience\n"; !strings.Contains(b.issue().Description, want) {
		t.Errorf("no %q in\n%s", want, b.issue().Description)
	}
}

// TestOtherLabels: labels of people are used as they are.
func TestOtherLabels(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.gitlab.AddLabel(b.hb, "opening", "#123456", "made by Ana")
	b.gitlab.AddLabel(b.hb, "hiring::1 Screening call", "#654321", "")
	b.settle()
	for _, l := range b.gitlab.Labels(b.hb) {
		switch l.Name {
		case "opening":
			if l.Color != "#123456" || l.Description != "made by Ana" {
				t.Errorf("label %+v", l)
			}
		case "hiring::1 Screening call":
			if l.Color != "#654321" || l.Priority != nil {
				t.Errorf("label %+v", l)
			}
		}
	}
}

// TestForged: marks that others write count for nothing.
func TestForged(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	i, task := b.issue(), b.tasks()[0]
	other := b.user("cy")
	b.gitlab.AddToken(other, "other", "api")
	c, err := gitlab.New(gitlab.Options{BaseURL: b.gitlab.URL(), Token: "other"})
	if err != nil {
		t.Fatal(err)
	}
	forge1 := func(description string) {
		title := b.line("Forged")
		d := b.markdown(description)
		if _, err := c.CreateIssue(t.Context(), b.hb.ID, forge.IssueWrite{Title: &title, Description: &d}); err != nil {
			t.Fatal(err)
		}
	}
	forge1(i.Description)
	forge1(task.Description)
	forge1(strings.ReplaceAll(i.Description, "GHP-1042", "GHP-7"))
	b.still()
	b.commit(openingsPath, oneOpening+strings.ReplaceAll(oneOpening, "GHP-1042", "GHP-7"))
	b.settle()
	if all := b.issues(); len(all) != 2+3 {
		t.Errorf("issues %q", titles(all))
	}
}

// TestPlanProject: plans in a project of their own.
func TestPlanProject(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening, configPath, "version: 1\nplan: {project: acme/hiring}\n")
	_, _, err := b.run(b.Reconciler)
	if !errors.Is(err, forge.ErrNotFound) || !strings.Contains(err.Error(), "plan.project") {
		t.Errorf("error is %v", err)
	}
	b.plans = b.gitlab.AddProject("acme/hiring", "private")
	b.gitlab.AddMember(b.plans, b.bot, standin.Reporter)
	for _, name := range []string{"ana", "bo", "cy", "dee"} {
		b.gitlab.AddMember(b.plans, b.user(name), standin.Developer)
	}
	b.settle()
	if i := b.issue(); !strings.Contains(i.Description, "/acme/handbook/-/blob/") || len(b.tasks()) != 5 {
		t.Errorf("%d tasks, description\n%s", len(b.tasks()), i.Description)
	}
	if all := b.gitlab.Issues(b.hb); len(all) != 0 {
		t.Errorf("the handbook has %q", titles(all))
	}
	b.plans.NoIssues = true
	p, _, err := b.run(b.Reconciler)
	if err != nil || !p.Blocked() || !strings.Contains(p.Problems[0].String(), "issues switched off") {
		t.Errorf("%v, %v", p.Problems, err)
	}
	b.plans.NoIssues = false
}

// TestOpeningsProject: openings in a project of their own.
func TestOpeningsProject(t *testing.T) {
	b := setup(t, standin.Options{}, "[]\n", configPath, "version: 1\nopenings: {project: acme/secret, path: open.yml}\n")
	secret := b.gitlab.AddProject("acme/secret", "private")
	b.gitlab.AddMember(secret, b.bot, standin.Reporter)
	b.gitlab.Commit(secret, "main", b.ana, "openings", map[string]*string{"open.yml": new(oneOpening)})
	b.settle()
	if len(b.tasks()) != 5 {
		t.Errorf("tasks %q", titles(b.tasks()))
	}
}

// TestFreeTier: without a licence an issue keeps one assignee, which is told once, and one stage.
func TestFreeTier(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	p := b.apply()
	if len(p.Problems) != 1 || p.Problems[0].Blocks || !strings.Contains(p.Problems[0].Message, "keeps one assignee of an issue, as its Free tier does") {
		t.Errorf("problems %v", p.Problems)
	}
	b.still()
	b.setState(b.tasks()[0].IID, "closed")
	if p := b.settle(); len(p.Problems) > 0 {
		t.Errorf("problems %v", p.Problems)
	}
	i := b.issue()
	if stage(i) != "hiring::2 Interview: Sr Director of Product Management" || len(i.Assignees) != 1 || !strings.Contains(i.Description, "**Hiring manager:** Ana Ng (ana)") {
		t.Errorf("stage %q, %d assignees\n%s", stage(i), len(i.Assignees), i.Description)
	}
}

// TestSmallRole: GitLab takes issues of a Guest and leaves out labels, dates and people without a word. It is
// told, nothing more is made, and with the right role all comes in line.
func TestSmallRole(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, oneOpening, configPath, "version: 1\nplan: {project: acme/hiring}\n")
	b.plans = b.gitlab.AddProject("acme/hiring", "private")
	b.gitlab.AddMember(b.plans, b.bot, standin.Reporter)
	b.settle() // makes the labels
	b.commit(openingsPath, oneOpening+strings.ReplaceAll(oneOpening, "GHP-1042", "GHP-1043")+strings.ReplaceAll(oneOpening, "GHP-1042", "GHP-1044"))
	b.gitlab.Set(b.plans, func(p *standin.Project) { p.Members[b.bot.ID] = standin.Guest })
	for _, issues := range []int{2, 2} { // what was made is told of again
		_, _, err := b.run(b.Reconciler)
		if !errors.Is(err, forge.ErrForbidden) || !strings.Contains(err.Error(), `leaves out labels, dates and people; give the token's user the role Reporter in project "acme/hiring"`) {
			t.Errorf("error %v", err)
		}
		if n := len(b.issues()); n != issues {
			t.Errorf("%d issues, want %d", n, issues)
		}
	}
	b.gitlab.Set(b.plans, func(p *standin.Project) { p.Members[b.bot.ID] = standin.Reporter })
	b.settle()
	for _, i := range b.issues() {
		if len(i.Labels) != 5 || len(b.gitlab.Tasks(b.plans, i.IID)) != 5 {
			t.Errorf("%q: labels %q", i.Title, i.Labels)
		}
	}
}

// TestQuicker: what a person changes after roleplan has read it, and before it writes, is not
// overwritten. The run looks again and ends with both.
func TestQuicker(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, oneOpening)
	b.settle()
	b.commit(tpmPath, b.page(lineDirector, strings.Replace(lineDirector, "50", "45", 1)))
	iid, task := b.issue().IID, b.tasks()[1].IID
	listed := false
	b.gitlab.OnCall(func(r *http.Request) *standin.Fault {
		if strings.HasSuffix(r.URL.Path, "/labels") && !listed { // which comes after the listings
			listed = true
			for _, n := range []int64{iid, task} {
				b.edit(n, func(i *standin.Issue) { i.Description += "\n\nwords of Ana" })
			}
		}
		return nil
	})
	p, _, err := b.run(b.Reconciler)
	b.gitlab.OnCall(nil)
	if err != nil || !listed {
		t.Fatalf("error %v, plan %+v", err, p)
	}
	b.still()
	for _, n := range []int64{iid, task} {
		if d := b.gitlab.Issue(b.hb, n).Description; !strings.HasSuffix(d, "words of Ana") || !strings.Contains(d, "45") {
			t.Errorf("#%d is described as\n%s", n, d)
		}
	}
}
