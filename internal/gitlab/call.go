package gitlab

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

const (
	attempts = 3    // tries of a request that may be repeated
	maxPages = 2000 // of one listing; a bound for a server whose last page never comes
)

// nature says whether a request may be sent twice.
type nature int

const (
	read   nature = iota
	set           // a write that leads to the same state however often it is sent
	create        // a write that must not be repeated when its outcome is unknown
	createAll     // several creates in one request, of which some may be done though GitLab refuses it
)

// request is what a call is about, for its errors and its log lines.
type request struct {
	nature nature
	what   string // "read merge request !7 of project 12"
}

func reading(format string, args ...any) request {
	return request{nature: read, what: fmt.Sprintf(format, args...)}
}

func setting(format string, args ...any) request {
	return request{nature: set, what: fmt.Sprintf(format, args...)}
}

func creating(format string, args ...any) request {
	return request{nature: create, what: fmt.Sprintf(format, args...)}
}

// run sends one request by send, again where that is safe, and gives errors in the words
// of package forge.
func (c *Client) run(ctx context.Context, r request, send func(gl.RequestOptionFunc) error) error {
	for attempt := 1; ; attempt++ {
		if wait := c.gate.left(c.now()); wait > 0 {
			if err := c.hold(ctx, r, wait); err != nil {
				return err
			}
		}
		a, err := c.attempt(ctx, send)
		if err == nil {
			c.gate.note(a.header, c.now())
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w", r.what, context.Cause(ctx))
		}
		failure := c.explain(r, a, err)
		switch {
		case a.status == http.StatusTooManyRequests && r.nature == createAll:
			// The limit may have come in the middle.
			wait := retryAfter(a.header, c.now())
			c.gate.refused(a.header, c.now().Add(wait))
			return fmt.Errorf("%s: %w", r.what, &forge.RateLimitError{After: wait})
		case a.status == http.StatusTooManyRequests:
			// GitLab did nothing, so that even a create may be sent again.
			wait := retryAfter(a.header, c.now())
			c.gate.refused(a.header, c.now().Add(wait))
			if attempt >= attempts {
				return fmt.Errorf("%s: %w", r.what, &forge.RateLimitError{After: wait})
			}
			if err := c.hold(ctx, r, wait); err != nil {
				return err
			}
		case attempt < attempts && repeatable(r, a, err):
			wait := backoff(attempt)
			c.logger(ctx).Debug().Str("call", r.what).Int("status", a.status).Dur("wait", wait).Msg("request to GitLab is sent again")
			if err := c.sleep(ctx, wait); err != nil {
				return fmt.Errorf("%s: %w", r.what, context.Cause(ctx))
			}
		default:
			return failure
		}
	}
}

// hold waits until GitLab takes requests again, or says when that is.
func (c *Client) hold(ctx context.Context, r request, wait time.Duration) error {
	if wait > c.maxWait {
		return fmt.Errorf("%s: %w", r.what, &forge.RateLimitError{After: wait})
	}
	c.logger(ctx).Debug().Str("call", r.what).Dur("wait", wait).Msg("waiting for GitLab's rate limit")
	if err := c.sleep(ctx, wait); err != nil {
		return fmt.Errorf("%s: %w", r.what, context.Cause(ctx))
	}
	return nil
}

// attempt sends a request once, within the time allowed for one.
func (c *Client) attempt(ctx context.Context, send func(gl.RequestOptionFunc) error) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	ctx, a := withAnswer(ctx)
	err := send(gl.WithContext(ctx))
	if err == nil && a.html {
		err = errWebPage
	}
	return *a, err
}

// errWebPage marks an answer that is a web page: that of a sign-in page in front of GitLab
// must not pass for the content of a file.
var errWebPage = errors.New("a web page came back")

// repeatable tells whether a failed request may be sent again at once.
func repeatable(r request, a answer, err error) bool {
	switch {
	case errors.Is(err, errElsewhere), errors.Is(err, errTooLarge), a.status == http.StatusNotImplemented:
		return false
	case r.nature >= create:
		return a.status == 0 && neverSent(err)
	case a.status < http.StatusBadRequest:
		return !a.html // no answer, or one that broke off
	}
	return a.status >= http.StatusInternalServerError
}

// neverSent tells whether no connection came about, so that GitLab can't have acted.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func backoff(attempt int) time.Duration {
	base := 400 * time.Millisecond << attempt
	return base/2 + rand.N(base) //nolint:gosec // jitter needs no secrecy
}

// retryAfter is how long GitLab asks to wait with a 429. It says so in seconds, or as a
// time; application limits say nothing, and a minute is their period.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if v := h.Get("Retry-After"); v != "" {
		if s, err := strconv.ParseInt(v, 10, 32); err == nil && s >= 0 {
			return max(time.Duration(s)*time.Second, time.Second)
		}
		if at, err := http.ParseTime(v); err == nil {
			return max(at.Sub(now), time.Second)
		}
	}
	if at, ok := resetTime(h); ok && at.After(now) {
		return min(at.Sub(now), time.Hour)
	}
	return time.Minute
}

func resetTime(h http.Header) (time.Time, bool) {
	s, err := strconv.ParseInt(h.Get("RateLimit-Reset"), 10, 64)
	return time.Unix(s, 0), err == nil && s > 0
}

// gate is shut while the limit of the whole token is used up. Sending more would only
// prolong that.
type gate struct {
	mu    sync.Mutex
	until time.Time
}

func (g *gate) left(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.until.Sub(now)
}

// note shuts the gate when an answer says that it was the last one allowed.
func (g *gate) note(h http.Header, now time.Time) {
	if h.Get("RateLimit-Remaining") != "0" {
		return
	}
	if at, ok := resetTime(h); ok && at.After(now) && at.Sub(now) <= time.Hour {
		g.shut(at)
	}
}

// refused shuts the gate after a 429 of the limit for all requests. One without its
// headers is a limit of a single kind of request, such as the making of notes.
func (g *gate) refused(h http.Header, until time.Time) {
	if h.Get("RateLimit-Limit") != "" {
		g.shut(until)
	}
}

func (g *gate) shut(until time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until.After(g.until) {
		g.until = until
	}
}

// pages reads a listing to its end. The end is where GitLab names no next page: a page may
// hold fewer entries than asked for and still have others behind it.
func pages[T any](ctx context.Context, c *Client, r request, list func(...gl.RequestOptionFunc) ([]T, *gl.Response, error)) ([]T, error) {
	var all []T
	var next gl.RequestOptionFunc
	for range maxPages {
		var page []T
		var resp *gl.Response
		err := c.run(ctx, r, func(with gl.RequestOptionFunc) error {
			var err error
			page, resp, err = list(with, next)
			return err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		var more bool
		if next, more = gl.WithNext(resp); !more {
			return all, nil
		}
	}
	return nil, fmt.Errorf("%s: GitLab gives more than %d pages", r.what, maxPages)
}
