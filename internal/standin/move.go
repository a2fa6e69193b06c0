package standin

import (
	"net/http"
	"net/url"
	"strings"
)

// MoveProject gives a project another path. The old one leads to it still, for reads.
func (s *Server) MoveProject(p *Project, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.moved = append(p.moved, p.Path)
	p.Path = path
}

// RemoveBranch deletes a branch. Merge requests from it or into it stay as they are.
func (s *Server) RemoveBranch(p *Project, branch string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(p.repo.branches, branch)
}

// branchMissing reports whether a branch of a merge request is gone.
func (m *MergeRequest) branchMissing() bool {
	return m.Project.repo.branches[m.Target] == "" || m.SourceProject == nil || m.SourceProject.repo.branches[m.Source] == ""
}

// redirect answers a call to the path that a project had before: GitLab leads reads to the project's
// number, and refuses writes.
func (c *call) redirect() error {
	for _, p := range c.s.projects {
		for _, old := range p.moved {
			if !strings.EqualFold(old, c.vars["id"]) || !c.sees(p) {
				continue
			}
			if c.r.Method != http.MethodGet {
				return refuse(http.StatusMethodNotAllowed, "405 Non GET methods are not allowed for moved projects")
			}
			to := url.URL{Path: strings.Replace(c.r.URL.Path, "/projects/"+c.vars["id"], "/projects/"+itoa(p.ID), 1), RawQuery: c.r.URL.RawQuery}
			c.w.Header().Set("Location", to.String())
			return &refusal{http.StatusMovedPermanently, map[string]any{"message": "This resource has been moved permanently to " + to.String()}}
		}
	}
	return notFound("Project")
}

// locked reports whether a call writes in a discussion that is for members alone, by somebody who is
// none.
func (c *call) locked(rt route) bool {
	if c.r.Method == http.MethodGet || c.role() >= Guest || !ofComments(rt.pattern) {
		return false
	}
	m := c.project.request(c.number("iid"))
	return m != nil && m.DiscussionLocked && strings.HasPrefix(rt.pattern, "projects/:id/merge_requests/:iid/")
}
