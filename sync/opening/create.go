package opening

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// create adds the works for a plan that is not there, and takes in the tasks that are left of one
// whose issue was deleted. Only when all steps have their tasks, the mark of the issue says so: of
// tasks that are missing then it is known that a person has deleted them.
func (r *run) create(p *position, orphan []task, at int) {
	form := r.wish.conf.Plan.Steps
	pairs, _ := match(p.steps, orphan)
	stage := stageOf(pairs)
	issue := new(forge.Issue)
	memory := p.memory(form, stage)
	steps := memory.steps
	if form != repoconf.StepsChecklist {
		memory.steps = nil
	}
	description := place("", issueMark, p.body(form, pairs, nil), func(hash string) safe.Markdown { memory.hash = hash; return memory.mark() })
	w := forge.IssueWrite{Title: &p.title, Description: &description, Confidential: &r.wish.conf.Plan.Confidential, AssigneeIDs: ids(p.owners)}
	if p.opening.TargetStart != "" {
		w.DueDate = &p.opening.TargetStart
	}
	for _, name := range append(slices.Clone(p.own), stage) {
		if name != "" {
			w.AddLabels = append(w.AddLabels, safe.Label(name))
		}
	}
	why := "the opening has no plan yet"
	if len(orphan) > 0 {
		why = "it was deleted, and is asked for again"
	}
	r.add(plan.Action{Verb: plan.Create, Object: plan.Issue, Opening: p.id(), Title: p.title.String(), Why: why}, writeText(w), func(ctx context.Context) error {
		made, err := r.createIssue(ctx, p.id(), w)
		if err == nil {
			err = r.kept(w, made)
		}
		if err != nil {
			return err
		}
		*issue = made
		r.ids[made.ID] = p.id()
		r.plan.Openings[at].URL = made.WebURL
		r.owners(w, made)
		return nil
	})
	if form == repoconf.StepsChecklist || len(pairs) == 0 {
		return
	}
	var all *batch
	if len(orphan) == 0 {
		all = &batch{}
	}
	for i := range pairs {
		if pairs[i].task != nil {
			r.updateStep(p, issue, pairs, i, false, true)
			continue
		}
		r.createStep(p, issue, pairs, i, false, all, "a step of the hiring process")
	}
	last := &r.works[len(r.works)-1]
	step := last.do
	last.do = func(ctx context.Context) error {
		if err := step(ctx); err != nil {
			return err
		}
		memory.steps = steps
		description := remark(issue.Description, issueMark, memory.mark())
		w := forge.IssueWrite{Description: &description}
		if all == nil || all.description != issue.Description { // else it was just read
			if err := r.unchanged(ctx, *issue, w); err != nil {
				return err
			}
		}
		_, err := r.gitlab.UpdateIssue(ctx, issue.ProjectID, issue.IID, w)
		return err
	}
}

// kept is an error when GitLab has left out all labels that were sent. It does so without a word where the role
// of the token's user is too small, and leaves out dates and people with them. Nothing more is made then.
func (r *run) kept(w forge.IssueWrite, got forge.Issue) error {
	if len(w.AddLabels) == 0 || slices.ContainsFunc(w.AddLabels, func(l safe.Line) bool { return hasLabel(got.Labels, l.String()) }) {
		return nil
	}
	r.tooSmall = fmt.Errorf("%w: GitLab leaves out labels, dates and people; give the token's user the role Reporter in project %q", forge.ErrForbidden, r.projects[got.ProjectID].Path)
	return r.tooSmall
}

// owners notes that this GitLab keeps one assignee where several were sent.
func (r *run) owners(w forge.IssueWrite, made forge.Issue) {
	if w.AssigneeIDs == nil || len(made.Assignees) == 0 || len(made.Assignees) >= len(*w.AssigneeIDs) || r.oneOwner {
		return
	}
	r.oneOwner = true
	r.note(plan.Problem{Message: "this GitLab keeps one assignee of an issue, as its Free tier does; the descriptions name the others"})
}

