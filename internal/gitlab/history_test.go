package gitlab

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// TestHistory reads both kinds of event over several pages. A label that was deleted is null.
func TestHistory(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, r *http.Request) {
		second := r.URL.Query().Get("page") == "2"
		if !second {
			w.Header().Set("X-Next-Page", "2")
		}
		switch {
		case !strings.HasPrefix(r.URL.Path, "/api/v4/projects/1/issues/7/resource_"):
			t.Errorf("unexpected %s", r.URL)
		case strings.HasSuffix(r.URL.Path, "label_events") && !second:
			reply(w, 200, `[{"id":1,"created_at":"2026-11-01T09:00:00.000Z","action":"add","label":{"id":5,"name":"hiring::1 Call","description":"a stage"}}]`)
		case strings.HasSuffix(r.URL.Path, "label_events"):
			reply(w, 200, `[{"id":2,"created_at":"2026-11-02T09:00:00.000Z","action":"remove","label":null}]`)
		case !second:
			reply(w, 200, `[{"id":1,"created_at":"2026-11-03T09:00:00.000Z","state":"closed","user":null}]`)
		default:
			reply(w, 200, `[{"id":2,"created_at":"2026-11-04T09:00:00.000Z","state":"reopened"}]`)
		}
	})
	at := func(day int) time.Time { return time.Date(2026, 11, day, 9, 0, 0, 0, time.UTC) }
	labels, err := b.LabelEvents(context.Background(), 1, 7)
	want := []forge.LabelEvent{{At: at(1), Label: "hiring::1 Call", Description: "a stage", Added: true}, {At: at(2)}}
	if err != nil || !slices.Equal(labels, want) {
		t.Errorf("label events %+v, %v", labels, err)
	}
	states, err := b.StateEvents(context.Background(), 1, 7)
	if err != nil || !slices.Equal(states, []forge.StateEvent{{At: at(3), State: "closed"}, {At: at(4), State: "reopened"}}) {
		t.Errorf("state events %+v, %v", states, err)
	}
}
