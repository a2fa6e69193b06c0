package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A payload is what the events have in common, as far as keys need it. Times are left out
// on purpose: GitLab writes them in two ways, and the order of events says nothing.
type payload struct {
	Kind      string                     `json:"object_kind"`
	EventName string                     `json:"event_name"` // push events of system hooks
	User      user                       `json:"user"`
	UserID    int64                      `json:"user_id"` // push events
	Project   project                    `json:"project"`
	ProjectID int64                      `json:"project_id"`
	Ref       string                     `json:"ref"`   // push events
	After     string                     `json:"after"` // push events
	Object    object                     `json:"object_attributes"`
	MR        numbered                   `json:"merge_request"` // note events
	Labels    []label                    `json:"labels"`
	Changes   map[string]json.RawMessage `json:"changes"`
}

type user struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
}

type project struct {
	ID            int64  `json:"id"`
	Path          string `json:"path_with_namespace"`
	DefaultBranch string `json:"default_branch"`
}

type numbered struct {
	IID int64 `json:"iid"`
}

type label struct {
	Title string `json:"title"`
}

type object struct {
	IID             int64   `json:"iid"`
	Action          string  `json:"action"`
	OldRev          string  `json:"oldrev"`
	TargetBranch    string  `json:"target_branch"`
	TargetProjectID int64   `json:"target_project_id"`
	AuthorID        int64   `json:"author_id"`
	NoteableType    string  `json:"noteable_type"`
	System          bool    `json:"system"`
	Labels          []label `json:"labels"`

	// The description is most of a payload, and most events need none of it: it is left as it stands.
	Description json.RawMessage `json:"description"`
}

// readPayload decodes a body. Fields of another type than expected stay empty: GitLab may
// change what we do not need. encoding/json bounds the depth, and of doubled keys takes the
// last.
func readPayload(body []byte) (*payload, error) {
	var p payload
	err := json.Unmarshal(body, &p)
	var wrongType *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &wrongType) {
		return nil, fmt.Errorf("read the payload: %w", err)
	}
	if p.Project.ID == 0 {
		p.Project.ID = p.ProjectID
	}
	if p.Project.ID == 0 {
		p.Project.ID = p.Object.TargetProjectID
	}
	return &p, nil
}

// changed reports whether one of the fields is among the changes.
func (p *payload) changed(fields ...string) bool {
	return slices.ContainsFunc(fields, func(field string) bool {
		_, ok := p.Changes[field]
		return ok
	})
}

// onDefaultBranch reports whether a branch is the default one, as far as the payload tells:
// without a word on it every branch may be.
func (p *payload) onDefaultBranch(branch string) bool {
	return p.Project.DefaultBranch == "" || branch == p.Project.DefaultBranch
}

// hasLabel reports whether an issue bears a label, or did before this event.
func (p *payload) hasLabel(title string) bool {
	var change struct {
		Previous []label `json:"previous"`
		Current  []label `json:"current"`
	}
	if raw, ok := p.Changes["labels"]; ok {
		// What can't be read names no label.
		_ = json.Unmarshal(raw, &change)
	}
	for _, labels := range [][]label{p.Labels, p.Object.Labels, change.Previous, change.Current} {
		if slices.ContainsFunc(labels, func(l label) bool { return l.Title == title }) {
			return true
		}
	}
	return false
}

// isMarked reports whether a description bears one of roleplan's marks. One that is no text bears none.
func (o *object) isMarked() bool {
	var text string
	_ = json.Unmarshal(o.Description, &text)
	return strings.Contains(text, "<!-- roleplan:")
}
