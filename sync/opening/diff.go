package opening

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// compare adds the works that bring all plans in line.
func (r *run) compare(ctx context.Context, w world) {
	for _, p := range w.plans {
		for _, t := range p.steps {
			r.told = r.told || t.issue.Type == forge.TypeIssue
			r.hasTasks = r.hasTasks || t.issue.Type == forge.TypeTask
		}
	}
	for _, p := range r.wish.positions {
		there, moved, orphan := w.plans[p.id()], w.moved[p.id()], w.orphan[p.id()]
		switch {
		case there == nil && !p.open(): // never planned, and over
		case there == nil && moved.ID != 0:
			r.note(p.problem(true, "its issue #%d was moved to another project, where the token can't follow it; no second one is made. Give the token's user the role Reporter there, or move it back", moved.IID))
		case there == nil && len(orphan) > 0 && !r.recreates(p):
			r.note(p.problem(true, "its issue was deleted (of its steps %s is left), and is not made again unasked; run `roleplan apply --recreate %s`, or set status: cancelled", "#"+strconv.FormatInt(orphan[0].issue.IID, 10), p.id()))
		default:
			if double, twice := w.double[p.id()]; twice && double.State == forge.Opened {
				r.note(p.problem(false, "it has two issues, of which #%d counts; close #%d", there.issue.IID, double.IID))
			}
			if err := r.position(ctx, p, there, orphan); err != nil {
				r.fail(p.id(), err)
			}
		}
	}
	r.undeclared(w)
}

// recreates reports whether what people have deleted of an opening is to be made again.
func (r *run) recreates(p *position) bool {
	return slices.Contains(r.opts.Recreate, p.id()) || slices.Contains(r.opts.Recreate, p.opening.ID)
}

