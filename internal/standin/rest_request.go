package standin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const stamp = "2006-01-02T15:04:05.000Z"

// ready reports whether GitLab has prepared the diff of the last push.
func (s *Server) ready(m *MergeRequest) bool { return s.now().Sub(m.pushedAt) >= s.opts.DiffDelay }

// prepared are the versions whose diff is prepared.
func (s *Server) prepared(m *MergeRequest) []*Version {
	if s.ready(m) {
		return m.Versions
	}
	return m.Versions[:len(m.Versions)-1]
}

// diffed is the version that GitLab shows: the newest whose diff is prepared, nil when none is.
func (s *Server) diffed(m *MergeRequest) *Version {
	if list := s.prepared(m); len(list) > 0 {
		return list[len(list)-1]
	}
	return nil
}

// conflicts reports whether a merge request can't be merged as it is.
func (s *Server) conflicts(m *MergeRequest) bool {
	r := m.Project.repo
	target, head := r.branches[m.Target], m.newest().Head
	if target == "" {
		return false // there is nothing to be in conflict with
	}
	_, conflict := r.merge(r.base(target, head), head, target)
	return m.State == "opened" && conflict != ""
}

// mergeStatus is what stands in the way of merging.
func (s *Server) mergeStatus(m *MergeRequest) string {
	switch {
	case m.State != "opened":
		return "not_open"
	case !s.ready(m):
		return "preparing"
	case m.branchMissing():
		return "commits_status"
	case m.Draft:
		return "draft_status"
	case s.conflicts(m):
		return "conflict"
	}
	return "mergeable"
}

// listedRequest is a merge request as lists show it, without what is in its diff.
func (c *call) listedRequest(m *MergeRequest) map[string]any {
	out := map[string]any{
		"id": m.ID, "iid": m.IID, "project_id": m.Project.ID, "title": m.Title, "description": m.Description, "state": m.State, "draft": m.Draft,
		"author": showUser(m.Author), "source_branch": m.Source, "target_branch": m.Target, "source_project_id": nil, "target_project_id": m.Project.ID,
		"labels": append([]string{}, m.Labels...), "web_url": c.s.path(m.Project, "merge_requests", m.IID), "created_at": m.CreatedAt.Format(stamp), "updated_at": m.UpdatedAt.Format(stamp),
		"merge_commit_sha": nil, "has_conflicts": c.s.conflicts(m), "blocking_discussions_resolved": m.unresolved() == 0, "prepared_at": nil,
		"sha": m.Versions[len(m.Versions)-1].Head, "detailed_merge_status": c.s.mergeStatus(m), "discussion_locked": nil,
	}
	if m.SourceProject != nil {
		out["source_project_id"] = m.SourceProject.ID
	}
	if c.s.diffed(m) != nil {
		out["prepared_at"] = m.CreatedAt.Format(stamp)
	}
	if m.DiscussionLocked {
		out["discussion_locked"] = true
	}
	if m.MergeCommit != "" {
		out["merge_commit_sha"] = m.MergeCommit
	}
	return out
}

func (c *call) showRequest(m *MergeRequest) any {
	out := c.listedRequest(m)
	out["diff_refs"], out["changes_count"], out["head_pipeline"] = nil, nil, nil
	if p := m.pipeline(); p != nil {
		out["head_pipeline"] = showPipeline(p)
	}
	if v := c.s.diffed(m); v != nil {
		out["diff_refs"] = map[string]any{"base_sha": v.Base, "start_sha": v.Start, "head_sha": v.Head}
		list, all := c.s.shown(m, v)
		out["changes_count"] = strconv.Itoa(len(list))
		if !all {
			out["changes_count"] = strconv.Itoa(len(list)) + "+"
		}
	}
	return out
}

func (c *call) theRequest() (*MergeRequest, error) {
	if m := c.project.request(c.number("iid")); m != nil {
		return m, nil
	}
	return nil, notFound("")
}

