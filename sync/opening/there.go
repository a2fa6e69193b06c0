package opening

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
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
func (t task) done() bool {
	return t.issue.State == forge.Closed && (t.memory.closed == "" || t.memory.closed == closedGone)
}

// gone reports whether its step has left the page.
func (t task) gone() bool { return t.memory.closed == closedDropped || t.memory.closed == closedGone }

// A world is all that roleplan has made in a project.
type world struct {
	plans  map[string]*present    // by position
	moved  map[string]forge.Issue // issues that people have moved to where roleplan can't follow
	orphan map[string][]task      // steps whose issue is gone
	double map[string]forge.Issue // a second issue for a position
}

// mostLooks is how many times plans are listed until they stand still.
const mostLooks = 5

// look finds plans and steps. Another run may make a plan, or move it, while they are listed; so what
// looks deleted is listed again, and believed when it is missing twice.
func (r *run) look(ctx context.Context) (world, error) {
	var before []string
	for range mostLooks {
		w, err := r.list(ctx)
		if err != nil {
			return w, err
		}
		missing := w.missing()
		if len(missing) == 0 || slices.Equal(missing, before) {
			return w, nil
		}
		before = missing
	}
	return world{}, fmt.Errorf("list the plans of %q: %w: they change all the while", r.target.Path, forge.ErrConflict)
}

// missing names the issues and the steps that were there once and were not found, in order.
func (w world) missing() []string {
	all := slices.Collect(maps.Keys(w.orphan))
	for id, p := range w.plans {
		if p.memory.form == repoconf.StepsChecklist {
			continue
		}
		found := map[string]bool{}
		for _, t := range p.steps {
			found[stepDigest(t.memory.words)] = true
		}
		for _, step := range p.memory.steps {
			if !found[step] {
				all = append(all, id+" "+step)
			}
		}
	}
	slices.Sort(all)
	return all
}

// list finds plans and steps by their marks. A mark counts with roleplan as the author only:
// anybody can write one. So two listings by author find everything, and no plan is asked for
// by itself. Of two issues for a position the older one counts.
func (r *run) list(ctx context.Context) (world, error) {
	w := world{plans: map[string]*present{}, moved: map[string]forge.Issue{}, orphan: map[string][]task{}, double: map[string]forge.Issue{}}
	all, err := r.all(ctx, r.target)
	if err != nil {
		return w, err
	}
	r.looked, r.changed = true, nil
	for _, i := range all {
		r.changed = append(r.changed, i.UpdatedAt)
	}
	steps := map[string][]task{}
	w.sort(all, steps)
	if err := r.follow(ctx, w, steps); err != nil {
		return w, err
	}
	for id, p := range w.plans {
		p.steps = inOrder(append(steps[id], boxes(p.issue)...))
		delete(steps, id)
	}
	for id := range w.moved {
		delete(steps, id)
	}
	for id, left := range steps {
		w.orphan[id] = inOrder(left)
	}
	return w, nil
}

func inOrder(steps []task) []task {
	slices.SortStableFunc(steps, func(a, b task) int { return a.memory.number - b.memory.number })
	return steps
}

// sort puts what was found where it belongs.
func (w world) sort(found []forge.Issue, steps map[string][]task) {
	for _, i := range found {
		if m, ok := readStepMemory(i.Description); ok {
			if i.MovedToID == 0 {
				steps[m.id] = append(steps[m.id], task{i, m})
			}
			continue
		}
		m, ok := readIssueMemory(i.Description)
		if !ok {
			continue
		}
		there := w.plans[m.id]
		switch {
		case i.MovedToID != 0:
			w.moved[m.id] = i
		case there == nil:
			w.plans[m.id] = &present{issue: i, memory: m}
		case i.IID < there.issue.IID:
			w.double[m.id] = there.issue
			w.plans[m.id] = &present{issue: i, memory: m}
		default:
			w.double[m.id] = i
		}
	}
}

// follow finds the issues that people have moved to other projects, with their tasks. Each such
// project is listed once.
func (r *run) follow(ctx context.Context, w world, steps map[string][]task) error {
	listed := map[int64]map[int64]forge.Issue{} // by project and id
	for _, id := range slices.Sorted(maps.Keys(w.moved)) {
		if w.plans[id] != nil { // it was moved back, or made anew
			delete(w.moved, id)
			continue
		}
		at := w.moved[id]
		for range maxMoves {
			if at.MovedToID == 0 {
				break
			}
			next, err := r.next(ctx, at.MovedToID, listed, steps)
			if errors.Is(err, forge.ErrNotFound) || errors.Is(err, forge.ErrForbidden) || errors.Is(err, forge.ErrUnsupported) || errors.Is(err, forge.ErrInvalid) {
				break
			}
			if err != nil {
				return err
			}
			at = next
		}
		if m, ok := readIssueMemory(at.Description); ok && m.id == id && at.MovedToID == 0 && at.Author.ID == r.me.ID {
			w.plans[id] = &present{issue: at, memory: m}
			delete(w.moved, id)
		}
	}
	return nil
}

// maxMoves is how many times one after the other an issue may have been moved.
const maxMoves = 10

// next finds an issue by its id, and lists the project that it is in.
func (r *run) next(ctx context.Context, id int64, listed map[int64]map[int64]forge.Issue, steps map[string][]task) (forge.Issue, error) {
	for _, list := range listed {
		if i, ok := list[id]; ok {
			return i, nil
		}
	}
	i, err := r.gitlab.IssueByID(ctx, id)
	if err != nil || listed[i.ProjectID] != nil || i.ProjectID == r.target.ID {
		return i, err
	}
	project, err := r.project(ctx, i.ProjectID)
	if err != nil {
		return i, err
	}
	all, err := r.all(ctx, project)
	if err != nil {
		return i, err
	}
	listed[i.ProjectID] = map[int64]forge.Issue{}
	for _, t := range all {
		if t.Type == forge.TypeIssue {
			listed[i.ProjectID][t.ID] = t
			continue
		}
		if m, ok := readStepMemory(t.Description); ok && t.MovedToID == 0 {
			steps[m.id] = append(steps[m.id], task{t, m})
		}
	}
	return i, nil
}

