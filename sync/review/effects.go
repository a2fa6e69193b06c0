package review

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// again is when a merged merge request is looked at again while its plans are not in line yet.
const again = 3 * time.Second

// untold is when effects are worked out again that GitLab refused to tell.
const untold = 15 * time.Minute

// tellsPlan reports whether the note is to tell what merging does to hiring plans.
func (r *Reconciler) tellsPlan(s settings, mr forge.MergeRequest, t touched) bool {
	return r.planner != nil && mr.TargetBranch == s.project.DefaultBranch && (len(t.pages) > 0 || t.openings)
}

// plan tells what merging does to the hiring plans, or what it did, and when to look again if
// that is not known yet.
func (r *Reconciler) plan(ctx context.Context, s settings, mr forge.MergeRequest, t touched, sum *note.Summary) (time.Duration, error) {
	sum.OtherBranch = mr.TargetBranch != s.project.DefaultBranch
	if !r.tellsPlan(s, mr, t) {
		return 0, nil
	}
	merged := mr.State == forge.Merged
	here := s.conf.Openings.Project == "" // openings elsewhere change without a commit here
	if !merged && here && r.memory.asksForNoPlan(s.project.ID, mr.Diff.Head, r.now()) {
		sum.Plan = &note.Effects{Named: true}
		return 0, nil
	}
	wished, err := r.wished(ctx, s, mr, t)
	switch {
	case refused(err):
		// The pages can be told of all the same. The error's own words may name what not everybody
		// who reads the note may know.
		zerolog.Ctx(ctx).Error().Err(err).Int64("project", mr.ProjectID).Int64("iid", mr.IID).Msg("effects of a merge request on openings can't be told")
		sum.Plan = &note.Effects{Trouble: "roleplan may not read all that it needs for that; those who run it find the reason in its log"}
		return untold, nil
	case err != nil:
		return 0, fmt.Errorf("tell the effects on openings: %w", err)
	}
	if !merged && here && len(wished.Openings)+len(wished.Actions)+len(wished.Problems) == 0 {
		r.memory.keepPlanless(s.project.ID, mr.Diff.Head, r.now())
	}
	e := effectsOf(wished)
	if merged {
		e.Openings = kept(note.Promised(sum.Previous), wished)
	}
	e.Named = s.conf.NamesOpenings()
	for _, p := range wished.Problems {
		switch {
		case !p.Blocks && p.Opening == "" && p.File != repoconf.Name:
			// An entry of the team directory that is no good keeps no plan from being made.
		case e.Named && p.File != "", p.File == repoconf.Name:
			sum.Problems = append(sum.Problems, note.Problem{File: p.File, Line: p.Line, Message: withOpening(p), Then: note.ThenNoPlan})
		case !e.Named && p.Blocks:
			e.Mistakes++
		}
	}
	sum.Plan = &e
	if !merged {
		return 0, nil
	}
	if e.Pending = !wished.Empty() && !wished.Blocked(); e.Pending {
		return again, nil
	}
	return 0, nil
}

// wished is what the files ask for: those of the merge request's head, as they would be after the
// merge, or those of the default branch once it is merged. The plan of an open merge request is
// remembered for a little while, and holds until its head, the configuration or an issue changes.
func (r *Reconciler) wished(ctx context.Context, s settings, mr forge.MergeRequest, t touched) (plan.Plan, error) {
	if mr.State == forge.Merged {
		wished, _, err := r.planner.Look(ctx, s.project, s.project.DefaultBranch, nil, plan.Known{})
		return wished, err
	}
	k := requestKey{mr.ProjectID, mr.IID}
	if last, ok := r.memory.plan(k, mr.Diff.Head, s.conf, r.now()); ok {
		if moved, err := r.planner.Moved(ctx, last.sight); err == nil && !moved {
			return last.plan, nil
		}
	}
	asked := r.now()
	conf := s.conf
	if s.problem != nil {
		conf = nil // the planner tells mistakes in its own way
	}
	wished, sight, err := r.planner.Look(ctx, s.project, mr.Diff.Head, conf, r.known(s, mr, t))
	if err == nil && sight.Project != 0 {
		r.memory.keepPlan(k, knownPlan{mr.Diff.Head, s.conf, wished, sight, asked})
	}
	return wished, err
}

// known is what was read with the pages that the planner needs, too. The team directory is that of the
// default branch, unless the merge request changes it: after the merge it will be that one.
func (r *Reconciler) known(s settings, mr forge.MergeRequest, t touched) plan.Known {
	files := append(r.planPages(s, mr, t), s.conf.Openings.Path)
	for _, c := range t.pages {
		files = append(files, c.path)
	}
	k := r.memory.site(mr.ProjectID, mr.Diff.Head).known(files, s.conf.OpeningsDir())
	if !t.team {
		k.Team = s.team
	}
	return k
}

// planPages names the pages that the planner needs, as far as the openings are known.
func (r *Reconciler) planPages(s settings, mr forge.MergeRequest, t touched) []string {
	if !r.tellsPlan(s, mr, t) || s.conf.Openings.Project != "" {
		return nil
	}
	return r.planner.Pages(s.conf, r.memory.site(mr.ProjectID, mr.Diff.Head).known([]string{s.conf.Openings.Path}, ""))
}

func withOpening(p plan.Problem) string {
	if p.Opening == "" {
		return p.Message
	}
	return p.Opening + ": " + p.Message
}

// kept are the effects that the note promised before the merge, with what stands now. Openings
// that the merge request did not bear on stay out of it, whatever happens to them meanwhile.
func kept(promised []note.Effect, p plan.Plan) []note.Effect {
	for i := range promised {
		for _, o := range p.Openings {
			if o.ID == promised[i].ID {
				promised[i].Title, promised[i].URL = o.Title, o.URL
			}
		}
	}
	return promised
}

// effectsOf counts what a plan does, by opening.
func effectsOf(p plan.Plan) note.Effects {
	var e note.Effects
	byID := map[string]*note.Effect{}
	for _, a := range p.Actions {
		switch a.Verb {
		case plan.Create:
			count(&e.Created, a.Object)
		case plan.Close:
			count(&e.Closed, a.Object)
		default:
			count(&e.Changed, a.Object)
		}
		if a.Opening == "" {
			continue
		}
		f := byID[a.Opening]
		if f == nil {
			f = &note.Effect{ID: a.Opening, Verb: note.Changes}
			byID[a.Opening] = f
		}
		switch {
		case a.Object == plan.Issue && a.Verb == plan.Create:
			f.Verb = note.Opens
		case a.Object == plan.Issue && a.Verb == plan.Close:
			f.Verb = note.Closes
		}
		if a.Object != plan.Note {
			f.Details = append(f.Details, fmt.Sprintf("%s the %s “%s”", a.Verb, a.Object, a.Title))
		}
	}
	for _, o := range p.Openings {
		if f := byID[o.ID]; f != nil {
			f.Title, f.URL = o.Title, o.URL
			e.Openings = append(e.Openings, *f)
		}
	}
	return e
}

func count(n *note.Amounts, o plan.Object) {
	switch o {
	case plan.Issue:
		n.Issues++
	case plan.Task:
		n.Tasks++
	case plan.Label:
		n.Labels++
	case plan.Note, plan.Board: // of no weight here
	}
}
