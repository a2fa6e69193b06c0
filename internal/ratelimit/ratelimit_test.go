package ratelimit

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// A world plays replicas that share buckets, on a clock of its own.
type world struct {
	now   time.Time
	store memory
	draws int
	// down makes the store fail.
	down bool
}

func newWorld() *world {
	w := &world{now: time.Unix(1_800_000_000, 0)}
	w.store = memory{now: w.clock, buckets: map[string]*Bucket{}}
	return w
}

func (w *world) clock() time.Time { return w.now }

func (w *world) UpdateBucket(ctx context.Context, name string, change func(*Bucket, time.Time)) error {
	w.draws++
	if w.down {
		return errors.New("no connection")
	}
	return w.store.UpdateBucket(ctx, name, change)
}

func (w *world) replica(limits Limits) *Limiter {
	l := New(Options{Host: "gitlab.test", Limits: limits, Now: w.clock})
	l.Share(w)
	return l
}

// A worker sends requests one after the other.
type worker struct {
	at      time.Time // when it does something next
	replica int
	sends   bool // it has waited for its token, and sends
}

type workers []*worker

func (w workers) Len() int           { return len(w) }
func (w workers) Less(i, j int) bool { return w[i].at.Before(w[j].at) }
func (w workers) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *workers) Push(x any)        { *w = append(*w, x.(*worker)) }
func (w *workers) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}

// play lets workers of several replicas send for a time, think telling how long each takes between
// two requests. It returns when each request went out, by replica.
func (w *world) play(replicas []*Limiter, each int, span time.Duration, think func() time.Duration) [][]time.Time {
	sent := make([][]time.Time, len(replicas))
	var all workers
	for i := range replicas {
		for range each {
			all = append(all, &worker{at: w.now.Add(think()), replica: i})
		}
	}
	heap.Init(&all)
	for end := w.now.Add(span); all[0].at.Before(end); heap.Fix(&all, 0) {
		next := all[0]
		w.now = next.at
		if next.sends {
			sent[next.replica] = append(sent[next.replica], w.now)
			next.sends = false
			next.at = w.now.Add(think())
			continue
		}
		wait, ok := replicas[next.replica].Take(context.Background(), Notes, 15*time.Second)
		next.at = w.now.Add(wait)
		if next.sends = ok; !ok {
			next.at = next.at.Add(rand.N(time.Second)) // it comes back as a new run
		}
	}
	return sent
}

// most is the largest number of times within one minute.
func most(times []time.Time) int {
	n, first := 0, 0
	for i, at := range times {
		for at.Sub(times[first]) >= time.Minute {
			first++
		}
		n = max(n, i-first+1)
	}
	return n
}

// TestNoMinuteAboveTheLimit: however many replicas there are and however they send, no minute has
// more requests than GitLab allows; and what is allowed is used, shared by all.
func TestNoMinuteAboveTheLimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{5, 60, 300, 2000} {
		for name, think := range map[string]func() time.Duration{
			"at once":  func() time.Duration { return time.Millisecond },
			"a second": func() time.Duration { return rand.N(2 * time.Second) },
			"bursts": func() time.Duration {
				if rand.IntN(50) == 0 {
					return rand.N(2 * time.Minute)
				}
				return 5 * time.Millisecond
			},
			"rarely": func() time.Duration { return rand.N(5 * time.Minute) },
		} {
			t.Run(fmt.Sprint(limit, "/", name), func(t *testing.T) {
				w := newWorld()
				replicas := []*Limiter{w.replica(Limits{Notes: limit}), w.replica(Limits{Notes: limit}), w.replica(Limits{Notes: limit})}
				sent := w.play(replicas, 8, 30*time.Minute, think)
				all := slices.SortedFunc(slices.Values(slices.Concat(sent...)), time.Time.Compare)
				if n := most(all); n > limit {
					t.Errorf("%d requests in a minute, the limit is %d", n, limit)
				}
				if name != "at once" || limit < 60 { // with so few, most workers give up before their turn
					return
				}
				if want := 30 * limit * 7 / 10; len(all) < want {
					t.Errorf("%d requests in half an hour, want at least %d", len(all), want)
				}
				for i, times := range sent {
					if share := float64(len(times)) / float64(len(all)); share < 0.25 {
						t.Errorf("replica %d has sent %.2f of all", i, share)
					}
				}
			})
		}
	}
}

// TestBatches: requests that follow each other quickly share a draw, and those that wait do not hold
// tokens that others could use.
func TestBatches(t *testing.T) {
	t.Parallel()
	w := newWorld()
	l := w.replica(Limits{Notes: 2000})
	for range 320 {
		if wait, ok := l.Take(t.Context(), Notes, 0); wait != 0 || !ok {
			t.Fatalf("waits for %s", wait)
		}
	}
	if w.draws > 20 {
		t.Errorf("%d draws for 320 requests", w.draws)
	}
	w.now = w.now.Add(time.Hour)
	w.draws = 0
	for range 10 {
		l.Take(t.Context(), Notes, 0)
		w.now = w.now.Add(5 * time.Second)
	}
	if w.draws != 10 {
		t.Errorf("%d draws for 10 requests that have nothing to do with each other", w.draws)
	}
}

