package ratelimit

import (
	"context"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

const (
	// maxBatch is how many tokens are drawn at once at most.
	maxBatch = 32
	// storePatience is how long a store may take; then the process goes by what it knows itself.
	storePatience = 2 * time.Second
)

// Options are the settings of a Limiter. All have defaults.
type Options struct {
	Host   string                             // whose limits they are; part of the buckets' names
	Limits Limits                             // a kind that is not in it has no limit but what GitLab tells
	Waited func(kind string, d time.Duration) // told of each request that has to wait, and for how long; nil for nobody
	Now    func() time.Time                   // default time.Now
	Log    zerolog.Logger                     // for a store that fails
}

// A Limiter says when requests may go out. It may be used by many goroutines at once.
type Limiter struct {
	opts   Options
	own    *memory
	shares map[string]*share

	mu     sync.Mutex
	store  Store
	failed bool // the store did, last time
}

// A share is what a process has drawn of a bucket and not used yet.
type share struct {
	name string

	mu    sync.Mutex
	set   int           // limit that was set
	told  int           // and the one that GitLab's answers tell; 0 for none
	left  int           // tokens
	next  time.Time     // when the first of the left is usable
	every time.Duration // and then each further one
	drawn time.Time
	size  int // of the last draw
	level int // what it left in the bucket

	shut    time.Time // until when GitLab refuses
	read    time.Time // when that was read last
	lowered time.Time // when the bucket was lowered last
}

// limit is the one in force: what GitLab tells, or what was set when that is less; 0 for none.
func (s *share) limit() int {
	if s.told > 0 && (s.set == 0 || s.told < s.set) {
		return s.told
	}
	return s.set
}

// New makes a limiter whose buckets are in the process.
func New(o Options) *Limiter {
	if o.Now == nil {
		o.Now = time.Now
	}
	l := &Limiter{opts: o, own: &memory{now: o.Now, buckets: map[string]*Bucket{}}, shares: map[string]*share{}}
	l.store = l.own
	for _, kind := range Kinds {
		l.shares[kind] = &share{name: o.Host + " " + kind, set: o.Limits[kind]}
	}
	return l
}

// Share draws from the buckets of a store from now on.
func (l *Limiter) Share(s Store) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.store = s
}

// InForce is the limit of a kind of request at present, in requests a minute; 0 for none.
func (l *Limiter) InForce(kind string) int {
	s := l.shares[kind]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limit()
}

// Take takes a token for a request of a kind, and tells how long to wait until it is usable. It takes
// none when GitLab refuses such requests for longer than the patience, or when too many are before;
// then the wait tells when to come back.
func (l *Limiter) Take(ctx context.Context, kind string, patience time.Duration) (wait time.Duration, ok bool) {
	s := l.shares[kind]
	s.mu.Lock()
	defer s.mu.Unlock()
	now := l.opts.Now()
	if s.left == 0 || now.Sub(latest(s.next, s.drawn)) > keep {
		if g := l.draw(ctx, s, now, patience); g.n == 0 {
			return g.first, false
		}
	}
	wait = max(0, s.next.Sub(now))
	s.left--
	s.next = s.next.Add(s.every)
	if wait > 0 && l.opts.Waited != nil {
		l.opts.Waited(kind, wait)
	}
	return wait, true
}

// draw fills a share: with twice the tokens of the last time when these went quickly.
func (l *Limiter) draw(ctx context.Context, s *share, now time.Time, patience time.Duration) (g grant) {
	size := 1
	if s.left == 0 && now.Sub(s.drawn) <= 2*keep {
		size = min(maxBatch, 2*s.size)
	}
	s.left = 0
	l.update(ctx, s, func(b *Bucket, at time.Time) { g = b.draw(at, s.limit(), size, patience) })
	if g.n > 0 {
		s.left, s.next, s.every, s.drawn, s.size, s.level = g.n, now.Add(g.first), g.every, now, g.n, g.level
	}
	return g
}

// Shut tells for how long GitLab still refuses requests of a kind, as any of those who share the
// buckets has told; it may take a second to hear of it. It is for those who have waited: their token
// is none as long as that lasts.
func (l *Limiter) Shut(ctx context.Context, kind string) time.Duration {
	s := l.shares[kind]
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.opts.Now().Sub(s.read) > keep {
		l.update(ctx, s, func(*Bucket, time.Time) {})
	}
	return max(0, s.shut.Sub(l.opts.Now()))
}

// Refused says that GitLab has refused a request of a kind, and takes none for a time.
func (l *Limiter) Refused(ctx context.Context, kind string, wait time.Duration) {
	s := l.shares[kind]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left, s.level = 0, 0
	l.update(ctx, s, func(b *Bucket, now time.Time) { b.shut(now, s.limit(), wait) })
}

// Told says what an answer tells of the limit for all requests: how many there may be a minute (0
// when it does not tell), and how many are left (negative when it does not tell).
func (l *Limiter) Told(ctx context.Context, limit, left int) {
	s := l.shares[API]
	s.mu.Lock()
	defer s.mu.Unlock()
	if limit > 0 {
		s.told = max(limit, minLimit)
	}
	now := l.opts.Now()
	if left >= 0 && left < s.level && s.limit() > 0 && now.Sub(s.lowered) > keep {
		// Others use the same token. What is in hand counts as well.
		s.left, s.level, s.lowered = 0, left, now
		l.update(ctx, s, func(b *Bucket, now time.Time) { b.lower(now, s.limit(), left) })
	}
}

// update changes the bucket of a share in the store, or in the process when the store fails.
func (l *Limiter) update(ctx context.Context, s *share, change func(*Bucket, time.Time)) {
	l.mu.Lock()
	store := l.store
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storePatience)
	defer cancel()
	changed := func(b *Bucket, now time.Time) {
		change(b, now)
		s.read = l.opts.Now()
		s.shut = s.read.Add(b.Shut.Sub(now))
	}
	err := store.UpdateBucket(ctx, s.name, changed)
	if err != nil {
		_ = l.own.UpdateBucket(ctx, s.name, changed) // never fails
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil && !l.failed {
		l.opts.Log.Warn().Err(err).Msg("the shared rate limit can't be read; this process goes by its own")
	}
	l.failed = err != nil
}
