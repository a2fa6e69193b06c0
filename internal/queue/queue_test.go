package queue

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/pgtest"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// open opens a queue in a folder of its own, and stops it when the test ends.
func open(t *testing.T, rec reconcile.Reconciler, o Options) *Queue {
	t.Helper()
	if o.URL == "" {
		o.URL = newFile(t)
	}
	if o.Reconcilers == nil {
		o.Reconcilers = map[string]reconcile.Reconciler{reconcile.MergeRequest: rec, reconcile.Openings: rec}
	}
	q, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, q) })
	return q
}

// newFile is the address of a database that is not there yet.
func newFile(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db")
}

// onBoth runs a test on both databases, each time with the address of an empty one.
func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Parallel()
	for name, address := range map[string]func(testing.TB) string{"sqlite": newFile, "postgres": pgtest.URL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, address(t))
		})
	}
}

func stop(t *testing.T, q *Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := q.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func start(t *testing.T, q *Queue) {
	t.Helper()
	if err := q.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func accept(t *testing.T, q *Queue, keys ...reconcile.Key) reconcile.Delivery {
	t.Helper()
	d := newDelivery()
	if err := q.Accept(t.Context(), d, keys); err != nil {
		t.Fatal(err)
	}
	return d
}

// await waits until the status is as wanted. There is no signal for what a run leaves in
// the database.
func await(t *testing.T, q *Queue, what string, ok func(Status) bool) Status {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		s, err := q.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if ok(s) {
			return s
		}
		if time.Now().After(deadline) {
			t.Fatalf("not %s within %s; status %+v", what, patience, s)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func idle(s Status) bool { return s.Waiting == 0 && s.Running == 0 }

func next(t *testing.T, rec *recorder) reconcile.Key {
	t.Helper()
	key, err := rec.next(patience)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestDuplicateDelivery(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		rec := newRecorder(nil)
		q := open(t, rec, Options{URL: url})
		start(t, q)
		d := accept(t, q, mr(1, 1))
		next(t, rec)
		await(t, q, "idle", idle)
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if err := q.Accept(context.Background(), d, []reconcile.Key{mr(1, 1)}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		s := await(t, q, "idle", idle)
		if n := rec.count(mr(1, 1)); n != 1 {
			t.Errorf("the same delivery, sent again a thousand times: %d runs, want 1", n)
		}
		if len(s.Deliveries) != 1 {
			t.Errorf("%d deliveries stored, want 1", len(s.Deliveries))
		}
	})
}

func TestTerminal(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		works := make(chan bool, 1)
		rec := newRecorder(func(_ context.Context, key reconcile.Key, n int) (reconcile.Result, error) {
			if n == 1 {
				return reconcile.Result{}, fmt.Errorf("%s: %w", key, reconcile.Terminal(errors.New("the project is archived")))
			}
			works <- true
			return reconcile.Result{Changed: 1}, nil
		})
		q := open(t, rec, Options{URL: url})
		start(t, q)
		accept(t, q, mr(7, 3))
		s := await(t, q, "given up", func(s Status) bool { return len(s.Failed) == 1 && idle(s) })
		f := s.Failed[0]
		if f.Key != mr(7, 3) || f.Reason != "merge_request 3 of project 7: the project is archived" || time.Since(f.At) > time.Minute {
			t.Errorf("failure %+v, want the key, the reason and the time", f)
		}
		if s.Later != 0 || rec.count(mr(7, 3)) != 1 {
			t.Errorf("a terminal error is tried again: %d runs, %d planned", rec.count(mr(7, 3)), s.Later)
		}
		accept(t, q, mr(7, 3))
		<-works
		await(t, q, "mended by the next event", func(s Status) bool { return len(s.Failed) == 0 && idle(s) })
	})
}

func TestGivenUpAfterMaxTries(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		rec := newRecorder(func(context.Context, reconcile.Key, int) (reconcile.Result, error) {
			return reconcile.Result{}, forge.ErrForbidden
		})
		q := open(t, rec, Options{URL: url, MaxTries: 3, Backoff: func(int) time.Duration { return time.Millisecond }})
		start(t, q)
		accept(t, q, mr(1, 1))
		s := await(t, q, "given up", func(s Status) bool { return len(s.Failed) == 1 && idle(s) })
		if n := rec.count(mr(1, 1)); n != 3 || s.Later != 0 {
			t.Errorf("%d runs and %d planned, want 3 and none", n, s.Later)
		}
	})
}

// TestEventBringsRetryForward: a subject in a long back-off is worked at once when
// something new is known of it.
func TestEventBringsRetryForward(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		rec := newRecorder(func(_ context.Context, _ reconcile.Key, n int) (reconcile.Result, error) {
			if n == 1 {
				return reconcile.Result{}, forge.ErrUnavailable
			}
			return reconcile.Result{}, nil
		})
		q := open(t, rec, Options{URL: url, Backoff: func(int) time.Duration { return time.Hour }})
		start(t, q)
		accept(t, q, mr(1, 1))
		next(t, rec)
		await(t, q, "waiting for its back-off", func(s Status) bool { return s.Later == 1 })
		if err := q.Enqueue(t.Context(), mr(1, 1)); err != nil {
			t.Fatal(err)
		}
		next(t, rec)
		await(t, q, "idle", func(s Status) bool { return idle(s) && s.Later == 0 })
	})
}

