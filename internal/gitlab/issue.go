package gitlab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
)

// Issues lists the issues of a project, open and closed, the oldest first. The latest alone are one
// request.
func (c *Client) Issues(ctx context.Context, project int64, f forge.IssueFilter) ([]forge.Issue, error) {
	o := &gl.ListProjectIssuesOptions{
		ListOptions: gl.ListOptions{PerPage: perPage},
		OrderBy:     new("created_at"),
		Sort:        new("asc"),
		Scope:       new("all"),
		State:       new("all"),
	}
	if f.Author != 0 {
		o.AuthorID = &f.Author
	}
	if f.Type != "" {
		o.IssueType = &f.Type
	}
	r := reading("list the issues of project %d", project)
	if f.Latest > 0 {
		o.PerPage, o.OrderBy, o.Sort = int64(min(f.Latest, perPage)), new("updated_at"), new("desc")
		var list []*gl.Issue
		err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
			list, _, err = c.api.Issues.ListProjectIssues(project, o, with)
			return err
		})
		return convert(list, toIssue), err
	}
	list, err := pages(ctx, c, r, func(with ...gl.RequestOptionFunc) ([]*gl.Issue, *gl.Response, error) {
		return c.api.Issues.ListProjectIssues(project, o, with...)
	})
	return convert(list, toIssue), err
}

// Issue reads an issue or task.
func (c *Client) Issue(ctx context.Context, project, iid int64) (forge.Issue, error) {
	var i *gl.Issue
	err := c.run(ctx, reading("read issue #%d of project %d", iid, project), func(with gl.RequestOptionFunc) (err error) {
		i, _, err = c.api.Issues.GetIssue(project, iid, with)
		return err
	})
	if err != nil {
		return forge.Issue{}, err
	}
	return toIssue(i), nil
}

const issueQuery = `query Issue($id: IssueID!) {
  issue(id: $id) { iid projectId }
}`

// IssueByID reads an issue by its instance-wide number, in whatever project it is.
func (c *Client) IssueByID(ctx context.Context, id int64) (forge.Issue, error) {
	r := reading("find the issue with the id %d", id)
	var data struct {
		Issue *struct {
			IID     string `json:"iid"`
			Project int64  `json:"projectId"`
		} `json:"issue"`
	}
	if err := c.graphQL(ctx, r, issueQuery, map[string]any{"id": gid("Issue", id)}, &data); err != nil {
		return forge.Issue{}, err
	}
	if data.Issue == nil {
		return forge.Issue{}, describe(r, forge.ErrNotFound, "it does not exist, or the token may not see it", "")
	}
	iid, err := strconv.ParseInt(data.Issue.IID, 10, 64)
	if err != nil {
		return forge.Issue{}, describe(r, forge.ErrUnavailable, "its number is none", data.Issue.IID)
	}
	return c.Issue(ctx, data.Issue.Project, iid)
}

// CreateIssue makes an issue; a title is needed, a state is not taken. Labels have to exist,
// since GitLab makes new ones of unknown names. On forge.ErrUnavailable the issue may be there.
func (c *Client) CreateIssue(ctx context.Context, project int64, w forge.IssueWrite) (forge.Issue, error) {
	r := creating("create an issue in project %d", project).limited(ratelimit.Issues)
	if err := checkWrite(r, w, true); err != nil {
		return forge.Issue{}, err
	}
	if c.dryRun {
		fields(c.pretend(ctx, r), w).Msg(wouldWrite)
		n := c.number()
		return c.written(forge.Issue{ID: n, IID: n, ProjectID: project, State: forge.Opened}, w), nil
	}
	o := &gl.CreateIssueOptions{
		Title:        new(w.Title.String()),
		AssigneeIDs:  w.AssigneeIDs,
		Confidential: w.Confidential,
	}
	if w.Description != nil {
		o.Description = new(w.Description.String())
	}
	if len(w.AddLabels) > 0 {
		o.Labels = labelNames(lines(w.AddLabels))
	}
	if w.DueDate != nil && *w.DueDate != "" {
		d, _ := gl.ParseISOTime(*w.DueDate) // checked above
		o.DueDate = &d
	}
	var i *gl.Issue
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
		i, _, err = c.api.Issues.CreateIssue(project, o, with)
		return err
	})
	if err != nil {
		return forge.Issue{}, err
	}
	return toIssue(i), nil
}

