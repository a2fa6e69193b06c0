//go:build unix

package app

import (
	"fmt"
	"sync"
)

// What passes a trap.
const (
	atRead      = "a read from GitLab"
	atWrite     = "a write to GitLab"
	atRow       = "a row that is written"
	atStatement = "a statement that writes"
	atCommit    = "a commit"
)

// A killPoint is a place in the story of the crash matrix: the nth time that something passes,
// from 1, before it has taken effect or after.
type killPoint struct {
	After bool   `json:"after,omitempty"`
	Kind  string `json:"kind"`
	What  string `json:"what"` // "POST projects/…/labels"
	Nth   int    `json:"nth"`
	// Again is after how many more calls to GitLab or PostgreSQL the trap springs once more, before the
	// next takes effect: while what the first kill has left is taken up. 0 for never.
	Again int `json:"again,omitempty"`
}

func (p killPoint) String() string {
	text := fmt.Sprintf("%s %s, %d", p.when(), p.What, p.Nth)
	if p.Again > 0 {
		text += fmt.Sprintf(", and again %d later", p.Again)
	}
	return text
}

func (p killPoint) when() string {
	if p.After {
		return "after"
	}
	return "before"
}

// hasAfter reports whether the same point after its effect is another one.
func (p killPoint) hasAfter() bool { return p.Kind != atRead && p.Kind != atRow }

// A trap counts what passes, and springs at its point; that without a name is nowhere.
type trap struct {
	point killPoint

	mu     sync.Mutex
	seen   map[string]int
	passed []killPoint // before each
	kills  int
	left   int // until it springs once more
}

func newTrap(point killPoint) *trap {
	return &trap{point: point, seen: map[string]int{}, left: point.Again}
}

// pass notes that something is about to happen, and tells whether that is where the trap springs.
func (t *trap) pass(kind, what string) (before, after bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen[what]++
	t.passed = append(t.passed, killPoint{Kind: kind, What: what, Nth: t.seen[what]})
	switch {
	case t.kills == 0 && what == t.point.What && t.seen[what] == t.point.Nth:
		t.kills++
		return !t.point.After, t.point.After
	case t.kills > 0 && t.left > 0:
		t.left--
		if t.left == 0 {
			t.kills++
			return true, false
		}
	}
	return false, false
}

func (t *trap) all() []killPoint {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]killPoint(nil), t.passed...)
}
