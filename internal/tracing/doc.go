// Package tracing sends traces to an OpenTelemetry collector: one a delivery, from the webhook request
// over the run of its subject to each call to GitLab. It is the only package that knows OpenTelemetry.
//
// It is set up by OpenTelemetry's own variables. Without them there is no tracer (a nil *Tracer, which
// does nothing), no goroutine and no connection.
package tracing
