package openapicheck_test

import (
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/internal/standin/openapicheck"
)

// TestClient makes every call that roleplan's client can make, and holds it against the description
// and against the strict stand-in.
func TestClient(t *testing.T) {
	d, err := openapicheck.Load()
	if errors.Is(err, openapicheck.ErrAbsent) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	s := standin.New(standin.Options{Strict: true})
	var log openapicheck.Log
	server := httptest.NewServer(d.Handler(s, &log))
	defer server.Close()

	bot := s.AddUser("bot", "Bot", true)
	s.AddToken(bot, "secret", "api")
	p := s.AddProject("acme/handbook", "private")
	s.AddMember(p, bot, standin.Maintainer)
	head := s.Commit(p, "main", bot, "first", map[string]*string{"dir/a.md": new("one\n")})
	s.Commit(p, "topic", bot, "second", map[string]*string{"dir/a.md": new("two\n")})
	if _, err := s.OpenMergeRequest(p, bot, "topic", "main", "Change", ""); err != nil {
		t.Fatal(err)
	}
	c, err := gitlab.New(gitlab.Options{BaseURL: server.URL, Token: "secret", Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}

	ctx := t.Context()
	title, label, body := safe.Title("An opening"), safe.Label("opening"), safe.Sprintf("text")
	color, due, closed, hidden, priority := "#112233", "2027-02-01", forge.Closed, true, 3
	people := []int64{bot.ID}
	all := forge.IssueWrite{Title: &title, Description: &body, AddLabels: []safe.Line{label}, AssigneeIDs: &people, Confidential: &hidden, DueDate: &due}
	none := ""
	change := forge.IssueWrite{Title: &title, Description: &body, RemoveLabels: []string{"opening"}, State: &closed, DueDate: &none, Confidential: &hidden, AssigneeIDs: &[]int64{}}
	var made forge.Label
	var note forge.Note
	var issue, task, other forge.Issue
	for _, call := range []struct {
		name string
		do   func() error
	}{
		{"CurrentUser", func() error { _, err := c.CurrentUser(ctx); return err }},
		{"UserByName", func() error { _, err := c.UserByName(ctx, "bot"); return err }},
		{"Project", func() error { _, err := c.Project(ctx, "acme/handbook"); return err }},
		{"MergeRequest", func() error { _, err := c.MergeRequest(ctx, p.ID, 1); return err }},
		{"ChangedMergeRequests", func() error {
			list, err := c.ChangedMergeRequests(ctx, p.ID, time.Now().Add(-time.Hour))
			if len(list) != 1 {
				t.Errorf("%d merge requests", len(list))
			}
			return err
		}},
		{"ChangedFiles", func() error { _, err := c.ChangedFiles(ctx, p.ID, 1); return err }},
		{"ReadFile", func() error { _, err := c.ReadFile(ctx, p.ID, "dir/a.md", head.SHA); return err }},
		{"ReadFileCommit", func() error {
			_, commit, err := c.ReadFileCommit(ctx, p.ID, "dir/a.md", "main")
			if commit != head.SHA {
				t.Errorf("the last commit is %q", commit)
			}
			return err
		}},
		{"ListFiles", func() error { _, err := c.ListFiles(ctx, p.ID, "dir", head.SHA); return err }},
		{"CreateNote", func() (err error) { note, err = c.CreateNote(ctx, p.ID, 1, body); return err }},
		{"UpdateNote", func() error { return c.UpdateNote(ctx, p.ID, 1, note.ID, body) }},
		{"CreateLabel", func() (err error) {
			made, err = c.CreateLabel(ctx, p.ID, forge.LabelWrite{Name: &label, Color: &color, Description: &title, Priority: &priority})
			return err
		}},
		{"UpdateLabel", func() error {
			_, err := c.UpdateLabel(ctx, p.ID, made.ID, forge.LabelWrite{Name: &label, Color: &color, Description: &title, Priority: &priority})
			return err
		}},
		{"Token", func() error { _, err := c.Token(ctx); return err }},
		{"Features", func() error { _, err := c.Features(ctx, p.Path); return err }},
		{"HookSettings", func() error { _, err := c.HookSettings(ctx, p.ID); return err }},
		{"CreateHook", func() error {
			return c.CreateHook(ctx, p.ID, forge.HookWrite{URL: "https://roleplan.example.com/webhooks/gitlab", Secret: "x"})
		}},
		{"Variables", func() error { _, err := c.Variables(ctx, p.ID); return err }},
		{"Labels", func() error { _, err := c.Labels(ctx, p.ID); return err }},
		{"CreateIssue", func() (err error) { issue, err = c.CreateIssue(ctx, p.ID, all); return err }},
		{"CreateIssue", func() (err error) { other, err = c.CreateIssue(ctx, p.ID, forge.IssueWrite{Title: &title}); return err }},
		{"Issue", func() error { _, err := c.Issue(ctx, p.ID, issue.IID); return err }},
		{"Issues", func() error {
			_, err := c.Issues(ctx, p.ID, forge.IssueFilter{Author: bot.ID, Type: forge.TypeIssue})
			return err
		}},
		{"CreateIssueNote", func() error { _, err := c.CreateIssueNote(ctx, p.ID, issue.IID, body); return err }},
		{"IssueNotes", func() error { _, err := c.IssueNotes(ctx, p.ID, issue.IID); return err }},
		{"LinkIssue", func() error { return c.LinkIssue(ctx, p.ID, issue.IID, p.ID, other.IID) }},
		{"LinkIssue", func() error { return c.LinkIssue(ctx, p.ID, issue.IID, p.ID, other.IID) }},
		{"LinkedIssues", func() error { _, err := c.LinkedIssues(ctx, p.ID, issue.IID); return err }},
		{"LabelEvents", func() error { _, err := c.LabelEvents(ctx, p.ID, issue.IID); return err }},
		{"StateEvents", func() error { _, err := c.StateEvents(ctx, p.ID, issue.IID); return err }},
		{"CreateTask", func() (err error) { task, err = c.CreateTask(ctx, p.Path, issue, all); return err }},
		{"CreateTasks", func() error { _, _, err := c.CreateTasks(ctx, p.Path, other, []forge.IssueWrite{all, all}); return err }},
		{"UpdateTask", func() error { _, err := c.UpdateTask(ctx, p.Path, task, change); return err }},
		{"Issues", func() error {
			tasks, err := c.Issues(ctx, p.ID, forge.IssueFilter{Author: bot.ID, Type: forge.TypeTask})
			if len(tasks) != 3 || tasks[0].ID != task.ID || tasks[0].Type != forge.TypeTask {
				t.Errorf("tasks %+v", tasks)
			}
			return err
		}},
		{"UpdateIssue", func() error { _, err := c.UpdateIssue(ctx, p.ID, issue.IID, change); return err }},
	} {
		if err := call.do(); err != nil {
			t.Errorf("%s: %v", call.name, err)
		}
	}
	for _, problem := range log.Problems() {
		t.Errorf("against the description: %s", problem)
	}
	for _, e := range s.Errors() {
		t.Errorf("against the stand-in: %s", e)
	}
	if n := log.Checked(); n < 15 {
		t.Errorf("only %d requests were checked", n)
	}
}
