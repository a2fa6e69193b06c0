package plan_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/sync/plan"
)

// TestResult: every opening is told with what became of it, its link, and why it failed.
func TestResult(t *testing.T) {
	open := func(id string) plan.Opening {
		return plan.Opening{ID: id, Title: "Engineer", URL: "https://gitlab.example/" + id}
	}
	var r plan.Result
	r.Add(plan.Plan{Openings: []plan.Opening{open("A"), open("B"), open("C"), open("D"), open("E")}}, []plan.Action{
		{Verb: plan.Create, Object: plan.Label, Title: "opening"},
		{Verb: plan.Create, Object: plan.Issue, Opening: "A"},
		{Verb: plan.Create, Object: plan.Task, Opening: "A"},
		{Verb: plan.Update, Object: plan.Task, Opening: "B"},
	}, map[string]error{"E": errors.New("changed meanwhile")})
	// A second round: what had failed goes well, other things fail.
	last := plan.Plan{Openings: []plan.Opening{open("A"), open("B"), open("C"), open("D"), open("E")}, Actions: []plan.Action{{Verb: plan.Close, Object: plan.Issue, Opening: "C"}}}
	r.Add(last, []plan.Action{{Verb: plan.Create, Object: plan.Note, Opening: "C"}, {Verb: plan.Close, Object: plan.Issue, Opening: "C"}}, map[string]error{
		"D": errors.Join(errors.New("no page"), errors.New("no \x1b[31mlevel")), "": errors.New("create label: forbidden"),
	})
	var b strings.Builder
	if err := r.Text(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/result.txt", b.String())
	if len(r.Done) != 6 || len(r.Plan.Actions) != 5 {
		t.Errorf("%d done, of %d", len(r.Done), len(r.Plan.Actions))
	}
}

// TestDrift names what has moved between two plans.
func TestDrift(t *testing.T) {
	a := plan.Action{Verb: plan.Create, Object: plan.Task, Opening: "A", Title: "Call", Why: "a step", Digest: "1"}
	other, elsewhere := a, a
	other.Digest, elsewhere.Opening = "2", "B"
	for _, tc := range []struct {
		name        string
		before, now []plan.Action
		want        []string
	}{
		{"the same", []plan.Action{a, elsewhere}, []plan.Action{a, elsewhere}, nil},
		{"another order", []plan.Action{a, elsewhere}, []plan.Action{elsewhere, a}, nil},
		{"done already", []plan.Action{a}, nil, []string{`A: create task "Call" is not needed any more`}},
		{"new", nil, []plan.Action{a}, []string{`A: create task "Call" is needed now (a step)`}},
		{"other content", []plan.Action{a}, []plan.Action{other}, []string{`A: create task "Call" would write something else by now`}},
		{"twice", []plan.Action{a, a}, []plan.Action{a}, []string{`A: create task "Call" is not needed any more`}},
		{"one more", []plan.Action{a}, []plan.Action{a, a}, []string{`A: create task "Call" is needed now (a step)`}},
	} {
		if got := plan.Drift(plan.Plan{Actions: tc.before}, plan.Plan{Actions: tc.now}); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
