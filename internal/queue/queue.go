package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// ErrStopped says that the queue takes nothing any more.
var ErrStopped = errors.New("the queue has stopped")

const (
	// pollInterval is how long a job may wait before an idle worker looks for it.
	pollInterval = 50 * time.Millisecond
	// fetchCooldown is the shortest time between two looks.
	fetchCooldown = 10 * time.Millisecond
	// stopGrace is what running jobs have to return once their context is cancelled.
	stopGrace = 5 * time.Second

	defaultWorkers  = 8
	defaultTries    = 20 // about seven hours with the default back-off
	defaultTimeout  = 10 * time.Minute
	defaultKeepDays = 7
)

// Options say how a queue works. Reconcilers is required, and one of URL and Path.
type Options struct {
	URL         string                          // "sqlite:roleplan.db"
	Path        string                          // the file, instead of URL
	Reconcilers map[string]reconcile.Reconciler // by kind of key
	Workers     int                             // jobs at once; default 8
	MaxTries    int                             // failed runs in a row before a subject is given up; default 20
	JobTimeout  time.Duration                   // for one run; default ten minutes
	Backoff     func(tries int) time.Duration   // wait after the tries-th failed run, from 1; default 2 s doubled up to 30 min, with jitter
	Keep        time.Duration                   // how long deliveries and finished subjects are remembered; default seven days
	Log         zerolog.Logger
	Now         func() time.Time // default time.Now
}

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	if o.MaxTries <= 0 {
		o.MaxTries = defaultTries
	}
	if o.JobTimeout <= 0 {
		o.JobTimeout = defaultTimeout
	}
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	if o.Keep <= 0 {
		o.Keep = defaultKeepDays * 24 * time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// backoff doubles from two seconds to half an hour. A quarter of it is chance, so that
// subjects that failed together do not come back together.
func backoff(tries int) time.Duration {
	wait := 30 * time.Minute
	if tries < 11 {
		wait = min(wait, time.Second<<tries)
	}
	return wait*7/8 + rand.N(wait/4) //nolint:gosec // jitter needs no secrecy
}

// A Queue stores deliveries and works their subjects.
type Queue struct {
	opts  Options
	log   zerolog.Logger
	lock  *fileLock
	db    *sql.DB
	river *river.Client[*sql.Tx]

	requests chan *request // to the committer
	quit     chan struct{} // closed by Stop
	done     sync.WaitGroup

	gate     gate
	running  keySet
	started  atomic.Bool
	stopping atomic.Bool
	stopOnce sync.Once
	lastDone atomic.Int64 // when a run last ended, in milliseconds since 1970
}

// Open opens the database, makes its tables, and puts back what a process that died has
// left running. Accept and Enqueue work from now on; Start begins the work. A file that
// another process has open is an error.
func Open(ctx context.Context, o Options) (*Queue, error) {
	path := o.Path
	if path == "" {
		var err error
		if path, err = filePath(o.URL); err != nil {
			return nil, err
		}
	}
	lock, err := lockFile(ctx, path)
	if err != nil {
		return nil, err
	}
	q := &Queue{
		opts:     o.withDefaults(),
		log:      o.Log,
		lock:     lock,
		requests: make(chan *request),
		quit:     make(chan struct{}),
		running:  keySet{keys: map[reconcile.Key]bool{}},
	}
	if err := q.open(ctx, path); err != nil {
		return nil, errors.Join(err, lock.release())
	}
	q.done.Add(1)
	go q.commitLoop() //nolint:contextcheck // it outlives the caller's context, until Stop
	return q, nil
}

func (q *Queue) open(ctx context.Context, path string) error {
	// River reports every job error by itself. The queue does that better, with the key:
	// only what is wrong with River goes to the log.
	log := slog.New(zerolog.NewSlogHandler(q.log.Level(max(zerolog.WarnLevel, q.log.GetLevel()))))
	db, err := openDatabase(ctx, path, log)
	if err != nil {
		return err
	}
	q.db = db
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{queue: q})
	q.river, err = river.NewClient(riversqlite.New(db), &river.Config{
		CompletedJobRetentionPeriod: time.Hour,
		FetchCooldown:               fetchCooldown,
		FetchPollInterval:           pollInterval,
		JobTimeout:                  q.opts.JobTimeout,
		Logger:                      log,
		// What River retries is only what could not be written down; see work.
		MaxAttempts: 1000,
		// In one process polling is quicker than notes left in a table.
		PollOnly:             true,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: q.opts.Workers}},
		RescueStuckJobsAfter: q.opts.JobTimeout + time.Hour,
		RetryPolicy:          steadyRetry{},
		Workers:              workers,
	})
	if err != nil {
		return errors.Join(fmt.Errorf("set up River: %w", err), db.Close())
	}
	if err := q.putBack(ctx); err != nil {
		return errors.Join(fmt.Errorf("put back the jobs of the last process: %w", err), db.Close())
	}
	return nil
}

// steadyRetry is River's part of retrying: jobs whose outcome could not be stored.
type steadyRetry struct{}

func (steadyRetry) NextRetry(*rivertype.JobRow) time.Time { return time.Now().Add(2 * time.Second) }

// Start begins to work what waits. The work goes on until Stop, also when ctx ends.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.river.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the workers: %w", err)
	}
	q.started.Store(true)
	q.done.Add(1)
	go q.upkeepLoop() //nolint:contextcheck // likewise
	return nil
}

// Stop takes nothing new, lets running jobs end and closes the database. When ctx ends
// before they have, they are cancelled and handed back: they run again after the next
// start. Accept and Enqueue answer ErrStopped from now on. A second call does nothing.
func (q *Queue) Stop(ctx context.Context) error {
	var err error
	q.stopOnce.Do(func() { err = q.stop(ctx) })
	return err
}

func (q *Queue) stop(ctx context.Context) error {
	q.stopping.Store(true)
	var errs []error
	if q.started.Load() {
		if err := q.stopWorkers(ctx); err != nil {
			errs = append(errs, err)
		}
	}
	close(q.quit)
	q.done.Wait()
	if err := q.db.Close(); err != nil {
		errs = append(errs, fmt.Errorf("close the database: %w", err))
	}
	if err := q.lock.release(); err != nil {
		errs = append(errs, fmt.Errorf("release the database's lock: %w", err))
	}
	return errors.Join(errs...)
}

func (q *Queue) stopWorkers(ctx context.Context) error {
	if err := q.river.Stop(ctx); err == nil {
		return nil
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
	defer cancel()
	if err := q.river.StopAndCancel(grace); err != nil {
		return fmt.Errorf("wait %s for cancelled jobs: %w; they run again after the next start", stopGrace, err)
	}
	return nil
}
