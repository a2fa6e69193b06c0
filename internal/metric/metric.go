// Package metric counts and times what the service does, and writes that in the text format of
// Prometheus. It is the only package that knows the names of metrics, and the library.
package metric

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/VictoriaMetrics/metrics"
)

// What becomes of a run.
const (
	Changed     = "changed"      // something was written to GitLab
	InLine      = "in_line"      // nothing had to be
	Failed      = "failed"       // and is tried again
	GivenUp     = "given_up"     // no retry can mend it
	RateLimited = "rate_limited" // GitLab asked to wait
	Stopped     = "stopped"      // the service was told to stop
)

// Results are all that become of runs.
var Results = []string{Changed, InLine, Failed, GivenUp, RateLimited, Stopped}

// The bounds of the buckets, in seconds.
var (
	runBuckets  = []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}
	callBuckets = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
)

// Metrics are the service's. Use New.
type Metrics struct {
	set *metrics.Set
}

// New makes metrics for runs of these kinds, all zero.
func New(version string, kinds ...string) *Metrics {
	metrics.ExposeMetadata(true)
	m := &Metrics{set: metrics.NewSet()}
	m.gauge(fmt.Sprintf(`roleplan_build_info{version=%q}`, version), 1)
	for _, kind := range kinds {
		for _, result := range Results {
			m.set.GetOrCreateCounter(runs(kind, result))
		}
		m.set.GetOrCreateCounter(changes(kind))
		m.set.GetOrCreatePrometheusHistogramExt(runSeconds(kind), runBuckets)
	}
	return m
}

func runs(kind, result string) string {
	return fmt.Sprintf(`roleplan_runs_total{kind=%q,result=%q}`, kind, result)
}

func changes(kind string) string    { return fmt.Sprintf(`roleplan_changes_total{kind=%q}`, kind) }
func runSeconds(kind string) string { return fmt.Sprintf(`roleplan_run_seconds{kind=%q}`, kind) }

func (m *Metrics) gauge(name string, value float64) { m.set.GetOrCreateGauge(name, nil).Set(value) }

func (m *Metrics) count(name string, value int64) {
	m.set.GetOrCreateCounter(name).Set(uint64(max(0, value)))
}

// Run counts a run that has ended.
func (m *Metrics) Run(kind, result string, changed int, took time.Duration) {
	m.set.GetOrCreateCounter(runs(kind, result)).Inc()
	m.set.GetOrCreateCounter(changes(kind)).Add(changed)
	m.set.GetOrCreatePrometheusHistogramExt(runSeconds(kind), runBuckets).Update(took.Seconds())
}

// Call counts a request to GitLab that has ended. Status is 0 when no answer came, remaining
// negative when the answer did not tell of a limit.
func (m *Metrics) Call(method, kind string, status int, took time.Duration, remaining int) {
	answer := "none"
	if status >= 100 && status < 600 {
		answer = strconv.Itoa(status)
	}
	m.set.GetOrCreateCounter(fmt.Sprintf(`roleplan_gitlab_requests_total{method=%q,kind=%q,status=%q}`, method, kind, answer)).Inc()
	m.set.GetOrCreatePrometheusHistogramExt(fmt.Sprintf(`roleplan_gitlab_request_seconds{kind=%q}`, kind), callBuckets).Update(took.Seconds())
	if remaining >= 0 {
		m.gauge(`roleplan_gitlab_rate_limit_remaining`, float64(remaining))
	}
}

// Throttled counts a request that roleplan holds back, to keep under GitLab's limit for its kind.
func (m *Metrics) Throttled(kind string, wait time.Duration) {
	m.set.GetOrCreateFloatCounter(fmt.Sprintf(`roleplan_gitlab_throttled_seconds_total{kind=%q}`, kind)).Add(wait.Seconds())
}

// Limit says how many requests of a kind a minute GitLab allows as far as roleplan knows; 0 for no limit.
func (m *Metrics) Limit(kind string, perMinute int) {
	m.gauge(fmt.Sprintf(`roleplan_gitlab_limit_per_minute{kind=%q}`, kind), float64(perMinute))
}

// Write writes all metrics, with those of the process.
func (m *Metrics) Write(w io.Writer) {
	m.set.WritePrometheus(w)
	metrics.WriteProcessMetrics(w)
}

// A Family is a metric, with its labels and what it says.
type Family struct {
	Name   string
	Labels []string
	Help   string
}

// Families are all metrics but those of the Go process, in the order of the documentation.
var Families = []Family{
	{"roleplan_deliveries_total", []string{"result"}, "deliveries since the start, by what became of them"},
	{"roleplan_queue_subjects", []string{"state"}, "subjects of the queue: `waiting`, `later`, `running`, `failed` (a hundred at most)"},
	{"roleplan_queue_oldest_wait_seconds", nil, "how long the oldest of the waiting has been due"},
	{"roleplan_last_run_timestamp_seconds", nil, "when a run ended last in this process"},
	{"roleplan_runs_total", []string{"kind", "result"}, "runs, by what became of them"},
	{"roleplan_run_seconds", []string{"kind"}, "how long runs take (histogram)"},
	{"roleplan_changes_total", []string{"kind"}, "writes to GitLab"},
	{"roleplan_gitlab_requests_total", []string{"method", "kind", "status"}, "calls to GitLab; the status is `none` when no answer came"},
	{"roleplan_gitlab_request_seconds", []string{"kind"}, "how long calls to GitLab take (histogram)"},
	{"roleplan_gitlab_limit_per_minute", []string{"kind"}, "the limit that calls are held under, by kind; 0 for none"},
	{"roleplan_gitlab_throttled_seconds_total", []string{"kind"}, "how long calls were held back for it"},
	{"roleplan_gitlab_rate_limit_remaining", nil, "calls that GitLab's rate limit leaves"},
	{"roleplan_rate_limit_wait_seconds", nil, "how long the limit still holds"},
	{"roleplan_hook_state", []string{"project", "state"}, "1 for the state that the webhook is in"},
	{"roleplan_openings", []string{"status"}, "open plans"},
	{"roleplan_last_sweep_timestamp_seconds", nil, "when the last full sweep began; 0 for none"},
	{"roleplan_database_up", nil, "1 when the database answers"},
	{"roleplan_build_info", []string{"version"}, "1, for the version that runs"},
}
