package report

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// atOnce is how many requests for events are on their way at a time: no more than the client keeps
// connections for.
const atOnce = 15

// GitLab are the calls that a report needs.
type GitLab interface {
	opening.GitLab
	LabelEvents(ctx context.Context, project, iid int64) ([]forge.LabelEvent, error)
	StateEvents(ctx context.Context, project, iid int64) ([]forge.StateEvent, error)
}

// A Reader reads what reports are made of.
type Reader struct {
	GitLab GitLab
	Now    time.Time
	Back   int // days; plans closed longer ago are not read
	// Begin is told how many histories there are to read, Step of each that is read. Step is called
	// by several goroutines.
	Begin func(total int)
	Step  func()
}

// Read reads the plans of a project's openings with their history.
func (r Reader) Read(ctx context.Context, project forge.Project) (opening.Standing, []Plan, error) {
	standing, err := opening.New(r.GitLab).Standing(ctx, project)
	if err != nil {
		return standing, nil, err
	}
	var plans []Plan
	for _, p := range standing.Plans {
		if p.Issue.State == forge.Opened || p.Issue.ClosedAt.After(r.Now.AddDate(0, 0, -r.Back)) {
			plans = append(plans, Plan{StandingPlan: p, Project: standing.Project, Template: standing.Config.Labels.Stage})
		}
	}
	r.Begin(2 * len(plans))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range plans {
		p := &plans[i]
		group.Go(func() (err error) {
			defer r.Step()
			p.Labels, err = r.GitLab.LabelEvents(ctx, p.Project.ID, p.Issue.IID)
			return p.named(err)
		})
		group.Go(func() (err error) {
			defer r.Step()
			p.States, err = r.GitLab.StateEvents(ctx, p.Project.ID, p.Issue.IID)
			return p.named(err)
		})
	}
	return standing, plans, group.Wait()
}

// named says which opening an error is about.
func (p *Plan) named(err error) error {
	if err != nil {
		err = fmt.Errorf("%s: %w", p.ID, err)
	}
	return err
}
