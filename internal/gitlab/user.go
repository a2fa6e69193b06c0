package gitlab

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

const usersQuery = `query Users($names: [String!]) {
  users(usernames: $names) { nodes { id username name bot state } }
}`

// UsersByName finds accounts by their user names, in any case, a hundred with one request. Names that
// nobody has are not among the result, whose keys are in lower case. Answers are remembered as those of
// UserByName are.
func (c *Client) UsersByName(ctx context.Context, usernames []string) (map[string]forge.User, error) {
	found := map[string]forge.User{}
	var ask []string
	now := c.now()
	c.users.mu.Lock()
	for _, name := range usernames {
		key := strings.ToLower(name)
		switch e, ok := c.users.entries[key]; {
		case key == "" || slices.Contains(ask, key):
		case !ok || !now.Before(e.until):
			ask = append(ask, key)
		case e.found:
			found[key] = e.user
		}
	}
	c.users.mu.Unlock()
	for chunk := range slices.Chunk(ask, 100) {
		if err := c.askUsers(ctx, chunk, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (c *Client) askUsers(ctx context.Context, names []string, found map[string]forge.User) error {
	var data struct {
		Users struct {
			Nodes []struct {
				account
				Bot   bool   `json:"bot"`
				State string `json:"state"`
			} `json:"nodes"`
		} `json:"users"`
	}
	err := c.graphQL(ctx, reading("find %d users", len(names)), usersQuery, map[string]any{"names": names}, &data)
	if errors.Is(err, forge.ErrUnsupported) {
		// An instance that lets people be found one by one only.
		for _, name := range names {
			u, err := c.UserByName(ctx, name)
			if err == nil {
				found[name] = u
			} else if !errors.Is(err, forge.ErrNotFound) {
				return err
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	until := c.now().Add(userFor)
	c.users.mu.Lock()
	defer c.users.mu.Unlock()
	for _, name := range names {
		c.users.entries[name] = userEntry{until: until}
	}
	for _, n := range data.Users.Nodes {
		key := strings.ToLower(n.Username)
		u := forge.User{ID: number(n.ID), Username: n.Username, Name: n.Name, Bot: n.Bot, State: n.State}
		found[key], c.users.entries[key] = u, userEntry{u, true, until}
	}
	return nil
}
