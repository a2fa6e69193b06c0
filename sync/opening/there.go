package opening

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// plans finds the issues of positions by their marks. They bear the label of openings; where a
// position seems to have none, all issues are looked through before one is made, since a label
// is easily taken away.
func (r *run) plans(ctx context.Context) (map[string]*present, error) {
	found, err := r.marked(ctx, forge.IssueFilter{Labels: []string{r.wish.conf.Labels.Opening}})
	if err != nil {
		return nil, err
	}
	for _, p := range r.wish.positions {
		if found[p.id()] == nil && p.open() {
			return r.marked(ctx, forge.IssueFilter{})
		}
	}
	return found, nil
}

// marked lists issues with a mark, by position. A mark counts with roleplan as the author only:
// anybody can write one. Of two issues for a position the older one counts.
func (r *run) marked(ctx context.Context, f forge.IssueFilter) (map[string]*present, error) {
	all, err := r.gitlab.Issues(ctx, r.target.ID, f)
	if err != nil {
		return nil, fmt.Errorf("list the issues of %q: %w", r.target.Path, err)
	}
	found := map[string]*present{}
	for _, i := range all {
		m, ok := readIssueMemory(i.Description)
		if !ok || i.Author.ID != r.me.ID || i.MovedToID != 0 {
			continue
		}
		if other := found[m.id]; other == nil || i.IID < other.issue.IID {
			found[m.id] = &present{issue: i, memory: m}
		}
	}
	return found, nil
}

// createIssue makes an issue once. When the answer is lost, it is looked up by its mark before
// the caller tries again.
func (r *run) createIssue(ctx context.Context, id string, w forge.IssueWrite) (forge.Issue, error) {
	issue, err := r.gitlab.CreateIssue(ctx, r.target.ID, w)
	if !errors.Is(err, forge.ErrUnavailable) {
		return issue, err
	}
	found, lookErr := r.marked(ctx, forge.IssueFilter{})
	if lookErr == nil && found[id] != nil {
		return found[id].issue, nil
	}
	return issue, err
}

// A task is the task of a step, with what its mark remembers.
type task struct {
	issue  forge.Issue
	memory stepMemory
}

// steps lists the tasks of an issue that bear a mark of roleplan's, in the order of their steps.
// An instance without work items has linked issues instead.
func (r *run) steps(ctx context.Context, issue forge.Issue) ([]task, error) {
	var all []forge.Issue
	var err error
	if !r.linked() {
		all, err = r.gitlab.Tasks(ctx, r.target.Path, issue)
		if errors.Is(err, forge.ErrUnsupported) {
			r.noTasks = true
		} else if err != nil {
			return nil, err
		}
	}
	if r.linked() {
		if all, err = r.gitlab.LinkedIssues(ctx, r.target.ID, issue.IID); err != nil {
			return nil, err
		}
	}
	var found []task
	for _, i := range all {
		m, ok := readStepMemory(i.Description)
		if ok && i.Author.ID == r.me.ID {
			found = append(found, task{i, m})
		}
	}
	slices.SortStableFunc(found, func(a, b task) int { return a.memory.number - b.memory.number })
	return found, nil
}

// linked reports whether the steps are linked issues and no tasks.
func (r *run) linked() bool { return r.noTasks || r.wish.conf.Plan.Steps == "issues" }
