package opening_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

const (
	teamPath   = "data/team.yml"
	enginePath = "content/job-families/engineering/engineer.md"
)

// enginePage has a step for each way to name people.
const enginePage = `---
title: Backend Engineer
description: Builds things
---

## Responsibilities

- Build

## Requirements

- Care

## Hiring Process

- A 30-minute screening call with a Recruiter
- A 50-minute interview with the Hiring Manager
- A 50-minute interview with a Backend Engineer
- A 50-minute interview with the VP of Engineering
- A 30-minute interview with the CTO
`

const engineOpening = `- id: %s
  page: content/job-families/engineering/engineer.md
  hiring_manager: ana
  recruiter: bo
  target_start: 2027-02-01
`

const engineTeam = `- {slug: ana, name: Ana Ng, gitlab: ana, job_title: Engineering Manager, reports_to: vera, departments: [Engineering]}
- {slug: cy, name: Cy Oz, gitlab: cy, job_title: Backend Engineer, reports_to: ana, departments: [Engineering]}
- {slug: dee, name: Dee Wu, gitlab: dee, job_title: Backend Engineer, reports_to: ana, departments: [Engineering]}
- {slug: eve, name: Eve Gone, gitlab: eve, job_title: Backend Engineer, reports_to: ana, departments: [Engineering]}
- {slug: vera, name: Vera Low, gitlab: vera, job_title: VP of Engineering, departments: [Engineering]}
`

// staffed is a project with the directory and openings of these ids. eve is in the directory only.
func staffed(t *testing.T, o standin.Options, config string, ids ...string) *bundle {
	t.Helper()
	var all strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&all, engineOpening, id)
	}
	files := []string{enginePath, enginePage, teamPath, engineTeam}
	if config != "" {
		files = append(files, configPath, config)
	}
	b := setup(t, o, all.String(), files...)
	b.gitlab.AddMember(b.hb, b.gitlab.AddUser("vera", "Vera Low", false), standin.Maintainer)
	return b
}

// who tells for the tasks of all plans to whom they are assigned.
func (b *bundle) who() []string {
	var all []string
	for _, i := range b.issues() {
		for _, t := range b.gitlab.Tasks(b.plans, i.IID) {
			all = append(all, strings.Join(usernames(t.Assignees), "+"))
		}
	}
	return all
}

func (b *bundle) wants(want ...string) {
	b.t.Helper()
	if got := b.who(); !slices.Equal(got, want) {
		b.t.Errorf("tasks are assigned to %q, want %q", got, want)
	}
}

// TestStaff: one person a title, the one with the fewest interviews, and the choice is explained.
func TestStaff(t *testing.T) {
	b := staffed(t, standin.Options{Premium: true}, "", "GHP-1", "GHP-2", "GHP-3")
	p := b.apply()
	b.wants("bo", "ana", "cy", "vera", "", "bo", "ana", "dee", "vera", "", "bo", "ana", "cy", "vera", "")
	if len(p.Problems) != 1 || p.Problems[0].String() != `data/team.yml:4: gitlab: nobody on GitLab is called "eve"; correct the user name` {
		t.Errorf("problems %v", p.Problems)
	}
	tasks := b.gitlab.Tasks(b.plans, b.issues()[2].IID)
	for n, want := range map[int]string{
		0: "- **Recruiter:** assigned to Bo Li (bo), as the recruiter",
		1: "- **Hiring Manager:** assigned to Ana Ng (ana), as the hiring manager",
		2: "- **Backend Engineer:** assigned to Cy Oz (cy), who has 1 open interview, the fewest of 3 people with this title\n  - 3 people with this title: Cy Oz (cy), Dee Wu (dee), Eve Gone (eve)",
		3: "- **VP of Engineering:** assigned to Vera Low (vera), the only one with this title",
	} {
		if !strings.Contains(tasks[n].Description, want) {
			t.Errorf("task %d lacks %q:\n%s", n, want, tasks[n].Description)
		}
	}
	b.golden("staffed-task.md", tasks[2].Description)
	b.still()
}

