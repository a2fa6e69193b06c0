package queue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/pgtest"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// TestReplicasShareTheWork: three processes' worth of queues on one database, one key in
// all of them, and one run at a time; every event is followed by a run.
func TestReplicasShareTheWork(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	const subjects, events = 10, 300
	var wanted [subjects + 1]atomic.Int64 // the newest version that was accepted
	var seen [subjects + 1]atomic.Int64   // the newest that a run has read
	rec := newRecorder(func(_ context.Context, key reconcile.Key, _ int) (reconcile.Result, error) {
		seen[key.IID].Store(wanted[key.IID].Load())
		return reconcile.Result{}, nil
	})
	var queues []*Queue
	var opening sync.WaitGroup
	var mu sync.Mutex
	for range 3 {
		opening.Go(func() { // at once: they migrate in turn
			q, err := Open(context.Background(), Options{URL: address, Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: drain{rec}}})
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			queues = append(queues, q)
			t.Cleanup(func() { stop(t, q) })
		})
	}
	opening.Wait()
	if t.Failed() {
		t.FailNow()
	}
	for _, q := range queues {
		start(t, q)
	}
	var sending sync.WaitGroup
	for i := range events {
		sending.Go(func() {
			iid := int64(i%subjects + 1)
			wanted[iid].Add(1)
			if err := queues[i%3].Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, iid), mr(2, iid)}); err != nil {
				t.Error(err)
			}
		})
	}
	sending.Wait()
	await(t, queues[0], "idle", func(s Status) bool { return idle(s) && s.Later == 0 })
	for iid := 1; iid <= subjects; iid++ {
		if w, s := wanted[iid].Load(), seen[iid].Load(); w != s {
			t.Errorf("subject %d: version %d was accepted, %d was worked", iid, w, s)
		}
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.parallel != 1 {
		t.Errorf("one key ran %d times at once", rec.parallel)
	}
}

// TestThousandCopies: one delivery, sent a thousand times at once to three replicas, is one
// run.
func TestThousandCopies(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		rec := newRecorder(nil)
		queues := []*Queue{open(t, rec, Options{URL: url})}
		if !queues[0].db.alone {
			queues = append(queues, open(t, rec, Options{URL: url}), open(t, rec, Options{URL: url}))
		}
		for _, q := range queues {
			start(t, q)
		}
		d := newDelivery()
		var wg sync.WaitGroup
		for i := range 1000 {
			wg.Go(func() {
				if err := queues[i%len(queues)].Accept(context.Background(), d, []reconcile.Key{mr(1, 1)}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		await(t, queues[0], "idle", idle)
		if n := rec.count(mr(1, 1)); n != 1 {
			t.Errorf("%d runs, want 1", n)
		}
	})
}

// TestLostLeaseIsFenced: the outcome of a worker whose subject has been taken over is
// dropped, and its run is told to end.
func TestLostLeaseIsFenced(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		ended := make(chan error, 1)
		rec := newRecorder(func(ctx context.Context, _ reconcile.Key, n int) (reconcile.Result, error) {
			if n > 1 {
				return reconcile.Result{}, nil
			}
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return reconcile.Result{}, reconcile.Terminal(errors.New("from the one that lost"))
		})
		q := open(t, rec, Options{URL: url, Lease: 3 * time.Second})
		start(t, q)
		accept(t, q, mr(1, 1))
		next(t, rec)
		// As if it had been away for too long, and another had begun.
		if _, err := q.db.Exec(`UPDATE subject SET owner = 'another', job = 1, lease = 0`); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, errLeaseLost) {
			t.Errorf("the run was ended by %v", err)
		}
		next(t, rec)
		if s := await(t, q, "idle", idle); len(s.Failed) != 0 {
			t.Errorf("the outcome of the worker that lost was stored: %+v", s.Failed)
		}
	})
}

// TestStaleOutcome: an outcome is stored only while the subject is the run's.
func TestStaleOutcome(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		q := open(t, newRecorder(nil), Options{URL: url})
		accept(t, q, mr(1, 1), mr(1, 2))
		if _, err := q.db.Exec(`UPDATE subject SET job = 7, owner = 'another', lease = 9000000000000`); err != nil {
			t.Fatal(err)
		}
		r := &run{key: mr(1, 1), ticket: 7}
		if _, _, err := q.begin(t.Context(), r); err != nil || r.begun {
			t.Errorf("a subject of another begins here (%v)", err)
		}
		for _, ticket := range []int64{7, 8} {
			r := &run{key: mr(1, 1), ticket: ticket, revision: 1}
			if kept, err := q.finish(t.Context(), r, outcome{done: true}); err != nil || kept {
				t.Errorf("the outcome of ticket %d of another was stored (%v)", ticket, err)
			}
		}
		var owners int
		if err := q.db.QueryRow(`SELECT count(*) FROM subject WHERE owner = 'another' AND job = 7 AND done = 0`).Scan(&owners); err != nil || owners != 2 {
			t.Errorf("%d subjects are as they were (%v), want 2", owners, err)
		}
	})
}

