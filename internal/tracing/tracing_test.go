package tracing

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

func of(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

// TestNoTraces: without the variables there is no tracer, and what is asked of none is done without one.
func TestNoTraces(t *testing.T) {
	for _, env := range []map[string]string{
		nil,
		{"OTEL_SERVICE_NAME": "x", "OTEL_EXPORTER_OTLP_HEADERS": "a=b"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_TRACES_EXPORTER": "none"},
		{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "TRUE"},
	} {
		tracer, err := New(t.Context(), of(env), "1", zerolog.Nop())
		if tracer != nil || err != nil {
			t.Errorf("%v: %v, %v", env, tracer, err)
		}
	}
	var none *Tracer
	none.Request(t.Context(), Request{})
	if err := none.Send(t.Context(), reconcile.Delivery{ID: "x"}, func(_ context.Context, d reconcile.Delivery) error {
		if d.ID != "x" || d.Trace != "" {
			t.Errorf("%+v", d)
		}
		return io.EOF
	}); !errors.Is(err, io.EOF) {
		t.Errorf("error is %v", err)
	}
	handler := http.NotFoundHandler()
	if reflect.ValueOf(none.Handler("/", handler)).Pointer() != reflect.ValueOf(handler).Pointer() || none.Stop(t.Context()) != nil {
		t.Error("something is done for nobody")
	}
}

func TestSettings(t *testing.T) {
	const p = "OTEL_EXPORTER_OTLP_"
	broken := filepath.Join(t.TempDir(), "a.pem")
	if err := os.WriteFile(broken, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		env  map[string]string
		want settings
		err  string // a part of it
	}{
		"base":         {env: map[string]string{p + "ENDPOINT": "https://c.test:4318/otlp/"}, want: settings{endpoint: "https://c.test:4318/otlp/v1/traces", timeout: defaultTimeout}},
		"signal":       {env: map[string]string{p + "ENDPOINT": "https://a.test", p + "TRACES_ENDPOINT": "https://b.test/x"}, want: settings{endpoint: "https://b.test/x", timeout: defaultTimeout}},
		"default":      {env: map[string]string{"OTEL_TRACES_EXPORTER": "otlp"}, want: settings{endpoint: "http://localhost:4318/v1/traces", timeout: defaultTimeout}},
		"all":          {env: map[string]string{p + "ENDPOINT": "http://c.test", p + "HEADERS": "a=1%2C2, b = 3", p + "TIMEOUT": "500", p + "COMPRESSION": "gzip", p + "PROTOCOL": "http/json"}, want: settings{endpoint: "http://c.test/v1/traces", timeout: 500 * time.Millisecond, gzip: true, header: http.Header{"A": {"1,2"}, "B": {"3"}}}},
		"grpc":         {env: map[string]string{p + "ENDPOINT": "http://c.test", p + "PROTOCOL": "grpc"}, err: p + `PROTOCOL: "grpc" is not known; expected http/json`},
		"exporter":     {env: map[string]string{"OTEL_TRACES_EXPORTER": "zipkin"}, err: "expected otlp or none"},
		"no URL":       {env: map[string]string{p + "ENDPOINT": "user:canary@c.test:4318"}, err: p + "ENDPOINT: is no URL"},
		"no headers":   {env: map[string]string{p + "ENDPOINT": "http://c.test", p + "TRACES_HEADERS": "canary"}, err: p + "TRACES_HEADERS: is not understood"},
		"line end":     {env: map[string]string{p + "ENDPOINT": "http://c.test", p + "HEADERS": "a=canary%0Ab"}, err: "is not understood"},
		"time":         {env: map[string]string{p + "ENDPOINT": "http://c.test", p + "TIMEOUT": "10s"}, err: "no number of milliseconds"},
		"compression":  {env: map[string]string{p + "ENDPOINT": "http://c.test", p + "COMPRESSION": "br"}, err: "expected gzip or none"},
		"no authority": {env: map[string]string{p + "ENDPOINT": "https://c.test", p + "CERTIFICATE": "/no/such"}, err: p + "CERTIFICATE: open /no/such"},
		"authority":    {env: map[string]string{p + "ENDPOINT": "https://c.test", p + "CERTIFICATE": broken}, err: "holds no certificate"},
		"half a pair":  {env: map[string]string{p + "ENDPOINT": "https://c.test", p + "CLIENT_CERTIFICATE": broken}, err: "CLIENT_CERTIFICATE and its CLIENT_KEY"},
	} {
		got, err := variables(of(test.env)).settings()
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "canary") {
				t.Errorf("%s: error is %v, want one with %s", name, err, test.err)
			}
			continue
		}
		if test.want.header == nil {
			test.want.header = http.Header{}
		}
		if err != nil || !reflect.DeepEqual(*got, test.want) {
			t.Errorf("%s: %+v, %v; want %+v", name, got, err, test.want)
		}
	}
}

