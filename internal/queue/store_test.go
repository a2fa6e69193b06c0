package queue

import (
	"context"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/pgtest"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// TestFullDisk: what can't be stored is told, with the reason, and nothing is half stored;
// when there is room again all goes on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	q := open(t, newRecorder(nil), Options{})
	accept(t, q, mr(1, 1))
	if _, err := q.db.Exec(`PRAGMA max_page_count = 1`); err != nil { // no smaller than it is
		t.Fatal(err)
	}
	var err error
	d := newDelivery()
	for iid := int64(1); err == nil && iid < 10000; iid += 100 {
		d = newDelivery()
		d.ID += strings.Repeat("x", 1000)
		err = q.Accept(t.Context(), d, []reconcile.Key{mr(2, iid)})
	}
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Fatalf("got %v, want an error that says that the disk is full", err)
	}
	if _, err := q.Delivery(t.Context(), d.ID); err == nil {
		t.Error("the delivery is stored after all")
	}
	if _, err := q.db.Exec(`PRAGMA max_page_count = 1000000`); err != nil {
		t.Fatal(err)
	}
	if err := q.Accept(t.Context(), d, []reconcile.Key{mr(2, 1)}); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

// TestLockedFile: a delivery waits for another program that writes, and is not refused.
func TestLockedFile(t *testing.T) {
	t.Parallel()
	url := newFile(t)
	q := open(t, newRecorder(nil), Options{URL: url})
	other, err := openFile(strings.TrimPrefix(url, "sqlite:"))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	d := newDelivery()
	done := make(chan error)
	go func() { done <- q.Accept(context.Background(), d, []reconcile.Key{mr(1, 1)}) }()
	select {
	case err := <-done:
		t.Fatalf("stored while another has the file: %v", err)
	default:
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestConnectionsLost: a server that drops its connections, as in a restart, costs no
// delivery and no run.
func TestConnectionsLost(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	rec := newRecorder(nil)
	q := open(t, rec, Options{URL: address, Lease: crashLease})
	start(t, q)
	beside, err := Attach(t.Context(), Options{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, beside) })
	for iid := int64(1); iid <= 20; iid++ {
		_, err := beside.db.Exec(`
			SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		if err != nil {
			t.Fatal(err)
		}
		accept(t, q, mr(1, iid))
	}
	seen := map[reconcile.Key]bool{}
	for len(seen) < 20 {
		seen[next(t, rec)] = true
	}
	await(t, q, "idle", idle)
}

// TestMigratedBeside: who only looks changes no table.
func TestMigratedBeside(t *testing.T) {
	t.Parallel()
	_, err := Attach(t.Context(), Options{URL: pgtest.URL(t)})
	if err == nil || !strings.Contains(err.Error(), "roleplan serve") {
		t.Errorf("got %v, want an error that says what makes the tables", err)
	}
}
