package gitlab

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

func methods() []string {
	var names []string
	for m := range reflect.TypeFor[*Client]().Methods() {
		names = append(names, m.Name)
	}
	return names
}

// TestFaults sends every call into every fault: writes that make something are never sent twice
// when their outcome is unknown, all others are.
func TestFaults(t *testing.T) {
	faults := map[string]struct {
		serve  http.HandlerFunc
		kind   error
		reads  int // requests of a read, or of a write that can be repeated
		create int // requests of a write that makes something
	}{
		"500":            {status(500, `{"message":"500 Internal Server Error"}`), forge.ErrUnavailable, 3, 1},
		"502 page":       {page(502), forge.ErrUnavailable, 3, 1},
		"503":            {status(503, ""), forge.ErrUnavailable, 3, 1},
		"501":            {status(501, ""), forge.ErrUnavailable, 1, 1},
		"sign-in page":   {page(200), forge.ErrUnavailable, 1, 1},
		"broken off":     {brokenOff, forge.ErrUnavailable, 3, 1},
		"closed":         {hangUp, forge.ErrUnavailable, 3, 1},
		"400":            {status(400, `{"message":"bad"}`), forge.ErrInvalid, 1, 1},
		"401":            {status(401, `{"message":"401 Unauthorized"}`), forge.ErrUnauthorized, 1, 1},
		"403":            {status(403, `{"message":"403 Forbidden"}`), forge.ErrForbidden, 1, 1},
		"403 scope":      {status(403, `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api"}`), forge.ErrForbidden, 1, 1},
		"409":            {status(409, `{"message":"Label already exists"}`), forge.ErrConflict, 1, 1},
		"422":            {status(422, `{"message":{"title":["is too long"]}}`), forge.ErrInvalid, 1, 1},
		"429, then gone": {status(429, "Retry later\n"), nil, 1, 1},
	}
	for name, f := range faults {
		for _, c := range calls() {
			t.Run(name+"/"+c.name, func(t *testing.T) {
				var asked atomic.Int64
				b := setup(t, func(w http.ResponseWriter, r *http.Request) {
					if taskTypes(w, r) {
						return
					}
					asked.Add(1)
					f.serve(w, r)
				})
				err := c.do(b.Client)
				want := f.reads
				if c.create {
					want = f.create
				}
				switch {
				case name == "broken off" && (c.name == "DeleteDraft" || c.name == "PublishDrafts" || c.name == "SetStatusCheck"):
					want = 1 // their answers have no body that is read
					if err != nil {
						t.Fatal(err)
					}
				case f.kind == nil:
					var limit *forge.RateLimitError
					if !errors.As(err, &limit) || limit.After != time.Minute {
						t.Fatalf("error is %v", err)
					}
				case c.name == "ReadFile" && name == "broken off":
					b.fails(err, f.kind)
				case c.name == "LinkIssue" && name == "409":
					want = 2 // it looks whether the link is there
					b.fails(err, f.kind)
				case c.name == "StatusChecks" && name == "401":
					b.fails(err, forge.ErrUnsupported) // that is how GitLab says that the tier lacks them
				case c.name == "SetCommitStatus" && name == "409":
					want = attempts // somebody else sets one just now
					b.fails(err, f.kind)
				default:
					b.fails(err, f.kind)
				}
				if n := int(asked.Load()); n != want {
					t.Errorf("%d requests, want %d", n, want)
				}
				if err != nil {
					b.noToken(err.Error())
				}
			})
		}
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, code, body) }
}

func page(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(code)
		w.Write([]byte("<html><body>Whoops, GitLab is not available. " + canary + "</body></html>"))
	}
}

// brokenOff sends half of what it has announced.
func brokenOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	w.WriteHeader(http.StatusOK)
	w.Write([]byte(`{"id": 1, "na`))
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}

func TestRateLimits(t *testing.T) {
	reset := strconv.FormatInt(1_800_000_000+7, 10)
	for _, tc := range []struct {
		name   string
		header map[string]string
		slept  []time.Duration // when the second request is answered
		after  time.Duration   // else: when to come back
	}{
		{"seconds", map[string]string{"Retry-After": "3"}, []time.Duration{3 * time.Second}, 0},
		{"seconds, for all", map[string]string{"Retry-After": "3", "RateLimit-Limit": "2000", "RateLimit-Remaining": "0"}, []time.Duration{3 * time.Second}, 0},
		{"none", nil, nil, time.Minute},
		{"zero", map[string]string{"Retry-After": "0"}, []time.Duration{time.Second}, 0},
		{"a date", map[string]string{"Retry-After": time.Unix(1_800_000_005, 0).UTC().Format(http.TimeFormat)}, []time.Duration{5 * time.Second}, 0},
		{"rubbish", map[string]string{"Retry-After": "soon"}, nil, time.Minute},
		{"negative", map[string]string{"Retry-After": "-5"}, nil, time.Minute},
		{"reset", map[string]string{"RateLimit-Reset": reset}, []time.Duration{7 * time.Second}, 0},
		{"long", map[string]string{"Retry-After": "3600"}, nil, time.Hour},
	} {
		for _, c := range calls() {
			t.Run(tc.name+"/"+c.name, func(t *testing.T) {
				asked := 0
				b := setup(t, func(w http.ResponseWriter, r *http.Request) {
					if taskTypes(w, r) {
						return
					}
					if asked++; asked == 1 {
						for k, v := range tc.header {
							w.Header().Set(k, v)
						}
						w.Header().Set("Content-Type", "text/plain")
						w.WriteHeader(http.StatusTooManyRequests)
						w.Write([]byte("Retry later\n"))
						return
					}
					reply(w, 403, `{"message":"enough"}`)
				})
				err := c.do(b.Client)
				if tc.after > 0 {
					var limit *forge.RateLimitError
					if !errors.As(err, &limit) || limit.After != tc.after || asked != 1 {
						t.Fatalf("error is %v after %d requests", err, asked)
					}
					return
				}
				b.fails(err, forge.ErrForbidden)
				if asked != 2 || !reflect.DeepEqual(b.slept, tc.slept) {
					t.Errorf("%d requests, waits %v, want %v", asked, b.slept, tc.slept)
				}
			})
		}
	}
}

