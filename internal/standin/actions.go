package standin

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Commit changes files on a branch of a project and sends what GitLab sends. Nil contents take
// a file away. A branch that does not exist begins at the default branch.
func (s *Server) Commit(p *Project, branch string, author *User, message string, changes map[string]*string) *Commit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.push(p, branch, DefaultBranch, author, message, changes)
}

func (s *Server) push(p *Project, branch, from string, author *User, message string, changes map[string]*string) *Commit {
	before := p.repo.branches[branch]
	c := p.repo.commit(branch, from, message, author, s.now(), changes)
	s.pushed(p, branch, before, c, author)
	return c
}

// pushed does what follows a push: new versions of merge requests, and events.
func (s *Server) pushed(p *Project, branch, before string, c *Commit, author *User) {
	for _, target := range s.projects {
		for _, m := range target.requests {
			if m.SourceProject != p || m.Source != branch || m.State != "opened" {
				continue
			}
			s.version(m)
			s.move(m)
			s.requestEvent(m, author, "update", before, nil)
		}
	}
	s.pushEvent(p, branch, before, c, author)
}

// Rebase puts the changes of a branch on top of the default branch, as one commit, and pushes that
// by force. Files that both changed differently are an error.
func (s *Server) Rebase(p *Project, branch string, by *User) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := p.repo
	before, onto := r.branches[branch], r.branches[DefaultBranch]
	files, conflict := r.merge(r.base(onto, before), before, onto)
	if conflict != "" {
		return refuse(http.StatusConflict, "Rebase failed: "+conflict)
	}
	c := r.add(branch, &Commit{Parents: []string{onto}, Message: "Rebased", Author: by, At: s.now(), files: files})
	s.pushed(p, branch, before, c, by)
	return nil
}

// version adds a version to a merge request after a push.
func (s *Server) version(m *MergeRequest) {
	r, start := m.Project.repo, m.Project.repo.branches[m.Target]
	if start == "" {
		return // no diff without a target
	}
	var head string
	if m.SourceProject == nil || m.SourceProject.repo.branches[m.Source] == "" {
		head = m.newest().Head // the fork or its branch is gone, the commits have stayed
	} else {
		from := m.SourceProject.repo
		head = from.branches[m.Source]
		for _, sha := range from.ancestors(head) {
			r.commits[sha] = from.commits[sha] // GitLab fetches what a fork has
		}
	}
	m.Versions = append(m.Versions, &Version{ID: s.id(), Base: r.base(start, head), Start: start, Head: head, CreatedAt: s.now()})
	m.pushedAt, m.UpdatedAt = s.now(), s.now()
}

// AddFork makes a copy of a project for a user, who owns it.
func (s *Server) AddFork(p *Project, owner *User) *Project {
	s.mu.Lock()
	defer s.mu.Unlock()
	fork := &Project{ID: s.id(), Path: owner.Username + "/" + p.name(), Visibility: p.Visibility, Members: map[int64]int{owner.ID: Owner}, ForkOf: p, repo: newRepo()}
	maps.Copy(fork.repo.commits, p.repo.commits)
	maps.Copy(fork.repo.branches, p.repo.branches)
	s.projects = append(s.projects, fork)
	return fork
}

// RemoveProject deletes a project. Merge requests from it stay, without a source.
func (s *Server) RemoveProject(p *Project) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projects = slices.DeleteFunc(s.projects, func(other *Project) bool { return other == p })
	for _, other := range s.projects {
		for _, m := range other.requests {
			if m.SourceProject == p {
				m.SourceProject = nil
			}
		}
	}
}

// OpenMergeRequest opens a merge request.
func (s *Server) OpenMergeRequest(p *Project, author *User, source, target, title, description string) (*MergeRequest, error) {
	return s.OpenForkRequest(p, p, author, source, target, title, description)
}

// OpenForkRequest opens a merge request from a branch of another project.
func (s *Server) OpenForkRequest(fork, p *Project, author *User, source, target, title, description string) (*MergeRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open(&MergeRequest{Project: p, SourceProject: fork, Author: author, Source: source, Target: target, Title: title, Description: description})
}

