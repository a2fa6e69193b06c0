package gitlab

import (
	"strings"
	"time"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func basicUser(u *gl.BasicUser) forge.User {
	if u == nil {
		return forge.User{}
	}
	return forge.User{ID: u.ID, Username: u.Username, Name: u.Name, State: u.State}
}

func toUser(u *gl.User) forge.User {
	return forge.User{ID: u.ID, Username: u.Username, Name: u.Name, Bot: u.Bot, State: u.State}
}

func toProject(p *gl.Project) forge.Project {
	issues := p.IssuesAccessLevel != gl.DisabledAccessControl
	return forge.Project{
		ID:            p.ID,
		Path:          p.PathWithNamespace,
		WebURL:        p.WebURL,
		DefaultBranch: p.DefaultBranch,
		Visibility:    string(p.Visibility),
		IssuesEnabled: issues,
		Archived:      p.Archived,
	}
}

func toMergeRequest(m *gl.BasicMergeRequest) forge.MergeRequest {
	project := m.TargetProjectID
	if project == 0 {
		project = m.ProjectID
	}
	return forge.MergeRequest{
		IID:             m.IID,
		ProjectID:       project,
		SourceProjectID: m.SourceProjectID,
		Title:           m.Title,
		State:           m.State,
		Draft:           m.Draft,
		SourceBranch:    m.SourceBranch,
		TargetBranch:    m.TargetBranch,
		HeadSHA:         m.SHA,
		Author:          basicUser(m.Author),
		WebURL:          m.WebURL,
		MergeCommitSHA:  m.MergeCommitSHA,
		UpdatedAt:       moment(m.UpdatedAt),
		MembersOnly:     m.DiscussionLocked,
	}
}

func toChangedFile(d *gl.MergeRequestDiff) forge.ChangedFile {
	return forge.ChangedFile{
		OldPath: d.OldPath, NewPath: d.NewPath, Diff: d.Diff,
		New: d.NewFile, Renamed: d.RenamedFile, Deleted: d.DeletedFile,
		Collapsed: d.Collapsed, TooLarge: d.TooLarge,
	}
}

func toNote(n *gl.Note) forge.Note {
	return forge.Note{
		ID:        n.ID,
		Body:      n.Body,
		Author:    forge.User{ID: n.Author.ID, Username: n.Author.Username, Name: n.Author.Name, State: n.Author.State},
		System:    n.System,
		CreatedAt: moment(n.CreatedAt),

		Resolved:   n.Resolved,
		ResolvedBy: forge.User{ID: n.ResolvedBy.ID, Username: n.ResolvedBy.Username, Name: n.ResolvedBy.Name, State: n.ResolvedBy.State},
		Position:   toPosition(n.Position),
	}
}

func toDiscussion(d *gl.Discussion) forge.Discussion {
	return forge.Discussion{ID: d.ID, Individual: d.IndividualNote, Notes: convert(d.Notes, toNote)}
}

func toDraft(d *gl.DraftNote) forge.Draft {
	return forge.Draft{ID: d.ID, Body: d.Note, Position: toPosition(d.Position)}
}

func toPosition(p *gl.NotePosition) *forge.Position {
	if p == nil {
		return nil
	}
	return &forge.Position{
		Diff:    forge.DiffRefs{Base: p.BaseSHA, Start: p.StartSHA, Head: p.HeadSHA},
		OldPath: p.OldPath, NewPath: p.NewPath, OldLine: int(p.OldLine), NewLine: int(p.NewLine),
		File: p.PositionType == positionFile,
	}
}

// The types of a position that are told apart.
const (
	positionText = "text"
	positionFile = "file"
)

// fromPosition is a position as it is sent. A line that is not on a side is left out: GitLab takes
// neither 0 nor null for that.
func fromPosition(p *forge.Position) *gl.PositionOptions {
	if p == nil {
		return nil
	}
	o := &gl.PositionOptions{
		BaseSHA: &p.Diff.Base, StartSHA: &p.Diff.Start, HeadSHA: &p.Diff.Head,
		OldPath: &p.OldPath, NewPath: &p.NewPath, PositionType: new(positionText),
	}
	if p.File {
		o.PositionType = new(positionFile)
		return o
	}
	if p.OldLine > 0 {
		o.OldLine = new(int64(p.OldLine))
	}
	if p.NewLine > 0 {
		o.NewLine = new(int64(p.NewLine))
	}
	return o
}

func toLabel(l *gl.Label) forge.Label {
	label := forge.Label{
		ID: l.ID, Name: l.Name, Color: l.Color, Description: l.Description,
		Group: !l.IsProjectLabel,
	}
	if p, err := l.Priority.Get(); err == nil { // null and absent are errors here
		n := int(p)
		label.Priority = &n
	}
	return label
}

func toIssue(i *gl.Issue) forge.Issue {
	return forge.Issue{
		ID:           i.ID,
		IID:          i.IID,
		ProjectID:    i.ProjectID,
		Type:         kind(i.IssueType),
		Title:        i.Title,
		Description:  i.Description,
		State:        i.State,
		Labels:       []string(i.Labels),
		Author:       author(i.Author),
		Assignees:    assignees(i.Assignees),
		Confidential: i.Confidential,
		DueDate:      date(i.DueDate),
		WebURL:       i.WebURL,
		MovedToID:    i.MovedToID,
		CreatedAt:    moment(i.CreatedAt),
		UpdatedAt:    moment(i.UpdatedAt),
		ClosedAt:     moment(i.ClosedAt),
	}
}

func toRelated(i *gl.IssueRelation) forge.Issue {
	return forge.Issue{
		ID:           i.ID,
		IID:          i.IID,
		ProjectID:    i.ProjectID,
		Title:        i.Title,
		Description:  i.Description,
		State:        i.State,
		Labels:       []string(i.Labels),
		Author:       author(i.Author),
		Assignees:    assignees(i.Assignees),
		Confidential: i.Confidential,
		DueDate:      date(i.DueDate),
		WebURL:       i.WebURL,
		UpdatedAt:    moment(i.UpdatedAt),
	}
}

// kind is the type of an issue; servers without types have issues alone.
func kind(t *string) string {
	if t == nil || *t == "" {
		return forge.TypeIssue
	}
	return strings.ToLower(*t)
}

func assignees(list []*gl.IssueAssignee) []forge.User {
	var users []forge.User
	for _, a := range list {
		if a != nil {
			users = append(users, forge.User{ID: a.ID, Username: a.Username, Name: a.Name, State: a.State})
		}
	}
	return users
}

func date(d *gl.ISOTime) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func author(a *gl.IssueAuthor) forge.User {
	if a == nil {
		return forge.User{}
	}
	return forge.User{ID: a.ID, Username: a.Username, Name: a.Name, State: a.State}
}
