package opening_test

import (
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// The steps of the page, as its lines say them.
const (
	lineScreen   = "* Qualified candidates will be invited to schedule a 30 minute screening call with one of our Global Recruiters.\n"
	lineDirector = "* Candidates will be invited to schedule a 50-minute interview directly with the Sr Director of Product Management.\n"
	linePeers    = "* Candidates will be invited to schedule 2-3 separate 50-minute interviews with Directors in the Product Division.\n"
	lineCross    = "* Candidates will be invited to schedule a 30-minute interview with a cross division stable counterpart.\n"
	lineCPO      = "* Candidates will be invited to schedule a final 30-minute interview with the CPO.\n"
)

// page is the page with one part in the place of another.
func (b *bundle) page(old, new string) string {
	b.t.Helper()
	src := tpm(b.t)
	if !strings.Contains(src, old) {
		b.t.Fatalf("the page has no %q", old)
	}
	return strings.Replace(src, old, new, 1)
}

// TestPageChanges: the plan follows the page, what was done stays done, and nothing is deleted.
func TestPageChanges(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	before := b.tasks()
	b.setState(before[0].IID, "closed")
	b.edit(before[3].IID, func(i *standin.Issue) { i.Description += "\n\nMet on Monday, @ana has the notes." })
	b.settle()

	// The screening (done) and the counterpart (not done) go, a panel comes, the CPO's interview
	// takes an hour.
	src := b.page(lineScreen, "")
	src = strings.Replace(src, lineCross, "* Candidates will meet a panel of two engineers for 45 minutes.\n", 1)
	src = strings.Replace(src, lineCPO, "* Candidates will be invited to schedule a final 60-minute interview with the CPO.\n", 1)
	b.commit(tpmPath, src)
	b.settle()

	after := b.tasks()
	if len(after) != 6 {
		t.Fatalf("tasks %q", titles(after))
	}
	for n, want := range []string{"closed", "opened", "opened", "opened", "closed", "opened"} {
		if after[n].State != want {
			t.Errorf("task %q is %s", after[n].Title, after[n].State)
		}
	}
	if d := after[4].Description; !strings.Contains(d, "Met on Monday, @ana has the notes.") || !strings.Contains(d, "no such step any more") || !strings.Contains(d, "The page says: Candidates") {
		t.Errorf("closed task is described as\n%s", d)
	}
	if d := after[5].Description; !strings.Contains(d, "**Minutes:** 60") || !strings.Contains(d, "Step 4 of 4") {
		t.Errorf("changed task is described as\n%s", d)
	}
	if got := after[3].Title; got != "Panel interview: engineers" {
		t.Errorf("new task %q", got)
	}
	i := b.issue()
	if got := stage(i); got != "hiring::1 Interview: Sr Director of Product Management" {
		t.Errorf("stage %q", got)
	}
	notes := b.notes(i.IID)
	if len(notes) != 1 {
		t.Fatalf("notes %q", notes)
	}
	b.golden("note-process.md", notes[0])

	// All comes back: the tasks do, too, each behind that of the step before it.
	b.commit(tpmPath, tpm(t))
	b.settle()
	again := b.tasks()
	if len(again) != 6 || again[3].State != "opened" || again[0].State != "closed" || again[4].State != "closed" {
		for _, i := range again {
			t.Errorf("task %q is %s", i.Title, i.State)
		}
	}
	if d := again[3].Description; !strings.Contains(d, "Met on Monday") || strings.Contains(d, "no such step") {
		t.Errorf("task is described as\n%s", d)
	}
	if notes := b.notes(i.IID); len(notes) != 2 {
		t.Errorf("notes %q", notes)
	}
	// And the same change once more is told once more.
	b.commit(tpmPath, src)
	b.settle()
	if notes := b.notes(i.IID); len(notes) != 3 {
		t.Errorf("notes %q", notes)
	}
}

// TestOtherWords: a new wording, another place and other minutes do not make another task.
func TestOtherWords(t *testing.T) {
	for name, tc := range map[string]struct{ old, new string }{
		"minutes":        {lineDirector, strings.Replace(lineDirector, "50", "45", 1)},
		"order":          {lineDirector + linePeers, linePeers + lineDirector},
		"number":         {linePeers, strings.Replace(linePeers, "2-3", "3", 1)},
		"verb":           {lineCPO, "* Candidates will meet the CPO for 30 minutes.\n"},
		"last to second": {lineDirector, lineCPO + lineDirector},
		"screening":      {lineScreen, "* Selected candidates will have a 20 minute screening call with a recruiter.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, standin.Options{}, oneOpening)
			b.settle()
			src := b.page(tc.old, tc.new)
			if name == "last to second" {
				at := strings.LastIndex(src, lineCPO)
				src = src[:at] + src[at+len(lineCPO):]
			}
			b.commit(tpmPath, src)
			b.settle()
			tasks := b.tasks()
			open := slices.DeleteFunc(slices.Clone(tasks), func(i standin.Issue) bool { return i.State != "opened" })
			if len(tasks) != 5 || len(open) != 5 {
				t.Errorf("tasks %q, open %q", titles(tasks), titles(open))
			}
			if notes := b.notes(b.issue().IID); len(notes) != 1 {
				t.Errorf("notes %q", notes)
			}
		})
	}
}

