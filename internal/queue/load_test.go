package queue

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/pgtest"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/webhook"
)

// Load, as GitLab makes it: signed merge request events of 6 KB over connections that stay
// open, to a real webhook server on a real listener.

const (
	loadConnections = 64
	loadSubjects    = 500
	loadBody        = 6 << 10
)

var loadKey = []byte("a key for load tests, of 32 bytes")

// storeFunc is a webhook.Store.
type storeFunc func(ctx context.Context, d reconcile.Delivery, keys []reconcile.Key) error

func (f storeFunc) Accept(ctx context.Context, d reconcile.Delivery, keys []reconcile.Key) error {
	return f(ctx, d, keys)
}

// serveStore serves the webhook with a store, and returns the listener's address.
func serveStore(t testing.TB, store webhook.Store) string {
	t.Helper()
	hooks, err := webhook.New(webhook.Options{
		SigningTokens: []string{"whsec_" + base64.StdEncoding.EncodeToString(loadKey)},
		Projects:      []string{"acme/handbook"}, Store: store, Log: zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: hooks, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close(); <-done })
	return l.Addr().String()
}

var (
	loadBodies = sync.OnceValue(func() (bodies [][]byte) {
		for iid := range loadSubjects {
			text := fmt.Sprintf(`{"object_kind":"merge_request","user":{"id":7},"project":{"id":42,"path_with_namespace":"acme/handbook","default_branch":"main"},"object_attributes":{"iid":%d,"action":"open","description":"`, iid+1)
			bodies = append(bodies, []byte(text+strings.Repeat("a role page ", loadBody/12)[:loadBody-len(text)-3]+`"}}`))
		}
		return bodies
	})
	loadNumber atomic.Int64
)

// letters makes n signed requests, so that the time of making them is not measured.
func letters(n int) [][2][]byte {
	list := make([][2][]byte, n)
	now := time.Now().Unix()
	for i := range list {
		body := loadBodies()[i%loadSubjects]
		id := fmt.Sprintf("msg-%d", loadNumber.Add(1))
		mac := hmac.New(sha256.New, loadKey)
		fmt.Fprintf(mac, "%s.%d.", id, now)
		mac.Write(body)
		list[i] = [2][]byte{[]byte(fmt.Sprintf("POST %s HTTP/1.1\r\nHost: hooks\r\nContent-Type: application/json\r\nX-Gitlab-Event: Merge Request Hook\r\n"+
			"Webhook-Id: %s\r\nWebhook-Timestamp: %d\r\nWebhook-Signature: v1,%s\r\nContent-Length: %d\r\n\r\n",
			webhook.Path, id, now, base64.StdEncoding.EncodeToString(mac.Sum(nil)), len(body))), body}
	}
	return list
}

// fire sends letters over 64 connections, each as soon as the one before is answered or, at
// a rate, when its time has come; the time until an answer counts from then.
func fire(t testing.TB, address string, list [][2][]byte, rate int) (took time.Duration, waits []time.Duration) {
	t.Helper()
	waits = make([]time.Duration, len(list))
	var next atomic.Int64
	var wg sync.WaitGroup
	began := time.Now()
	for range loadConnections {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			defer conn.Close()
			r := bufio.NewReader(conn)
			for {
				i := int(next.Add(1)) - 1
				if i >= len(list) {
					return
				}
				sent := time.Now()
				if rate > 0 {
					sent = began.Add(time.Duration(i) * time.Second / time.Duration(rate))
					time.Sleep(time.Until(sent))
				}
				parts := net.Buffers{list[i][0], list[i][1]}
				if _, err := parts.WriteTo(conn); err != nil {
					t.Error(err)
					return
				}
				resp, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusAccepted {
					t.Errorf("answer %s", resp.Status)
					return
				}
				waits[i] = time.Since(sent)
			}
		})
	}
	wg.Wait()
	return time.Since(began), waits
}

func percentile(waits []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(waits))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}

// loadOptions are those of a queue under load.
func loadOptions(url string, rec reconcile.Reconciler) Options {
	return Options{URL: url, Log: zerolog.Nop(), Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: rec}}
}

// stores are what reception is measured with: nothing stored, a job of River's a request,
// a row a request in grouped commits and nothing more, and the queue.
func stores(b *testing.B, address func() string) (names []string, byName map[string]webhook.Store) {
	b.Helper()
	ctx := context.Background()
	byName = map[string]webhook.Store{
		"nothing": storeFunc(func(context.Context, reconcile.Delivery, []reconcile.Key) error { return nil }),
	}
	open := func() *Queue {
		q, err := Open(ctx, loadOptions(address(), newRecorder(nil)))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = q.Stop(ctx) })
		return q
	}
	single := open()
	byName["river"] = storeFunc(func(ctx context.Context, _ reconcile.Delivery, keys []reconcile.Key) error {
		_, err := single.river.InsertMany(ctx, []river.InsertManyParams{{Args: jobArgs{Key: keys[0]}}})
		return err
	})
	bare := open()
	byName["bare"] = groupedInserts(b, bare)
	byName["queue"] = open()
	return []string{"nothing", "river", "bare", "queue"}, byName
}