// TestRefused: what one replica hears from GitLab all obey within a second, those as well that wait
// for a token already, and for a kind without a limit; other kinds go on.
func TestRefused(t *testing.T) {
	t.Parallel()
	for _, limits := range []Limits{nil, {Notes: 60, API: 2000}} {
		w := newWorld()
		one, other := w.replica(limits), w.replica(limits)
		other.Take(t.Context(), Notes, 0)
		other.Take(t.Context(), Notes, 0)
		one.Refused(t.Context(), Notes, 30*time.Second)
		if wait, ok := one.Take(t.Context(), Notes, 15*time.Second); wait != 30*time.Second || ok {
			t.Errorf("%v: the replica that was refused waits for %s", limits, wait)
		}
		w.now = w.now.Add(keep + time.Millisecond)
		left := 30*time.Second - keep - time.Millisecond
		if wait := other.Shut(t.Context(), Notes); wait != left {
			t.Errorf("%v: for one that has waited it is shut for %s", limits, wait)
		}
		if wait, ok := other.Take(t.Context(), Notes, 15*time.Second); wait != left || ok {
			t.Errorf("%v: the other waits for %s", limits, wait)
		}
		if wait, ok := other.Take(t.Context(), API, 0); wait != 0 || !ok {
			t.Errorf("%v: another kind waits for %s", limits, wait)
		}
		w.now = w.now.Add(left)
		if wait, ok := other.Take(t.Context(), Notes, 0); wait != 0 || !ok || other.Shut(t.Context(), Notes) != 0 {
			t.Errorf("%v: afterwards it waits for %s", limits, wait)
		}
	}
}

// TestTold: a limit that GitLab tells holds where it is lower than what was set; and when others use
// the same token, what they leave is the measure.
func TestTold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ set, told, want int }{{0, 0, 0}, {0, 120, 120}, {2000, 600, 600}, {60, 600, 60}, {60, -1, 60}, {60, 1, minLimit}} {
		l := newWorld().replica(Limits{API: test.set})
		l.Told(t.Context(), test.told, -1)
		if got := l.InForce(API); got != test.want {
			t.Errorf("set %d, told %d: %d, want %d", test.set, test.told, got, test.want)
		}
	}
	w := newWorld()
	one, other := w.replica(Limits{API: 600}), w.replica(Limits{API: 600})
	one.Take(t.Context(), API, 0)
	one.Told(t.Context(), 600, 3)
	n := atOnce(t, other, API)
	if n != 3 {
		t.Errorf("%d requests, GitLab said that 3 are left", n)
	}
}

// atOnce tells how many requests need not wait.
func atOnce(t *testing.T, l *Limiter, kind string) (n int) {
	t.Helper()
	for {
		if wait, _ := l.Take(t.Context(), kind, 0); wait > 0 {
			return n
		}
		n++
	}
}

// TestTurns: who has to wait does so behind those before him, and too many are told to come back,
// without taking a token from anybody.
func TestTurns(t *testing.T) {
	t.Parallel()
	l := newWorld().replica(Limits{Notes: 60}) // twelve tokens, and one every 4/3 seconds
	var waits []time.Duration
	for range 12 + 45 {
		wait, ok := l.Take(t.Context(), Notes, 0)
		if !ok {
			t.Fatalf("no token after %d", len(waits))
		}
		waits = append(waits, wait)
	}
	for i, wait := range waits {
		if want := max(0, i-11) * 4 * int(time.Second) / 3; (wait - time.Duration(want)).Abs() > time.Millisecond {
			t.Errorf("request %d waits for %s, want %s", i, wait, time.Duration(want))
		}
	}
	for range 3 {
		if wait, ok := l.Take(t.Context(), Notes, 0); ok || (wait-46*4*time.Second/3).Abs() > time.Millisecond {
			t.Errorf("one too many is told %s, %t", wait, ok)
		}
	}
}

// TestStoreFails: without its store a replica goes by what it sends itself, and says so once.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var log strings.Builder
	var waited time.Duration
	l := New(Options{Host: "gitlab.test", Limits: Limits{Notes: 60}, Now: w.clock, Log: zerolog.New(&log), Waited: func(kind string, d time.Duration) {
		if kind != Notes {
			t.Errorf("a request of kind %q waits", kind)
		}
		waited += d
	}})
	l.Share(w)
	w.down = true
	n := atOnce(t, l, Notes)
	if n != 12 || waited == 0 {
		t.Errorf("%d requests at once, and then a wait of %s", n, waited)
	}
	if lines := strings.Count(log.String(), "no connection"); lines != 1 {
		t.Errorf("%d lines:\n%s", lines, log.String())
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		list []string
		base Limits
		want Limits
	}{
		{nil, Defaults("gitlab.com"), Limits{API: 2000, Notes: 60, Issues: 200}},
		{nil, Defaults("gitlab.example.com"), Limits{Notes: 300}},
		{[]string{"notes=0", " api = 600 "}, Defaults("GitLab.com"), Limits{API: 600, Notes: 0, Issues: 200}},
		{[]string{"notes=4"}, nil, nil},
		{[]string{"note=60"}, nil, nil},
		{[]string{"notes"}, nil, nil},
		{[]string{"notes=-1"}, nil, nil},
		{[]string{"notes=many"}, nil, nil},
	} {
		got, err := Parse(test.list, test.base)
		if !reflect.DeepEqual(got, test.want) || (err != nil) != (test.want == nil) {
			t.Errorf("%q over %v: %v, %v; want %v", test.list, test.base, got, err, test.want)
		}
	}
}