// TestStageMoves: the stage label is that of the first open step.
func TestStageMoves(t *testing.T) {
	for _, premium := range []bool{true, false} {
		b := setup(t, standin.Options{Premium: premium}, oneOpening)
		b.settle()
		tasks := b.tasks()
		for _, step := range []struct {
			task  int
			state string
			want  string
		}{
			{0, "closed", "hiring::2 Interview: Sr Director of Product Management"},
			{2, "closed", "hiring::2 Interview: Sr Director of Product Management"},
			{1, "closed", "hiring::4 Interview: cross division stable counterpart"},
			{0, "opened", "hiring::1 Screening call"},
			{0, "closed", "hiring::4 Interview: cross division stable counterpart"},
			{3, "closed", "hiring::5 Interview: CPO"},
			{4, "closed", ""},
			{4, "opened", "hiring::5 Interview: CPO"},
		} {
			b.setState(tasks[step.task].IID, step.state)
			b.settle()
			if got := stage(b.issue()); got != step.want {
				t.Errorf("premium %v: stage %q after task %d is %s, want %q", premium, got, step.task, step.state, step.want)
			}
		}
		if notes := b.notes(b.issue().IID); len(notes) != 0 {
			t.Errorf("notes %q", notes)
		}
	}
}

// TestPeoplesWork: what people write, tick, assign, rename and label stays theirs.
func TestPeoplesWork(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, oneOpening)
	b.settle()
	i := b.issue()
	b.edit(i.IID, func(i *standin.Issue) {
		i.Description = "/shrug above, by Ana\n\n" + i.Description + "\n\n- [x] book a room @cy\n- [ ] \"quotes\" & <b>tags</b>\n"
		i.Title = "Opening GHP-1042: Senior TPM (urgent!)"
		i.DueDate = "2027-01-15"
		i.Assignees = append(i.Assignees[:1], b.user("dee"))
		i.Labels = append(i.Labels, "urgent", "hot")
	})
	task := b.tasks()[1]
	b.edit(task.IID, func(i *standin.Issue) {
		i.Assignees = []*standin.User{b.user("cy")}
		i.Title = "Talk with the director"
		i.Description += "\n\nnotes of Cy"
	})
	b.still()
	b.commit(tpmPath, b.page(lineDirector, strings.Replace(lineDirector, "50", "45", 1)))
	b.settle()
	i = b.issue()
	if i.Title != "Opening GHP-1042: Senior TPM (urgent!)" || i.DueDate != "2027-01-15" || !slices.Equal(usernames(i.Assignees), []string{"bo", "dee"}) {
		t.Errorf("issue %q, due %s, %q", i.Title, i.DueDate, usernames(i.Assignees))
	}
	if !slices.Contains(i.Labels, "urgent") || !slices.Contains(i.Labels, "hot") {
		t.Errorf("labels %q", i.Labels)
	}
	if !strings.HasPrefix(i.Description, "/shrug above, by Ana\n\n<!--") || !strings.HasSuffix(i.Description, "-->\n\n- [x] book a room @cy\n- [ ] \"quotes\" & <b>tags</b>") || !strings.Contains(i.Description, "| 2 | Interview | Sr Director of Product Management | 45 | 1 |") {
		t.Errorf("description\n%s", i.Description)
	}
	task = b.tasks()[1]
	if task.Title != "Talk with the director" || !slices.Equal(usernames(task.Assignees), []string{"cy"}) || !strings.HasSuffix(task.Description, "notes of Cy") || !strings.Contains(task.Description, "**Minutes:** 45") {
		t.Errorf("task %q, %q\n%s", task.Title, usernames(task.Assignees), task.Description)
	}

	// A new wish goes before what people set in the field it speaks of, and only there.
	b.commit(openingsPath, strings.Replace(oneOpening, "2027-02-01", "2027-04-01", 1))
	b.settle()
	if i = b.issue(); i.DueDate != "2027-04-01" || i.Title != "Opening GHP-1042: Senior TPM (urgent!)" {
		t.Errorf("issue %q, due %s", i.Title, i.DueDate)
	}
}

