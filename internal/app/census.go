package app

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/status"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// censusInterval is the time between two counts of the openings.
const censusInterval = 15 * time.Minute

// A census is how many openings are in which stage.
type census struct {
	mu     sync.Mutex
	stages []status.Stage
	at     time.Time // zero before the first
}

func (c *census) set(stages []status.Stage, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stages, c.at = stages, at
}

func (c *census) get() ([]status.Stage, time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stages, c.at
}

// countLoop counts the openings again and again.
func (s *service) countLoop(ctx context.Context) {
	ticker := time.NewTicker(censusInterval)
	defer ticker.Stop()
	for {
		s.countOpenings(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// countOpenings counts the open plans of all projects. It reads issues and tasks, and no page.
func (s *service) countOpenings(ctx context.Context) {
	var stages []status.Stage
	by := map[string]int{}
	seen := map[int64]bool{} // two handbooks may keep their plans in one project
	for _, name := range s.opts.Projects {
		project, err := s.project(ctx, name)
		var standing opening.Standing
		if err == nil {
			standing, err = s.opts.Standing(ctx, project)
		}
		if err != nil {
			if ctx.Err() == nil {
				s.log.Warn().Err(err).Str("project", name).Msg("openings could not be counted; they are counted again later")
			}
			return
		}
		if !seen[standing.Project.ID] {
			seen[standing.Project.ID] = true
			stages = append(stages, stagesOf(standing, by)...)
		}
	}
	for _, state := range []string{hiring.OpeningOpen, hiring.OpeningOnHold} {
		s.opts.Metrics.Openings(state, by[state])
	}
	s.census.set(stages, time.Now())
}

// stagesOf counts the open plans of a project by their stage, and by their status into by.
func stagesOf(standing opening.Standing, by map[string]int) []status.Stage {
	count := map[string]int{}
	for _, p := range standing.Plans {
		if p.Issue.State == forge.Opened {
			by[p.Status]++
			count[cmp.Or(p.Stage, "no stage")]++
		}
	}
	var out []status.Stage
	for name, n := range count {
		out = append(out, status.Stage{Project: standing.Project.Path, Name: name, Openings: n})
	}
	slices.SortFunc(out, func(a, b status.Stage) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
