package standin

import (
	"fmt"
	"strings"
	"time"
)

// Roles of members.
const (
	Guest      = 10
	Reporter   = 20
	Developer  = 30
	Maintainer = 40
	Owner      = 50
)

// A User is an account.
type User struct {
	ID       int64
	Username string
	Name     string
	Bot      bool
	State    string // "active", "blocked"
}

type token struct {
	user    *User
	scopes  []string
	made    time.Time
	expires time.Time // a day; the zero time for never
}

// A Variable is a variable of a project's pipelines.
type Variable struct {
	Key, Value        string
	Protected, Masked bool
}

// A Project is a repository with its issues and merge requests.
type Project struct {
	ID         int64
	Path       string // "group/project"
	Visibility string // "private", "public"
	Archived   bool
	Members    map[int64]int // user id to role
	NoIssues   bool          // the project does without issues
	NoRequests bool          // and without merge requests
	ForkOf     *Project
	Variables  []Variable
	ConfigPath string // of the pipeline, "" for .gitlab-ci.yml

	pipelines []*Pipeline
	moved     []string // paths that it had before
	repo      *repo
	requests  []*MergeRequest
	issues    []*Issue // tasks too
	labels    []*Label
	links     []issueLink
	boards    []*Board
	webhooks  []*Hook
	checks    []*StatusCheck // of Ultimate, which a project without any has not
	lastIID   int64          // of issues and tasks
	lastMR    int64
}

// DefaultBranch is the project's main branch.
const DefaultBranch = "main"

// A MergeRequest asks to merge one branch into another.
type MergeRequest struct {
	ID, IID     int64
	Project     *Project
	Title       string
	Description string
	Author      *User
	State       string // "opened", "closed", "merged"
	Draft       bool
	// SourceProject is the fork that the source branch is in, or the project itself; nil when the
	// fork was deleted.
	SourceProject *Project
	Source        string // branch
	Target        string
	MergeCommit   string
	// DiscussionLocked lets nobody but members of the project write in it.
	DiscussionLocked bool
	Labels           []string
	CreatedAt        time.Time
	UpdatedAt        time.Time
	Versions         []*Version // the newest last
	Approvers        []*User
	Discussions      []*Discussion
	pushedAt         time.Time
	drafts           []*draft
}

// A Version is the diff of a merge request after a push.
type Version struct {
	ID                int64
	Base, Start, Head string
	CreatedAt         time.Time
}

// An Issue is an issue or a task.
type Issue struct {
	ID, IID      int64
	Project      *Project
	Type         string // "issue", "task"
	Parent       *Issue
	MovedTo      *Issue // in another project; nil for one that stayed
	Title        string
	Description  string
	Author       *User
	State        string // "opened", "closed"
	Labels       []string
	Assignees    []*User
	Confidential bool
	DueDate      string
	CreatedAt    time.Time
	UpdatedAt    time.Time
	ClosedAt     *time.Time
	Discussions  []*Discussion
	LabelEvents  []LabelEvent
	rank         int // among the children of its parent
	StateEvents  []StateEvent
}

// A Discussion is a note with its answers. Plain notes are discussions of one.
type Discussion struct {
	ID         string
	Individual bool
	Notes      []*Note
}

// A Note is a comment.
type Note struct {
	ID        int64
	Body      string
	Author    *User
	System    bool
	Internal  bool
	CreatedAt time.Time
	UpdatedAt time.Time
	Position  *Position // where it is now, or was when its line was last there
	Original  *Position // where it was written
	Resolved  bool
	Resolver  *User
	Emoji     []Emoji
}

// A Position is a line of a diff.
type Position struct {
	Type              string // "text", "file"
	Base, Start, Head string
	OldPath, NewPath  string
	OldLine, NewLine  int // 0 where the line is not on that side
}

// An Emoji is an award.
type Emoji struct {
	ID   int64
	Name string
	User *User
}

// A Label is a project's label.
type Label struct {
	ID          int64
	Name        string
	Color       string
	Description string
	Priority    *int
}

// A LabelEvent is a label that was added to an issue or taken away.
type LabelEvent struct {
	ID     int64
	User   *User
	Label  string
	Action string // "add", "remove"
	At     time.Time
}

// A StateEvent is the closing or reopening of an issue.
type StateEvent struct {
	ID    int64
	User  *User
	State string // "closed", "reopened"
	At    time.Time
}

type issueLink struct {
	id   int64
	a, b *Issue
	kind string
	at   time.Time
}

// A Board shows issues in lists by label.
type Board struct {
	ID    int64
	Name  string
	Lists []BoardList
}

// A BoardList is a column of a board.
type BoardList struct {
	ID       int64
	Label    string
	Position int
}

// projectURL is the address of the project's page.
func (s *Server) projectURL(p *Project) string { return s.url + "/" + p.Path }

// AddUser makes an account.
func (s *Server) AddUser(username, name string, bot bool) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := &User{ID: s.id(), Username: username, Name: name, Bot: bot, State: "active"}
	s.users = append(s.users, u)
	return u
}

// AddToken gives a user a token with scopes such as "api".
func (s *Server) AddToken(u *User, secret string, scopes ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens[secret] = token{user: u, scopes: scopes, made: s.now(), expires: s.now().AddDate(1, 0, 0)}
}

// ExpireToken sets the day from which on a token is refused; the zero time for never.
func (s *Server) ExpireToken(secret string, day time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tokens[secret]
	t.expires = day.UTC().Truncate(24 * time.Hour)
	if day.IsZero() {
		t.expires = day
	}
	s.tokens[secret] = t
}

// AddProject makes an empty project.
func (s *Server) AddProject(path, visibility string) *Project {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &Project{ID: s.id(), Path: path, Visibility: visibility, Members: map[int64]int{}, repo: newRepo()}
	s.projects = append(s.projects, p)
	return p
}

// AddMember gives a user a role in a project.
func (s *Server) AddMember(p *Project, u *User, role int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Members[u.ID] = role
}

// Set lets f change the settings of a project.
func (s *Server) Set(p *Project, f func(*Project)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(p)
}

// Projects lists the projects.
func (s *Server) Projects() []*Project {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Project(nil), s.projects...)
}

func (s *Server) project(idOrPath string) *Project {
	for _, p := range s.projects {
		if strings.EqualFold(p.Path, idOrPath) || fmt.Sprint(p.ID) == idOrPath {
			return p
		}
	}
	return nil
}

func (s *Server) user(username string) *User {
	for _, u := range s.users {
		if strings.EqualFold(u.Username, username) {
			return u
		}
	}
	return nil
}

func (s *Server) userByID(id int64) *User {
	for _, u := range s.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

func (p *Project) issue(iid int64) *Issue {
	for _, i := range p.issues {
		if i.IID == iid {
			return i
		}
	}
	return nil
}

func (p *Project) request(iid int64) *MergeRequest {
	for _, m := range p.requests {
		if m.IID == iid {
			return m
		}
	}
	return nil
}

// newest is the version of the last push.
func (m *MergeRequest) newest() *Version { return m.Versions[len(m.Versions)-1] }

func (p *Project) label(name string) *Label {
	for _, l := range p.labels {
		if strings.EqualFold(l.Name, name) {
			return l
		}
	}
	return nil
}
