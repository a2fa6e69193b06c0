package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// ErrUnknown says that the database does not know a delivery or a subject.
var ErrUnknown = errors.New("not known; it may have been forgotten")

// Retry asks for a subject to be worked again, soon and with all its tries. It is for one
// that was given up; any other that the database knows is looked at once more.
func (q *Queue) Retry(ctx context.Context, key reconcile.Key) error {
	err := q.db.inTx(ctx, func(tx *sql.Tx) error {
		n, err := q.db.exec(ctx, tx, `UPDATE subject SET crashes = 0, tries = 0 WHERE kind = $1 AND project = $2 AND iid = $3`,
			key.Kind, key.Project, key.IID)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrUnknown
		}
		return q.raise(ctx, tx, map[reconcile.Key]wish{key: {}})
	})
	if err != nil {
		return fmt.Errorf("retry %s: %w", key, err)
	}
	q.wakeDispatcher()
	return nil
}

// Replay asks for the subjects of a stored delivery to be looked at again.
func (q *Queue) Replay(ctx context.Context, id string) (Stored, error) {
	stored, err := q.Delivery(ctx, id)
	if err != nil {
		return Stored{}, err
	}
	wishes := map[reconcile.Key]wish{}
	for _, key := range stored.Keys {
		wishes[key] = wish{Delivery: stored.ID}
	}
	if err := q.db.inTx(ctx, func(tx *sql.Tx) error { return q.raise(ctx, tx, wishes) }); err != nil {
		return Stored{}, fmt.Errorf("replay delivery %q: %w", id, err)
	}
	q.wakeDispatcher()
	return stored, nil
}

// Delivery reads a stored delivery.
func (q *Queue) Delivery(ctx context.Context, id string) (Stored, error) {
	stored, err := q.readDeliveries(ctx, `WHERE id = $1`, id)
	if err == nil && len(stored) == 0 {
		err = ErrUnknown
	}
	if err != nil {
		return Stored{}, fmt.Errorf("read delivery %q: %w", id, err)
	}
	return stored[0], nil
}
