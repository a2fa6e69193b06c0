package gitlab

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"v4/user":                                        "users",
		"v4/users":                                       "users",
		"v4/projects/acme%2Fhandbook":                    "projects",
		"v4/projects/acme%2Fissues":                      "projects",
		"v4/projects/7/merge_requests/2":                 "merge_requests",
		"v4/projects/7/merge_requests/2/notes/11":        "notes",
		"v4/projects/7/merge_requests/2/discussions/a/b": "discussions",
		"v4/projects/7/repository/files/a%2Fb.md/raw":    "files",
		"v4/projects/7/hooks":                            "hooks",
		"graphql":                                        "graphql",
		"v4/version":                                     "other",
		"":                                               "other",
	} {
		if got := kindOf(path); got != want || !slices.Contains(Kinds, got) {
			t.Errorf("kindOf(%q) = %q, want %q", path, got, want)
		}
	}
}

// TestObserve: every request is told of, those that got no answer, too, and logged with the fields
// of the job that it is made for.
func TestObserve(t *testing.T) {
	t.Parallel()
	var calls []Call
	b := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/projects/2") {
			hijacked, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			hijacked.Close()
			return
		}
		w.Header().Set("RateLimit-Remaining", "41")
		reply(w, 200, `{"id":1}`)
	}, func(o *Options) {
		o.Observe = func(_ context.Context, c Call) { calls = append(calls, c) }
	})
	var log bytes.Buffer
	ctx := zerolog.New(&log).With().Str("delivery", "the-one-id").Logger().WithContext(context.Background())
	if _, err := b.Project(ctx, "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Project(ctx, "2"); err == nil {
		t.Fatal("no error from a connection that broke")
	}
	if len(calls) != 1+attempts {
		t.Fatalf("%d calls told of, want %d: %+v", len(calls), 1+attempts, calls)
	}
	if c := calls[0]; c.Method != http.MethodGet || c.Kind != "projects" || c.Status != 200 || c.Remaining != 41 || c.Took <= 0 {
		t.Errorf("told %+v", c)
	}
	if c := calls[1]; c.Status != 0 || c.Remaining != -1 {
		t.Errorf("of a broken connection it is told %+v", c)
	}
	if n := strings.Count(log.String(), `"delivery":"the-one-id","method":"GET","path":"v4/projects/`); n != len(calls) {
		t.Errorf("%d lines with the id of the delivery, want %d:\n%s", n, len(calls), log.String())
	}
	if strings.Contains(log.String(), canary) {
		t.Error("the log shows the token")
	}
}
