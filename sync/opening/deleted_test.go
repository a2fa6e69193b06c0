package opening_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// recreate brings all in line and makes again what was deleted of an opening.
func (b *bundle) recreate(id string) {
	b.t.Helper()
	result, err := b.Apply(context.Background(), b.project, opening.Options{Recreate: []string{id}})
	if err != nil || result.Plan.Blocked() {
		b.t.Fatalf("recreate: %v, %v", result.Plan.Problems, err)
	}
	b.still()
}

// TestDeletedIssue: an issue that a person has deleted is made again only when it is asked for, and
// takes in its tasks with what people did to them.
func TestDeletedIssue(t *testing.T) {
	for name, files := range map[string][]string{"tasks": nil, "linked issues": {configPath, asIssues}} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, standin.Options{Premium: true}, oneOpening, files...)
			b.settle()
			i, steps := b.steps()
			if files == nil {
				steps = b.tasks()
			}
			b.setState(steps[0].IID, "closed")
			b.settle()
			b.gitlab.DeleteIssue(b.gitlab.Issue(b.hb, i.IID))
			b.gitlab.ResetCalls()
			p, done, err := b.run(b.Reconciler)
			if err != nil || done != 0 || b.gitlab.Writes() > 0 || !p.Blocked() {
				t.Fatalf("%d done, %d writes, error %v, problems %v", done, b.gitlab.Writes(), err, p.Problems)
			}
			if got := p.Problems[0].String(); !strings.Contains(got, "hiring/openings.yml:1: GHP-1042: its issue was deleted") || !strings.Contains(got, "apply --recreate GHP-1042") {
				t.Errorf("told: %s", got)
			}
			b.recreate("GHP-1042")
			again, left := b.steps()
			if files == nil {
				left = b.gitlab.Tasks(b.hb, again.IID)
			} else if linked := b.gitlab.Linked(b.gitlab.Issue(b.hb, again.IID)); len(linked) != 5 {
				t.Errorf("%d linked issues", len(linked))
			}
			if again.IID == i.IID || stage(again) != "hiring::2 Interview: Sr Director of Product Management" || !slices.Equal(titles(left), tpmSteps) || left[0].IID != steps[0].IID {
				t.Errorf("issue #%d in stage %q with %q", again.IID, stage(again), titles(left))
			}
		})
	}
}

// TestDeletedTask: the same for a task. The stage passes it over.
func TestDeletedTask(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, oneOpening)
	b.settle()
	tasks := b.tasks()
	b.setState(tasks[0].IID, "closed")
	b.gitlab.DeleteIssue(b.gitlab.Issue(b.hb, tasks[1].IID))
	p := b.settle()
	if len(b.tasks()) != 4 || stage(b.issue()) != "hiring::3 Interview: Directors in the Product Division" {
		t.Errorf("stage %q, tasks %q", stage(b.issue()), titles(b.tasks()))
	}
	if len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, "the task of step 2, Interview: Sr Director of Product Management, was deleted") {
		t.Errorf("problems %v", p.Problems)
	}
	// A change of the page brings no deleted one back, and a new step comes.
	b.commit(tpmPath, b.page(lineCPO, "* Candidates will meet a panel of two engineers for 45 minutes.\n"+lineCPO))
	b.settle()
	if got := titles(b.tasks()); !slices.Equal(got, []string{tpmSteps[0], tpmSteps[2], tpmSteps[3], "Panel interview: engineers", tpmSteps[4]}) {
		t.Errorf("tasks %q", got)
	}
	b.recreate("GHP-1042")
	if got := titles(b.tasks()); !slices.Equal(got, []string{tpmSteps[0], tpmSteps[1], tpmSteps[2], tpmSteps[3], "Panel interview: engineers", tpmSteps[4]}) {
		t.Errorf("tasks %q", got)
	}
	if got := stage(b.issue()); got != "hiring::2 Interview: Sr Director of Product Management" {
		t.Errorf("stage %q", got)
	}
}

// TestFollowed: an issue that was moved is followed to its new project, with its tasks there or
// where they were.
func TestFollowed(t *testing.T) {
	for _, withTasks := range []bool{true, false} {
		t.Run(fmt.Sprint(withTasks), func(t *testing.T) {
			other := strings.ReplaceAll(oneOpening, "GHP-1042", "GHP-1043")
			b := setup(t, standin.Options{Premium: true}, oneOpening+other)
			b.settle()
			middle, to := b.gitlab.AddProject("acme/middle", "private"), b.gitlab.AddProject("acme/hiring", "private")
			for _, p := range []*standin.Project{middle, to} {
				b.gitlab.AddMember(p, b.bot, standin.Reporter)
				b.gitlab.AddMember(p, b.ana, standin.Owner)
			}
			var moved []*standin.Issue
			for _, i := range b.issues() {
				first := b.gitlab.MoveIssue(b.gitlab.Issue(b.hb, i.IID), b.ana, middle, withTasks)
				moved = append(moved, b.gitlab.MoveIssue(first, b.ana, to, withTasks))
			}
			b.settle()
			_, all := b.calls()
			b.commit(tpmPath, b.page(lineDirector, strings.Replace(lineDirector, "50", "45", 1)))
			b.settle()
			if n := len(b.gitlab.Issues(to)) + len(b.gitlab.Issues(middle)) + len(b.issues()); n != 6 {
				t.Errorf("%d issues, want three for each opening, of which two are closed", n)
			}
			for _, i := range moved {
				i := b.gitlab.Issue(to, i.IID)
				if !strings.Contains(i.Description, "| 2 | Interview | Sr Director of Product Management | 45 | 1 |") || i.State != "opened" || stage(*i) != "hiring::1 Screening call" {
					t.Errorf("#%d in stage %q is described as\n%s", i.IID, stage(*i), i.Description)
				}
				if notes := b.gitlab.IssueNotes(i); len(notes) == 0 || !strings.Contains(notes[len(notes)-1].Body, "The hiring process on the page has changed") {
					t.Errorf("notes %+v", notes)
				}
			}
			if all["POST graphql query"] > 4 {
				t.Errorf("calls %v", all)
			}
		})
	}
}

