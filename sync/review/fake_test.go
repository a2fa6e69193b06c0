package review_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

const (
	project = 12
	bot     = 99
)

// fake is a GitLab in memory with one project and one merge request. It counts calls and
// writes, and fails where it is told to.
type fake struct {
	mu     sync.Mutex
	target forge.Project
	mr     forge.MergeRequest
	files  map[string]map[string]string // ref to path to content
	diffs  []forge.ChangedFile
	notes  []forge.Note
	drafts []forge.Draft
	begun  []forge.Discussion // threads
	calls  []string
	writes int

	// createFails makes the next creation fail; applied tells whether it takes effect.
	createFails error
	applied     bool
	// onCreate runs before a note is created, as another run at the same time would.
	onCreate func()
}

const page = "content/job-families/product/manager.md"

// goodPage is a role page whose findings, whatever they are, stay the same in a test.
const goodPage = `---
title: "Product Manager"
description: "Product managers at Acme decide what is built next and why."
---

## Levels

### Product Manager

The Product Manager reports to the Director of Product.

#### Product Manager Job Grade

The Product Manager is a [grade 7](https://about.gitlab.com/handbook/total-rewards/compensation/).

#### Product Manager Responsibilities

- Decide what is built next

#### Product Manager Requirements

- Ability to use GitLab

## Performance Indicators

- [Uptake](https://about.gitlab.com/handbook/product/#uptake)
- [Retention](https://about.gitlab.com/handbook/product/#retention)
- [Satisfaction](https://about.gitlab.com/handbook/product/#satisfaction)

## Career Ladder

The next step is Senior Product Manager.

## Hiring Process

Candidates can expect the hiring process to follow the order below.

- Qualified candidates will be invited to a 30-minute screening call with a recruiter
- A 50-minute interview with the Director of Product
- Successful candidates will subsequently be made an offer

Additional details about our process can be found on our [hiring page](https://about.gitlab.com/handbook/hiring/).
`

// badPage has something of the template left in it.
var badPage = strings.Replace(goodPage, "- Decide what is built next\n", "- {add what a rockstar does}\n", 1)

const (
	base  = "ba5e000000000000000000000000000000000000"
	head1 = "1ead100000000000000000000000000000000000"
	head2 = "2ead200000000000000000000000000000000000"
)

// noThreads is the configuration of tests that are about the note alone.
const noThreads = "version: 1\ncomment: {threads: 0}\n"

// newFake has a merge request that changes the page from before to after.
func newFake(before, after string) *fake {
	g := &fake{
		target: forge.Project{ID: project, Path: "acme/handbook", WebURL: "https://gitlab.example.com/acme/handbook", DefaultBranch: "main"},
		mr: forge.MergeRequest{
			IID: 7, ProjectID: project, SourceProjectID: project, State: forge.Opened, SourceBranch: "change", TargetBranch: "main",
			WebURL: "https://gitlab.example.com/acme/handbook/-/merge_requests/7", UpdatedAt: time.Now(),
		},
		files: map[string]map[string]string{},
	}
	g.put("main", ".roleplan.yml", noThreads)
	g.put("main", page, before)
	g.put(base, page, before)
	g.put(head1, page, after)
	g.push(head1, forge.ChangedFile{OldPath: page, NewPath: page})
	return g
}

func (g *fake) put(ref, path, content string) {
	if g.files[ref] == nil {
		g.files[ref] = map[string]string{}
	}
	g.files[ref][path] = content
}

// push moves the merge request to a commit and sets the files that it changes.
func (g *fake) push(head string, changes ...forge.ChangedFile) {
	g.mr.HeadSHA = head
	g.mr.Diff = forge.DiffRefs{Base: base, Start: base, Head: head}
	g.diffs = changes
}

func (g *fake) called(name string) {
	g.calls = append(g.calls, name)
}

// reset forgets the calls counted so far.
func (g *fake) reset() { g.calls, g.writes = nil, 0 }

func (g *fake) CurrentUser(context.Context) (forge.User, error) {
	return forge.User{ID: bot, Username: "roleplan", Bot: true}, nil // cached by the client
}

func (g *fake) Project(_ context.Context, idOrPath string) (forge.Project, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("project")
	if idOrPath != fmt.Sprint(project) {
		return forge.Project{}, forge.ErrNotFound
	}
	return g.target, nil
}

func (g *fake) MergeRequest(_ context.Context, _, iid int64) (forge.MergeRequest, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("merge request")
	if iid != g.mr.IID {
		return forge.MergeRequest{}, forge.ErrNotFound
	}
	return g.mr, nil
}

func (g *fake) ChangedFiles(_ context.Context, _, iid int64) ([]forge.ChangedFile, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("changes")
	if iid != g.mr.IID {
		return nil, forge.ErrNotFound
	}
	return g.diffs, nil
}

func (g *fake) ReadFile(_ context.Context, _ int64, path, ref string) ([]byte, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("file " + path + "@" + ref)
	content, ok := g.files[ref][path]
	if !ok {
		return nil, forge.ErrNotFound
	}
	return []byte(content), nil
}

