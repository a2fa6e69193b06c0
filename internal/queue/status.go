package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// A Status is the state of the queue at one moment.
type Status struct {
	Waiting    int           // subjects that wait for a worker
	Later      int           // subjects that wait for a time: back-off, or another look that was asked for
	Running    int           // subjects being worked, or taken by a worker that is about to begin
	OldestWait time.Duration // how long the oldest of the waiting has been due
	Failed     []Failure     // given up, the newest first, at most a hundred
	Deliveries []Stored      // the newest first, at most twenty
	LastDone   time.Time     // when a run last ended in this process; zero before the first
	RateLimit  time.Duration // how long GitLab's rate limit still holds; 0 when it does not
}

// A Failure is a subject that was given up.
type Failure struct {
	Key    reconcile.Key
	Reason string
	At     time.Time
}

// A Stored is a delivery with what it asked for.
type Stored struct {
	reconcile.Delivery
	Keys []reconcile.Key
}

// Status reads the state of the queue. An error means that the database does not answer.
func (q *Queue) Status(ctx context.Context) (Status, error) {
	s := Status{RateLimit: q.gate.wait(q.opts.Now())}
	if ms := q.lastDone.Load(); ms > 0 {
		s.LastDone = time.UnixMilli(ms)
	}
	var oldest float64
	err := q.db.QueryRowContext(ctx, `
		SELECT count(*) FILTER (WHERE running), count(*) FILTER (WHERE NOT running AND due), count(*) FILTER (WHERE NOT running AND NOT due),
			coalesce(max(CASE WHEN NOT running AND due THEN age END), 0)
		FROM (
			SELECT state = 'running' AS running, scheduled_at <= datetime('now', 'subsec') AS due,
				unixepoch('now', 'subsec') - unixepoch(scheduled_at, 'subsec') AS age
			FROM river_job WHERE state IN ('available', 'scheduled', 'retryable', 'running')
		)`).Scan(&s.Running, &s.Waiting, &s.Later, &oldest)
	if err != nil {
		return Status{}, fmt.Errorf("count what waits: %w", err)
	}
	s.OldestWait = time.Duration(oldest * float64(time.Second))
	if s.Failed, err = readFailures(ctx, q.db); err != nil {
		return Status{}, fmt.Errorf("read what was given up: %w", err)
	}
	if s.Deliveries, err = readDeliveries(ctx, q.db); err != nil {
		return Status{}, fmt.Errorf("read the newest deliveries: %w", err)
	}
	return s, nil
}

func readFailures(ctx context.Context, db *sql.DB) ([]Failure, error) {
	rows, err := db.QueryContext(ctx, `
		SELECT kind, project, iid, failure, failed_at FROM subject
		WHERE failed_at IS NOT NULL ORDER BY failed_at DESC LIMIT 100`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var failures []Failure
	for rows.Next() {
		var f Failure
		var at int64
		if err := rows.Scan(&f.Key.Kind, &f.Key.Project, &f.Key.IID, &f.Reason, &at); err != nil {
			return nil, err
		}
		f.At = time.UnixMilli(at)
		failures = append(failures, f)
	}
	return failures, rows.Err()
}

func readDeliveries(ctx context.Context, db *sql.DB) ([]Stored, error) {
	rows, err := db.QueryContext(ctx, `
		SELECT id, event, project, received, subjects FROM delivery ORDER BY received DESC LIMIT 20`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var stored []Stored
	for rows.Next() {
		var s Stored
		var at int64
		var keys string
		if err := rows.Scan(&s.ID, &s.Event, &s.Project, &at, &keys); err != nil {
			return nil, err
		}
		s.Received = time.UnixMilli(at)
		if err := json.Unmarshal([]byte(keys), &s.Keys); err != nil {
			return nil, err
		}
		stored = append(stored, s)
	}
	return stored, rows.Err()
}
