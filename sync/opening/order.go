package opening

import (
	"context"
	"errors"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// toPlace tells which steps have tasks that have to be put in their place among the children of the
// issue. The order that GitLab has is not asked for, which would be a call a plan: tasks are made in
// order, and their marks remember their numbers.
//
// A new task comes last, so one with others behind it has to be moved, and so has one whose step comes back:
// its number is of another time. When tasks have changed their order, all that have another number than
// before are put behind the one before them, in the order of the page: this ends in the right order even where
// it was broken off and is done again. Where it was broken off and the page has changed since, two tasks have
// the same number; then numbers tell nothing, and all are put behind the one before them.
func toPlace(pairs []pair, dropped []task) []bool {
	rising, last, broken := true, 0, false
	seen := map[int]bool{}
	number := func(t *task) {
		broken = broken || seen[t.memory.number]
		seen[t.memory.number] = true
	}
	for _, pr := range pairs {
		if t := pr.task; t != nil && !t.gone() {
			number(t)
			rising = rising && t.memory.number > last
			last = t.memory.number
		}
	}
	for i := range dropped {
		if !dropped[i].gone() {
			number(&dropped[i])
		}
	}
	needs := make([]bool, len(pairs))
	behind := false // a task that is there
	for i := len(pairs) - 1; i >= 0; i-- {
		switch t := pairs[i].task; {
		case pairs[i].deleted:
		case t == nil:
			needs[i] = behind
		default:
			isTask, moved := t.issue.Type == forge.TypeTask, t.memory.number != pairs[i].step.number
			needs[i] = isTask && (t.memory.last || t.gone() || broken || !rising && moved)
			behind = behind || isTask
		}
	}
	return needs
}

// placeOf is where the task of a step belongs: behind that of the step before, else before the first;
// nil when it is alone. It is asked when the tasks before it are made.
func placeOf(pairs []pair, at int) *forge.Beside {
	for i := at - 1; i >= 0; i-- {
		if id := pairs[i].id(); id != 0 {
			return &forge.Beside{ID: id}
		}
	}
	var first *task
	for i := range pairs {
		if t := pairs[i].task; i != at && t != nil && t.issue.Type == forge.TypeTask && (first == nil || t.memory.number < first.memory.number) {
			first = t
		}
	}
	if first == nil {
		return nil
	}
	return &forge.Beside{ID: first.issue.ID, Before: true}
}

// id is that of the step's task, 0 when there is none.
func (pr pair) id() int64 {
	switch {
	case pr.task != nil && pr.task.issue.Type == forge.TypeTask:
		return pr.task.issue.ID
	case pr.made.Type == forge.TypeTask:
		return pr.made.ID
	}
	return 0
}

// writeTask changes a task. When GitLab does not put it in its place, the rest is done all the same,
// and people are told.
func (r *run) writeTask(ctx context.Context, issue, t forge.Issue, w forge.IssueWrite) error {
	beside := w.Beside
	if r.noOrder {
		w.Beside = nil
	}
	path, err := r.path(ctx, t.ProjectID)
	if err != nil {
		return err
	}
	if _, err = r.gitlab.UpdateTask(ctx, path, t, w); err == nil && w.Beside == beside {
		return nil
	}
	refused := errors.Is(err, forge.ErrInvalid) || errors.Is(err, forge.ErrUnsupported)
	if err != nil && (w.Beside == nil || !refused) {
		return err
	}
	if err != nil {
		r.noOrder = r.noOrder || errors.Is(err, forge.ErrUnsupported)
		w.Beside = nil
		if _, err := r.gitlab.UpdateTask(ctx, path, t, w); err != nil {
			return err
		}
	}
	r.note(plan.Problem{Opening: r.ids[issue.ID], Message: "GitLab does not put its tasks in the order of the page; the table in its issue has that order"})
	return r.say(ctx, issue, "no order", safe.Sprintf("This GitLab does not let the tasks be put in the order of the page, so new ones stand last. The table above has the right order."))
}
