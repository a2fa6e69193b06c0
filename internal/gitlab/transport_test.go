package gitlab

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// stranger is a server that must never be called.
func stranger(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a stranger was called: %s %s, token %q", r.Method, r.URL, r.Header.Get("Private-Token"))
	}))
	t.Cleanup(s.Close)
	return s
}

func TestRedirectElsewhere(t *testing.T) {
	other := stranger(t)
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, c := range calls() {
			t.Run(fmt.Sprint(code, c.name), func(t *testing.T) {
				b := setup(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL+"/api/v4/x", code) })
				err := c.do(b.Client)
				if err == nil || !errors.Is(err, errElsewhere) && !errors.Is(err, forge.ErrInvalid) {
					t.Fatalf("error is %v", err)
				}
				b.noToken(err.Error())
				if len(b.requests) != 1 {
					t.Errorf("%d requests", len(b.requests))
				}
			})
		}
	}
}

// TestRedirectWithin: a read is followed to the new path of a moved project, a write is not, since
// it would arrive as a read.
func TestRedirectWithin(t *testing.T) {
	serve := func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/moved") {
			http.Redirect(w, r, "/moved", http.StatusMovedPermanently)
			return
		}
		reply(w, 200, `{"id":12,"path_with_namespace":"acme/new","default_branch":"main"}`)
	}
	b := setup(t, serve)
	p, err := b.Project(context.Background(), "acme/old")
	if err != nil || p.Path != "acme/new" || len(b.requests) != 2 {
		t.Errorf("project %+v, error %v, %d requests", p, err, len(b.requests))
	}
	for _, c := range calls() {
		if !c.writes {
			continue
		}
		b := setup(t, serve)
		err := c.do(b.Client)
		if !errors.Is(err, errElsewhere) || !strings.Contains(err.Error(), "has the project moved?") {
			t.Errorf("%s: error is %v", c.name, err)
		}
	}
}

func TestRedirectInCircle(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) })
	if _, err := b.Project(context.Background(), "1"); !errors.Is(err, errElsewhere) || len(b.requests) > 6 {
		t.Errorf("error is %v after %d requests", err, len(b.requests))
	}
}

// TestGuard: whatever address a request bears, it leaves for the configured host alone.
func TestGuard(t *testing.T) {
	other := stranger(t)
	b := setup(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "{}") })
	g := &guard{base: b.base, next: http.DefaultTransport, logger: b.logger}
	for _, address := range []string{other.URL, strings.Replace(b.server.URL, "http:", "https:", 1), "http://169.254.169.254/x", "http://127.0.0.1.example/x", b.server.URL + "0"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader("x"))
		if err != nil {
			continue // no address at all
		}
		req.Header.Set("Private-Token", canary)
		resp, err := g.RoundTrip(req)
		if err == nil {
			resp.Body.Close()
		}
		if !errors.Is(err, errElsewhere) {
			t.Errorf("%s: error is %v", address, err)
		}
	}
	if len(b.requests) != 0 {
		t.Errorf("%d requests", len(b.requests))
	}
}

func TestTooLarge(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, _ *http.Request) {
		chunk := make([]byte, 1<<20)
		for range maxAnswer>>20 + 1 {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}, func(o *Options) { o.Timeout = time.Minute })
	_, err := b.ReadFile(context.Background(), 1, "a.md", "main")
	if !errors.Is(err, errTooLarge) || len(b.requests) != 1 {
		t.Errorf("error is %v after %d requests", err, len(b.requests))
	}
}

func TestBoundedBody(t *testing.T) {
	for size, ok := range map[int]bool{0: true, 9: true, 10: true, 11: false, 100: false} {
		got, err := io.ReadAll(&boundedBody{ReadCloser: io.NopCloser(strings.NewReader(strings.Repeat("x", size))), left: 10})
		if (err == nil) != ok || len(got) != min(size, 10) {
			t.Errorf("%d bytes: %d read, error %v", size, len(got), err)
		}
	}
}

func TestBaseURL(t *testing.T) {
	for given, want := range map[string]string{
		"https://gitlab.com": "https://gitlab.com", "https://GitLab.example.com/": "https://gitlab.example.com", " http://localhost:3000/gitlab/api/v4/ ": "http://localhost:3000/gitlab",
		"https://[::1]:8443": "https://[::1]:8443",
	} {
		c, err := New(Options{BaseURL: given})
		if err != nil || c.BaseURL() != want {
			t.Errorf("%q: %v, %v", given, c, err)
		}
	}
	for given, part := range map[string]string{
		"": "neither http nor https", "gitlab.com": "neither http nor https", "https://": "no host", "ftp://x": "neither http nor https", "https://x/?a=b": "query",
		"https://user:" + canary + "@x": "user name or password", "http://a b": "not a URL",
	} {
		_, err := New(Options{BaseURL: given})
		if err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), canary) {
			t.Errorf("%q: error is %v", given, err)
		}
	}
	if _, err := New(Options{BaseURL: "https://gitlab.com", Token: canary + "\n"}); err == nil || strings.Contains(err.Error(), canary) {
		t.Errorf("token with a line end: %v", err)
	}
}

func TestSubPath(t *testing.T) {
	b := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if taskTypes(w, r) {
			return
		}
		reply(w, 404, `{"message":"404 Not Found"}`)
	}, func(o *Options) { o.BaseURL += "/gitlab" })
	for _, c := range calls() {
		c.do(b.Client)
	}
	for _, r := range b.requests {
		if !strings.HasPrefix(r.URL.Path, "/gitlab/api/v4/") && r.URL.Path != "/gitlab/api/graphql" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
	}
}

// TestHTTP1: the client offers no protocol that the program, without HTTP/2, could not go on with.
func TestHTTP1(t *testing.T) {
	offered := make(chan []string, 1)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Proto) }))
	s.TLS = &tls.Config{GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		offered <- hello.SupportedProtos
		return nil, nil
	}}
	s.StartTLS()
	defer s.Close()
	transport := defaultTransport().(*http.Transport)
	transport.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	transport.TLSClientConfig.NextProtos = nil
	r, err := (&http.Client{Transport: transport}).Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if got := <-offered; r.Proto != "HTTP/1.1" || slices.Contains(got, "h2") {
		t.Errorf("answered with %s, %q were offered", r.Proto, got)
	}
}
