package queue

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/pgtest"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// The promises of a queue, as checks that say what is broken. They know nothing of how a
// queue is made: naive_test.go runs one of them against a queue that breaks its promise.

// patience is how long a check waits for what must come.
const patience = time.Minute

// An engine is what the checks need of a queue.
type engine interface {
	Accept(ctx context.Context, d reconcile.Delivery, keys []reconcile.Key) error
	Start(ctx context.Context) error
}

var deliveryNumber atomic.Int64

func newDelivery() reconcile.Delivery {
	return reconcile.Delivery{
		ID: fmt.Sprintf("delivery-%d", deliveryNumber.Add(1)), Event: "Merge Request Hook", Project: 42, Received: time.Now(),
	}
}

func mr(project, iid int64) reconcile.Key {
	return reconcile.Key{Kind: reconcile.MergeRequest, Project: project, IID: iid}
}

// A recorder is a reconciler that tells when its runs begin, and ends them as it is told.
type recorder struct {
	began chan reconcile.Key
	do    func(ctx context.Context, key reconcile.Key, n int) (reconcile.Result, error) // n: which run of the key, from 1

	mu       sync.Mutex
	runs     map[reconcile.Key]int
	now      map[reconcile.Key]int // runs of a key at this moment
	parallel int                   // most runs at once of one key
}

func newRecorder(do func(ctx context.Context, key reconcile.Key, n int) (reconcile.Result, error)) *recorder {
	if do == nil {
		do = func(context.Context, reconcile.Key, int) (reconcile.Result, error) { return reconcile.Result{}, nil }
	}
	return &recorder{
		began: make(chan reconcile.Key, 10000), do: do,
		runs: map[reconcile.Key]int{}, now: map[reconcile.Key]int{},
	}
}

func (r *recorder) Reconcile(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
	r.mu.Lock()
	r.runs[key]++
	n := r.runs[key]
	r.now[key]++
	r.parallel = max(r.parallel, r.now[key])
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.now[key]--
		r.mu.Unlock()
	}()
	r.began <- key
	return r.do(ctx, key, n)
}

func (r *recorder) count(key reconcile.Key) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.runs[key]
}

// next waits until a run begins.
func (r *recorder) next(wait time.Duration) (reconcile.Key, error) {
	select {
	case key := <-r.began:
		return key, nil
	case <-time.After(wait):
		return reconcile.Key{}, fmt.Errorf("no run began within %s", wait)
	}
}

// An opener makes a queue that works the kinds merge_request and openings with rec.
type opener func(rec reconcile.Reconciler, o Options) engine

// checkCollapse: equal keys that wait share one run.
func checkCollapse(open opener) error {
	rec := newRecorder(nil)
	q := open(rec, Options{})
	for range 50 {
		if err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, 1)}); err != nil {
			return err
		}
	}
	if err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, 2)}); err != nil {
		return err
	}
	if err := q.Start(context.Background()); err != nil {
		return err
	}
	seen := map[reconcile.Key]bool{}
	for len(seen) < 2 {
		key, err := rec.next(patience)
		if err != nil {
			return err
		}
		if seen[key] {
			return fmt.Errorf("%s ran twice for events that came before its first run", key)
		}
		seen[key] = true
	}
	return nil
}

// checkEventDuringRun: an event that comes while its subject is worked makes it run again.
func checkEventDuringRun(open opener, wait time.Duration) error {
	release := make(chan struct{})
	rec := newRecorder(func(_ context.Context, _ reconcile.Key, n int) (reconcile.Result, error) {
		if n == 1 {
			<-release
		}
		return reconcile.Result{}, nil
	})
	q := open(rec, Options{})
	if err := q.Start(context.Background()); err != nil {
		return err
	}
	if err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, 1)}); err != nil {
		return err
	}
	if _, err := rec.next(patience); err != nil {
		return err
	}
	// The first run has read the world; what this event tells came later.
	err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, 1)})
	close(release)
	if err != nil {
		return err
	}
	if _, err := rec.next(wait); err != nil {
		return fmt.Errorf("the event that came during the run is lost: %w", err)
	}
	return nil
}