func (c *call) listRequests() (int, any, error) {
	if err := c.params.oneOf("state", "opened", "closed", "merged", "locked", "all"); err != nil {
		return 0, nil, err
	}
	if err := c.checkList("created_at", "updated_at", "merged_at", "title", "priority", "label_priority", "milestone_due", "popularity"); err != nil {
		return 0, nil, err
	}
	after, err := c.params.moment("updated_after")
	if err != nil {
		return 0, nil, err
	}
	before, err := c.params.moment("updated_before")
	if err != nil {
		return 0, nil, err
	}
	var found []*MergeRequest
	for _, m := range c.project.requests {
		if c.wantsRequest(m) && !m.UpdatedAt.Before(after) && (before.IsZero() || !m.UpdatedAt.After(before)) {
			found = append(found, m)
		}
	}
	slices.SortStableFunc(found, func(a, b *MergeRequest) int {
		if c.params.text("order_by") == "updated_at" {
			return a.UpdatedAt.Compare(b.UpdatedAt)
		}
		return a.CreatedAt.Compare(b.CreatedAt)
	})
	if c.params.text("sort") != "asc" {
		slices.Reverse(found)
	}
	return 200, each(page(c, found), func(m *MergeRequest) any { return c.listedRequest(m) }), nil
}

// wantsRequest reports whether a merge request passes the filters of a list.
func (c *call) wantsRequest(m *MergeRequest) bool {
	for name, is := range map[string]string{"state": m.State, "source_branch": m.Source, "target_branch": m.Target, "author_id": itoa(m.Author.ID)} {
		if want := c.params.text(name); want != "" && want != is && (name != "state" || want != "all") {
			return false
		}
	}
	if scope := c.params.text("scope"); strings.HasPrefix(scope, "created") && m.Author != c.user || strings.HasPrefix(scope, "assigned") {
		return false
	}
	if c.params.has("iids") && !slices.Contains(c.params.list("iids"), itoa(m.IID)) {
		return false
	}
	return wantsLabels(m.Labels, c.params.list("labels"))
}

func (c *call) createRequest() (int, any, error) {
	if err := c.params.required("source_branch", "target_branch", "title"); err != nil {
		return 0, nil, err
	}
	target := c.project
	if c.params.has("target_project_id") {
		if target = c.s.project(c.params.text("target_project_id")); target == nil || !c.sees(target) {
			return 0, nil, notFound("Project")
		}
	}
	m, err := c.s.open(&MergeRequest{
		Project: target, SourceProject: c.project, Author: c.user, Source: c.params.text("source_branch"), Target: c.params.text("target_branch"),
		Title: c.params.text("title"), Description: c.params.text("description"), Labels: c.s.ensureLabels(target, c.params.list("labels"), target.Members[c.user.ID] >= Reporter),
	})
	if err != nil {
		return 0, nil, err
	}
	return 201, c.showRequest(m), nil
}

func (c *call) getRequest() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	return 200, c.showRequest(m), nil
}

func (c *call) updateRequest() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	if err := c.params.oneOf("state_event", "close", "reopen"); err != nil {
		return 0, nil, err
	}
	changes := map[string]any{}
	set := func(name string, field *string, to string) {
		if c.params.has(name) && *field != to {
			changes[name], *field = change(*field, to), to
		}
	}
	set("title", &m.Title, c.params.text("title"))
	if draft := isDraft(m.Title); draft != m.Draft {
		changes["draft"], m.Draft = change(m.Draft, draft), draft
	}
	if c.params.has("description") {
		text, _ := c.s.written(subject{request: m}, c.user, c.params.text("description"), m.Description)
		set("description", &m.Description, text)
	}
	if target := c.params.text("target_branch"); c.params.has("target_branch") {
		if c.project.repo.branches[target] == "" {
			return 0, nil, refuse(http.StatusBadRequest, []string{"Target branch \"" + target + "\" does not exist"})
		}
		set("target_branch", &m.Target, target)
		if changes["target_branch"] != nil {
			c.s.version(m)
			c.s.move(m)
		}
	}
	if locked := c.params.truth("discussion_locked"); c.params.has("discussion_locked") && locked != m.DiscussionLocked {
		changes["discussion_locked"], m.DiscussionLocked = change(m.DiscussionLocked, locked), locked
	}
	if labels := c.requestLabels(m); !slices.Equal(labels, m.Labels) {
		changes["labels"] = change(c.s.hookLabels(m.Project, m.Labels), c.s.hookLabels(m.Project, labels))
		m.Labels = labels
	}
	if len(changes) > 0 {
		m.UpdatedAt = c.s.now()
		c.s.requestEvent(m, c.user, "update", "", changes)
	}
	switch c.params.text("state_event") {
	case "close":
		c.s.setState(m, c.user, "closed", "close")
	case "reopen":
		c.s.setState(m, c.user, "opened", "reopen")
	}
	return 200, c.showRequest(m), nil
}

