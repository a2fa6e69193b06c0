package gitlab

import (
	"context"
	"errors"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// User reads an account. Unlike the authors of notes it tells whether it is a bot's. The answer is
// not remembered: an account may be blocked at any time.
func (c *Client) User(ctx context.Context, id int64) (forge.User, error) {
	var u *gl.User
	err := c.run(ctx, reading("read user %d", id), func(with gl.RequestOptionFunc) (err error) {
		u, _, err = c.api.Users.GetUser(id, nil, with)
		return err
	})
	if err != nil {
		return forge.User{}, err
	}
	return toUser(u), nil
}

// Role is what a user may do in a project, by a membership of the project itself or of a group above
// it; 0 for somebody who is no member. The answer is not remembered.
func (c *Client) Role(ctx context.Context, project, user int64) (forge.Role, error) {
	var m *gl.ProjectMember
	err := c.run(ctx, reading("read the role of user %d in project %d", user, project), func(with gl.RequestOptionFunc) (err error) {
		m, _, err = c.api.ProjectMembers.GetInheritedProjectMember(project, user, with)
		return err
	})
	switch {
	case errors.Is(err, forge.ErrNotFound):
		return 0, nil
	case err != nil:
		return 0, err
	case m.State != "" && m.State != "active":
		return 0, nil
	}
	return forge.Role(m.AccessLevel), nil
}