// TestStaffStays: a choice is not made again because loads or wordings have changed, and people's own
// stays.
func TestStaffStays(t *testing.T) {
	b := staffed(t, standin.Options{Premium: true}, "", "GHP-1")
	b.settle()
	b.wants("bo", "ana", "cy", "vera", "")
	engineer := b.tasks()[2].IID
	// cy gets more to do elsewhere, and the page says it in other words.
	b.commit(openingsPath, fmt.Sprintf(engineOpening, "GHP-1")+fmt.Sprintf(engineOpening, "GHP-2")+fmt.Sprintf(engineOpening, "GHP-3"))
	b.settle()
	b.commit(enginePath, strings.Replace(enginePage, "A 50-minute interview with a Backend Engineer", "A 45-minute interview with a Backend Engineer", 1))
	b.settle()
	b.wants("bo", "ana", "cy", "vera", "", "bo", "ana", "dee", "vera", "", "bo", "ana", "cy", "vera", "")
	// A person gives the task to somebody else; then cy leaves the company, for which the other tasks
	// find somebody.
	b.edit(engineer, func(i *standin.Issue) { i.Assignees = []*standin.User{b.people[2]} })
	b.settle()
	b.commit(teamPath, strings.ReplaceAll(engineTeam, "gitlab: cy,", "gitlab: gone,"))
	b.settle()
	b.wants("bo", "ana", "dee", "vera", "", "bo", "ana", "dee", "vera", "", "bo", "ana", "dee", "vera", "")
	// Without a directory nothing is taken away.
	b.gitlab.Commit(b.hb, "main", b.ana, "no team", map[string]*string{teamPath: nil})
	b.settle()
	b.wants("bo", "ana", "dee", "vera", "", "bo", "ana", "dee", "vera", "", "bo", "ana", "dee", "vera", "")
	// Who is taken off a task by hand does not come back.
	b.edit(engineer, func(i *standin.Issue) { i.Assignees = nil })
	b.commit(teamPath, engineTeam)
	b.settle()
	if got := b.who(); got[2] != "" {
		t.Errorf("assigned to %q", got)
	}
}

// TestStaffNamed: whom the opening names wins over the directory.
func TestStaffNamed(t *testing.T) {
	b := staffed(t, standin.Options{}, "", "GHP-1")
	b.commit(openingsPath, fmt.Sprintf(engineOpening, "GHP-1")+"  interviewers:\n    \"backend engineer\": [dee]\n    \"4\": [ana]\n")
	b.settle()
	b.wants("bo", "ana", "dee", "ana", "")
	// Without it, the directory chooses: the one who has the task may keep it or not, but once.
	b.commit(openingsPath, fmt.Sprintf(engineOpening, "GHP-1"))
	b.settle()
	if got := b.who(); got[3] != "vera" {
		t.Errorf("assigned to %q", got)
	}
}

// TestStaffFollows: another recruiter of the opening takes over the open call, beside whom people have
// added, and not the one that is over.
func TestStaffFollows(t *testing.T) {
	b := staffed(t, standin.Options{Premium: true}, "", "GHP-1", "GHP-2")
	b.settle()
	b.edit(b.gitlab.Tasks(b.plans, b.issues()[0].IID)[0].IID, func(i *standin.Issue) { i.Assignees = append(slices.Clone(i.Assignees), b.people[2]) })
	over := b.gitlab.Tasks(b.plans, b.issues()[1].IID)[0].IID
	b.edit(over, func(i *standin.Issue) { i.State = "closed" })
	b.settle()
	b.commit(openingsPath, strings.ReplaceAll(fmt.Sprintf(engineOpening, "GHP-1")+fmt.Sprintf(engineOpening, "GHP-2"), "recruiter: bo", "recruiter: vera"))
	b.settle()
	if got := b.who(); got[0] != "dee+vera" || got[5] != "bo" {
		t.Errorf("assigned to %q", got)
	}
}

// TestStaffFolder: a folder with a file a person costs few calls, and fewer when nothing has changed.
func TestStaffFolder(t *testing.T) {
	b := staffed(t, standin.Options{Premium: true}, "", "GHP-1")
	files := map[string]*string{teamPath: nil}
	for n, line := range strings.Split(strings.TrimSpace(engineTeam), "\n") {
		files[fmt.Sprintf("data/team_members/person/p/%d.yml", n)] = new(strings.TrimPrefix(line, "- ") + "\n")
	}
	for n := range 300 {
		files[fmt.Sprintf("data/team_members/person/q/%d.yml", n)] = new(fmt.Sprintf("slug: p%d\ngitlab: p%d\njob_title: Account Executive\nstory: |\n  long\n", n, n))
	}
	files["data/team_members/person/q/broken.yml"] = new("slug: [\n")
	b.gitlab.Commit(b.hb, "main", b.ana, "folder", files)
	b.gitlab.ResetCalls()
	p := b.apply()
	b.wants("bo", "ana", "cy", "vera", "")
	if len(p.Problems) != 1 || p.Problems[0].File != "data/team_members/person/q/broken.yml" || p.Problems[0].Line == 0 {
		t.Errorf("problems %v", p.Problems)
	}
	if n := b.gitlab.Calls()["GET projects/:id/repository/tree"]; n > 4 {
		t.Errorf("%d listings", n)
	}
	b.still()
	n, by := b.calls()
	t.Logf("unchanged: %d calls %v", n, by)
	if n > 12 {
		t.Errorf("unchanged: %d calls %v", n, by)
	}
}