// groupedInserts stores a row a delivery, those that wait together in one transaction.
func groupedInserts(b *testing.B, q *Queue) webhook.Store {
	b.Helper()
	type wish struct {
		d     reconcile.Delivery
		reply chan error
	}
	wishes := make(chan wish)
	b.Cleanup(func() { close(wishes) })
	insert := func(batch []wish) error {
		return q.db.inTx(context.Background(), func(tx *sql.Tx) error {
			statement, err := tx.Prepare(q.db.say.Replace(`INSERT INTO delivery (id, event, project, received, subjects) VALUES ($1, $2, $3, $4, $5)`))
			if err != nil {
				return err
			}
			defer statement.Close()
			for _, w := range batch {
				if _, err := statement.Exec(w.d.ID, w.d.Event, w.d.Project, w.d.Received.UnixMilli(), "[]"); err != nil {
					return err
				}
			}
			return nil
		})
	}
	go func() {
		for first := range wishes {
			batch := []wish{first}
		more:
			for len(batch) < maxBatch {
				select {
				case w, open := <-wishes:
					if !open {
						break more
					}
					batch = append(batch, w)
				default:
					break more
				}
			}
			err := insert(batch)
			for _, w := range batch {
				w.reply <- err
			}
		}
	}()
	return storeFunc(func(_ context.Context, d reconcile.Delivery, _ []reconcile.Key) error {
		w := wish{d, make(chan error, 1)}
		wishes <- w
		return <-w.reply
	})
}

// BenchmarkReception prints, for each database, how many deliveries a second are answered
// and how long an answer takes, the stores in turn, and what the queue is beside the others.
func BenchmarkReception(b *testing.B) {
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			address := func() string { return newFile(b) }
			if database == "postgres" {
				address = func() string { return pgtest.URL(b) }
				pgtest.URL(b)
				pgtest.Sync(b)
			}
			names, byName := stores(b, address)
			rates := map[string][]float64{}
			ratios := map[string][]float64{}
			p50, p99 := map[string][]time.Duration{}, map[string][]time.Duration{}
			servers := map[string]string{}
			for _, name := range names {
				servers[name] = serveStore(b, byName[name])
			}
			for b.Loop() { // a round: each once, in turn
				for _, name := range names {
					list := letters(4000)
					if name == "river" {
						list = list[:1000]
					}
					runtime.GC()
					took, waits := fire(b, servers[name], list, 0)
					rates[name] = append(rates[name], float64(len(list))/took.Seconds())
					p50[name] = append(p50[name], percentile(waits, 50))
					p99[name] = append(p99[name], percentile(waits, 99))
				}
				last := len(rates["queue"]) - 1
				for _, name := range names {
					ratios[name] = append(ratios[name], rates["queue"][last]/rates[name][last])
				}
			}
			for _, name := range names {
				b.Logf("%-8s %6.0f/s  p50 %-8s p99 %-8s  the queue is %.2f of it", name, median(rates[name]),
					median(p50[name]).Round(100*time.Microsecond), median(p99[name]).Round(100*time.Microsecond), median(ratios[name]))
				b.ReportMetric(median(ratios[name]), "of-"+name)
			}
		})
	}
}

// BenchmarkPaced prints, for each database, how long an answer takes when 500 deliveries a second
// come in: beside a handler that stores nothing, in turn in the same run, so that what the machine and
// the web server take themselves shows. "working" is a queue that works meanwhile.
func BenchmarkPaced(b *testing.B) {
	const rate = 500
	for _, database := range []string{"sqlite", "postgres"} {
		b.Run(database, func(b *testing.B) {
			address := func() string { return newFile(b) }
			if database == "postgres" {
				address = func() string { return pgtest.URL(b) }
				pgtest.URL(b)
				pgtest.Sync(b)
			}
			_, byName := stores(b, address)
			working, err := Open(b.Context(), loadOptions(address(), drain{newRecorder(nil)}))
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = working.Stop(context.Background()) })
			if err := working.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			byName["working"] = working
			names := []string{"nothing", "bare", "queue", "working"}
			servers := map[string]string{}
			p50, p99 := map[string][]time.Duration{}, map[string][]time.Duration{}
			for _, name := range names {
				servers[name] = serveStore(b, byName[name])
			}
			for b.Loop() { // a round: two seconds each, in turn
				for _, name := range names {
					list := letters(2 * rate)
					runtime.GC()
					_, waits := fire(b, servers[name], list, rate)
					p50[name] = append(p50[name], percentile(waits, 50))
					p99[name] = append(p99[name], percentile(waits, 99))
				}
			}
			for _, name := range names {
				b.Logf("%-8s at %d/s: p50 %-8s p99 %-8s of the rounds %s to %s", name, rate, median(p50[name]).Round(100*time.Microsecond),
					median(p99[name]).Round(100*time.Microsecond), slices.Min(p99[name]).Round(100*time.Microsecond), slices.Max(p99[name]).Round(100*time.Microsecond))
				b.ReportMetric(float64(median(p99[name]).Microseconds())/1000, "ms-p99-"+name)
			}
		})
	}
}

