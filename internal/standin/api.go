package standin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A call is one request to the API on its way.
type call struct {
	s       *Server
	r       *http.Request
	w       http.ResponseWriter
	pattern string // of the route
	user    *User  // nil for nobody
	scopes  []string
	token   token // that came with the call
	job     bool  // the token is that of a CI job
	vars    map[string]string
	params  params
	project *Project
}

// A refusal is an answer other than success, in GitLab's words.
type refusal struct {
	status int
	body   any
}

func (e *refusal) Error() string { return fmt.Sprint(e.status, " ", e.body) }

func refuse(status int, message any) error {
	return &refusal{status, map[string]any{"message": message}}
}

// The refusals that GitLab gives everywhere.
var (
	errUnauthorized = refuse(http.StatusUnauthorized, "401 Unauthorized")
	errForbidden    = refuse(http.StatusForbidden, "403 Forbidden")
)

func notFound(what string) error { return refuse(http.StatusNotFound, "404 "+what+" Not Found") }

func badRequest(format string, args ...any) error {
	return &refusal{http.StatusBadRequest, map[string]any{"error": fmt.Sprintf(format, args...)}}
}

// raw is a body that is no JSON.
type raw []byte

// api answers a call to the API.
func (s *Server) api(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 32<<20))
	if err != nil {
		http.Error(w, "413 Request Entity Too Large", http.StatusRequestEntityTooLarge)
		return
	}
	s.mu.Lock()
	fault := s.fault
	s.mu.Unlock()
	var f *Fault
	if fault != nil {
		r.Body = io.NopCloser(bytes.NewReader(body))
		f = fault(r)
	}
	if f != nil && !f.After {
		s.fail(w, f)
		return
	}
	if f != nil {
		// The call takes effect, and its answer is lost.
		s.answer(discard{http.Header{}}, r, body)
		s.fail(w, f)
		return
	}
	s.answer(w, r, body)
}

// discard is an answer that nobody gets.
type discard struct{ h http.Header }

func (d discard) Header() http.Header         { return d.h }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// fail shows a fault.
func (s *Server) fail(w http.ResponseWriter, f *Fault) {
	if f.Then != nil {
		f.Then()
	}
	time.Sleep(f.Delay)
	if f.Status == 0 {
		panic(http.ErrAbortHandler) // breaks the connection
	}
	for k, v := range f.Header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, f.Body)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &call{s: s, r: r, w: w, vars: map[string]string{}}
	s.cause = r.Header.Get("X-Gitlab-Event-UUID")
	defer func() { s.cause = "" }()
	status, result, err := c.run(body)
	if refused, ok := errors.AsType[*refusal](err); ok {
		status, result = refused.status, refused.body
	}
	if text, ok := result.(raw); ok {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write(text)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if status != http.StatusNoContent {
		_ = json.NewEncoder(w).Encode(result) // a client that has gone needs no answer
	}
}

// run finds the route of a call and checks token, scope, role and parameters before it runs it.
func (c *call) run(body []byte) (int, any, error) {
	if err := c.authenticate(); err != nil {
		return 0, nil, err
	}
	if err := c.limit(); err != nil {
		return 0, nil, err
	}
	if c.r.URL.Path == "/api/graphql" {
		if c.job {
			return 0, nil, errUnauthorized
		}
		return c.graphQL(body)
	}
	rt, known := c.route()
	if !known {
		return 0, nil, &refusal{http.StatusNotFound, map[string]any{"error": "404 Not Found"}}
	}
	c.pattern = rt.pattern
	if c.job && !slices.Contains(jobRoutes, c.r.Method+" "+rt.pattern) {
		c.user = nil // the token of a job counts for few calls
	}
	c.s.calls[c.r.Method+" "+rt.pattern]++
	if err := c.authorize(rt); err != nil {
		return 0, nil, err
	}
	var err error
	if c.params, err = readParams(c.r, body); err != nil {
		return 0, nil, err
	}
	if err := c.checkParams(rt); err != nil {
		return 0, nil, err
	}
	if err := c.checkPage(); err != nil {
		return 0, nil, err
	}
	return rt.handle(c)
}

// authenticate finds the user of the token.
func (c *call) authenticate() error {
	secret := c.r.Header.Get("Private-Token")
	if secret == "" {
		secret, _ = strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	}
	if secret == "" {
		secret = c.r.Header.Get("Job-Token")
		c.job = secret != ""
	}
	if secret == "" {
		return nil
	}
	t, ok := c.s.tokens[secret]
	if !ok || t.user.State != "active" {
		return errUnauthorized
	}
	if !t.expires.IsZero() && !c.s.now().Before(t.expires) {
		return &refusal{http.StatusUnauthorized, map[string]any{"error": "invalid_token", "error_description": "Token is expired. You can either do re-authorization or token refresh."}}
	}
	c.user, c.scopes, c.token = t.user, t.scopes, t
	return nil
}

