package queue

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/pgtest"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// TestBackup: a copy that is made by VACUUM INTO while the queue is open holds what was acknowledged,
// is worked by another process, and knows when the sweep was.
func TestBackup(t *testing.T) {
	t.Parallel()
	worked := make(chan reconcile.Key, 10)
	rec := told{worked}
	options := Options{Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: rec}}
	dir := t.TempDir()
	key := reconcile.Key{Kind: reconcile.MergeRequest, Project: 42, IID: 7}
	swept := time.UnixMilli(1_800_000_000_000)

	o := options
	o.URL = "sqlite:" + filepath.Join(dir, "a.db")
	q, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Accept(t.Context(), reconcile.Delivery{ID: "one", Event: "Merge Request Hook", Project: 42, Received: time.Now()}, []reconcile.Key{key}); err != nil {
		t.Fatal(err)
	}
	if err := q.SetMark(t.Context(), "sweep 42", swept); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(dir, "backup.db")
	o.URL = "sqlite:" + backup
	if _, err := q.db.ExecContext(t.Context(), `VACUUM INTO '`+backup+`'`); err != nil {
		t.Fatal(err)
	}
	if err := q.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	restored, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := restored.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if at, err := restored.Mark(t.Context(), "sweep 42"); err != nil || !at.Equal(swept) {
		t.Errorf("the mark is %s, %v", at, err)
	}
	if at, err := restored.Mark(t.Context(), "sweep 43"); err != nil || !at.IsZero() {
		t.Errorf("a mark that was never set is %s, %v", at, err)
	}
	if err := restored.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-worked:
		if got != key {
			t.Errorf("%v is worked", got)
		}
	case <-time.After(time.Minute):
		t.Fatal("the restored queue works nothing")
	}
}

// TestDumpAndRestore: a dump that is made while deliveries come in and are worked holds all that was
// acknowledged before it began. Restored to another database, as docs/operations.md says, another
// process works what was left, and nothing that was asked for is without a run.
func TestDumpAndRestore(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	dump, restore := pgtest.Tool(t, "pg_dump"), pgtest.Tool(t, "pg_restore")
	const subjects = 20
	slow := func(context.Context, reconcile.Key, int) (reconcile.Result, error) {
		time.Sleep(20 * time.Millisecond)
		return reconcile.Result{}, nil
	}
	q := open(t, drain{newRecorder(slow)}, Options{URL: address, Lease: crashLease})
	start(t, q)
	var acknowledged [subjects + 1]atomic.Int64 // deliveries, by subject
	var all atomic.Int64
	quit := make(chan struct{})
	var senders sync.WaitGroup
	for sender := range int64(4) {
		senders.Go(func() {
			for iid := sender + 1; ; iid = (iid+3)%subjects + 1 {
				select {
				case <-quit:
					return
				default:
				}
				if err := q.Accept(context.Background(), newDelivery(), []reconcile.Key{mr(1, iid)}); err != nil {
					t.Error(err)
					return
				}
				acknowledged[iid].Add(1)
				all.Add(1)
			}
		})
	}
	for all.Load() < 200 && !t.Failed() {
		time.Sleep(time.Millisecond)
	}
	var before [subjects + 1]int64
	for iid := range before {
		before[iid] = acknowledged[iid].Load()
	}
	file := filepath.Join(t.TempDir(), "roleplan.dump")
	execute(t, dump, "--format=custom", "--file="+file, address)
	close(quit)
	senders.Wait()
	stop(t, q)

	other := pgtest.URL(t)
	execute(t, restore, "--exit-on-error", "--no-owner", "--dbname="+other, file)
	rec := newRecorder(nil)
	restored := open(t, drain{rec}, Options{URL: other, Lease: crashLease})
	left := wantedRuns(t, restored)
	if len(left) == 0 {
		t.Error("no subject is left to be worked: the dump was not made in the middle of work")
	}
	var deliveries int64
	for iid := int64(1); iid <= subjects; iid++ {
		var known int64
		keys := fmt.Sprintf(`[{"kind":"merge_request","project":1,"iid":%d}]`, iid)
		if err := restored.db.QueryRow(`SELECT count(*) FROM delivery WHERE subjects = $1`, keys).Scan(&known); err != nil || known < before[iid] {
			t.Errorf("merge request %d: %d deliveries are restored (%v), %d were acknowledged before the dump", iid, known, err, before[iid])
		}
		deliveries += known
	}
	start(t, restored)
	await(t, restored, "idle", idle)
	for _, key := range left {
		if rec.count(key) == 0 {
			t.Errorf("%s was not worked", key)
		}
	}
	if left := wantedRuns(t, restored); len(left) > 0 {
		t.Errorf("%v are never worked", left)
	}
	t.Logf("%d deliveries restored, %d subjects left to be worked", deliveries, len(left))
}

// wantedRuns are the subjects that something was asked of which no run has dealt with.
func wantedRuns(t *testing.T, q *Queue) (keys []reconcile.Key) {
	t.Helper()
	err := q.db.each(t.Context(), q.db, func(scan func(...any) error) error {
		var key reconcile.Key
		err := scan(&key.Kind, &key.Project, &key.IID)
		keys = append(keys, key)
		return err
	}, `SELECT kind, project, iid FROM subject WHERE wanted > done`)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func execute(t *testing.T, program string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", filepath.Base(program), err, out)
	}
}

// told tells which keys are worked.
type told struct{ worked chan<- reconcile.Key }

func (r told) Reconcile(_ context.Context, key reconcile.Key) (reconcile.Result, error) {
	r.worked <- key
	return reconcile.Result{}, nil
}