// TestEditsInManagedPart: changes by people within roleplan's part stay until there is something
// else to write, and are kept below it then.
func TestEditsInManagedPart(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	iid := b.issue().IID
	b.edit(iid, func(i *standin.Issue) {
		i.Description = strings.Replace(i.Description, "- Risk analysis and problem-solving skills\n", "- Risk analysis, most of all\n", 1)
	})
	b.still()
	b.setState(b.tasks()[0].IID, "closed")
	b.settle()
	if d := b.issue().Description; !strings.Contains(d, "Risk analysis, most of all") || strings.Contains(d, "<details>") {
		t.Errorf("the stage has moved, and the description is\n%s", d)
	}
	b.commit(tpmPath, b.page(lineDirector, strings.Replace(lineDirector, "50", "45", 1)))
	b.settle()
	d := b.issue().Description
	part, kept, found := strings.Cut(d, "<!-- roleplan:end v1 -->")
	if !found || !strings.Contains(part, "- Risk analysis and problem-solving skills") || !strings.Contains(kept, "- Risk analysis, most of all") || strings.Count(d, "roleplan:opening") != 1 {
		t.Errorf("description\n%s", d)
	}
	// The mark of the end is taken away, and text stands behind.
	b.edit(iid, func(i *standin.Issue) {
		i.Description = strings.Replace(i.Description, "<!-- roleplan:end v1 -->", "Text of Ana", 1)
	})
	b.settle()
	b.commit(tpmPath, tpm(t))
	b.settle()
	if d := b.issue().Description; !strings.Contains(d, "Text of Ana") || !strings.Contains(d, "Risk analysis, most of all") {
		t.Errorf("description\n%s", d)
	}
}

func (b *bundle) user(name string) *standin.User {
	return map[string]*standin.User{"ana": b.ana, "bo": b.people[0], "cy": b.people[1], "dee": b.people[2]}[name]
}

// TestProcessIsGone: a page may lose its hiring process, and get one again.
func TestProcessIsGone(t *testing.T) {
	for _, config := range []string{"version: 1\n", asBoxes} {
		b := setup(t, standin.Options{Premium: true}, oneOpening, configPath, config)
		b.settle()
		b.commit(tpmPath, b.page("## Hiring Process", "## Something Else"))
		b.settle()
		if i := b.issue(); stage(i) != "" || !strings.Contains(i.Description, "The page lists no steps for this opening.") {
			t.Errorf("stage %q, description\n%s", stage(i), i.Description)
		}
		b.commit(tpmPath, tpm(t))
		b.settle()
		if i := b.issue(); stage(i) != "hiring::1 Screening call" {
			t.Errorf("stage %q", stage(i))
		}
	}
}
