package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/riverqueue/river"
	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

const (
	// maxCrashes is how often a subject's run may leave no outcome. Beyond that the subject
	// itself is thought to end the process, and is given up.
	maxCrashes = 10
	// maxFailure bounds the reason that is kept, in bytes.
	maxFailure = 2000
	// finishTimeout is for storing an outcome, also while stopping.
	finishTimeout = 30 * time.Second

	// GitLab's application limits give no time; and a header read wrongly must not stop the
	// service for days.
	defaultRateWait = time.Minute
	maxRateWait     = time.Hour
)

// jobArgs is all that River knows of a subject. Ticket is the number that the dispatcher drew
// for this run: a job whose number is not the subject's any more has nothing to do.
type jobArgs struct {
	Key    reconcile.Key `json:"key"`
	Ticket int64         `json:"ticket"`
}

// Kind is the name of the one kind of job that there is.
func (jobArgs) Kind() string { return "reconcile" }

type worker struct {
	river.WorkerDefaults[jobArgs]
	queue *Queue
}

// Work runs one job. Whatever becomes of it is written in the subject's row, so for River it
// is always done: what was not written runs again when the lease is over.
func (w *worker) Work(ctx context.Context, job *river.Job[jobArgs]) error {
	w.queue.work(ctx, job.Args)
	return nil
}

// A run is one attempt at a subject.
type run struct {
	key      reconcile.Key
	ticket   int64
	begun    bool  // the subject is ours
	revision int64 // the wanted that was seen at the beginning
	tries    int   // failed runs before this one
	crashes  int   // runs before this one, in a row, that left no outcome
	delivery string
	trace    string // of the delivery
	log      zerolog.Logger
}

// An outcome is what has become of a run.
type outcome struct {
	done    bool          // the revision has been dealt with, for good or bad
	failure string        // why it failed, "" if it did not
	givenUp bool          // and it is not tried again by itself
	tries   int           // failed runs in a row, this one included
	after   time.Duration // when to run again; 0 for not by itself
	atOnce  time.Duration // when to run again if wanted has moved meanwhile
}

func (q *Queue) work(ctx context.Context, args jobArgs) {
	r := &run{key: args.Key, ticket: args.Ticket, log: q.log}
	if q.leases.works(r.key) {
		return // the lease is over, but not the run; the next try is when the reservation ends
	}
	if q.gate.wait(q.opts.Now()) > 0 {
		q.handBack(ctx, r) // the dispatcher waits for the gate
		return
	}
	ctx, end, err := q.begin(ctx, r)
	if err != nil {
		q.log.Error().Err(err).Stringer("key", r.key).Msg("run could not begin; it is tried again")
		return
	}
	if !r.begun {
		return // somebody else works it, or has done so
	}
	defer end()

	started := time.Now()
	res, err := q.reconcile(reconcile.WithTrace(r.log.WithContext(ctx), r.trace), r)
	if err != nil && errors.Is(context.Cause(ctx), errLeaseLost) {
		r.log.Warn().Err(err).Msg("run ended: its lease was lost, and the subject is worked again")
		return
	}
	if err != nil && ctx.Err() != nil && q.stopping.Load() {
		q.handBack(ctx, r)
		return
	}
	out := q.judge(r, res, err)
	if _, limited := errors.AsType[*forge.RateLimitError](err); limited {
		q.tellLimit(ctx, out.after)
	}
	kept, err := q.finish(ctx, r, out)
	switch {
	case err != nil:
		r.log.Error().Err(err).Msg("outcome could not be stored; the subject is worked again")
	case !kept:
		r.log.Warn().Msg("outcome dropped: the lease was lost, and the subject is worked again")
	default:
		q.lastDone.Store(q.opts.Now().UnixMilli())
		q.report(r, res, out, time.Since(started))
	}
}

// logged gives the run a logger that names what it is about.
func (q *Queue) logged(r *run) {
	log := q.log.With().Str("kind", r.key.Kind).Int64("project", r.key.Project).Int64("job", r.ticket)
	if r.key.IID != 0 {
		log = log.Int64("iid", r.key.IID)
	}
	if r.delivery != "" {
		log = log.Str("delivery", r.delivery)
	}
	if id := reconcile.TraceID(r.trace); id != "" {
		log = log.Str("trace", id)
	}
	r.log = log.Logger()
}

// reconcile calls the reconciler and turns its panic into an error.
func (q *Queue) reconcile(ctx context.Context, r *run) (res reconcile.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Error().Interface("panic", fmt.Sprint(p)).Bytes("stack", debug.Stack()).Msg("reconciler panicked")
			err = fmt.Errorf("reconcile %s: panic: %v", r.key, p)
		}
	}()
	reconciler := q.opts.Reconcilers[r.key.Kind]
	if reconciler == nil {
		return res, reconcile.Terminal(fmt.Errorf("nothing works keys of kind %q", r.key.Kind))
	}
	if r.crashes >= maxCrashes {
		return res, reconcile.Terminal(fmt.Errorf("reconcile %s: the process has ended %d times while working on it", r.key, r.crashes))
	}
	return reconciler.Reconcile(ctx, r.key)
}

// judge says what an error means for the subject.
func (q *Queue) judge(r *run, res reconcile.Result, err error) outcome {
	var limit *forge.RateLimitError
	switch {
	case err == nil:
		return outcome{done: true, after: max(0, res.After)}
	case reconcile.IsTerminal(err):
		return outcome{done: true, failure: clip(err.Error()), givenUp: true}
	case errors.As(err, &limit):
		wait := limit.After
		if wait <= 0 {
			wait = defaultRateWait
		}
		wait = min(wait, maxRateWait)
		q.gate.close(q.opts.Now().Add(wait))
		// Nobody's fault: no try is counted.
		return outcome{failure: clip(err.Error()), tries: r.tries, after: wait, atOnce: wait}
	default:
		out := outcome{failure: clip(err.Error()), tries: r.tries + 1}
		if out.tries >= q.opts.MaxTries {
			out.done, out.givenUp, out.tries = true, true, 0
			return out
		}
		out.after, out.atOnce = q.opts.Backoff(out.tries), q.opts.Backoff(1)
		return out
	}
}

// report logs a run, once.
func (q *Queue) report(r *run, res reconcile.Result, out outcome, took time.Duration) {
	switch {
	case out.givenUp:
		r.log.Error().Str("error", out.failure).Dur("took", took).Msg("subject given up; the next event for it tries again")
	case out.failure != "":
		r.log.Warn().Str("error", out.failure).Dur("took", took).Int("tries", out.tries).Dur("again_after", out.after).Msg("subject failed; it is tried again")
	case res.Changed > 0:
		r.log.Info().Int("changed", res.Changed).Dur("took", took).Msg("subject brought in line")
	default:
		r.log.Debug().Dur("took", took).Msg("subject was in line")
	}
}

// clip bounds a text to maxFailure bytes without cutting a rune in two, and leaves out what
// PostgreSQL does not store.
func clip(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	if len(s) <= maxFailure {
		return s
	}
	cut := maxFailure
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
