package gitlab

import (
	"context"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// LabelEvents lists the labels that were put on an issue and taken off, the oldest first.
func (c *Client) LabelEvents(ctx context.Context, project, iid int64) ([]forge.LabelEvent, error) {
	o := &gl.ListLabelEventsOptions{ListOptions: gl.ListOptions{PerPage: perPage}}
	list, err := pages(ctx, c, reading("read the label events of issue #%d of project %d", iid, project),
		func(with ...gl.RequestOptionFunc) ([]*gl.LabelEvent, *gl.Response, error) {
			return c.api.ResourceLabelEvents.ListIssueLabelEvents(project, iid, o, with...)
		})
	return convert(list, func(e *gl.LabelEvent) forge.LabelEvent {
		return forge.LabelEvent{At: moment(e.CreatedAt), Label: e.Label.Name, Description: e.Label.Description, Added: e.Action == "add"}
	}), err
}

// StateEvents lists when an issue was closed and reopened, the oldest first.
func (c *Client) StateEvents(ctx context.Context, project, iid int64) ([]forge.StateEvent, error) {
	o := &gl.ListStateEventsOptions{ListOptions: gl.ListOptions{PerPage: perPage}}
	list, err := pages(ctx, c, reading("read the state events of issue #%d of project %d", iid, project),
		func(with ...gl.RequestOptionFunc) ([]*gl.StateEvent, *gl.Response, error) {
			return c.api.ResourceStateEvents.ListIssueStateEvents(project, iid, o, with...)
		})
	return convert(list, func(e *gl.StateEvent) forge.StateEvent {
		return forge.StateEvent{At: moment(e.CreatedAt), State: string(e.State)}
	}), err
}
