package opening

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// update adds the works that bring a plan along. The note on what is different comes first and
// the issue last: its mark remembers the process, so that a run that breaks off in between is
// taken up again and says nothing twice.
func (r *run) update(ctx context.Context, p *position, there *present) error {
	pairs, dropped := match(p.steps, there.steps)
	form, digests := there.memory.form, p.digests()
	var unlinked []task
	if !slices.Equal(there.memory.steps, digests) { // else all links were made
		var err error
		if unlinked, err = r.unlinked(ctx, there); err != nil {
			return err
		}
	}
	if form != repoconf.StepsChecklist && !r.recreates(p) {
		for i := range pairs {
			pairs[i].deleted = pairs[i].task == nil && slices.Contains(there.memory.steps, digests[i])
			if pairs[i].deleted {
				r.note(p.problem(false, "the task of step %d, %s, was deleted, and is not made again unasked; run `roleplan apply --recreate %s`", i+1, pairs[i].step.name, p.id()))
			}
		}
	}
	if len(there.memory.steps) > 0 && !slices.Equal(there.memory.steps, digests) {
		r.tell(p, there, pairs, dropped)
	}
	if form != repoconf.StepsChecklist {
		moves := toPlace(pairs, dropped)
		// They go first: a run that breaks off leaves no step with the number of one that is still there.
		for _, t := range dropped {
			if !t.gone() {
				r.dropStep(t)
			}
		}
		for i := range pairs {
			switch {
			case pairs[i].deleted:
			case pairs[i].task == nil:
				r.createStep(p, &there.issue, pairs, i, moves[i], nil, "the step has no task yet")
			default:
				r.updateStep(p, &there.issue, pairs, i, moves[i], false)
			}
		}
	}
	for _, t := range unlinked {
		r.add(plan.Action{Verb: plan.Update, Object: plan.Task, Opening: p.id(), Title: t.issue.Title, Why: "it is not linked with its opening", URL: t.issue.WebURL}, "link", func(ctx context.Context) error {
			return r.gitlab.LinkIssue(ctx, there.issue.ProjectID, there.issue.IID, t.issue.ProjectID, t.issue.IID)
		})
	}
	r.updateIssue(p, there, pairs, dropped)
	return nil
}

