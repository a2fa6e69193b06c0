package app

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

func TestStalled(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, test := range map[string]struct {
		status queue.Status
		up     time.Duration // of the service
		want   bool
	}{
		"idle":                          {queue.Status{}, time.Hour, false},
		"waits, and runs end":           {queue.Status{OldestWait: time.Hour, LastDone: now.Add(-time.Second)}, time.Hour, false},
		"waits for 59 seconds":          {queue.Status{OldestWait: 59 * time.Second, LastDone: now.Add(-time.Hour)}, time.Hour, false},
		"waits for 61 seconds":          {queue.Status{OldestWait: 61 * time.Second, LastDone: now.Add(-61 * time.Second)}, time.Hour, true},
		"never ended a run":             {queue.Status{OldestWait: 61 * time.Second}, time.Hour, true},
		"old backlog after a start":     {queue.Status{OldestWait: time.Hour}, 10 * time.Second, false},
		"GitLab's rate limit holds":     {queue.Status{OldestWait: time.Hour, RateLimit: time.Second}, time.Hour, false},
		"long back-off, nobody waits":   {queue.Status{Later: 7}, time.Hour, false},
		"long runs, nobody waits":       {queue.Status{Running: 8, LastDone: now.Add(-time.Hour)}, time.Hour, false},
		"all workers hang, one waits":   {queue.Status{Running: 8, OldestWait: 2 * time.Minute, LastDone: now.Add(-time.Hour)}, time.Hour, true},
		"waits long, last run just now": {queue.Status{OldestWait: 10 * time.Minute, LastDone: now}, time.Hour, false},
	} {
		if got := stalled(test.status, now.Add(-test.up), now); got != test.want {
			t.Errorf("%s: stalled is %t", name, got)
		}
	}
}

// TestMetricsTellOfADelivery: from the request to the run.
func TestMetricsTellOfADelivery(t *testing.T) {
	t.Parallel()
	rec := &keyRecorder{began: make(chan reconcile.Key, 10)}
	s, stop := startService(t, rec, nil)
	mustDeliver(t, s.webhookURL(), "one", 7)
	rec.next(t)
	var page string
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		var code int
		if code, page = get(t, s.adminURL()+"/metrics"); code != http.StatusOK {
			t.Fatalf("answer %d", code)
		}
		if strings.Contains(page, `roleplan_runs_total{kind="merge_request",result="in_line"} 1`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the run is not counted:\n%s", page)
		}
	}
	for _, want := range []string{
		`roleplan_deliveries_total{result="accepted"} 1`,
		`roleplan_deliveries_total{result="refused"} 0`,
		`roleplan_queue_subjects{state="failed"} 0`,
		`roleplan_database_up 1`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no line %q in\n%s", want, page)
		}
	}
	if code, _ := get(t, "http://"+s.listener.Addr().String()+"/metrics"); code != http.StatusNotFound {
		t.Errorf("the webhook listener answers %d to /metrics, want 404", code)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}
