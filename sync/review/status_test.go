package review_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

const wantsStatus = handbookConfig + "status: {commit: true, fail_on: warning}\n"

func newStatus(t *testing.T, conf string) *odd {
	t.Helper()
	g := &odd{stage: newStageWith(t, standin.Options{}, map[string]string{page: goodPage, ".roleplan.yml": conf})}
	g.elapsed = 24 * time.Hour
	g.obey()
	return g.begin()
}

// statuses are what stands in the pipelines, the newest last.
func (g *odd) statuses() string {
	var all []string
	for _, p := range g.s.Pipelines(g.p) {
		for _, s := range p.Statuses {
			all = append(all, p.Source+" "+s.Name+" "+s.State+": "+s.Description)
		}
	}
	return strings.Join(all, "\n")
}

func (g *odd) pipeline() *odd {
	g.stage.pipeline()
	return g
}

// TestCommitStatus: only where the project wants it, only in a pipeline that is there, in final states
// alone, and once.
func TestCommitStatus(t *testing.T) {
	t.Parallel()
	g := newStatus(t, wantsStatus).look()
	if g.statuses() != "" || g.result.After <= 0 {
		t.Errorf("without a pipeline: %q, looked at again after %s", g.statuses(), g.result.After)
	}
	g.pipeline().look()
	const failed = "push roleplan failed: 3 new findings to mend"
	if g.statuses() != failed {
		t.Errorf("with a pipeline: %q", g.statuses())
	}
	g.idle()
	g.s.ResetCalls()
	g.look()
	if n := total(g.s.Calls()); n > 4 || g.s.Writes() > 0 {
		t.Errorf("%d calls: %v", n, g.s.Calls())
	}
	g.push(map[string]*string{page: &goodPageShifted})
	g.pipeline().look()
	if want := failed + "\npush roleplan success: nothing new to mend"; g.statuses() != want {
		t.Errorf("after the push: %q", g.statuses())
	}
	g = newStatus(t, handbookConfig).pipeline().look()
	if g.statuses() != "" {
		t.Errorf("not wanted: %q", g.statuses())
	}
	g = newStatus(t, handbookConfig+"status: {commit: true}\n").pipeline().look()
	if g.statuses() != "push roleplan success: nothing new to mend" {
		t.Errorf("warnings do not fail: %q", g.statuses())
	}
}

// TestCommitStatusRefused: what keeps roleplan from setting it is told in the log and stops nothing.
func TestCommitStatusRefused(t *testing.T) {
	t.Parallel()
	conflicts := 2
	g := newStatus(t, wantsStatus).pipeline()
	g.s.OnCall(func(r *http.Request) *standin.Fault {
		if r.Method == http.MethodPost && strings.Contains(r.URL.Path, "/statuses/") && conflicts > 0 {
			conflicts--
			return &standin.Fault{Status: 409, Body: `{"message":"Another update to this commit status is in progress"}`}
		}
		return nil
	})
	if g.look(); !strings.Contains(g.statuses(), "failed") {
		t.Errorf("after two conflicts: %q, %s", g.statuses(), &g.said)
	}

	g = newStatus(t, wantsStatus).pipeline()
	g.s.AddMember(g.p, g.bot, standin.Reporter)
	g.look()
	wantText(t, g.said.String(), "commit status could not be set", "Developer")
	wantText(t, g.own(), "3 remarks stand in threads")
	if g.err != nil || g.statuses() != "" {
		t.Errorf("%v, %q", g.err, g.statuses())
	}

	// The pipeline of a fork is none of roleplan's.
	g = newOdd(t, standin.Options{})
	g.s.Commit(g.p, standin.DefaultBranch, g.ana, "Status", map[string]*string{".roleplan.yml": new(wantsStatus)})
	fork := g.fork()
	g.s.AddPipeline(fork, g.mr.Versions[0].Head, "topic")
	if g.look(); g.err != nil || g.said.Len() > 0 {
		t.Errorf("fork: %v, %s", g.err, &g.said)
	}
}

// TestStatusCheck: an external status check gets the answer, for the head, once.
func TestStatusCheck(t *testing.T) {
	t.Parallel()
	g := newStatus(t, handbookConfig+"status: {check: role pages, fail_on: warning}\n")
	g.s.AddStatusCheck(g.p, "something else", "", "")
	k := g.s.AddStatusCheck(g.p, "role pages", "", "")
	state := func() string { return g.s.State(k, g.s.MergeRequest(g.p, g.mr.IID)) }
	if g.look(); state() != "failed" || g.said.Len() > 0 {
		t.Errorf("with new findings: %q, %s", state(), &g.said)
	}
	g.idle()
	g.push(map[string]*string{page: &goodPageShifted})
	if state() != "pending" {
		t.Errorf("after the push: %q", state())
	}
	if g.look(); state() != "passed" {
		t.Errorf("mended: %q, %s", state(), &g.said)
	}
	g.idle()
	// GitLab has it failed when nobody answers in time.
	g.push(map[string]*string{page: new(goodPageShifted + "\nMore.\n")})
	g.elapsed += 3 * time.Minute
	if was := state(); was != "failed" {
		t.Errorf("too late: %q", was)
	}
	if g.look(); state() != "passed" {
		t.Errorf("late is better than never: %q", state())
	}
}

// TestStatusCheckRefused: what keeps roleplan from answering is told in the log and stops nothing.
func TestStatusCheckRefused(t *testing.T) {
	t.Parallel()
	const wants = handbookConfig + "status: {check: role pages}\n"
	for name, tt := range map[string]struct {
		before func(g *odd)
		want   []string
	}{
		"no Ultimate":   {func(*odd) {}, []string{"its tier is not Ultimate", "could not be answered"}},
		"no such check": {func(g *odd) { g.s.AddStatusCheck(g.p, "Role pages", "", "") }, []string{"no external status check of this name"}},
		"small role": {func(g *odd) {
			g.s.AddStatusCheck(g.p, "role pages", "", "")
			g.s.AddMember(g.p, g.bot, standin.Reporter)
		}, []string{"could not be answered", "Developer"}},
		"the head moved": {func(g *odd) {
			g.s.AddStatusCheck(g.p, "role pages", "", "")
			g.s.OnCall(func(r *http.Request) *standin.Fault {
				if strings.HasSuffix(r.URL.Path, "status_check_responses") {
					return &standin.Fault{Status: 409, Body: `{"message":"SHA does not match HEAD of source branch"}`}
				}
				return nil
			})
		}, []string{"could not be answered"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newStatus(t, wants)
			tt.before(g)
			g.look()
			wantText(t, g.said.String(), tt.want...)
			wantText(t, g.own(), "3 remarks stand in threads")
			if g.err != nil {
				t.Error(g.err)
			}
		})
	}
}
