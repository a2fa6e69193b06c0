package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// A faulty transport brings calls to a stand-in GitLab without a network, and strikes some of them
// with a fault.
type faulty struct {
	t      *testing.T
	gitlab *standin.Server

	mu      sync.Mutex
	seen    map[string]int    // calls by kind
	kinds   []string          // in the order in which they came first
	refuse  map[string]string // status and body of calls that are always refused, by kind
	by      map[string]bool   // methods of the client that were called; nil when nobody asks
	fault   *fault            // nil for none
	kind    string            // that is struck,
	nth     int               // from its nth call on
	struck  int               // calls that were
	writes  int               // calls that write
	before  map[string][]byte // what reads of the kind gave before the last write, for faultStale
	reads   map[string]*http.Request
	pages   map[string][]byte // the first page of listings, for faultPage
	strange []string          // calls to other hosts
}

func newFaulty(t *testing.T, g *standin.Server) *faulty {
	return &faulty{t: t, gitlab: g, seen: map[string]int{}, before: map[string][]byte{}, reads: map[string]*http.Request{}, pages: map[string][]byte{}}
}

// A faultyCall is a request on its way, with its body.
type faultyCall struct {
	*faulty
	r    *http.Request
	body []byte
}

// do lets the call take effect.
func (c *faultyCall) do() *http.Response {
	r := c.r.Clone(c.r.Context())
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	rec := httptest.NewRecorder()
	c.gitlab.ServeHTTP(rec, r)
	resp := rec.Result()
	resp.Request = c.r
	return resp
}

var operation = regexp.MustCompile(`^\{"query":"(query|mutation) (\w+)`)

// kindOf names a kind of call: method and route, of GraphQL the operation.
func (c *faultyCall) kindOf() string {
	kind := standin.Route(c.r)
	if m := operation.FindSubmatch(c.body); m != nil {
		kind = fmt.Sprintf("GraphQL %s %s", m[1], m[2])
	}
	if kind == "" || strings.HasSuffix(kind, "graphql") {
		c.t.Errorf("%s %s has no name: %.80s", c.r.Method, c.r.URL, c.body)
	}
	return kind
}

func isRead(kind string) bool {
	return strings.HasPrefix(kind, "GET ") || strings.HasPrefix(kind, "GraphQL query ")
}

func isGraphQL(kind string) bool { return strings.HasPrefix(kind, "GraphQL ") }

// RoundTrip answers a request.
func (f *faulty) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "gitlab.test" {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.strange = append(f.strange, r.URL.String())
		return nil, fmt.Errorf("a call to %s", r.URL.Host)
	}
	c := &faultyCall{faulty: f, r: r}
	if r.Body != nil {
		var err error
		if c.body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	kind := c.kindOf()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen[kind]++; f.seen[kind] == 1 {
		f.kinds = append(f.kinds, kind)
	}
	f.note()
	if !isRead(kind) {
		f.writes++
		f.remember() //nolint:contextcheck // the requests have theirs
	}
	if always, ok := f.refuse[kind]; ok {
		status, body, _ := strings.Cut(always, " ")
		code, err := strconv.Atoi(status)
		return c.reply(code, body), err
	}
	if f.fault == nil || kind != f.kind || f.seen[kind] < f.nth || f.struck >= max(1, f.fault.times) {
		resp := c.do() //nolint:contextcheck // likewise
		f.keep(c, kind, resp)
		return resp, nil
	}
	resp, err, struck := f.fault.strike(c)
	if struck {
		f.struck++
	}
	return resp, err
}

// note remembers which method of the client called.
func (f *faulty) note() {
	if f.by == nil {
		return
	}
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for {
		frame, more := frames.Next()
		if _, name, ok := strings.Cut(frame.Function, "internal/gitlab.(*Client)."); ok {
			name, _, _ = strings.Cut(name, ".")
			f.by[name] = true
		}
		if !more {
			return
		}
	}
}

// keep remembers what a listing's first page says, and which reads were made.
func (f *faulty) keep(c *faultyCall, kind string, resp *http.Response) {
	if f.fault == nil || kind != f.kind || !isRead(kind) || resp.StatusCode != http.StatusOK {
		return
	}
	body := bodyOf(resp)
	f.reads[c.key()] = c.r
	if resp.Header.Get("X-Next-Page") != "" {
		f.pages[c.listing()] = body
	}
}