// checkExclusion: one key never runs twice at once, and different keys do.
func checkExclusion(open opener) error {
	const events = 300
	var wg sync.WaitGroup
	both := make(chan struct{})
	var others atomic.Int32
	rec := newRecorder(func(_ context.Context, key reconcile.Key, n int) (reconcile.Result, error) {
		if key.IID > 1 && n == 1 {
			// Two different keys must be able to meet here.
			if others.Add(1) == 2 {
				close(both)
			}
			select {
			case <-both:
			case <-time.After(patience):
				return reconcile.Result{}, errors.New("the other key did not run at the same time")
			}
		}
		return reconcile.Result{}, nil
	})
	q := open(rec, Options{Workers: 8})
	if err := q.Start(context.Background()); err != nil {
		return err
	}
	if err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, 2), mr(1, 3)}); err != nil {
		return err
	}
	failed := make(chan error, events)
	for range events {
		wg.Go(func() {
			if err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, 1)}); err != nil {
				failed <- err
			}
		})
	}
	wg.Wait()
	select {
	case err := <-failed:
		return err
	case <-both:
	case <-time.After(patience):
		return errors.New("two different keys never ran at the same time")
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.parallel != 1 {
		return fmt.Errorf("one key ran %d times at once", rec.parallel)
	}
	return nil
}

// checkRetry: an error and a panic are tried again, until it works.
func checkRetry(open opener) error {
	rec := newRecorder(func(_ context.Context, _ reconcile.Key, n int) (reconcile.Result, error) {
		switch n {
		case 1:
			return reconcile.Result{}, fmt.Errorf("read the merge request: %w", forge.ErrUnavailable)
		case 2:
			panic("a bug")
		}
		return reconcile.Result{}, nil
	})
	q := open(rec, Options{Backoff: func(int) time.Duration { return time.Millisecond }})
	if err := q.Start(context.Background()); err != nil {
		return err
	}
	if err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, 1)}); err != nil {
		return err
	}
	for n := range 3 {
		if _, err := rec.next(patience); err != nil {
			return fmt.Errorf("run %d: %w", n+1, err)
		}
	}
	return nil
}

// checkAfter: a run that asks for another look gets it then, and an event does not wait
// for that time.
func checkAfter(open opener) error {
	rec := newRecorder(func(_ context.Context, _ reconcile.Key, n int) (reconcile.Result, error) {
		switch n {
		case 1:
			return reconcile.Result{After: 300 * time.Millisecond}, nil
		case 2:
			return reconcile.Result{After: time.Hour}, nil
		}
		return reconcile.Result{}, nil
	})
	q := open(rec, Options{})
	if err := q.Start(context.Background()); err != nil {
		return err
	}
	if err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, 1)}); err != nil {
		return err
	}
	if _, err := rec.next(patience); err != nil {
		return err
	}
	first := time.Now()
	if _, err := rec.next(patience); err != nil {
		return fmt.Errorf("the other look: %w", err)
	}
	// River's times have milliseconds.
	if early := 300*time.Millisecond - time.Since(first); early > 5*time.Millisecond {
		return fmt.Errorf("the other look came %s too early", early)
	}
	if err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, 1)}); err != nil {
		return err
	}
	if _, err := rec.next(patience); err != nil {
		return fmt.Errorf("an event waits for the time that the last run asked for: %w", err)
	}
	return nil
}

// TestExercise holds the queue to its promises, on both databases.
func TestExercise(t *testing.T) {
	for name, check := range map[string]func(opener) error{
		"collapse":         checkCollapse,
		"event during run": func(open opener) error { return checkEventDuringRun(open, patience) },
		"exclusion":        checkExclusion,
		"retry":            checkRetry,
		"after":            checkAfter,
	} {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, url string) {
				err := check(func(rec reconcile.Reconciler, o Options) engine {
					o.URL = url
					return open(t, rec, o)
				})
				if err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestServerNotAsked: the driver knows the types of all values by itself where the address says that the
// server is not asked. The program is built without the driver's own table of types, as `make test` builds this.
func TestServerNotAsked(t *testing.T) {
	for _, mode := range []string{"exec", "simple_protocol"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			address, err := url.Parse(pgtest.URL(t))
			if err != nil {
				t.Fatal("the test server's address can't be read")
			}
			query := address.Query()
			query.Set("default_query_exec_mode", mode)
			address.RawQuery = query.Encode()
			err = checkRetry(func(rec reconcile.Reconciler, o Options) engine {
				o.URL = address.String()
				return open(t, rec, o)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
