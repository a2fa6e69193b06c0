package gitlab

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
)

const (
	attempts = 3    // tries of a request that may be repeated
	maxPages = 2000 // of one listing; a bound for a server whose last page never comes
)

// nature says whether a request may be sent twice.
type nature int

const (
	read      nature = iota
	set              // a write that leads to the same state however often it is sent
	create           // a write that must not be repeated when its outcome is unknown
	createAll        // several creates in one request, of which some may be done though GitLab refuses it
)

// request is what a call is about, for its errors and its log lines.
type request struct {
	nature nature
	limit  string // the kind of request that GitLab limits apart, ratelimit.Notes or Issues; "" for none
	times  int    // that it counts for this limit; 0 is once
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

// limited says that GitLab limits such requests apart.
func (r request) limited(kind string) request {
	r.limit = kind
	return r
}

// run sends one request by send, again where that is safe, and gives errors in the words
// of package forge.
func (c *Client) run(ctx context.Context, r request, send func(gl.RequestOptionFunc) error) error {
	for attempt := 1; ; attempt++ {
		if err := c.queueUp(ctx, r); err != nil {
			return err
		}
		a, err := c.attempt(ctx, send)
		if a.status != http.StatusTooManyRequests {
			c.heed(ctx, a.header)
		}
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%s: %w", r.what, context.Cause(ctx))
		}
		failure := c.explain(r, a, err)
		switch {
		case a.status == http.StatusTooManyRequests:
			// GitLab did nothing, so that even a create may be sent again; but of several the limit may have
			// come in the middle.
			wait := retryAfter(a.header, c.now())
			c.refused(ctx, r, a.header, wait)
			if attempt >= attempts || r.nature == createAll {
				return fmt.Errorf("%s: %w", r.what, &forge.RateLimitError{After: wait})
			}
			if err := c.hold(ctx, r, wait); err != nil {
				return err
			}
		case attempt < attempts && (repeatable(r, a, err) || forge.Insists(ctx) && doubtful(failure)):
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

// queueUp waits until the limits for all requests, and for those of the request's kind, let it out.
func (c *Client) queueUp(ctx context.Context, r request) error {
	kinds := []string{ratelimit.API, r.limit}
	if r.limit == "" {
		kinds = kinds[:1]
	}
	waited := false
	for i, kind := range kinds {
		times := 1
		if i > 0 {
			times = max(1, r.times)
		}
		var wait time.Duration // for the last one
		for range times {
			one, ok := c.limits.Take(ctx, kind, c.maxWait)
			if !ok {
				return fmt.Errorf("%s: %w", r.what, &forge.RateLimitError{After: one})
			}
			wait = max(wait, one)
		}
		if wait > 0 {
			if err := c.wait(ctx, r, wait); err != nil {
				return err
			}
			waited = true
		}
	}
	for waited { // GitLab may have refused others meanwhile
		var wait time.Duration
		for _, kind := range kinds {
			wait = max(wait, c.limits.Shut(ctx, kind))
		}
		if wait == 0 {
			return nil
		}
		if err := c.hold(ctx, r, wait); err != nil {
			return err
		}
	}
	return nil
}

// heed takes over what an answer tells of the limit for all requests.
func (c *Client) heed(ctx context.Context, h http.Header) {
	if at, ok := resetTime(h); ok && h.Get("RateLimit-Remaining") == "0" {
		// It was the last one: sending more would only prolong that.
		if wait := at.Sub(c.now()); wait > 0 && wait <= time.Hour {
			c.limits.Refused(ctx, ratelimit.API, wait)
		}
		return
	}
	// Some paths have a limit of their own beside it.
	if name := h.Get("RateLimit-Name"); name != "" && name != "throttle_authenticated_api" {
		return
	}
	c.limits.Told(ctx, headerNumber(h, "RateLimit-Limit"), headerNumber(h, "RateLimit-Remaining"))
}

// refused holds others back after a 429. One without the headers of the limit for all requests is
// of a limit for a single kind, such as the making of notes.
func (c *Client) refused(ctx context.Context, r request, h http.Header, wait time.Duration) {
	switch {
	case h.Get("RateLimit-Limit") != "":
		c.limits.Refused(ctx, ratelimit.API, wait)
	case r.limit != "":
		c.limits.Refused(ctx, r.limit, wait)
	}
}

// headerNumber is -1 when there is none.
func headerNumber(h http.Header, name string) int {
	n, err := strconv.Atoi(h.Get(name))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// hold waits until GitLab takes requests again, or says when that is.
func (c *Client) hold(ctx context.Context, r request, wait time.Duration) error {
	if wait > c.maxWait {
		return fmt.Errorf("%s: %w", r.what, &forge.RateLimitError{After: wait})
	}
	return c.wait(ctx, r, wait)
}

func (c *Client) wait(ctx context.Context, r request, wait time.Duration) error {
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

// doubtful tells whether a refusal may be none of GitLab's, or one that goes by. A 404 that names what is not there
// is GitLab's own. Nothing was done then, so that any request may be sent again.
func doubtful(refusal error) bool {
	return errors.Is(refusal, forge.ErrForbidden) || errors.Is(refusal, forge.ErrInvalid) ||
		errors.Is(refusal, forge.ErrNotFound) && !namedNotFound.MatchString(refusal.Error())
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

// pages reads a listing to its end. The end is where GitLab names no next page: a page may
// hold fewer entries than asked for and still have others behind it.
func pages[T any](ctx context.Context, c *Client, r request, list func(...gl.RequestOptionFunc) ([]T, *gl.Response, error)) ([]T, error) {
	var all []T
	var next gl.RequestOptionFunc
	last := ""
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
		named := fmt.Sprint(resp.NextPage, " ", resp.NextLink)
		if named == last {
			return nil, describe(r, forge.ErrUnavailable, "the next page is named as the one that just came, so the list has no end", "")
		}
		last = named
	}
	return nil, fmt.Errorf("%s: GitLab gives more than %d pages", r.what, maxPages)
}
