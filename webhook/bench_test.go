package webhook

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

type discard struct{}

func (discard) Accept(context.Context, reconcile.Delivery, []reconcile.Key) error { return nil }

// BenchmarkServe is what a delivery of 6 KB costs beside its storing and the connection.
func BenchmarkServe(b *testing.B) {
	s, err := New(Options{Secrets: []string{"sesame"}, Projects: []string{"42"}, Store: discard{}, Log: zerolog.Nop()})
	if err != nil {
		b.Fatal(err)
	}
	body := fmt.Sprintf(`{"object_kind":"merge_request","project":{"id":42},"object_attributes":{"iid":7,"action":"open","description":"%s"}}`, strings.Repeat(`a role page \u003cb\u003e `, 250))
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, Path, strings.NewReader(body))
		r.Header.Set("X-Gitlab-Event", "Merge Request Hook")
		r.Header.Set("X-Gitlab-Token", "sesame")
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != http.StatusAccepted {
			b.Fatal(w.Code)
		}
	}
}