// TestEventDuringFailingRun: the event must not wait for the back-off of a run that knew
// nothing of it.
func TestEventDuringFailingRun(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		release := make(chan struct{})
		rec := newRecorder(func(_ context.Context, _ reconcile.Key, n int) (reconcile.Result, error) {
			if n == 4 {
				<-release
			}
			if n <= 4 {
				return reconcile.Result{}, forge.ErrUnavailable
			}
			return reconcile.Result{}, nil
		})
		q := open(t, rec, Options{URL: url, Backoff: func(tries int) time.Duration {
			if tries >= 4 {
				return time.Hour
			}
			return time.Millisecond
		}})
		start(t, q)
		accept(t, q, mr(1, 1))
		for range 4 {
			next(t, rec)
		}
		accept(t, q, mr(1, 1))
		close(release)
		next(t, rec)
	})
}

// TestRateLimit: GitLab's time is kept, and it is kept for all subjects.
func TestRateLimit(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		const wait = 400 * time.Millisecond
		rec := newRecorder(func(_ context.Context, key reconcile.Key, n int) (reconcile.Result, error) {
			if key.IID == 1 && n == 1 {
				return reconcile.Result{}, fmt.Errorf("write the note: %w", &forge.RateLimitError{After: wait})
			}
			return reconcile.Result{}, nil
		})
		q := open(t, rec, Options{URL: url, MaxTries: 1})
		start(t, q)
		accept(t, q, mr(1, 1))
		next(t, rec)
		limited := time.Now()
		await(t, q, "limited", func(s Status) bool { return s.RateLimit > 0 })
		accept(t, q, mr(2, 2))
		accept(t, q, mr(1, 1)) // an event is no reason to ask GitLab sooner
		for range 2 {
			key := next(t, rec)
			if since := time.Since(limited); since < wait-20*time.Millisecond {
				t.Errorf("%s ran %s after the limit, want at least %s", key, since, wait)
			}
		}
		s := await(t, q, "idle", idle)
		if len(s.Failed) != 0 {
			t.Errorf("a rate limit counts as a failed try: %+v", s.Failed)
		}
	})
}

func TestRateLimitIsBounded(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ after, want time.Duration }{
		{0, time.Minute},
		{-time.Second, time.Minute},
		{30 * time.Second, 30 * time.Second},
		{1000 * time.Hour, time.Hour},
	} {
		q := &Queue{opts: Options{}.withDefaults()}
		out := q.judge(&run{}, reconcile.Result{}, &forge.RateLimitError{After: test.after})
		if out.after != test.want || out.done || out.tries != 0 {
			t.Errorf("Retry-After %s: %+v, want another run after %s and no try counted", test.after, out, test.want)
		}
	}
}

// TestFairness: a project with little to do does not wait for all of one that has much.
func TestFairness(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		rec := newRecorder(nil)
		q := open(t, rec, Options{URL: url, Workers: 1})
		var keys []reconcile.Key
		for i := range 100 {
			keys = append(keys, mr(1, int64(i+1)))
		}
		for batch := range 10 {
			accept(t, q, keys[batch*10:batch*10+10]...)
		}
		accept(t, q, mr(2, 1))
		start(t, q)
		for n := range 101 {
			if next(t, rec) == mr(2, 1) {
				t.Logf("the quiet project came after %d runs of the busy one", n)
				if n > 20 {
					t.Errorf("the quiet project waited for %d runs of the busy one", n)
				}
				break
			}
		}
	})
}

func TestPanicIsLoggedWithItsStack(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		var buf syncBuffer
		rec := newRecorder(func(_ context.Context, _ reconcile.Key, n int) (reconcile.Result, error) {
			if n == 1 {
				panic("a bug")
			}
			return reconcile.Result{}, nil
		})
		q := open(t, rec, Options{URL: url, Log: zerolog.New(&buf), Backoff: func(int) time.Duration { return time.Millisecond }})
		start(t, q)
		d := accept(t, q, mr(1, 1))
		next(t, rec)
		next(t, rec)
		await(t, q, "idle", idle)
		log := buf.String()
		for _, want := range []string{`"panic":"a bug"`, "queue_test.go", `"delivery":"` + d.ID + `"`, `"project":1`, `"iid":1`} {
			if !strings.Contains(log, want) {
				t.Errorf("the log lacks %s:\n%s", want, log)
			}
		}
	})
}

func TestLoggerInContext(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		var buf syncBuffer
		rec := newRecorder(func(ctx context.Context, _ reconcile.Key, _ int) (reconcile.Result, error) {
			zerolog.Ctx(ctx).Info().Msg("hello from the reconciler")
			return reconcile.Result{}, nil
		})
		q := open(t, rec, Options{URL: url, Log: zerolog.New(&buf)})
		start(t, q)
		d := accept(t, q, mr(1, 1))
		next(t, rec)
		await(t, q, "idle", idle)
		for line := range strings.Lines(buf.String()) {
			if strings.Contains(line, "hello") && strings.Contains(line, d.ID) {
				return
			}
		}
		t.Errorf("no line of the reconciler with delivery %s:\n%s", d.ID, buf.String())
	})
}

