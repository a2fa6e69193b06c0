package gitlab

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// userFor is how long an account is remembered, and that there is none.
const userFor = time.Hour

type userEntry struct {
	user  forge.User
	found bool
	until time.Time
}

// CurrentUser is the user that the token belongs to. The answer is remembered.
func (c *Client) CurrentUser(ctx context.Context) (forge.User, error) {
	now := c.now()
	c.users.mu.Lock()
	known := c.users.self
	c.users.mu.Unlock()
	if known != nil && now.Before(known.until) {
		return known.user, nil
	}
	var u *gl.User
	err := c.run(ctx, reading("read the token's user"), func(with gl.RequestOptionFunc) (err error) {
		u, _, err = c.api.Users.CurrentUser(with)
		return err
	})
	if err != nil {
		return forge.User{}, err
	}
	user := toUser(u)
	c.users.mu.Lock()
	c.users.self = &userEntry{user, true, now.Add(userFor)}
	c.users.mu.Unlock()
	return user, nil
}

// UserByName finds an account by its user name, in any case. There being none is
// forge.ErrNotFound. Answers of both kinds are remembered for an hour.
func (c *Client) UserByName(ctx context.Context, username string) (forge.User, error) {
	r := reading("find user %q", username)
	key := strings.ToLower(username)
	if key == "" {
		return forge.User{}, fmt.Errorf("%s: %w: the name is empty", r.what, forge.ErrNotFound)
	}
	now := c.now()
	c.users.mu.Lock()
	e, ok := c.users.entries[key]
	c.users.mu.Unlock()
	if !ok || !now.Before(e.until) {
		var list []*gl.User
		err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
			list, _, err = c.api.Users.ListUsers(&gl.ListUsersOptions{Username: &username}, with)
			return err
		})
		if errors.Is(err, forge.ErrNotFound) {
			// A list is always there; only its address may be wrong. That says nothing of the account.
			err = describe(r, forge.ErrUnavailable, "there is no list of users; is the GitLab URL right?", "404")
		}
		if err != nil {
			return forge.User{}, err
		}
		e = userEntry{until: now.Add(userFor)}
		for _, u := range list {
			if u != nil && strings.EqualFold(u.Username, username) {
				e.user, e.found = toUser(u), true
			}
		}
		c.users.mu.Lock()
		c.users.entries[key] = e
		c.users.mu.Unlock()
	}
	if !e.found {
		return forge.User{}, fmt.Errorf("%s: %w: no account has this name", r.what, forge.ErrNotFound)
	}
	return e.user, nil
}
