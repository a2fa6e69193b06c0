package standin

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestRoles(t *testing.T) {
	w := newWorld(t, Options{})
	mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	n := w.s.Comment(mr, w.users["developer"], "text")
	w.s.AddIssue(w.p, w.users["maintainer"], "title", "")
	open := w.s.AddProject("acme/open", "public")
	w.s.AddIssue(open, w.users["maintainer"], "title", "")
	const nobody = ""
	for _, test := range []struct {
		method, path string
		body         any
		want         map[string]int // status by user
	}{
		{"GET", "version", nil, map[string]int{nobody: 401, "stranger": 200}},
		{"GET", "user", nil, map[string]int{nobody: 401, "stranger": 200, "wrong": 401}},
		{"GET", "personal_access_tokens/self", nil, map[string]int{nobody: 401, "guest": 200}},
		{"GET", "projects/acme%2Fhandbook", nil, map[string]int{nobody: 404, "stranger": 404, "guest": 200}},
		{"GET", "projects/acme%2Fopen", nil, map[string]int{nobody: 200, "stranger": 200}},
		{"GET", w.path("merge_requests/1"), nil, map[string]int{"stranger": 404, "guest": 403, "reporter": 200}},
		{"GET", w.path("repository/files/a.md/raw?ref=main"), nil, map[string]int{"guest": 403, "reporter": 200}},
		{"POST", w.path("merge_requests/1/notes"), map[string]any{"body": "x"}, map[string]int{nobody: 404, "guest": 403, "reporter": 201}},
		{"PUT", w.path("merge_requests/1/notes/%d", n.ID), map[string]any{"body": "y"}, map[string]int{"reporter": 403, "developer": 200, "maintainer": 200}},
		{"PUT", w.path("merge_requests/1"), map[string]any{"title": "x"}, map[string]int{"reporter": 403, "developer": 200}},
		{"PUT", w.path("merge_requests/1/merge"), map[string]any{"sha": "0"}, map[string]int{"developer": 403, "maintainer": 409}},
		{"POST", w.path("issues"), map[string]any{"title": "x"}, map[string]int{"stranger": 404, "guest": 201}},
		{"PUT", w.path("issues/1"), map[string]any{"title": "x"}, map[string]int{"guest": 403, "reporter": 200}},
		{"POST", w.path("labels"), map[string]any{"name": "x", "color": "#112233"}, map[string]int{"guest": 403, "reporter": 201, "developer": 409}},
		{"POST", w.path("boards"), map[string]any{"name": "x"}, map[string]int{"guest": 403, "reporter": 201}},
		{"GET", w.path("hooks"), nil, map[string]int{"developer": 403, "maintainer": 200}},
		{"GET", w.path("variables"), nil, map[string]int{"stranger": 404, "developer": 403, "maintainer": 200}},
		{"POST", "projects/acme%2Fopen/issues", map[string]any{"title": "x"}, map[string]int{nobody: 401, "stranger": 201}},
		{"POST", "projects/acme%2Fopen/issues/1/notes", map[string]any{"body": "x"}, map[string]int{nobody: 401, "stranger": 201}},
		{"PUT", "projects/acme%2Fopen/issues/1", map[string]any{"title": "x"}, map[string]int{"stranger": 403, "maintainer": 200}}, // its author
		{"POST", "projects/acme%2Fopen/labels", map[string]any{"name": "x", "color": "red"}, map[string]int{"stranger": 403}},
		{"GET", w.path("nothing"), nil, map[string]int{"maintainer": 404}},
	} {
		for _, user := range []string{nobody, "stranger", "wrong", "guest", "reporter", "developer", "maintainer"} {
			want, known := test.want[user]
			if !known {
				continue
			}
			if a := w.call(user, test.method, test.path, test.body); a.status != want {
				t.Errorf("%s %s as %q: status %d, want %d: %s", test.method, test.path, user, a.status, want, a.text)
			}
		}
	}
}

