package standin

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// hookTime is how most times stand in payloads.
const hookTime = "2006-01-02 15:04:05 UTC"

func (s *Server) hookUser(u *User) map[string]any {
	if u == nil {
		return nil
	}
	return map[string]any{"id": u.ID, "name": u.Name, "username": u.Username, "avatar_url": nil, "email": "[REDACTED]"}
}

func (s *Server) hookUsers(list []*User) []any {
	return each(list, func(u *User) any { return s.hookUser(u) })
}

func (s *Server) hookProject(p *Project) map[string]any {
	if p == nil {
		return nil
	}
	group := p.Path[:strings.LastIndexByte(p.Path, '/')+1]
	return map[string]any{
		"id": p.ID, "name": p.name(), "description": nil, "path_with_namespace": p.Path, "web_url": s.projectURL(p), "avatar_url": nil, "git_ssh_url": "git@gitlab.test:" + p.Path + ".git",
		"git_http_url": s.projectURL(p) + ".git", "namespace": strings.TrimSuffix(group, "/"), "visibility_level": visibilityLevel(p), "default_branch": DefaultBranch, "ci_config_path": nil,
	}
}

func (s *Server) hookLabels(p *Project, names []string) []any {
	return each(names, func(name string) any {
		l := p.label(name)
		if l == nil {
			l = &Label{Name: name}
		}
		return map[string]any{"id": l.ID, "title": l.Name, "color": l.Color, "project_id": p.ID, "group_id": nil, "template": false, "type": "ProjectLabel", "description": nullable(l.Description)}
	})
}

