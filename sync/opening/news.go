package opening

import (
	"context"
	"fmt"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

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