func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "roleplan.db")
	first := open(t, newRecorder(nil), Options{URL: "sqlite:" + path})
	second, err := Open(t.Context(), Options{URL: "sqlite:" + path})
	if err == nil {
		stop(t, second)
		t.Fatal("two queues on one file")
	}
	if !strings.Contains(err.Error(), "another roleplan") {
		t.Errorf("error %q does not say what to do", err)
	}
	stop(t, first)
	stop(t, open(t, newRecorder(nil), Options{URL: "sqlite:" + path}))
}

func TestUnknownKindIsRefused(t *testing.T) {
	t.Parallel()
	q := open(t, newRecorder(nil), Options{})
	err := q.Accept(t.Context(), newDelivery(), []reconcile.Key{{Kind: "coffee", Project: 1}})
	if err == nil || !strings.Contains(err.Error(), `"coffee"`) {
		t.Errorf("got %v, want an error that names the kind", err)
	}
}

func TestUpkeepForgets(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		var mu sync.Mutex
		now := time.Now()
		clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
		rec := newRecorder(nil)
		q := open(t, rec, Options{URL: url, Now: clock, Keep: time.Hour})
		start(t, q)
		accept(t, q, mr(1, 1))
		next(t, rec)
		await(t, q, "idle", idle)
		mu.Lock()
		now = now.Add(2 * time.Hour)
		mu.Unlock()
		if err := q.Enqueue(t.Context(), mr(1, 2)); err != nil {
			t.Fatal(err)
		}
		next(t, rec)
		await(t, q, "idle", idle)
		if err := q.upkeep(); err != nil {
			t.Fatal(err)
		}
		var subjects, deliveries int
		err := q.db.QueryRow(`SELECT (SELECT count(*) FROM subject), (SELECT count(*) FROM delivery)`).Scan(&subjects, &deliveries)
		if err != nil || subjects != 1 || deliveries != 0 {
			t.Errorf("%d subjects and %d deliveries left (%v), want the new one and none", subjects, deliveries, err)
		}
	})
}

// TestAdopt: a wanted subject whose job is gone gets another.
func TestAdopt(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		rec := newRecorder(nil)
		q := open(t, rec, Options{URL: url})
		accept(t, q, mr(1, 1))
		if _, err := q.db.Exec(`DELETE FROM river_job`); err != nil {
			t.Fatal(err)
		}
		stop(t, q)
		q = open(t, rec, Options{URL: url})
		start(t, q)
		next(t, rec)
	})
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	damaged := filepath.Join(dir, "damaged.db")
	if err := os.WriteFile(damaged, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer.db")
	q := open(t, newRecorder(nil), Options{URL: "sqlite:" + newer})
	if _, err := q.db.Exec(`INSERT INTO migration (name, applied) VALUES ('9999_future.sql', 0)`); err != nil {
		t.Fatal(err)
	}
	stop(t, q)
	for name, test := range map[string]struct {
		o    Options
		want string
	}{
		"other database":  {Options{URL: "mysql://user:hunter2@host/db"}, "sqlite:FILE"},
		"odd address":     {Options{URL: "postgres://user:hunter2@host:port/db"}, "postgres://user:password@host"},
		"odd setting":     {Options{URL: "postgres://user:hunter2@127.0.0.1/db?pool_max_conns=hunter2"}, "postgres://user:password@host"},
		"no server":       {Options{URL: "postgres://user:hunter2@127.0.0.1:1/db"}, "connect"},
		"nothing":         {Options{}, "sqlite:FILE"},
		"in memory":       {Options{URL: "sqlite::memory:"}, "sqlite:FILE"},
		"missing folder":  {Options{URL: "sqlite:" + filepath.Join(dir, "none", "a.db")}, "make its folder first"},
		"damaged":         {Options{URL: "sqlite:" + damaged}, "damaged"},
		"newer migration": {Options{URL: "sqlite:" + newer}, "a newer roleplan"},
	} {
		t.Run(name, func(t *testing.T) {
			q, err := Open(t.Context(), test.o)
			if err == nil {
				stop(t, q)
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q, want one with %q", err, test.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %q shows a password", err)
			}
		})
	}
}

func TestOddPaths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a b.db", "50%.db", "what?.db", "#1.db", "ümläut.db"} {
		path := filepath.Join(t.TempDir(), name)
		stop(t, open(t, newRecorder(nil), Options{URL: "sqlite:" + path}))
		if _, err := os.Stat(path); err != nil {
			t.Errorf("the database is not where it was asked for: %v", err)
		}
	}
}

func TestDurability(t *testing.T) {
	t.Parallel()
	q := open(t, newRecorder(nil), Options{})
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := q.db.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("PRAGMA %s is %q (%v), want %q", pragma, got, err, want)
		}
	}
}

// A syncBuffer takes log lines of several goroutines.
type syncBuffer struct {
	mu  sync.Mutex
	buf strings.Builder
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
