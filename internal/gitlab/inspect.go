package gitlab

import (
	"context"
	"errors"
	"time"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// Token reads what GitLab knows of the client's own token. Every kind of token may ask that, whatever
// its scopes.
func (c *Client) Token(ctx context.Context) (forge.Token, error) {
	var t *gl.PersonalAccessToken
	err := c.run(ctx, reading("read the token's scopes"), func(with gl.RequestOptionFunc) (err error) {
		t, _, err = c.api.PersonalAccessTokens.GetSinglePersonalAccessToken(with)
		return err
	})
	if err != nil {
		return forge.Token{}, err
	}
	out := forge.Token{Scopes: t.Scopes}
	if t.ExpiresAt != nil {
		out.Expires = time.Time(*t.ExpiresAt)
	}
	return out, nil
}

// Features reads what a project is set up with.
func (c *Client) Features(ctx context.Context, path string) (forge.Features, error) {
	var p *gl.Project
	err := c.run(ctx, reading("read the features of project %s", path), func(with gl.RequestOptionFunc) (err error) {
		p, _, err = c.api.Projects.GetProject(path, nil, with)
		return err
	})
	if err != nil {
		return forge.Features{}, err
	}
	f := forge.Features{
		Issues:        p.IssuesAccessLevel != gl.DisabledAccessControl,
		MergeRequests: p.MergeRequestsAccessLevel != gl.DisabledAccessControl,
		Pipeline:      p.CIConfigPath,
	}
	if f.Pipeline == "" {
		f.Pipeline = ".gitlab-ci.yml"
	}
	_, err = c.taskType(ctx, path)
	if errors.Is(err, forge.ErrUnsupported) || errors.Is(err, forge.ErrInvalid) {
		return f, nil
	}
	f.Tasks = err == nil
	return f, err
}

// HookSettings lists the webhooks of a project with what keeps them safe. GitLab shows them to
// maintainers alone.
func (c *Client) HookSettings(ctx context.Context, project int64) ([]forge.HookSettings, error) {
	list, err := pages(ctx, c, reading("list the webhooks of project %d", project),
		func(with ...gl.RequestOptionFunc) ([]*gl.ProjectHook, *gl.Response, error) {
			return c.api.Projects.ListProjectHooks(project, &gl.ListProjectHooksOptions{ListOptions: gl.ListOptions{PerPage: perPage}}, with...)
		})
	return convert(list, func(h *gl.ProjectHook) forge.HookSettings {
		return forge.HookSettings{Hook: toHook(h), Secret: h.TokenPresent || h.SigningTokenPresent, TLS: h.EnableSSLVerification}
	}), err
}

// CreateHook makes a webhook with the events that roleplan listens to.
func (c *Client) CreateHook(ctx context.Context, project int64, w forge.HookWrite) error {
	r := creating("create a webhook of project %d", project)
	if c.dryRun {
		c.pretend(ctx, r).Msg(wouldWrite)
		return nil
	}
	o := &gl.AddProjectHookOptions{
		Name: new("roleplan"), URL: &w.URL, PushEvents: new(true), MergeRequestsEvents: new(true), NoteEvents: new(true), IssuesEvents: new(true),
		ConfidentialIssuesEvents: new(true), EnableSSLVerification: new(true),
	}
	if w.Secret != "" {
		o.Token = &w.Secret
	}
	if w.SigningToken != "" {
		o.SigningToken = &w.SigningToken
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, _, err := c.api.Projects.AddProjectHook(project, o, with)
		return err
	})
}

// Variables lists the variables of a project's pipelines, without their values. GitLab shows them to
// maintainers alone.
func (c *Client) Variables(ctx context.Context, project int64) ([]forge.Variable, error) {
	list, err := pages(ctx, c, reading("list the variables of project %d", project),
		func(with ...gl.RequestOptionFunc) ([]*gl.ProjectVariable, *gl.Response, error) {
			return c.api.ProjectVariables.ListVariables(project, &gl.ListProjectVariablesOptions{ListOptions: gl.ListOptions{PerPage: perPage}}, with...)
		})
	return convert(list, func(v *gl.ProjectVariable) forge.Variable {
		return forge.Variable{Key: v.Key, Protected: v.Protected, Masked: v.Masked || v.Hidden}
	}), err
}
