package queue

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/pgtest"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// TestReplicasShareTheRate: three replicas, each with workers that call GitLab without a pause, keep
// together under the limit of one, and none is kept from calling. What GitLab tells one of them
// stops them all.
func TestReplicasShareTheRate(t *testing.T) {
	t.Parallel()
	const (
		limit = 300 // a minute: a burst of 60, and then one each 267 ms
		burst = limit / 5
		every = time.Minute * 4 / 3 / limit
		span  = 7 * time.Second
	)
	type arrival struct {
		at      time.Time
		replica string
	}
	var mu sync.Mutex
	var arrivals []arrival
	var refusing atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		arrivals = append(arrivals, arrival{time.Now(), r.UserAgent()})
		mu.Unlock()
		if refusing.CompareAndSwap(true, false) {
			w.Header().Set("Retry-After", "3600")
			w.Header().Set("RateLimit-Limit", "2000")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"id":1,"username":"bot"}`)
	}))
	t.Cleanup(server.Close)

	address := pgtest.URL(t)
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	var replicas []*Queue
	for i := range 3 {
		limits := ratelimit.New(ratelimit.Options{Host: "gitlab.test", Limits: ratelimit.Limits{ratelimit.API: limit}})
		client, err := gitlab.New(gitlab.Options{BaseURL: server.URL, Token: "secret", UserAgent: fmt.Sprint("replica ", i), Limits: limits})
		if err != nil {
			t.Fatal(err)
		}
		calls := reconcilerFunc(func(run context.Context, _ reconcile.Key) (reconcile.Result, error) {
			for ctx.Err() == nil {
				if _, err := client.Project(run, "1"); err != nil {
					return reconcile.Result{}, err
				}
			}
			return reconcile.Result{}, nil
		})
		q := open(t, nil, Options{URL: address, Workers: 4, Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: calls}})
		limits.Share(q.Buckets())
		replicas = append(replicas, q)
	}
	for project := range int64(12) {
		accept(t, replicas[0], mr(project+1, 1))
	}
	for _, q := range replicas {
		start(t, q)
	}
	time.Sleep(span)

	mu.Lock()
	seen := slices.Clone(arrivals)
	mu.Unlock()
	byReplica := map[string]int{}
	for i, from := range seen {
		byReplica[from.replica]++
		for n, to := range seen[i:] {
			// A token may be a second old, and this machine may be slow to send.
			if most := burst + int((to.at.Sub(from.at)+2*time.Second)/every) + 1; n+1 > most {
				t.Fatalf("%d calls within %s, want at most %d", n+1, to.at.Sub(from.at), most)
			}
		}
	}
	if want := burst + int((span-3*time.Second)/every); len(seen) < want {
		t.Errorf("%d calls in %s, want at least %d", len(seen), span, want)
	}
	for i := range 3 {
		if n := byReplica[fmt.Sprint("replica ", i)]; n < 5 {
			t.Errorf("replica %d has made %d of %d calls", i, n, len(seen))
		}
	}
	t.Logf("%d calls in %s: %v", len(seen), span, byReplica)

	refusing.Store(true)
	for refusing.Load() && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(2 * time.Second)
	mu.Lock()
	before := len(arrivals)
	mu.Unlock()
	time.Sleep(2 * time.Second)
	mu.Lock()
	defer mu.Unlock()
	if n := len(arrivals) - before; n != 0 {
		t.Errorf("%d calls while GitLab refuses one replica", n)
	}
}

// TestBucketsAreShared: a bucket is one for all, in spite of those who change it at once, and what a
// change sees is the time of the database.
func TestBucketsAreShared(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	one, other := open(t, newRecorder(nil), Options{URL: address}), open(t, newRecorder(nil), Options{URL: address})
	var wg sync.WaitGroup
	for i := range 40 {
		store := []ratelimit.Store{one.Buckets(), other.Buckets()}[i%2]
		wg.Go(func() {
			err := store.UpdateBucket(t.Context(), "x", func(b *ratelimit.Bucket, now time.Time) {
				if time.Until(now).Abs() > time.Minute {
					t.Errorf("the time is %s", now)
				}
				b.Full = b.Full.Add(time.Second)
				b.Shut = b.Shut.Add(time.Minute)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	err := one.Buckets().UpdateBucket(t.Context(), "x", func(b *ratelimit.Bucket, _ time.Time) {
		if b.Full.Unix() != 40 || b.Shut.Unix() != 40*60 {
			t.Errorf("after 40 changes the bucket is %+v", b)
		}
	})
	if err != nil {
		t.Error(err)
	}
	if open(t, newRecorder(nil), Options{}).Buckets() != nil {
		t.Error("one process with a file shares its buckets")
	}
	if err := one.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := one.Buckets().UpdateBucket(t.Context(), "x", func(*ratelimit.Bucket, time.Time) {}); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("after the stop: %v", err)
	}
}