// UpdateIssue changes the fields of an issue or task that are set in w, no others.
func (c *Client) UpdateIssue(ctx context.Context, project, iid int64, w forge.IssueWrite) (forge.Issue, error) {
	r := setting("update issue #%d of project %d", iid, project)
	if err := checkWrite(r, w, false); err != nil {
		return forge.Issue{}, err
	}
	if c.dryRun {
		fields(c.pretend(ctx, r), w).Msg(wouldWrite)
		if iid < 0 {
			return c.written(forge.Issue{ID: iid, IID: iid, ProjectID: project, State: forge.Opened}, w), nil
		}
		i, err := c.Issue(ctx, project, iid)
		if err != nil {
			return forge.Issue{}, err
		}
		return c.written(i, w), nil
	}
	o := &gl.UpdateIssueOptions{AssigneeIDs: w.AssigneeIDs, Confidential: w.Confidential}
	if w.Title != nil {
		o.Title = new(w.Title.String())
	}
	if w.Description != nil {
		o.Description = new(w.Description.String())
	}
	if len(w.AddLabels) > 0 {
		o.AddLabels = labelNames(lines(w.AddLabels))
	}
	if len(w.RemoveLabels) > 0 {
		o.RemoveLabels = labelNames(w.RemoveLabels)
	}
	if w.DueDate != nil {
		if o.ResetDueDate = *w.DueDate == ""; !o.ResetDueDate {
			d, _ := gl.ParseISOTime(*w.DueDate) // checked above
			o.DueDate = &d
		}
	}
	if w.State != nil {
		o.StateEvent = new(stateEvent(*w.State))
	}
	var i *gl.Issue
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
		i, _, err = c.api.Issues.UpdateIssue(project, iid, o, with)
		return err
	})
	if err != nil {
		return forge.Issue{}, err
	}
	return toIssue(i), nil
}

// LinkIssue relates two issues to each other. A link that is there already is no error.
func (c *Client) LinkIssue(ctx context.Context, project, iid, targetProject, targetIID int64) error {
	r := setting("link issue #%d of project %d with issue #%d of project %d", iid, project, targetIID, targetProject)
	if c.dryRun {
		c.pretend(ctx, r).Msg(wouldWrite)
		return nil
	}
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, _, err := c.api.IssueLinks.CreateIssueLink(project, iid, &gl.CreateIssueLinkOptions{
			TargetProjectID: new(strconv.FormatInt(targetProject, 10)),
			TargetIssueIID:  new(strconv.FormatInt(targetIID, 10)),
			LinkType:        new("relates_to"),
		}, with)
		return err
	})
	if errors.Is(err, forge.ErrConflict) {
		// Most likely the link is there already.
		linked, lookErr := c.LinkedIssues(ctx, project, iid)
		if lookErr == nil && slices.ContainsFunc(linked, func(i forge.Issue) bool { return i.ProjectID == targetProject && i.IID == targetIID }) {
			return nil
		}
	}
	return err
}

// LinkedIssues lists the issues that an issue is linked with, in the order of the links.
func (c *Client) LinkedIssues(ctx context.Context, project, iid int64) ([]forge.Issue, error) {
	if iid < 0 {
		return nil, nil // of a dry run
	}
	list, err := pages(ctx, c, reading("list the issues linked with issue #%d of project %d", iid, project),
		func(with ...gl.RequestOptionFunc) ([]*gl.IssueRelation, *gl.Response, error) {
			return c.api.IssueLinks.ListIssueRelations(project, iid, with...)
		})
	return convert(list, toRelated), err
}

// checkWrite refuses what GitLab would take for something else.
func checkWrite(r request, w forge.IssueWrite, isNew bool) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%s: %w: %s", r.what, forge.ErrInvalid, fmt.Sprintf(format, args...))
	}
	if isNew && w.Title == nil || w.Title != nil && w.Title.String() == "" {
		return bad("a title is needed")
	}
	for _, l := range append(lines(w.AddLabels), w.RemoveLabels...) {
		// GitLab splits at commas and would make or take away two labels.
		if l == "" || strings.Contains(l, ",") {
			return bad("label %q: a name can't be empty or have a comma", l)
		}
	}
	if w.DueDate != nil && *w.DueDate != "" {
		if _, err := gl.ParseISOTime(*w.DueDate); err != nil {
			return bad("due date %q: write it like 2027-02-01", *w.DueDate)
		}
	}
	if w.State != nil && *w.State != forge.Opened && *w.State != forge.Closed {
		return bad("state %q: it can be %q or %q", *w.State, forge.Opened, forge.Closed)
	}
	return nil
}

func labelNames(names []string) *gl.LabelOptions { return (*gl.LabelOptions)(&names) }

func stateEvent(state string) string {
	if state == forge.Closed {
		return "close"
	}
	return "reopen"
}