// problem is something to tell of the position.
func (p *position) problem(blocks bool, format string, args ...any) plan.Problem {
	return plan.Problem{File: p.opening.File, Line: p.opening.Pos.Line, Opening: p.id(), Blocks: blocks, Message: fmt.Sprintf(format, args...)}
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
func (r *run) position(ctx context.Context, p *position, there *present, orphan []task) error {
	out := plan.Opening{ID: p.id(), Title: p.role, Steps: len(p.steps)}
	if there != nil {
		out.URL = there.issue.WebURL
		r.ids[there.issue.ID] = p.id()
	}
	r.plan.Openings = append(r.plan.Openings, out)
	switch {
	case there == nil:
		r.create(p, orphan, len(r.plan.Openings)-1)
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
	m := issueMemory{id: p.id(), status: p.opening.Status, title: p.title.String(), due: p.opening.TargetStart, stage: stage, labels: p.own, form: form, steps: p.digests(), page: p.page.hash, commit: p.page.commit}
	for _, u := range p.owners {
		m.owners = append(m.owners, u.Username)
	}
	return m
}

// digests are those of the steps. They change when the process reads differently.
func (p *position) digests() []string {
	all := make([]string, len(p.steps))
	for i, s := range p.steps {
		all[i] = stepDigest(s.step.Words())
	}
	return all
}

// stepDigest is how the mark of an issue remembers a step with such words.
func stepDigest(words string) string { return digest(words)[:8] }

// create adds the works for a plan that is not there, and takes in the tasks that are left of one
// whose issue was deleted. Only when all steps have their tasks, the mark of the issue says so: of
// tasks that are missing then it is known that a person has deleted them.
func (r *run) create(p *position, orphan []task, at int) {
	form := r.wish.conf.Plan.Steps
	pairs, _ := match(p.steps, orphan)
	stage := stageOf(pairs)
	issue := new(forge.Issue)
	memory := p.memory(form, stage)
	all := memory.steps
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
	for i := range pairs {
		if pairs[i].task != nil {
			r.updateStep(p, issue, pairs, i, false, true)
			continue
		}
		r.createStep(p, issue, pairs, i, false, "a step of the hiring process")
	}
	last := &r.works[len(r.works)-1]
	step := last.do
	last.do = func(ctx context.Context) error {
		if err := step(ctx); err != nil {
			return err
		}
		memory.steps = all
		description := remark(issue.Description, issueMark, memory.mark())
		w := forge.IssueWrite{Description: &description}
		if err := r.unchanged(ctx, *issue, w); err != nil {
			return err
		}
		_, err := r.gitlab.UpdateIssue(ctx, issue.ProjectID, issue.IID, w)
		return err
	}
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
// that is not the last one is put in its place in the same work.
func (r *run) createStep(p *position, issue *forge.Issue, pairs []pair, at int, moves bool, why string) {
	s := pairs[at].step
	title := safe.Title("%s", safe.Text(s.name))
	memory := p.stepMemory(s, title)
	memory.last = moves && !r.linked()
	description := place("", taskMark, p.stepBody(s), func(hash string) safe.Markdown { memory.hash = hash; return memory.mark() })
	w := forge.IssueWrite{Title: &title, Description: &description, Confidential: &r.wish.conf.Plan.Confidential, AssigneeIDs: ids(s.people)}
	if s.due != "" {
		w.DueDate = &s.due
	}
	r.add(plan.Action{Verb: plan.Create, Object: plan.Task, Opening: p.id(), Title: s.name, Why: why}, writeText(w), func(ctx context.Context) error {
		made, err := r.makeStep(ctx, memory, *issue, w)
		if err != nil {
			return err
		}
		pairs[at].made = made
		r.owners(w, made)
		if !memory.last || made.Type != forge.TypeTask {
			return nil
		}
		memory.last = false
		placed := remark(made.Description, taskMark, memory.mark())
		return r.writeTask(ctx, *issue, made, forge.IssueWrite{Description: &placed, Beside: placeOf(pairs, at)})
	})
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
		moves := toPlace(pairs)
		for i := range pairs {
			switch {
			case pairs[i].deleted:
			case pairs[i].task == nil:
				r.createStep(p, &there.issue, pairs, i, moves[i], "the step has no task yet")
			default:
				r.updateStep(p, &there.issue, pairs, i, moves[i], false)
			}
		}
		for _, t := range dropped {
			if !t.gone() {
				r.dropStep(t)
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
	_, err := r.gitlab.UpdateIssue(ctx, i.ProjectID, i.IID, w)
	return err
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
		case pr.deleted:
		case t == nil:
			item(safe.Phrase("new: %s", safe.Short(pr.step.name, 150)))
		case t.memory.words != pr.step.step.Words():
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
	key := fmt.Sprintf("process %d %s", there.memory.revision, digest(p.digests()...))
	r.add(plan.Action{Verb: plan.Create, Object: plan.Note, Opening: p.id(), Title: "what is different", Why: "the process on the page has changed", URL: there.issue.WebURL}, b.Markdown().String(), func(ctx context.Context) error {
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
		r.add(plan.Action{Verb: plan.Create, Object: plan.Note, Opening: p.id(), Title: "why it is closed", Why: why, URL: i.WebURL}, key, func(ctx context.Context) error {
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
		w := forge.IssueWrite{Description: &description, State: &closed}
		r.add(plan.Action{Verb: plan.Close, Object: plan.Task, Opening: p.id(), Title: t.issue.Title, Why: why, URL: t.issue.WebURL}, writeText(w),
			func(ctx context.Context) error { return r.writeStep(ctx, i, t.issue, w) })
	}
	memory.status = p.opening.Status
	memory.revision++
	description := remark(i.Description, issueMark, memory.mark())
	w := forge.IssueWrite{Description: &description, State: &closed}
	r.add(plan.Action{Verb: plan.Close, Object: plan.Issue, Opening: p.id(), Title: i.Title, Why: why, URL: i.WebURL}, writeText(w),
		func(ctx context.Context) error { return r.writeIssue(ctx, i, w) })
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

// writeText is all that a write sets, as a text to be hashed.
func writeText(w forge.IssueWrite) string {
	var b strings.Builder
	set := func(name string, value any) { fmt.Fprintf(&b, "%s=%q\n", name, fmt.Sprint(value)) }
	if w.Title != nil {
		set("title", w.Title)
	}
	if w.Description != nil {
		set("description", w.Description)
	}
	for _, l := range w.AddLabels {
		set("add", l)
	}
	for _, l := range w.RemoveLabels {
		set("remove", l)
	}
	if w.AssigneeIDs != nil {
		set("assignees", *w.AssigneeIDs)
	}
	if w.Confidential != nil {
		set("confidential", *w.Confidential)
	}
	if w.DueDate != nil {
		set("due", *w.DueDate)
	}
	if w.State != nil {
		set("state", *w.State)
	}
	return b.String()
}

func labelText(w forge.LabelWrite) string {
	var b strings.Builder
	if w.Color != nil {
		b.WriteString(*w.Color)
	}
	if w.Description != nil {
		b.WriteString(" " + w.Description.String())
	}
	return b.String() + " " + number(w.Priority)
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
