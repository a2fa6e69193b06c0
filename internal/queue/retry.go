package queue

import (
	"context"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// Retry asks for a subject to be worked again, soon and with all its tries. It is for one
// that was given up.
func (q *Queue) Retry(ctx context.Context, key reconcile.Key) error { return q.Enqueue(ctx, key) }
