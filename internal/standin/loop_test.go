package standin_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/standin"
)

// TestLoop plays the way of a merge request and of an opening with roleplan's own client.
func TestLoop(t *testing.T) {
	ctx := t.Context()
	s := standin.New(standin.Options{Strict: true})
	address, err := s.Start(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()

	ana, bot := s.AddUser("ana", "Ana", false), s.AddUser("bot", "Bot", true)
	s.AddToken(bot, "secret", "api")
	p := s.AddProject("acme/handbook", "private")
	s.AddMember(p, ana, standin.Maintainer)
	s.AddMember(p, bot, standin.Reporter)

	var mu sync.Mutex
	var events []string
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		mu.Lock()
		defer mu.Unlock()
		events = append(events, r.Header.Get("X-Gitlab-Event"))
	}))
	defer receiver.Close()
	s.AddHook(p, standin.HookOptions{URL: receiver.URL, SigningToken: standin.NewSigningToken()})

	s.Commit(p, "main", ana, "first", map[string]*string{"a.md": new("one\ntwo\n")})
	s.Commit(p, "topic", ana, "second", map[string]*string{"a.md": new("one\n2\n")})
	m, err := s.OpenMergeRequest(p, ana, "topic", "main", "Change", "text")
	if err != nil {
		t.Fatal(err)
	}

	c, err := gitlab.New(gitlab.Options{BaseURL: address, Token: "secret", Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	project, err := c.Project(ctx, "acme/handbook")
	if err != nil {
		t.Fatal(err)
	}
	files, err := c.ChangedFiles(ctx, project.ID, m.IID)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	note, err := c.CreateNote(ctx, project.ID, m.IID, safe.Sprintf("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.UpdateNote(ctx, project.ID, m.IID, note.ID, safe.Sprintf("hello again")); err != nil {
		t.Fatal(err)
	}
	title := safe.Title("An opening")
	color := "#112233"
	name := safe.Label("opening")
	if _, err := c.CreateLabel(ctx, project.ID, forge.LabelWrite{Name: &name, Color: &color}); err != nil {
		t.Fatal(err)
	}
	issue, err := c.CreateIssue(ctx, project.ID, forge.IssueWrite{Title: &title, AddLabels: []safe.Line{name}})
	if err != nil {
		t.Fatal(err)
	}
	task, err := c.CreateTask(ctx, project.Path, issue, forge.IssueWrite{Title: &title, AddLabels: []safe.Line{name}})
	if err != nil {
		t.Fatal(err)
	}
	closed := forge.Closed
	if _, err := c.UpdateTask(ctx, project.Path, task, forge.IssueWrite{State: &closed, RemoveLabels: []string{"opening"}}); err != nil {
		t.Fatal(err)
	}
	tasks, err := c.Tasks(ctx, project.Path, issue)
	if err != nil || len(tasks) != 1 || tasks[0].State != forge.Closed || len(tasks[0].Labels) != 0 {
		t.Fatal(tasks, err)
	}
	if err := s.Merge(m, ana); err != nil {
		t.Fatal(err)
	}
	wait, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := s.DrainHooks(wait); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	want := []string{
		"Push Hook", "Push Hook", "Merge Request Hook", "Note Hook", "Note Hook", "Issue Hook", "Issue Hook", "Issue Hook", "Merge Request Hook", "Push Hook",
	}
	if !slices.Equal(events, want) {
		t.Errorf("events are %q, want %q", events, want)
	}
	if got, want := s.Writes(), 6; got != want {
		t.Errorf("%d writes, want %d: %v", got, want, s.Calls())
	}
	if len(s.Errors()) > 0 {
		t.Error(s.Errors())
	}
}
