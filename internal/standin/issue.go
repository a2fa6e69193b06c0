package standin

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// maxTitle is the longest title, in characters.
const maxTitle = 255

// newIssue makes an issue or a task, with what the fields say.
func (s *Server) newIssue(p *Project, by *User, kind, title, description string, more func(*Issue)) *Issue {
	p.lastIID++
	now := s.now()
	i := &Issue{ID: s.id(), IID: p.lastIID, Project: p, Type: kind, Title: title, Author: by, State: "opened", CreatedAt: now, UpdatedAt: now}
	p.issues = append(p.issues, i)
	more(i)
	s.noteLabels(i, by, nil)
	i.rank = i.lastRank()
	i.Description, _ = s.written(subject{issue: i}, by, description, "")
	s.issueEvent(i, by, "open", nil)
	return i
}

// edit changes an issue by f, with an event that tells what was changed.
func (s *Server) edit(i *Issue, by *User, f func(*Issue)) {
	before := *i
	before.Labels = slices.Clone(i.Labels)
	before.Assignees = slices.Clone(i.Assignees)
	f(i)
	changes := map[string]any{}
	for name, pair := range map[string][2]any{
		"title":        {before.Title, i.Title},
		"description":  {before.Description, i.Description},
		"confidential": {before.Confidential, i.Confidential},
		"due_date":     {nullable(before.DueDate), nullable(i.DueDate)},
		"state_id":     {stateID(before.State), stateID(i.State)},
	} {
		if pair[0] != pair[1] {
			changes[name] = change(pair[0], pair[1])
		}
	}
	if !slices.Equal(before.Labels, i.Labels) {
		changes["labels"] = change(s.hookLabels(i.Project, before.Labels), s.hookLabels(i.Project, i.Labels))
	}
	if !slices.Equal(before.Assignees, i.Assignees) {
		changes["assignees"] = change(s.hookUsers(before.Assignees), s.hookUsers(i.Assignees))
	}
	if len(changes) == 0 && before.Parent == i.Parent {
		return
	}
	was := i.UpdatedAt
	i.UpdatedAt = s.now()
	s.noteLabels(i, by, before.Labels)
	changes["updated_at"] = change(was.Format(hookTime), i.UpdatedAt.Format(hookTime))
	action := "update"
	switch {
	case before.State == i.State:
	case i.State == "closed":
		now := s.now()
		i.ClosedAt, action = &now, "close"
		i.StateEvents = append(i.StateEvents, StateEvent{ID: s.id(), User: by, State: "closed", At: now})
	default:
		i.ClosedAt, action = nil, "reopen"
		i.StateEvents = append(i.StateEvents, StateEvent{ID: s.id(), User: by, State: "reopened", At: s.now()})
	}
	s.issueEvent(i, by, action, changes)
}

// addLabel puts a label on an issue. Of a scope a Premium instance keeps only the newest.
func (s *Server) addLabel(i *Issue, name string) {
	l := i.Project.label(name)
	if l == nil || slices.Contains(i.Labels, l.Name) {
		return
	}
	if scope := scopeOf(l.Name); scope != "" && s.opts.Premium {
		i.Labels = slices.DeleteFunc(slices.Clone(i.Labels), func(other string) bool { return scopeOf(other) == scope })
	}
	i.Labels = append(i.Labels, l.Name)
}

// removeLabel takes a label off an issue.
func (i *Issue) removeLabel(name string) {
	i.Labels = slices.DeleteFunc(slices.Clone(i.Labels), func(have string) bool { return have == name })
}

// setLabels replaces the labels of an issue. Those that stay keep their places.
func (s *Server) setLabels(i *Issue, names []string) {
	i.Labels = slices.DeleteFunc(slices.Clone(i.Labels), func(have string) bool { return !slices.Contains(names, have) })
	for _, name := range names {
		s.addLabel(i, name)
	}
}

// noteLabels keeps what one request has done to the labels of an issue. As on GitLab all of it has one time,
// and what was added comes first.
func (s *Server) noteLabels(i *Issue, by *User, before []string) {
	note := func(action string, labels, others []string) {
		for _, l := range labels {
			if !slices.Contains(others, l) {
				i.LabelEvents = append(i.LabelEvents, LabelEvent{ID: s.id(), User: by, Label: l, Action: action, At: i.UpdatedAt})
			}
		}
	}
	note("add", i.Labels, before)
	note("remove", before, i.Labels)
}

