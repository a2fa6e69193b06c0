package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// maxBatch is how many requests share one transaction, and so one sync to disk.
const maxBatch = 128

// A request waits for the committer.
type request struct {
	delivery *reconcile.Delivery // nil for Enqueue
	keys     []reconcile.Key
	reply    chan error // buffered: the committer never waits for a caller that has gone
}

// Accept stores a delivery and asks for its subjects to be looked at. When it returns nil
// both are on disk. A delivery whose id is stored already changes nothing. After an error
// the outcome is unknown; accepting it again does no harm.
func (q *Queue) Accept(ctx context.Context, d reconcile.Delivery, keys []reconcile.Key) error {
	if d.ID == "" {
		return fmt.Errorf("store a delivery of %q: it has no id", d.Event)
	}
	if err := q.submit(ctx, &request{delivery: &d, keys: keys}); err != nil {
		return fmt.Errorf("store delivery %q: %w", d.ID, err)
	}
	return nil
}

// Enqueue asks for subjects to be looked at without a delivery: the sweep's entrance.
func (q *Queue) Enqueue(ctx context.Context, keys ...reconcile.Key) error {
	if len(keys) == 0 {
		return nil
	}
	if err := q.submit(ctx, &request{keys: keys}); err != nil {
		return fmt.Errorf("enqueue %d subjects, the first %s: %w", len(keys), keys[0], err)
	}
	return nil
}

