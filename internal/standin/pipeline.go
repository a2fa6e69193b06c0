package standin

import (
	"net/http"
	"slices"
)

// A Pipeline is one of a commit. Only what other programs say of the commit is played.
type Pipeline struct {
	ID       int64
	Project  *Project
	SHA, Ref string
	Source   string    // "push", "external"
	Statuses []*Status // the newest last
}

// A Status is what a program says of a commit.
type Status struct {
	ID                           int64
	Name, State, Description, To string
	Author                       *User
	retried                      bool // there is a newer one of its name
}

// AddPipeline makes a pipeline for a commit, as a push does where a project has CI.
func (s *Server) AddPipeline(p *Project, sha, ref string) *Pipeline {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pipeline(p, sha, ref, "push")
}

func (s *Server) pipeline(p *Project, sha, ref, source string) *Pipeline {
	one := &Pipeline{ID: s.id(), Project: p, SHA: sha, Ref: ref, Source: source}
	p.pipelines = append(p.pipelines, one)
	return one
}

// Pipelines lists copies of the pipelines of a project.
func (s *Server) Pipelines(p *Project) []Pipeline {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Pipeline
	for _, one := range p.pipelines {
		c := *one
		c.Statuses = slices.Clone(one.Statuses)
		list = append(list, c)
	}
	return list
}

// pipeline is the newest one of a merge request's head, nil when there is none.
func (m *MergeRequest) pipeline() *Pipeline {
	for _, p := range []*Project{m.Project, m.SourceProject} {
		if p == nil {
			continue
		}
		for _, one := range slices.Backward(p.pipelines) {
			if one.SHA == m.newest().Head {
				return one
			}
		}
	}
	return nil
}

func showPipeline(p *Pipeline) any {
	return map[string]any{"id": p.ID, "iid": p.ID, "project_id": p.Project.ID, "sha": p.SHA, "ref": p.Ref, "source": p.Source, "status": "running"}
}

func showStatus(p *Pipeline, s *Status) any {
	return map[string]any{
		"id": s.ID, "sha": p.SHA, "ref": p.Ref, "status": s.State, "name": s.Name, "description": nullable(s.Description), "target_url": nullable(s.To), "author": showUser(s.Author),
		"allow_failure": false, "coverage": nil, "pipeline_id": p.ID,
	}
}

// fitting are the pipelines of the call's commit that its parameters name, the newest first.
func (c *call) fitting() []*Pipeline {
	var list []*Pipeline
	for _, p := range slices.Backward(c.project.pipelines) {
		if p.SHA == c.vars["sha"] && (!c.params.has("ref") || c.params.text("ref") == p.Ref) && (!c.params.has("pipeline_id") || c.params.text("pipeline_id") == itoa(p.ID)) {
			list = append(list, p)
		}
	}
	return list
}

func (c *call) listStatuses() (int, any, error) {
	if _, err := c.at(c.vars["sha"]); err != nil {
		return 0, nil, err
	}
	var list []any
	for _, p := range c.fitting() {
		for _, s := range p.Statuses {
			if (!s.retried || c.params.truth("all")) && (!c.params.has("name") || s.Name == c.params.text("name")) {
				list = append(list, showStatus(p, s))
			}
		}
	}
	return 200, append([]any{}, page(c, list)...), nil
}

// setStatus makes a job for a status. Without a pipeline GitLab makes one of its own for it.
func (c *call) setStatus() (int, any, error) {
	if err := c.params.required("state"); err != nil {
		return 0, nil, err
	}
	if err := c.params.oneOf("state", "pending", "running", "success", "failed", "canceled", "skipped"); err != nil {
		return 0, nil, err
	}
	for _, name := range []string{"description", "target_url", "ref"} {
		if len([]rune(c.params.text(name))) > 255 {
			return 0, nil, refuse(http.StatusBadRequest, name+" is too long (maximum is 255 characters)")
		}
	}
	if _, err := c.at(c.vars["sha"]); err != nil {
		return 0, nil, err
	}
	list := c.fitting()
	if len(list) == 0 && c.params.has("pipeline_id") {
		return 0, nil, notFound("Pipeline for pipeline_id, sha and ref")
	}
	if len(list) == 0 {
		list = []*Pipeline{c.s.pipeline(c.project, c.vars["sha"], c.params.text("ref"), "external")}
	}
	name := c.params.text("name")
	if name == "" {
		name = "default"
	}
	for _, old := range list[0].Statuses {
		old.retried = old.retried || old.Name == name
	}
	s := &Status{ID: c.s.id(), Name: name, State: c.params.text("state"), Description: c.params.text("description"), To: c.params.text("target_url"), Author: c.user}
	list[0].Statuses = append(list[0].Statuses, s)
	return http.StatusCreated, showStatus(list[0], s), nil
}
