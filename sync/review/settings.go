package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rule"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// settings are what a project wishes of roleplan.
type settings struct {
	project forge.Project
	conf    *repoconf.Config
	// problem says what is wrong with the configuration, so that the defaults hold; nil when
	// nothing is.
	problem *note.Problem
	team    *plan.Team // nil while it was not read
}

// check are the options for pages of a repository; a nil site is one that can't be looked at.
func (s settings) check(now time.Time, site rule.Site) check.Options {
	o := check.Options{For: s.conf.RulesFor, Layout: s.conf.Layout, Today: now, Site: site}
	if s.team != nil && s.team.People != nil {
		o.Team = s.team.People
	}
	return o
}

// settings reads the configuration of a project from its default branch. A merge request's
// own version counts for nothing: anybody may have written it.
func (r *Reconciler) settings(ctx context.Context, project int64) (settings, error) {
	if s, ok := r.memory.settingsOf(project, r.now()); ok {
		return s, nil
	}
	p, err := r.gitlab.Project(ctx, idOf(project))
	if err != nil {
		return settings{}, fmt.Errorf("read project %d: %w", project, err)
	}
	s := settings{project: p, conf: repoconf.Default()}
	if p.DefaultBranch != "" && !p.Archived {
		conf, problem, err := r.config(ctx, p.ID, p.DefaultBranch)
		if err != nil {
			return settings{}, err
		}
		if conf != nil {
			s.conf = conf
		}
		s.problem = problem
		if s.team, err = r.team(ctx, p, s.conf); err != nil {
			return settings{}, err
		}
	}
	r.memory.keepSettings(project, s, r.now())
	return s, nil
}

// team reads the team directory of the default branch, every ten minutes at most: it says who is there,
// and nothing depends on its last change.
func (r *Reconciler) team(ctx context.Context, p forge.Project, conf *repoconf.Config) (*plan.Team, error) {
	if t, ok := r.memory.teamOf(p.ID, r.now()); ok {
		return t, nil
	}
	people, warnings, err := r.teams.Read(ctx, p, conf, p.DefaultBranch, nil)
	if err != nil {
		return nil, err
	}
	t := &plan.Team{People: people, Warnings: warnings}
	r.memory.keepTeam(p.ID, t, r.now())
	return t, nil
}

// config reads a configuration; nil when there is none or when it has a mistake, which problem
// tells.
func (r *Reconciler) config(ctx context.Context, project int64, ref string) (*repoconf.Config, *note.Problem, error) {
	src, err := r.gitlab.ReadFile(ctx, project, repoconf.Name, ref)
	if errors.Is(err, forge.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read %q of project %d at %q: %w", repoconf.Name, project, ref, err)
	}
	conf, err := repoconf.Parse(repoconf.Name, src)
	if err == nil {
		err = conf.UnknownRule(repoconf.Name, rule.Names())
	}
	if err != nil {
		return nil, problemOf(err, repoconf.Name, note.ThenDefaults), nil
	}
	return conf, nil, nil
}

// proposedConfig looks whether the merge request's own configuration could be used after the
// merge.
func (r *Reconciler) proposedConfig(ctx context.Context, mr forge.MergeRequest) (*note.Problem, error) {
	_, problem, err := r.config(ctx, mr.ProjectID, mr.Diff.Head)
	if problem != nil {
		problem.Then = note.ThenAtMerge
	}
	return problem, err
}

// positioned is implemented by errors that know the place of a mistake in a file.
type positioned interface {
	error
	Position() (file string, line int)
}

// problemOf tells a mistake in a file with its place, as far as the error knows it.
func problemOf(err error, file string, then note.Then) *note.Problem {
	p := note.Problem{File: file, Message: err.Error(), Then: then}
	if at, ok := errors.AsType[positioned](err); ok {
		p.File, p.Line = at.Position()
	}
	return &p
}
