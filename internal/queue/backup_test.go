package queue

import (
	"context"
	"path/filepath"
	"testing"
	"time"

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

// told tells which keys are worked.
type told struct{ worked chan<- reconcile.Key }

func (r told) Reconcile(_ context.Context, key reconcile.Key) (reconcile.Result, error) {
	r.worked <- key
	return reconcile.Result{}, nil
}
