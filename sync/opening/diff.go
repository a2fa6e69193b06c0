package opening

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// compare adds the works that bring all plans in line.
func (r *run) compare(ctx context.Context, w world) {
	r.told = slices.ContainsFunc(slices.Collect(maps.Values(w.plans)), func(p *present) bool {
		return slices.ContainsFunc(p.steps, func(t task) bool { return t.issue.Type == forge.TypeIssue })
	})
	for _, p := range r.wish.positions {
		there, moved := w.plans[p.id()], w.moved[p.id()]
		switch {
		case there == nil && moved.ID != 0 && p.open():
			r.plan.Problems = append(r.plan.Problems, plan.Problem{
				File: p.opening.File, Line: p.opening.Pos.Line, Opening: p.id(), Blocks: true,
				Message: fmt.Sprintf("its issue #%d was moved to another project, where roleplan does not follow it; no second one is made. Move it back, or set plan.project", moved.IID),
			})
		case there == nil && !p.open(): // never planned, and over
		default:
			if err := r.position(ctx, p, there); err != nil {
				r.errs = append(r.errs, fmt.Errorf("%s: %w", p.id(), err))
			}
		}
	}
	r.undeclared(w)
}

// undeclared tells of plans that no openings file speaks of any more. Their issues stay as they
// are: a line that got lost must not close a search.
func (r *run) undeclared(w world) {
	if r.wish.declared == nil {
		return
	}
	positions, openings := map[string]bool{}, map[string]bool{}
	for _, p := range r.wish.positions {
		positions[p.id()], openings[p.opening.ID] = true, true
	}
	for _, id := range slices.Sorted(maps.Keys(w.plans)) {
		issue := w.plans[id].issue
		opening, _, _ := strings.Cut(id, "/")
		if positions[id] || issue.State == forge.Closed || r.wish.declared[opening] && !openings[opening] {
			continue
		}
		r.plan.Problems = append(r.plan.Problems, plan.Problem{
			Opening: id,
			Message: fmt.Sprintf("its issue #%d is open, but the openings declare no such position; set status: filled or cancelled to close it", issue.IID),
		})
	}
}

// position adds the works that bring the plan of a position in line.
func (r *run) position(ctx context.Context, p *position, there *present) error {
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
		r.close(p, there)
		return nil
	default:
		return r.update(ctx, p, there)
	}
}

// memory is what the mark of the issue is to remember.
func (p *position) memory(form, stage string) issueMemory {
	m := issueMemory{id: p.id(), status: p.opening.Status, title: p.title.String(), due: p.opening.TargetStart, stage: stage, labels: p.own, form: form, process: p.processHash(), page: p.page.hash, commit: p.page.commit}
	for _, u := range p.owners {
		m.owners = append(m.owners, u.Username)
	}
	return m
}

// processHash changes when the process reads differently.
func (p *position) processHash() string {
	words := make([]string, len(p.steps))
	for i, s := range p.steps {
		words[i] = stepWords(s.step)
	}
	return digest(words...)
}

// create adds the works for a plan that is not there.
func (r *run) create(p *position) {
	form := r.wish.conf.Plan.Steps
	pairs, _ := match(p.steps, nil)
	stage := stageOf(pairs)
	issue := new(forge.Issue)
	memory := p.memory(form, stage)
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
	r.add(plan.Action{Verb: plan.Create, Object: plan.Issue, Opening: p.id(), Title: p.title.String(), Why: "the opening has no plan yet"}, func(ctx context.Context) error {
		made, err := r.createIssue(ctx, p.id(), w)
		*issue = made
		return err
	})
	if form == repoconf.StepsChecklist {
		return
	}
	for _, s := range p.steps {
		r.createStep(p, s, issue, "a step of the hiring process")
	}
}

// createStep adds the work for the task of a step. The issue is known when the work is done.
func (r *run) createStep(p *position, s wishedStep, issue *forge.Issue, why string) {
	title := safe.Title("%s", safe.Text(s.name))
	memory := p.stepMemory(s, title)
	description := place("", taskMark, p.stepBody(s), func(hash string) safe.Markdown { memory.hash = hash; return memory.mark() })
	w := forge.IssueWrite{Title: &title, Description: &description, Confidential: &r.wish.conf.Plan.Confidential, AssigneeIDs: ids(s.people)}
	if s.due != "" {
		w.DueDate = &s.due
	}
	r.add(plan.Action{Verb: plan.Create, Object: plan.Task, Opening: p.id(), Title: s.name, Why: why}, func(ctx context.Context) error {
		return r.makeStep(ctx, memory, *issue, w)
	})
}

