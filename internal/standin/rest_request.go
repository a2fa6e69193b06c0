package standin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const stamp = "2006-01-02T15:04:05.000Z"

// ready reports whether GitLab has prepared the diff of the last push.
func (s *Server) ready(m *MergeRequest) bool { return s.now().Sub(m.pushedAt) >= s.opts.DiffDelay }

// diffed is the version that GitLab shows: the newest whose diff is prepared, nil when none is.
func (s *Server) diffed(m *MergeRequest) *Version {
	n := len(m.Versions)
	if !s.ready(m) {
		n--
	}
	if n < 1 {
		return nil
	}
	return m.Versions[n-1]
}

func (c *call) showRequest(m *MergeRequest) any {
	out := map[string]any{
		"id": m.ID, "iid": m.IID, "project_id": m.Project.ID, "title": m.Title, "description": m.Description, "state": m.State, "draft": m.Draft,
		"author": showUser(m.Author), "source_branch": m.Source, "target_branch": m.Target, "source_project_id": m.Project.ID, "target_project_id": m.Project.ID,
		"labels": append([]string{}, m.Labels...), "web_url": c.s.path(m.Project, "merge_requests", m.IID), "created_at": m.CreatedAt.Format(stamp), "updated_at": m.UpdatedAt.Format(stamp),
		"merge_commit_sha": nil, "has_conflicts": false, "blocking_discussions_resolved": true, "diff_refs": nil, "prepared_at": nil, "changes_count": nil,
		"sha": m.Versions[len(m.Versions)-1].Head, "detailed_merge_status": "preparing",
	}
	if v := c.s.diffed(m); v != nil {
		out["diff_refs"] = map[string]any{"base_sha": v.Base, "start_sha": v.Start, "head_sha": v.Head}
		out["prepared_at"] = m.CreatedAt.Format(stamp)
		out["changes_count"] = strconv.Itoa(len(m.Project.repo.diff(v.Base, v.Head)))
		out["detailed_merge_status"] = "mergeable"
	}
	if m.State != "opened" {
		out["detailed_merge_status"] = "not_open"
	}
	if m.MergeCommit != "" {
		out["merge_commit_sha"] = m.MergeCommit
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
	var after time.Time
	if c.params.has("updated_after") {
		var err error
		if after, err = time.Parse(time.RFC3339Nano, c.params.text("updated_after")); err != nil {
			return 0, nil, badRequest("updated_after is invalid")
		}
	}
	var found []*MergeRequest
	for _, m := range c.project.requests {
		state, source, target := c.params.text("state"), c.params.text("source_branch"), c.params.text("target_branch")
		if (state == "" || state == "all" || state == m.State) && (source == "" || source == m.Source) && (target == "" || target == m.Target) && !m.UpdatedAt.Before(after) {
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
	return 200, each(page(c, found), c.showRequest), nil
}

func (c *call) createRequest() (int, any, error) {
	if err := c.params.required("source_branch", "target_branch", "title"); err != nil {
		return 0, nil, err
	}
	m, err := c.s.open(c.project, c.user, c.params.text("source_branch"), c.params.text("target_branch"), c.params.text("title"), c.params.text("description"))
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
	if c.params.has("title") {
		m.Title = c.params.text("title")
		m.Draft = strings.HasPrefix(m.Title, "Draft:")
	}
	if c.params.has("description") {
		m.Description = c.params.text("description")
	}
	switch c.params.text("state_event") {
	case "close":
		c.s.setState(m, c.user, "closed", "close")
	case "reopen":
		c.s.setState(m, c.user, "opened", "reopen")
	default:
		m.UpdatedAt = c.s.now()
		c.s.requestEvent(m, c.user, "update", "")
	}
	return 200, c.showRequest(m), nil
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
	return c.project.repo.diff(v.Base, v.Head), nil
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
	versions := slices.Clone(m.Versions)
	if !c.s.ready(m) {
		versions = versions[:len(versions)-1]
	}
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