// nullable is a text as GitLab shows it: nothing is null.
func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func nullNumber(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// A change is a field before and after.
func change(before, after any) map[string]any {
	return map[string]any{"previous": before, "current": after}
}

func stateID(state string) int {
	return slices.Index([]string{"", "opened", "closed", "merged", "locked"}, state)
}

func (s *Server) hookCommit(p *Project, c *Commit) any {
	if c == nil {
		return nil
	}
	title, _, _ := strings.Cut(c.Message, "\n")
	return map[string]any{
		"id": c.SHA, "message": c.Message, "title": title, "timestamp": c.At.Format(time.RFC3339), "url": s.projectURL(p) + "/-/commit/" + c.SHA,
		"author": map[string]any{"name": c.Author.Name, "email": "[REDACTED]"},
	}
}

func (s *Server) hookRequest(m *MergeRequest) map[string]any {
	v := m.newest()
	out := map[string]any{
		"id": m.ID, "iid": m.IID, "title": m.Title, "description": m.Description, "state": m.State, "state_id": stateID(m.State), "draft": m.Draft, "work_in_progress": m.Draft,
		"source_branch": m.Source, "source_project_id": nil, "target_branch": m.Target, "target_project_id": m.Project.ID, "author_id": m.Author.ID, "assignee_id": nil,
		"assignee_ids": []any{}, "reviewer_ids": []any{}, "milestone_id": nil, "head_pipeline_id": nil, "last_commit": s.hookCommit(m.Project, m.Project.repo.commits[v.Head]),
		"merge_commit_sha": nullable(m.MergeCommit), "squash_commit_sha": nil, "detailed_merge_status": s.mergeStatus(m), "blocking_discussions_resolved": m.unresolved() == 0,
		"first_contribution": false, "prepared_at": nil, "created_at": m.CreatedAt.Format(hookTime), "updated_at": m.UpdatedAt.Format(hookTime),
		"source": nil, "target": s.hookProject(m.Project), "labels": s.hookLabels(m.Project, m.Labels), "url": s.path(m.Project, "merge_requests", m.IID),
	}
	if m.SourceProject != nil {
		out["source"], out["source_project_id"] = s.hookProject(m.SourceProject), m.SourceProject.ID
	}
	if s.diffed(m) != nil {
		out["prepared_at"] = m.CreatedAt.Format(hookTime)
	}
	return out
}

// requestEvent tells the hooks of a merge request. Oldrev is the head before a push, "" for
// what was none.
func (s *Server) requestEvent(m *MergeRequest, by *User, action, oldrev string, changes map[string]any) {
	payload := s.requestPayload(m, by, action, oldrev, changes)
	s.trigger(m.Project, MergeRequestEvents, payload)
	s.ask(m, payload)
}

func (s *Server) requestPayload(m *MergeRequest, by *User, action, oldrev string, changes map[string]any) map[string]any {
	object := s.hookRequest(m)
	object["action"], object["system"] = action, false
	if oldrev != "" {
		object["oldrev"] = oldrev
	}
	return map[string]any{
		"object_kind": "merge_request", "event_type": "merge_request", "user": s.hookUser(by), "project": s.hookProject(m.Project), "object_attributes": object,
		"labels": s.hookLabels(m.Project, m.Labels), "changes": orEmpty(changes), "repository": map[string]any{"name": m.Project.name(), "homepage": s.projectURL(m.Project)},
		"assignees": []any{}, "reviewers": []any{},
	}
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

func (s *Server) hookIssue(i *Issue) map[string]any {
	ids := each(i.Assignees, func(u *User) any { return u.ID })
	return map[string]any{
		"id": i.ID, "iid": i.IID, "project_id": i.Project.ID, "title": i.Title, "description": i.Description, "type": i.typeName(), "state": i.State, "state_id": stateID(i.State),
		"confidential": i.Confidential, "due_date": nullable(i.DueDate), "weight": nil, "milestone_id": nil, "assignee_id": nil, "assignee_ids": ids, "author_id": i.Author.ID,
		"created_at": i.CreatedAt.Format(hookTime), "updated_at": i.UpdatedAt.Format(hookTime), "closed_at": nil, "url": s.issueURL(i), "labels": s.hookLabels(i.Project, i.Labels),
	}
}

// issueEvent tells the hooks of an issue or task.
func (s *Server) issueEvent(i *Issue, by *User, action string, changes map[string]any) {
	trigger := IssuesEvents
	if i.Confidential {
		trigger = ConfidentialIssueEvents
	}
	s.trigger(i.Project, trigger, s.issuePayload(i, by, action, changes))
}

func (s *Server) issuePayload(i *Issue, by *User, action string, changes map[string]any) map[string]any {
	kind := "issue"
	if i.Type != "issue" {
		kind = "work_item"
	}
	eventType := kind
	if i.Confidential {
		eventType = "confidential_" + kind
	}
	object := s.hookIssue(i)
	object["action"] = action
	return map[string]any{
		"object_kind": kind, "event_type": eventType, "user": s.hookUser(by), "project": s.hookProject(i.Project), "object_attributes": object,
		"labels": s.hookLabels(i.Project, i.Labels), "changes": orEmpty(changes), "assignees": s.hookUsers(i.Assignees),
	}
}

// noteEvent tells the hooks of a comment. GitLab's own notes fire nothing.
func (s *Server) noteEvent(on subject, d *Discussion, n *Note, action string) {
	if n.System {
		return
	}
	trigger := NoteEvents
	if on.confidential(n) {
		trigger = ConfidentialNoteEvents
	}
	s.trigger(on.project(), trigger, s.notePayload(on, d, n, action))
}

// confidential reports whether a note is for members only.
func (on subject) confidential(n *Note) bool {
	return n.Internal || on.issue != nil && on.issue.Confidential
}

func (s *Server) notePayload(on subject, d *Discussion, n *Note, action string) map[string]any {
	p, eventType := on.project(), "note"
	if on.confidential(n) {
		eventType = "confidential_note"
	}
	object := map[string]any{
		"id": n.ID, "note": n.Body, "description": n.Body, "noteable_type": on.noteableType(), "noteable_id": on.id(), "author_id": n.Author.ID, "action": action, "system": n.System,
		"internal": n.Internal, "type": nullable(n.noteType(d)), "discussion_id": d.ID, "position": nil, "original_position": nil, "line_code": nil, "commit_id": "", "project_id": p.ID,
		"resolved_at": nil, "resolved_by_id": nil, "updated_by_id": nil,
		"created_at": n.CreatedAt.Format(hookTime), "updated_at": n.UpdatedAt.Format(hookTime), "url": s.noteURL(on, n),
	}
	if n.Position != nil {
		object["position"], object["original_position"], object["line_code"] = showPosition(n.Position), showPosition(n.Original), nullable(n.Position.lineCode())
	}
	payload := map[string]any{
		"object_kind": "note", "event_type": eventType, "user": s.hookUser(n.Author), "project_id": p.ID, "project": s.hookProject(p), "object_attributes": object,
	}
	if on.request != nil {
		payload["merge_request"] = s.hookRequest(on.request)
	} else {
		payload["issue"] = s.hookIssue(on.issue)
	}
	return payload
}

const zeroSHA = "0000000000000000000000000000000000000000"

// pushEvent tells the hooks of commits that came to a branch.
func (s *Server) pushEvent(p *Project, branch, before string, c *Commit, by *User) {
	s.trigger(p, PushEvents, s.pushPayload(p, branch, before, c, by))
}

func (s *Server) pushPayload(p *Project, branch, before string, c *Commit, by *User) map[string]any {
	if before == "" {
		before = zeroSHA
	}
	after, checkout := zeroSHA, any(nil)
	var own []string
	if c != nil {
		after, checkout = c.SHA, c.SHA
		known := map[string]bool{}
		for _, sha := range p.repo.ancestors(before) {
			known[sha] = true
		}
		for _, sha := range p.repo.ancestors(c.SHA) {
			if !known[sha] {
				own = append(own, sha)
			}
		}
	}
	total := len(own)
	own = own[:min(len(own), 20)]
	slices.Reverse(own)
	return map[string]any{
		"object_kind": "push", "event_name": "push", "before": before, "after": after, "ref": "refs/heads/" + branch, "ref_protected": branch == DefaultBranch, "checkout_sha": checkout, "message": nil,
		"user_id": by.ID, "user_name": by.Name, "user_username": by.Username, "user_email": nil, "user_avatar": nil, "project_id": p.ID, "project": s.hookProject(p),
		"commits": each(own, func(sha string) any { return s.pushedCommit(p, p.repo.commits[sha]) }), "total_commits_count": total, "push_options": map[string]any{},
	}
}

// pushedCommit is a commit with the files that it touches.
func (s *Server) pushedCommit(p *Project, c *Commit) any {
	out, _ := s.hookCommit(p, c).(map[string]any)
	before := map[string]string{}
	if len(c.Parents) > 0 {
		before = p.repo.commits[c.Parents[0]].files
	}
	added, modified, removed := []string{}, []string{}, []string{}
	for _, path := range slices.Sorted(maps.Keys(union(before, c.files))) {
		was, old := before[path]
		is, now := c.files[path]
		switch {
		case !old:
			added = append(added, path)
		case !now:
			removed = append(removed, path)
		case was != is:
			modified = append(modified, path)
		}
	}
	out["added"], out["modified"], out["removed"] = added, modified, removed
	return out
}

// sample is what a test of a hook sends: an event about an object that exists, nil when there
// is none.
func (s *Server) sample(p *Project, by *User, trigger string) map[string]any {
	switch trigger {
	case MergeRequestEvents:
		if n := len(p.requests); n > 0 {
			return s.requestPayload(p.requests[n-1], by, "open", "", nil)
		}
	case IssuesEvents, ConfidentialIssueEvents:
		for _, i := range slices.Backward(p.issues) {
			if i.Confidential == (trigger == ConfidentialIssueEvents) {
				return s.issuePayload(i, by, "open", nil)
			}
		}
	case NoteEvents, ConfidentialNoteEvents:
		for _, on := range p.subjects() {
			for _, d := range *on.discussions() {
				if n := d.Notes[0]; !n.System && on.confidential(n) == (trigger == ConfidentialNoteEvents) {
					return s.notePayload(on, d, n, "create")
				}
			}
		}
	case PushEvents:
		if c := p.repo.commits[p.repo.branches[DefaultBranch]]; c != nil {
			before := ""
			if len(c.Parents) > 0 {
				before = c.Parents[0]
			}
			return s.pushPayload(p, DefaultBranch, before, c, by)
		}
	}
	return nil
}

// subjects are all that people may comment on.
func (p *Project) subjects() []subject {
	var all []subject
	for _, m := range p.requests {
		all = append(all, subject{request: m})
	}
	for _, i := range p.issues {
		all = append(all, subject{issue: i})
	}
	return all
}