func median[T int64 | float64 | time.Duration](list []T) T {
	return slices.Sorted(slices.Values(list))[len(list)/2]
}

// TestFlood: 5,000 deliveries in a burst are all stored and all worked.
func TestFlood(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		n := 5000
		if testing.Short() {
			n = 500
		}
		var mu sync.Mutex
		worked := map[reconcile.Key]bool{}
		rec := reconcilerFunc(func(_ context.Context, key reconcile.Key) (reconcile.Result, error) {
			mu.Lock()
			defer mu.Unlock()
			worked[key] = true
			return reconcile.Result{}, nil
		})
		q, err := Open(t.Context(), loadOptions(url, rec))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { stop(t, q) })
		start(t, q)
		took, _ := fire(t, serveStore(t, q), letters(n), 0)
		await(t, q, "idle", idle)
		t.Logf("%d deliveries stored in %s", n, took.Round(time.Millisecond))
		var stored int
		if err := q.db.QueryRow(`SELECT count(*) FROM delivery`).Scan(&stored); err != nil || stored != n {
			t.Errorf("%d deliveries stored (%v), want %d", stored, err, n)
		}
		if len(worked) != loadSubjects {
			t.Errorf("%d subjects worked, want %d", len(worked), loadSubjects)
		}
	})
}

// reconcilerFunc is a reconcile.Reconciler.
type reconcilerFunc func(ctx context.Context, key reconcile.Key) (reconcile.Result, error)

func (f reconcilerFunc) Reconcile(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
	return f(ctx, key)
}

// backlogAlone names the database of a backlog that drains in a process of its own.
const backlogAlone = "ROLEPLAN_QUEUE_BACKLOG"

// TestBacklog: a backlog of 10,000 subjects drains, and however long it is, few jobs of River's and little
// memory stand for it. It drains in a process of its own, since other tests have a heap, too.
func TestBacklog(t *testing.T) {
	if url := os.Getenv(backlogAlone); url != "" {
		drainBacklog(t, url)
		return
	}
	onBoth(t, func(t *testing.T, url string) {
		cmd := exec.Command(os.Args[0], "-test.run=^TestBacklog$", "-test.v", fmt.Sprintf("-test.short=%t", testing.Short()))
		cmd.Env = append(os.Environ(), backlogAlone+"="+url)
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		if err != nil || !bytes.Contains(out, []byte("--- PASS: TestBacklog")) {
			t.Errorf("the backlog alone: %v", err)
		}
	})
}

func drainBacklog(t *testing.T, url string) {
	n := 10000
	if testing.Short() {
		n = 1000
	}
	var left atomic.Int64
	left.Store(int64(n))
	drained := make(chan struct{})
	var q *Queue
	var mu sync.Mutex
	var mostJobs int64
	var heap []float64 // after a collection, in KB
	rec := reconcilerFunc(func(ctx context.Context, _ reconcile.Key) (reconcile.Result, error) {
		now := left.Add(-1)
		if now%int64(n/30) == 0 {
			var jobs int64
			if err := q.db.QueryRowContext(ctx, `SELECT count(*) FROM subject WHERE job <> 0`).Scan(&jobs); err != nil {
				return reconcile.Result{}, err
			}
			runtime.GC()
			var mem runtime.MemStats
			runtime.ReadMemStats(&mem)
			mu.Lock()
			mostJobs = max(mostJobs, jobs)
			heap = append(heap, float64(mem.HeapAlloc)/1024)
			mu.Unlock()
		}
		if now == 0 {
			close(drained)
		}
		return reconcile.Result{}, nil
	})
	var err error
	if q, err = Open(t.Context(), loadOptions(url, rec)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, q) })
	for i := 0; i < n; i += 100 {
		var keys []reconcile.Key
		for iid := i; iid < i+100; iid++ {
			keys = append(keys, mr(int64(iid%7+1), int64(iid+1)))
		}
		if err := q.Accept(t.Context(), newDelivery(), keys); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	start(t, q)
	select {
	case <-drained:
	case <-time.After(10 * patience):
		t.Fatalf("%d of %d are left", left.Load(), n)
	}
	mu.Lock()
	defer mu.Unlock()
	first, last := median(heap[:len(heap)/3]), median(heap[len(heap)-len(heap)/3:])
	t.Logf("%d worked in %s; at most %d had a job; heap %.0f KB in the first third, %.0f in the last, %.0f at most", n, time.Since(began).Round(time.Millisecond),
		mostJobs, first, last, slices.Max(heap))
	if limit := int64(3*defaultWorkers + 7); mostJobs > limit {
		t.Errorf("%d subjects had a job at once, want at most %d", mostJobs, limit)
	}
	// A kilobyte kept for each of 10,000 would be two thirds of 10 MB more.
	if last > 1.1*first+1024 {
		t.Errorf("the heap has grown from %.0f to %.0f KB", first, last)
	}
}
