package gitlab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// Hooks lists the webhooks of a project. GitLab shows them to maintainers alone.
func (c *Client) Hooks(ctx context.Context, project int64) ([]forge.Hook, error) {
	list, err := pages(ctx, c, reading("list the webhooks of project %d", project),
		func(with ...gl.RequestOptionFunc) ([]*gl.ProjectHook, *gl.Response, error) {
			return c.api.Projects.ListProjectHooks(project, &gl.ListProjectHooksOptions{ListOptions: gl.ListOptions{PerPage: perPage}}, with...)
		})
	return convert(list, toHook), err
}

// HookAnswer is the status of the answer to the newest request of a webhook: "202", or GitLab's words
// when none came. It is "" when the hook sent nothing in the days that GitLab remembers, and from a
// GitLab that does not tell.
func (c *Client) HookAnswer(ctx context.Context, project, hook int64) (string, error) {
	var events []struct {
		Status string `json:"response_status"`
	}
	err := c.run(ctx, reading("read what webhook %d of project %d sent", hook, project), func(with gl.RequestOptionFunc) error {
		req, err := c.api.NewRequest(http.MethodGet, fmt.Sprintf("projects/%d/hooks/%d/events", project, hook), gl.ListOptions{PerPage: 1}, []gl.RequestOptionFunc{with})
		if err != nil {
			return err
		}
		_, err = c.api.Do(req, &events)
		return err
	})
	if errors.Is(err, forge.ErrNotFound) {
		return "", nil
	}
	if err != nil || len(events) == 0 {
		return "", err
	}
	return events[0].Status, nil
}

func toHook(h *gl.ProjectHook) forge.Hook {
	out := forge.Hook{
		ID: h.ID, Alert: h.AlertStatus, Template: h.CustomWebhookTemplate != "",
		Push: h.PushEvents, MergeRequests: h.MergeRequestsEvents, Notes: h.NoteEvents, Issues: h.IssuesEvents, ConfidentialIssues: h.ConfidentialIssuesEvents,
	}
	// The rest of the address may hold a secret.
	if u, err := url.Parse(h.URL); err == nil {
		out.Host, out.Path = u.Host, u.Path
	}
	if h.DisabledUntil != nil {
		out.DisabledUntil = *h.DisabledUntil
	}
	return out
}
