package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/webhook"
)

// hookInterval is the time between two looks at the webhooks. What is wrong has to be reported within
// five minutes, also when one look fails.
const hookInterval = 2 * time.Minute

// A hookState is how a project's webhook does.
type hookState string

// The states of a webhook. Every one of them is a series in the metrics.
const (
	hookOK         hookState = "ok"
	hookMissing    hookState = "missing"    // none of the project's hooks sends to a roleplan
	hookMisset     hookState = "misset"     // it does not send all that is needed
	hookFailing    hookState = "failing"    // the newest request was not answered with success
	hookBackedOff  hookState = "backed_off" // GitLab sends nothing for a while
	hookDisabled   hookState = "disabled"   // GitLab sends nothing any more
	hookUnreadable hookState = "unreadable" // the token may not see hooks, or GitLab did not answer
)

// hookStates are all states, the worst last.
var hookStates = []hookState{hookOK, hookUnreadable, hookMissing, hookMisset, hookFailing, hookBackedOff, hookDisabled}

// A hookReport is what was seen of the webhooks of a project.
type hookReport struct {
	project string // as in the settings
	state   hookState
	detail  string // what is wrong and what to do
	at      time.Time
}

// hookReports are the newest, by project.
type hookReports struct {
	mu   sync.Mutex
	list map[string]hookReport
}

// note keeps a report, and tells whether it differs from the last.
func (h *hookReports) note(r hookReport) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.list == nil {
		h.list = map[string]hookReport{}
	}
	old, known := h.list[r.project]
	h.list[r.project] = r
	return !known || old.state != r.state || old.detail != r.detail
}

func (h *hookReports) all() []hookReport {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []hookReport
	for _, r := range h.list {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b hookReport) int { return strings.Compare(a.project, b.project) })
	return out
}

// watchHooks looks at the projects' webhooks again and again.
func (s *service) watchHooks(ctx context.Context) {
	ticker := time.NewTicker(hookInterval)
	defer ticker.Stop()
	for {
		s.lookAtHooks(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *service) lookAtHooks(ctx context.Context) {
	for _, project := range s.opts.Projects {
		report := s.lookAtHook(ctx, project)
		if ctx.Err() != nil {
			return
		}
		for _, state := range hookStates {
			s.opts.Metrics.Hook(project, string(state), state == report.state)
		}
		if !s.hooks.note(report) {
			continue
		}
		log := s.log.With().Str("project", project).Str("state", string(report.state)).Str("detail", report.detail).Logger()
		switch report.state {
		case hookOK:
			log.Info().Msg("webhook works")
		case hookUnreadable:
			log.Warn().Msg("webhook can't be watched")
		default:
			log.Error().Msg("webhook does not work as it should")
		}
	}
}

// lookAtHook reports the worst that is to be said of the hooks of a project that send to a roleplan.
func (s *service) lookAtHook(ctx context.Context, name string) hookReport {
	report := hookReport{project: name, state: hookUnreadable, at: time.Now()}
	hooks, answers, err := s.readHooks(ctx, name)
	switch {
	case errors.Is(err, forge.ErrForbidden), errors.Is(err, forge.ErrNotFound):
		report.detail = "the token may not see webhooks: GitLab shows them to the role Maintainer alone; look at them under Settings > Webhooks"
	case err != nil:
		report.detail = "GitLab did not say: " + err.Error()
	case len(hooks) == 0:
		report.state = hookMissing
		report.detail = fmt.Sprintf("no webhook of the project has an address that ends in %s; add one, unless a group or system hook sends", webhook.Path)
	default:
		report.state, report.detail = hookOK, "sends, and is answered"
		for i, h := range hooks {
			state, detail := judgeHook(h, answers[i])
			if slices.Index(hookStates, state) > slices.Index(hookStates, report.state) {
				report.state, report.detail = state, fmt.Sprintf("hook %d to %s %s", h.ID, h.Host, detail)
			}
		}
	}
	return report
}

// readHooks reads the hooks that send to a roleplan, and how the newest request of each was answered.
// They are known by the path of their address: the service can't know under which name it is reached.
func (s *service) readHooks(ctx context.Context, name string) (ours []forge.Hook, answers []string, err error) {
	project, err := s.project(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	hooks, err := s.opts.GitLab.Hooks(ctx, project.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, h := range hooks {
		if !strings.HasSuffix(strings.TrimRight(h.Path, "/"), webhook.Path) {
			continue
		}
		answer, err := s.opts.GitLab.HookAnswer(ctx, project.ID, h.ID)
		if err != nil {
			return nil, nil, err
		}
		ours, answers = append(ours, h), append(answers, answer)
	}
	return ours, answers, nil
}

// judgeHook says how a hook does, and what to do about it.
func judgeHook(h forge.Hook, answer string) (state hookState, detail string) {
	var missing []string
	for _, e := range []struct {
		sent bool
		name string
	}{
		{h.Push, "Push events"},
		{h.Notes, "Comments"},
		{h.Issues, "Issues events"},
		{h.ConfidentialIssues, "Confidential issues events"},
		{h.MergeRequests, "Merge request events"},
	} {
		if !e.sent {
			missing = append(missing, e.name)
		}
	}
	switch {
	case h.Alert == forge.HookDisabled:
		return hookDisabled, "is disabled: it failed too often; mend what fails, then send a test from Settings > Webhooks, which enables it"
	case h.Alert == forge.HookBackedOff:
		return hookBackedOff, fmt.Sprintf("is backed off until %s, because it failed again and again; the last answer was %q", h.DisabledUntil.UTC().Format(time.RFC3339), answer)
	case answer != "" && answer[0] != '2':
		return hookFailing, fmt.Sprintf("fails: the last answer was %q; look at its recent events on GitLab", answer)
	case h.Template:
		return hookMisset, "has a custom webhook template, so its body can't be read; take the template away"
	case len(missing) > 0:
		return hookMisset, "does not send " + strings.Join(missing, ", ") + "; tick them under Settings > Webhooks"
	}
	return hookOK, ""
}
