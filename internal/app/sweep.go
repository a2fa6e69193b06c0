package app

import (
	"context"
	"strconv"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

const (
	// firstSweep is how far the first sweep of a project looks back. Later ones go back to the one
	// before, however long the service was away.
	firstSweep = 7 * 24 * time.Hour
	// sweepOverlap covers clocks that differ from GitLab's.
	sweepOverlap = 5 * time.Minute
	// identityRetry is the time between two tries to learn who the bot is.
	identityRetry = 30 * time.Second
)

// sweepLoop looks at everything that may have changed, at once and then every interval: it
// repairs what a lost webhook has missed. It learns the bot's id as well, without which
// roleplan would look at merge requests for its own notes.
func (s *service) sweepLoop(ctx context.Context) {
	var next <-chan time.Time
	if s.opts.SweepInterval > 0 {
		ticker := time.NewTicker(s.opts.SweepInterval)
		defer ticker.Stop()
		next = ticker.C
	}
	known := s.learnIdentity(ctx)
	if next != nil {
		s.sweep(ctx, 0)
	}
	for {
		var identity <-chan time.Time
		if !known {
			identity = time.After(identityRetry)
		}
		select {
		case <-ctx.Done():
			return
		case <-identity:
			known = s.learnIdentity(ctx)
		case <-next:
			s.sweep(ctx, s.opts.SweepInterval*3/4)
		}
	}
}

// learnIdentity asks GitLab whose token this is.
func (s *service) learnIdentity(ctx context.Context) bool {
	user, err := s.opts.GitLab.CurrentUser(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Error().Err(err).Msg("GitLab does not say whose token this is; it is asked again")
		}
		return false
	}
	s.bot.Store(user.ID)
	s.log.Info().Str("user", user.Username).Int64("id", user.ID).Msg("token belongs to user")
	return true
}

// sweep queues what may have changed in each project since it was swept last. Projects whose sweep
// began less than a time ago are left alone: another replica has done it.
func (s *service) sweep(ctx context.Context, recent time.Duration) {
	began, complete := time.Now(), true
	for _, name := range s.opts.Projects {
		err := s.sweepProject(ctx, name, began, recent)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			complete = false
			s.log.Warn().Err(err).Str("project", name).Msg("project could not be swept; the next sweep tries again")
		}
	}
	if complete {
		s.swept.Store(began.UnixMilli())
	}
}

// sweepProject queues the merge requests of a project that have changed since the last sweep, in
// whatever state they are now, and its openings. When it began is kept in the database once all is
// stored, so that a project that can't be asked is looked at from where it was.
func (s *service) sweepProject(ctx context.Context, name string, began time.Time, recent time.Duration) error {
	project, err := s.servedProject(ctx, name)
	if err != nil {
		return err
	}
	mark := "sweep " + strconv.FormatInt(project.ID, 10)
	last, err := s.queue.Mark(ctx, mark)
	if err != nil {
		return err
	}
	// A clock that was ahead has left a mark to come.
	last = earlier(last, began)
	if !last.IsZero() && began.Sub(last) < recent {
		return nil
	}
	since := last.Add(-sweepOverlap)
	if last.IsZero() {
		since = began.Add(-firstSweep)
	}
	changed, err := s.opts.GitLab.ChangedMergeRequests(ctx, project.ID, since)
	if err != nil {
		return err
	}
	keys := []reconcile.Key{{Kind: reconcile.Openings, Project: project.ID}}
	for _, mr := range changed {
		keys = append(keys, reconcile.Key{Kind: reconcile.MergeRequest, Project: project.ID, IID: mr.IID})
	}
	if err := s.queue.Enqueue(ctx, keys...); err != nil {
		return err
	}
	s.log.Debug().Str("project", name).Int("subjects", len(keys)).Time("since", since).Msg("project swept")
	return s.queue.SetMark(ctx, mark, began)
}

// servedProject asks GitLab for a project, and warns when it has another path than the settings say.
func (s *service) servedProject(ctx context.Context, name string) (forge.Project, error) {
	project, err := s.readProject(ctx, name)
	if err != nil {
		return project, err
	}
	if strings.Contains(name, "/") && !strings.EqualFold(strings.Trim(name, "/ "), project.Path) {
		s.log.Warn().Str("project", name).Str("path", project.Path).Int64("id", project.ID).Msg("project has moved; until ROLEPLAN_PROJECTS has its new path or its id, its webhooks are not worked, and its merge requests are looked at by the sweep alone")
	}
	return project, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// sweptAt is when the last full sweep began.
func (s *service) sweptAt() time.Time {
	if ms := s.swept.Load(); ms > 0 {
		return time.UnixMilli(ms)
	}
	return time.Time{}
}