func TestRateLimitHoldsOtherCalls(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("RateLimit-Remaining", "0")
		w.Header().Set("RateLimit-Reset", strconv.FormatInt(1_800_000_000+10, 10))
		reply(w, 200, `{"id":1,"username":"bot"}`)
	})
	ctx := context.Background()
	if _, err := b.CurrentUser(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Project(ctx, "1"); err != nil {
		t.Fatal(err)
	}
	if len(b.slept) != 1 || b.slept[0] != 10*time.Second {
		t.Errorf("waits before the second call: %v", b.slept)
	}
}

func TestTimeOut(t *testing.T) {
	var asked atomic.Int64
	free := make(chan struct{})
	b := setup(t, func(http.ResponseWriter, *http.Request) { asked.Add(1); <-free }, func(o *Options) { o.Timeout = 50 * time.Millisecond })
	t.Cleanup(func() { close(free) })
	_, err := b.CreateIssueNote(context.Background(), 1, 2, safe.Sprintf("B"))
	b.fails(err, forge.ErrUnavailable, "comment on issue #2 of project 1", "no answer within 50ms", "look before trying again")
	if asked.Load() != 1 {
		t.Errorf("%d requests", asked.Load())
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	b := setup(t, func(w http.ResponseWriter, _ *http.Request) { cancel(); reply(w, 503, "") })
	_, err := b.Labels(ctx, 1)
	if !errors.Is(err, context.Canceled) || len(b.requests) != 1 {
		t.Errorf("error is %v after %d requests", err, len(b.requests))
	}
}

// TestNobodyThere: a request that never left can be sent again, whatever it is.
func TestNobodyThere(t *testing.T) {
	for _, c := range calls() {
		t.Run(c.name, func(t *testing.T) {
			b := setup(t, func(http.ResponseWriter, *http.Request) {})
			b.server.Close()
			b.fails(c.do(b.Client), forge.ErrUnavailable, "no connection to 127.0.0.1")
			if len(b.slept) != attempts-1 {
				t.Errorf("%d waits, want %d", len(b.slept), attempts-1)
			}
		})
	}
}

// TestInsist: under forge.Insist a refusal is believed when it comes three times, and a person need not wait long for that.
func TestInsist(t *testing.T) {
	insist := forge.Insist(context.Background())
	write := func(c *Client) error {
		return c.WriteFile(insist, 1, forge.FileWrite{Branch: "a", Path: "b.md", Message: safe.Sprintf("B")})
	}
	look := func(c *Client) error { _, err := c.Role(insist, 1, 3); return err }
	for _, tc := range []struct {
		do     func(*Client) error
		status int
		body   string
		asked  int
	}{
		{look, 403, `{"message":"403 Forbidden"}`, 3},
		{look, 400, `{"message":"400 Bad request"}`, 3},
		{look, 404, `{"message":"404 Not found"}`, 3},
		{look, 404, `{"message":"404 Project Not Found"}`, 1},
		{look, 401, `{"message":"401 Unauthorized"}`, 1},
		{write, 403, `{"message":"403 Forbidden"}`, 3},
		{write, 422, `{"message":"is not valid now"}`, 3},
		{write, 413, `<html>`, 3},
		{write, 409, `{"message":"409 Conflict"}`, 1},
		{write, 500, `{"message":"500 Internal Server Error"}`, 1},
	} {
		for _, odd := range []int{1, 3} { // answers of this kind, before better ones
			asked := 0
			b := setup(t, func(w http.ResponseWriter, _ *http.Request) {
				if asked++; asked <= odd {
					reply(w, tc.status, tc.body)
					return
				}
				reply(w, 200, `{"access_level":30}`)
			})
			err := tc.do(b.Client)
			want := tc.asked
			if want > odd {
				want = odd + 1
			}
			var waited time.Duration
			for _, d := range b.slept {
				waited += d
			}
			if asked != want || waited > 4*time.Second {
				t.Errorf("%d %s, %d times: asked %d times in %s, want %d", tc.status, tc.body, odd, asked, waited, want)
			}
			if odd < tc.asked && err != nil {
				t.Errorf("%d %s, %d times: %v", tc.status, tc.body, odd, err)
			}
		}
	}
}