// stageOf is the label of the first step that is still to be done; "" when all are done. Steps whose
// task a person has deleted are nobody's to do.
func stageOf(pairs []pair) string {
	for _, pr := range pairs {
		if !pr.deleted && (pr.task == nil || !pr.task.done()) {
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
	r.add(a, writeText(w), func(ctx context.Context) error { return r.writeIssue(ctx, i, w) })
}

// writeIssue changes an issue, unless a person was quicker.
func (r *run) writeIssue(ctx context.Context, i forge.Issue, w forge.IssueWrite) error {
	if err := r.unchanged(ctx, i, w); err != nil {
		return err
	}
	got, err := r.gitlab.UpdateIssue(ctx, i.ProjectID, i.IID, w)
	if err != nil {
		return err
	}
	return r.kept(w, got)
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

// updateStep adds the work that brings the task of a step in line; moves says that it is to be put in
// its place, adopt that it has lost its issue and becomes the child of this one.
func (r *run) updateStep(p *position, issue *forge.Issue, pairs []pair, at int, moves, adopt bool) {
	s, t := pairs[at].step, pairs[at].task
	title := safe.Title("%s", safe.Text(s.name))
	if t.done() {
		s.due = t.memory.due // what is done is late no more
	}
	now := p.stepMemory(s, title)
	a := plan.Action{Verb: plan.Update, Object: plan.Task, Opening: p.id(), Title: t.issue.Title, Why: "its step has changed", URL: t.issue.WebURL}
	var w forge.IssueWrite
	change := func(field, before, after string) {
		a.Changes = append(a.Changes, plan.Change{Field: field, Old: before, New: after})
	}
	description := place(t.withoutReason(), taskMark, p.stepBody(s), func(hash string) safe.Markdown { now.hash = hash; return now.mark() })
	if !sameText(t.issue.Description, description.String()) {
		w.Description = &description
		if before, after := excerpt(t.issue.Description, description.String()), excerpt(description.String(), t.issue.Description); before != after {
			change("description", before, after)
		}
	}
	if now.title != t.memory.title && now.title != t.issue.Title {
		w.Title = &title
		change("title", t.issue.Title, now.title)
	}
	if due := now.due; due != t.memory.due && due != t.issue.DueDate && (t.memory.due != "" || t.issue.DueDate == "") {
		w.DueDate = &due
		a.Changes = append(a.Changes, plan.Change{Field: "due date", Old: t.issue.DueDate, New: due})
	}
	if people, changed := assign(t.memory.people, s.people, t.issue.Assignees); changed {
		w.AssigneeIDs = &people
		change("assignees", names(t.issue.Assignees), names(s.people))
	}
	if moves {
		change("place", strconv.Itoa(t.memory.number), strconv.Itoa(s.number))
	}
	if t.issue.State == forge.Closed && !t.done() {
		open := forge.Opened
		w.State = &open
		a.Verb, a.Why = plan.Reopen, "its step is on the page again"
		if t.memory.closed == closedOver {
			a.Why = "the opening is open again"
		}
	}
	if adopt {
		a.Why = "the issue of its opening was deleted, and is made again"
	}
	if w.Description == nil && len(a.Changes) == 0 && w.State == nil && !adopt {
		return
	}
	r.add(a, writeText(w), func(ctx context.Context) error {
		w := w
		if moves {
			w.Beside = placeOf(pairs, at)
		}
		if adopt && t.issue.Type == forge.TypeTask {
			w.Parent = issue.ID
		} else if adopt {
			if err := r.gitlab.LinkIssue(ctx, issue.ProjectID, issue.IID, t.issue.ProjectID, t.issue.IID); err != nil {
				return err
			}
			if writeText(w) == "" {
				return nil
			}
		}
		return r.writeStep(ctx, *issue, t.issue, w)
	})
}

func dropReason() safe.Markdown {
	return safe.Sprintf("**The page has no such step any more, so this task is closed.** Reopen it if the step is to take place all the same.")
}

// withoutReason takes the reason why it was closed out of a task's description that people have
// changed: their part stays as it is when its step comes back.
func (t task) withoutReason() string {
	description := t.issue.Description
	if t.memory.closed != closedDropped {
		return description
	}
	if part, _ := managedPart(description, taskMark); textHash(part) == t.memory.hash {
		return description // it is written anew as a whole
	}
	return strings.Replace(description, dropReason().String(), "", 1)
}

// dropStep adds the work that closes the task of a step that the page has no more. What stands
// in it stays. Of one that was done already the mark alone says so.
func (r *run) dropStep(t task) {
	m := t.memory
	a := plan.Action{Verb: plan.Close, Object: plan.Task, Opening: m.id, Title: t.issue.Title, Why: "the page has no such step any more", URL: t.issue.WebURL}
	var w forge.IssueWrite
	var description safe.Markdown
	if t.done() {
		m.closed = closedGone
		a.Verb, a.Why = plan.Update, "it is done, and the page has no such step any more"
		description = remark(t.issue.Description, taskMark, m.mark())
	} else {
		m.closed = closedDropped
		reason := dropReason()
		old, _ := managedPart(t.issue.Description, taskMark)
		if textHash(old) == m.hash {
			m.hash = textHash(safe.Concat(reason, safe.Keep(strings.TrimSpace(old))).String())
		}
		description = remark(t.issue.Description, taskMark, safe.Concat(m.mark(), reason))
		if t.issue.State == forge.Opened {
			closed := forge.Closed
			w.State = &closed
		}
	}
	w.Description = &description
	r.add(a, writeText(w), func(ctx context.Context) error { return r.writeStep(ctx, forge.Issue{}, t.issue, w) })
}

// writeStep changes the task of a step, unless a person was quicker.
func (r *run) writeStep(ctx context.Context, issue, t forge.Issue, w forge.IssueWrite) error {
	if t.Type != forge.TypeTask {
		return r.writeIssue(ctx, t, w)
	}
	if err := r.unchanged(ctx, t, w); err != nil {
		return err
	}
	return r.writeTask(ctx, issue, t, w)
}
