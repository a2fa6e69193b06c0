package opening

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// A present plan is an issue of roleplan's with what its mark remembers, and its steps in order.
type present struct {
	issue  forge.Issue
	memory issueMemory
	steps  []task
}

// A task is the task of a step (or its linked issue, or its line in a checklist), with what its
// mark remembers.
type task struct {
	issue  forge.Issue
	memory stepMemory
}

// done reports whether people have closed it.
func (t task) done() bool { return t.issue.State == forge.Closed && t.memory.closed == "" }

// A world is all that roleplan has made in a project.
type world struct {
	plans map[string]*present    // by position
	moved map[string]forge.Issue // issues that people have moved to another project
}

// look finds plans and steps by their marks. A mark counts with roleplan as the author only:
// anybody can write one. So two listings by author find everything, and no plan is asked for
// by itself. Of two issues for a position the older one counts.
func (r *run) look(ctx context.Context) (world, error) {
	w := world{plans: map[string]*present{}, moved: map[string]forge.Issue{}}
	issues, err := r.mine(ctx, forge.TypeIssue)
	if err != nil {
		return w, err
	}
	tasks, err := r.mine(ctx, forge.TypeTask)
	if errors.Is(err, forge.ErrInvalid) {
		err = nil // a server that knows no such type
	}
	if err != nil {
		return w, err
	}
	steps := map[string][]task{}
	for _, i := range append(issues, tasks...) {
		if m, ok := readStepMemory(i.Description); ok && i.MovedToID == 0 {
			steps[m.id] = append(steps[m.id], task{i, m})
			continue
		}
		m, ok := readIssueMemory(i.Description)
		switch {
		case !ok:
		case i.MovedToID != 0:
			w.moved[m.id] = i
		case w.plans[m.id] == nil || i.IID < w.plans[m.id].issue.IID:
			w.plans[m.id] = &present{issue: i, memory: m}
		}
	}
	for id, p := range w.plans {
		p.steps = append(steps[id], boxes(p.issue)...)
		slices.SortStableFunc(p.steps, func(a, b task) int { return a.memory.number - b.memory.number })
	}
	return w, nil
}

// mine lists what roleplan has made of a type.
func (r *run) mine(ctx context.Context, kind string) ([]forge.Issue, error) {
	all, err := r.gitlab.Issues(ctx, r.target.ID, forge.IssueFilter{Author: r.me.ID, Type: kind})
	if err != nil {
		return nil, fmt.Errorf("list the plans of %q: %w", r.target.Path, err)
	}
	// A server that does not know the filters gives more.
	return slices.DeleteFunc(all, func(i forge.Issue) bool { return i.Author.ID != r.me.ID || i.Type != kind }), nil
}

var box = regexp.MustCompile(`^\s*[-*+] \[([ xX~])\]`)

// boxes reads the steps of a checklist in the description of an issue.
func boxes(i forge.Issue) []task {
	var found []task
	for line := range strings.SplitSeq(i.Description, "\n") {
		marks, sign := safe.FindMarks(line, itemMark), box.FindStringSubmatch(line)
		if len(marks) == 0 || sign == nil {
			continue
		}
		t := task{issue: forge.Issue{State: forge.Opened}, memory: stepMemoryOf(marks[0])}
		switch sign[1] {
		case "x", "X":
			t.issue.State, t.memory.closed = forge.Closed, ""
		case "~":
			t.issue.State = forge.Closed
		}
		t.issue.Title = t.memory.title
		found = append(found, t)
	}
	return found
}

// createIssue makes an issue once. When the answer is lost, it is looked up by its mark before
// the caller tries again.
func (r *run) createIssue(ctx context.Context, id string, w forge.IssueWrite) (forge.Issue, error) {
	issue, err := r.gitlab.CreateIssue(ctx, r.target.ID, w)
	if !errors.Is(err, forge.ErrUnavailable) {
		return issue, err
	}
	if found, lookErr := r.look(ctx); lookErr == nil && found.plans[id] != nil {
		return found.plans[id].issue, nil
	}
	return issue, err
}

// findStep looks up the task of a step after a lost answer.
func (r *run) findStep(ctx context.Context, m stepMemory) (forge.Issue, bool) {
	found, err := r.look(ctx)
	if err != nil || found.plans[m.id] == nil {
		return forge.Issue{}, false
	}
	for _, t := range found.plans[m.id].steps {
		if t.memory.words == m.words && t.memory.number == m.number {
			return t.issue, true
		}
	}
	return forge.Issue{}, false
}

// linked reports whether new steps are linked issues and no tasks.
func (r *run) linked() bool { return r.noTasks || r.wish.conf.Plan.Steps == repoconf.StepsIssues }

// unlinked are the steps of a plan that are issues of their own and not linked with it: the
// answer to their making was lost, or their link was taken away.
func (r *run) unlinked(ctx context.Context, there *present) ([]task, error) {
	var own []task
	for _, t := range there.steps {
		if t.issue.Type == forge.TypeIssue {
			own = append(own, t)
		}
	}
	if len(own) == 0 {
		return nil, nil
	}
	linked, err := r.gitlab.LinkedIssues(ctx, r.target.ID, there.issue.IID)
	if err != nil {
		return nil, fmt.Errorf("list the linked steps: %w", err)
	}
	return slices.DeleteFunc(own, func(t task) bool {
		return slices.ContainsFunc(linked, func(l forge.Issue) bool { return l.ID == t.issue.ID })
	}), nil
}

// say writes a note on an issue once: its key is in its mark, and a note with the key is looked
// for first.
func (r *run) say(ctx context.Context, issue forge.Issue, key string, text safe.Markdown) error {
	if said, err := r.said(ctx, issue, key); said || err != nil {
		return err
	}
	_, err := r.gitlab.CreateIssueNote(ctx, r.target.ID, issue.IID, safe.Concat(text, safe.Mark(newsMark, safe.Attr("key", key))))
	if errors.Is(err, forge.ErrUnavailable) {
		if said, lookErr := r.said(ctx, issue, key); said && lookErr == nil {
			return nil
		}
	}
	return err
}

func (r *run) said(ctx context.Context, issue forge.Issue, key string) (bool, error) {
	notes, err := r.gitlab.IssueNotes(ctx, r.target.ID, issue.IID)
	return slices.ContainsFunc(notes, func(n forge.Note) bool {
		return n.Author.ID == r.me.ID && slices.ContainsFunc(safe.FindMarks(n.Body, newsMark), func(m safe.Found) bool { return m.Attributes["key"] == key })
	}), err
}
