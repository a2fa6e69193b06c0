package tracing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// scope names who makes the spans.
const scope = "gitlab.com/roleplan/roleplan"

// A Tracer makes spans. A nil one makes none.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// New makes a tracer as OpenTelemetry's variables say; nil when they name no collector. Where to send
// spans is read by getenv, all else by OpenTelemetry's SDK: service name and resource, sampling, batches,
// limits. Log is told when spans can't be sent.
func New(ctx context.Context, getenv func(string) string, version string, log zerolog.Logger) (*Tracer, error) {
	s, err := variables(getenv).settings()
	if s == nil || err != nil {
		return nil, err
	}
	host, _ := os.Hostname() // a replica without a name has none in its spans
	about, err := resource.New(ctx,
		resource.WithAttributes(
			attribute.String("service.name", "roleplan"), attribute.String("service.version", version),
			attribute.String("service.instance.id", host)),
		resource.WithTelemetrySDK(),
		resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn().Err(err).Msg("traces could not be sent") }))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(newExporter(*s)), sdk.WithResource(about))
	return &Tracer{provider, provider.Tracer(scope, trace.WithInstrumentationVersion(version))}, nil
}

// Stop sends what is left.
func (t *Tracer) Stop(ctx context.Context) error {
	if t == nil {
		return nil
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		return fmt.Errorf("send the last traces: %w", err)
	}
	return nil
}

// The names that a trace goes by between processes.
var w3c = propagation.TraceContext{}

// named puts the trace of a span into its context, for those who know nothing of OpenTelemetry.
func named(ctx context.Context) context.Context {
	carrier := propagation.MapCarrier{}
	w3c.Inject(ctx, carrier)
	return reconcile.WithTrace(ctx, carrier["traceparent"])
}

// Handler makes a span of each request to a route. A trace that the sender names goes on.
func (t *Tracer) Handler(route string, next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method, name := r.Method, r.Method
		if !slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}, method) {
			method, name = "_OTHER", "HTTP"
		}
		ctx, span := t.tracer.Start(w3c.Extract(r.Context(), propagation.HeaderCarrier(r.Header)), name+" "+route,
			trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route),
				attribute.String("url.path", r.URL.Path), attribute.String("url.scheme", "http")))
		defer span.End()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r.WithContext(named(ctx)))
		span.SetAttributes(attribute.Int("http.response.status_code", seen.status))
		if seen.status >= http.StatusInternalServerError {
			span.SetAttributes(attribute.String("error.type", strconv.Itoa(seen.status)))
			span.SetStatus(codes.Error, "")
		}
	})
}

// A statusWriter knows the status of the answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader notes the status.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for http.ResponseController.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Send makes a span of the storing of a delivery, which accept does. The delivery that accept is given
// names the span: the runs that it leads to are below it.
func (t *Tracer) Send(ctx context.Context, d reconcile.Delivery, accept func(context.Context, reconcile.Delivery) error) error {
	if t == nil {
		return accept(ctx, d)
	}
	ctx, span := t.tracer.Start(ctx, "send delivery", trace.WithSpanKind(trace.SpanKindProducer),
		trace.WithAttributes(attribute.String("messaging.system", "river"), attribute.String("messaging.operation.type", "send"),
			attribute.String("messaging.operation.name", "send"), attribute.String("messaging.destination.name", "delivery"),
			attribute.String("messaging.message.id", d.ID), attribute.String("roleplan.event", d.Event), attribute.Int64("roleplan.project", d.Project)))
	defer span.End()
	ctx = named(ctx)
	d.Trace = reconcile.Trace(ctx)
	err := accept(ctx, d)
	fail(span, err)
	return err
}

// Reconcilers makes a span of each run of reconcilers.
func (t *Tracer) Reconcilers(all map[string]reconcile.Reconciler) map[string]reconcile.Reconciler {
	if t == nil {
		return all
	}
	out := map[string]reconcile.Reconciler{}
	for kind, next := range all {
		out[kind] = traced{t, next}
	}
	return out
}

