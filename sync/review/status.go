package review

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// statusName is what the status is called among the jobs of a pipeline.
const statusName = "roleplan"

// The waits for a pipeline to come: GitLab makes it some time after a push, or never.
const (
	pipelineWait     = 20 * time.Second
	pipelinePatience = 5 * time.Minute
)

// status sets the commit status, where the project wants one. It is set in a pipeline of the head that
// is there already, and in a final state: one made for it alone could hide the real one, and one that
// waits could hold up the merge request for ever. after is when to look for a pipeline again.
func (r *Reconciler) status(ctx context.Context, key reconcile.Key, s settings, mr forge.MergeRequest, pages []reading) (writes int, after time.Duration, err error) {
	if !s.conf.Status.Commit || mr.State != forge.Opened {
		return 0, 0, nil
	}
	p := mr.Pipeline
	if p.ID == 0 || p.SHA != mr.Diff.Head {
		if r.now().Sub(mr.UpdatedAt) < pipelinePatience {
			return 0, pipelineWait, nil
		}
		return 0, 0, nil
	}
	if p.ProjectID != mr.ProjectID {
		return 0, 0, nil // it runs in the fork, where roleplan has no rights
	}
	want := statusOf(s, pages)
	want.TargetURL = mr.WebURL
	have, err := r.gitlab.CommitStatus(ctx, p, want.Name)
	if err == nil && have.State == want.State && have.Description == want.Description.String() {
		return 0, 0, nil
	}
	if err == nil {
		if err = r.gitlab.SetCommitStatus(ctx, p, want); err == nil {
			return 1, 0, nil
		}
	}
	if refused(err) || errors.Is(err, forge.ErrConflict) {
		// The note and the threads say what is to be said. The author is not to blame for the rest.
		zerolog.Ctx(ctx).Warn().Err(err).Stringer("key", key).Msg("commit status could not be set; the token's user needs the role Developer for that")
		return 0, 0, nil
	}
	return 0, 0, err
}

// statusCheck answers the external status check, where the project wants that, and returns the number of
// writes. GitLab takes an answer for the head alone.
func (r *Reconciler) statusCheck(ctx context.Context, key reconcile.Key, s settings, mr forge.MergeRequest, pages []reading) (int, error) {
	if s.conf.Status.Check == "" || mr.State != forge.Opened {
		return 0, nil
	}
	log := zerolog.Ctx(ctx).With().Stringer("key", key).Str("check", s.conf.Status.Check).Logger()
	checks, err := r.gitlab.StatusChecks(ctx, key.Project, key.IID)
	at := slices.IndexFunc(checks, func(k forge.StatusCheck) bool { return k.Name == s.conf.Status.Check })
	want := forge.CheckPassed
	if statusOf(s, pages).State == forge.Failed {
		want = forge.CheckFailed
	}
	switch {
	case err != nil:
	case at < 0:
		log.Warn().Msg("the project has no external status check of this name that applies to the target branch; see status.check of its configuration")
		return 0, nil
	case checks[at].State == want:
		return 0, nil
	default:
		if err = r.gitlab.SetStatusCheck(ctx, key.Project, key.IID, checks[at].ID, mr.Diff.Head, want); err == nil {
			return 1, nil
		}
	}
	if refused(err) || errors.Is(err, forge.ErrConflict) {
		log.Warn().Err(err).Msg("external status check could not be answered; that needs GitLab Ultimate, and the role Developer for the token's user")
		return 0, nil
	}
	return 0, err
}

// statusOf is the status that pages call for. What roleplan could not do never fails it.
func statusOf(s settings, pages []reading) forge.StatusWrite {
	heavy, faults := 0, 0
	for _, f := range fresh(pages) {
		if f.Severity >= s.conf.Status.Severity() {
			heavy++
		}
	}
	for _, p := range pages {
		for _, f := range p.Findings {
			if f.Fault {
				faults++
			}
		}
	}
	w := forge.StatusWrite{Name: statusName, State: forge.Success, Description: safe.Title("nothing new to mend")}
	switch {
	case heavy > 0:
		w.State, w.Description = forge.Failed, safe.Title("%s to mend", safe.Count(heavy, "new finding", "new findings"))
	case faults > 0:
		w.Description = safe.Title("roleplan could not check everything, by a fault of its own; nothing else to mend")
	}
	return w
}