func (p *position) stepMemory(s wishedStep, title safe.Line) stepMemory {
	m := stepMemory{id: p.id(), number: s.number, kind: string(s.step.Kind), with: strings.Join(s.step.With, "; "), words: stepWords(s.step), title: title.String(), due: s.due, picked: s.picks}
	for _, u := range s.people {
		m.people = append(m.people, u.Username)
	}
	return m
}

// makeStep makes the task of a step, or a linked issue where there are no tasks. A lost answer is
// looked up.
func (r *run) makeStep(ctx context.Context, m stepMemory, issue forge.Issue, w forge.IssueWrite) error {
	if !r.linked() {
		_, err := r.gitlab.CreateTask(ctx, r.target.Path, issue, w)
		if errors.Is(err, forge.ErrUnavailable) {
			if _, found := r.findStep(ctx, m); found {
				return nil
			}
		}
		if !errors.Is(err, forge.ErrUnsupported) {
			return err
		}
		r.noTasks = true
	}
	if r.noTasks && !r.told {
		if err := r.say(ctx, issue, "no tasks", safe.Sprintf("This GitLab has no tasks, so the steps of hiring plans are linked issues.")); err != nil {
			return err
		}
		r.told = true
	}
	made, err := r.gitlab.CreateIssue(ctx, r.target.ID, w)
	if errors.Is(err, forge.ErrUnavailable) {
		if found, ok := r.findStep(ctx, m); ok {
			made, err = found, nil
		}
	}
	if err != nil {
		return err
	}
	return r.gitlab.LinkIssue(ctx, r.target.ID, issue.IID, r.target.ID, made.IID)
}

// update adds the works that bring a plan along. The note on what is different comes first and
// the issue last: its mark remembers the process, so that a run that breaks off in between is
// taken up again and says nothing twice.
func (r *run) update(ctx context.Context, p *position, there *present) error {
	unlinked, err := r.unlinked(ctx, there)
	if err != nil {
		return err
	}
	pairs, dropped := match(p.steps, there.steps)
	if there.memory.process != p.processHash() {
		r.tell(p, there, pairs, dropped)
	}
	if there.memory.form != repoconf.StepsChecklist {
		for _, pr := range pairs {
			if pr.task == nil {
				issue := there.issue
				r.createStep(p, pr.step, &issue, "the step has no task yet")
			} else {
				r.updateStep(p, pr)
			}
		}
		for _, t := range dropped {
			if t.issue.State == forge.Opened && t.memory.closed == "" {
				r.dropStep(t)
			}
		}
	}
	for _, t := range unlinked {
		r.add(plan.Action{Verb: plan.Update, Object: plan.Task, Opening: p.id(), Title: t.issue.Title, Why: "it is not linked with its opening", URL: t.issue.WebURL}, func(ctx context.Context) error {
			return r.gitlab.LinkIssue(ctx, r.target.ID, there.issue.IID, r.target.ID, t.issue.IID)
		})
	}
	r.updateIssue(p, there, pairs, dropped)
	return nil
}

// stageOf is the label of the first step that is still to be done; "" when all are done.
func stageOf(pairs []pair) string {
	for _, pr := range pairs {
		if pr.task == nil || !pr.task.done() {
			return pr.step.stage
		}
	}
	return ""
}

// updateIssue adds the work that brings the issue itself in line. Fields that people have changed
// since the last time stay theirs until the wish itself changes.
func (r *run) updateIssue(p *position, there *present, pairs []pair, dropped []task) {
	i, last := there.issue, there.memory
	stage := stageOf(pairs)
	now := p.memory(last.form, stage)
	now.revision = last.revision
	a := plan.Action{Verb: plan.Update, Object: plan.Issue, Opening: p.id(), Title: i.Title, Why: "the opening or its page has changed", URL: i.WebURL}
	if stage != last.stage {
		a.Why = "the stage has changed"
	}
	var w forge.IssueWrite
	change := func(field, before, after string) {
		a.Changes = append(a.Changes, plan.Change{Field: field, Old: before, New: after})
	}
	body := p.body(now.form, pairs, dropped)
	mark := func(hash string) safe.Markdown { now.hash = hash; return now.mark() }
	if same := place(i.Description, issueMark, body, mark); !sameText(i.Description, same.String()) {
		now.revision++
		description := place(i.Description, issueMark, body, mark)
		w.Description = &description
		if before, after := excerpt(i.Description, description.String()), excerpt(description.String(), i.Description); before != after {
			change("description", before, after)
		}
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
			change("label", "", name)
		}
	}
	for _, name := range i.Labels {
		if outdated(p, last, stage, name) {
			w.RemoveLabels = append(w.RemoveLabels, name)
			change("label", name, "")
		}
	}
	if i.State == forge.Closed && (last.status == hiring.OpeningFilled || last.status == hiring.OpeningCancelled) {
		open := forge.Opened
		w.State = &open
		a.Verb, a.Why = plan.Reopen, "the opening is open again"
	}
	if w.Description == nil && len(a.Changes) == 0 && w.State == nil {
		return
	}
	r.add(a, func(ctx context.Context) error {
		_, err := r.gitlab.UpdateIssue(ctx, r.target.ID, i.IID, w)
		return err
	})
}