type traced struct {
	*Tracer
	next reconcile.Reconciler
}

// Reconcile lets the reconciler work under a span, below that of the delivery that asks for it.
func (r traced) Reconcile(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
	parent := reconcile.Trace(ctx)
	ctx, span := r.tracer.Start(w3c.Extract(ctx, propagation.MapCarrier{"traceparent": parent}), "process "+key.Kind,
		trace.WithSpanKind(trace.SpanKindConsumer),
		trace.WithAttributes(attribute.String("messaging.system", "river"), attribute.String("messaging.operation.type", "process"),
			attribute.String("messaging.operation.name", "process"), attribute.String("messaging.destination.name", key.Kind),
			attribute.Int64("roleplan.project", key.Project), attribute.Int64("roleplan.iid", key.IID)))
	defer span.End() // which tells of a panic, too
	ctx = named(ctx)
	if parent == "" { // nobody has logged the trace yet
		log := zerolog.Ctx(ctx).With().Str("trace", span.SpanContext().TraceID().String()).Logger()
		ctx = log.WithContext(ctx)
	}
	res, err := r.next.Reconcile(ctx, key)
	span.SetAttributes(attribute.Int("roleplan.changes", res.Changed))
	fail(span, err)
	return res, err
}

func fail(span trace.Span, err error) {
	if err == nil {
		return
	}
	span.SetStatus(codes.Error, err.Error())
	for next := err; next != nil; next = errors.Unwrap(next) {
		err = next // the types on the way are mostly fmt's
	}
	span.SetAttributes(attribute.String("error.type", fmt.Sprintf("%T", err)))
}

// A Request is one that was sent and has ended.
type Request struct {
	Method string
	URL    *url.URL
	Status int // of the answer; 0 when none came
	Took   time.Duration
}

// Request makes a span of a request to GitLab that ends just now.
func (t *Tracer) Request(ctx context.Context, r Request) {
	if t == nil {
		return
	}
	end := time.Now()
	place := template(r.URL)
	port, _ := strconv.Atoi(r.URL.Port())
	if port == 0 {
		port = map[string]int{"http": 80, "https": 443}[r.URL.Scheme]
	}
	full := url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: r.URL.Path, RawPath: r.URL.RawPath} // a search may name people
	attributes := []attribute.KeyValue{
		attribute.String("http.request.method", r.Method), attribute.String("server.address", r.URL.Hostname()), attribute.Int("server.port", port),
		attribute.String("url.full", full.String()), attribute.String("url.template", place),
	}
	failed := ""
	switch {
	case r.Status == 0:
		failed = "no_answer"
	case r.Status >= http.StatusBadRequest:
		failed = strconv.Itoa(r.Status)
	}
	if r.Status > 0 {
		attributes = append(attributes, attribute.Int("http.response.status_code", r.Status))
	}
	if failed != "" {
		attributes = append(attributes, attribute.String("error.type", failed))
	}
	_, span := t.tracer.Start(ctx, r.Method+" "+place, trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(end.Add(-r.Took)), trace.WithAttributes(attributes...))
	if failed != "" {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(end))
}

// literal are the parts of GitLab's paths that are no names or numbers of things.
var literal = []string{
	"api", "approvals", "award_emoji", "blame", "boards", "bulk_publish", "commits", "diffs", "discussions", "draft_notes", "events", "files", "graphql",
	"hooks", "issues", "labels", "links", "lists", "members", "all", "merge_requests", "notes", "pipelines", "projects", "raw", "repository",
	"branches", "compare", "resource_label_events", "resource_state_events", "statuses", "test", "tree", "user", "users", "v4", "variables", "versions",
}

// template is a path without the names in it, so that there are few: /api/v4/projects/{}/issues/{}.
func template(u *url.URL) string {
	parts := strings.Split(u.EscapedPath(), "/")
	for i, part := range parts {
		if part != "" && !slices.Contains(literal, part) {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}
