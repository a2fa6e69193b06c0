package gitlab

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// canary is the token of all tests. It may stand in the header of a request and nowhere else.
const canary = "glpat-CANARY0123456789"

// A bundle is a client with a server of the test's own behind it.
type bundle struct {
	*Client
	t      *testing.T
	server *httptest.Server
	log    *bytes.Buffer
	slept  []time.Duration

	mu       sync.Mutex
	requests []*http.Request
}

// setup starts a server and a client of it. The client's clock stands still but for its waits.
func setup(t *testing.T, serve http.HandlerFunc, change ...func(*Options)) *bundle {
	t.Helper()
	b := &bundle{t: t, log: &bytes.Buffer{}}
	b.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Private-Token"); got != canary {
			t.Errorf("%s %s came with the token %q", r.Method, r.URL, got)
		}
		b.mu.Lock()
		b.requests = append(b.requests, r)
		b.mu.Unlock()
		serve(w, r)
	}))
	t.Cleanup(b.server.Close)
	o := Options{BaseURL: b.server.URL, Token: canary, Timeout: 5 * time.Second, Log: zerolog.New(b.log)}
	for _, f := range change {
		f(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_800_000_000, 0)
	c.now = func() time.Time { return now }
	c.sleep = func(ctx context.Context, d time.Duration) error {
		b.slept = append(b.slept, d)
		now = now.Add(d)
		return ctx.Err()
	}
	b.Client = c
	t.Cleanup(func() { b.noToken(b.log.String()) })
	return b
}

func (b *bundle) noToken(s string) {
	b.t.Helper()
	if strings.Contains(s, canary) || strings.Contains(s, "CANARY") {
		b.t.Errorf("the token shows in %q", s)
	}
}

// fails checks an error: its kind, and that its text has all parts.
func (b *bundle) fails(err, kind error, parts ...string) {
	b.t.Helper()
	if !errors.Is(err, kind) {
		b.t.Fatalf("error is %v, want one of kind %q", err, kind)
	}
	b.noToken(err.Error())
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			b.t.Errorf("error %q does not say %q", err, part)
		}
	}
	if strings.ContainsAny(err.Error(), "\n\r") {
		b.t.Errorf("error %q has more than one line", err)
	}
}

// A call is one method of the client with its arguments.
type call struct {
	name   string
	writes bool // something is made or changed
	create bool // something is made, so that it may not be sent twice
	do     func(*Client) error
}

// parent is an issue that has tasks.
var parent = forge.Issue{ID: 900, IID: 9, ProjectID: 1}

