package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Mark is the time that was kept under a name, zero when there is none.
func (q *Queue) Mark(ctx context.Context, name string) (time.Time, error) {
	var at int64
	err := q.db.one(ctx, q.db, []any{&at}, `SELECT at FROM mark WHERE name = $1`, name)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("read the mark %q: %w", name, err)
	}
	return time.UnixMilli(at), nil
}

// SetMark keeps a time under a name, instead of what was kept there.
func (q *Queue) SetMark(ctx context.Context, name string, at time.Time) error {
	_, err := q.db.exec(ctx, q.db, `
		INSERT INTO mark (name, at) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET at = excluded.at`, name, at.UnixMilli())
	if err != nil {
		return fmt.Errorf("keep the mark %q: %w", name, err)
	}
	return nil
}
