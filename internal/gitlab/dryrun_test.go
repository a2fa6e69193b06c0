package gitlab

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// TestDryRun: a dry run reads what it needs, logs what it would write, and writes nothing.
func TestDryRun(t *testing.T) {
	for _, c := range calls() {
		t.Run(c.name, func(t *testing.T) {
			b := setup(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method != http.MethodGet && (!strings.HasSuffix(r.URL.Path, "/graphql") || bytes.Contains(body, []byte("mutation"))) {
					t.Errorf("%s %s in a dry run", r.Method, r.URL)
				}
				reply(w, 200, `{"id":2,"iid":2,"username":"bot"}`)
			}, func(o *Options) { o.DryRun = true })
			err := c.do(b.Client)
			if c.writes && err != nil {
				t.Errorf("error is %v", err)
			}
			said := strings.Count(b.log.String(), wouldWrite)
			if c.writes != (said == 1) || said > 1 {
				t.Errorf("logged %q", b.log)
			}
		})
	}
}

// TestDryRunChain: what was only pretended to be made can be worked with further.
func TestDryRunChain(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, r *http.Request) { t.Errorf("%s %s", r.Method, r.URL); reply(w, 500, "") }, func(o *Options) { o.DryRun = true })
	ctx := context.Background()
	title := safe.Title("T")
	issue, err := b.CreateIssue(ctx, 1, forge.IssueWrite{Title: &title, AddLabels: []safe.Line{safe.Label("a"), safe.Label("b")}, DueDate: new("2027-02-01")})
	if err != nil || issue.IID >= 0 || issue.Title != "T" || issue.DueDate != "2027-02-01" {
		t.Fatalf("issue %+v, error %v", issue, err)
	}
	task, err := b.CreateTask(ctx, "a/b", issue, forge.IssueWrite{Title: &title, Confidential: new(true)})
	if err != nil || task.IID >= 0 || task.IID == issue.IID || !task.Confidential {
		t.Fatalf("task %+v, error %v", task, err)
	}
	closed, err := b.UpdateTask(ctx, "a/b", task, forge.IssueWrite{State: new(forge.Closed)})
	if err != nil || closed.State != forge.Closed {
		t.Fatalf("task %+v, error %v", closed, err)
	}
	changed, err := b.UpdateIssue(ctx, 1, issue.IID, forge.IssueWrite{AssigneeIDs: &[]int64{4}})
	if err != nil || len(changed.Assignees) != 1 {
		t.Fatalf("issue %+v, error %v", changed, err)
	}
	if list, err := b.LinkedIssues(ctx, 1, issue.IID); err != nil || len(list) != 0 {
		t.Errorf("links %v, error %v", list, err)
	}
	if list, err := b.IssueNotes(ctx, 1, issue.IID); err != nil || len(list) != 0 {
		t.Errorf("notes %v, error %v", list, err)
	}
}
