package opening

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// position adds the works that bring the plan of a position in line.
func (r *run) position(ctx context.Context, p *position, there *present) error {
	if there == nil && !p.open() {
		return nil // never planned, and over
	}
	out := plan.Opening{ID: p.id(), Title: p.role, Steps: len(p.steps)}
	if there != nil {
		out.URL = there.issue.WebURL
	}
	r.plan.Openings = append(r.plan.Openings, out)
	switch {
	case there == nil:
		r.create(p)
		return nil
	case !p.open():
		return r.close(ctx, p, there)
	default:
		return r.update(ctx, p, there)
	}
}

// memory is what the mark of the issue is to remember.
func (p *position) memory(stage string) issueMemory {
	m := issueMemory{id: p.id(), status: p.opening.Status, title: p.title.String(), due: p.opening.TargetStart, stage: stage, labels: p.own}
	for _, u := range p.owners {
		m.owners = append(m.owners, u.Username)
	}
	return m
}

// create adds the works for a plan that is not there.
func (r *run) create(p *position) {
	stage := ""
	if len(p.steps) > 0 {
		stage = p.steps[0].stage
	}
	issue := new(forge.Issue)
	description := managed(p.memory(stage).mark(), p.body())
	w := forge.IssueWrite{Title: &p.title, Description: &description, Confidential: &r.wish.conf.Plan.Confidential, AssigneeIDs: ids(p.owners)}
	if p.opening.TargetStart != "" {
		w.DueDate = &p.opening.TargetStart
	}
	for _, name := range append(slices.Clone(p.own), stage) {
		if name != "" {
			w.AddLabels = append(w.AddLabels, safe.Label(name))
		}
	}
	r.add(plan.Action{Verb: plan.Create, Object: plan.Issue, Opening: p.id(), Title: p.title.String(), Why: "the opening has no plan yet"}, func(ctx context.Context) error {
		made, err := r.createIssue(ctx, p.id(), w)
		*issue = made
		return err
	})
	for _, s := range p.steps {
		r.createStep(p, s, issue, "a step of the hiring process")
	}
}

// createStep adds the work for the task of a step. The issue is known when the work is done.
func (r *run) createStep(p *position, s wishedStep, issue *forge.Issue, why string) {
	title := safe.Title("%s", safe.Text(s.name))
	description := managed(p.stepMemory(s, title).mark(), p.stepBody(s))
	w := forge.IssueWrite{Title: &title, Description: &description, Confidential: &r.wish.conf.Plan.Confidential, AssigneeIDs: ids(s.people)}
	r.add(plan.Action{Verb: plan.Create, Object: plan.Task, Opening: p.id(), Title: s.name, Why: why}, func(ctx context.Context) error {
		return r.makeStep(ctx, p, s, *issue, w)
	})
}

func (p *position) stepMemory(s wishedStep, title safe.Line) stepMemory {
	m := stepMemory{id: p.id(), number: s.number, kind: string(s.step.Kind), with: strings.Join(s.step.With, "; "), words: stepWords(s.step), title: title.String()}
	for _, u := range s.people {
		m.people = append(m.people, u.Username)
	}
	return m
}

// makeStep makes the task of a step, or a linked issue where there are no tasks. A lost answer is
// looked up.
func (r *run) makeStep(ctx context.Context, p *position, s wishedStep, issue forge.Issue, w forge.IssueWrite) error {
	if !r.linked() {
		_, err := r.gitlab.CreateTask(ctx, r.target.Path, issue, w)
		if errors.Is(err, forge.ErrUnavailable) && r.stepExists(ctx, p, s, issue) {
			return nil
		}
		if !errors.Is(err, forge.ErrUnsupported) {
			return err
		}
		r.noTasks = true
		if _, err := r.gitlab.CreateIssueNote(ctx, r.target.ID, issue.IID, safe.Sprintf("This GitLab has no tasks. The steps of the plan are linked issues instead.")); err != nil {
			return err
		}
	}
	made, err := r.gitlab.CreateIssue(ctx, r.target.ID, w)
	if err != nil {
		if errors.Is(err, forge.ErrUnavailable) && r.stepExists(ctx, p, s, issue) {
			return nil
		}
		return err
	}
	return r.gitlab.LinkIssue(ctx, r.target.ID, issue.IID, r.target.ID, made.IID)
}

func (r *run) stepExists(ctx context.Context, p *position, s wishedStep, issue forge.Issue) bool {
	tasks, err := r.steps(ctx, issue)
	return err == nil && slices.ContainsFunc(tasks, func(t task) bool { return t.memory.id == p.id() && t.memory.words == stepWords(s.step) })
}