// ReadBlobs is that of an instance which refuses to give several files at once.
func (g *fake) ReadBlobs(context.Context, string, string, []string) (map[string]forge.Blob, error) {
	return nil, forge.ErrUnsupported
}

func (g *fake) CommitStatus(context.Context, forge.Pipeline, string) (forge.CommitStatus, error) {
	return forge.CommitStatus{}, forge.ErrNotFound // there are no pipelines
}

func (g *fake) SetCommitStatus(context.Context, forge.Pipeline, forge.StatusWrite) error {
	return forge.ErrNotFound
}

func (g *fake) StatusChecks(context.Context, int64, int64) ([]forge.StatusCheck, error) {
	return nil, forge.ErrUnsupported
}

func (g *fake) SetStatusCheck(context.Context, int64, int64, int64, string, string) error {
	return forge.ErrUnsupported
}

// Glance is that of an instance which refuses it.
func (g *fake) Glance(context.Context, string, string, forge.Glance) (forge.Seen, error) {
	return forge.Seen{}, forge.ErrUnsupported
}

func (g *fake) ListFiles(context.Context, int64, string, string) ([]forge.File, error) {
	return nil, forge.ErrNotFound
}

func (g *fake) Discussions(context.Context, int64, int64) ([]forge.Discussion, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("discussions")
	list := slices.Clone(g.begun)
	for _, n := range g.notes {
		list = append(list, forge.Discussion{ID: fmt.Sprint("note ", n.ID), Individual: true, Notes: []forge.Note{n}})
	}
	return list, nil
}

func (g *fake) CreateDiscussion(_ context.Context, _, _ int64, at forge.Position, body safe.Markdown) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("create discussion")
	g.begin(at, body.String())
	return nil
}

func (g *fake) begin(at forge.Position, body string) {
	g.writes++
	id := int64(1000 + len(g.begun))
	g.begun = append(g.begun, forge.Discussion{ID: fmt.Sprint("thread ", id), Notes: []forge.Note{{ID: id, Body: body, Author: forge.User{ID: bot}, Position: &at}}})
}

func (g *fake) AnswerDiscussion(context.Context, int64, int64, string, safe.Markdown) error {
	return forge.ErrNotFound // nobody writes in the threads of this GitLab
}

func (g *fake) ResolveDiscussion(_ context.Context, _, _ int64, discussion string, resolved bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("resolve discussion")
	for _, d := range g.begun {
		if d.ID == discussion {
			g.writes++
			d.Notes[0].Resolved, d.Notes[0].ResolvedBy = resolved, forge.User{ID: bot}
			return nil
		}
	}
	return forge.ErrNotFound
}

func (g *fake) Drafts(context.Context, int64, int64) ([]forge.Draft, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("drafts")
	return slices.Clone(g.drafts), nil
}

func (g *fake) CreateDraft(_ context.Context, _, _ int64, at forge.Position, body safe.Markdown) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("create draft")
	g.writes++
	g.drafts = append(g.drafts, forge.Draft{ID: int64(len(g.drafts) + 1), Body: body.String(), Position: &at})
	return nil
}

func (g *fake) DeleteDraft(context.Context, int64, int64, int64) error {
	return forge.ErrNotFound // no run of this GitLab leaves drafts
}

func (g *fake) PublishDrafts(context.Context, int64, int64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("publish drafts")
	for _, d := range g.drafts {
		g.begin(*d.Position, d.Body)
	}
	g.drafts = nil
	return nil
}

func (g *fake) DiffVersion(context.Context, int64, int64) (forge.DiffRefs, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.mr.Diff, nil
}

func (g *fake) CreateNote(_ context.Context, _, _ int64, body safe.Markdown) (forge.Note, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("create note")
	if g.onCreate != nil {
		g.onCreate()
	}
	err := g.createFails
	g.createFails = nil
	if err != nil && !g.applied {
		return forge.Note{}, err
	}
	g.writes++
	g.write(bot, body.String())
	return g.notes[len(g.notes)-1], err
}

func (g *fake) write(author int64, body string) {
	g.notes = append(g.notes, forge.Note{ID: int64(len(g.notes) + 1), Body: body, Author: forge.User{ID: author}})
}

func (g *fake) UpdateNote(_ context.Context, _, _, note int64, body safe.Markdown) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("update note")
	if note < 1 || note > int64(len(g.notes)) {
		return forge.ErrNotFound
	}
	if g.notes[note-1].Author.ID != bot {
		return forge.ErrForbidden
	}
	g.writes++
	g.notes[note-1].Body = body.String()
	return nil
}

// answer is the text of the only note of roleplan, "" when there is none.
func (g *fake) answer() string {
	text := ""
	for _, n := range g.notes {
		if n.Author.ID == bot {
			if text != "" {
				return "more than one note"
			}
			text = n.Body
		}
	}
	return text
}