// open fills in a merge request and opens it.
func (s *Server) open(m *MergeRequest) (*MergeRequest, error) {
	p := m.Project
	if m.SourceProject.repo.branches[m.Source] == "" || p.repo.branches[m.Target] == "" {
		return nil, refuse(http.StatusBadRequest, []string{"Source branch or target branch does not exist"})
	}
	if m.SourceProject == p && m.Source == m.Target {
		return nil, refuse(http.StatusBadRequest, []string{"You can't use same project/branch for source and target"})
	}
	for _, other := range p.requests {
		if other.SourceProject == m.SourceProject && other.Source == m.Source && other.Target == m.Target && other.State == "opened" {
			return nil, refuse(http.StatusConflict, []string{fmt.Sprintf("Another open merge request already exists for this source branch: !%d", other.IID)})
		}
	}
	p.lastMR++
	m.ID, m.IID, m.State, m.Draft = s.id(), p.lastMR, "opened", isDraft(m.Title)
	m.CreatedAt, m.UpdatedAt = s.now(), s.now()
	p.requests = append(p.requests, m)
	s.version(m)
	m.Description, _ = s.written(subject{request: m}, m.Author, m.Description, "")
	s.requestEvent(m, m.Author, "open", "", nil)
	return m, nil
}

func isDraft(title string) bool {
	return strings.HasPrefix(title, "Draft:") || strings.HasPrefix(title, "[Draft]") || strings.HasPrefix(title, "(Draft)")
}

// Merge merges a merge request.
func (s *Server) Merge(m *MergeRequest, by *User) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.merge(m, by)
}

func (s *Server) merge(m *MergeRequest, by *User) error {
	if m.State != "opened" {
		return refuse(http.StatusMethodNotAllowed, "405 Method Not Allowed")
	}
	r := m.Project.repo
	target := r.branches[m.Target]
	if target == "" {
		return refuse(http.StatusMethodNotAllowed, "405 Method Not Allowed")
	}
	v := m.Versions[len(m.Versions)-1]
	files, conflict := r.merge(r.base(target, v.Head), v.Head, target)
	if conflict != "" {
		return refuse(http.StatusNotAcceptable, "Branch cannot be merged")
	}
	c := r.add(m.Target, &Commit{Parents: []string{target, v.Head}, Message: fmt.Sprintf("Merge branch '%s' into '%s'\n\n%s", m.Source, m.Target, m.Title), Author: by, At: s.now(), files: files})
	m.MergeCommit = c.SHA
	s.setState(m, by, "merged", "merge")
	s.pushed(m.Project, m.Target, target, c, by)
	return nil
}

// setState closes, reopens or merges, with the event that follows.
func (s *Server) setState(m *MergeRequest, by *User, state, action string) {
	was := m.State
	m.State, m.UpdatedAt = state, s.now()
	if action == "reopen" && m.SourceProject != nil && m.SourceProject.repo.branches[m.Source] != m.newest().Head {
		s.version(m) // of what was pushed while it was closed
		s.move(m)
	}
	s.requestEvent(m, by, action, "", map[string]any{"state_id": change(stateID(was), stateID(state))})
}

// CloseMergeRequest closes a merge request without merging it.
func (s *Server) CloseMergeRequest(m *MergeRequest, by *User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setState(m, by, "closed", "close")
}

// CloseIssue closes an issue or task, as a person does.
func (s *Server) CloseIssue(i *Issue, by *User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setIssueState(i, by, "closed")
}

func (s *Server) setIssueState(i *Issue, by *User, state string) {
	s.edit(i, by, func(i *Issue) { i.State = state })
}

// Approve adds a person's approval of a merge request, which is then approved as a whole.
func (s *Server) Approve(m *MergeRequest, by *User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Approvers = append(m.Approvers, by)
	s.requestEvent(m, by, "approval", "", nil)
	s.requestEvent(m, by, "approved", "", nil)
}