// createStep adds the work for the task of a step. The issue is known when the work is done. A task
// that is not the last one is put in its place in the same work. Tasks of a batch, where there is one, are made
// together.
func (r *run) createStep(p *position, issue *forge.Issue, pairs []pair, at int, moves bool, all *batch, why string) {
	s := pairs[at].step
	title := safe.Title("%s", safe.Text(s.name))
	memory := p.stepMemory(s, title)
	memory.last = moves && !r.linked()
	description := place("", taskMark, p.stepBody(s), func(hash string) safe.Markdown { memory.hash = hash; return memory.mark() })
	w := forge.IssueWrite{Title: &title, Description: &description, Confidential: &r.wish.conf.Plan.Confidential, AssigneeIDs: ids(s.people)}
	if s.due != "" {
		w.DueDate = &s.due
	}
	if all != nil {
		all.steps, all.writes = append(all.steps, memory), append(all.writes, w)
	}
	r.add(plan.Action{Verb: plan.Create, Object: plan.Task, Opening: p.id(), Title: s.name, Why: why}, writeText(w), func(ctx context.Context) error {
		if err := r.makeAll(ctx, all, *issue, pairs); err != nil {
			return err
		}
		made := pairs[at].made
		if made.ID == 0 {
			var err error
			if made, err = r.makeStep(ctx, memory, *issue, w); err != nil {
				return err
			}
			pairs[at].made = made
		}
		r.owners(w, made)
		if !memory.last || made.Type != forge.TypeTask {
			return nil
		}
		memory.last = false
		placed := remark(made.Description, taskMark, memory.mark())
		return r.writeTask(ctx, *issue, made, forge.IssueWrite{Description: &placed, Beside: placeOf(pairs, at)})
	})
}

// A batch are all the tasks of a new plan.
type batch struct {
	steps       []stepMemory
	writes      []forge.IssueWrite
	begun       bool
	description string // of the issue, once all of them are made; "" where that is not known
}

// makeAll makes the tasks of a batch in one call, once; the batch may be nil. What could not be made so is
// left to makeStep, but for tasks that may still come.
func (r *run) makeAll(ctx context.Context, all *batch, issue forge.Issue, pairs []pair) error {
	if all == nil || all.begun || r.oneByOne || r.linked() {
		return nil
	}
	all.begun = true
	path, err := r.path(ctx, issue.ProjectID)
	if err != nil {
		return err
	}
	made, description, err := r.gitlab.CreateTasks(ctx, path, issue, all.writes)
	for i := range made {
		pairs[i].made = made[i]
	}
	var limit *forge.RateLimitError
	switch {
	case err == nil:
		all.description = description
	case errors.Is(err, forge.ErrUnsupported):
		r.oneByOne = true
	case errors.Is(err, forge.ErrUnavailable), errors.As(err, &limit):
		found, lookErr := r.look(ctx)
		if lookErr != nil {
			return err
		}
		missing := false
		for i, m := range all.steps {
			if pairs[i].made.ID == 0 {
				var ok bool
				pairs[i].made, ok = found.step(m)
				missing = missing || !ok
			}
		}
		if missing && limit == nil {
			return err
		}
	}
	return nil
}

func (p *position) stepMemory(s wishedStep, title safe.Line) stepMemory {
	m := stepMemory{id: p.id(), number: s.number, kind: string(s.step.Kind), with: strings.Join(s.step.With, withSeparator), words: s.step.Words(), title: title.String(), due: s.due, picked: s.picks}
	for _, u := range s.people {
		m.people = append(m.people, u.Username)
	}
	return m
}

// makeStep makes the task of a step, or a linked issue where there are no tasks. A lost answer is
// looked up.
func (r *run) makeStep(ctx context.Context, m stepMemory, issue forge.Issue, w forge.IssueWrite) (forge.Issue, error) {
	if !r.linked() {
		path, err := r.path(ctx, issue.ProjectID)
		if err != nil {
			return forge.Issue{}, err
		}
		made, err := r.gitlab.CreateTask(ctx, path, issue, w)
		if errors.Is(err, forge.ErrUnavailable) {
			if found, ok := r.findStep(ctx, m); ok {
				return found, nil
			}
		}
		if !errors.Is(err, forge.ErrUnsupported) || r.hasTasks {
			return made, err
		}
		r.noTasks = true
	}
	if r.noTasks && !r.told {
		if err := r.say(ctx, issue, "no tasks", safe.Sprintf("This GitLab has no tasks, so the steps of hiring plans are linked issues.")); err != nil {
			return forge.Issue{}, err
		}
		r.told = true
	}
	made, err := r.gitlab.CreateIssue(ctx, issue.ProjectID, w)
	if errors.Is(err, forge.ErrUnavailable) {
		if found, ok := r.findStep(ctx, m); ok {
			made, err = found, nil
		}
	}
	if err != nil {
		return made, err
	}
	return made, r.gitlab.LinkIssue(ctx, issue.ProjectID, issue.IID, made.ProjectID, made.IID)
}