// project is a project by its number. The answer is remembered.
func (r *run) project(ctx context.Context, id int64) (forge.Project, error) {
	if p, ok := r.projects[id]; ok {
		return p, nil
	}
	p, err := r.gitlab.Project(ctx, strconv.FormatInt(id, 10))
	if err != nil {
		return p, fmt.Errorf("read project %d, which a plan was moved to: %w", id, err)
	}
	r.projects[id] = p
	return p, nil
}

func (r *run) path(ctx context.Context, id int64) (string, error) {
	p, err := r.project(ctx, id)
	return p.Path, err
}

// all lists the issues and then the tasks that roleplan has made. For a plan that is only told one listing
// does, where GitLab gives tasks beside issues: a task among them shows that it does.
func (r *run) all(ctx context.Context, project forge.Project) ([]forge.Issue, error) {
	if r.opts.told {
		both, err := r.mine(ctx, project, "")
		isTask := func(i forge.Issue) bool { return i.Type == forge.TypeTask }
		if err != nil || len(both) == 0 || slices.ContainsFunc(both, isTask) {
			slices.SortStableFunc(both, func(a, b forge.Issue) int { return cmp.Compare(a.Type, b.Type) })
			return both, err
		}
	}
	issues, err := r.mine(ctx, project, forge.TypeIssue)
	if err != nil {
		return nil, err
	}
	tasks, err := r.mine(ctx, project, forge.TypeTask)
	return append(issues, tasks...), err
}

// mine lists what roleplan has made of a type, "" for both.
func (r *run) mine(ctx context.Context, project forge.Project, kind string) ([]forge.Issue, error) {
	all, err := r.gitlab.Issues(ctx, project.ID, forge.IssueFilter{Author: r.me.ID, Type: kind})
	if errors.Is(err, forge.ErrInvalid) && kind == forge.TypeTask {
		return nil, nil // a server that knows no such type
	}
	if err != nil {
		return nil, fmt.Errorf("list the plans of %q: %w", project.Path, err)
	}
	// A server that does not know the filters gives more.
	return slices.DeleteFunc(all, func(i forge.Issue) bool {
		return i.Author.ID != r.me.ID || i.Type != kind && kind != "" || i.Type != forge.TypeIssue && i.Type != forge.TypeTask
	}), nil
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
			t.issue.State = forge.Closed
			if t.gone() {
				t.memory.closed = closedGone
			} else {
				t.memory.closed = ""
			}
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
	if r.tooSmall != nil {
		return forge.Issue{}, r.tooSmall
	}
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
	if err != nil {
		return forge.Issue{}, false
	}
	return found.step(m)
}

// step is the task of a step that was just to be made.
func (w world) step(m stepMemory) (forge.Issue, bool) {
	if w.plans[m.id] == nil {
		return forge.Issue{}, false
	}
	for _, t := range w.plans[m.id].steps {
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
	linked, err := r.gitlab.LinkedIssues(ctx, there.issue.ProjectID, there.issue.IID)
	if err != nil {
		return nil, fmt.Errorf("list the linked steps: %w", err)
	}
	return slices.DeleteFunc(own, func(t task) bool {
		return slices.ContainsFunc(linked, func(l forge.Issue) bool { return l.ID == t.issue.ID })
	}), nil
}

// errChanged says that a person was quicker: what was planned no longer fits.
var errChanged = fmt.Errorf("%w: it was changed since it was read, so nothing was written; the next run takes that up", forge.ErrConflict)

// unchanged reads an issue or task once more before it is written, since GitLab lets the last write
// win: what people have changed since the listing must not get lost.
func (r *run) unchanged(ctx context.Context, was forge.Issue, w forge.IssueWrite) error {
	if w.Description == nil && w.Title == nil && w.AssigneeIDs == nil && w.DueDate == nil && w.State == nil {
		return nil
	}
	now, err := r.gitlab.Issue(ctx, was.ProjectID, was.IID)
	if err != nil {
		return err
	}
	samePeople := slices.EqualFunc(now.Assignees, was.Assignees, func(a, b forge.User) bool { return a.ID == b.ID })
	if now.Description != was.Description || now.Title != was.Title || now.DueDate != was.DueDate || now.State != was.State || !samePeople {
		return errChanged
	}
	return nil
}

// say writes a note on an issue once: its key is in its mark, and a note with the key is looked
// for first.
func (r *run) say(ctx context.Context, issue forge.Issue, key string, text safe.Markdown) error {
	if said, err := r.said(ctx, issue, key); said || err != nil {
		return err
	}
	_, err := r.gitlab.CreateIssueNote(ctx, issue.ProjectID, issue.IID, safe.Concat(text, safe.Mark(newsMark, safe.Attr("key", key))))
	if errors.Is(err, forge.ErrUnavailable) {
		if said, lookErr := r.said(ctx, issue, key); said && lookErr == nil {
			return nil
		}
	}
	return err
}

func (r *run) said(ctx context.Context, issue forge.Issue, key string) (bool, error) {
	notes, err := r.gitlab.IssueNotes(ctx, issue.ProjectID, issue.IID)
	return slices.ContainsFunc(notes, func(n forge.Note) bool {
		return n.Author.ID == r.me.ID && slices.ContainsFunc(safe.FindMarks(n.Body, newsMark), func(m safe.Found) bool { return m.Attributes["key"] == key })
	}), err
}
