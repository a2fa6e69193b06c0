package ratelimit

import (
	"context"
	"math"
	"sync"
	"time"
)

// keep is how long a token may wait for its request, and how far ahead tokens are drawn that nobody
// has asked for yet.
const keep = time.Second

// turn is how long a request waits for its turn at most. It is more than a second for each worker of
// some replicas, and far less than a run may take.
const turn = time.Minute

// A Bucket is the state of one token bucket.
type Bucket struct {
	Full time.Time // when it has all its tokens again, if none is taken until then
	Shut time.Time // until when GitLab refuses such requests; past when it does not
}

// A Store keeps buckets by name.
type Store interface {
	// UpdateBucket lets change read and change a bucket, and nobody else meanwhile. A bucket that it
	// does not know is full. Now is by the store's clock.
	UpdateBucket(ctx context.Context, name string, change func(b *Bucket, now time.Time)) error
}

// A grant is some tokens in a row.
type grant struct {
	n     int           // 0: there is none in time
	first time.Duration // from now, until the first is usable; 0 or less for at once
	every time.Duration // and then until each further one
	level int           // tokens that are left
}

// pace is how often a limit lets a token come, and how long an empty bucket takes to fill.
func pace(limit int) (every, fill time.Duration) {
	if limit <= 0 {
		return 0, 0
	}
	every = time.Minute * 4 / 3 / time.Duration(limit)
	return every, every * time.Duration(max(1, limit/5))
}

// draw takes up to want tokens: those that are there or come within a second, or one that comes
// later. When GitLab refuses for longer than the patience, or there are too many before, the grant
// is of none, and first tells when there would have been one.
func (b *Bucket) draw(now time.Time, limit, want int, patience time.Duration) grant {
	every, fill := pace(limit)
	lag := max(0, b.Full.Sub(now))
	g := grant{first: lag + every - fill, every: every}
	if g.first > turn || b.Shut.Sub(now) > patience {
		return g
	}
	g.n = want
	if every > 0 {
		g.n = max(1, min(want, int((keep+fill-lag)/every)))
	} else if lag > 0 {
		g.n = 1
	}
	lag += every * time.Duration(g.n)
	b.Full = now.Add(lag)
	g.level = math.MaxInt
	if every > 0 {
		g.level = int(max(0, fill-lag) / every)
	}
	return g
}

// shut takes all tokens away; the next comes after the wait.
func (b *Bucket) shut(now time.Time, limit int, wait time.Duration) {
	every, fill := pace(limit)
	b.Shut = latest(b.Shut, now.Add(wait))
	b.Full = latest(b.Full, now.Add(wait+fill-every))
}

// lower takes tokens away until no more than left are there.
func (b *Bucket) lower(now time.Time, limit, left int) {
	every, fill := pace(limit)
	b.Full = latest(b.Full, now.Add(fill-every*time.Duration(left)))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// memory is the Store of a process.
type memory struct {
	now     func() time.Time
	mu      sync.Mutex
	buckets map[string]*Bucket
}

// UpdateBucket never fails.
func (m *memory) UpdateBucket(_ context.Context, name string, change func(*Bucket, time.Time)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.buckets[name] == nil {
		m.buckets[name] = &Bucket{}
	}
	change(m.buckets[name], m.now())
	return nil
}
