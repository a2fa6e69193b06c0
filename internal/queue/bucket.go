package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gitlab.com/roleplan/roleplan/internal/ratelimit"
)

// Buckets is where the rate limits are kept that all replicas share; nil when there is one process.
func (q *Queue) Buckets() ratelimit.Store {
	if q.db.alone {
		return nil
	}
	return buckets{q.db}
}

type buckets struct{ db *database }

// UpdateBucket changes a row under its lock, by the clock of the database. A crash may forget the
// last of the changes: that is not worth a sync to disk.
func (b buckets) UpdateBucket(ctx context.Context, name string, change func(*ratelimit.Bucket, time.Time)) error {
	err := b.db.inTx(ctx, func(tx *sql.Tx) error {
		bucket, now, err := b.lock(ctx, tx, name)
		if errors.Is(err, sql.ErrNoRows) {
			if _, err := b.db.exec(ctx, tx, `INSERT INTO bucket (name, full_at, shut_until) VALUES ($1, 0, 0) ON CONFLICT (name) DO NOTHING`, name); err != nil {
				return err
			}
			bucket, now, err = b.lock(ctx, tx, name)
		}
		if err != nil {
			return err
		}
		before := bucket
		if change(&bucket, now); bucket == before {
			return nil
		}
		_, err = b.db.exec(ctx, tx, `UPDATE bucket SET full_at = $2, shut_until = $3 WHERE name = $1`, name, bucket.Full.UnixMicro(), bucket.Shut.UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("update the rate limit %q: %w", name, err)
	}
	return nil
}

func (b buckets) lock(ctx context.Context, tx *sql.Tx, name string) (ratelimit.Bucket, time.Time, error) {
	var full, shut, now int64
	var off string
	err := b.db.one(ctx, tx, []any{&full, &shut, &now, &off}, `
		SELECT full_at, shut_until, CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint), set_config('synchronous_commit', 'off', true)
		FROM bucket WHERE name = $1 FOR UPDATE`, name)
	return ratelimit.Bucket{Full: time.UnixMicro(full), Shut: time.UnixMicro(shut)}, time.UnixMicro(now), err
}
