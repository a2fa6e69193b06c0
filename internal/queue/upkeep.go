package queue

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

const (
	// upkeepInterval is the time between two rounds of forgetting and checking.
	upkeepInterval = 10 * time.Minute
	// forgetAtOnce bounds a transaction that forgets: nobody shall wait long for it.
	forgetAtOnce = 2000
)

// putBack makes a database that a process has left, at whatever point, ready to go on. If
// this process is alone, whatever is taken is so no more, and the jobs and the leader that
// River knows are nobody's; with several, leases tell.
func (q *Queue) putBack(ctx context.Context) error {
	if !q.db.alone {
		return q.adopt(ctx)
	}
	var put int64
	err := q.db.inTx(ctx, func(tx *sql.Tx) (err error) {
		put, err = q.db.exec(ctx, tx, `
			UPDATE subject SET crashes = crashes + CASE WHEN owner = '' THEN 0 ELSE 1 END, job = 0, owner = '', lease = 0
			WHERE job <> 0`)
		if err != nil {
			return err
		}
		for _, statement := range []string{`DELETE FROM river_job`, `DELETE FROM river_leader`} {
			if _, err := q.db.exec(ctx, tx, statement); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if put > 0 {
		q.log.Info().Int64("subjects", put).Msg("subjects of the last process put back")
	}
	return q.adopt(ctx)
}

// adopt makes every subject due that wants a run and has no time for it. Every transaction
// leaves each with one; this is for a database that somebody has edited.
func (q *Queue) adopt(ctx context.Context) error {
	n, err := q.db.exec(ctx, q.db, `UPDATE subject SET due = now_ms() WHERE due IS NULL AND job = 0 AND wanted > done`)
	if err != nil {
		return fmt.Errorf("look for subjects that are not due: %w", err)
	}
	if n > 0 {
		q.log.Warn().Int64("subjects", n).Msg("subjects that wanted a run and had no time for it")
	}
	return nil
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
	if err := q.adopt(ctx); err != nil {
		return err
	}
	horizon := q.opts.Now().Add(-q.opts.Keep).UnixMilli()
	for what, statement := range map[string]string{
		"deliveries": `DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE received < $1 LIMIT $2)`,
		"subjects": `
			DELETE FROM subject WHERE due IS NULL AND job = 0 AND wanted <= done AND touched < $1 AND (kind, project, iid) IN (
				SELECT kind, project, iid FROM subject WHERE due IS NULL AND job = 0 AND wanted <= done AND touched < $1 LIMIT $2)`,
	} {
		for n := int64(forgetAtOnce); n == forgetAtOnce; {
			var err error
			if n, err = q.db.exec(ctx, q.db, statement, horizon, forgetAtOnce); err != nil {
				return fmt.Errorf("forget old %s: %w", what, err)
			}
		}
	}
	return nil
}
