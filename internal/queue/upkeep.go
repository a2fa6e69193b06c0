package queue

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// upkeepInterval is the time between two rounds of forgetting and checking.
const upkeepInterval = 10 * time.Minute

// putBack makes a database that a process has left, at whatever point, ready to go on. The
// lock says that this process is alone: whatever is running is so no more, and a leader's
// lease of River is nobody's.
func (q *Queue) putBack(ctx context.Context) error {
	var put int64
	err := inTx(ctx, q.db, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx,
			`UPDATE river_job SET state = 'available', scheduled_at = datetime('now', 'subsec') WHERE state = 'running'`)
		if err != nil {
			return err
		}
		if put, err = res.RowsAffected(); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM river_leader`); err != nil {
			return err
		}
		return q.adopt(ctx, tx)
	})
	if err == nil && put > 0 {
		q.log.Info().Int64("jobs", put).Msg("jobs of the last process put back")
	}
	return err
}

// adopt gives a job to every subject that wants a run and has none. Every transaction
// leaves each with one; this is for a file that somebody has edited or restored.
func (q *Queue) adopt(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, `
		SELECT kind, project, iid FROM subject
		WHERE wanted > done AND coalesce((`+jobOutlook+`), 0) = 0`)
	if err != nil {
		return fmt.Errorf("look for subjects without a job: %w", err)
	}
	defer rows.Close()
	var keys []reconcile.Key
	for rows.Next() {
		var key reconcile.Key
		if err := rows.Scan(&key.Kind, &key.Project, &key.IID); err != nil {
			return fmt.Errorf("look for subjects without a job: %w", err)
		}
		keys = append(keys, key)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("look for subjects without a job: %w", err)
	}
	if len(keys) > 0 {
		q.log.Warn().Int("subjects", len(keys)).Msg("subjects without a job given one")
	}
	return q.insertJobs(ctx, tx, keys)
}

func (q *Queue) upkeepLoop() {
	defer q.done.Done()
	ticker := time.NewTicker(upkeepInterval)
	defer ticker.Stop()
	for {
		select {
		case <-q.quit:
			return
		case <-ticker.C:
			if err := q.upkeep(); err != nil {
				q.log.Error().Err(err).Msg("upkeep of the database failed; it is tried again")
			}
		}
	}
}

// upkeep forgets old deliveries and subjects with nothing to do.
func (q *Queue) upkeep() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	horizon := q.opts.Now().Add(-q.opts.Keep).UnixMilli()
	return inTx(ctx, q.db, func(tx *sql.Tx) error {
		if err := q.adopt(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM delivery WHERE received < ?`, horizon); err != nil {
			return fmt.Errorf("forget old deliveries: %w", err)
		}
		_, err := tx.ExecContext(ctx, `
			DELETE FROM subject
			WHERE wanted <= done AND touched < ? AND coalesce((`+jobOutlook+`), 0) = 0`, horizon)
		if err != nil {
			return fmt.Errorf("forget old subjects: %w", err)
		}
		return nil
	})
}
