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
