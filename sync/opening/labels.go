package opening

import (
	"context"
	"slices"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// labelAge is how long a plan that is only told takes the labels from memory. It is longer than the sweep's
// usual interval, so that the sweep keeps the memory fresh.
const labelAge = 20 * time.Minute

// A labelMemory remembers the labels of projects for plans that are only told: projects have many, and they
// change seldom. Whoever gives a plan new labels changes its issue as well, so labels are known as long as
// the issues stand as they stood when the labels were listed.
type labelMemory struct {
	mu       sync.Mutex
	projects map[int64]knownLabels
}

type knownLabels struct {
	list  []forge.Label
	sight plan.Sight
	at    time.Time
}

func (m *labelMemory) labels(sight plan.Sight, now time.Time) ([]forge.Label, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k, ok := m.projects[sight.Project]
	return k.list, ok && now.Sub(k.at) < labelAge && slices.EqualFunc(k.sight.Changed, sight.Changed, time.Time.Equal)
}

func (m *labelMemory) keep(list []forge.Label, sight plan.Sight, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.projects == nil {
		m.projects = map[int64]knownLabels{}
	}
	m.projects[sight.Project] = knownLabels{list, sight, now}
}

func (m *labelMemory) forget(project int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.projects, project)
}

// listLabels lists the labels of a project.
func (r *run) listLabels(ctx context.Context, project int64) ([]forge.Label, error) {
	sight, now := r.sight(), time.Now()
	remembered := project == sight.Project // else it is not known whether its issues have changed
	if list, ok := r.memory.labels(sight, now); ok && remembered && r.opts.told {
		return list, nil
	}
	list, err := r.gitlab.Labels(ctx, project)
	if err == nil && remembered {
		r.memory.keep(list, sight, now)
	}
	return list, err
}
