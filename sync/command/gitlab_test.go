package command_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/command"
)

const (
	page         = "content/job-families/product/manager.md"
	openingsPath = "hiring/openings.yml"
)

// slip is a word that is misspelled on purpose.
const slip = "Rec" + "ieve"

// manager is a page with two misspellings in a list.
const manager = `---
title: "Product Manager"
description: "Product managers decide what is built next and why."
---

## Levels

### Product Manager

The Product Manager reports to the Director of Product.

#### Product Manager Responsibilities

- Decide what is built next
- ` + slip + ` what customers say
- ` + slip + ` what users need

### Senior Product Manager

The Senior Product Manager reports to the Director of Product.

#### Senior Product Manager Responsibilities

- Decide what is built in a year
`

// A bundle is a GitLab with a merge request that changes a page, and a runner of commands.
type bundle struct {
	t       *testing.T
	server  *standin.Server
	client  *client
	runner  *command.Runner
	conf    *repoconf.Config
	hb      *standin.Project
	mr      *standin.MergeRequest
	bot     *standin.User
	people  map[string]*standin.User
	now     time.Time
	checked int
}

// A client is roleplan's own with the two calls that threads bring.
type client struct {
	*gitlab.Client
	base string
}

func (c *client) AnswerDiscussion(ctx context.Context, project, mr int64, discussion string, body safe.Markdown) error {
	return c.send(ctx, http.MethodPost, fmt.Sprintf("/discussions/%s/notes", discussion), project, mr, map[string]any{"body": body.String()})
}

func (c *client) ResolveDiscussion(ctx context.Context, project, mr int64, discussion string, resolved bool) error {
	return c.send(ctx, http.MethodPut, "/discussions/"+discussion, project, mr, map[string]any{"resolved": resolved})
}

func (c *client) send(ctx context.Context, method, path string, project, mr int64, body map[string]any) error {
	text, _ := json.Marshal(body)
	r, err := http.NewRequestWithContext(ctx, method, fmt.Sprintf("%s/api/v4/projects/%d/merge_requests/%d%s", c.base, project, mr, path), strings.NewReader(string(text)))
	if err != nil {
		return err
	}
	r.Header.Set("Private-Token", "secret")
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%w: %w", forge.ErrUnavailable, err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode >= 500:
		return forge.ErrUnavailable
	case resp.StatusCode == http.StatusForbidden:
		return forge.ErrForbidden
	case resp.StatusCode >= 400:
		return forge.ErrInvalid
	}
	return nil
}

// setup makes the merge request. Files are paths and contents in turn, of its branch.
func setup(t *testing.T, files ...string) *bundle {
	t.Helper()
	b := &bundle{t: t, conf: repoconf.Default(), people: map[string]*standin.User{}, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	b.server = standin.New(standin.Options{Strict: true, Now: func() time.Time { b.now = b.now.Add(time.Millisecond); return b.now }})
	base, err := b.server.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.server.OnCall(nil)
		if errs := b.server.Errors(); len(errs) > 0 {
			t.Errorf("calls that GitLab does not know: %q", errs)
		}
		if q := b.server.QuickActionsRun(); len(q) > 0 {
			t.Errorf("quick actions: %+v", q)
		}
		_ = b.server.Close()
	})
	b.hb = b.server.AddProject("acme/handbook", "private")
	b.bot = b.server.AddUser("roleplan-bot", "roleplan", true)
	b.server.AddToken(b.bot, "secret", "api")
	b.server.AddMember(b.hb, b.bot, standin.Developer)
	for name, role := range map[string]int{"guest": standin.Guest, "reporter": standin.Reporter, "dev": standin.Developer, "maintainer": standin.Maintainer, "stranger": 0} {
		b.people[name] = b.server.AddUser(name, name, false)
		if role > 0 {
			b.server.AddMember(b.hb, b.people[name], role)
		}
	}
	b.commit("main", "README.md", "# Handbook\n")
	b.commit("change", append([]string{page, manager}, files...)...)
	if b.mr, err = b.server.OpenMergeRequest(b.hb, b.people["dev"], "change", "main", "A page", ""); err != nil {
		t.Fatal(err)
	}
	c, err := gitlab.New(gitlab.Options{BaseURL: base, Token: "secret", Timeout: 5 * time.Second, Log: zerolog.Nop(), Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }})
	if err != nil {
		t.Fatal(err)
	}
	b.client = &client{c, base}
	b.runner = command.New(b.client, func() time.Time { return b.now })
	return b
}

