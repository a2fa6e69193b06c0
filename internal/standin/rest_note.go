package standin

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// The longest text that GitLab takes, in characters, and the most comments on one thing.
const (
	maxText  = 1_000_000
	maxNotes = 5000
)

// subject finds what a call is about.
func (c *call) subject() (subject, error) {
	if strings.HasPrefix(c.pattern, "projects/:id/merge_requests/") {
		m, err := c.theRequest()
		return subject{request: m}, err
	}
	i, err := c.theIssue()
	return subject{issue: i}, err
}

// noteType is how GitLab calls the kind of a note: "" for a plain one.
func (n *Note) noteType(d *Discussion) string {
	switch {
	case n.Position != nil:
		return "DiffNote"
	case !d.Individual:
		return "DiscussionNote"
	}
	return ""
}

func (c *call) showNote(on subject, d *Discussion, n *Note) any {
	out := map[string]any{
		"id": n.ID, "type": nullable(n.noteType(d)), "body": n.Body, "attachment": nil, "author": showUser(n.Author), "created_at": n.CreatedAt.Format(stamp), "updated_at": n.UpdatedAt.Format(stamp),
		"system": n.System, "noteable_id": on.id(), "noteable_type": on.noteableType(), "project_id": on.project().ID, "noteable_iid": on.iid(),
		"resolvable": d.resolvable(on), "confidential": n.Internal, "internal": n.Internal, "imported": false, "imported_from": "none", "commands_changes": map[string]any{},
	}
	if d.resolvable(on) {
		out["resolved"], out["resolved_by"], out["resolved_at"] = n.Resolved, showUser(n.Resolver), nil
		if n.Resolved {
			out["resolved_at"] = n.UpdatedAt.Format(stamp)
		}
	}
	if n.Position != nil {
		out["position"], out["commit_id"] = showPosition(n.Position), nil
	}
	return out
}

// mayReadInternal reports whether a user sees internal notes and confidential issues.
func (c *call) mayReadInternal() bool { return c.user != nil && c.role() >= Reporter }

func (c *call) listNotes() (int, any, error) {
	on, err := c.subject()
	if err != nil {
		return 0, nil, err
	}
	if err := c.params.oneOf("order_by", "created_at", "updated_at"); err != nil {
		return 0, nil, err
	}
	if err := c.params.oneOf("sort", "asc", "desc"); err != nil {
		return 0, nil, err
	}
	if err := c.params.oneOf("activity_filter", "all_notes", "only_comments", "only_activity"); err != nil {
		return 0, nil, err
	}
	type pair struct {
		d *Discussion
		n *Note
	}
	var list []pair
	for _, d := range *on.discussions() {
		for _, n := range d.Notes {
			filter := c.params.text("activity_filter")
			if filter == "only_comments" && n.System || filter == "only_activity" && !n.System {
				continue
			}
			list = append(list, pair{d, n})
		}
	}
	slices.SortStableFunc(list, func(a, b pair) int {
		if c.params.text("order_by") == "updated_at" {
			return a.n.UpdatedAt.Compare(b.n.UpdatedAt)
		}
		return a.n.CreatedAt.Compare(b.n.CreatedAt)
	})
	if c.params.text("sort") != "asc" {
		slices.Reverse(list)
	}
	// GitLab takes out what a user may not see after it has cut the page.
	cut := slices.DeleteFunc(slices.Clone(page(c, list)), func(p pair) bool { return p.n.Internal && !c.mayReadInternal() })
	return 200, each(cut, func(p pair) any { return c.showNote(on, p.d, p.n) }), nil
}

// theNote finds the note of a call.
func (c *call) theNote() (subject, *Discussion, *Note, error) {
	on, err := c.subject()
	if err != nil {
		return on, nil, nil, err
	}
	d, n := on.find(c.number("note"))
	if n == nil || n.Internal && !c.mayReadInternal() || c.vars["discussion"] != "" && d.ID != c.vars["discussion"] {
		return on, nil, nil, notFound("Note")
	}
	return on, d, n, nil
}

