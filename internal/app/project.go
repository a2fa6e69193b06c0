package app

import (
	"context"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// knownProjects are the projects served, as GitLab told of them last.
type knownProjects struct {
	mu     sync.Mutex
	byName map[string]forge.Project // as in the settings
	byID   map[int64]forge.Project
}

// readProject asks GitLab for a project, and remembers it.
func (s *service) readProject(ctx context.Context, name string) (forge.Project, error) {
	p, err := s.opts.GitLab.Project(ctx, name)
	if err != nil {
		return p, err
	}
	k := &s.projects
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byName == nil {
		k.byName, k.byID = map[string]forge.Project{}, map[int64]forge.Project{}
	}
	k.byName[name], k.byID[p.ID] = p, p
	return p, nil
}

// project is a project as it was told of last; GitLab is asked the first time.
func (s *service) project(ctx context.Context, name string) (forge.Project, error) {
	s.projects.mu.Lock()
	p, known := s.projects.byName[name]
	s.projects.mu.Unlock()
	if known {
		return p, nil
	}
	return s.readProject(ctx, name)
}

// known is a project by its id, if GitLab has told of it.
func (s *service) known(id int64) (forge.Project, bool) {
	s.projects.mu.Lock()
	defer s.projects.mu.Unlock()
	p, ok := s.projects.byID[id]
	return p, ok
}
