package plan_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/sync/plan"
)

var update = flag.Bool("update", false, "write the golden files anew")

// full has every verb, object and kind of change.
var full = plan.Plan{
	Openings: []plan.Opening{
		{ID: "GHP-1042", Title: "Senior Technical Program Manager", Steps: 5},
		{ID: "GHP-7/2", Title: "Security Engineer", URL: "https://gitlab.example/acme/hiring/-/issues/7", Steps: 1},
		{ID: "GHP-8", Title: "Designer", URL: "https://gitlab.example/acme/hiring/-/issues/8", Steps: 3},
	},
	Actions: []plan.Action{
		{Verb: plan.Create, Object: plan.Label, Title: "hiring::1 Screening call", Why: "plans are marked with it (stage)"},
		{Verb: plan.Update, Object: plan.Label, Title: "opening", Why: "it differs from what is declared", Changes: []plan.Change{{Field: "color", Old: "#000000", New: "#6699cc"}}},
		{Verb: plan.Create, Object: plan.Issue, Opening: "GHP-1042", Title: "Opening GHP-1042: Senior Technical Program Manager", Why: "the opening has no plan yet"},
		{Verb: plan.Create, Object: plan.Task, Opening: "GHP-1042", Title: "Screening call", Why: "a step of the hiring process"},
		{Verb: plan.Create, Object: plan.Note, Opening: "GHP-7/2", Title: "what is different", Why: "the process on the page has changed", URL: "https://gitlab.example/acme/hiring/-/issues/7"},
		{Verb: plan.Close, Object: plan.Task, Opening: "GHP-7/2", Title: "Interview: CPO", Why: "the page has no such step any more", URL: "https://gitlab.example/acme/hiring/-/work_items/9"},
		{
			Verb: plan.Update, Object: plan.Issue, Opening: "GHP-7/2", Title: "Opening GHP-7/2: Security Engineer", Why: "the stage has changed", URL: "https://gitlab.example/acme/hiring/-/issues/7",
			Changes: []plan.Change{
				{Field: "description", Old: "| 5 | Interview | CPO |", New: "a very long line of the description that goes on and on and on and on and on"},
				{Field: "label", New: "hiring::2 Interview"},
				{Field: "label", Old: "hiring::1 Screening call"},
			},
		},
		{Verb: plan.Reopen, Object: plan.Issue, Opening: "GHP-8", Title: "two\nlines \x1b[31m", Why: "the opening is open again"},
	},
	Problems: []plan.Problem{
		{File: "hiring/openings.yml", Line: 12, Opening: "GHP-9", Message: `level: "Senoir" is no level of the page`, Blocks: true},
		{File: ".roleplan.yml", Message: "plna: is not known here", Blocks: true},
		{Opening: "GHP-3", Message: "its issue #4 is open, but the openings declare no such position"},
	},
}

func TestText(t *testing.T) {
	var b strings.Builder
	if err := full.Text(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/full.txt", b.String())
	for _, tc := range []struct {
		plan plan.Plan
		want string
	}{
		{plan.Plan{}, "0 openings: nothing to do\n"},
		{plan.Plan{Openings: full.Openings[:1]}, "1 opening: nothing to do\n"},
		{plan.Plan{Problems: full.Problems[1:2]}, "! .roleplan.yml: plna: is not known here\n\n0 openings: nothing to do\n"},
	} {
		b.Reset()
		if err := tc.plan.Text(&b); err != nil || b.String() != tc.want {
			t.Errorf("got %q, want %q (%v)", b.String(), tc.want, err)
		}
	}
}

func TestJSON(t *testing.T) {
	var b strings.Builder
	if err := full.JSON(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/full.json", b.String())
	var back plan.Plan
	if err := json.Unmarshal([]byte(b.String()), &back); err != nil || !reflect.DeepEqual(back, full) {
		t.Errorf("read back as %+v (%v)", back, err)
	}
	b.Reset()
	if err := (plan.Plan{}).JSON(&b); err != nil || b.String() != "{\n  \"openings\": [],\n  \"actions\": [],\n  \"problems\": []\n}\n" {
		t.Errorf("an empty plan is %s (%v)", b.String(), err)
	}
}

func TestState(t *testing.T) {
	if full.Empty() || !full.Blocked() || !(plan.Plan{Openings: full.Openings}).Empty() || (plan.Plan{Problems: full.Problems[2:]}).Blocked() {
		t.Error("empty or blocked is told wrongly")
	}
	if got := full.Sum(); got != "3 openings: 4 to create, 2 to change, 1 to close, 1 to reopen" {
		t.Errorf("sum %q", got)
	}
	if err := full.Text(broken{}); err == nil {
		t.Error("a failed write is no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("full") }

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs. Got:\n%s", file, got)
	}
}
