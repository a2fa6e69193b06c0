package queue

import (
	"context"
	"sync"
	"time"
)

// A gate is closed while GitLab refuses calls: its limits hold for the token, so the next
// subject would only be refused as well. It is what this process knows of the row in the
// database that all who share the token look at.
type gate struct {
	mu    sync.Mutex
	until time.Time
}

// close keeps the gate shut until t, or longer if it is so already.
func (g *gate) close(t time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.After(g.until) {
		g.until = t
	}
}

// wait tells how long the gate stays shut from now on; 0 when it is open.
func (g *gate) wait(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, g.until.Sub(now))
}

// gateName is the row of the one gate that there is.
const gateName = "gitlab"

// tellLimit lets the other replicas know that GitLab refuses calls for a time.
func (q *Queue) tellLimit(ctx context.Context, wait time.Duration) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	_, err := q.db.exec(ctx, q.db, `
		INSERT INTO gate (name, until) VALUES ($1, now_ms() + CAST($2 AS bigint))
		ON CONFLICT (name) DO UPDATE SET until = CASE WHEN excluded.until > gate.until THEN excluded.until ELSE gate.until END`,
		gateName, wait.Milliseconds())
	if err != nil {
		q.log.Error().Err(err).Msg("GitLab's rate limit could not be told to the other replicas")
	}
}

// hearLimit takes over what the database says of the gate.
func (q *Queue) hearLimit(left int64) {
	if left > 0 {
		q.gate.close(q.opts.Now().Add(time.Duration(left) * time.Millisecond))
	}
}
