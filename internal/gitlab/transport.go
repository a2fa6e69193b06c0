package gitlab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/rs/zerolog"
)

const (
	// maxAnswer is the largest answer that is read, in bytes. A page of a hundred diffs of
	// GitLab's largest size is about 20 MB.
	maxAnswer = 64 << 20
	// maxRefusal is how much of an error's body is read for its message.
	maxRefusal = 64 << 10
)

// defaultTransport is like http.DefaultTransport, with bounds on each stage of a request.
// It honours a proxy set for the machine: then the proxy carries the calls, but the host
// they are meant for stays the configured one. It speaks HTTP/1.1, which every GitLab does, over as many
// connections as there are calls at once: HTTP/2 is left out of the program (Makefile).
func defaultTransport() http.RoundTripper {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		MaxIdleConns:          32,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 30 * time.Second,
		ExpectContinueTimeout: time.Second,
	}
}

// errElsewhere marks a request or redirect that would have left the configured instance.
var errElsewhere = errors.New("not sent")

// errTooLarge marks an answer over maxAnswer.
var errTooLarge = fmt.Errorf("the answer is over %d MB", maxAnswer>>20)

// An answer is what the transport saw of the last response of a call. client-go drops the
// body of a 404 and wraps others in texts that repeat the whole body.
type answer struct {
	status int
	header http.Header
	body   []byte // of an error only, at most maxRefusal bytes
	html   bool   // a web page came back where JSON was asked for
}

type answerKey struct{}

func withAnswer(ctx context.Context) (context.Context, *answer) {
	a := &answer{}
	return context.WithValue(ctx, answerKey{}, a), a
}

// guard is the last station of every request. It lets only those to the configured host
// through, bounds the size of answers, and keeps what an error says.
type guard struct {
	base    *url.URL
	next    http.RoundTripper
	logger  func(context.Context) *zerolog.Logger
	observe Observer // nil for nobody
}

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if !sameHost(g.base, req.URL) {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, fmt.Errorf("%w: %s is not the configured GitLab %s", errElsewhere, origin(req.URL), origin(g.base))
	}
	began := time.Now()
	resp, err := g.next.RoundTrip(req)
	g.told(req, resp, time.Since(began))
	if err != nil {
		return nil, err
	}
	a, _ := req.Context().Value(answerKey{}).(*answer)
	if a != nil {
		a.status, a.header, a.body = resp.StatusCode, resp.Header, nil
		a.html = isHTML(resp.Header)
	}
	if resp.StatusCode < http.StatusBadRequest {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxAnswer}
		return resp, nil
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal)) // a message cut short is still one
	resp.Body.Close()
	if a != nil {
		a.body = body
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

func isHTML(h http.Header) bool {
	kind := h.Get("Content-Type")
	return len(kind) >= 9 && kind[:9] == "text/html"
}

// boundedBody fails when more than left bytes are read.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// The bound is reached; one byte more tells an end from an excess.
		var one [1]byte
		if n, err := b.ReadCloser.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}

// checkRedirect follows redirects of reads on the same host (GitLab redirects the old
// paths of a moved project) and refuses all others: those to another place would carry the
// token there, and a redirected write would arrive as a read and be lost in silence.
func checkRedirect(base *url.URL) func(*http.Request, []*http.Request) error {
	return func(req *http.Request, via []*http.Request) error {
		switch first := via[0]; {
		case !sameHost(base, req.URL):
			return fmt.Errorf("%w: GitLab at %s redirects to %s; if that is its right address, set it as the GitLab URL",
				errElsewhere, origin(base), origin(req.URL))
		case first.Method != http.MethodGet && first.Method != http.MethodHead:
			return fmt.Errorf("%w: GitLab redirects a write; has the project moved? Use its present path or its id", errElsewhere)
		case len(via) >= 5:
			return fmt.Errorf("%w: GitLab redirects in a circle", errElsewhere)
		}
		return nil
	}
}

// sameHost tells whether a URL lies on the configured instance: scheme, host and port.
func sameHost(base, u *url.URL) bool { return origin(base) == origin(u) }

// origin is scheme, host and port of a URL, the usual ports left out.
func origin(u *url.URL) string {
	host, port := u.Hostname(), u.Port()
	if (u.Scheme == "https" && port == "443") || (u.Scheme == "http" && port == "80") {
		port = ""
	}
	o := url.URL{Scheme: u.Scheme, Host: host}
	if port != "" {
		o.Host = net.JoinHostPort(host, port)
	} else if bytes.ContainsRune([]byte(host), ':') {
		o.Host = "[" + host + "]"
	}
	return o.String()
}
