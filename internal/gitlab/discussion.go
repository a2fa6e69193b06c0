package gitlab

import (
	"context"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// Discussions lists all comments of a merge request with the answers to them, the oldest first.
func (c *Client) Discussions(ctx context.Context, project, mr int64) ([]forge.Discussion, error) {
	o := &gl.ListMergeRequestDiscussionsOptions{ListOptions: gl.ListOptions{PerPage: perPage}}
	list, err := pages(ctx, c, reading("read the discussions of merge request !%d of project %d", mr, project),
		func(with ...gl.RequestOptionFunc) ([]*gl.Discussion, *gl.Response, error) {
			return c.api.Discussions.ListMergeRequestDiscussions(project, mr, o, with...)
		})
	return convert(list, toDiscussion), err
}

// CreateDiscussion begins a thread at a place in the diff. On forge.ErrUnavailable it may be there;
// on forge.ErrPosition the place is no line of the diff.
func (c *Client) CreateDiscussion(ctx context.Context, project, mr int64, at forge.Position, body safe.Markdown) error {
	r := creating("comment on %q in merge request !%d of project %d", at.NewPath, mr, project).limited(ratelimit.Notes)
	if c.dryRun {
		c.pretend(ctx, r).Int("bytes", len(body.String())).Msg(wouldWrite)
		return nil
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, _, err := c.api.Discussions.CreateMergeRequestDiscussion(project, mr,
			&gl.CreateMergeRequestDiscussionOptions{Body: new(body.String()), Position: fromPosition(&at)}, with)
		return err
	})
}

// AnswerDiscussion adds a note to a thread. On forge.ErrUnavailable it may be there.
func (c *Client) AnswerDiscussion(ctx context.Context, project, mr int64, discussion string, body safe.Markdown) error {
	r := creating("answer in discussion %s of merge request !%d of project %d", discussion, mr, project).limited(ratelimit.Notes)
	if c.dryRun {
		c.pretend(ctx, r).Int("bytes", len(body.String())).Msg(wouldWrite)
		return nil
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, _, err := c.api.Discussions.AddMergeRequestDiscussionNote(project, mr, discussion,
			&gl.AddMergeRequestDiscussionNoteOptions{Body: new(body.String())}, with)
		return err
	})
}

// ResolveDiscussion resolves a thread, or opens it again.
func (c *Client) ResolveDiscussion(ctx context.Context, project, mr int64, discussion string, resolved bool) error {
	r := setting("set discussion %s of merge request !%d of project %d to resolved %t", discussion, mr, project, resolved)
	if c.dryRun {
		c.pretend(ctx, r).Msg(wouldWrite)
		return nil
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, _, err := c.api.Discussions.ResolveMergeRequestDiscussion(project, mr, discussion,
			&gl.ResolveMergeRequestDiscussionOptions{Resolved: &resolved}, with)
		return err
	})
}

// Drafts lists the comments of the token's user on a merge request that are not published yet.
func (c *Client) Drafts(ctx context.Context, project, mr int64) ([]forge.Draft, error) {
	o := &gl.ListDraftNotesOptions{ListOptions: gl.ListOptions{PerPage: perPage}}
	list, err := pages(ctx, c, reading("read the drafts on merge request !%d of project %d", mr, project),
		func(with ...gl.RequestOptionFunc) ([]*gl.DraftNote, *gl.Response, error) {
			return c.api.DraftNotes.ListDraftNotes(project, mr, o, with...)
		})
	return convert(list, toDraft), err
}

// CreateDraft writes a comment that nobody sees before PublishDrafts. On forge.ErrUnavailable it may
// be there; on forge.ErrPosition the place is no line of the diff.
func (c *Client) CreateDraft(ctx context.Context, project, mr int64, at forge.Position, body safe.Markdown) error {
	r := creating("draft a comment on %q in merge request !%d of project %d", at.NewPath, mr, project)
	if c.dryRun {
		c.pretend(ctx, r).Int("bytes", len(body.String())).Msg(wouldWrite)
		return nil
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, _, err := c.api.DraftNotes.CreateDraftNote(project, mr,
			&gl.CreateDraftNoteOptions{Note: new(body.String()), Position: fromPosition(&at)}, with)
		return err
	})
}

// DeleteDraft takes a draft away.
func (c *Client) DeleteDraft(ctx context.Context, project, mr, draft int64) error {
	r := setting("delete draft %d on merge request !%d of project %d", draft, mr, project)
	if c.dryRun {
		c.pretend(ctx, r).Msg(wouldWrite)
		return nil
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, err := c.api.DraftNotes.DeleteDraftNote(project, mr, draft, with)
		return err
	})
}

// PublishDrafts publishes all drafts of the token's user on a merge request as one review. On
// forge.ErrUnavailable they may be published.
func (c *Client) PublishDrafts(ctx context.Context, project, mr int64) error {
	r := creating("publish the drafts on merge request !%d of project %d", mr, project)
	if c.dryRun {
		c.pretend(ctx, r).Msg(wouldWrite)
		return nil
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, err := c.api.DraftNotes.PublishAllDraftNotes(project, mr, with)
		return err
	})
}

// DiffVersion gives the commits of the newest version of a merge request's diff, which positions
// are told by; zero while there is none.
func (c *Client) DiffVersion(ctx context.Context, project, mr int64) (forge.DiffRefs, error) {
	var list []*gl.MergeRequestDiffVersion
	err := c.run(ctx, reading("read the versions of merge request !%d of project %d", mr, project), func(with gl.RequestOptionFunc) (err error) {
		o := &gl.GetMergeRequestDiffVersionsOptions{ListOptions: gl.ListOptions{PerPage: 1}} // the newest comes first
		list, _, err = c.api.MergeRequests.GetMergeRequestDiffVersions(project, mr, o, with)
		return err
	})
	if err != nil || len(list) == 0 || list[0] == nil {
		return forge.DiffRefs{}, err
	}
	return forge.DiffRefs{Base: list[0].BaseCommitSHA, Start: list[0].StartCommitSHA, Head: list[0].HeadCommitSHA}, nil
}
