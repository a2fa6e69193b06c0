package standin

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (c *call) showIssue(i *Issue) any {
	count, done := taskCount(i.Description)
	notes := 0
	for _, n := range notesOf(i.Discussions) {
		if !n.System {
			notes++
		}
	}
	out := map[string]any{
		"id": i.ID, "iid": i.IID, "project_id": i.Project.ID, "title": i.Title, "description": i.Description, "state": i.State, "created_at": i.CreatedAt.Format(stamp), "updated_at": i.UpdatedAt.Format(stamp),
		"closed_at": nil, "closed_by": nil, "labels": append([]string{}, i.Labels...), "milestone": nil, "assignees": each(i.Assignees, func(u *User) any { return showUser(u) }), "assignee": nil,
		"author": showUser(i.Author), "type": strings.ToUpper(i.Type), "issue_type": i.Type, "user_notes_count": notes, "upvotes": 0, "downvotes": 0, "merge_requests_count": 0,
		"due_date": nullable(i.DueDate), "confidential": i.Confidential, "discussion_locked": nil, "web_url": c.s.issueURL(i), "has_tasks": count > 0, "moved_to_id": nil, "severity": "UNKNOWN",
		"task_completion_status": map[string]any{"count": count, "completed_count": done},
		"references":             map[string]any{"short": "#" + itoa(i.IID), "relative": "#" + itoa(i.IID), "full": i.Project.Path + "#" + itoa(i.IID)},
	}
	if len(i.Assignees) > 0 {
		out["assignee"] = showUser(i.Assignees[0])
	}
	if i.MovedTo != nil {
		out["moved_to_id"] = i.MovedTo.ID
	}
	if i.ClosedAt != nil {
		out["closed_at"] = i.ClosedAt.Format(stamp)
	}
	return out
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// seesIssue reports whether the user may see an issue. Confidential ones are for reporters, and for
// those who wrote them or are to work on them.
func (c *call) seesIssue(i *Issue) bool {
	if !i.Confidential || c.mayReadInternal() {
		return true
	}
	return c.user != nil && (i.Author == c.user || slices.Contains(i.Assignees, c.user))
}

func (c *call) theIssue() (*Issue, error) {
	i := c.project.issue(c.number("iid"))
	if i == nil || !c.seesIssue(i) || c.project.NoIssues {
		return nil, notFound("Issue")
	}
	return i, nil
}

// moment reads a time from the parameters, zero when it was not given.
func (p params) moment(name string) (time.Time, error) {
	if !p.has(name) {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, p.text(name)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, badRequest("%s is invalid", name)
}

// checkList refuses the bad values that lists of issues and of merge requests have in common.
func (c *call) checkList(orders ...string) error {
	if err := c.params.oneOf("order_by", orders...); err != nil {
		return err
	}
	if err := c.params.oneOf("sort", "asc", "desc"); err != nil {
		return err
	}
	return c.params.oneOf("scope", "created_by_me", "created-by-me", "assigned_to_me", "assigned-to-me", "all")
}

func (c *call) listIssues() (int, any, error) {
	if err := c.checkList("created_at", "updated_at", "due_date", "title", "priority", "relative_position", "label_priority", "weight"); err != nil {
		return 0, nil, err
	}
	if err := c.params.oneOf("state", "opened", "closed", "all"); err != nil {
		return 0, nil, err
	}
	after, err := c.params.moment("updated_after")
	if err != nil {
		return 0, nil, err
	}
	var found []*Issue
	for _, i := range c.project.issues {
		if !c.project.NoIssues && c.seesIssue(i) && c.wantsIssue(i, after) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b *Issue) int {
		switch c.params.text("order_by") {
		case "updated_at":
			return a.UpdatedAt.Compare(b.UpdatedAt)
		case "title":
			return strings.Compare(a.Title, b.Title)
		case "due_date":
			return strings.Compare(a.DueDate, b.DueDate)
		}
		return a.CreatedAt.Compare(b.CreatedAt)
	})
	if c.params.text("sort") != "asc" {
		slices.Reverse(found)
	}
	return 200, each(page(c, found), c.showIssue), nil
}

// wantsIssue reports whether an issue passes the filters of a list.
func (c *call) wantsIssue(i *Issue, after time.Time) bool {
	p := c.params
	if state := p.text("state"); state != "" && state != "all" && state != i.State {
		return false
	}
	if p.has("iids") && !slices.Contains(p.list("iids"), itoa(i.IID)) {
		return false
	}
	if p.has("issue_type") && p.text("issue_type") != i.Type || p.has("confidential") && p.truth("confidential") != i.Confidential {
		return false
	}
	if p.has("author_id") && p.text("author_id") != itoa(i.Author.ID) || i.UpdatedAt.Before(after) {
		return false
	}
	switch p.text("scope") {
	case "created_by_me", "created-by-me":
		if i.Author != c.user {
			return false
		}
	case "assigned_to_me", "assigned-to-me":
		if !slices.Contains(i.Assignees, c.user) {
			return false
		}
	}
	if p.has("search") && !matches(i, p.text("search"), p.list("in")) {
		return false
	}
	return wantsLabels(i.Labels, p.list("labels"))
}

func wantsLabels(have, want []string) bool {
	for _, w := range want {
		switch {
		case strings.EqualFold(w, "none"):
			if len(have) > 0 {
				return false
			}
		case strings.EqualFold(w, "any"):
			if len(have) == 0 {
				return false
			}
		case !slices.Contains(have, w):
			return false
		}
	}
	return true
}

// matches looks for words, as a full-text search does: punctuation means nothing to it.
func matches(i *Issue, search string, in []string) bool {
	split := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	}
	var have []string
	if len(in) == 0 || slices.Contains(in, "title") {
		have = split(i.Title)
	}
	if len(in) == 0 || slices.Contains(in, "description") {
		have = append(have, split(i.Description)...)
	}
	words := split(search)
	for _, w := range words {
		if !slices.Contains(have, w) {
			return false
		}
	}
	return len(words) > 0
}

