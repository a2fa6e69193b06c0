package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"
	"unicode/utf8"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

const (
	// maxCrashes is how often a job may be found running by a new process. Beyond that the
	// subject itself is thought to end the process, and is given up.
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

// jobArgs is all that River knows of a subject.
type jobArgs struct {
	Key reconcile.Key `json:"key"`
}

// Kind is the name of the one kind of job that there is.
func (jobArgs) Kind() string { return "reconcile" }

type worker struct {
	river.WorkerDefaults[jobArgs]
	queue *Queue
}

// Work runs one job.
func (w *worker) Work(ctx context.Context, job *river.Job[jobArgs]) error {
	return w.queue.work(ctx, job)
}

// A run is one attempt at a subject.
type run struct {
	key      reconcile.Key
	revision int64 // the wanted that was seen at the beginning
	tries    int   // failed runs before this one
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

// work returns an error only for what River must see to: a stop in the middle, and an
// outcome that could not be stored.
func (q *Queue) work(ctx context.Context, job *river.Job[jobArgs]) error {
	key := job.Args.Key
	if !q.running.take(key) {
		// Only a run that ignores its cancelled context for an hour gets here: River thinks
		// it lost and starts another.
		return river.JobSnooze(time.Minute)
	}
	defer q.running.release(key)
	if wait := q.gate.wait(q.opts.Now()); wait > 0 {
		return river.JobSnooze(wait + rand.N(time.Second)) //nolint:gosec // jitter needs no secrecy
	}
	r, err := q.begin(ctx, job)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // the subject was forgotten while the job waited: nothing is wanted
	}
	if err != nil {
		q.log.Error().Err(err).Stringer("key", key).Msg("job could not begin")
		return err
	}

	started := time.Now()
	res, err := q.reconcile(r.log.WithContext(ctx), r, job.Attempt)
	if err != nil && ctx.Err() != nil && q.stopping.Load() {
		return context.Cause(ctx) // River hands the job back and counts no attempt
	}
	out := q.judge(r, res, err, job.Attempt)
	if err := q.finish(context.WithoutCancel(ctx), job, r, out); err != nil {
		r.log.Error().Err(err).Msg("outcome could not be stored; the subject is worked again")
		return err
	}
	q.lastDone.Store(q.opts.Now().UnixMilli())
	q.report(r, res, out, time.Since(started))
	return nil
}

// begin reads what is wanted of the job's subject.
func (q *Queue) begin(ctx context.Context, job *river.Job[jobArgs]) (*run, error) {
	key := job.Args.Key
	r := &run{key: key}
	var delivery string
	err := q.db.QueryRowContext(ctx,
		`SELECT wanted, tries, delivery FROM subject WHERE kind = ? AND project = ? AND iid = ?`,
		key.Kind, key.Project, key.IID).Scan(&r.revision, &r.tries, &delivery)
	if err != nil {
		return nil, fmt.Errorf("read what is wanted of %s: %w", key, err)
	}
	log := q.log.With().Str("kind", key.Kind).Int64("project", key.Project).Int64("job", job.ID)
	if key.IID != 0 {
		log = log.Int64("iid", key.IID)
	}
	if delivery != "" {
		log = log.Str("delivery", delivery)
	}
	r.log = log.Logger()
	return r, nil
}

// reconcile calls the reconciler and turns its panic into an error.
func (q *Queue) reconcile(ctx context.Context, r *run, attempt int) (res reconcile.Result, err error) {
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
	if attempt > maxCrashes {
		return res, reconcile.Terminal(fmt.Errorf("reconcile %s: the process has ended %d times while working on it", r.key, attempt-1))
	}
	return reconciler.Reconcile(ctx, r.key)
}

// judge says what an error means for the subject.
func (q *Queue) judge(r *run, res reconcile.Result, err error, attempt int) outcome {
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
		out := outcome{failure: clip(err.Error()), tries: r.tries + attempt}
		if out.tries >= q.opts.MaxTries {
			out.done, out.givenUp, out.tries = true, true, 0
			return out
		}
		out.after, out.atOnce = q.opts.Backoff(out.tries), q.opts.Backoff(1)
		return out
	}
}

// finish stores the outcome, completes the job and inserts the next one if there is to be
// one, all in one transaction. It is the only place where a subject's job ends.
func (q *Queue) finish(ctx context.Context, job *river.Job[jobArgs], r *run, out outcome) error {
	ctx, cancel := context.WithTimeout(ctx, finishTimeout)
	defer cancel()
	return inTx(ctx, q.db, func(tx *sql.Tx) error {
		again, err := q.storeOutcome(ctx, tx, r, out)
		if err != nil {
			return fmt.Errorf("store the outcome of %s: %w", r.key, err)
		}
		if _, err := river.JobCompleteTx[*riversqlite.Driver](ctx, tx, job); err != nil {
			return fmt.Errorf("complete the job of %s: %w", r.key, err)
		}
		switch {
		case again && out.atOnce == 0:
			return q.insertJobs(ctx, tx, []reconcile.Key{r.key})
		case again:
			return q.insertLater(ctx, tx, r.key, min(out.atOnce, out.after))
		case out.after > 0:
			return q.insertLater(ctx, tx, r.key, out.after)
		}
		return nil
	})
}

// storeOutcome reports whether an event has come since the run began.
func (q *Queue) storeOutcome(ctx context.Context, tx *sql.Tx, r *run, out outcome) (again bool, err error) {
	now := q.opts.Now().UnixMilli()
	err = tx.QueryRowContext(ctx, `
		UPDATE subject SET
			done      = CASE WHEN ?4 THEN max(done, ?5) ELSE done END,
			tries     = ?6,
			failure   = ?7,
			failed_at = CASE WHEN ?8 AND wanted <= ?5 THEN ?9 END,
			touched   = ?9
		WHERE kind = ?1 AND project = ?2 AND iid = ?3
		RETURNING wanted > ?5`,
		r.key.Kind, r.key.Project, r.key.IID, out.done, r.revision, out.tries, out.failure, out.givenUp, now).Scan(&again)
	return again, err
}

// insertLater gives a subject a job for a time to come.
func (q *Queue) insertLater(ctx context.Context, tx *sql.Tx, key reconcile.Key, after time.Duration) error {
	res, err := q.river.InsertTx(ctx, tx, jobArgs{key}, &river.InsertOpts{ScheduledAt: time.Now().Add(after)})
	if err != nil {
		return fmt.Errorf("insert the next job of %s: %w", key, err)
	}
	// River keeps such jobs apart until a service of its elected leader moves them, every
	// five seconds. Workers look at the time themselves, so available is the better state.
	if _, err := tx.ExecContext(ctx, `UPDATE river_job SET state = 'available' WHERE id = ? AND state = 'scheduled'`, res.Job.ID); err != nil {
		return fmt.Errorf("schedule the next job of %s: %w", key, err)
	}
	return setJob(ctx, tx, key, res.Job.ID)
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

// clip bounds a text to maxFailure bytes without cutting a rune in two.
func clip(s string) string {
	if len(s) <= maxFailure {
		return s
	}
	cut := maxFailure
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