// update adds the works that bring a plan along.
func (r *run) update(ctx context.Context, p *position, there *present) error {
	tasks, err := r.steps(ctx, there.issue)
	if err != nil {
		return fmt.Errorf("list the steps: %w", err)
	}
	pairs, dropped := match(p.steps, tasks)
	r.updateIssue(p, there, stageOf(pairs))
	var news []safe.Value
	for _, pr := range pairs {
		if pr.task == nil {
			issue := there.issue
			r.createStep(p, pr.step, &issue, "the page has a new step")
			news = append(news, safe.Phrase("new: %s", safe.Short(pr.step.name, 150)))
			continue
		}
		if changed := r.updateStep(p, pr); changed {
			news = append(news, safe.Phrase("changed: %s", safe.Short(pr.step.name, 150)))
		}
	}
	for _, t := range dropped {
		if t.issue.State == forge.Opened {
			r.dropStep(t)
			news = append(news, safe.Phrase("no longer there, its task is closed: %s", safe.Short(t.issue.Title, 150)))
		}
	}
	if len(news) > 0 {
		r.tell(p, there.issue, news)
	}
	return nil
}

// stageOf is the label of the first step that is still to be done; "" when all are done.
func stageOf(pairs []pair) string {
	for _, pr := range pairs {
		if pr.task == nil || pr.task.issue.State == forge.Opened {
			return pr.step.stage
		}
	}
	return ""
}

// updateIssue adds the work that brings the issue itself in line. Fields that people have changed
// since the last time stay theirs until the wish itself changes.
func (r *run) updateIssue(p *position, there *present, stage string) {
	i, last, now := there.issue, there.memory, p.memory(stage)
	a := plan.Action{Verb: plan.Update, Object: plan.Issue, Opening: p.id(), Title: i.Title, Why: "the opening or its page has changed", URL: i.WebURL}
	var w forge.IssueWrite
	change := func(field, before, after string) {
		a.Changes = append(a.Changes, plan.Change{Field: field, Old: before, New: after})
	}
	if description := place(i.Description, issueMark, managed(now.mark(), p.body())); !sameText(i.Description, description.String()) {
		w.Description = &description
		change("description", excerpt(i.Description, description.String()), excerpt(description.String(), i.Description))
	}
	if now.title != last.title && now.title != i.Title {
		w.Title = &p.title
		change("title", i.Title, now.title)
	}
	if now.due != last.due && now.due != i.DueDate {
		w.DueDate = &p.opening.TargetStart
		change("due date", i.DueDate, now.due)
	}
	if people, changed := assign(last.owners, p.owners, i.Assignees); changed {
		w.AssigneeIDs = &people
		change("assignees", names(i.Assignees), names(p.owners))
	}
	for _, name := range append(slices.Clone(p.own), stage) {
		if name != "" && !hasLabel(i.Labels, name) {
			w.AddLabels = append(w.AddLabels, safe.Label(name))
			change("labels", "", name)
		}
	}
	for _, name := range i.Labels {
		if r.outdated(p, last, stage, name) {
			w.RemoveLabels = append(w.RemoveLabels, name)
			change("labels", name, "")
		}
	}
	if i.State == forge.Closed && (last.status == hiring.OpeningFilled || last.status == hiring.OpeningCancelled) {
		open := forge.Opened
		w.State = &open
		a.Verb, a.Why = plan.Reopen, "the opening is open again"
	}
	if len(a.Changes) == 0 && w.State == nil {
		return
	}
	r.add(a, func(ctx context.Context) error {
		_, err := r.gitlab.UpdateIssue(ctx, r.target.ID, i.IID, w)
		return err
	})
}

// outdated reports whether a label of the issue is one that roleplan put there and that holds no
// more: another stage, or a role or level that the opening had before.
func (r *run) outdated(p *position, last issueMemory, stage, name string) bool {
	if strings.EqualFold(name, stage) || hasLabel(p.own, name) {
		return false
	}
	return strings.EqualFold(name, last.stage) || hasLabel(last.labels, name) || slices.ContainsFunc(p.steps, func(s wishedStep) bool { return strings.EqualFold(s.stage, name) })
}

func hasLabel(list []string, name string) bool {
	return slices.ContainsFunc(list, func(l string) bool { return strings.EqualFold(l, name) })
}

// updateStep adds the work that brings the task of a step in line. It reports whether the step
// itself reads differently, which people are told.
func (r *run) updateStep(p *position, pr pair) bool {
	s, t := pr.step, pr.task
	title := safe.Title("%s", safe.Text(s.name))
	now := p.stepMemory(s, title)
	a := plan.Action{Verb: plan.Update, Object: plan.Task, Opening: p.id(), Title: t.issue.Title, Why: "its step has changed", URL: t.issue.WebURL}
	var w forge.IssueWrite
	if description := place(t.issue.Description, taskMark, managed(now.mark(), p.stepBody(s))); !sameText(t.issue.Description, description.String()) {
		w.Description = &description
		a.Changes = append(a.Changes, plan.Change{Field: "description", Old: excerpt(t.issue.Description, description.String()), New: excerpt(description.String(), t.issue.Description)})
	}
	if now.title != t.memory.title && now.title != t.issue.Title {
		w.Title = &title
		a.Changes = append(a.Changes, plan.Change{Field: "title", Old: t.issue.Title, New: now.title})
	}
	if people, changed := assign(t.memory.people, s.people, t.issue.Assignees); changed {
		w.AssigneeIDs = &people
		a.Changes = append(a.Changes, plan.Change{Field: "assignees", Old: names(t.issue.Assignees), New: names(s.people)})
	}
	if t.memory.dropped && t.issue.State == forge.Closed {
		open := forge.Opened
		w.State = &open
		a.Verb, a.Why = plan.Reopen, "its step is on the page again"
	}
	if len(a.Changes) == 0 && w.State == nil {
		return false
	}
	r.add(a, func(ctx context.Context) error { return r.writeStep(ctx, t.issue, w) })
	return now.words != t.memory.words
}

