package gitlab

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// limitedSetup is a bundle whose client knows limits, by its own clock.
func limitedSetup(t *testing.T, limits ratelimit.Limits, serve http.HandlerFunc) *bundle {
	t.Helper()
	var b *bundle
	clock := func() time.Time { return b.now() }
	b = setup(t, serve, func(o *Options) { o.Limits = ratelimit.New(ratelimit.Options{Limits: limits, Now: clock}) })
	return b
}

// TestLimitedKinds: each call counts where GitLab counts it. Of each kind five a minute are
// allowed, which is one at once, and then one each 16 seconds.
func TestLimitedKinds(t *testing.T) {
	apart := map[string]string{
		"CreateNote": ratelimit.Notes, "CreateIssueNote": ratelimit.Notes, "CreateDiscussion": ratelimit.Notes, "AnswerDiscussion": ratelimit.Notes,
		"CreateIssue": ratelimit.Issues, "CreateTask": ratelimit.Issues, "CreateTasks": ratelimit.Issues,
	}
	for _, kind := range ratelimit.Kinds {
		found := 0
		for _, c := range calls() {
			b := limitedSetup(t, ratelimit.Limits{kind: 5}, func(w http.ResponseWriter, r *http.Request) {
				if !taskTypes(w, r) {
					reply(w, 403, `{"message":"enough"}`)
				}
			})
			for range 2 {
				if err := c.do(b.Client); err == nil {
					t.Errorf("%s: no error", c.name)
				}
			}
			if counts := len(b.slept) > 0; counts != (kind == ratelimit.API || apart[c.name] == kind) {
				t.Errorf("%s counts as %s: %t", c.name, kind, counts)
			}
			if apart[c.name] == kind {
				found++
			}
		}
		if kind != ratelimit.API && found == 0 {
			t.Errorf("no call is of kind %s", kind)
		}
	}
}

// TestManyTasks: tasks that are made in one request count each. Of sixty a minute twelve may be made at once.
func TestManyTasks(t *testing.T) {
	b := limitedSetup(t, ratelimit.Limits{ratelimit.Issues: 60}, func(w http.ResponseWriter, r *http.Request) {
		if !taskTypes(w, r) {
			reply(w, 403, `{"message":"enough"}`)
		}
	})
	title := safe.Title("T")
	for _, waits := range []int{0, 1} {
		b.CreateTasks(context.Background(), "acme/handbook", parent, slices.Repeat([]forge.IssueWrite{{Title: &title}}, 10))
		if len(b.slept) != waits {
			t.Errorf("waited %v, want %d", b.slept, waits)
		}
	}
}

// TestTooManyNotes: a 429 that speaks of notes alone holds back notes, and no other calls.
func TestTooManyNotes(t *testing.T) {
	b := limitedSetup(t, nil, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			reply(w, 429, `{"message":{"error":"This endpoint has been requested too many times. Try again later."}}`)
			return
		}
		reply(w, 200, `{"id":1,"username":"bot"}`)
	})
	all := calls()
	note := all[slices.IndexFunc(all, func(c call) bool { return c.name == "CreateNote" })]
	var limit *forge.RateLimitError
	for range 2 {
		if err := note.do(b.Client); !errors.As(err, &limit) || limit.After != time.Minute {
			t.Errorf("error is %v", err)
		}
	}
	if n := len(b.requests); n != 1 {
		t.Errorf("%d requests for two notes, want 1", n)
	}
	if _, err := b.CurrentUser(context.Background()); err != nil || len(b.slept) != 0 {
		t.Errorf("a read: %v, after waits of %v", err, b.slept)
	}
}

// TestHeed: the limit for all requests is what the answers tell, but not what they tell of a path that
// has a limit of its own.
func TestHeed(t *testing.T) {
	for name, want := range map[string]int{"throttle_authenticated_api": 600, "": 600, "throttle_authenticated_files_api": 2000} {
		b := limitedSetup(t, ratelimit.Limits{ratelimit.API: 2000}, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("RateLimit-Limit", "600")
			w.Header().Set("RateLimit-Remaining", "599")
			w.Header().Set("RateLimit-Name", name)
			reply(w, 200, `{"id":1,"username":"bot"}`)
		})
		if _, err := b.CurrentUser(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := b.Limits().InForce(ratelimit.API); got != want {
			t.Errorf("%q: the limit is %d, want %d", name, got, want)
		}
	}
}
