package review_test

import (
	"context"
	"fmt"
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

func (g *fake) Notes(context.Context, int64, int64) ([]forge.Note, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.called("notes")
	return append([]forge.Note(nil), g.notes...), nil
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
