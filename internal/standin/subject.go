package standin

import (
	"fmt"
	"strings"
)

// A subject is what people comment on: a merge request, an issue or a task.
type subject struct {
	request *MergeRequest
	issue   *Issue
}

func (on subject) project() *Project {
	if on.request != nil {
		return on.request.Project
	}
	return on.issue.Project
}

func (on subject) id() int64 {
	if on.request != nil {
		return on.request.ID
	}
	return on.issue.ID
}

func (on subject) iid() int64 {
	if on.request != nil {
		return on.request.IID
	}
	return on.issue.IID
}

func (on subject) author() *User {
	if on.request != nil {
		return on.request.Author
	}
	return on.issue.Author
}

func (on subject) discussions() *[]*Discussion {
	if on.request != nil {
		return &on.request.Discussions
	}
	return &on.issue.Discussions
}

func (on subject) noteableType() string {
	if on.request != nil {
		return "MergeRequest"
	}
	return "Issue"
}

// String is how messages name it: "merge request 7".
func (on subject) String() string {
	if on.request != nil {
		return fmt.Sprint("merge request ", on.request.IID)
	}
	return fmt.Sprint(on.issue.Type, " ", on.issue.IID)
}

// reference is how texts refer to it: "!7".
func (on subject) reference() string {
	if on.request != nil {
		return fmt.Sprint("!", on.request.IID)
	}
	return fmt.Sprint("#", on.issue.IID)
}

// find finds a note and its discussion.
func (on subject) find(note int64) (*Discussion, *Note) {
	for _, d := range *on.discussions() {
		for _, n := range d.Notes {
			if n.ID == note {
				return d, n
			}
		}
	}
	return nil, nil
}

func (s *Server) noteURL(on subject, n *Note) string {
	if on.request != nil {
		return fmt.Sprintf("%s#note_%d", s.path(on.request.Project, "merge_requests", on.request.IID), n.ID)
	}
	return fmt.Sprintf("%s#note_%d", s.issueURL(on.issue), n.ID)
}

func (s *Server) issueURL(i *Issue) string {
	if i.Type != "issue" {
		return s.path(i.Project, "work_items", i.IID)
	}
	return s.path(i.Project, "issues", i.IID)
}

// typeName is the type as payloads and GraphQL write it.
func (i *Issue) typeName() string { return strings.ToUpper(i.Type[:1]) + i.Type[1:] }

// name is the last part of the path.
func (p *Project) name() string { return p.Path[strings.LastIndexByte(p.Path, '/')+1:] }
