package gitlab

import (
	"context"
	"errors"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// CommitStatus reads the newest status of a name in a pipeline; zero when there is none.
func (c *Client) CommitStatus(ctx context.Context, p forge.Pipeline, name string) (forge.CommitStatus, error) {
	var list []*gl.CommitStatus
	err := c.run(ctx, reading("read status %q of pipeline %d in project %d", name, p.ID, p.ProjectID), func(with gl.RequestOptionFunc) (err error) {
		o := &gl.GetCommitStatusesOptions{ListOptions: gl.ListOptions{PerPage: perPage}, Name: &name, Ref: &p.Ref, PipelineID: &p.ID}
		list, _, err = c.api.Commits.GetCommitStatuses(p.ProjectID, p.SHA, o, with)
		return err
	})
	if err != nil {
		return forge.CommitStatus{}, err
	}
	var newest gl.CommitStatus
	for _, s := range list {
		if s != nil && s.ID > newest.ID && s.Name == name {
			newest = *s
		}
	}
	return forge.CommitStatus{State: newest.Status, Description: newest.Description}, nil
}

// StatusChecks lists the external status checks that apply to a merge request. Where GitLab has none, for
// want of the tier Ultimate, it gives forge.ErrUnsupported.
func (c *Client) StatusChecks(ctx context.Context, project, mr int64) ([]forge.StatusCheck, error) {
	r := reading("list the external status checks of merge request !%d of project %d", mr, project)
	list, err := pages(ctx, c, r, func(with ...gl.RequestOptionFunc) ([]*gl.MergeStatusCheck, *gl.Response, error) {
		o := &gl.ListProjectMergeRequestExternalStatusChecksOptions{ListOptions: gl.ListOptions{PerPage: perPage}}
		return c.api.ExternalStatusChecks.ListProjectMergeRequestExternalStatusChecks(project, mr, o, with...)
	})
	if errors.Is(err, forge.ErrUnauthorized) || errors.Is(err, forge.ErrNotFound) {
		// GitLab without the tier answers 401, and one of the Free edition 404: it does not know the address.
		return nil, describe(r, forge.ErrUnsupported, "the project has none, or its tier is not Ultimate", "")
	}
	return convert(list, func(k *gl.MergeStatusCheck) forge.StatusCheck {
		return forge.StatusCheck{ID: k.ID, Name: k.Name, State: k.Status}
	}), err
}

// SetStatusCheck answers an external status check for a commit, which has to be the head: else GitLab
// answers forge.ErrConflict.
func (c *Client) SetStatusCheck(ctx context.Context, project, mr, check int64, head, state string) error {
	r := setting("set external status check %d of merge request !%d of project %d to %s", check, mr, project, state)
	if c.dryRun {
		c.pretend(ctx, r).Msg(wouldWrite)
		return nil
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		o := &gl.SetProjectMergeRequestExternalStatusCheckStatusOptions{SHA: &head, ExternalStatusCheckID: &check, Status: &state}
		_, err := c.api.ExternalStatusChecks.SetProjectMergeRequestExternalStatusCheckStatus(project, mr, o, with)
		return err
	})
}

// SetCommitStatus sets a status in a pipeline that is there; GitLab makes no new one for it. While
// somebody else sets one at the same commit, GitLab answers 409: then it is sent again.
func (c *Client) SetCommitStatus(ctx context.Context, p forge.Pipeline, w forge.StatusWrite) error {
	r := creating("set status %q of pipeline %d in project %d to %s", w.Name, p.ID, p.ProjectID, w.State)
	if c.dryRun {
		c.pretend(ctx, r).Str("description", w.Description.String()).Msg(wouldWrite)
		return nil
	}
	description := w.Description.String()
	o := &gl.SetCommitStatusOptions{State: gl.BuildStateValue(w.State), Name: &w.Name, Ref: &p.Ref, PipelineID: &p.ID, Description: &description}
	if w.TargetURL != "" && len(w.TargetURL) <= 255 {
		o.TargetURL = &w.TargetURL
	}
	for attempt := 1; ; attempt++ {
		err := c.run(ctx, r, func(with gl.RequestOptionFunc) error {
			_, _, err := c.api.Commits.SetCommitStatus(p.ProjectID, p.SHA, o, with)
			return err
		})
		if !errors.Is(err, forge.ErrConflict) || attempt >= attempts {
			return err
		}
		if err := c.sleep(ctx, backoff(attempt)); err != nil {
			return context.Cause(ctx)
		}
	}
}