// checkIssue refuses the bad values of a new or changed issue.
func (c *call) checkIssue() error {
	if c.params.has("title") {
		title := c.params.text("title")
		if strings.TrimSpace(title) == "" {
			return refuse(http.StatusBadRequest, map[string]any{"title": []string{"can't be blank"}})
		}
		if tooLong(title) {
			return refuse(http.StatusBadRequest, map[string]any{"title": []string{"is too long (maximum is 255 characters)"}})
		}
	}
	if len([]rune(c.params.text("description"))) > maxText {
		return refuse(http.StatusBadRequest, map[string]any{"description": []string{"is too long (maximum is 1000000 characters)"}})
	}
	if due := c.params.text("due_date"); due != "" {
		if _, err := time.Parse(time.DateOnly, due); err != nil {
			return badRequest("due_date is invalid")
		}
	}
	if err := c.params.oneOf("issue_type", "issue", "incident", "test_case", "task"); err != nil {
		return err
	}
	return c.params.truths("confidential", "discussion_locked")
}

// setAttributes sets what people of some standing may set. What a user may not set is dropped
// without a word, and so are accounts that do not exist.
func (c *call) setAttributes(i *Issue) {
	if c.role() < Reporter {
		return
	}
	if c.params.has("due_date") {
		i.DueDate = c.params.text("due_date")
	}
	if c.params.has("labels") {
		c.s.setLabels(i, c.s.ensureLabels(c.project, c.params.list("labels"), true))
	}
	ids, given := c.params.list("assignee_ids"), c.params.has("assignee_ids")
	if c.params.has("assignee_id") {
		ids, given = []string{c.params.text("assignee_id")}, true
	}
	if !given {
		return
	}
	i.Assignees = nil
	for _, id := range ids {
		n, _ := strconv.ParseInt(id, 10, 64)
		u := c.s.userByID(n)
		// Who can't see the project can't be assigned; one person at most without Premium.
		if u != nil && (c.project.Visibility == "public" || c.project.Members[n] > 0) && (c.s.opts.Premium || len(i.Assignees) == 0) {
			i.Assignees = append(i.Assignees, u)
		}
	}
}

func (c *call) createIssue() (int, any, error) {
	if err := c.params.required("title"); err != nil {
		return 0, nil, err
	}
	if err := c.checkIssue(); err != nil {
		return 0, nil, err
	}
	if c.s.opts.Spam != nil && c.s.opts.Spam(c.params.text("title")+"\n"+c.params.text("description")) {
		return 0, nil, errSpam
	}
	if err := c.limitIssues(); err != nil {
		return 0, nil, err
	}
	kind := c.params.text("issue_type")
	if kind == "" {
		kind = "issue"
	}
	i := c.s.newIssue(c.project, c.user, kind, c.params.text("title"), c.params.text("description"), func(i *Issue) {
		i.Confidential = c.params.truth("confidential")
		c.setAttributes(i)
	})
	return http.StatusCreated, c.showIssue(i), nil
}

func (c *call) getIssue() (int, any, error) {
	i, err := c.theIssue()
	if err != nil {
		return 0, nil, err
	}
	return 200, c.showIssue(i), nil
}