// scopeOf is the part of a label's name before the last "::", "" without one.
func scopeOf(label string) string {
	if at := strings.LastIndex(label, "::"); at > 0 {
		return label[:at]
	}
	return ""
}

// ensureLabels makes the labels that are named and do not exist, as GitLab does for a user who
// may. It leaves the names as GitLab keeps them.
func (s *Server) ensureLabels(p *Project, names []string, may bool) []string {
	var known []string
	for _, name := range names {
		l := p.label(name)
		if l == nil && may {
			l = &Label{ID: s.id(), Name: name, Color: "#6699cc"}
			p.labels = append(p.labels, l)
		}
		if l != nil && !slices.Contains(known, l.Name) {
			known = append(known, l.Name)
		}
	}
	return known
}

// AddIssue makes an issue, as a person does.
func (s *Server) AddIssue(p *Project, by *User, title, description string, labels ...string) *Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newIssue(p, by, "issue", title, description, func(i *Issue) {
		s.setLabels(i, s.ensureLabels(p, labels, true))
	})
}

// AddTask makes a task of an issue, as a person does.
func (s *Server) AddTask(parent *Issue, by *User, title, description string) *Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newIssue(parent.Project, by, "task", title, description, func(i *Issue) { i.Parent = parent })
}

// MoveIssue moves an issue to another project, as a person does: the old one is closed and points to
// the new one. Tasks come along from version 18 of GitLab on, and stay where they are before.
func (s *Server) MoveIssue(i *Issue, by *User, to *Project, withTasks bool) *Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.moveIssue(i, by, to, withTasks)
}

func (s *Server) moveIssue(i *Issue, by *User, to *Project, withTasks bool) *Issue {
	moved := s.newIssue(to, i.Author, i.Type, i.Title, "", func(m *Issue) {
		m.Confidential, m.DueDate, m.Assignees = i.Confidential, i.DueDate, slices.Clone(i.Assignees)
		s.setLabels(m, s.ensureLabels(to, i.Labels, false))
	})
	moved.Description, moved.State, moved.Discussions = i.Description, i.State, slices.Clone(i.Discussions)
	s.edit(i, by, func(i *Issue) { i.State, i.MovedTo = "closed", moved })
	if withTasks {
		for _, t := range i.children() {
			s.moveIssue(t, by, to, false).Parent = moved
		}
	}
	return moved
}

// DeleteIssue deletes an issue, as an owner does. Its tasks stay, without a parent.
func (s *Server) DeleteIssue(i *Issue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := i.Project
	p.issues = slices.DeleteFunc(p.issues, func(other *Issue) bool { return other == i })
	p.links = slices.DeleteFunc(p.links, func(l issueLink) bool { return l.a == i || l.b == i })
	for _, t := range p.issues {
		if t.Parent == i {
			t.Parent = nil
		}
	}
}

// SetIssueLabels replaces the labels of an issue, as a person does by moving its card on a board.
func (s *Server) SetIssueLabels(i *Issue, by *User, labels ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.edit(i, by, func(i *Issue) { s.setLabels(i, s.ensureLabels(i.Project, labels, true)) })
}

// LabelEvents lists copies of what happened to the labels of an issue.
func (s *Server) LabelEvents(i *Issue) []LabelEvent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(i.LabelEvents)
}

// Linked lists copies of the issues that an issue is linked with.
func (s *Server) Linked(i *Issue) []Issue {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Issue
	for _, l := range i.Project.linksOf(i) {
		list = append(list, *l.other(i))
	}
	return list
}

// tasks counts the check boxes of a description.
func taskCount(description string) (count, done int) {
	for line := range strings.Lines(description) {
		rest := strings.TrimLeft(line, " ")
		for _, mark := range []string{"- ", "* ", "+ "} {
			box, ok := strings.CutPrefix(rest, mark)
			if !ok || len(box) < 3 || box[0] != '[' || box[2] != ']' {
				continue
			}
			switch box[1] {
			case ' ':
				count++
			case 'x', 'X':
				count, done = count+1, done+1
			}
		}
	}
	return count, done
}

func tooLong(title string) bool { return utf8.RuneCountInString(title) > maxTitle }

func (p *Project) linksOf(i *Issue) []issueLink {
	var list []issueLink
	for _, l := range p.links {
		if l.a == i || l.b == i {
			list = append(list, l)
		}
	}
	return list
}

func (l issueLink) other(i *Issue) *Issue {
	if l.a == i {
		return l.b
	}
	return l.a
}
