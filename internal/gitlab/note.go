package gitlab

import (
	"context"
	"fmt"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// CreateNote comments on a merge request. On forge.ErrUnavailable the note may be there.
func (c *Client) CreateNote(ctx context.Context, project, mr int64, body safe.Markdown) (forge.Note, error) {
	r := creating("comment on merge request !%d of project %d", mr, project).limited(ratelimit.Notes)
	if c.dryRun {
		c.pretend(ctx, r).Int("bytes", len(body.String())).Msg(wouldWrite)
		return c.pretendNote(ctx, body), nil
	}
	var n *gl.Note
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
		n, _, err = c.api.Notes.CreateMergeRequestNote(project, mr, &gl.CreateMergeRequestNoteOptions{Body: new(body.String())}, with)
		return err
	})
	return made(r, n, err)
}

// UpdateNote replaces the text of a comment on a merge request.
func (c *Client) UpdateNote(ctx context.Context, project, mr, note int64, body safe.Markdown) error {
	r := setting("update note %d of merge request !%d of project %d", note, mr, project)
	if c.dryRun {
		c.pretend(ctx, r).Int("bytes", len(body.String())).Msg(wouldWrite)
		return nil
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, _, err := c.api.Notes.UpdateMergeRequestNote(project, mr, note, &gl.UpdateMergeRequestNoteOptions{Body: new(body.String())}, with)
		return err
	})
}

// IssueNotes lists the comments of an issue or task, the oldest first.
func (c *Client) IssueNotes(ctx context.Context, project, iid int64) ([]forge.Note, error) {
	if iid < 0 {
		return nil, nil // of a dry run
	}
	o := &gl.ListIssueNotesOptions{
		ListOptions: gl.ListOptions{PerPage: perPage},
		OrderBy:     new("created_at"), Sort: new("asc"),
	}
	list, err := pages(ctx, c, reading("read the notes of issue #%d of project %d", iid, project),
		func(with ...gl.RequestOptionFunc) ([]*gl.Note, *gl.Response, error) {
			return c.api.Notes.ListIssueNotes(project, iid, o, with...)
		})
	return convert(list, toNote), err
}

// CreateIssueNote comments on an issue or task. On forge.ErrUnavailable the note may be there.
func (c *Client) CreateIssueNote(ctx context.Context, project, iid int64, body safe.Markdown) (forge.Note, error) {
	r := creating("comment on issue #%d of project %d", iid, project).limited(ratelimit.Notes)
	if c.dryRun {
		c.pretend(ctx, r).Int("bytes", len(body.String())).Msg(wouldWrite)
		return c.pretendNote(ctx, body), nil
	}
	var n *gl.Note
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
		n, _, err = c.api.Notes.CreateIssueNote(project, iid, &gl.CreateIssueNoteOptions{Body: new(body.String())}, with)
		return err
	})
	return made(r, n, err)
}

// made checks the answer to a new note. GitLab answers 202 and stores nothing when it took
// the whole text for quick actions.
func made(r request, n *gl.Note, err error) (forge.Note, error) {
	if err != nil {
		return forge.Note{}, err
	}
	if n == nil || n.ID == 0 {
		return forge.Note{}, fmt.Errorf("%s: %w: GitLab took the text for commands and stored no note", r.what, forge.ErrInvalid)
	}
	return toNote(n), nil
}