func (c *call) getNote() (int, any, error) {
	on, d, n, err := c.theNote()
	if err != nil {
		return 0, nil, err
	}
	return 200, c.showNote(on, d, n), nil
}

// checkBody refuses a text that no note can have.
func (c *call) checkBody() (string, error) {
	if err := c.params.required("body"); err != nil {
		return "", err
	}
	body := c.params.text("body")
	if strings.TrimSpace(body) == "" {
		return "", refuse(http.StatusBadRequest, `400 Bad request - Note {:note=>["can't be blank"]}`)
	}
	if len([]rune(body)) > maxText {
		return "", refuse(http.StatusBadRequest, `400 Bad request - Note {:note=>["is too long (maximum is 1000000 characters)"]}`)
	}
	return body, nil
}

// limitNotes counts the notes that a user makes in a minute. GitLab answers without the headers
// of the other limit.
func (c *call) limitNotes() error {
	return c.limitMaking(c.s.noted, c.s.opts.NoteLimit)
}

// limitIssues counts the issues and tasks that a user makes in a minute.
func (c *call) limitIssues() error {
	return c.limitMaking(c.s.made, c.s.opts.IssueLimit)
}

// limitMaking counts what a user makes in a minute; 0 is no limit.
func (c *call) limitMaking(times map[int64][]time.Time, limit int) error {
	if limit == 0 {
		return nil
	}
	now := c.s.now()
	recent := slices.DeleteFunc(times[c.user.ID], func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	if len(recent) >= limit {
		times[c.user.ID] = recent
		return errTooOften
	}
	times[c.user.ID] = append(recent, now)
	return nil
}

// comment makes a note in a discussion, or one of its own. A text of commands alone runs and leaves
// no note.
func (c *call) comment(on subject, d *Discussion, at *Position) (int, any, *Note, error) {
	body, err := c.checkBody()
	if err != nil {
		return 0, nil, nil, err
	}
	if err := c.limitNotes(); err != nil {
		return 0, nil, nil, err
	}
	if c.s.opts.Spam != nil && c.s.opts.Spam(body) {
		return 0, nil, nil, errSpam
	}
	count := 0
	for _, other := range *on.discussions() {
		count += len(other.Notes)
	}
	if count >= maxNotes {
		return 0, nil, nil, refuse(http.StatusBadRequest, `400 Bad request - Note {:base=>["Maximum number of comments exceeded"]}`)
	}
	text, ran := c.s.written(on, c.user, body, "")
	if strings.TrimSpace(text) == "" && len(ran) > 0 {
		status, answer, err := onlyCommands(ran)
		return status, answer, nil, err
	}
	n := c.s.note(c.user, text)
	n.Internal, n.Position, n.Original = c.params.truth("internal"), at, at
	d.Notes = append(d.Notes, n)
	if len(d.Notes) == 1 {
		*on.discussions() = append(*on.discussions(), d)
	}
	c.s.touch(on)
	c.s.noteEvent(on, d, n, "create")
	return http.StatusCreated, nil, n, nil
}

// onlyCommands answers a note that was nothing but commands.
func onlyCommands(ran []QuickAction) (int, any, error) {
	changes, summary, failed := map[string]any{}, []string{}, []string{}
	for _, q := range ran {
		if q.Done {
			changes[strings.TrimPrefix(q.Command, "/")] = true
			summary = append(summary, "Applied "+q.Command+" command.")
		} else {
			failed = append(failed, "Could not apply "+strings.TrimPrefix(q.Command, "/")+" command.")
		}
	}
	if len(summary) == 0 {
		return 0, nil, refuse(http.StatusBadRequest, fmt.Sprintf("400 Bad request - Note {:commands_only=>[%q]}", strings.Join(failed, " ")))
	}
	return http.StatusAccepted, map[string]any{"commands_changes": changes, "summary": summary}, nil
}

// errSpam is how GitLab refuses what it takes for spam. A bot can't solve a captcha.
var errSpam = &refusal{http.StatusConflict, map[string]any{
	"needs_captcha_response": true, "spam_log_id": 1, "captcha_site_key": "standin", "message": map[string]any{"error": "Your comment has been recognized as spam and has been discarded."},
}}

func (s *Server) discussion(individual bool) *Discussion {
	return &Discussion{ID: digest(fmt.Sprint("discussion", s.id())), Individual: individual}
}

func (c *call) createNote() (int, any, error) {
	on, err := c.subject()
	if err != nil {
		return 0, nil, err
	}
	d := c.s.discussion(true)
	status, answer, n, err := c.comment(on, d, nil)
	if n == nil {
		return status, answer, err
	}
	return status, c.showNote(on, d, n), nil
}

// mayEdit reports whether the user may change a note: its author, or a maintainer.
func (c *call) mayEdit(n *Note) bool {
	return !n.System && (n.Author == c.user || c.role() >= Maintainer)
}

// updateNote changes the text of a note, or resolves the discussion that it is in.
func (c *call) updateNote() (int, any, error) {
	on, d, n, err := c.theNote()
	if err != nil {
		return 0, nil, err
	}
	if c.vars["discussion"] != "" && c.params.has("resolved") {
		if c.params.has("body") {
			return 0, nil, badRequest("body, resolved are mutually exclusive")
		}
		return c.setResolved(on, d, n)
	}
	body, err := c.checkBody()
	if err != nil {
		return 0, nil, err
	}
	if !c.mayEdit(n) {
		return 0, nil, errForbidden
	}
	text, ran := c.s.written(on, c.user, body, n.Body)
	if strings.TrimSpace(text) == "" && len(ran) > 0 {
		on.remove(n) // GitLab deletes a note that an edit made into commands
		return onlyCommands(ran)
	}
	if text == n.Body {
		return 200, c.showNote(on, d, n), nil
	}
	n.Body, n.UpdatedAt = text, c.s.now()
	c.s.touch(on)
	c.s.noteEvent(on, d, n, "update")
	return 200, c.showNote(on, d, n), nil
}

func (c *call) deleteNote() (int, any, error) {
	on, _, n, err := c.theNote()
	if err != nil {
		return 0, nil, err
	}
	if !c.mayEdit(n) {
		return 0, nil, errForbidden
	}
	on.remove(n)
	return http.StatusNoContent, nil, nil
}

// remove takes a note away, and its discussion when it was the only one.
func (on subject) remove(n *Note) {
	all := on.discussions()
	for _, d := range *all {
		d.Notes = slices.DeleteFunc(d.Notes, func(m *Note) bool { return m == n })
	}
	*all = slices.DeleteFunc(*all, func(d *Discussion) bool { return len(d.Notes) == 0 })
}

// touch notes that something was changed.
func (s *Server) touch(on subject) {
	if on.request != nil {
		on.request.UpdatedAt = s.now()
	} else {
		on.issue.UpdatedAt = s.now()
	}
}

func showEmoji(e Emoji) any {
	return map[string]any{"id": e.ID, "name": e.Name, "user": showUser(e.User), "awardable_type": "Note"}
}

func (c *call) listEmoji() (int, any, error) {
	_, _, n, err := c.theNote()
	if err != nil {
		return 0, nil, err
	}
	return 200, each(page(c, n.Emoji), showEmoji), nil
}

func (c *call) createEmoji() (int, any, error) {
	_, _, n, err := c.theNote()
	if err != nil {
		return 0, nil, err
	}
	if err := c.params.required("name"); err != nil {
		return 0, nil, err
	}
	name := c.params.text("name")
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_+-") != "" {
		return 0, nil, refuse(http.StatusNotFound, "404 Award Emoji Name is not a valid emoji name Not Found")
	}
	if slices.ContainsFunc(n.Emoji, func(e Emoji) bool { return e.Name == name && e.User == c.user }) {
		return 0, nil, refuse(http.StatusNotFound, "404 Award Emoji Name has already been taken Not Found")
	}
	e := Emoji{ID: c.s.id(), Name: name, User: c.user}
	n.Emoji = append(n.Emoji, e)
	return http.StatusCreated, showEmoji(e), nil
}