func (b *bundle) commit(branch string, files ...string) {
	changes := map[string]*string{}
	for i := 0; i < len(files); i += 2 {
		changes[files[i]] = new(files[i+1])
	}
	b.server.Commit(b.hb, branch, b.people["dev"], "change", changes)
}

// say is a comment of somebody.
func (b *bundle) say(who, text string) *standin.Note {
	return b.server.Comment(b.mr, b.people[who], text)
}

func user(u *standin.User) forge.User {
	return forge.User{ID: u.ID, Username: u.Username, Name: u.Name}
}

// request is what the reconciler has read of the merge request.
func (b *bundle) request() command.Request {
	b.t.Helper()
	project, err := b.client.Project(b.t.Context(), "acme/handbook")
	if err != nil {
		b.t.Fatal(err)
	}
	mr, err := b.client.MergeRequest(b.t.Context(), b.hb.ID, b.mr.IID)
	if err != nil {
		b.t.Fatal(err)
	}
	q := command.Request{Project: project, MergeRequest: mr, Config: b.conf, Pages: []string{page}}
	for _, d := range b.mr.Discussions {
		one := forge.Discussion{ID: d.ID, Individual: d.Individual}
		for _, n := range d.Notes {
			one.Notes = append(one.Notes, forge.Note{ID: n.ID, Body: n.Body, Author: user(n.Author), System: n.System, CreatedAt: n.CreatedAt, Resolved: n.Resolved})
		}
		q.Discussions = append(q.Discussions, one)
	}
	q.Findings = func(ctx context.Context) ([]finding.Finding, error) {
		b.checked++
		src, err := b.client.ReadFile(ctx, b.hb.ID, page, mr.Diff.Head)
		if err != nil {
			return nil, err
		}
		return check.Page(rolepage.Parse(page, src), check.Options{}), nil
	}
	return q
}

func (b *bundle) run() command.Result {
	b.t.Helper()
	result, err := b.runner.Run(b.t.Context(), b.request())
	if err != nil {
		b.t.Fatal(err)
	}
	return result
}

// still fails when another run writes something.
func (b *bundle) still() {
	b.t.Helper()
	before := b.server.Calls()
	if r := b.run(); r != (command.Result{}) {
		b.t.Errorf("the second run came to %+v", r)
	}
	for call, n := range b.server.Calls() {
		if n > before[call] && !slices.Contains([]string{"GET projects/:id", "GET projects/:id/merge_requests/:iid"}, call) {
			b.t.Errorf("the second run called %s", call)
		}
	}
}

// answers are the bot's notes.
func (b *bundle) answers() []string {
	var list []string
	for _, n := range b.server.Notes(b.mr) {
		if n.Author.ID == b.bot.ID {
			list = append(list, n.Body)
		}
	}
	return list
}

// answer is the bot's only note.
func (b *bundle) answer() string {
	b.t.Helper()
	list := b.answers()
	if len(list) != 1 {
		b.t.Fatalf("%d answers: %q", len(list), list)
	}
	return list[0]
}

func (b *bundle) says(parts ...string) {
	b.t.Helper()
	for _, part := range parts {
		if text := b.answer(); !strings.Contains(text, part) {
			b.t.Errorf("the answer does not say %q:\n%s", part, text)
		}
	}
}

// emoji are the names of the awards on a note.
func emoji(n *standin.Note) string {
	var names []string
	for _, e := range n.Emoji {
		names = append(names, e.Name)
	}
	return strings.Join(names, " ")
}

func (b *bundle) file(path string) string { return b.server.Files(b.hb, "change")[path] }
