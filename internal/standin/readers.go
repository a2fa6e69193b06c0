package standin

import (
	"slices"
	"strings"
)

// The readers here give copies too, with all that the pages of package web show of them. They
// are apart from those in actions.go because a page wants an object with everything on it.

// Project finds a project by its path, nil when there is none.
func (s *Server) Project(path string) *Project {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.projects {
		if strings.EqualFold(p.Path, path) {
			return p
		}
	}
	return nil
}

// MergeRequest finds a merge request by its number, nil when there is none.
func (s *Server) MergeRequest(p *Project, iid int64) *MergeRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := p.request(iid); m != nil {
		return copyRequest(m)
	}
	return nil
}

// AllMergeRequests lists copies of the merge requests of a project, the newest first.
func (s *Server) AllMergeRequests(p *Project) []*MergeRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*MergeRequest
	for _, m := range slices.Backward(p.requests) {
		list = append(list, copyRequest(m))
	}
	return list
}

// Drafts lists the texts of the comments on a merge request that nobody has published.
func (s *Server) Drafts(m *MergeRequest) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []string
	for _, d := range m.drafts {
		list = append(list, d.body)
	}
	return list
}

// WorkItem finds an issue or task by its number, nil when there is none.
func (s *Server) WorkItem(p *Project, iid int64) *Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := p.issue(iid); i != nil {
		return copyIssue(i)
	}
	return nil
}

// WorkItems lists copies of the issues and tasks of a project, the newest first.
func (s *Server) WorkItems(p *Project) []*Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*Issue
	for _, i := range slices.Backward(p.issues) {
		list = append(list, copyIssue(i))
	}
	return list
}

// LinkedTo lists copies of the issues that are linked to an issue, from either side.
func (s *Server) LinkedTo(p *Project, iid int64) []*Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := p.issue(iid)
	var list []*Issue
	for _, l := range p.links {
		switch i {
		case l.a:
			list = append(list, copyIssue(l.b))
		case l.b:
			list = append(list, copyIssue(l.a))
		}
	}
	return list
}

func copyRequest(m *MergeRequest) *MergeRequest {
	one := *m
	one.Labels, one.Discussions = slices.Clone(m.Labels), copyDiscussions(m.Discussions)
	one.Approvers, one.Versions = slices.Clone(m.Approvers), nil
	for _, v := range m.Versions {
		version := *v
		one.Versions = append(one.Versions, &version)
	}
	return &one
}

func copyIssue(i *Issue) *Issue {
	one := *i
	one.Labels, one.Assignees, one.LabelEvents = slices.Clone(i.Labels), slices.Clone(i.Assignees), slices.Clone(i.LabelEvents)
	one.Discussions = copyDiscussions(i.Discussions)
	if i.Parent != nil {
		one.Parent = copyIssue(i.Parent)
	}
	if i.ClosedAt != nil {
		at := *i.ClosedAt
		one.ClosedAt = &at
	}
	return &one
}

func copyDiscussions(list []*Discussion) []*Discussion {
	var out []*Discussion
	for _, d := range list {
		one := *d
		one.Notes = nil
		for _, n := range d.Notes {
			note := *n
			note.Emoji = slices.Clone(n.Emoji)
			note.Position, note.Original = copyPosition(n.Position), copyPosition(n.Original)
			one.Notes = append(one.Notes, &note)
		}
		out = append(out, &one)
	}
	return out
}

func copyPosition(p *Position) *Position {
	if p == nil {
		return nil
	}
	one := *p
	return &one
}

// A Line is a line of a file that a merge request changes. Numbers are from 1, 0 where the line
// is not on that side.
type Line struct {
	Kind     byte // ' ', '-', '+'
	Old, New int
	Text     string // without its line end
}

// A Change is a file that a merge request changes, with all its lines; without lines when it is
// too large to be shown.
type Change struct {
	FileDiff
	Lines []Line
}

// Changes lists what a merge request changes, and the version that the diff is of: nil while GitLab
// prepares it.
func (s *Server) Changes(m *MergeRequest) ([]Change, *Version) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.diffed(m)
	if v == nil {
		return nil, nil
	}
	var list []Change
	for _, f := range m.Project.repo.diff(v.Base, v.Head) {
		c := Change{FileDiff: f}
		if !f.TooLarge {
			for _, l := range compare(f.old, f.new) {
				c.Lines = append(c.Lines, Line{l.kind, l.old, l.new, strings.TrimRight(l.text, "\r\n")})
			}
		}
		list = append(list, c)
	}
	return list, v
}