// remember keeps what the reads say before a write, if that is what the fault needs.
func (f *faulty) remember() {
	if f.fault == nil || !f.fault.stale {
		return
	}
	for key, r := range f.reads {
		_, body, _ := strings.Cut(key, "\n")
		old := &faultyCall{faulty: f, r: r, body: []byte(body)}
		f.before[key] = bodyOf(old.do()) //nolint:bodyclose // it is in memory
	}
}

func (c *faultyCall) key() string { return c.r.URL.String() + "\n" + string(c.body) }

// listing is what all pages of one have in common.
func (c *faultyCall) listing() string {
	u := *c.r.URL
	q := u.Query()
	for _, key := range []string{"page", "page_token", "cursor"} {
		q.Del(key)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// bodyOf reads a body and leaves it to be read again.
func bodyOf(resp *http.Response) []byte {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err) // it is in memory
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

// A fault is what becomes of a call.
type fault struct {
	name   string
	times  int                    // calls in a row; 0 for one
	on     func(kind string) bool // nil for all
	stale  bool                   // it needs to know what was there before
	strike func(c *faultyCall) (_ *http.Response, _ error, struck bool)
}

// before is a fault without the call's effect, after one with it.
func before(err error) func(*faultyCall) (*http.Response, error, bool) {
	return func(*faultyCall) (*http.Response, error, bool) { return nil, err, true }
}

func after(err error) func(*faultyCall) (*http.Response, error, bool) {
	return func(c *faultyCall) (*http.Response, error, bool) { c.do(); return nil, err, true }
}

// refusal is an answer that is given before any effect.
func refusal(status int, body string, header ...string) func(*faultyCall) (*http.Response, error, bool) {
	return func(c *faultyCall) (*http.Response, error, bool) { return c.reply(status, body, header...), nil, true }
}

// lost is an answer in the place of another, after the effect.
func lost(status int, body string, header ...string) func(*faultyCall) (*http.Response, error, bool) {
	return func(c *faultyCall) (*http.Response, error, bool) {
		c.do()
		return c.reply(status, body, header...), nil, true
	}
}

func (c *faultyCall) reply(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	switch {
	case strings.HasPrefix(body, "<"):
		h.Set("Content-Type", "text/html; charset=utf-8")
	case strings.HasPrefix(body, "{"):
		h.Set("Content-Type", "application/json")
	case body != "":
		h.Set("Content-Type", "text/plain")
	}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{
		StatusCode: status, Status: strconv.Itoa(status) + " " + http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: c.r,
	}
}

// cut lets the call take effect, and breaks its answer off in the middle with an error; nil where the
// body just ends.
func cut(end error) func(*faultyCall) (*http.Response, error, bool) {
	return func(c *faultyCall) (*http.Response, error, bool) {
		resp := c.do()
		body := bodyOf(resp)
		if len(body) < 2 {
			return resp, nil, false
		}
		half := io.Reader(bytes.NewReader(body[:len(body)/2]))
		if end != nil {
			half = io.MultiReader(half, brokenReader{end})
		}
		resp.Body, resp.ContentLength = io.NopCloser(half), -1
		return resp, nil, true
	}
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

// inPart lets the call take effect, and gives null for the first thing asked for, with an error.
func inPart(c *faultyCall) (*http.Response, error, bool) {
	var answer struct {
		Data map[string]json.RawMessage `json:"data"`
	}
	resp := c.do()
	if json.Unmarshal(bodyOf(resp), &answer) != nil || len(answer.Data) == 0 {
		return resp, nil, false //nolint:nilerr // an answer that is no JSON is left as it is
	}
	for k := range answer.Data {
		answer.Data[k] = json.RawMessage("null")
	}
	body, _ := json.Marshal(map[string]any{"data": answer.Data, "errors": []any{map[string]any{"message": "Internal server error", "path": []string{"project"}}}})
	return c.reply(http.StatusOK, string(body)), nil, true
}

// stale answers a read as it would have been answered before the last write.
func stale(c *faultyCall) (*http.Response, error, bool) {
	resp := c.do()
	now := bodyOf(resp)
	c.reads[c.key()] = c.r
	old, known := c.before[c.key()]
	if !known || bytes.Equal(old, now) {
		return resp, nil, false
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(old)), int64(len(old))
	return resp, nil, true
}

// repeated answers a page of a listing with the first one once more.
func repeated(c *faultyCall) (*http.Response, error, bool) {
	resp := c.do()
	first, known := c.pages[c.listing()]
	if n := resp.Header.Get("X-Page"); !known || n == "" || n == "1" {
		c.keep(c, c.kind, resp)
		return resp, nil, false
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(first)), int64(len(first))
	return resp, nil, true
}

const (
	signIn  = "<!DOCTYPE html><html><body>Sign in</body></html>"
	badGate = "<html><head><title>502 Bad Gateway</title></head></html>"
)

var reset = &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}

// faults are all of them.
//
//nolint:bodyclose // their bodies are in memory
func faults() []fault {
	inAMoment := func() string { return strconv.FormatInt(time.Now().Add(3*time.Second).Unix(), 10) }
	all := []fault{
		{name: "time-out before the effect", strike: before(context.DeadlineExceeded)},
		{name: "time-out after the effect", strike: after(context.DeadlineExceeded)},
		{name: "time-outs, three in a row", times: 3, strike: after(context.DeadlineExceeded)},
		{name: "reset before the effect", strike: before(reset)},
		{name: "reset after the effect", strike: after(reset)},
		{name: "broken off in the body", strike: cut(io.ErrUnexpectedEOF)},
		{name: "slow body", strike: cut(context.DeadlineExceeded)},
		{name: "body cut short", strike: cut(nil)},
		{name: "empty body", strike: lost(http.StatusOK, "")},
		{name: "sign-in page with 200", strike: lost(http.StatusOK, signIn)},
		{name: "redirect to another host", strike: refusal(http.StatusFound, "", "Location", "https://elsewhere.test/api/v4/user")},
		{name: "400", strike: refusal(http.StatusBadRequest, `{"message":"400 Bad request"}`)},
		{name: "401", strike: refusal(http.StatusUnauthorized, `{"message":"401 Unauthorized"}`)},
		{name: "403", strike: refusal(http.StatusForbidden, `{"message":"403 Forbidden"}`)},
		{name: "404", strike: refusal(http.StatusNotFound, `{"message":"404 Not found"}`)},
		{name: "409", strike: refusal(http.StatusConflict, `{"message":"409 Conflict"}`)},
		{name: "413", strike: refusal(http.StatusRequestEntityTooLarge, badGate)},
		{name: "422", strike: refusal(http.StatusUnprocessableEntity, `{"message":{"base":["is not valid now"]}}`)},
		{name: "429 with Retry-After", strike: refusal(http.StatusTooManyRequests, "Retry later\n", "Retry-After", "3")},
		{name: "429 with RateLimit-Reset", strike: func(c *faultyCall) (*http.Response, error, bool) {
			return c.reply(http.StatusTooManyRequests, "Retry later\n", "RateLimit-Reset", inAMoment()), nil, true
		}},
		{name: "429 that says nothing", strike: refusal(http.StatusTooManyRequests, "Retry later\n")},
		{name: "500", strike: refusal(http.StatusInternalServerError, `{"message":"500 Internal Server Error"}`)},
		{name: "502 page after the effect", strike: lost(http.StatusBadGateway, badGate)},
		{name: "502, three in a row", times: 3, strike: refusal(http.StatusBadGateway, badGate)},
		{name: "503 with a date", strike: func(c *faultyCall) (*http.Response, error, bool) {
			return c.reply(http.StatusServiceUnavailable, "", "Retry-After", time.Now().Add(3*time.Second).UTC().Format(http.TimeFormat)), nil, true
		}},
		{name: "GraphQL: errors", on: isGraphQL, strike: refusal(http.StatusOK, `{"errors":[{"message":"Timeout on validation of query"}]}`)},
		{name: "GraphQL: part of the data", on: isGraphQL, strike: inPart},
		{name: "GraphQL: too complex", on: isGraphQL, strike: refusal(http.StatusOK, `{"errors":[{"message":"Query has complexity of 300, which exceeds max complexity of 250"}]}`)},
		{name: "old state", on: isRead, stale: true, strike: stale},
		{name: "first page again", on: isRead, strike: repeated},
	}
	return all
}