// calls are all methods of the client.
func calls() []call {
	ctx := context.Background()
	title, body := safe.Title("T"), safe.Sprintf("B")
	label := forge.LabelWrite{Name: new(safe.Label("a")), Color: new("#112233")}
	return []call{
		{"CurrentUser", false, false, func(c *Client) error { _, err := c.CurrentUser(ctx); return err }},
		{"UserByName", false, false, func(c *Client) error { _, err := c.UserByName(ctx, "ana"); return err }},
		{"User", false, false, func(c *Client) error { _, err := c.User(ctx, 3); return err }},
		{"Role", false, false, func(c *Client) error { _, err := c.Role(ctx, 1, 3); return err }},
		{"Project", false, false, func(c *Client) error { _, err := c.Project(ctx, "acme/handbook"); return err }},
		{"MergeRequest", false, false, func(c *Client) error { _, err := c.MergeRequest(ctx, 1, 2); return err }},
		{"ChangedFiles", false, false, func(c *Client) error { _, err := c.ChangedFiles(ctx, 1, 2); return err }},
		{"ChangedMergeRequests", false, false, func(c *Client) error { _, err := c.ChangedMergeRequests(ctx, 1, time.Time{}); return err }},
		{"Hooks", false, false, func(c *Client) error { _, err := c.Hooks(ctx, 1); return err }},
		{"HookAnswer", false, false, func(c *Client) error { _, err := c.HookAnswer(ctx, 1, 2); return err }},
		{"ReadFile", false, false, func(c *Client) error { _, err := c.ReadFile(ctx, 1, "a/b c.md", "main"); return err }},
		{"ReadBlobs", false, false, func(c *Client) error {
			_, err := c.ReadBlobs(ctx, "acme/handbook", "main", []string{"a.md"})
			return err
		}},
		{"Glance", false, false, func(c *Client) error {
			_, err := c.Glance(ctx, "acme/handbook", "main", forge.Glance{Files: []string{"a.md"}, Folders: []string{"b"}, Texts: []string{"c.md"}})
			return err
		}},
		{"UsersByName", false, false, func(c *Client) error { _, err := c.UsersByName(ctx, []string{"ana"}); return err }},
		{"Boards", false, false, func(c *Client) error { _, err := c.Boards(ctx, 1); return err }},
		{"CreateBoard", true, true, func(c *Client) error { _, err := c.CreateBoard(ctx, 1, safe.Label("Hiring")); return err }},
		{"CreateBoardList", true, true, func(c *Client) error { _, err := c.CreateBoardList(ctx, 1, 2, 3); return err }},
		{"MoveBoardList", true, false, func(c *Client) error { return c.MoveBoardList(ctx, 1, 2, 3, 0) }},
		{"ReadFileCommit", false, false, func(c *Client) error { _, _, err := c.ReadFileCommit(ctx, 1, "a.md", "main"); return err }},
		{"ListFiles", false, false, func(c *Client) error { _, err := c.ListFiles(ctx, 1, "a", "main"); return err }},
		{"CreateNote", true, true, func(c *Client) error { _, err := c.CreateNote(ctx, 1, 2, body); return err }},
		{"UpdateNote", true, false, func(c *Client) error { return c.UpdateNote(ctx, 1, 2, 3, body) }},
		{"Discussions", false, false, func(c *Client) error { _, err := c.Discussions(ctx, 1, 2); return err }},
		{"CreateDiscussion", true, true, func(c *Client) error { return c.CreateDiscussion(ctx, 1, 2, forge.Position{}, body) }},
		{"AnswerDiscussion", true, true, func(c *Client) error { return c.AnswerDiscussion(ctx, 1, 2, "d", body) }},
		{"ResolveDiscussion", true, false, func(c *Client) error { return c.ResolveDiscussion(ctx, 1, 2, "d", true) }},
		{"Drafts", false, false, func(c *Client) error { _, err := c.Drafts(ctx, 1, 2); return err }},
		{"CreateDraft", true, true, func(c *Client) error { return c.CreateDraft(ctx, 1, 2, forge.Position{}, body) }},
		{"DeleteDraft", true, false, func(c *Client) error { return c.DeleteDraft(ctx, 1, 2, 3) }},
		{"PublishDrafts", true, true, func(c *Client) error { return c.PublishDrafts(ctx, 1, 2) }},
		{"DiffVersion", false, false, func(c *Client) error { _, err := c.DiffVersion(ctx, 1, 2); return err }},
		{"CommitStatus", false, false, func(c *Client) error {
			_, err := c.CommitStatus(ctx, forge.Pipeline{ID: 3, ProjectID: 1, SHA: "1ead", Ref: "topic"}, "roleplan")
			return err
		}},
		{"SetCommitStatus", true, true, func(c *Client) error {
			return c.SetCommitStatus(ctx, forge.Pipeline{ID: 3, ProjectID: 1, SHA: "1ead", Ref: "topic"}, forge.StatusWrite{Name: "roleplan", State: forge.Success, Description: title})
		}},
		{"StatusChecks", false, false, func(c *Client) error { _, err := c.StatusChecks(ctx, 1, 2); return err }},
		{"SetStatusCheck", true, false, func(c *Client) error { return c.SetStatusCheck(ctx, 1, 2, 3, "1ead", forge.CheckPassed) }},
		{"IssueNotes", false, false, func(c *Client) error { _, err := c.IssueNotes(ctx, 1, 2); return err }},
		{"CreateIssueNote", true, true, func(c *Client) error { _, err := c.CreateIssueNote(ctx, 1, 2, body); return err }},
		{"AwardEmoji", true, false, func(c *Client) error { return c.AwardEmoji(ctx, 1, 2, 3, "eyes") }},
		{"Branch", false, false, func(c *Client) error { _, err := c.Branch(ctx, 1, "a/b"); return err }},
		{"RecentCommits", false, false, func(c *Client) error { _, err := c.RecentCommits(ctx, 1, "a/b"); return err }},
		{"WriteFile", true, true, func(c *Client) error {
			return c.WriteFile(ctx, 1, forge.FileWrite{Branch: "a", Path: "b c.md", LastCommit: "1ead", Message: body})
		}},
		{"Issues", false, false, func(c *Client) error { _, err := c.Issues(ctx, 1, forge.IssueFilter{}); return err }},
		{"Issue", false, false, func(c *Client) error { _, err := c.Issue(ctx, 1, 2); return err }},
		{"IssueByID", false, false, func(c *Client) error { _, err := c.IssueByID(ctx, 900); return err }},
		{"CreateIssue", true, true, func(c *Client) error { _, err := c.CreateIssue(ctx, 1, forge.IssueWrite{Title: &title}); return err }},
		{"UpdateIssue", true, false, func(c *Client) error { _, err := c.UpdateIssue(ctx, 1, 2, forge.IssueWrite{Title: &title}); return err }},
		{"LinkIssue", true, false, func(c *Client) error { return c.LinkIssue(ctx, 1, 2, 1, 3) }},
		{"LinkedIssues", false, false, func(c *Client) error { _, err := c.LinkedIssues(ctx, 1, 2); return err }},
		{"LabelEvents", false, false, func(c *Client) error { _, err := c.LabelEvents(ctx, 1, 2); return err }},
		{"StateEvents", false, false, func(c *Client) error { _, err := c.StateEvents(ctx, 1, 2); return err }},
		{"CreateTask", true, true, func(c *Client) error {
			_, err := c.CreateTask(ctx, "acme/handbook", parent, forge.IssueWrite{Title: &title})
			return err
		}},
		{"CreateTasks", true, true, func(c *Client) error {
			_, _, err := c.CreateTasks(ctx, "acme/handbook", parent, []forge.IssueWrite{{Title: &title}})
			return err
		}},
		{"UpdateTask", true, false, func(c *Client) error {
			_, err := c.UpdateTask(ctx, "acme/handbook", parent, forge.IssueWrite{Title: &title})
			return err
		}},
		{"Token", false, false, func(c *Client) error { _, err := c.Token(ctx); return err }},
		{"Features", false, false, func(c *Client) error { _, err := c.Features(ctx, "acme/handbook"); return err }},
		{"HookSettings", false, false, func(c *Client) error { _, err := c.HookSettings(ctx, 1); return err }},
		{"CreateHook", true, true, func(c *Client) error {
			return c.CreateHook(ctx, 1, forge.HookWrite{URL: "https://roleplan.example.com/webhooks/gitlab", Secret: "x"})
		}},
		{"Variables", false, false, func(c *Client) error { _, err := c.Variables(ctx, 1); return err }},
		{"Labels", false, false, func(c *Client) error { _, err := c.Labels(ctx, 1); return err }},
		{"CreateLabel", true, true, func(c *Client) error { _, err := c.CreateLabel(ctx, 1, label); return err }},
		{"UpdateLabel", true, false, func(c *Client) error { _, err := c.UpdateLabel(ctx, 1, 2, label); return err }},
	}
}

// taskTypes answers the question for the type of tasks, which comes before a task is made.
func taskTypes(w http.ResponseWriter, r *http.Request) bool {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !strings.HasSuffix(r.URL.Path, "/api/graphql") || !bytes.Contains(body, []byte("workItemTypes")) {
		return false
	}
	reply(w, 200, `{"data":{"project":{"workItemTypes":{"nodes":[{"id":"gid://gitlab/WorkItems::Type/5","name":"Task"}]}}}}`)
	return true
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	io.WriteString(w, body)
}

func TestCallsAreComplete(t *testing.T) {
	tested := map[string]bool{"BaseURL": true, "Limits": true}
	for _, c := range calls() {
		tested[c.name] = true
	}
	for _, name := range methods() {
		if !tested[name] {
			t.Errorf("the method %s stands in no test of all calls", name)
		}
	}
}
