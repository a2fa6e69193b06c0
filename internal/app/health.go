package app

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/status"
	"gitlab.com/roleplan/roleplan/internal/tryit"
	"gitlab.com/roleplan/roleplan/webhook"
)

// stallAfter is how long a subject may wait for a worker, with no run ending meanwhile,
// before the service is called not ready.
const stallAfter = time.Minute

// databasePatience is how long the database has for an answer to an operator.
const databasePatience = 5 * time.Second

// adminMux serves what an operator and his tools ask: is it alive, does it work, what does it do.
func (s *service) adminMux() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		plain(w, http.StatusOK, "ok\n")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		status, text := s.readiness(r.Context())
		plain(w, status, text)
	})
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		s.measure(r.Context())
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		s.opts.Metrics.Write(w)
	})
	guarded := func(h http.HandlerFunc) http.Handler {
		return byOwnName(s.opts.AdminListen, http.NewCrossOriginProtection().Handler(h))
	}
	mux.Handle("GET /{$}", guarded(s.statusPage))
	mux.Handle("POST "+status.RetryPath, guarded(s.retry))
	tryit.Mount(mux)
	return mux
}

// measure sets the metrics that are read rather than counted.
func (s *service) measure(ctx context.Context) {
	m := s.opts.Metrics
	for _, d := range deliveryResults(s.webhook.Counts()) {
		m.Deliveries(d.result, d.n)
	}
	m.Swept(s.sweptAt())
	if s.opts.Limits != nil {
		for _, kind := range ratelimit.Kinds {
			m.Limit(kind, s.opts.Limits.InForce(kind))
		}
	}
	ctx, cancel := context.WithTimeout(ctx, databasePatience)
	defer cancel()
	q, err := s.queue.Status(ctx)
	m.Database(err == nil)
	if err != nil {
		s.log.Error().Err(err).Msg("database does not answer")
		return
	}
	m.Queue("waiting", q.Waiting)
	m.Queue("later", q.Later)
	m.Queue("running", q.Running)
	m.Queue("failed", len(q.Failed))
	m.QueueTimes(q.OldestWait, q.LastDone, q.RateLimit)
}

// A deliveryResult is what became of some deliveries.
type deliveryResult struct {
	result string
	n      int64
	bad    bool // there should be none
}

func deliveryResults(c webhook.Counts) []deliveryResult {
	return []deliveryResult{
		{"accepted", c.Accepted, false},
		{"skipped", c.Skipped, false},
		{"unknown_event", c.Unknown, false},
		{"other_project", c.NotAllowed, false},
		{"unreadable", c.Unreadable, true},
		{"refused", c.Refused, true},
		{"rejected", c.Rejected, true},
		{"not_stored", c.Failed, true},
	}
}

// readiness says whether deliveries can be stored and are worked.
func (s *service) readiness(ctx context.Context) (status int, text string) {
	if s.stopping.Load() {
		return http.StatusServiceUnavailable, "stopping\n"
	}
	ctx, cancel := context.WithTimeout(ctx, databasePatience)
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
	if stalled(q, s.began, time.Now()) {
		return http.StatusServiceUnavailable, text + "the queue stands still: nothing has ended for " + stallAfter.String() + "\n"
	}
	return http.StatusOK, text
}

// stalled reports whether subjects wait for a worker and none has ended a run for a minute. What
// waits when the service starts was due before it could be worked.
func stalled(q queue.Status, began, now time.Time) bool {
	return q.RateLimit == 0 && q.OldestWait > stallAfter && now.Sub(q.LastDone) > stallAfter && now.Sub(began) > stallAfter
}

func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a client that has gone needs no answer
}
