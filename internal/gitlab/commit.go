package gitlab

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// Branch reads a branch of a repository.
func (c *Client) Branch(ctx context.Context, project int64, name string) (forge.Branch, error) {
	var b *gl.Branch
	err := c.run(ctx, reading("read branch %q of project %d", name, project), func(with gl.RequestOptionFunc) (err error) {
		b, _, err = c.api.Branches.GetBranch(project, name, with)
		return err
	})
	if err != nil {
		return forge.Branch{}, err
	}
	found := forge.Branch{Name: b.Name, Protected: b.Protected}
	if b.Commit != nil {
		found.Head = b.Commit.ID
	}
	return found, nil
}

// RecentCommits lists the newest commits of a branch, at most a hundred.
func (c *Client) RecentCommits(ctx context.Context, project int64, branch string) ([]forge.Commit, error) {
	var list []*gl.Commit
	o := &gl.ListCommitsOptions{ListOptions: gl.ListOptions{PerPage: perPage}, RefName: &branch}
	err := c.run(ctx, reading("read the commits of branch %q of project %d", branch, project), func(with gl.RequestOptionFunc) (err error) {
		list, _, err = c.api.Commits.ListCommits(project, o, with)
		return err
	})
	if err != nil {
		return nil, err
	}
	return convert(list, func(c *gl.Commit) forge.Commit { return forge.Commit{ID: c.ID, Message: c.Message} }), nil
}

// WriteFile commits one file. It is forge.ErrConflict when the file was changed since it was read,
// or is there and should be new; forge.ErrForbidden when the token's user may not push to the
// branch. On forge.ErrUnavailable the commit may be there.
func (c *Client) WriteFile(ctx context.Context, project int64, f forge.FileWrite) error {
	r := creating("write %q on branch %q of project %d", f.Path, f.Branch, project)
	if c.dryRun {
		c.pretend(ctx, r).Int("bytes", len(f.Content)).Msg(wouldWrite)
		return nil
	}
	content, message := base64.StdEncoding.EncodeToString(f.Content), f.Message.String()
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
		if f.LastCommit == "" {
			_, _, err = c.api.RepositoryFiles.CreateFile(project, f.Path, &gl.CreateFileOptions{
				Branch: &f.Branch, Encoding: new("base64"), Content: &content, CommitMessage: &message,
			}, with)
			return err
		}
		_, _, err = c.api.RepositoryFiles.UpdateFile(project, f.Path, &gl.UpdateFileOptions{
			Branch: &f.Branch, Encoding: new("base64"), Content: &content, CommitMessage: &message, LastCommitID: &f.LastCommit,
		}, with)
		return err
	})
	if !errors.Is(err, forge.ErrInvalid) {
		return err
	}
	// GitLab gives a 400 for all of these.
	switch text := strings.ToLower(err.Error()); {
	case strings.Contains(text, "has changed since"):
		return fmt.Errorf("%s: %w: the file was changed meanwhile", r.what, forge.ErrConflict)
	case strings.Contains(text, "not allowed to push"):
		return fmt.Errorf("%s: %w: the token's user may not push there", r.what, forge.ErrForbidden)
	}
	return err
}
