package queue

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"
	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// ErrStopped says that the queue takes nothing any more.
var ErrStopped = errors.New("the queue has stopped")

const (
	// pollInterval is how often an idle worker looks for a job that nobody has told it of.
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

// Options say how a queue works. Reconcilers and URL are required.
type Options struct {
	URL         string                          // "sqlite:roleplan.db" or "postgres://user:password@host/name"
	Reconcilers map[string]reconcile.Reconciler // by kind of key
	Workers     int                             // jobs at once; default 8
	MaxTries    int                             // failed runs in a row before a subject is given up; default 20
	JobTimeout  time.Duration                   // for one run; default ten minutes
	Backoff     func(tries int) time.Duration   // wait after the tries-th failed run, from 1; default 2 s doubled up to 30 min, with jitter
	Keep        time.Duration                   // how long deliveries and finished subjects are remembered; default seven days
	Lease       time.Duration                   // how long a subject stays a silent worker's; default one minute
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
	if o.Lease <= 0 {
		o.Lease = defaultLease
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
	db    *database
	river runner
	owner string // names this process in the leases that it holds

	requests     chan *request // to the committer
	wake         chan struct{} // to the dispatcher
	quit         chan struct{} // closed by Stop
	quitDispatch chan struct{} // likewise, first
	done         sync.WaitGroup
	dispatching  sync.WaitGroup

	gate     gate
	leases   leases
	started  atomic.Bool
	stopping atomic.Bool
	stopOnce sync.Once
	lastDone atomic.Int64 // when a run last ended, in milliseconds since 1970
}

// Open opens the database, makes its tables, and puts back what a process that died has
// left running. Accept and Enqueue work from now on; Start begins the work. A file that
// another process has open is an error.
func Open(ctx context.Context, o Options) (*Queue, error) {
	q, err := connect(ctx, o, false)
	if err != nil {
		return nil, err
	}
	if err := q.putBack(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("put back what the last process left: %w", err), q.db.close())
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{queue: q})
	q.river, err = q.db.newRunner(&river.Config{
		CompletedJobRetentionPeriod: 10 * time.Minute,
		FetchCooldown:               fetchCooldown,
		FetchPollInterval:           pollInterval,
		JobTimeout:                  q.opts.JobTimeout,
		Logger:                      riverLog(q.log),
		MaxAttempts:                 1, // whether a subject runs again is not River's affair
		Queues:                      lanes(q.opts.Workers),
		RescueStuckJobsAfter:        q.opts.JobTimeout + time.Hour,
		Workers:                     workers,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("set up River: %w", err), q.db.close())
	}
	q.done.Add(1)
	go q.commitLoop() //nolint:contextcheck // it outlives the caller's context, until Stop
	return q, nil
}

// Attach opens the database beside a service that may be working with it, to look and to
// ask: for Status, Delivery, Replay and Retry.
func Attach(ctx context.Context, o Options) (*Queue, error) { return connect(ctx, o, true) }

func connect(ctx context.Context, o Options, beside bool) (*Queue, error) {
	db, err := openDatabase(ctx, o.URL, beside, o.Log)
	if err != nil {
		return nil, err
	}
	host, _ := os.Hostname() // only for people who read the table
	return &Queue{
		opts:         o.withDefaults(),
		log:          o.Log,
		db:           db,
		owner:        fmt.Sprintf("%s/%d/%s", host, os.Getpid(), cryptorand.Text()[:10]),
		requests:     make(chan *request),
		wake:         make(chan struct{}, 1),
		quit:         make(chan struct{}),
		quitDispatch: make(chan struct{}),
		leases:       leases{held: map[int64]*lease{}},
	}, nil
}

// riverLog is for what is wrong with River. It would report every job as well, which the
// queue does better, with the key.
func riverLog(log zerolog.Logger) *slog.Logger {
	return slog.New(zerolog.NewSlogHandler(log.Level(max(zerolog.WarnLevel, log.GetLevel()))))
}

// Start begins to work what waits. The work goes on until Stop, also when ctx ends.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.river.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the workers: %w", err)
	}
	q.started.Store(true)
	q.done.Add(2)
	go q.upkeepLoop()    //nolint:contextcheck // likewise
	go q.heartbeatLoop() //nolint:contextcheck // likewise
	q.dispatching.Go(q.dispatchLoop)
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
	close(q.quitDispatch)
	q.dispatching.Wait()
	var errs []error
	if q.started.Load() {
		if err := q.stopWorkers(ctx); err != nil {
			errs = append(errs, err)
		}
	}
	close(q.quit)
	q.done.Wait()
	if err := q.db.close(); err != nil {
		errs = append(errs, err)
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
