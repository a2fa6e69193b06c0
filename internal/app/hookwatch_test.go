package app

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

func TestJudgeHook(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(h *forge.Hook)
		answer string
		state  hookState
		says   string
	}{
		"works":                  {nil, "202", hookOK, ""},
		"sent nothing yet":       {nil, "", hookOK, ""},
		"old GitLab, no status":  {func(h *forge.Hook) { h.Alert = "" }, "202", hookOK, ""},
		"refused":                {nil, "401", hookFailing, `"401"`},
		"not reached":            {nil, "internal error", hookFailing, `"internal error"`},
		"redirected":             {nil, "302", hookFailing, `"302"`},
		"backed off":             {func(h *forge.Hook) { h.Alert, h.DisabledUntil = forge.HookBackedOff, time.Unix(0, 0) }, "503", hookBackedOff, "1970-01-01T00:00:00Z"},
		"disabled":               {func(h *forge.Hook) { h.Alert = forge.HookDisabled }, "503", hookDisabled, "test"},
		"disabled and misset":    {func(h *forge.Hook) { h.Alert, h.Notes = forge.HookDisabled, false }, "", hookDisabled, "disabled"},
		"template":               {func(h *forge.Hook) { h.Template = true }, "202", hookMisset, "template"},
		"no comments":            {func(h *forge.Hook) { h.Notes = false }, "202", hookMisset, "Comments"},
		"no pushes, no plans":    {func(h *forge.Hook) { h.Push, h.ConfidentialIssues = false, false }, "202", hookMisset, "Push events, Confidential issues events"},
		"no merge requests":      {func(h *forge.Hook) { h.MergeRequests = false }, "202", hookMisset, "Merge request events"},
		"no issues, and failing": {func(h *forge.Hook) { h.Issues = false }, "500", hookFailing, `"500"`},
	} {
		h := forge.Hook{ID: 1, Alert: forge.HookExecutable, Push: true, MergeRequests: true, Notes: true, Issues: true, ConfidentialIssues: true}
		if test.change != nil {
			test.change(&h)
		}
		if state, says := judgeHook(h, test.answer); state != test.state || !strings.Contains(says, test.says) {
			t.Errorf("%s: %s %q, want %s and %q", name, state, says, test.state, test.says)
		}
	}
}

// newWatch is a service that is not running, with what it logs.
func newWatch(t *testing.T, gitlab watcher, projects ...string) (*service, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	return &service{
		opts: serviceOptions{GitLab: gitlab, Projects: projects, Metrics: newMetrics()},
		log:  zerolog.New(&log),
	}, &log
}

// TestHookWatchTellsChanges: each change is logged once, and every state is in the metrics.
func TestHookWatchTellsChanges(t *testing.T) {
	t.Parallel()
	g := &fakeWatcher{}
	s, log := newWatch(t, g, "acme/handbook")
	good := forge.Hook{ID: 5, Host: "roleplan.example", Path: "/webhooks/gitlab", Alert: forge.HookExecutable, Push: true, MergeRequests: true, Notes: true, Issues: true, ConfidentialIssues: true}
	other := forge.Hook{ID: 6, Host: "ci.example", Path: "/hook", Alert: forge.HookDisabled}
	bad := good
	bad.Alert = forge.HookDisabled
	for _, step := range []struct {
		hooks []forge.Hook
		err   error
		want  hookState
		level string
	}{
		{[]forge.Hook{other}, nil, hookMissing, "error"},
		{[]forge.Hook{good, other}, nil, hookOK, "info"},
		{[]forge.Hook{good, bad, other}, nil, hookDisabled, "error"},
		{nil, fmt.Errorf("list: %w", forge.ErrForbidden), hookUnreadable, "warn"},
		{nil, errors.New("no route"), hookUnreadable, "warn"},
		{[]forge.Hook{good}, nil, hookOK, "info"},
	} {
		g.hooks, g.hooksErr = step.hooks, step.err
		log.Reset()
		s.lookAtHooks(t.Context())
		first := log.String()
		s.lookAtHooks(t.Context())
		if log.String() != first || strings.Count(first, "\n") != 1 || !strings.Contains(first, `"level":"`+step.level+`"`) {
			t.Errorf("%s: logged\n%s", step.want, log.String())
		}
		if got := s.hooks.all(); len(got) != 1 || got[0].state != step.want {
			t.Errorf("state %+v, want %s", got, step.want)
		}
		var page bytes.Buffer
		s.opts.Metrics.Write(&page)
		for _, state := range hookStates {
			value := 0
			if state == step.want {
				value = 1
			}
			if line := fmt.Sprintf("roleplan_hook_state{project=\"acme/handbook\",state=%q} %d\n", state, value); !strings.Contains(page.String(), line) {
				t.Errorf("%s: no line %q", step.want, line)
			}
		}
	}
}

// TestHookWatchOnGitLab: against GitLab's own rules, from a good hook to one that is switched off,
// and what a developer's token may see of it.
func TestHookWatchOnGitLab(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	s, _ := newWatch(t, client, d.project.Path)
	state := func() hookReport {
		s.lookAtHooks(t.Context())
		return s.hooks.all()[0]
	}
	d.gitlab.AddMember(d.project, d.bot, standin.Developer)
	if got := state(); got.state != hookUnreadable || !strings.Contains(got.detail, "Maintainer") {
		t.Errorf("a developer sees %+v", got)
	}
	d.gitlab.AddMember(d.project, d.bot, standin.Maintainer)
	if got := state(); got.state != hookMissing {
		t.Errorf("without a hook: %+v", got)
	}
	running, stop := startService(t, &keyRecorder{began: make(chan reconcile.Key, 100)}, func(o *serviceOptions) {
		o.Secrets, o.SigningTokens = []string{hookSecret}, []string{d.signingToken}
	})
	d.addHook(running.webhookURL())
	if got := state(); got.state != hookOK {
		t.Errorf("with a hook: %+v", got)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	// The service is away: four events in a row are not taken.
	for i := range 4 {
		if _, err := d.gitlab.OpenMergeRequest(d.project, d.ana, branch(t, d, i), standin.DefaultBranch, "Change", ""); err != nil {
			t.Fatal(err)
		}
		if err := d.gitlab.DrainHooks(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := hookFailing
		if i == 3 {
			want = hookBackedOff
		}
		// Pushes and merge requests are sent both, so that the hook may be ahead.
		if got := state(); got.state != want && got.state != hookBackedOff {
			t.Errorf("after %d failures: %+v", i+1, got)
		}
	}
	if got := state(); got.state != hookBackedOff || !strings.Contains(got.detail, "until") {
		t.Errorf("at last: %+v", got)
	}
}

// branch makes a branch with a change.
func branch(t *testing.T, d *stage, i int) string {
	t.Helper()
	name := fmt.Sprint("change-", i)
	d.gitlab.Commit(d.project, name, d.ana, "A change", map[string]*string{"a.md": new(fmt.Sprint(i))})
	return name
}
