//go:build unix

package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// A courier takes GitLab's webhooks and brings them in order, each again and again until it is
// answered 202, as GitLab does when somebody presses "Resend".
type courier struct {
	url  string
	to   func() string // where to; "" for nowhere at present
	stop chan struct{}

	mu       sync.Mutex
	mail     []letter
	accepted int // how many, from the first on, were answered 202
}

func newCourier(t testing.TB, to func() string) *courier {
	c := &courier{to: to, stop: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.mail = append(c.mail, letter{r.Header.Clone(), body})
	}))
	c.url = server.URL
	done := make(chan struct{})
	go func() {
		defer close(done)
		for c.step(t) {
		}
	}()
	t.Cleanup(func() { close(c.stop); <-done; server.Close() })
	return c
}

// step brings a letter, or waits for one; false when that is over.
func (c *courier) step(t testing.TB) bool {
	c.mu.Lock()
	var next *letter
	if c.accepted < len(c.mail) {
		next = &c.mail[c.accepted]
	}
	c.mu.Unlock()
	if url := c.to(); next != nil && url != "" {
		code, err := next.deliver(url)
		if err == nil && code == http.StatusAccepted {
			c.mu.Lock()
			c.accepted++
			c.mu.Unlock()
			return true
		}
		if err == nil {
			t.Errorf("a delivery was answered %d", code)
		}
	}
	select {
	case <-c.stop:
		return false
	case <-time.After(5 * time.Millisecond):
		return true
	}
}

// idle tells how much mail there was, and whether all is delivered.
func (c *courier) idle() (mail int, idle bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.mail), len(c.mail) == c.accepted
}

// delivered are the letters that were answered 202.
func (c *courier) delivered() []letter {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mail[:c.accepted]
}

func (l letter) id() string { return l.header.Get("webhook-id") }
