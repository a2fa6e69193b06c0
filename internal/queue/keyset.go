package queue

import (
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// A keySet holds the keys that are being worked in this process.
type keySet struct {
	mu   sync.Mutex
	keys map[reconcile.Key]bool
}

// take reports whether the key was free and is now the caller's.
func (s *keySet) take(key reconcile.Key) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys[key] {
		return false
	}
	s.keys[key] = true
	return true
}

func (s *keySet) release(key reconcile.Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, key)
}

// A gate is closed while GitLab refuses calls: its limits hold for the token, so the next
// subject would only be refused as well.
type gate struct {
	mu    sync.Mutex
	until time.Time
}

// close keeps the gate shut until t, or longer if it is so already.
func (g *gate) close(t time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.After(g.until) {
		g.until = t
	}
}

// wait tells how long the gate stays shut from now on; 0 when it is open.
func (g *gate) wait(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, g.until.Sub(now))
}
