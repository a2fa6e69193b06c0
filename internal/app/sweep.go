package app

import (
	"context"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

const (
	// firstSweep is how far the sweep after a start looks back: the service may have been
	// away, or its database is new.
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
	since := time.Now().Add(-firstSweep)
	var next <-chan time.Time
	if s.opts.SweepInterval > 0 {
		ticker := time.NewTicker(s.opts.SweepInterval)
		defer ticker.Stop()
		next = ticker.C
	}
	sweep := func() {
		began := time.Now()
		if s.sweep(ctx, since) {
			since = began.Add(-sweepOverlap)
		}
	}
	known := s.learnIdentity(ctx)
	if next != nil {
		sweep()
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
			sweep()
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

// sweep queues the open merge requests that have changed since a time, and the openings of
// each project. It reports whether all projects could be asked.
func (s *service) sweep(ctx context.Context, since time.Time) bool {
	complete := true
	var keys []reconcile.Key
	for _, name := range s.opts.Projects {
		found, err := s.sweepProject(ctx, name, since)
		keys = append(keys, found...)
		if ctx.Err() != nil {
			return false
		}
		if err != nil {
			complete = false
			s.log.Warn().Err(err).Str("project", name).Msg("project could not be swept; the next sweep tries again")
		}
	}
	if err := s.queue.Enqueue(ctx, keys...); err != nil {
		s.log.Error().Err(err).Msg("sweep could not be stored; the next sweep tries again")
		return false
	}
	s.log.Debug().Int("subjects", len(keys)).Time("since", since).Msg("sweep done")
	return complete
}

func (s *service) sweepProject(ctx context.Context, name string, since time.Time) ([]reconcile.Key, error) {
	project, err := s.opts.GitLab.Project(ctx, name)
	if err != nil {
		return nil, err
	}
	if strings.Contains(name, "/") && !strings.EqualFold(strings.Trim(name, "/ "), project.Path) {
		s.log.Warn().Str("project", name).Str("path", project.Path).Int64("id", project.ID).Msg("project has moved; until ROLEPLAN_PROJECTS has its new path or its id, its webhooks are not worked, and its merge requests are looked at by the sweep alone")
	}
	keys := []reconcile.Key{{Kind: reconcile.Openings, Project: project.ID}}
	mrs, err := s.opts.GitLab.OpenMergeRequests(ctx, project.ID, since)
	for _, mr := range mrs {
		keys = append(keys, reconcile.Key{Kind: reconcile.MergeRequest, Project: project.ID, IID: mr.IID})
	}
	return keys, err
}