// outdated reports whether a label of the issue is one that roleplan put there and that holds no
// more: another stage, or a role or level that the opening had before.
func outdated(p *position, last issueMemory, stage, name string) bool {
	if strings.EqualFold(name, stage) || hasLabel(p.own, name) {
		return false
	}
	return strings.EqualFold(name, last.stage) || hasLabel(last.labels, name) || slices.ContainsFunc(p.steps, func(s wishedStep) bool { return strings.EqualFold(s.stage, name) })
}

func hasLabel(list []string, name string) bool {
	return slices.ContainsFunc(list, func(l string) bool { return strings.EqualFold(l, name) })
}

// updateStep adds the work that brings the task of a step in line.
func (r *run) updateStep(p *position, pr pair) {
	s, t := pr.step, pr.task
	title := safe.Title("%s", safe.Text(s.name))
	if t.done() {
		s.due = t.memory.due // what is done is late no more
	}
	now := p.stepMemory(s, title)
	a := plan.Action{Verb: plan.Update, Object: plan.Task, Opening: p.id(), Title: t.issue.Title, Why: "its step has changed", URL: t.issue.WebURL}
	var w forge.IssueWrite
	description := place(t.issue.Description, taskMark, p.stepBody(s), func(hash string) safe.Markdown { now.hash = hash; return now.mark() })
	if !sameText(t.issue.Description, description.String()) {
		w.Description = &description
		if before, after := excerpt(t.issue.Description, description.String()), excerpt(description.String(), t.issue.Description); before != after {
			a.Changes = append(a.Changes, plan.Change{Field: "description", Old: before, New: after})
		}
	}
	if now.title != t.memory.title && now.title != t.issue.Title {
		w.Title = &title
		a.Changes = append(a.Changes, plan.Change{Field: "title", Old: t.issue.Title, New: now.title})
	}
	if due := now.due; due != t.memory.due && due != t.issue.DueDate && (t.memory.due != "" || t.issue.DueDate == "") {
		w.DueDate = &due
		a.Changes = append(a.Changes, plan.Change{Field: "due date", Old: t.issue.DueDate, New: due})
	}
	if people, changed := assign(t.memory.people, s.people, t.issue.Assignees); changed {
		w.AssigneeIDs = &people
		a.Changes = append(a.Changes, plan.Change{Field: "assignees", Old: names(t.issue.Assignees), New: names(s.people)})
	}
	if t.issue.State == forge.Closed && !t.done() {
		open := forge.Opened
		w.State = &open
		a.Verb, a.Why = plan.Reopen, "its step is on the page again"
		if t.memory.closed == closedOver {
			a.Why = "the opening is open again"
		}
	}
	if w.Description == nil && len(a.Changes) == 0 && w.State == nil {
		return
	}
	r.add(a, func(ctx context.Context) error { return r.writeStep(ctx, t.issue, w) })
}

// dropStep adds the work that closes the task of a step that the page has no more. What stands
// in it stays.
func (r *run) dropStep(t task) {
	m := t.memory
	m.closed = closedDropped
	reason := safe.Sprintf("**The page has no such step any more, so this task is closed.** Reopen it if the step is to take place all the same.")
	old, _ := managedPart(t.issue.Description, taskMark)
	if textHash(old) == m.hash {
		m.hash = textHash(safe.Concat(reason, safe.Keep(strings.TrimSpace(old))).String())
	}
	description := remark(t.issue.Description, taskMark, safe.Concat(m.mark(), reason))
	closed := forge.Closed
	w := forge.IssueWrite{Description: &description, State: &closed}
	r.add(plan.Action{Verb: plan.Close, Object: plan.Task, Opening: m.id, Title: t.issue.Title, Why: "the page has no such step any more", URL: t.issue.WebURL},
		func(ctx context.Context) error { return r.writeStep(ctx, t.issue, w) })
}

