package queue

import (
	"context"
	"database/sql"
	"time"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

const (
	// maxBatch is how many requests share one transaction, and so one sync to disk.
	maxBatch = 128
	// storePatience is how long a database that fails is tried again before those who wait
	// are told. GitLab waits ten seconds for an answer.
	storePatience = 6 * time.Second
	// commitTimeout is for one transaction.
	commitTimeout = 30 * time.Second
)

// A request waits for the committer. It is one of three: an event, a run that begins, a run
// that has ended.
type request struct {
	delivery *reconcile.Delivery // of an event; nil for Enqueue
	keys     []reconcile.Key     // of an event
	begin    *run
	end      *ending
	reply    chan error // buffered: the committer never waits for a caller that has gone
}

// submit hands a request to the committer and waits for its commit. It sets no time: who
// waits in line while others are stored is answered late, and only a database that fails
// makes an error.
func (q *Queue) submit(ctx context.Context, r *request) error {
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
	failing := false
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
			failing = q.store(batch, failing)
			q.wakeDispatcher()
		case <-q.quit:
			return
		}
	}
}

// store commits a batch and answers all in it. It reports whether the database fails: then
// the next batch is tried once, so that a line of senders is not kept waiting in vain.
func (q *Queue) store(batch []*request, failing bool) (failed bool) {
	deadline := time.Now().Add(storePatience)
	err := q.commit(batch)
	for wait := 10 * time.Millisecond; err != nil && !failing && time.Now().Before(deadline); wait = min(2*wait, time.Second) {
		select {
		case <-q.quit:
			deadline = time.Now()
		case <-time.After(wait):
		}
		err = q.commit(batch)
	}
	if err != nil && len(batch) > 1 && !failing {
		// Perhaps one of them is what can't be stored; the others shall not suffer for it.
		failed = true
		for _, r := range batch {
			err := q.commit([]*request{r})
			failed = failed && err != nil
			r.reply <- err
		}
		return failed
	}
	for _, r := range batch {
		r.reply <- err
	}
	return err != nil
}

func (q *Queue) commit(batch []*request) error {
	// A caller that gives up must not roll back what the others wait for.
	ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
	defer cancel()
	return q.db.inTx(ctx, func(tx *sql.Tx) error {
		if err := q.storeEvents(ctx, tx, batch); err != nil {
			return err
		}
		if err := q.storeEndings(ctx, tx, batch); err != nil {
			return err
		}
		return q.storeBeginnings(ctx, tx, batch)
	})
}
