package queue

import (
	"context"
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
	var s Status
	if ms := q.lastDone.Load(); ms > 0 {
		s.LastDone = time.UnixMilli(ms)
	}
	var oldest, limit int64
	err := q.db.one(ctx, q.db, []any{&s.Running, &s.Waiting, &s.Later, &oldest, &limit}, `
		SELECT count(*) FILTER (WHERE owner <> ''),
			count(*) FILTER (WHERE owner = '' AND (job <> 0 OR due <= now_ms())),
			count(*) FILTER (WHERE job = 0 AND due > now_ms()),
			coalesce(max(CASE WHEN owner = '' AND due <= now_ms() THEN now_ms() - due END), 0),
			coalesce((SELECT until - now_ms() FROM gate WHERE name = $1), 0)
		FROM subject WHERE job <> 0 OR due IS NOT NULL`, gateName)
	if err != nil {
		return Status{}, fmt.Errorf("count what waits: %w", err)
	}
	s.OldestWait = time.Duration(oldest) * time.Millisecond
	q.hearLimit(limit)
	s.RateLimit = q.gate.wait(q.opts.Now())
	if s.Failed, err = q.readFailures(ctx); err != nil {
		return Status{}, fmt.Errorf("read what was given up: %w", err)
	}
	if s.Deliveries, err = q.readDeliveries(ctx, `ORDER BY received DESC LIMIT 20`); err != nil {
		return Status{}, fmt.Errorf("read the newest deliveries: %w", err)
	}
	return s, nil
}

func (q *Queue) readFailures(ctx context.Context) (failures []Failure, err error) {
	err = q.db.each(ctx, q.db, func(scan func(...any) error) error {
		var f Failure
		var at int64
		err := scan(&f.Key.Kind, &f.Key.Project, &f.Key.IID, &f.Reason, &at)
		f.At = time.UnixMilli(at)
		failures = append(failures, f)
		return err
	}, `
		SELECT kind, project, iid, failure, failed_at FROM subject
		WHERE failed_at IS NOT NULL ORDER BY failed_at DESC LIMIT 100`)
	return failures, err
}

// readDeliveries reads deliveries; which says which of them.
func (q *Queue) readDeliveries(ctx context.Context, which string, args ...any) (stored []Stored, err error) {
	err = q.db.each(ctx, q.db, func(scan func(...any) error) error {
		var s Stored
		var at int64
		var keys string
		if err := scan(&s.ID, &s.Event, &s.Project, &at, &keys); err != nil {
			return err
		}
		s.Received = time.UnixMilli(at)
		stored = append(stored, s)
		return json.Unmarshal([]byte(keys), &stored[len(stored)-1].Keys)
	}, `SELECT id, event, project, received, subjects FROM delivery `+which, args...)
	return stored, err
}