func TestScopes(t *testing.T) {
	w := newWorld(t, Options{})
	w.s.AddIssue(w.p, w.users["maintainer"], "title", "")
	for _, scope := range []string{"api", "read_api", "read_repository"} {
		w.s.AddToken(w.users["maintainer"], scope, scope)
	}
	query := map[string]any{"query": "{ currentUser { username } }"}
	mutation := map[string]any{"query": `mutation { echoCreate(input: {messages: ["x"]}) { errors } }`}
	for _, test := range []struct {
		scope, method, path string
		body                any
		want                int
	}{
		{"api", "GET", w.path("issues"), nil, 200},
		{"read_api", "GET", w.path("issues"), nil, 200},
		{"read_repository", "GET", w.path("issues"), nil, 403},
		{"read_repository", "GET", "personal_access_tokens/self", nil, 200}, // whatever its scopes
		{"read_repository", "GET", "user", nil, 403},
		{"api", "POST", w.path("issues"), map[string]any{"title": "x"}, 201},
		{"read_api", "POST", w.path("issues"), map[string]any{"title": "x"}, 403},
		{"api", "POST", "graphql", query, 200},
		{"read_api", "POST", "graphql", query, 200},
		{"read_repository", "POST", "graphql", query, 403},
		{"api", "POST", "graphql", mutation, 200},
		{"read_api", "POST", "graphql", mutation, 403},
	} {
		a := w.call(test.scope, test.method, test.path, test.body)
		if a.status != test.want {
			t.Errorf("%s %s with %s: status %d, want %d: %s", test.method, test.path, test.scope, a.status, test.want, a.text)
		}
		if test.want == 403 && a.at("error") != "insufficient_scope" {
			t.Errorf("the refusal is %s", a.text)
		}
	}
}

func TestJobToken(t *testing.T) {
	w := newWorld(t, Options{})
	w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{"GET", w.path("merge_requests/1"), 200},
		{"GET", w.path("merge_requests/1/notes"), 200},
		{"GET", w.path("repository/files/a.md/raw?ref=main"), 200},
		{"GET", w.path("merge_requests/1/diffs"), 404}, // as for somebody without a token
		{"POST", w.path("merge_requests/1/notes"), 404},
		{"GET", "user", 401},
	} {
		r := httptest.NewRequest(test.method, "/api/v4/"+test.path, nil)
		r.Header.Set("Job-Token", "maintainer")
		if a := w.send(r); a.status != test.want {
			t.Errorf("%s %s: status %d, want %d", test.method, test.path, a.status, test.want)
		}
	}
}

func TestConfidential(t *testing.T) {
	w := newWorld(t, Options{})
	w.must(201, "maintainer", "POST", w.path("issues"), map[string]any{"title": "hidden", "confidential": true})
	w.must(201, "guest", "POST", w.path("issues"), map[string]any{"title": "own", "confidential": true})
	for user, want := range map[string]int{"guest": 1, "reporter": 2} {
		if n := w.must(200, user, "GET", w.path("issues"), nil).len(); n != want {
			t.Errorf("%s sees %d issues, want %d", user, n, want)
		}
	}
	w.must(404, "guest", "GET", w.path("issues/1"), nil)
	w.must(404, "guest", "POST", w.path("issues/1/notes"), map[string]any{"body": "x"})
	w.must(200, "guest", "GET", w.path("issues/2"), nil)

	w.must(201, "reporter", "POST", w.path("issues/2/notes"), map[string]any{"body": "hidden", "internal": true})
	for user, want := range map[string]int{"guest": 0, "reporter": 1} {
		if n := w.must(200, user, "GET", w.path("issues/2/notes"), nil).len(); n != want {
			t.Errorf("%s sees %d notes, want %d", user, n, want)
		}
	}
}