// TestCutOffReplica: a replica that can't reach the database ends its run before another
// takes the subject over.
func TestCutOffReplica(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	const lease = 12 * time.Second
	var running atomic.Int32
	took := make(chan struct{})
	lost := newRecorder(func(ctx context.Context, _ reconcile.Key, _ int) (reconcile.Result, error) {
		running.Add(1)
		<-ctx.Done()
		running.Add(-1)
		return reconcile.Result{}, context.Cause(ctx)
	})
	there, cut := throughWire(t, address)
	first := open(t, lost, Options{URL: there, Lease: lease})
	start(t, first)
	accept(t, first, mr(1, 1))
	next(t, lost)
	cut()
	second := open(t, newRecorder(func(context.Context, reconcile.Key, int) (reconcile.Result, error) {
		if n := running.Load(); n != 0 {
			t.Error("the first replica still works on it")
		}
		close(took)
		return reconcile.Result{}, nil
	}), Options{URL: address, Lease: lease})
	start(t, second)
	select {
	case <-took:
	case <-time.After(patience):
		t.Fatal("nobody has taken it over")
	}
	await(t, second, "idle", idle)
}

// throughWire returns the address of a database as reached through a wire, and what cuts it.
func throughWire(t *testing.T, address string) (there string, cut func()) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	network, target := "tcp", u.Host
	if dir := u.Query().Get("host"); dir != "" {
		network, target = "unix", filepath.Join(dir, ".s.PGSQL.5432")
	}
	wire, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var ends []net.Conn
	isCut := false
	cut = func() {
		mu.Lock()
		defer mu.Unlock()
		isCut = true
		wire.Close()
		for _, end := range ends {
			end.Close()
		}
	}
	t.Cleanup(cut)
	go func() {
		for {
			here, err := wire.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial(network, target)
			if err != nil {
				here.Close()
				continue
			}
			mu.Lock()
			ends = append(ends, here, far)
			if isCut {
				here.Close()
				far.Close()
			}
			mu.Unlock()
			go func() { _, _ = io.Copy(far, here); far.Close() }()
			go func() { _, _ = io.Copy(here, far); here.Close() }()
		}
	}()
	query := u.Query()
	query.Del("host")
	query.Set("sslmode", "disable")
	u.Host, u.RawQuery = wire.Addr().String(), query.Encode()
	return u.String(), cut
}

// TestLimitHoldsForAll: what one replica hears of GitLab's limit the others obey.
func TestLimitHoldsForAll(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	limited := newRecorder(func(context.Context, reconcile.Key, int) (reconcile.Result, error) {
		return reconcile.Result{}, fmt.Errorf("write the note: %w", &forge.RateLimitError{After: time.Hour})
	})
	first := open(t, limited, Options{URL: address})
	start(t, first)
	accept(t, first, mr(1, 1))
	next(t, limited)
	await(t, first, "limited", func(s Status) bool { return s.RateLimit > 0 && s.Running == 0 })
	rec := newRecorder(nil)
	second := open(t, rec, Options{URL: address})
	start(t, second)
	accept(t, second, mr(1, 2))
	s := await(t, second, "limited as well", func(s Status) bool { return s.RateLimit > 59*time.Minute })
	if s.Waiting != 1 || s.Later != 1 {
		t.Errorf("%+v, want one that waits for the gate and one for its time", s)
	}
	if n := rec.count(mr(1, 2)); n != 0 {
		t.Errorf("%d runs in spite of the limit", n)
	}
}

