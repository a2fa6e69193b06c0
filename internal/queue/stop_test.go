package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// TestStopHandsBack: what does not end in time runs again after the next start, and counts
// as no failed try.
func TestStopHandsBack(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		rec := newRecorder(func(ctx context.Context, _ reconcile.Key, _ int) (reconcile.Result, error) {
			<-ctx.Done()
			return reconcile.Result{}, fmt.Errorf("read the merge request: %w", ctx.Err())
		})
		q := open(t, rec, Options{URL: url, MaxTries: 1})
		start(t, q)
		accept(t, q, mr(1, 1))
		next(t, rec)
		late, cancel := context.WithCancel(t.Context())
		cancel()
		if err := q.Stop(late); err != nil {
			t.Fatal(err)
		}
		if err := q.Accept(t.Context(), newDelivery(), []reconcile.Key{mr(1, 1)}); !errors.Is(err, ErrStopped) {
			t.Errorf("accept after stop: %v, want ErrStopped", err)
		}
		rec = newRecorder(nil)
		q = open(t, rec, Options{URL: url, MaxTries: 1})
		start(t, q)
		if key := next(t, rec); key != mr(1, 1) {
			t.Errorf("%s runs after the restart, want %s", key, mr(1, 1))
		}
		if s := await(t, q, "idle", idle); len(s.Failed) != 0 {
			t.Errorf("stopping counts as a failure: %+v", s.Failed)
		}
	})
}

// TestStopLetsRunsEnd: a run that needs a moment is not disturbed.
func TestStopLetsRunsEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		release := make(chan struct{})
		ended := make(chan error, 1)
		rec := newRecorder(func(ctx context.Context, _ reconcile.Key, _ int) (reconcile.Result, error) {
			<-release
			ended <- ctx.Err()
			return reconcile.Result{}, nil
		})
		q := open(t, rec, Options{URL: url})
		start(t, q)
		accept(t, q, mr(1, 1))
		next(t, rec)
		stopped := make(chan struct{})
		go func() { defer close(stopped); stop(t, q) }()
		close(release)
		<-stopped
		if err := <-ended; err != nil {
			t.Errorf("the run was cut off: %v", err)
		}
	})
}

// TestAcceptWhileStopping: what Accept has said yes to while the queue stops is there afterwards; all else is
// refused.
func TestAcceptWhileStopping(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		q := open(t, newRecorder(nil), Options{URL: url})
		start(t, q)
		var accepted sync.Map
		var n atomic.Int64
		var senders sync.WaitGroup
		for sender := range int64(16) {
			senders.Go(func() {
				for {
					d := newDelivery()
					if err := q.Accept(context.Background(), d, []reconcile.Key{mr(sender, 1)}); err != nil {
						if !errors.Is(err, ErrStopped) {
							t.Errorf("refused with %v", err)
						}
						return
					}
					accepted.Store(d.ID, true)
					n.Add(1)
				}
			})
		}
		for n.Load() < 100 {
			time.Sleep(time.Millisecond)
		}
		stop(t, q)
		senders.Wait()
		q = open(t, newRecorder(nil), Options{URL: url})
		err := q.db.each(t.Context(), q.db, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			accepted.Delete(id)
			return err
		}, `SELECT id FROM delivery`)
		if err != nil {
			t.Fatal(err)
		}
		accepted.Range(func(id, _ any) bool {
			t.Errorf("%s was accepted, and is not there", id)
			return true
		})
		t.Logf("%d accepted", n.Load())
	})
}
