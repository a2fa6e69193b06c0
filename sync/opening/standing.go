package opening

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
)

// A Standing is how the plans of a handbook stand on GitLab.
type Standing struct {
	Project forge.Project // that holds the plans
	Me      forge.User
	Config  *repoconf.Config
	Plans   []StandingPlan // by id
}

// A StandingPlan is the plan of a position. Its words are those that roleplan wrote, and not what
// people have made of them since.
type StandingPlan struct {
	ID     string
	Role   string // "Senior Technical Program Manager"
	Status string // of the opening: hiring.OpeningOpen, ...
	Stage  string // label that the issue was given last
	Issue  forge.Issue
	Steps  []StandingStep // in order, without those that the page has no more and nobody did
}

// A StandingStep is a step of a plan.
type StandingStep struct {
	Number int
	Kind   hiring.StepKind
	Name   string
	Done   bool
	Issue  forge.Issue // the task; zero for a box in a checklist
}

// Standing reads the plans of a project's openings as they stand, and nothing of its pages.
func (r *Reconciler) Standing(ctx context.Context, project forge.Project) (Standing, error) {
	out := Standing{Project: project, Config: repoconf.Default()}
	src, err := r.gitlab.ReadFile(ctx, project.ID, repoconf.Name, project.DefaultBranch)
	if err == nil {
		out.Config, err = repoconf.Parse(repoconf.Name, src)
	}
	if err != nil && !errors.Is(err, forge.ErrNotFound) {
		return out, fmt.Errorf("read %q of %q: %w", repoconf.Name, project.Path, err)
	}
	if path := out.Config.Plan.Project; path != "" {
		if out.Project, err = r.gitlab.Project(ctx, path); err != nil {
			return out, fmt.Errorf("read the project of the plans, %q (key plan.project of the configuration): %w", path, err)
		}
	}
	if out.Me, err = r.gitlab.CurrentUser(ctx); err != nil {
		return out, fmt.Errorf("read the token's user: %w", err)
	}
	if !out.Project.IssuesEnabled {
		return out, nil
	}
	run := &run{gitlab: r.gitlab, target: out.Project, me: out.Me}
	there, err := run.look(ctx)
	if err != nil {
		return out, err
	}
	for _, id := range slices.Sorted(maps.Keys(there.plans)) {
		out.Plans = append(out.Plans, there.plans[id].standing())
	}
	return out, nil
}

func (p *present) standing() StandingPlan {
	out := StandingPlan{ID: p.memory.id, Status: cmp.Or(p.memory.status, hiring.OpeningOpen), Stage: p.memory.stage, Issue: p.issue}
	_, out.Role, _ = strings.Cut(p.memory.title, ": ")
	for _, t := range p.steps {
		if t.memory.closed == closedDropped {
			continue
		}
		out.Steps = append(out.Steps, StandingStep{Number: t.memory.number, Kind: hiring.StepKind(t.memory.kind), Name: t.memory.title, Done: t.done(), Issue: t.issue})
	}
	return out
}
