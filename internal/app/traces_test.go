package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/webhook"
)

// A collector takes OTLP's JSON.
type collector struct {
	url    string
	mu     sync.Mutex
	spans  []collected
	raw    bytes.Buffer
	header http.Header
	echoes bool // it refuses every other request, with the secret that came with it
	asked  int
}

type collected struct {
	TraceID, SpanID, ParentSpanID, Name, StartTimeUnixNano, EndTimeUnixNano string
	Kind                                                                    int
	Attributes                                                              []struct {
		Key   string
		Value map[string]any
	}
}

func newCollector(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var message struct {
			ResourceSpans []struct{ ScopeSpans []struct{ Spans []collected } }
		}
		if err != nil || json.Unmarshal(body, &message) != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s: %s", r.Method, r.URL, body)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.raw.Write(body)
		c.header = r.Header
		for _, resource := range message.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
		if c.asked++; c.echoes && c.asked%2 == 1 {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			fmt.Fprintf(conn, "HTTP/1.1 400 no %s here\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", c.header.Get("Authorization"))
			conn.Close()
		}
	}))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// TestOneTraceADelivery runs `roleplan serve` against the stand-in GitLab, with a collector: the
// webhook request, the storing, the run and each call to GitLab hang together, the log names the
// trace, and nothing secret is in it.
func TestOneTraceADelivery(t *testing.T) {
	t.Parallel()
	d, _ := newLoop(t)
	post := newPostman(t)
	d.addHook(post.url)
	spans := newCollector(t)
	env := map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": spans.url, "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20collector-canary",
		"ROLEPLAN_GITLAB_URL": d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN": botToken, "ROLEPLAN_PROJECTS": d.project.Path, "ROLEPLAN_LOG_LEVEL": "debug",
		"ROLEPLAN_WEBHOOK_SECRET": hookSecret, "ROLEPLAN_WEBHOOK_SIGNING_TOKEN": d.signingToken, "ROLEPLAN_SWEEP_INTERVAL": "0",
		"ROLEPLAN_LISTEN": "127.0.0.1:0", "ROLEPLAN_ADMIN_LISTEN": "127.0.0.1:0", "ROLEPLAN_DATABASE_URL": "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db"),
	}
	var mu sync.Mutex
	var log bytes.Buffer
	said := func() string {
		mu.Lock()
		defer mu.Unlock()
		return log.String()
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	a := &App{Stdout: io.Discard, Stderr: lockedWriter{&mu, &log}, Getenv: func(name string) string { return env[name] }}
	go func() { ended <- a.Main(ctx, []string{"serve"}) }()
	var url string
	for deadline := time.Now().Add(time.Minute); url == ""; time.Sleep(5 * time.Millisecond) {
		if _, rest, ok := strings.Cut(said(), `"webhook":"`); ok {
			url, _, _ = strings.Cut(rest, `"`)
		}
		if time.Now().After(deadline) {
			t.Fatalf("not ready:\n%s", said())
		}
	}
	post.deliverTo(url)
	mr := mergeUnseen(t, d, false)
	if _, err := d.answer(t.Context(), mr, ""); err != nil {
		t.Fatal(err)
	}
	stop()
	if code := <-ended; code != ExitOK {
		t.Fatalf("exit %d:\n%s", code, said())
	}

	spans.mu.Lock()
	defer spans.mu.Unlock()
	if got := spans.header.Get("Authorization"); got != "Bearer collector-canary" {
		t.Errorf("the collector was sent the header %q", got)
	}
	byID := map[string]collected{}
	for _, s := range spans.spans {
		byID[s.SpanID] = s
	}
	const server, client, producer, consumer = 2, 3, 4, 5
	calls := map[string]int{}
	whole := ""
	for _, s := range spans.spans {
		if s.StartTimeUnixNano > s.EndTimeUnixNano {
			t.Errorf("%s ends before it begins", s.Name)
		}
		if s.Kind != client || byID[s.ParentSpanID].Kind != consumer {
			continue
		}
		run := byID[s.ParentSpanID]
		store := byID[run.ParentSpanID]
		request := byID[store.ParentSpanID]
		if run.Name == "process merge_request" && store.Kind == producer && request.Kind == server && request.Name == "POST "+webhook.Path && request.ParentSpanID == "" {
			for _, other := range []collected{run, store, request} {
				if other.TraceID != s.TraceID {
					t.Errorf("%s and %s are of different traces", s.Name, other.Name)
				}
			}
			whole = s.TraceID
			calls[s.Name]++
		}
	}
	for _, want := range []string{"GET /api/v4/projects/{}/merge_requests/{}", "POST /api/v4/projects/{}/merge_requests/{}/notes", "POST /api/graphql"} {
		if calls[want] == 0 {
			t.Errorf("no call %q below a delivery; there are %v", want, calls)
		}
	}
	for _, message := range []string{"delivery accepted", "call to GitLab", "subject brought in line"} {
		found := false
		for line := range strings.Lines(said()) {
			found = found || strings.Contains(line, message) && strings.Contains(line, `"trace":"`+whole+`"`) && strings.Contains(line, `"delivery":"`)
		}
		if !found {
			t.Errorf("no line %q with delivery and trace %s:\n%s", message, whole, said())
		}
	}
	for _, secret := range []string{botToken, hookSecret, d.signingToken, "collector-canary"} {
		if strings.Contains(spans.raw.String(), secret) || strings.Contains(said(), secret) {
			t.Errorf("the secret %q shows", secret)
		}
	}
}