// dropStep adds the work that closes the task of a step that the page has no more.
func (r *run) dropStep(t task) {
	m := t.memory
	m.dropped = true
	body := safe.Concat(m.mark(), safe.Sprintf("The page has no such step any more. What stood here is in the history of this description."), safe.Mark(endMark))
	description := place(t.issue.Description, taskMark, body)
	closed := forge.Closed
	w := forge.IssueWrite{Description: &description, State: &closed}
	r.add(plan.Action{Verb: plan.Close, Object: plan.Task, Opening: m.id, Title: t.issue.Title, Why: "the page has no such step any more", URL: t.issue.WebURL},
		func(ctx context.Context) error { return r.writeStep(ctx, t.issue, w) })
}

func (r *run) writeStep(ctx context.Context, t forge.Issue, w forge.IssueWrite) error {
	if r.linked() {
		_, err := r.gitlab.UpdateIssue(ctx, r.target.ID, t.IID, w)
		return err
	}
	_, err := r.gitlab.UpdateTask(ctx, r.target.Path, t, w)
	return err
}

// tell adds the work for a note that lists what is different.
func (r *run) tell(p *position, issue forge.Issue, news []safe.Value) {
	var b safe.Builder
	b.Para("The hiring process on the page has changed. The plan follows:")
	for _, n := range news {
		b.Item("%s", n)
	}
	b.Para("Tasks that were done stay done.")
	r.add(plan.Action{Verb: plan.Create, Object: plan.Note, Opening: p.id(), Title: "what is different", Why: "people should know", URL: issue.WebURL}, func(ctx context.Context) error {
		_, err := r.gitlab.CreateIssueNote(ctx, r.target.ID, issue.IID, b.Markdown())
		return err
	})
}

// close adds the works that close the plan of a position that is filled or cancelled.
func (r *run) close(ctx context.Context, p *position, there *present) error {
	if there.issue.State == forge.Closed {
		return nil
	}
	tasks, err := r.steps(ctx, there.issue)
	if err != nil {
		return fmt.Errorf("list the steps: %w", err)
	}
	why := "the opening is " + p.opening.Status
	closed := forge.Closed
	for _, t := range tasks {
		if t.issue.State != forge.Opened {
			continue
		}
		r.add(plan.Action{Verb: plan.Close, Object: plan.Task, Opening: p.id(), Title: t.issue.Title, Why: why, URL: t.issue.WebURL},
			func(ctx context.Context) error { return r.writeStep(ctx, t.issue, forge.IssueWrite{State: &closed}) })
	}
	memory := there.memory
	memory.status = p.opening.Status
	at := safe.FindMarks(there.issue.Description, issueMark)[0]
	description := safe.Concat(safe.Keep(strings.TrimSpace(there.issue.Description[:at.Start])), memory.mark(), safe.Keep(strings.TrimSpace(there.issue.Description[at.End:])))
	r.add(plan.Action{Verb: plan.Create, Object: plan.Note, Opening: p.id(), Title: "why it is closed", Why: why, URL: there.issue.WebURL}, func(ctx context.Context) error {
		_, err := r.gitlab.CreateIssueNote(ctx, r.target.ID, there.issue.IID, safe.Sprintf("The opening is %s, so its plan is closed.", safe.Text(p.opening.Status)))
		return err
	})
	r.add(plan.Action{Verb: plan.Close, Object: plan.Issue, Opening: p.id(), Title: there.issue.Title, Why: why, URL: there.issue.WebURL}, func(ctx context.Context) error {
		_, err := r.gitlab.UpdateIssue(ctx, r.target.ID, there.issue.IID, forge.IssueWrite{Description: &description, State: &closed})
		return err
	})
	return nil
}

// excerpt is the first line of a text that the other one lacks; "" when it lacks none.
func excerpt(text, other string) string {
	have := map[string]bool{}
	for line := range strings.SplitSeq(other, "\n") {
		have[strings.TrimSpace(line)] = true
	}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); !have[line] && !strings.HasPrefix(line, "<!--") {
			return line
		}
	}
	return ""
}

func ids(users []forge.User) *[]int64 {
	if len(users) == 0 {
		return nil
	}
	list := make([]int64, len(users))
	for i, u := range users {
		list[i] = u.ID
	}
	return &list
}
