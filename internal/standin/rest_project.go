package standin

import (
	"fmt"
	"strings"
	"time"
)

func showUser(u *User) any {
	if u == nil {
		return nil
	}
	return map[string]any{"id": u.ID, "username": u.Username, "name": u.Name, "state": u.State, "bot": u.Bot, "avatar_url": nil, "web_url": "/" + u.Username}
}

func (c *call) getSelf() (int, any, error) {
	if c.user == nil {
		return 0, nil, errUnauthorized
	}
	return 200, showUser(c.user), nil
}

// getToken tells of the token itself.
func (c *call) getToken() (int, any, error) {
	out := map[string]any{
		"id": c.user.ID, "name": "bot", "description": nil, "revoked": false, "created_at": c.token.made.Format(stamp), "scopes": c.scopes, "user_id": c.user.ID, "active": true,
		"expires_at": nil, "last_used_at": c.s.now().Format(stamp),
	}
	if !c.token.expires.IsZero() {
		out["expires_at"] = c.token.expires.Format(time.DateOnly)
	}
	return 200, out, nil
}

// listVariables lists the variables of a project's pipelines, values and all.
func (c *call) listVariables() (int, any, error) {
	return 200, each(page(c, c.project.Variables), func(v Variable) any {
		return map[string]any{
			"variable_type": "env_var", "key": v.Key, "value": v.Value, "protected": v.Protected, "masked": v.Masked, "hidden": false, "raw": false,
			"environment_scope": "*", "description": nil,
		}
	}), nil
}

func (c *call) listUsers() (int, any, error) {
	var found []*User
	for _, u := range c.s.users {
		if name := c.params.text("username"); name == "" || strings.EqualFold(u.Username, name) {
			found = append(found, u)
		}
	}
	return 200, each(page(c, found), func(u *User) any { return showUser(u) }), nil
}

func (c *call) getUser() (int, any, error) {
	if u := c.s.userByID(c.number("user")); u != nil {
		return 200, showUser(u), nil
	}
	return 0, nil, notFound("User")
}

func (c *call) showProject(p *Project) any {
	issues := "enabled"
	if p.NoIssues {
		issues = "disabled"
	}
	requests := "enabled"
	if p.NoRequests {
		requests = "disabled"
	}
	var from any
	if p.ForkOf != nil {
		from = map[string]any{"id": p.ForkOf.ID, "path_with_namespace": p.ForkOf.Path}
	}
	return map[string]any{
		"id": p.ID, "path_with_namespace": p.Path, "path": p.name(), "name": p.name(),
		"web_url": c.s.projectURL(p), "default_branch": DefaultBranch, "visibility": p.Visibility, "archived": p.Archived,
		"issues_enabled": !p.NoIssues, "merge_requests_enabled": !p.NoRequests, "issues_access_level": issues, "merge_requests_access_level": requests, "ci_config_path": nullable(p.ConfigPath), "empty_repo": len(p.repo.branches) == 0, "forked_from_project": from,
	}
}

func (c *call) getProject() (int, any, error) { return 200, c.showProject(c.project), nil }

func (c *call) showMember(u *User) any {
	m, _ := showUser(u).(map[string]any)
	m["access_level"] = c.project.Members[u.ID]
	return m
}

func (c *call) listMembers() (int, any, error) {
	var found []*User
	for _, u := range c.s.users {
		if c.project.Members[u.ID] > 0 {
			found = append(found, u)
		}
	}
	return 200, each(page(c, found), c.showMember), nil
}

func (c *call) getMember() (int, any, error) {
	u := c.s.userByID(c.number("user"))
	if u == nil || c.project.Members[u.ID] == 0 {
		return 0, nil, notFound("")
	}
	return 200, c.showMember(u), nil
}

func visibilityLevel(p *Project) int {
	if p.Visibility == "public" {
		return 20
	}
	return 0
}

// path is where an object of a project lives in the browser.
func (s *Server) path(p *Project, kind string, iid int64) string {
	return fmt.Sprintf("%s/-/%s/%d", s.projectURL(p), kind, iid)
}
