package tracing

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// exporter sends spans by OTLP over HTTP, as JSON. OpenTelemetry's own exporter would bring protobuf
// and gRPC along; see docs/decisions/0044-traces-as-json.md.
type exporter struct {
	settings
	client *http.Client
	hidden *strings.Replacer // takes secrets out of what the collector says
}

func newExporter(s settings) *exporter {
	return &exporter{settings: s, hidden: hidden(s), client: &http.Client{
		Timeout: s.timeout,
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: s.tls,
			MaxIdleConns: 1, IdleConnTimeout: 90 * time.Second, TLSHandshakeTimeout: 10 * time.Second,
		},
		// Headers with secrets go to the configured address alone.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// hidden replaces what came with a request, which an answer may repeat.
func hidden(s settings) *strings.Replacer {
	var secrets []string
	for _, values := range s.header {
		for _, value := range values {
			secrets = append(secrets, strings.Fields(value)...) // "Bearer", and the token
		}
	}
	if u, err := url.Parse(s.endpoint); err == nil && u.User != nil {
		password, _ := u.User.Password()
		secrets = append(secrets, password, base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)))
	}
	var pairs []string
	for _, secret := range secrets {
		if len(secret) > len("Bearer") {
			pairs = append(pairs, secret, "***")
		}
	}
	return strings.NewReplacer(pairs...)
}

// ExportSpans sends a batch, and again after a second, two and so on while the collector is away.
func (e *exporter) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	body, err := json.Marshal(encode(spans))
	if err != nil {
		return fmt.Errorf("encode %d spans: %w", len(spans), err)
	}
	if e.gzip {
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		if _, err := w.Write(body); err != nil {
			return fmt.Errorf("pack %d spans: %w", len(spans), err)
		}
		if err := w.Close(); err != nil {
			return fmt.Errorf("pack %d spans: %w", len(spans), err)
		}
		body = packed.Bytes()
	}
	for wait := time.Second; ; wait *= 2 {
		again, err := e.send(ctx, body)
		if err == nil {
			return nil
		}
		if again {
			select {
			case <-time.After(wait):
				continue
			case <-ctx.Done():
			}
		}
		return fmt.Errorf("send %d spans: %s", len(spans), e.hidden.Replace(err.Error()))
	}
}

// send tells whether it may help to try again.
func (e *exporter) send(ctx context.Context, body []byte) (again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.endpoint, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	req.Header = e.header.Clone()
	req.Header.Set("Content-Type", "application/json")
	if e.gzip {
		req.Header.Set("Content-Encoding", "gzip")
	}
	resp, err := e.client.Do(req)
	if err != nil {
		// The error repeats the address, which may hold a password.
		if at := (*url.Error)(nil); errors.As(err, &at) {
			err = at.Err
		}
		return ctx.Err() == nil, err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if resp.StatusCode < 300 {
		return false, nil
	}
	again = slices.Contains([]int{http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}, resp.StatusCode)
	return again, fmt.Errorf("the collector answers %s", resp.Status)
}

// Shutdown closes the connection.
func (e *exporter) Shutdown(context.Context) error {
	e.client.CloseIdleConnections()
	return nil
}

// What follows is OTLP's JSON, as opentelemetry-proto describes it: 64-bit numbers are strings, ids
// are hexadecimal.

type otlp struct {
	ResourceSpans []resourceSpans `json:"resourceSpans"`
}

type resourceSpans struct {
	Resource struct {
		Attributes []keyValue `json:"attributes"`
	} `json:"resource"`
	ScopeSpans []scopeSpans `json:"scopeSpans"`
}

type scopeSpans struct {
	Scope struct {
		Name    string `json:"name"`
		Version string `json:"version,omitempty"`
	} `json:"scope"`
	Spans []span `json:"spans"`
}

type span struct {
	TraceID      string     `json:"traceId"`
	SpanID       string     `json:"spanId"`
	TraceState   string     `json:"traceState,omitempty"`
	ParentSpanID string     `json:"parentSpanId,omitempty"`
	Flags        uint32     `json:"flags"`
	Name         string     `json:"name"`
	Kind         int        `json:"kind"`
	Start        string     `json:"startTimeUnixNano"`
	End          string     `json:"endTimeUnixNano"`
	Attributes   []keyValue `json:"attributes,omitempty"`
	Dropped      int        `json:"droppedAttributesCount,omitempty"`
	Events       []event    `json:"events,omitempty"`
	Status       struct {
		Code    int    `json:"code,omitempty"`
		Message string `json:"message,omitempty"`
	} `json:"status"`
}

type event struct {
	Time       string     `json:"timeUnixNano"`
	Name       string     `json:"name"`
	Attributes []keyValue `json:"attributes,omitempty"`
}

type keyValue struct {
	Key   string         `json:"key"`
	Value map[string]any `json:"value"`
}

// encode puts spans of one resource into one message, sorted by who made them.
func encode(spans []sdk.ReadOnlySpan) otlp {
	var out resourceSpans
	byScope := map[instrumentation.Scope]int{}
	for _, s := range spans {
		scope := s.InstrumentationScope()
		at, known := byScope[scope]
		if !known {
			at = len(out.ScopeSpans)
			byScope[scope] = at
			var new scopeSpans
			new.Scope.Name, new.Scope.Version = scope.Name, scope.Version
			out.ScopeSpans = append(out.ScopeSpans, new)
		}
		out.ScopeSpans[at].Spans = append(out.ScopeSpans[at].Spans, encodeSpan(s))
		out.Resource.Attributes = keyValues(s.Resource().Attributes())
	}
	return otlp{[]resourceSpans{out}}
}

func encodeSpan(s sdk.ReadOnlySpan) span {
	self, parent := s.SpanContext(), s.Parent()
	out := span{
		TraceID: self.TraceID().String(), SpanID: self.SpanID().String(), TraceState: self.TraceState().String(),
		Flags: uint32(self.TraceFlags()), Name: s.Name(), Kind: int(s.SpanKind()), // the numbers are the same
		Start: nanoseconds(s.StartTime()), End: nanoseconds(s.EndTime()),
		Attributes: keyValues(s.Attributes()), Dropped: s.DroppedAttributes(),
	}
	if parent.SpanID().IsValid() {
		out.ParentSpanID = parent.SpanID().String()
	}
	for _, e := range s.Events() {
		out.Events = append(out.Events, event{nanoseconds(e.Time), e.Name, keyValues(e.Attributes)})
	}
	switch s.Status().Code {
	case codes.Ok:
		out.Status.Code = 1
	case codes.Error:
		out.Status.Code, out.Status.Message = 2, s.Status().Description
	}
	return out
}

func nanoseconds(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }

func keyValues(list []attribute.KeyValue) []keyValue {
	out := make([]keyValue, len(list))
	for i, a := range list {
		out[i] = keyValue{string(a.Key), value(a.Value)}
	}
	return out
}

func value(v attribute.Value) map[string]any {
	switch v.Type() {
	case attribute.BOOL:
		return map[string]any{"boolValue": v.AsBool()}
	case attribute.INT64:
		return map[string]any{"intValue": strconv.FormatInt(v.AsInt64(), 10)}
	case attribute.FLOAT64:
		return map[string]any{"doubleValue": v.AsFloat64()}
	}
	return map[string]any{"stringValue": v.String()} // lists, which the resource may have, as their JSON
}
