package metric

import (
	"fmt"
	"time"
)

// Deliveries says how many deliveries had which result, since the start.
func (m *Metrics) Deliveries(result string, n int64) {
	m.count(fmt.Sprintf(`roleplan_deliveries_total{result=%q}`, result), n)
}

// Database says whether the database answers.
func (m *Metrics) Database(up bool) { m.gauge(`roleplan_database_up`, truth(up)) }

// Queue says how many subjects are in a state.
func (m *Metrics) Queue(state string, n int) {
	m.gauge(fmt.Sprintf(`roleplan_queue_subjects{state=%q}`, state), float64(n))
}

// QueueTimes says how long the oldest of the waiting has been due, when a run ended last, and how
// long GitLab's rate limit still holds.
func (m *Metrics) QueueTimes(oldest time.Duration, lastRun time.Time, limit time.Duration) {
	m.gauge(`roleplan_queue_oldest_wait_seconds`, oldest.Seconds())
	m.gauge(`roleplan_last_run_timestamp_seconds`, stamp(lastRun))
	m.gauge(`roleplan_rate_limit_wait_seconds`, limit.Seconds())
}

// Swept says when the last full sweep began.
func (m *Metrics) Swept(at time.Time) { m.gauge(`roleplan_last_sweep_timestamp_seconds`, stamp(at)) }

// Openings says how many openings have a status.
func (m *Metrics) Openings(status string, n int) {
	m.gauge(fmt.Sprintf(`roleplan_openings{status=%q}`, status), float64(n))
}

// Hook says whether a project's webhook is in a state. The project is named as in the settings.
func (m *Metrics) Hook(project, state string, is bool) {
	m.gauge(fmt.Sprintf(`roleplan_hook_state{project=%q,state=%q}`, project, state), truth(is))
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// stamp is 0 for the zero time.
func stamp(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
