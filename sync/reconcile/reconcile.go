// Package reconcile is the contract between those who notice that something may have
// changed (webhook, sweep, command line) and those who bring it in line.
//
// A Key is only a name. It never says what happened: the reconciler reads the present
// state, compares it with the wished one and does the difference. So late, doubled, lost
// and swapped events end in the same state.
package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// The kinds of key.
const (
	MergeRequest = "merge_request" // the answer in one merge request
	Openings     = "openings"      // the hiring plans of a project's openings
)

// A Key names one thing to bring in line.
type Key struct {
	Kind    string `json:"kind"`
	Project int64  `json:"project"` // GitLab's id of the handbook's project
	IID     int64  `json:"iid"`     // 0 for kinds with one object a project
}

func (k Key) String() string {
	if k.IID == 0 {
		return fmt.Sprintf("%s of project %d", k.Kind, k.Project)
	}
	return fmt.Sprintf("%s %d of project %d", k.Kind, k.IID, k.Project)
}

// A Result tells what a reconcile did and when to look again.
type Result struct {
	Changed int           // writes done; 0 means that all was in line
	After   time.Duration // look again after this time; 0 for not before the next event
}

// A Reconciler reads all it needs, plans and applies. A second run changes nothing more.
type Reconciler interface {
	Reconcile(ctx context.Context, key Key) (Result, error)
}

// A Delivery is one webhook request that was verified.
type Delivery struct {
	ID       string // the same when GitLab sends it again
	Event    string // "Merge Request Hook"
	Project  int64
	Received time.Time
	Trace    string // the trace that its runs belong to, as a W3C traceparent; "" for none
}

type traceKey struct{}

// WithTrace says which trace the work under a context belongs to, as a W3C traceparent; "" for none.
func WithTrace(ctx context.Context, traceparent string) context.Context {
	return context.WithValue(ctx, traceKey{}, traceparent)
}

// Trace is the traceparent of a context, "" when there is none.
func Trace(ctx context.Context) string {
	traceparent, _ := ctx.Value(traceKey{}).(string)
	return traceparent
}

// TraceID is the id of the trace that a traceparent names, "" when it names none.
func TraceID(traceparent string) string {
	_, rest, _ := strings.Cut(traceparent, "-")
	id, _, _ := strings.Cut(rest, "-")
	return id
}

type terminalError struct{ err error }

func (e terminalError) Error() string { return e.err.Error() }
func (e terminalError) Unwrap() error { return e.err }

// Terminal marks an error that no retry can mend.
func Terminal(err error) error {
	if err == nil {
		return nil
	}
	return terminalError{err}
}

// IsTerminal reports whether err was marked by Terminal.
func IsTerminal(err error) bool {
	var t terminalError
	return errors.As(err, &t)
}
