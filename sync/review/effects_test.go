package review_test

import (
	"context"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/sync/plan"
	"gitlab.com/roleplan/roleplan/sync/review"
)

// fakePlanner gives the plan that a test sets.
type fakePlanner struct{ plan plan.Plan }

func (f *fakePlanner) Look(context.Context, forge.Project, string, *repoconf.Config, plan.Known) (plan.Plan, plan.Sight, error) {
	return f.plan, plan.Sight{}, nil
}

func (f *fakePlanner) Pages(*repoconf.Config, plan.Known) []string { return nil }

func (f *fakePlanner) Moved(context.Context, plan.Sight) (bool, error) { return true, nil }

// TestMergedNoteNamesWhatItPromised: other openings of the project have nothing to do with this
// merge request, whatever is done for them meanwhile.
func TestMergedNoteNamesWhatItPromised(t *testing.T) {
	g := newFake(goodPage, badPage)
	p := &fakePlanner{plan.Plan{
		Openings: []plan.Opening{{ID: "GHP-1", Title: "Engineer"}, {ID: "GHP-2", Title: "Manager", URL: "https://gitlab.test/acme/handbook/-/issues/2"}},
		Actions: []plan.Action{
			{Verb: plan.Create, Object: plan.Issue, Opening: "GHP-1", Title: "Opening GHP-1"},
			{Verb: plan.Create, Object: plan.Label, Title: "opening"},
		},
	}}
	r := review.New(g, p)
	run(t, r)
	wantText(t, g.answer(), "**On merge**: 1 opening; new: 1 issue, 1 label", "`GHP-1`", "gets a plan")
	if strings.Contains(g.answer(), "GHP-2") {
		t.Errorf("the note names an opening that does not change:\n%s", g.answer())
	}

	g.mr.State = forge.Merged
	p.plan.Actions = append(p.plan.Actions, plan.Action{Verb: plan.Update, Object: plan.Task, Opening: "GHP-2", Title: "Call"})
	if res := run(t, r); res.After <= 0 {
		t.Errorf("the plans are not in line yet, and nobody looks again: %+v", res)
	}
	wantText(t, g.answer(), "being brought in line", "`GHP-1`")
	if strings.Contains(g.answer(), "GHP-2") {
		t.Errorf("the note names an opening of somebody else's:\n%s", g.answer())
	}

	p.plan.Actions = nil
	p.plan.Openings[0].URL = "https://gitlab.test/acme/handbook/-/issues/1"
	if res := run(t, r); res.After != 0 {
		t.Errorf("all is done, and it is looked at again: %+v", res)
	}
	wantText(t, g.answer(), "Merged, and the hiring plans are in line", "issues/1", "has its plan")
	if strings.Contains(g.answer(), "GHP-2") {
		t.Errorf("the note names an opening of somebody else's:\n%s", g.answer())
	}
	g.reset()
	if run(t, r); g.writes != 0 {
		t.Errorf("%d writes when all is told", g.writes)
	}
}