func (c *call) updateIssue() (int, any, error) {
	i, err := c.theIssue()
	if err != nil {
		return 0, nil, err
	}
	if c.role() < Reporter && i.Author != c.user {
		return 0, nil, errForbidden
	}
	if err := c.checkIssue(); err != nil {
		return 0, nil, err
	}
	if err := c.params.oneOf("state_event", "close", "reopen"); err != nil {
		return 0, nil, err
	}
	if len(c.params) == 0 {
		return 0, nil, badRequest("assignee_id, assignee_ids, confidential, description, due_date, labels, add_labels, remove_labels, state_event, title are missing, at least one parameter must be provided")
	}
	description := i.Description
	if c.params.has("description") {
		description, _ = c.s.written(subject{issue: i}, c.user, c.params.text("description"), i.Description)
	}
	c.s.edit(i, c.user, func(i *Issue) {
		if c.params.has("title") {
			i.Title = c.params.text("title")
		}
		if c.params.has("confidential") && c.role() >= Reporter {
			i.Confidential = c.params.truth("confidential")
		}
		c.setAttributes(i)
		if c.role() >= Reporter {
			for _, name := range c.s.ensureLabels(c.project, c.params.list("add_labels"), true) {
				c.s.addLabel(i, name)
			}
			for _, name := range c.params.list("remove_labels") {
				i.removeLabel(name)
			}
		}
		switch c.params.text("state_event") {
		case "close":
			i.State = "closed"
		case "reopen":
			i.State = "opened"
		}
		i.Description = description
	})
	return 200, c.showIssue(i), nil
}

func (c *call) listLinks() (int, any, error) {
	i, err := c.theIssue()
	if err != nil {
		return 0, nil, err
	}
	seen := slices.DeleteFunc(c.project.linksOf(i), func(l issueLink) bool { return !c.seesIssue(l.other(i)) })
	return 200, each(seen, func(l issueLink) any {
		out, _ := c.showIssue(l.other(i)).(map[string]any)
		out["issue_link_id"], out["link_type"] = l.id, l.kind
		out["link_created_at"], out["link_updated_at"] = l.at.Format(stamp), l.at.Format(stamp)
		return out
	}), nil
}

func (c *call) createLink() (int, any, error) {
	i, err := c.theIssue()
	if err != nil {
		return 0, nil, err
	}
	if err := c.params.required("target_project_id", "target_issue_iid"); err != nil {
		return 0, nil, err
	}
	if err := c.params.oneOf("link_type", "relates_to", "blocks", "is_blocked_by"); err != nil {
		return 0, nil, err
	}
	kind := c.params.text("link_type")
	if kind == "" {
		kind = "relates_to"
	}
	if kind != "relates_to" && !c.s.opts.Premium {
		return 0, nil, refuse(http.StatusForbidden, "Blocked issues not available for current license")
	}
	if c.role() < Reporter {
		return 0, nil, errForbidden
	}
	target := c.s.project(c.params.text("target_project_id"))
	var other *Issue
	if target != nil && c.sees(target) {
		other = target.issue(int64(c.params.number("target_issue_iid", -1)))
	}
	if other == nil || other == i {
		return 0, nil, refuse(http.StatusNotFound, "No matching issue found. Make sure that you are adding a valid issue URL.")
	}
	for _, l := range c.project.linksOf(i) {
		if l.other(i) == other {
			return 0, nil, refuse(http.StatusConflict, "Issue(s) already assigned")
		}
	}
	l := issueLink{id: c.s.id(), a: i, b: other, kind: kind, at: c.s.now()}
	c.project.links = append(c.project.links, l)
	if target != c.project {
		target.links = append(target.links, l)
	}
	return http.StatusCreated, map[string]any{"id": l.id, "link_type": kind, "source_issue": c.showIssue(i), "target_issue": c.showIssue(other)}, nil
}

func (c *call) listLabelEvents() (int, any, error) {
	i, err := c.theIssue()
	if err != nil {
		return 0, nil, err
	}
	return 200, each(page(c, i.LabelEvents), func(e LabelEvent) any {
		var label any // null when it was deleted
		if l := c.project.label(e.Label); l != nil {
			label = map[string]any{"id": l.ID, "name": l.Name, "color": l.Color, "description": nullable(l.Description)}
		}
		return map[string]any{
			"id": e.ID, "user": showUser(e.User), "created_at": e.At.Format(stamp), "resource_type": "Issue", "resource_id": i.ID, "label": label, "action": e.Action,
		}
	}), nil
}

func (c *call) listStateEvents() (int, any, error) {
	i, err := c.theIssue()
	if err != nil {
		return 0, nil, err
	}
	return 200, each(page(c, i.StateEvents), func(e StateEvent) any {
		return map[string]any{"id": e.ID, "user": showUser(e.User), "created_at": e.At.Format(stamp), "resource_type": "Issue", "resource_id": i.ID, "state": e.State}
	}), nil
}
