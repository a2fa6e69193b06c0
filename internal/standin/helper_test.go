package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A world is a GitLab with a project and people of all roles, whose tokens are their names.
type world struct {
	t       *testing.T
	s       *Server
	p       *Project
	users   map[string]*User
	elapsed time.Duration // that its clock has been put forward
}

func newWorld(t *testing.T, o Options) *world {
	t.Helper()
	w := &world{t: t, users: map[string]*User{}}
	start := time.Now().Add(-24 * time.Hour)
	o.Strict = true
	ticks := 0
	o.Now = func() time.Time {
		ticks++ // no two moments are the same
		return start.Add(w.elapsed).Add(time.Duration(ticks) * time.Millisecond)
	}
	w.s = New(o)
	w.p = w.s.AddProject("acme/handbook", "private")
	for name, role := range map[string]int{"guest": Guest, "reporter": Reporter, "developer": Developer, "maintainer": Maintainer, "stranger": 0} {
		u := w.s.AddUser(name, name, false)
		w.users[name] = u
		w.s.AddToken(u, name, "api")
		if role > 0 {
			w.s.AddMember(w.p, u, role)
		}
	}
	t.Cleanup(func() { _ = w.s.Close() })
	return w
}

// An answer is what a call came to.
type answer struct {
	status int
	header http.Header
	text   string
	json   any
}

// call sends a request with the token of a user. Body is nil, or is sent as JSON.
func (w *world) call(as, method, path string, body any) answer {
	w.t.Helper()
	var in bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&in).Encode(body); err != nil {
			w.t.Fatal(err)
		}
	}
	r := httptest.NewRequest(method, "/api/v4/"+path, &in)
	if path == "graphql" {
		r = httptest.NewRequest(method, "/api/graphql", &in)
	}
	r.Header.Set("Content-Type", "application/json")
	if as != "" {
		r.Header.Set("Private-Token", as)
	}
	return w.send(r)
}

func (w *world) send(r *http.Request) answer {
	rec := httptest.NewRecorder()
	w.s.ServeHTTP(rec, r)
	a := answer{status: rec.Code, header: rec.Header(), text: rec.Body.String()}
	_ = json.Unmarshal(rec.Body.Bytes(), &a.json) // some answers are no JSON
	return a
}

// must sends a request that has to come to a status.
func (w *world) must(status int, as, method, path string, body any) answer {
	w.t.Helper()
	a := w.call(as, method, path, body)
	if a.status != status {
		w.t.Fatalf("%s %s as %q: status %d, want %d: %s", method, path, as, a.status, status, a.text)
	}
	return a
}

// project is the path of the world's project.
func (w *world) path(format string, args ...any) string {
	return fmt.Sprintf("projects/%d/", w.p.ID) + fmt.Sprintf(format, args...)
}

// at digs for a value by keys and numbers.
func (a answer) at(keys ...any) any {
	v := a.json
	for _, k := range keys {
		switch k := k.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[k]
		case int:
			list, _ := v.([]any)
			if k >= len(list) {
				return nil
			}
			v = list[k]
		}
	}
	return v
}

func (a answer) len() int { list, _ := a.json.([]any); return len(list) }

// request opens a merge request that changes the files of main to others.
func (w *world) request(before, after map[string]*string) *MergeRequest {
	w.t.Helper()
	m := w.users["maintainer"]
	w.s.Commit(w.p, "main", m, "before", before)
	w.s.Commit(w.p, "topic", m, "after", after)
	mr, err := w.s.OpenMergeRequest(w.p, m, "topic", "main", "Change", "")
	if err != nil {
		w.t.Fatal(err)
	}
	return mr
}

// refs begins a position in a version.
func refs(v *Version) map[string]any {
	return map[string]any{"position_type": "text", "base_sha": v.Base, "start_sha": v.Start, "head_sha": v.Head}
}

// onlyOnce lets the first call fail.
func onlyOnce(f *Fault) func(*http.Request) *Fault {
	done := false
	return func(*http.Request) *Fault {
		if done {
			return nil
		}
		done = true
		return f
	}
}
