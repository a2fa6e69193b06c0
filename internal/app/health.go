package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"gitlab.com/roleplan/roleplan/internal/tryit"
)

// stallAfter is how long a subject may wait for a worker, with no run ending meanwhile,
// before the service is called not ready.
const stallAfter = 15 * time.Minute

// adminMux serves what an operator's tools ask: is it alive, and does it work.
func (s *service) adminMux() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		plain(w, http.StatusOK, "ok\n")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		status, text := s.readiness(r.Context())
		plain(w, status, text)
	})
	tryit.Mount(mux)
	return mux
}

// readiness says whether deliveries can be stored and are worked.
func (s *service) readiness(ctx context.Context) (status int, text string) {
	if s.stopping.Load() {
		return http.StatusServiceUnavailable, "stopping\n"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	q, err := s.queue.Status(ctx)
	if err != nil {
		s.log.Error().Err(err).Msg("database does not answer")
		return http.StatusServiceUnavailable, "the database does not answer; see the log\n"
	}
	c := s.webhook.Counts()
	text = fmt.Sprintf("queue: %d waiting, %d later, %d running, %d failed\ndeliveries: %d accepted, %d skipped, %d of other projects, %d refused, %d not stored\n",
		q.Waiting, q.Later, q.Running, len(q.Failed), c.Accepted, c.Skipped, c.NotAllowed, c.Refused, c.Failed)
	if q.RateLimit > 0 {
		return http.StatusOK, text + "GitLab's rate limit holds for " + q.RateLimit.Round(time.Second).String() + "\n"
	}
	if q.OldestWait > stallAfter && time.Since(q.LastDone) > stallAfter {
		return http.StatusServiceUnavailable, text + "the queue stands still: nothing has ended for " + stallAfter.String() + "\n"
	}
	return http.StatusOK, text
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a client that has gone needs no answer
}
