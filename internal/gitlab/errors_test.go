package gitlab

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// TestErrorTexts: an error says what was tried, on what, and what to do.
func TestErrorTexts(t *testing.T) {
	title := safe.Title("T")
	create := func(c *Client) error {
		_, err := c.CreateIssue(context.Background(), 12, forge.IssueWrite{Title: &title})
		return err
	}
	readPage := func(c *Client) error {
		_, err := c.ReadFile(context.Background(), 12, "a/b.md", "main")
		return err
	}
	for _, tc := range []struct {
		do     func(*Client) error
		status int
		body   string
		want   string
	}{
		{create, 401, `{"message":"401 Unauthorized"}`, "create an issue in project 12: token refused: the token is wrong, revoked or expired; make a new one with scope api (401 Unauthorized)"},
		{
			create, 403, `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api"}`,
			"create an issue in project 12: forbidden: token lacks scope api (403 insufficient_scope: The request requires higher privileges than provided by the access token.: scope needed: api)",
		},
		{create, 403, `{"message":"403 Forbidden"}`, "create an issue in project 12: forbidden: the token needs scope api, and its user a role that may do this (Reporter for notes, issues and labels) (403 Forbidden)"},
		{readPage, 403, `{"message":"403 Forbidden"}`, `read file "a/b.md" of project 12 at "main": forbidden: the token's user needs at least the role Reporter there (403 Forbidden)`},
		{readPage, 404, `{"message":"404 File Not Found"}`, `read file "a/b.md" of project 12 at "main": not found: it does not exist, or the token may not see it (404 File Not Found)`},
		{create, 400, `{"message":{"title":["is too long","is odd"],"base":"x"}}`, "create an issue in project 12: refused as invalid (400 base x; title is too long, is odd)"},
		{create, 400, `{"error":"title is missing, labels is invalid"}`, "create an issue in project 12: refused as invalid (400 title is missing, labels is invalid)"},
		{create, 409, `{"message":"Issue was changed"}`, "create an issue in project 12: conflict: it exists already, or was changed meanwhile (409 Issue was changed)"},
		{create, 400, `{"message":{"base":["has been recognized as spam"]},"needs_captcha_response":true}`, "create an issue in project 12: refused as invalid: GitLab takes it for spam; let an administrator allow the token's user (400 base has been recognized as spam)"},
		{create, 500, `{"message":"500 Internal Server Error"}`, "create an issue in project 12: GitLab unavailable: it is unclear whether it was done, so look before trying again (500 Internal Server Error)"},
		{readPage, 502, "<html>bad gateway</html>", `read file "a/b.md" of project 12 at "main": GitLab unavailable (502 Bad Gateway)`},
		{create, 201, `{"id":`, "create an issue in project 12: GitLab unavailable: its answer could not be read; it is unclear whether it was done, so look before trying again (unexpected EOF)"},
		{create, 400, `{"message":"` + strings.Repeat("ä", 1000) + `"}`, "create an issue in project 12: refused as invalid (400 " + strings.Repeat("ä", 150) + " ...)"},
		{create, 400, "{\"message\":\"two\\nlines \x1b[31m and " + canary + "\"}", "create an issue in project 12: refused as invalid (400 Bad Request)"},
		{create, 400, `{"message":"two\nlines and ` + canary + `"}`, "create an issue in project 12: refused as invalid (400 two lines and ***)"},
	} {
		b := setup(t, status(tc.status, tc.body))
		err := tc.do(b.Client)
		if err == nil || err.Error() != tc.want {
			t.Errorf("%d %.60s: error is\n%v, want\n%s", tc.status, tc.body, err, tc.want)
		}
		if err != nil {
			b.noToken(err.Error())
		}
	}
	b := setup(t, page(200))
	b.fails(readPage(b.Client), forge.ErrUnavailable, `read file "a/b.md"`, "is the GitLab URL right")
}