// Comment writes a note on a merge request, as a person does. A text of commands alone leaves
// none: nil.
func (s *Server) Comment(m *MergeRequest, by *User, body string) *Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.comment(subject{request: m}, by, body)
}

// CommentIssue writes a note on an issue or task, as a person does.
func (s *Server) CommentIssue(i *Issue, by *User, body string) *Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.comment(subject{issue: i}, by, body)
}

func (s *Server) comment(on subject, by *User, body string) *Note {
	text, _ := s.written(on, by, body, "")
	if text == "" {
		return nil
	}
	n, d := s.note(by, text), s.discussion(true)
	d.Notes = []*Note{n}
	*on.discussions() = append(*on.discussions(), d)
	s.touch(on)
	s.noteEvent(on, d, n, "create")
	return n
}

func (s *Server) note(by *User, body string) *Note {
	return &Note{ID: s.id(), Body: body, Author: by, CreatedAt: s.now(), UpdatedAt: s.now()}
}

// EditIssue lets f change an issue, as a person does in the browser.
func (s *Server) EditIssue(i *Issue, by *User, f func(*Issue)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edit(i, by, f)
}

// The readers below give copies of what there is, for tests and for pages.

// MergeRequests lists the merge requests of a project.
func (s *Server) MergeRequests(p *Project) []*MergeRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(p.requests)
}

// Notes lists the notes of people and bots in a merge request.
func (s *Server) Notes(m *MergeRequest) []Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return notesOf(m.Discussions)
}

// IssueNotes lists the notes on an issue.
func (s *Server) IssueNotes(i *Issue) []Note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return notesOf(i.Discussions)
}

func notesOf(discussions []*Discussion) []Note {
	var notes []Note
	for _, d := range discussions {
		for _, n := range d.Notes {
			notes = append(notes, *n)
		}
	}
	return notes
}

// Issues lists copies of the issues of a project, without tasks.
func (s *Server) Issues(p *Project) []Issue {
	return s.issuesWhere(p, func(i *Issue) bool { return i.Type == "issue" })
}

// Tasks lists copies of the tasks of an issue, in their order.
func (s *Server) Tasks(p *Project, parent int64) []Issue {
	list := s.issuesWhere(p, func(i *Issue) bool { return i.Parent != nil && i.Parent.IID == parent })
	slices.SortStableFunc(list, func(a, b Issue) int { return a.rank - b.rank })
	return list
}

func (s *Server) issuesWhere(p *Project, f func(*Issue) bool) []Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Issue
	for _, i := range p.issues {
		if f(i) {
			one := *i
			one.Labels, one.Assignees = slices.Clone(i.Labels), slices.Clone(i.Assignees)
			list = append(list, one)
		}
	}
	return list
}

// Issue finds an issue or task by its number, nil when there is none.
func (s *Server) Issue(p *Project, iid int64) *Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	return p.issue(iid)
}

// Labels lists copies of the labels of a project.
func (s *Server) Labels(p *Project) []Label {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Label
	for _, l := range p.labels {
		list = append(list, *l)
	}
	return list
}

// AddLabel makes a label, as a person does.
func (s *Server) AddLabel(p *Project, name, color, description string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.labels = append(p.labels, &Label{ID: s.id(), Name: name, Color: color, Description: description})
}

// Boards lists copies of the boards of a project.
func (s *Server) Boards(p *Project) []Board {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Board
	for _, b := range p.boards {
		list = append(list, Board{b.ID, b.Name, slices.Clone(b.Lists)})
	}
	return list
}

// Diffs lists what a merge request changes.
func (s *Server) Diffs(m *MergeRequest) []FileDiff {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := m.Versions[len(m.Versions)-1]
	return m.Project.repo.diff(v.Base, v.Head)
}

// Files are the files of a project at a branch or commit.
func (s *Server) Files(p *Project, ref string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := p.repo.commits[p.repo.resolve(ref)]; c != nil {
		return maps.Clone(c.files)
	}
	return nil
}