func TestUnknownParameters(t *testing.T) {
	w := newWorld(t, Options{})
	w.must(400, "reporter", "POST", w.path("issues"), map[string]any{"title": "x", "lables": "y"})
	if errs := w.s.Errors(); len(errs) != 1 || !strings.Contains(errs[0], `"lables"`) {
		t.Errorf("errors are %q", errs)
	}
	lax := New(Options{})
	u := lax.AddUser("ana", "Ana", false)
	lax.AddToken(u, "secret", "api")
	p := lax.AddProject("acme/handbook", "private")
	lax.AddMember(p, u, Reporter)
	r := httptest.NewRequest(http.MethodPost, "/api/v4/projects/acme%2Fhandbook/issues", strings.NewReader("title=x&lables=y"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer secret")
	rec := httptest.NewRecorder()
	lax.ServeHTTP(rec, r)
	if rec.Code != 201 {
		t.Errorf("status %d, want 201: %s", rec.Code, rec.Body)
	}
}

// TestPages reads lists to their end by the two ways that there are, through pages that are shorter
// than what was asked for.
func TestPages(t *testing.T) {
	for _, size := range []int{0, 3} {
		for _, more := range []string{"", "&pagination=keyset"} {
			w := newWorld(t, Options{PageSize: size})
			var want []string
			for i := range 25 {
				title := "issue " + strconv.Itoa(i)
				w.s.AddIssue(w.p, w.users["guest"], title, "")
				want = append(want, title)
			}
			var got []string
			path, pages := w.path("issues")+"?sort=asc&per_page=10"+more, 0
			for path != "" && pages < 30 {
				a := w.must(200, "guest", "GET", path, nil)
				for i := range a.len() {
					got = append(got, a.at(i, "title").(string))
				}
				pages++
				link, found := strings.CutSuffix(a.header.Get("Link"), `>; rel="next"`)
				if more == "" && found != (a.header.Get("X-Next-Page") != "") {
					t.Errorf("Link and X-Next-Page do not agree: %v", a.header)
				}
				path = ""
				if found {
					_, path, _ = strings.Cut(link, "/api/v4/")
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("size %d%s: %q", size, more, got)
			}
			if want := map[int]int{0: 3, 3: 9}[size]; pages != want {
				t.Errorf("size %d%s: %d pages, want %d", size, more, pages, want)
			}
		}
	}
}

func TestPageLimits(t *testing.T) {
	w := newWorld(t, Options{})
	a := w.must(200, "guest", "GET", w.path("issues"), nil)
	if a.header.Get("X-Total") != "0" || a.header.Get("X-Per-Page") != "20" || a.header.Get("Link") != "" {
		t.Errorf("headers are %v", a.header)
	}
	w.must(400, "guest", "GET", w.path("issues?per_page=many"), nil)
	w.must(405, "guest", "GET", w.path("labels?pagination=keyset"), nil)
	w.must(405, "guest", "GET", w.path("issues?page=501&per_page=100"), nil)
}

func TestRateLimit(t *testing.T) {
	w := newWorld(t, Options{Limit: 3})
	for i := range 3 {
		a := w.must(200, "guest", "GET", "user", nil)
		if got := a.header.Get("RateLimit-Remaining"); got != strconv.Itoa(2-i) {
			t.Errorf("%s calls remain, want %d", got, 2-i)
		}
	}
	a := w.must(429, "guest", "GET", "user", nil)
	if a.text != "Retry later\n" || a.header.Get("Retry-After") == "" || a.header.Get("RateLimit-Reset") == "" {
		t.Errorf("the refusal is %q, %v", a.text, a.header)
	}
	w.must(200, "reporter", "GET", "user", nil) // the limit is by user
	w.elapsed += time.Minute
	w.must(200, "guest", "GET", "user", nil)
}

func TestNoteLimit(t *testing.T) {
	w := newWorld(t, Options{NoteLimit: 2})
	w.s.AddIssue(w.p, w.users["guest"], "title", "")
	note := map[string]any{"body": "x"}
	w.must(201, "guest", "POST", w.path("issues/1/notes"), note)
	second := w.must(201, "guest", "POST", w.path("issues/1/notes"), note)
	a := w.must(429, "guest", "POST", w.path("issues/1/notes"), note)
	if a.header.Get("Retry-After") != "" {
		t.Error("this limit has no headers")
	}
	w.must(200, "guest", "PUT", w.path("issues/1/notes/%.0f", second.at("id")), map[string]any{"body": "edits are free"})
	w.elapsed += time.Minute
	w.must(201, "guest", "POST", w.path("issues/1/notes"), note)
}

func TestSpam(t *testing.T) {
	w := newWorld(t, Options{Spam: func(text string) bool { return strings.Contains(text, "buy") }})
	a := w.must(409, "guest", "POST", w.path("issues"), map[string]any{"title": "buy this"})
	if a.at("needs_captcha_response") != true {
		t.Error(a.text)
	}
	w.must(201, "guest", "POST", w.path("issues"), map[string]any{"title": "title"})
	w.must(409, "guest", "POST", w.path("issues/1/notes"), map[string]any{"body": "buy that"})
}

func TestSwitchedOff(t *testing.T) {
	w := newWorld(t, Options{})
	w.s.AddIssue(w.p, w.users["guest"], "title", "")
	w.s.Set(w.p, func(p *Project) { p.NoIssues = true })
	if a := w.must(200, "maintainer", "GET", "projects/acme%2Fhandbook", nil); a.at("issues_access_level") != "disabled" || a.at("issues_enabled") != false {
		t.Error(a.text)
	}
	w.must(403, "maintainer", "POST", w.path("issues"), map[string]any{"title": "x"})
	w.must(404, "maintainer", "GET", w.path("issues/1"), nil)
	w.must(403, "maintainer", "GET", w.path("boards"), nil)
	if n := w.must(200, "maintainer", "GET", w.path("issues"), nil).len(); n != 0 {
		t.Errorf("%d issues, want none", n)
	}
	w.s.Set(w.p, func(p *Project) { p.NoIssues, p.Archived = false, true })
	w.must(200, "maintainer", "GET", w.path("issues/1"), nil)
	w.must(403, "maintainer", "POST", w.path("issues/1/notes"), map[string]any{"body": "x"})
}

func TestFaults(t *testing.T) {
	w := newWorld(t, Options{})
	var fault *Fault
	w.s.OnCall(nil)
	w.s.AddIssue(w.p, w.users["guest"], "title", "")
	i := w.s.Issue(w.p, 1)
	for _, after := range []bool{false, true} {
		fault = &Fault{Status: 502, Body: "<html>", After: after}
		w.s.OnCall(onlyOnce(fault))
		w.must(502, "guest", "POST", w.path("issues/1/notes"), map[string]any{"body": "x"})
		if n := len(w.s.IssueNotes(i)); (n == 1) != after {
			t.Errorf("after %v: %d notes", after, n)
		}
		w.must(200, "guest", "GET", w.path("issues/1"), nil)
	}
}

// TestTokenTellsOfItself: scopes and the day of its end, from which on it is refused.
func TestTokenTellsOfItself(t *testing.T) {
	w := newWorld(t, Options{})
	w.s.AddToken(w.users["reporter"], "short", "read_api", "read_repository")
	w.s.ExpireToken("short", w.s.now().AddDate(0, 0, 2))
	a := w.call("short", "GET", "personal_access_tokens/self", nil)
	for _, want := range []string{`"scopes":["read_api","read_repository"]`, `"expires_at":"` + w.s.now().AddDate(0, 0, 2).Format(time.DateOnly) + `"`, `"active":true`} {
		if !strings.Contains(a.text, want) {
			t.Errorf("%s does not say %s", a.text, want)
		}
	}
	if strings.Contains(a.text, "short") {
		t.Errorf("%s tells the token", a.text)
	}
	if a := w.call("short", "GET", "personal_access_tokens/self?page=1&user_id=1", nil); a.status != http.StatusBadRequest {
		t.Errorf("an unknown parameter: status %d", a.status)
	}
	w.elapsed = 49 * time.Hour
	if a := w.call("short", "GET", "version", nil); a.status != http.StatusUnauthorized || !strings.Contains(a.text, "expired") {
		t.Errorf("past its end: status %d, %s", a.status, a.text)
	}
	w.s.ExpireToken("short", time.Time{})
	if a := w.call("short", "GET", "personal_access_tokens/self", nil); a.status != http.StatusOK || !strings.Contains(a.text, `"expires_at":null`) {
		t.Errorf("without an end: status %d, %s", a.status, a.text)
	}
}

func TestProjectTellsItsFeatures(t *testing.T) {
	w := newWorld(t, Options{})
	w.p.NoRequests, w.p.ConfigPath = true, "ci/pipeline.yml"
	w.p.Variables = []Variable{{Key: "A", Value: "b", Protected: true}}
	a := w.call("maintainer", "GET", "projects/acme%2Fhandbook", nil)
	for _, want := range []string{`"merge_requests_access_level":"disabled"`, `"issues_access_level":"enabled"`, `"ci_config_path":"ci/pipeline.yml"`} {
		if !strings.Contains(a.text, want) {
			t.Errorf("%s does not say %s", a.text, want)
		}
	}
	if a := w.call("maintainer", "GET", w.path("variables"), nil); !strings.Contains(a.text, `"key":"A"`) || !strings.Contains(a.text, `"protected":true`) || !strings.Contains(a.text, `"masked":false`) {
		t.Errorf("variables: %s", a.text)
	}
}
