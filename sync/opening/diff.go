package opening

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
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
