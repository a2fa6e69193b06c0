package gitlab

import (
	"context"
	"fmt"
	"strings"
	"time"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// Project reads a project by its id or its full path ("group/sub/project").
func (c *Client) Project(ctx context.Context, idOrPath string) (forge.Project, error) {
	if strings.Trim(idOrPath, "/. ") == "" {
		return forge.Project{}, fmt.Errorf("read project %q: %w: give an id or a full path like \"group/project\"", idOrPath, forge.ErrInvalid)
	}
	var p *gl.Project
	err := c.run(ctx, reading("read project %s", idOrPath), func(with gl.RequestOptionFunc) (err error) {
		p, _, err = c.api.Projects.GetProject(idOrPath, nil, with)
		return err
	})
	if err != nil {
		return forge.Project{}, err
	}
	return toProject(p), nil
}

// MergeRequest reads a merge request. Its Diff is zero while GitLab still prepares it.
func (c *Client) MergeRequest(ctx context.Context, project, iid int64) (forge.MergeRequest, error) {
	var m *gl.MergeRequest
	err := c.run(ctx, reading("read merge request !%d of project %d", iid, project), func(with gl.RequestOptionFunc) (err error) {
		m, _, err = c.api.MergeRequests.GetMergeRequest(project, iid, nil, with)
		return err
	})
	if err != nil {
		return forge.MergeRequest{}, err
	}
	mr := toMergeRequest(&m.BasicMergeRequest)
	if p := m.HeadPipeline; p != nil {
		mr.Pipeline = forge.Pipeline{ID: p.ID, ProjectID: p.ProjectID, SHA: p.SHA, Ref: p.Ref}
	}
	mr.Cut = strings.HasSuffix(m.ChangesCount, "+")
	mr.Diff = forge.DiffRefs{Base: m.DiffRefs.BaseSha, Start: m.DiffRefs.StartSha, Head: m.DiffRefs.HeadSha}
	return mr, nil
}

// ChangedFiles lists the files that a merge request changes, as GitLab has them at present.
func (c *Client) ChangedFiles(ctx context.Context, project, iid int64) ([]forge.ChangedFile, error) {
	list, err := pages(ctx, c, reading("read the changes of merge request !%d of project %d", iid, project),
		func(with ...gl.RequestOptionFunc) ([]*gl.MergeRequestDiff, *gl.Response, error) {
			return c.api.MergeRequests.ListMergeRequestDiffs(project, iid,
				&gl.ListMergeRequestDiffsOptions{ListOptions: gl.ListOptions{PerPage: perPage}}, with...)
		})
	return convert(list, toChangedFile), err
}

// ChangedMergeRequests lists the merge requests of a project that were changed after the given
// time, the least recently changed first. A zero time lists all. They carry no Diff.
func (c *Client) ChangedMergeRequests(ctx context.Context, project int64, updatedAfter time.Time) ([]forge.MergeRequest, error) {
	o := &gl.ListProjectMergeRequestsOptions{
		ListOptions: gl.ListOptions{PerPage: perPage},
		OrderBy:     new("updated_at"),
		Sort:        new("asc"),
	}
	if !updatedAfter.IsZero() {
		o.UpdatedAfter = new(updatedAfter.UTC())
	}
	list, err := pages(ctx, c, reading("list the merge requests of project %d", project),
		func(with ...gl.RequestOptionFunc) ([]*gl.BasicMergeRequest, *gl.Response, error) {
			return c.api.MergeRequests.ListProjectMergeRequests(project, o, with...)
		})
	return convert(list, toMergeRequest), err
}

// convert maps client-go's list to ours. GitLab sends no null entries; a server that does
// is not worth a crash.
func convert[T, U any](list []*T, to func(*T) U) []U {
	out := make([]U, 0, len(list))
	for _, e := range list {
		if e != nil {
			out = append(out, to(e))
		}
	}
	return out
}