// limit counts the calls of a minute.
func (c *call) limit() error {
	if c.s.opts.Limit == 0 {
		return nil
	}
	var id int64
	if c.user != nil {
		id = c.user.ID
	}
	now := c.s.now()
	recent := slices.DeleteFunc(c.s.limits[id], func(t time.Time) bool { return now.Sub(t) >= time.Minute })
	h := c.w.Header()
	h.Set("RateLimit-Limit", strconv.Itoa(c.s.opts.Limit))
	h.Set("RateLimit-Observed", strconv.Itoa(len(recent)+1))
	h.Set("RateLimit-Remaining", strconv.Itoa(max(0, c.s.opts.Limit-len(recent)-1)))
	h.Set("RateLimit-Name", "throttle_authenticated_api")
	if len(recent) >= c.s.opts.Limit {
		reset := recent[0].Add(time.Minute)
		h.Set("Retry-After", strconv.Itoa(int(reset.Sub(now).Seconds())+1))
		h.Set("RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
		c.s.limits[id] = recent
		return &refusal{http.StatusTooManyRequests, raw("Retry later\n")}
	}
	c.s.limits[id] = append(recent, now)
	return nil
}

// A route is a call that the API knows.
type route struct {
	method  string
	pattern string // "projects/:id/issues/:iid"
	role    int    // that a member needs in the project; 0 for any call without a project
	params  string // names, parted by blanks
	handle  func(*call) (int, any, error)
}

// Route names what a request asks for as Calls does, "" for what is not known. Of GraphQL it
// does not tell queries from mutations.
func Route(r *http.Request) string {
	if r.URL.Path == "/api/graphql" {
		return r.Method + " graphql"
	}
	rt, known := (&call{r: r}).route()
	if !known {
		return ""
	}
	return rt.method + " " + rt.pattern
}

// route finds the route of a request and fills in its variables.
func (c *call) route() (route, bool) {
	path := strings.TrimPrefix(c.r.URL.EscapedPath(), "/api/v4/")
	have := strings.Split(strings.TrimSuffix(path, "/"), "/")
	for _, rt := range routes() {
		want := strings.Split(rt.pattern, "/")
		if rt.method != c.r.Method || len(want) != len(have) {
			continue
		}
		vars := map[string]string{}
		fits := true
		for i, w := range want {
			value, err := url.PathUnescape(have[i])
			if name, isVar := strings.CutPrefix(w, ":"); isVar && err == nil && value != "" {
				vars[name] = value
			} else if value != w {
				fits = false
				break
			}
		}
		if fits {
			c.vars = vars
			return rt, true
		}
	}
	return route{}, false
}

// selfPattern is the one call that every token is good for, whatever its scopes.
const selfPattern = "personal_access_tokens/self"

// authorize checks scope and role. What a user may not see does not exist for them.
func (c *call) authorize(rt route) error {
	if c.user != nil && rt.pattern != selfPattern {
		if c.r.Method == http.MethodGet {
			if !slices.Contains(c.scopes, "api") && !slices.Contains(c.scopes, "read_api") {
				return insufficientScope("api read_api")
			}
		} else if !slices.Contains(c.scopes, "api") {
			return insufficientScope("api")
		}
	}
	if !strings.HasPrefix(rt.pattern, "projects/:id") {
		if c.user == nil {
			return errUnauthorized
		}
		return nil
	}
	c.project = c.s.project(c.vars["id"])
	if c.project == nil {
		return c.redirect()
	}
	if !c.sees(c.project) {
		return notFound("Project")
	}
	if c.user == nil && (c.r.Method != http.MethodGet || rt.role >= Developer) {
		return errUnauthorized
	}
	if c.r.Method != http.MethodGet && c.project.Archived {
		return errForbidden
	}
	if c.project.NoIssues && ofIssues(rt.pattern) && (c.r.Method != http.MethodGet || strings.Contains(rt.pattern, "/boards")) {
		return errForbidden
	}
	if c.project.NoRequests && strings.HasPrefix(rt.pattern, "projects/:id/merge_requests") {
		return errForbidden
	}
	if c.locked(rt) {
		return errForbidden
	}
	if c.project.Visibility == "public" && rt.role <= Reporter && (c.r.Method == http.MethodGet || ofComments(rt.pattern)) {
		return nil // everybody may read and comment in public
	}
	if c.role() < rt.role {
		return errForbidden
	}
	return nil
}

// ofIssues reports whether a call is about what a project without issues does not have.
func ofIssues(pattern string) bool {
	return strings.HasPrefix(pattern, "projects/:id/issues") || strings.HasPrefix(pattern, "projects/:id/boards")
}

// ofComments reports whether a call is for people who write issues and comments. Whose they are is
// looked at later.
func ofComments(pattern string) bool {
	return strings.HasPrefix(pattern, "projects/:id/issues") || strings.Contains(pattern, "/notes") || strings.Contains(pattern, "/discussions")
}

func insufficientScope(scope string) error {
	return &refusal{http.StatusForbidden, map[string]any{
		"error": "insufficient_scope", "error_description": "The request requires higher privileges than provided by the access token.", "scope": scope,
	}}
}

// sees reports whether the user may know of a project.
func (c *call) sees(p *Project) bool {
	return p.Visibility == "public" || c.user != nil && p.Members[c.user.ID] >= Guest
}

// role is the user's role in the project of the call.
func (c *call) role() int {
	if c.user == nil {
		return 0
	}
	return c.project.Members[c.user.ID]
}

// checkParams refuses parameters that the call does not know, on a strict server.
func (c *call) checkParams(rt route) error {
	known := append(strings.Fields(rt.params), "page", "per_page", "pagination", "page_token")
	for name := range c.params {
		if slices.Contains(known, name) {
			continue
		}
		if c.s.opts.Strict {
			text := fmt.Sprintf("%s %s: unknown parameter %q", rt.method, rt.pattern, name)
			c.s.errors = append(c.s.errors, text)
			return badRequest("%s", text)
		}
		delete(c.params, name)
	}
	return nil
}

// number reads a variable of the path.
func (c *call) number(name string) int64 {
	n, err := strconv.ParseInt(c.vars[name], 10, 64)
	if err != nil {
		return -1 // no object has it
	}
	return n
}

// each maps a list to what the API shows.
func each[T any](list []T, f func(T) any) []any {
	out := make([]any, 0, len(list))
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}
