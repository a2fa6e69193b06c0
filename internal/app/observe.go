package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/metric"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/tracing"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// newMetrics makes the metrics of a service.
func newMetrics() *metric.Metrics {
	m := metric.New(version(), reconcile.MergeRequest, reconcile.Openings)
	for _, kind := range ratelimit.Kinds {
		m.Throttled(kind, 0)
	}
	return m
}

// watchCalls counts the requests of a client, and makes spans of them.
func watchCalls(m *metric.Metrics, t *tracing.Tracer) gitlab.Observer {
	return func(ctx context.Context, c gitlab.Call) {
		m.Call(c.Method, c.Kind, c.Status, c.Took, c.Remaining)
		t.Request(ctx, tracing.Request{Method: c.Method, URL: c.URL, Status: c.Status, Took: c.Took})
	}
}

// maxRecent is how many runs of merge requests the status page shows.
const maxRecent = 20

// recentRuns are the newest runs of merge requests in this process, each merge request once.
type recentRuns struct {
	mu   sync.Mutex
	list []recentRun // the newest first
}

// A recentRun is what has become of a merge request last.
type recentRun struct {
	key     reconcile.Key
	result  string
	changed int
	at      time.Time
	took    time.Duration
}

func (r *recentRuns) add(run recentRun) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = slices.DeleteFunc(r.list, func(old recentRun) bool { return old.key == run.key })
	r.list = slices.Insert(r.list, 0, run)
	r.list = r.list[:min(len(r.list), maxRecent)]
}

func (r *recentRuns) newest() []recentRun {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

// observed counts the runs of a reconciler.
type observed struct {
	next    reconcile.Reconciler
	metrics *metric.Metrics
	recent  *recentRuns
}

// observe wraps reconcilers.
func observe(all map[string]reconcile.Reconciler, m *metric.Metrics, recent *recentRuns) map[string]reconcile.Reconciler {
	out := map[string]reconcile.Reconciler{}
	for kind, r := range all {
		out[kind] = observed{r, m, recent}
	}
	return out
}

// Reconcile lets the reconciler work, and counts what becomes of it. A panic counts as failed.
func (o observed) Reconcile(ctx context.Context, key reconcile.Key) (res reconcile.Result, err error) {
	began := time.Now()
	result := metric.Failed
	defer func() {
		took := time.Since(began)
		o.metrics.Run(key.Kind, result, res.Changed, took)
		if key.Kind == reconcile.MergeRequest {
			o.recent.add(recentRun{key, result, res.Changed, began.Add(took), took})
		}
	}()
	res, err = o.next.Reconcile(ctx, key)
	result = resultOf(ctx, res, err)
	return res, err
}

func resultOf(ctx context.Context, res reconcile.Result, err error) string {
	var limit *forge.RateLimitError
	switch {
	case err == nil && res.Changed > 0:
		return metric.Changed
	case err == nil:
		return metric.InLine
	case reconcile.IsTerminal(err):
		return metric.GivenUp
	case errors.As(err, &limit):
		return metric.RateLimited
	case errors.Is(ctx.Err(), context.Canceled):
		return metric.Stopped
	}
	return metric.Failed
}