func (r *run) writeStep(ctx context.Context, t forge.Issue, w forge.IssueWrite) error {
	if t.Type == forge.TypeTask {
		_, err := r.gitlab.UpdateTask(ctx, r.target.Path, t, w)
		return err
	}
	_, err := r.gitlab.UpdateIssue(ctx, r.target.ID, t.IID, w)
	return err
}

// tell adds the work for a note that lists what is different in the process.
func (r *run) tell(p *position, there *present, pairs []pair, dropped []task) {
	var b safe.Builder
	b.Para("The hiring process on the page has changed, and this plan follows:")
	told := 0
	item := func(v safe.Value) { b.Item("%s", v); told++ }
	number := 0
	moved := false
	for _, pr := range pairs {
		switch t := pr.task; {
		case t == nil:
			item(safe.Phrase("new: %s", safe.Short(pr.step.name, 150)))
		case t.memory.words != stepWords(pr.step.step):
			item(safe.Phrase("changed: %s", safe.Short(pr.step.name, 150)))
		}
		if pr.task != nil {
			moved = moved || pr.task.memory.number < number
			number = pr.task.memory.number
		}
	}
	for _, t := range dropped {
		switch {
		case t.done():
			item(safe.Phrase("no longer there, and done already: %s", safe.Short(t.memory.title, 150)))
		case t.issue.State == forge.Opened && t.memory.closed == "":
			item(safe.Phrase("no longer there, so it is closed: %s", safe.Short(t.memory.title, 150)))
		}
	}
	if moved {
		item(safe.Word("the steps come in another order"))
	}
	if told == 0 {
		return
	}
	b.Para("What was done stays done.")
	key := fmt.Sprintf("process %d %s", there.memory.revision, p.processHash())
	r.add(plan.Action{Verb: plan.Create, Object: plan.Note, Opening: p.id(), Title: "what is different", Why: "the process on the page has changed", URL: there.issue.WebURL}, func(ctx context.Context) error {
		return r.say(ctx, there.issue, key, b.Markdown())
	})
}

// close adds the works that close the plan of a position that is filled or cancelled. The issue
// comes last: its mark remembers that all is done.
func (r *run) close(p *position, there *present) {
	i, memory := there.issue, there.memory
	if memory.status == p.opening.Status {
		return
	}
	why := "the opening is " + p.opening.Status
	if i.State == forge.Opened {
		key := fmt.Sprintf("status %d %s", memory.revision, p.opening.Status)
		r.add(plan.Action{Verb: plan.Create, Object: plan.Note, Opening: p.id(), Title: "why it is closed", Why: why, URL: i.WebURL}, func(ctx context.Context) error {
			return r.say(ctx, i, key, safe.Sprintf("The opening is %s, so its plan is closed, open steps included.", safe.Text(p.opening.Status)))
		})
	}
	closed := forge.Closed
	for _, t := range there.steps {
		if t.issue.State != forge.Opened || t.issue.ID == 0 {
			continue // done, or a box in the issue's own description
		}
		t.memory.closed = closedOver
		description := remark(t.issue.Description, taskMark, t.memory.mark())
		r.add(plan.Action{Verb: plan.Close, Object: plan.Task, Opening: p.id(), Title: t.issue.Title, Why: why, URL: t.issue.WebURL},
			func(ctx context.Context) error {
				return r.writeStep(ctx, t.issue, forge.IssueWrite{Description: &description, State: &closed})
			})
	}
	memory.status = p.opening.Status
	memory.revision++
	description := remark(i.Description, issueMark, memory.mark())
	r.add(plan.Action{Verb: plan.Close, Object: plan.Issue, Opening: p.id(), Title: i.Title, Why: why, URL: i.WebURL}, func(ctx context.Context) error {
		_, err := r.gitlab.UpdateIssue(ctx, r.target.ID, i.IID, forge.IssueWrite{Description: &description, State: &closed})
		return err
	})
}

// excerpt is the first line of a text that the other one lacks; "" when it lacks none.
func excerpt(text, other string) string {
	have := map[string]bool{}
	for line := range strings.SplitSeq(safe.Unmarked(other), "\n") {
		have[strings.TrimSpace(line)] = true
	}
	for line := range strings.SplitSeq(safe.Unmarked(text), "\n") {
		if line = strings.TrimSpace(line); !have[line] {
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
