package queue

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// BenchmarkAccept measures how many deliveries a second are stored, from 64 goroutines:
// "bare" with nothing to look at, "same" for one subject, "other" for a subject each.
func BenchmarkAccept(b *testing.B) {
	var serial atomic.Int64
	for name, keys := range map[string]func(n int64) []reconcile.Key{
		"bare":  func(int64) []reconcile.Key { return nil },
		"same":  func(int64) []reconcile.Key { return []reconcile.Key{mr(1, 1)} },
		"other": func(n int64) []reconcile.Key { return []reconcile.Key{mr(1, n)} },
	} {
		b.Run(name, func(b *testing.B) {
			rec := newRecorder(nil)
			q, err := Open(b.Context(), Options{
				URL:         newFile(b),
				Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: rec},
			})
			if err != nil {
				b.Fatal(err)
			}
			b.SetParallelism(32) // times GOMAXPROCS
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					n := serial.Add(1)
					d := newDelivery()
					d.Received = time.Unix(n, 0)
					if err := q.Accept(context.Background(), d, keys(n)); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "deliveries/s")
			if err := q.Stop(context.Background()); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkWork measures how many runs of nothing a second there can be.
func BenchmarkWork(b *testing.B) {
	left := make(chan struct{})
	var n atomic.Int64
	total := int64(b.N)
	rec := newRecorder(func(context.Context, reconcile.Key, int) (reconcile.Result, error) {
		if n.Add(1) == total {
			close(left)
		}
		return reconcile.Result{}, nil
	})
	q, err := Open(b.Context(), Options{
		URL:         newFile(b),
		Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: drain{rec}},
	})
	if err != nil {
		b.Fatal(err)
	}
	for i := int64(1); i <= total; i += 100 {
		var keys []reconcile.Key
		for iid := i; iid < i+100 && iid <= total; iid++ {
			keys = append(keys, mr(iid%20, iid))
		}
		if err := q.Enqueue(b.Context(), keys...); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	if err := q.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	<-left
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "runs/s")
	if err := q.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkLatency measures the way of a delivery from its acceptance to the beginning of its
// work, while nothing else is to be done.
func BenchmarkLatency(b *testing.B) {
	rec := newRecorder(nil)
	q, err := Open(b.Context(), Options{
		URL:         newFile(b),
		Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: rec},
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := q.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	for n := int64(1); b.Loop(); n++ {
		if err := q.Accept(b.Context(), newDelivery(), []reconcile.Key{mr(1, n)}); err != nil {
			b.Fatal(err)
		}
		<-rec.began
	}
	if err := q.Stop(context.Background()); err != nil {
		b.Fatal(err)
	}
}