// TestStaffChecklist: a box has no assignee; its line names the person.
func TestStaffChecklist(t *testing.T) {
	b := staffed(t, standin.Options{}, asBoxes, "GHP-1")
	b.settle()
	if d := b.issue().Description; !strings.Contains(d, "- [ ] Interview: Backend Engineer, by Cy Oz (cy) <!--") || !strings.Contains(d, "- [ ] Interview: CTO <!--") {
		t.Errorf("description\n%s", d)
	}
}

// TestDue: steps are due working days before the target start, and stay as people set them.
func TestDue(t *testing.T) {
	b := staffed(t, standin.Options{Premium: true}, "version: 1\nplan: {step_days: 3}\n", "GHP-1")
	due := func() (all []string) {
		for _, i := range b.tasks() {
			all = append(all, i.DueDate)
		}
		return all
	}
	b.settle()
	// 2027-02-01 is a Monday.
	if got := due(); b.issue().DueDate != "2027-02-01" || !slices.Equal(got, []string{"2027-01-11", "2027-01-14", "2027-01-19", "2027-01-22", "2027-01-27"}) {
		t.Errorf("due %q", got)
	}
	tasks := b.tasks()
	b.setState(tasks[0].IID, "closed")
	b.edit(tasks[1].IID, func(i *standin.Issue) { i.DueDate = "2027-01-02" })
	b.settle()
	if got := due(); got[1] != "2027-01-02" {
		t.Errorf("due %q", got)
	}
	b.commit(openingsPath, strings.Replace(fmt.Sprintf(engineOpening, "GHP-1"), "2027-02-01", "2027-02-08", 1))
	b.settle()
	if got := due(); !slices.Equal(got, []string{"2027-01-11", "2027-01-21", "2027-01-26", "2027-01-29", "2027-02-03"}) {
		t.Errorf("due %q", got)
	}
	// Without a start there are no dates; done steps keep theirs.
	b.commit(openingsPath, strings.Replace(fmt.Sprintf(engineOpening, "GHP-1"), "  target_start: 2027-02-01\n", "", 1))
	b.settle()
	if got := due(); !slices.Equal(got, []string{"2027-01-11", "", "", "", ""}) {
		t.Errorf("due %q", got)
	}
	b.commit(configPath, "version: 1\nplan: {step_days: 0}\n", openingsPath, fmt.Sprintf(engineOpening, "GHP-1"))
	b.settle()
	if got := due(); got[4] != "" {
		t.Errorf("due %q", got)
	}
}

// lists are the labels of the lists of a board.
func (b *bundle) lists(name string) []string {
	b.t.Helper()
	for _, board := range b.gitlab.Boards(b.plans) {
		if board.Name == name {
			var labels []string
			for _, l := range board.Lists {
				labels = append(labels, l.Label)
			}
			return labels
		}
	}
	b.t.Fatalf("no board %q", name)
	return nil
}

// TestBoard: a board a department, whose lists are the stages in their order.
func TestBoard(t *testing.T) {
	b := staffed(t, standin.Options{}, "version: 1\nplan: {board: true}\n", "GHP-1")
	b.settle()
	if got := b.lists("Hiring: engineering"); len(got) != 5 || got[0] != "hiring::1 Screening call" || got[4] != "hiring::5 Interview: CTO" {
		t.Errorf("lists %q", got)
	}
	b.commit(enginePath, strings.Replace(enginePage, "- A 50-minute interview with the Hiring Manager\n", "- An assessment: a task to do at home\n- A 50-minute interview with the Hiring Manager\n", 1), openingsPath, fmt.Sprintf(engineOpening, "GHP-1")+oneOpening)
	b.settle()
	got := b.lists("Hiring: engineering")
	if !slices.IsSorted(got[:6]) || len(got) != 10 || got[1] != "hiring::2 Assessment" || got[6] != "hiring::2 Interview: Hiring Manager" {
		t.Errorf("lists %q", got)
	}
	if got := b.lists("Hiring: product"); !slices.IsSorted(got) || len(got) != 5 {
		t.Errorf("lists %q", got)
	}
}