func (q *Queue) submit(ctx context.Context, r *request) error {
	for _, key := range r.keys {
		if q.opts.Reconcilers[key.Kind] == nil {
			return fmt.Errorf("nothing works keys of kind %q", key.Kind)
		}
	}
	r.reply = make(chan error, 1)
	select {
	case q.requests <- r:
	case <-q.quit:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-r.reply:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// commitLoop stores requests, those that wait together in one transaction: a sync to disk
// costs the same for one as for a hundred.
func (q *Queue) commitLoop() {
	defer q.done.Done()
	for {
		select {
		case first := <-q.requests:
			batch := append(make([]*request, 0, maxBatch), first)
		more:
			for len(batch) < maxBatch {
				select {
				case r := <-q.requests:
					batch = append(batch, r)
				default:
					break more
				}
			}
			err := q.commit(batch)
			for _, r := range batch {
				r.reply <- err
			}
		case <-q.quit:
			return
		}
	}
}

func (q *Queue) commit(batch []*request) error {
	// A caller that gives up must not roll back what the others wait for.
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return inTx(ctx, q.db, func(tx *sql.Tx) error {
		var order []reconcile.Key // each key once, in order of arrival
		deliveries := map[reconcile.Key]string{}
		for _, r := range batch {
			id := ""
			if r.delivery != nil {
				fresh, err := q.insertDelivery(ctx, tx, r)
				if err != nil {
					return err
				}
				if !fresh {
					continue
				}
				id = r.delivery.ID
			}
			for _, key := range r.keys {
				if _, seen := deliveries[key]; !seen {
					order = append(order, key)
				}
				deliveries[key] = id
			}
		}
		return q.raise(ctx, tx, order, deliveries)
	})
}

// insertDelivery reports whether the delivery is a new one.
func (q *Queue) insertDelivery(ctx context.Context, tx *sql.Tx, r *request) (bool, error) {
	keys, err := json.Marshal(r.keys)
	if err != nil {
		return false, err
	}
	d := r.delivery
	res, err := tx.ExecContext(ctx,
		`INSERT INTO delivery (id, event, project, received, subjects) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		d.ID, d.Event, d.Project, d.Received.UnixMilli(), string(keys))
	if err != nil {
		return false, fmt.Errorf("insert the delivery: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// raise marks subjects as wanted and sees to it that each has a job that will run soon.
func (q *Queue) raise(ctx context.Context, tx *sql.Tx, keys []reconcile.Key, deliveries map[reconcile.Key]string) error {
	var jobless []reconcile.Key
	for _, key := range keys {
		job, live, err := q.raiseOne(ctx, tx, key, deliveries[key])
		switch {
		case err != nil:
			return err
		case live == jobNone:
			jobless = append(jobless, key)
		case live == jobLater:
			// It waits for its back-off or for the time that the last run asked for. What is
			// new must not wait that long.
			if _, err := q.river.JobRetryTx(ctx, tx, job); err != nil {
				return fmt.Errorf("bring forward the job of %s: %w", key, err)
			}
		}
	}
	return q.insertJobs(ctx, tx, jobless)
}

// What a subject's newest job is about to do.
const (
	jobNone  = 0 // it is finished or gone
	jobSoon  = 1 // it waits for a worker or runs
	jobLater = 2 // it waits for a time to come
)

func (q *Queue) raiseOne(ctx context.Context, tx *sql.Tx, key reconcile.Key, delivery string) (job int64, live int, err error) {
	err = tx.QueryRowContext(ctx, `
		INSERT INTO subject (kind, project, iid, wanted, delivery, touched) VALUES (?1, ?2, ?3, 1, ?4, ?5)
		ON CONFLICT DO UPDATE SET
			wanted    = wanted + 1,
			tries     = CASE WHEN failed_at IS NULL THEN tries ELSE 0 END,
			failure   = CASE WHEN failed_at IS NULL THEN failure ELSE '' END,
			failed_at = NULL,
			delivery  = CASE WHEN ?4 = '' THEN delivery ELSE ?4 END,
			touched   = ?5
		RETURNING job, coalesce((`+jobOutlook+`), 0)`,
		key.Kind, key.Project, key.IID, delivery, q.opts.Now().UnixMilli()).Scan(&job, &live)
	if err != nil {
		return 0, 0, fmt.Errorf("mark %s as wanted: %w", key, err)
	}
	return job, live, nil
}

// jobOutlook is the state of a subject's job as one of the constants above. River's times
// are texts in UTC that compare with datetime('now', 'subsec').
const jobOutlook = `
	SELECT CASE
		WHEN state IN ('cancelled', 'completed', 'discarded') THEN 0
		WHEN state = 'running' OR scheduled_at <= datetime('now', 'subsec') THEN 1
		ELSE 2 END
	FROM river_job WHERE id = subject.job`

// insertJobs gives each subject a job to be worked as soon as a worker is free.
func (q *Queue) insertJobs(ctx context.Context, tx *sql.Tx, keys []reconcile.Key) error {
	if len(keys) == 0 {
		return nil
	}
	waiting := map[int64]int{}
	params := make([]river.InsertManyParams, 0, len(keys))
	for _, key := range keys {
		n, counted := waiting[key.Project]
		if !counted {
			var err error
			if n, err = q.countWaiting(ctx, tx, key.Project); err != nil {
				return err
			}
			// Those of this very batch are counted already: they are wanted.
			n = max(0, n-len(keys))
		}
		waiting[key.Project] = n + 1
		params = append(params, river.InsertManyParams{
			Args:       jobArgs{key},
			InsertOpts: &river.InsertOpts{Priority: priority(n, q.opts.Workers)},
		})
	}
	results, err := q.river.InsertManyTx(ctx, tx, params)
	if err != nil {
		return fmt.Errorf("insert %d jobs: %w", len(params), err)
	}
	for i, key := range keys {
		if err := setJob(ctx, tx, key, results[i].Job.ID); err != nil {
			return err
		}
	}
	return nil
}

func setJob(ctx context.Context, tx *sql.Tx, key reconcile.Key, job int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE subject SET job = ? WHERE kind = ? AND project = ? AND iid = ?`,
		job, key.Kind, key.Project, key.IID)
	if err != nil {
		return fmt.Errorf("note the job of %s: %w", key, err)
	}
	return nil
}

// countWaiting counts the subjects of a project that want a run, up to the number from
// which on the lowest priority holds.
func (q *Queue) countWaiting(ctx context.Context, tx *sql.Tx, project int64) (int, error) {
	var n int
	err := tx.QueryRowContext(ctx,
		`SELECT count(*) FROM (SELECT 1 FROM subject WHERE project = ? AND wanted > done LIMIT ?)`,
		project, 9*q.opts.Workers+maxBatch).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count what waits for project %d: %w", project, err)
	}
	return n, nil
}

// priority lets a project that has little to do go before one that has much: the first
// jobs of a project are of the highest priority (1), and the more of them wait the lower
// the next ones get (4). So one busy project does not delay another.
func priority(waiting, workers int) int {
	switch {
	case waiting < workers:
		return 1
	case waiting < 3*workers:
		return 2
	case waiting < 9*workers:
		return 3
	default:
		return 4
	}
}
