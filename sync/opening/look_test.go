package opening_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// look is a plan that is told and not carried out, with the calls that it took.
func (b *bundle) look() (plan.Plan, map[string]int) {
	b.t.Helper()
	b.gitlab.ResetCalls()
	p, _, err := b.Look(b.t.Context(), b.project, "main", nil, plan.Known{})
	if err != nil {
		b.t.Fatal(err)
	}
	return p, b.gitlab.Calls()
}

const (
	listIssues = "GET projects/:id/issues"
	listLabels = "GET projects/:id/labels"
)

// TestLookListsOnce: a look takes one listing for issues and tasks, and the labels from memory as long as no
// issue has changed and roleplan itself has changed no label.
func TestLookListsOnce(t *testing.T) {
	t.Parallel()
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	check := func(when string, labels int) {
		t.Helper()
		if p, calls := b.look(); !p.Empty() || calls[listIssues] != 1 || calls[listLabels] != labels {
			t.Errorf("%s: %d actions, want %d listing of labels and one of issues: %v", when, len(p.Actions), labels, calls)
		}
	}
	check("after the sweep", 0)
	all := b.gitlab.WorkItems(b.hb)
	b.gitlab.EditIssue(b.gitlab.Issue(b.hb, all[0].IID), b.ana, func(i *standin.Issue) { i.Description += "\n\nWords of Ana." })
	check("after an issue has changed", 1)
	check("and once more", 0)

	// A label that somebody has deleted is told when the memory does not serve.
	b.gitlab.AddToken(b.ana, "ana", "api")
	labels := b.gitlab.Labels(b.hb)
	at := slices.IndexFunc(labels, func(l standin.Label) bool { return strings.HasPrefix(l.Name, "hiring::2") }) // which no issue bears yet
	r, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, b.gitlab.URL()+fmt.Sprint("/api/v4/projects/acme%2Fhandbook/labels/", labels[at].ID), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Private-Token", "ana")
	resp, err := http.DefaultClient.Do(r)
	if err != nil || resp.StatusCode != http.StatusNoContent {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	if p, _ := b.look(); !p.Empty() {
		t.Errorf("what is remembered is asked for: %v", p.Actions)
	}
	if p, done, err := b.run(b.Reconciler); err != nil || done != 1 || p.Actions[0].Object != plan.Label {
		t.Errorf("the run makes it again: %v, %v", p.Actions, err)
	}
	check("after roleplan has made a label", 1)
}

// TestLookFindsTasks also where GitLab does not list them beside issues.
func TestLookFindsTasks(t *testing.T) {
	t.Parallel()
	b := setup(t, standin.Options{}, oneOpening)
	b.settle()
	b.gitlab.OnCall(func(r *http.Request) *standin.Fault {
		if q := r.URL.Query(); r.Method == http.MethodGet && q.Has("author_id") && !q.Has("issue_type") {
			q.Set("issue_type", "issue")
			r.URL.RawQuery = q.Encode()
		}
		return nil
	})
	if p, calls := b.look(); !p.Empty() || calls[listIssues] != 3 {
		t.Errorf("%v, %v", p.Actions, calls)
	}
}
