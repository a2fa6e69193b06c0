package queue

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// naive is the queue that suggests itself: River's unique jobs, a job a key. It is here to
// prove that checkEventDuringRun can tell.
type naive struct {
	river.WorkerDefaults[jobArgs]
	rec    reconcile.Reconciler
	insert func(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) error
	start  func(ctx context.Context) error
}

func (n *naive) Work(ctx context.Context, job *river.Job[jobArgs]) error {
	_, err := n.rec.Reconcile(ctx, job.Args.Key)
	return err
}

func (n *naive) Accept(ctx context.Context, _ reconcile.Delivery, keys []reconcile.Key) error {
	for _, key := range keys {
		unique := &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}}
		if err := n.insert(ctx, jobArgs{Key: key}, unique); err != nil {
			return err
		}
	}
	return nil
}

func (n *naive) Start(ctx context.Context) error { return n.start(ctx) }

func openNaive(t *testing.T, rec reconcile.Reconciler) engine {
	t.Helper()
	db, err := openDatabase(t.Context(), newFile(t), false, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	n := &naive{rec: rec}
	workers := river.NewWorkers()
	river.AddWorker(workers, n)
	client, err := river.NewClient(riversqlite.New(db.DB), &river.Config{
		FetchCooldown: fetchCooldown, FetchPollInterval: 50 * time.Millisecond, PollOnly: true, Logger: riverLog(zerolog.Nop()), Workers: workers,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 2}},
	})
	if err != nil {
		t.Fatal(err)
	}
	n.start = client.Start
	n.insert = func(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) error {
		_, err := client.Insert(ctx, args, opts)
		return err
	}
	t.Cleanup(func() {
		if err := client.StopAndCancel(context.Background()); err != nil {
			t.Error(err)
		}
		if err := db.close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// TestUniqueJobsLoseEvents shows why a subject has a row of its own, and that the check
// would see it if it had none.
func TestUniqueJobsLoseEvents(t *testing.T) {
	t.Parallel()
	err := checkEventDuringRun(func(rec reconcile.Reconciler, _ Options) engine { return openNaive(t, rec) }, time.Second)
	if err == nil || !strings.Contains(err.Error(), "is lost") {
		t.Errorf("checkEventDuringRun on unique jobs: got %v, want an error that an event is lost", err)
	}
}