// requestLabels are the labels that a merge request is to have.
func (c *call) requestLabels(m *MergeRequest) []string {
	labels := slices.Clone(m.Labels)
	if c.params.has("labels") {
		labels = c.s.ensureLabels(c.project, c.params.list("labels"), true)
	}
	for _, name := range c.s.ensureLabels(c.project, c.params.list("add_labels"), true) {
		if !slices.Contains(labels, name) {
			labels = append(labels, name)
		}
	}
	return slices.DeleteFunc(labels, func(name string) bool { return slices.Contains(c.params.list("remove_labels"), name) })
}

func (c *call) mergeRequest() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	if c.params.has("sha") && c.params.text("sha") != m.Versions[len(m.Versions)-1].Head {
		return 0, nil, refuse(http.StatusConflict, "SHA does not match HEAD of source branch")
	}
	if err := c.s.merge(m, c.user); err != nil {
		return 0, nil, err
	}
	return 200, c.showRequest(m), nil
}

func showDiff(f FileDiff) any {
	a, b := "100644", "100644"
	if f.New {
		a = "0"
	}
	if f.Deleted {
		b = "0"
	}
	return map[string]any{
		"old_path": f.OldPath, "new_path": f.NewPath, "a_mode": a, "b_mode": b, "diff": f.Diff, "new_file": f.New, "renamed_file": f.Renamed, "deleted_file": f.Deleted,
		"generated_file": false, "collapsed": f.Collapsed, "too_large": f.TooLarge,
	}
}

func (c *call) diffs() ([]FileDiff, error) {
	m, err := c.theRequest()
	if err != nil {
		return nil, err
	}
	v := c.s.diffed(m)
	if v == nil {
		return nil, nil
	}
	list, _ := c.s.shown(m, v)
	return list, nil
}

// shown are the files of a version that GitLab shows, and whether these are all.
func (s *Server) shown(m *MergeRequest, v *Version) (list []FileDiff, all bool) {
	list = m.Project.repo.diff(v.Base, v.Head)
	return list[:min(len(list), s.opts.MostFiles)], len(list) <= s.opts.MostFiles
}

func (c *call) listDiffs() (int, any, error) {
	list, err := c.diffs()
	if err != nil {
		return 0, nil, err
	}
	return 200, each(page(c, list), showDiff), nil
}

func (c *call) getChanges() (int, any, error) {
	list, err := c.diffs()
	if err != nil {
		return 0, nil, err
	}
	m, _ := c.theRequest()
	out, _ := c.showRequest(m).(map[string]any)
	out["changes"], out["overflow"] = each(list, showDiff), false
	return 200, out, nil
}

func (c *call) listRequestCommits() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	v := m.Versions[len(m.Versions)-1]
	var own []string
	for _, sha := range c.project.repo.ancestors(v.Head) {
		if sha == v.Base {
			break
		}
		own = append(own, sha)
	}
	return 200, each(page(c, own), func(sha string) any { return showCommit(c.project.repo.commits[sha]) }), nil
}

func showVersion(v *Version) any {
	return map[string]any{
		"id": v.ID, "head_commit_sha": v.Head, "base_commit_sha": v.Base, "start_commit_sha": v.Start, "created_at": v.CreatedAt.Format(stamp), "state": "collected", "real_size": "1",
	}
}

func (c *call) listVersions() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	versions := slices.Clone(c.s.prepared(m))
	slices.Reverse(versions)
	return 200, each(page(c, versions), showVersion), nil
}

func (c *call) getVersion() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	for _, v := range m.Versions {
		if v.ID == c.number("version") {
			out, _ := showVersion(v).(map[string]any)
			out["diffs"] = each(c.project.repo.diff(v.Base, v.Head), showDiff)
			return 200, out, nil
		}
	}
	return 0, nil, notFound("")
}

// getApprovals tells who has approved.
func (c *call) getApprovals() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	has := slices.Contains(m.Approvers, c.user)
	return 200, map[string]any{
		"user_has_approved": has, "user_can_approve": c.user != nil && c.role() >= Developer && !has, "approved": len(m.Approvers) > 0,
		"approved_by": each(m.Approvers, func(u *User) any { return map[string]any{"user": showUser(u)} }),
	}, nil
}