// TestBoardMoveRefused lets each call that moves a list fail in turn: the next run goes on from there.
func TestBoardMoveRefused(t *testing.T) {
	for nth := range 5 {
		b := staffed(t, standin.Options{}, "version: 1\nplan: {board: true}\n", "GHP-1")
		b.settle()
		b.commit(enginePath, strings.Replace(enginePage, "- A 50-minute interview with the Hiring Manager\n", "- An assessment: a task to do at home\n- A 50-minute interview with the Hiring Manager\n", 1))
		moves := 0
		b.gitlab.OnCall(func(r *http.Request) *standin.Fault {
			if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/lists/") {
				if moves++; moves == nth+1 {
					return &standin.Fault{Status: http.StatusForbidden, Body: `{"message":"no"}`}
				}
			}
			return nil
		})
		if _, _, err := b.run(opening.New(b.client)); err == nil {
			t.Fatal("the fault was not told")
		}
		b.gitlab.OnCall(nil)
		b.settle()
		if got := b.lists("Hiring: engineering"); !slices.IsSorted(got[:6]) || len(got) != 10 || got[1] != "hiring::2 Assessment" {
			t.Errorf("move %d failed: lists %q", nth, got)
		}
	}
}

// TestBoardBrokenOff: a run that ends between making a list and putting it in its place is taken up
// again. The list of a person between those in order stays where it is.
func TestBoardBrokenOff(t *testing.T) {
	b := staffed(t, standin.Options{}, "version: 1\nplan: {board: true}\n", "GHP-1")
	b.settle()
	b.commit(enginePath, strings.Replace(enginePage, "- A 50-minute interview with the Hiring Manager\n", "", 1))
	b.gitlab.OnCall(func(r *http.Request) *standin.Fault {
		if r.Method == http.MethodPut && strings.Contains(r.URL.Path, "/boards/") {
			return &standin.Fault{Status: 500, Body: `{"message":"500 Internal Server Error"}`}
		}
		return nil
	})
	if _, _, err := b.run(opening.New(b.client)); err == nil {
		t.Fatal("the lists were moved")
	}
	b.gitlab.OnCall(nil)
	b.settle()
	got := b.lists("Hiring: engineering")
	if !slices.IsSorted(got[:4]) || len(got) != 8 || got[3] != "hiring::4 Interview: CTO" {
		t.Errorf("lists %q", got)
	}

	b.gitlab.AddLabel(b.plans, "Doing", "#000000", "")
	labels, err := b.client.Labels(t.Context(), b.plans.ID)
	if err != nil {
		t.Fatal(err)
	}
	board := b.gitlab.Boards(b.plans)[0].ID
	list, err := b.client.CreateBoardList(t.Context(), b.plans.ID, board, labels[slices.IndexFunc(labels, func(l forge.Label) bool { return l.Name == "Doing" })].ID)
	if err == nil {
		err = b.client.MoveBoardList(t.Context(), b.plans.ID, board, list.ID, 1)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.still()
	if got := b.lists("Hiring: engineering"); got[1] != "Doing" {
		t.Errorf("lists %q", got)
	}
}

// TestRenamedLabels: labels of earlier names are renamed, and stay on the issues.
func TestRenamedLabels(t *testing.T) {
	b := staffed(t, standin.Options{Premium: true}, "", "GHP-1")
	b.settle()
	before := len(b.gitlab.Labels(b.hb))
	b.commit(configPath, `version: 1
labels:
  opening: search
  stage: "stage::{{.Order}} {{.Name}}"
  renamed:
    opening: [opening]
    stage: ["hiring::{{.Order}} {{.Name}}"]
`)
	b.settle()
	labels := b.gitlab.Labels(b.hb)
	if len(labels) != before {
		t.Errorf("%d labels, before %d", len(labels), before)
	}
	got := b.issue().Labels
	slices.Sort(got)
	if !slices.Equal(got, []string{"department::engineering", "role::Backend Engineer", "search", "stage::1 Screening call"}) {
		t.Errorf("labels of the issue %q", got)
	}
}

// TestPageMeant: a page that does not exist is answered with the one that was meant.
func TestPageMeant(t *testing.T) {
	b := staffed(t, standin.Options{}, "", "GHP-1")
	b.commit(openingsPath, strings.Replace(fmt.Sprintf(engineOpening, "GHP-1"), "engineering/engineer.md", "product/enginer.md", 1))
	result, err := b.Apply(t.Context(), b.project, opening.Options{})
	p := result.Plan
	if err != nil || len(p.Problems) == 0 || !strings.Contains(p.Problems[0].String(), `page: "content/job-families/product/enginer.md" does not exist in the repository; perhaps "content/job-families/engineering/engineer.md" was meant`) {
		t.Errorf("%v, problems %v", err, p.Problems)
	}
}
