package gitlab

import (
	"context"
	"errors"
	"strings"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// AwardEmoji puts an emoji of the token's user on a note of a merge request. One that is there
// already is as good.
func (c *Client) AwardEmoji(ctx context.Context, project, mr, note int64, name string) error {
	r := setting("award %q to note %d of merge request !%d of project %d", name, note, mr, project)
	if c.dryRun {
		c.pretend(ctx, r).Msg(wouldWrite)
		return nil
	}
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, _, err := c.api.AwardEmoji.CreateMergeRequestAwardEmojiOnNote(project, mr, note, &gl.CreateAwardEmojiOptions{Name: name}, with)
		return err
	})
	// GitLab says this with a 404.
	if (errors.Is(err, forge.ErrNotFound) || errors.Is(err, forge.ErrConflict)) && strings.Contains(err.Error(), "already been taken") {
		return nil
	}
	return err
}