// TestHangingProject: the runs of a busy project hold no worker that another needs.
func TestHangingProject(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		quiet := make(chan struct{})
		release := make(chan struct{})
		rec := newRecorder(func(_ context.Context, key reconcile.Key, _ int) (reconcile.Result, error) {
			if key.Project == 2 {
				close(quiet)
			} else {
				<-release
			}
			return reconcile.Result{}, nil
		})
		q := open(t, rec, Options{URL: url, Workers: 8})
		t.Cleanup(func() { close(release) })
		start(t, q)
		var keys []reconcile.Key
		for i := range 100 {
			keys = append(keys, mr(1, int64(i+1)))
		}
		accept(t, q, keys...)
		for range 7 { // all workers that it may have
			next(t, rec)
		}
		accept(t, q, mr(2, 1))
		select {
		case <-quiet:
		case <-time.After(patience):
			t.Error("the quiet project waits for the busy one")
		}
	})
}

// TestRetry: a subject that was given up runs again when somebody asks.
func TestRetry(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		rec := newRecorder(func(_ context.Context, _ reconcile.Key, n int) (reconcile.Result, error) {
			if n == 1 {
				return reconcile.Result{}, reconcile.Terminal(errors.New("no such project"))
			}
			return reconcile.Result{}, nil
		})
		q := open(t, rec, Options{URL: url})
		start(t, q)
		accept(t, q, mr(1, 1))
		await(t, q, "given up", func(s Status) bool { return len(s.Failed) == 1 && idle(s) })
		beside, err := Attach(t.Context(), Options{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { stop(t, beside) })
		if err := beside.Retry(t.Context(), mr(1, 1)); err != nil {
			t.Fatal(err)
		}
		await(t, q, "mended", func(s Status) bool { return len(s.Failed) == 0 && idle(s) })
		if err := q.Retry(t.Context(), mr(9, 9)); !errors.Is(err, ErrUnknown) {
			t.Errorf("retry of what nobody knows: %v", err)
		}
	})
}

// TestReplay: a stored delivery asks again for what it asked for.
func TestReplay(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		rec := newRecorder(nil)
		q := open(t, rec, Options{URL: url})
		start(t, q)
		d := accept(t, q, mr(1, 1), mr(1, 2))
		next(t, rec)
		next(t, rec)
		await(t, q, "idle", idle)
		stored, err := q.Replay(t.Context(), d.ID)
		if err != nil || len(stored.Keys) != 2 || stored.Event != d.Event {
			t.Fatalf("replay: %+v, %v", stored, err)
		}
		next(t, rec)
		next(t, rec)
		if _, err := q.Replay(t.Context(), "nobody's"); !errors.Is(err, ErrUnknown) {
			t.Errorf("replay of an unknown delivery: %v", err)
		}
	})
}

func TestInTurn(t *testing.T) {
	t.Parallel()
	keys := func(project int64, n int) (list []reconcile.Key) {
		for i := range n {
			list = append(list, mr(project, int64(i+1)))
		}
		return list
	}
	for name, test := range map[string]struct {
		due   [][]reconcile.Key
		taken map[int64]int
		room  int
		want  []reconcile.Key
	}{
		"one":               {[][]reconcile.Key{keys(1, 3)}, nil, 2, []reconcile.Key{mr(1, 1), mr(1, 2)}},
		"in turn":           {[][]reconcile.Key{keys(1, 3), keys(2, 2)}, nil, 4, []reconcile.Key{mr(1, 1), mr(2, 1), mr(1, 2), mr(2, 2)}},
		"fewest first":      {[][]reconcile.Key{keys(1, 2), keys(2, 1)}, map[int64]int{1: 2, 2: 1}, 1, []reconcile.Key{mr(2, 1)}},
		"no room":           {[][]reconcile.Key{keys(1, 2)}, map[int64]int{1: 5}, 0, nil},
		"no room, but none": {[][]reconcile.Key{keys(1, 2), keys(2, 2)}, map[int64]int{1: 5}, -1, []reconcile.Key{mr(2, 1)}},
		"nothing":           {nil, nil, 5, nil},
	} {
		var got []reconcile.Key
		for _, c := range inTurn(test.due, test.taken, test.room) {
			got = append(got, c.key)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

// TestOneBadRequest: what can't be stored does not keep others from being stored.
func TestOneBadRequest(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		q := open(t, newRecorder(nil), Options{URL: url})
		good := &request{delivery: &reconcile.Delivery{ID: "good", Event: "Push Hook", Received: time.Now()}, reply: make(chan error, 1)}
		bad := &request{begin: &run{key: mr(1, 1)}, keys: []reconcile.Key{{Kind: "\x00", Project: 1}}, reply: make(chan error, 1)}
		_ = q.store([]*request{good, bad}, false)
		if err := <-good.reply; err != nil {
			t.Errorf("the good one was not stored: %v", err)
		}
		<-bad.reply
	})
}