// TestMovedAway: one that roleplan can't see any more is told, and no second one is made.
func TestMovedAway(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	b.gitlab.MoveIssue(b.gitlab.Issue(b.hb, b.issue().IID), b.ana, b.gitlab.AddProject("acme/secret", "private"), true)
	b.gitlab.ResetCalls()
	p, done, err := b.run(b.Reconciler)
	if err != nil || done != 0 || b.gitlab.Writes() > 0 || len(p.Problems) != 1 || !strings.Contains(p.Problems[0].String(), "was moved to another project, where the token can't follow it") {
		t.Errorf("%d done, problems %v, error %v", done, p.Problems, err)
	}
}

// TestLimit: a run that would close more than a quarter of the open plans stops before it does
// anything, and one closing alone always passes.
func TestLimit(t *testing.T) {
	for _, tc := range []struct {
		open, closed int
		stops        bool
	}{{1, 1, false}, {2, 1, false}, {3, 2, true}, {8, 2, false}, {8, 3, true}, {8, 8, true}} {
		t.Run(fmt.Sprint(tc.closed, " of ", tc.open), func(t *testing.T) {
			list := func(closed int) string {
				var all strings.Builder
				for n := range tc.open {
					fmt.Fprintf(&all, "- id: GHP-%d\n  page: %s\n  level: Technical Program Manager\n", n+1, tpmPath)
					if n < closed {
						all.WriteString("  status: filled\n")
					}
				}
				return all.String()
			}
			b := setup(t, standin.Options{}, list(0), configPath, asBoxes)
			b.settle()
			b.commit(openingsPath, list(tc.closed), tpmPath, b.page("50-minute", "45-minute"))
			b.gitlab.ResetCalls()
			p, err := b.Plan(context.Background(), b.project, "main")
			if err != nil || p.Blocked() != tc.stops {
				t.Errorf("plan: problems %v, error %v", p.Problems, err)
			}
			_, err = b.Apply(context.Background(), b.project, opening.Options{})
			if !tc.stops {
				b.still()
				return
			}
			want := fmt.Sprintf("it would close %d of the %d open plans (GHP-1, GHP-2", tc.closed, tc.open)
			if !errors.Is(err, opening.ErrTooMany) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "apply --close-many") || b.gitlab.Writes() > 0 {
				t.Errorf("error %v, %d writes", err, b.gitlab.Writes())
			}
			if _, err = b.Apply(context.Background(), b.project, opening.Options{CloseMany: true}); err != nil {
				t.Error(err)
			}
			b.still()
		})
	}
}

// TestOnly: a plan that was made before is done exactly, or not at all.
func TestOnly(t *testing.T) {
	for name, meanwhile := range map[string]struct {
		do   func(b *bundle)
		want string
	}{
		"nothing":            {func(*bundle) {}, ""},
		"a note":             {func(b *bundle) { b.gitlab.CommentIssue(b.gitlab.Issue(b.hb, b.issue().IID), b.ana, "Hello") }, ""},
		"a task is closed":   {func(b *bundle) { b.setState(b.tasks()[0].IID, "closed") }, "GHP-1042: update issue"},
		"words":              {func(b *bundle) { b.edit(b.issue().IID, func(i *standin.Issue) { i.Description += "\n\nmore" }) }, "would write something else by now"},
		"the page":           {func(b *bundle) { b.commit(tpmPath, tpm(b.t)) }, "is not needed any more"},
		"another opening":    {func(b *bundle) { b.commit(openingsPath, oneOpening+strings.ReplaceAll(oneOpening, "1042", "9")) }, "GHP-9: create issue"},
		"somebody else does": {func(b *bundle) { b.apply() }, "is not needed any more"},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, standin.Options{Premium: true}, oneOpening)
			b.settle()
			b.commit(tpmPath, b.page(lineDirector, strings.Replace(lineDirector, "50", "45", 1)))
			before, err := b.Plan(context.Background(), b.project, "main")
			if err != nil {
				t.Fatal(err)
			}
			meanwhile.do(b)
			b.gitlab.ResetCalls()
			result, err := b.Apply(context.Background(), b.project, opening.Options{Only: &before})
			if meanwhile.want == "" {
				if err != nil || len(result.Done) != len(before.Actions) {
					t.Errorf("%d of %d done, error %v", len(result.Done), len(before.Actions), err)
				}
				b.still()
				return
			}
			if !errors.Is(err, opening.ErrMoved) || !strings.Contains(err.Error(), meanwhile.want) || b.gitlab.Writes() > 0 {
				t.Errorf("error %v, %d writes", err, b.gitlab.Writes())
			}
		})
	}
}

// TestTogether: two runs at the same time make one plan.
func TestTogether(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := b.Apply(context.Background(), b.project, opening.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if i := b.issue(); len(b.tasks()) != 5 {
		t.Errorf("%q with %q", i.Title, titles(b.tasks()))
	}
	b.still()
}

// TestTwice: a second issue for an opening, which another process made at the same time, is told.
func TestTwice(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	i := b.issue()
	double := b.gitlab.AddIssue(b.hb, b.bot, i.Title, i.Description)
	p := b.settle()
	if len(p.Problems) != 1 || !strings.Contains(p.Problems[0].Message, fmt.Sprintf("it has two issues, of which #%d counts; close #%d", i.IID, double.IID)) {
		t.Errorf("problems %v", p.Problems)
	}
}