// TestRefusedBeforeSending: what GitLab would take for something else is not sent.
func TestRefusedBeforeSending(t *testing.T) {
	ctx := context.Background()
	b := setup(t, status(500, ""))
	title, empty := safe.Title("T"), safe.Title("")
	for name, err := range map[string]error{
		"no title":        second(b.CreateIssue(ctx, 1, forge.IssueWrite{})),
		"empty title":     second(b.UpdateIssue(ctx, 1, 2, forge.IssueWrite{Title: &empty})),
		"task, no title":  second(b.CreateTask(ctx, "a/b", parent, forge.IssueWrite{})),
		"comma":           second(b.UpdateIssue(ctx, 1, 2, forge.IssueWrite{RemoveLabels: []string{"a,b"}})),
		"no date":         second(b.CreateIssue(ctx, 1, forge.IssueWrite{Title: &title, DueDate: new("soon")})),
		"state":           second(b.UpdateTask(ctx, "a/b", parent, forge.IssueWrite{State: new("merged")})),
		"label, no color": second(b.CreateLabel(ctx, 1, forge.LabelWrite{})),
		"no ref":          second(b.ReadFile(ctx, 1, "a", "")),
		"tree, no ref":    second(b.ListFiles(ctx, 1, "a", "")),
		"no project":      second(b.Project(ctx, "/ ")),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		b.fails(err, forge.ErrInvalid)
	}
	b.fails(second(b.UserByName(ctx, "")), forge.ErrNotFound)
	if len(b.requests) != 0 {
		t.Errorf("%d requests", len(b.requests))
	}
}

func second[T any](_ T, err error) error { return err }

// TestGraphQLGoneForAMoment: a single 404 does not make an instance one without GraphQL.
func TestGraphQLGoneForAMoment(t *testing.T) {
	for odd, kind := range map[int]error{1: nil, 2: forge.ErrUnsupported} {
		asked := 0
		b := setup(t, func(w http.ResponseWriter, _ *http.Request) {
			if asked++; asked <= odd {
				reply(w, 404, `{"error":"404 Not Found"}`)
				return
			}
			reply(w, 200, `{"data":{"name":"ana"}}`)
		})
		var data struct{ Name string }
		err := b.graphQL(context.Background(), reading("ask"), "query Q { name }", nil, &data)
		if !errors.Is(err, kind) || asked != 2 || (kind == nil) != (data.Name == "ana") {
			t.Errorf("%d answers are odd: %v, %d requests, data %v", odd, err, asked, data)
		}
	}
}

// TestFileCutShort: a file that did not come whole, or not at all, is asked for once more.
func TestFileCutShort(t *testing.T) {
	for name, first := range map[string]struct {
		status     int
		size, body string
	}{
		"cut short": {200, "9", "# A p"}, "empty": {200, "9", ""}, "nothing vouches for it": {200, "", ""},
		"404 of a proxy": {404, "", "<html>"}, "404 of nothing": {404, "", `{"error":"404 Not Found"}`},
	} {
		asked := 0
		b := setup(t, func(w http.ResponseWriter, _ *http.Request) {
			status, size, body := 200, "9", "# A page\n"
			if asked++; asked == 1 {
				status, size, body = first.status, first.size, first.body
			}
			if size != "" {
				w.Header().Set("X-Gitlab-Size", size)
			}
			w.WriteHeader(status)
			w.Write([]byte(body))
		})
		if got, err := b.ReadFile(context.Background(), 1, "a.md", "main"); err != nil || string(got) != "# A page\n" || asked != 2 {
			t.Errorf("%s: %q, %v, %d requests", name, got, err, asked)
		}
	}
	asked := 0
	b := setup(t, func(w http.ResponseWriter, _ *http.Request) {
		asked++
		reply(w, 404, `{"message":"404 File Not Found"}`)
	})
	if _, err := b.ReadFile(context.Background(), 1, "a.md", "main"); !errors.Is(err, forge.ErrNotFound) || asked != 1 {
		t.Errorf("a file that is not there: %v, %d requests", err, asked)
	}
}
