package gitlab

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A Call is one request to GitLab that has ended, for those who count and time them.
type Call struct {
	Method    string
	Kind      string // what it is about, one of Kinds
	URL       *url.URL
	Status    int // of the answer; 0 when none came
	Took      time.Duration
	Remaining int // calls that GitLab's rate limit leaves; -1 when the answer does not say
}

// Kinds are all that Call.Kind can be. They are few, whatever the paths are.
var Kinds = []string{
	"branches", "commits", "discussions", "draft_notes", "files", "graphql", "hooks", "issues", "labels", "links", "members",
	"merge_requests", "notes", "projects", "resource_label_events", "resource_state_events", "tree", "users", "other",
}

// kindOf finds the kind of a path: the last of its parts that is one. "projects/7/issues/2/notes"
// is about notes.
func kindOf(path string) string {
	for _, part := range slices.Backward(strings.Split(path, "/")) {
		if part == "user" {
			part = "users"
		}
		if slices.Contains(Kinds, part) {
			return part
		}
	}
	return "other"
}

// told logs a request at debug level with the fields of the job that it is made for, and tells the
// observer.
func (g *guard) told(req *http.Request, resp *http.Response, took time.Duration) {
	// An encoded slash in a project's path or a file's name is part of a name.
	path := strings.TrimPrefix(req.URL.EscapedPath(), strings.TrimRight(g.base.EscapedPath(), "/")+"/api/")
	call := Call{Method: req.Method, Kind: kindOf(path), URL: req.URL, Took: took, Remaining: -1}
	if resp != nil {
		call.Status = resp.StatusCode
		call.Remaining = headerNumber(resp.Header, "RateLimit-Remaining")
	}
	g.logger(req.Context()).Debug().Str("method", call.Method).Str("path", path).Int("status", call.Status).Dur("took", took).Msg("call to GitLab")
	if g.observe != nil {
		g.observe(req.Context(), call)
	}
}

// An Observer is told of every request that has ended. The context is that of the call.
type Observer func(context.Context, Call)
