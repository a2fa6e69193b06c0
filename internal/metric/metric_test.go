package metric

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestFormat: each line is a comment or a sample of Prometheus' text format, and all that is told
// is written.
func TestFormat(t *testing.T) {
	t.Parallel()
	m := New(`1.0 "beta"`, "merge_request", "openings")
	m.Run("merge_request", Changed, 3, 2*time.Second)
	m.Call("GET", "issues", 200, 20*time.Millisecond, 1999)
	m.Call("POST", "notes", 0, time.Second, -1)
	m.Call("POST", "notes", 99999, time.Second, -1)
	m.Throttled("notes", 1500*time.Millisecond)
	m.Limit("notes", 60)
	m.Deliveries("accepted", 7)
	m.Database(true)
	m.Queue("waiting", 4)
	m.QueueTimes(90*time.Second, time.Unix(1000, 0), time.Minute)
	m.Swept(time.Time{})
	m.Openings("open", 2)
	m.Hook("acme/handbook", "disabled", true)
	m.Hook("acme/handbook", "ok", false)
	var out strings.Builder
	m.Write(&out)
	line := regexp.MustCompile(`^(# (HELP|TYPE) \S+.*|[a-z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_]+="([^"\\]|\\.)*"(, ?[a-zA-Z_]+="([^"\\]|\\.)*")*\})? [-+0-9.eEInfNa]+)$`)
	for l := range strings.Lines(out.String()) {
		if !line.MatchString(strings.TrimSuffix(l, "\n")) {
			t.Errorf("not a line of the format: %q", l)
		}
	}
	for _, want := range []string{
		`roleplan_build_info{version="1.0 \"beta\""} 1`,
		`roleplan_runs_total{kind="merge_request",result="changed"} 1`,
		`roleplan_runs_total{kind="openings",result="given_up"} 0`,
		`roleplan_changes_total{kind="merge_request"} 3`,
		`roleplan_run_seconds_bucket{kind="merge_request",le="2.5"} 1`,
		`roleplan_run_seconds_count{kind="merge_request"} 1`,
		`roleplan_gitlab_requests_total{method="GET",kind="issues",status="200"} 1`,
		`roleplan_gitlab_requests_total{method="POST",kind="notes",status="none"} 2`,
		`roleplan_gitlab_request_seconds_bucket{kind="issues",le="0.025"} 1`,
		`roleplan_gitlab_rate_limit_remaining 1999`,
		`roleplan_gitlab_throttled_seconds_total{kind="notes"} 1.5`,
		`roleplan_gitlab_limit_per_minute{kind="notes"} 60`,
		`roleplan_deliveries_total{result="accepted"} 7`,
		`roleplan_database_up 1`,
		`roleplan_queue_subjects{state="waiting"} 4`,
		`roleplan_queue_oldest_wait_seconds 90`,
		`roleplan_last_run_timestamp_seconds 1000`,
		`roleplan_rate_limit_wait_seconds 60`,
		`roleplan_last_sweep_timestamp_seconds 0`,
		`roleplan_openings{status="open"} 2`,
		`roleplan_hook_state{project="acme/handbook",state="disabled"} 1`,
		`roleplan_hook_state{project="acme/handbook",state="ok"} 0`,
		"# TYPE roleplan_runs_total counter",
		"# TYPE roleplan_run_seconds histogram",
		"# TYPE roleplan_queue_subjects gauge",
		"go_goroutines ",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no line %q in\n%s", want, out.String())
		}
	}
	served := map[string]bool{}
	for _, f := range Families {
		sample := regexp.MustCompile(`(?m)^` + f.Name + `(_bucket)?(\{[^}]*\})? `).FindString(out.String())
		var labels []string
		for _, l := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(sample, -1) {
			if l[1] != "le" {
				labels = append(labels, l[1])
			}
		}
		if sample == "" || !slices.Equal(labels, f.Labels) || f.Help == "" {
			t.Errorf("%+v is served as %q", f, sample)
		}
		served[f.Name] = true
	}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (roleplan_\w+)`).FindAllStringSubmatch(out.String(), -1) {
		if !served[m[1]] {
			t.Errorf("%s is served, but not among Families", m[1])
		}
	}
}