// setup is a tracer that sends to a server of the test's own.
func setup(t *testing.T, serve http.HandlerFunc, more map[string]string) (tracer *Tracer, log *strings.Builder) {
	t.Helper()
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	env := map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": strings.Replace(server.URL, "http://", "http://me:canary@", 1)}
	maps.Copy(env, more)
	log = &strings.Builder{}
	tracer, err := New(t.Context(), of(env), "1.2", zerolog.New(log))
	if err != nil {
		t.Fatal(err)
	}
	return tracer, log
}

// TestJSON: what is sent is OTLP's JSON, packed when that is asked for, once more when the collector was
// away, and with what the variables of the SDK say.
func TestJSON(t *testing.T) {
	t.Setenv("OTEL_SERVICE_NAME", "plans")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
	var asked atomic.Int32
	bodies := make(chan string, 1)
	tracer, _ := setup(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		unpacked, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		body, err := io.ReadAll(unpacked)
		if err != nil || r.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%v, %v", err, r.Header)
		}
		bodies <- string(body)
	}, map[string]string{"OTEL_EXPORTER_OTLP_COMPRESSION": "gzip"})
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	run := tracer.Reconcilers(map[string]reconcile.Reconciler{"merge_request": failing{}})["merge_request"]
	if _, err := run.Reconcile(reconcile.WithTrace(t.Context(), parent), reconcile.Key{Kind: "merge_request", Project: 1 << 60, IID: 7}); err == nil {
		t.Fatal("no error")
	}
	if err := tracer.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(<-bodies), &got); err != nil {
		t.Fatal(err)
	}
	resource := got["resourceSpans"].([]any)[0].(map[string]any)
	about := fmt.Sprint(resource["resource"])
	for _, want := range []string{"key:service.name value:map[stringValue:plans]", "key:service.version value:map[stringValue:1.2]", "key:deployment.environment.name value:map[stringValue:test]"} {
		if !strings.Contains(about, want) {
			t.Errorf("the resource lacks %s: %s", want, about)
		}
	}
	s := resource["scopeSpans"].([]any)[0].(map[string]any)["spans"].([]any)[0].(map[string]any)
	for key, want := range map[string]any{
		"traceId": "0af7651916cd43dd8448eb211c80319c", "parentSpanId": "b7ad6b7169203331", "name": "process merge_request", "kind": 5.0, "flags": 1.0,
		"status": map[string]any{"code": 2.0, "message": "read the page: no such file"},
	} {
		if !reflect.DeepEqual(s[key], want) {
			t.Errorf("%s is %v, want %v", key, s[key], want)
		}
	}
	if id, _ := s["spanId"].(string); len(id) != 16 {
		t.Errorf("spanId is %v", s["spanId"])
	}
	for _, key := range []string{"startTimeUnixNano", "endTimeUnixNano"} {
		if at, _ := s[key].(string); len(at) != 19 {
			t.Errorf("%s is %v, want nanoseconds as text", key, s[key])
		}
	}
	for _, want := range []string{"key:roleplan.project value:map[intValue:1152921504606846976]", "key:roleplan.iid value:map[intValue:7]", "key:error.type value:map[stringValue:*errors.errorString]"} {
		if !strings.Contains(fmt.Sprint(s["attributes"]), want) {
			t.Errorf("the attributes lack %s: %v", want, s["attributes"])
		}
	}
}

type failing struct{}

func (failing) Reconcile(context.Context, reconcile.Key) (reconcile.Result, error) {
	return reconcile.Result{}, fmt.Errorf("read the page: %w", errors.New("no such file"))
}

// TestCollectorRefuses: what can't be sent is told in the log, without the password of the address, and
// a redirect is not followed.
func TestCollectorRefuses(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	for name, serve := range map[string]http.HandlerFunc{
		"400": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) },
		"redirects": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		},
		"hangs": func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() },
	} {
		tracer, log := setup(t, serve, map[string]string{"OTEL_EXPORTER_OTLP_TIMEOUT": "50"})
		tracer.Request(t.Context(), Request{Method: "GET", URL: &url.URL{Scheme: "https", Host: "gitlab.test", Path: "/api/v4/user"}})
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		err := tracer.Stop(ctx)
		cancel()
		if text := log.String() + fmt.Sprint(err); !strings.Contains(text, "send 1 spans") && !strings.Contains(text, "deadline") || strings.Contains(text, "canary") {
			t.Errorf("%s: %s", name, text)
		}
	}
	if elsewhere.Load() != 0 {
		t.Error("a redirect was followed")
	}
}

func TestTemplate(t *testing.T) {
	for path, want := range map[string]string{
		"/api/v4/projects/12/merge_requests/7/notes":                     "/api/v4/projects/{}/merge_requests/{}/notes",
		"/api/v4/projects/acme%2Fhandbook/repository/files/a%2Fb.md/raw": "/api/v4/projects/{}/repository/files/{}/raw",
		"/gitlab/api/graphql": "/{}/api/graphql",
		"/api/v4/user":        "/api/v4/user",
	} {
		u, err := url.Parse("https://gitlab.test" + path)
		if err != nil {
			t.Fatal(err)
		}
		if got := template(u); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
