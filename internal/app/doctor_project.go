package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/setup"
	"gitlab.com/roleplan/roleplan/sync/label"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/webhook"
)

// soon is how long before its end a token is told of.
const soon = 30 * 24 * time.Hour

// scopes looks at what the token may do, and for how long.
func (d *doctor) scopes() {
	t, err := d.gitlab.Token(d.ctx)
	if errors.Is(err, forge.ErrNotFound) || errors.Is(err, forge.ErrUnsupported) {
		d.say("scopes", statusWarning, "this GitLab does not tell the token's scopes", "see that the token has scope api")
		return
	}
	if err != nil {
		d.failed("scopes", err)
		return
	}
	if slices.Contains(t.Scopes, "api") {
		d.ok("scopes", "%s", strings.Join(t.Scopes, ", "))
	} else {
		d.say("scopes", statusError, "the token has "+strings.Join(t.Scopes, ", ")+" and lacks api", "make a token with scope api; scopes of a token can't be changed")
	}
	day := t.Expires.Format(time.DateOnly)
	switch {
	case t.Expires.IsZero():
		d.ok("expiry", "the token does not expire")
	case time.Until(t.Expires) < soon:
		d.say("expiry", statusWarning, "the token expires on "+day, "rotate it in time (Settings > Access tokens): the user stays the same, and roleplan keeps its notes")
	default:
		d.ok("expiry", "%s", day)
	}
}

// look looks at a project.
func (d *doctor) look(name string, user forge.User) {
	p, err := d.gitlab.Project(d.ctx, name)
	if errors.Is(err, forge.ErrNotFound) {
		d.say("project", statusError, "the project does not exist, or the token may not see it", "see that the path is right, and invite the token's user as Developer")
		return
	}
	if err != nil {
		d.failed("project", err)
		return
	}
	if p.Archived {
		d.say("project", statusError, "the project is archived: nothing can be written", "unarchive it, or take it from ROLEPLAN_PROJECTS")
		return
	}
	d.ok("project", "%s, %s, default branch %q", p.Path, p.Visibility, p.DefaultBranch)
	if !d.role(p, user) {
		return
	}
	features, err := d.gitlab.Features(d.ctx, p.Path)
	if err != nil {
		d.failed("features", err)
	} else {
		d.features(features)
	}
	d.hooks(p)
	d.variables(p)
	conf := d.config(p)
	d.pipeline(p, features.Pipeline)
	if conf != nil {
		d.openings(p)
		d.labels(p, conf)
	}
}

// role reports whether the rest can be asked for.
func (d *doctor) role(p forge.Project, user forge.User) bool {
	role, err := d.gitlab.Role(d.ctx, p.ID, user.ID)
	switch {
	case err != nil:
		d.failed("role", err)
		return false
	case role == 0:
		d.say("role", statusError, "@"+user.Username+" is no member of the project", "invite it as Developer")
		return false
	case role < forge.Developer:
		d.say("role", statusError, "@"+user.Username+" has less than Developer there, and can't set statuses, push, or suggest", "give it the role Developer")
	case role >= forge.Maintainer:
		d.ok("role", "Maintainer or more; Developer is enough, but webhooks can be looked at with it")
	default:
		d.ok("role", "Developer")
	}
	return role > 0
}

func (d *doctor) features(f forge.Features) {
	for _, one := range []struct {
		on           bool
		name, remedy string
		status       string
	}{
		{f.Issues, "issues", "switch issues on under Settings > General > Visibility, or set plan.project to a project that has them", statusError},
		{f.MergeRequests, "merge requests", "switch merge requests on under Settings > General > Visibility", statusError},
		{f.Tasks, "tasks (work items)", "steps become linked issues there; plan.steps: issues says so in .roleplan.yml", statusWarning},
	} {
		if one.on {
			d.ok("features", "%s", one.name)
		} else {
			d.say("features", one.status, "the project has no "+one.name, one.remedy)
		}
	}
}

// hooks looks at the webhooks of the service: those whose path is that of --hook-url, or else the
// one that the service has by default.
func (d *doctor) hooks(p forge.Project) {
	list, err := d.gitlab.HookSettings(d.ctx, p.ID)
	if errors.Is(err, forge.ErrForbidden) {
		d.say("hook", statusWarning, "GitLab shows webhooks to Maintainers alone", "look under Settings > Webhooks, or run doctor with the token of a Maintainer")
		return
	}
	if err != nil {
		d.failed("hook", err)
		return
	}
	own := slices.DeleteFunc(list, func(h forge.HookSettings) bool {
		if d.hook != nil {
			return h.Path != d.hook.Path || h.Host != d.hook.Host
		}
		return !strings.HasSuffix(h.Path, webhook.Path)
	})
	switch {
	case len(own) == 0:
		d.makeHook(p)
	case len(own) > 1:
		d.say("hook", statusWarning, fmt.Sprintf("%d webhooks lead to roleplan; each event comes as often", len(own)), "take all but one away under Settings > Webhooks")
	}
	for _, h := range own {
		d.oneHook(p, h)
	}
}

// makeHook makes the webhook that is missing, where that was asked for.
func (d *doctor) makeHook(p forge.Project) {
	const missing = "no webhook leads to roleplan"
	secret, signing := first(reveal(d.set.WebhookSecret)), first(reveal(d.set.WebhookSigningToken))
	switch {
	case !d.fix || d.hook == nil:
		d.say("hook", statusError, missing, "run doctor --fix --hook-url https://your-host"+webhook.Path+" with the token of a Maintainer, or add it under Settings > Webhooks; a project that has the component alone needs none")
	case secret == "" && signing == "":
		d.say("hook", statusError, missing, "set ROLEPLAN_WEBHOOK_SECRET or ROLEPLAN_WEBHOOK_SIGNING_TOKEN as for the service, and run doctor --fix again")
	default:
		if err := d.gitlab.CreateHook(d.ctx, p.ID, forge.HookWrite{URL: d.hook.String(), Secret: secret, SigningToken: signing}); err != nil {
			d.failed("hook", err)
			return
		}
		d.ok("hook", "%s the webhook to %s", d.made(), d.hook.Host+d.hook.Path)
	}
}

// made is how a write is told of.
func (d *doctor) made() string {
	if d.set.DryRun {
		return "would make"
	}
	return "made"
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func (d *doctor) oneHook(p forge.Project, h forge.HookSettings) {
	const where = "edit it under Settings > Webhooks"
	at := h.Host + h.Path
	before := len(d.found)
	switch h.Alert {
	case forge.HookDisabled:
		d.say("hook", statusError, at+" is disabled after many failures; nothing is sent", "see that GitLab reaches the service, then press Test under Settings > Webhooks")
	case forge.HookBackedOff:
		d.say("hook", statusWarning, at+" is backed off after failures until "+h.DisabledUntil.Format(time.RFC3339), "see that GitLab reaches the service, then press Test under Settings > Webhooks")
	}
	var missing []string
	for _, event := range []struct {
		on   bool
		name string
	}{
		{h.Push, "Push events"}, {h.Notes, "Comments"}, {h.Issues, "Issues events"}, {h.ConfidentialIssues, "Confidential issues events"}, {h.MergeRequests, "Merge request events"},
	} {
		if !event.on {
			missing = append(missing, event.name)
		}
	}
	if len(missing) > 0 {
		d.say("hook", statusError, at+" does not send "+strings.Join(missing, ", "), where+": switch these on")
	}
	if !h.Secret {
		d.say("hook", statusError, at+" has no secret; the service refuses what it sends", where+": set the secret token to that of ROLEPLAN_WEBHOOK_SECRET")
	}
	if h.Template {
		d.say("hook", statusError, at+" sends a body of its own making, which roleplan can't read", where+": take the custom template away")
	}
	if !h.TLS {
		d.say("hook", statusWarning, at+" does not verify the certificate of the service", where+": enable SSL verification")
	}
	answer, err := d.gitlab.HookAnswer(d.ctx, p.ID, h.ID)
	switch {
	case err != nil:
		d.failed("hook", err)
	case answer != "" && !strings.HasPrefix(answer, "2"):
		d.say("hook", statusWarning, fmt.Sprintf("the last request to %s was answered with %q", at, answer), "see its recent events under Settings > Webhooks, and the service's log; 401 is a secret that differs")
	}
	if len(d.found) == before {
		d.ok("hook", "%s", at)
	}
}

// variables looks at those variables of the pipelines that roleplan reads.
func (d *doctor) variables(p forge.Project) {
	list, err := d.gitlab.Variables(d.ctx, p.ID)
	if errors.Is(err, forge.ErrForbidden) {
		return // the hooks have said already that a Maintainer sees more
	}
	if err != nil {
		d.failed("variables", err)
		return
	}
	for _, v := range list {
		switch {
		case !strings.HasPrefix(v.Key, "ROLEPLAN_"):
		case v.Protected:
			d.say("variables", statusWarning, v.Key+" is protected: pipelines of merge requests from branches that are not protected run without it", "take Protected away under Settings > CI/CD > Variables, if these should have it")
		case !v.Masked && (strings.HasSuffix(v.Key, "_TOKEN") || strings.HasSuffix(v.Key, "_SECRET")):
			d.say("variables", statusError, v.Key+" is not masked: logs of jobs may show it", "mask it under Settings > CI/CD > Variables")
		default:
			d.ok("variables", "%s", v.Key)
		}
	}
}

// config reads the configuration of the default branch; nil when it has mistakes.
func (d *doctor) config(p forge.Project) *repoconf.Config {
	src, err := d.gitlab.ReadFile(d.ctx, p.ID, repoconf.Name, p.DefaultBranch)
	switch {
	case errors.Is(err, forge.ErrNotFound):
		d.ok("config", "there is no %s; the defaults hold", repoconf.Name)
		return repoconf.Default()
	case err != nil:
		d.failed("config", err)
		return nil
	}
	conf, err := parseRepoConfig(repoconf.Name, src)
	if err != nil {
		d.say("config", statusError, oneLine(err.Error()), "mend it on the default branch; hiring plans are left as they are until then")
		return nil
	}
	d.ok("config", "%s on %q", repoconf.Name, p.DefaultBranch)
	return conf
}

// pipeline looks whether the component is included. A service does without it.
func (d *doctor) pipeline(p forge.Project, file string) {
	if file == "" || strings.ContainsAny(file, "@:") {
		d.say("component", statusWarning, "the pipeline is defined elsewhere, and was not looked at", "see that it includes the component, if its checks are wanted")
		return
	}
	src, err := d.gitlab.ReadFile(d.ctx, p.ID, file, p.DefaultBranch)
	switch {
	case err != nil && !errors.Is(err, forge.ErrNotFound):
		d.failed("component", err)
	case err == nil && setup.Included(src):
		d.ok("component", "%s includes it", file)
	default:
		d.say("component", statusWarning, file+" does not include the component check", "run roleplan init in the repository, if pipelines are to check pages, too")
	}
}

// openings looks whether plans can be made of what the default branch declares.
func (d *doctor) openings(p forge.Project) {
	wished, err := opening.New(d.gitlab).Plan(d.ctx, p, p.DefaultBranch)
	if err != nil {
		d.failed("openings", err)
		return
	}
	for _, problem := range wished.Problems {
		status := statusWarning
		if problem.Blocks {
			status = statusError
		}
		d.say("openings", status, oneLine(problem.String()), "mend it on the default branch")
	}
	if len(wished.Problems) == 0 {
		d.ok("openings", "%s; %s to do, which roleplan plan shows", counted(len(wished.Openings), "plan"), counted(len(wished.Actions), "change"))
	}
}

// labels looks for the labels that do not depend on pages. Those of pages come with the plans.
func (d *doctor) labels(p forge.Project, conf *repoconf.Config) {
	target := p
	if conf.Plan.Project != "" {
		var err error
		if target, err = d.gitlab.Project(d.ctx, conf.Plan.Project); err != nil {
			d.failed("labels", err)
			return
		}
	}
	have, err := d.gitlab.Labels(d.ctx, target.ID)
	if err != nil {
		d.failed("labels", err)
		return
	}
	for _, want := range []label.Declared{
		{Name: conf.Labels.Opening, Kind: label.Opening, Source: conf.Openings.Path}, {Name: label.OnHold, Kind: label.Hold},
	} {
		if slices.ContainsFunc(have, func(l forge.Label) bool { return strings.EqualFold(l.Name, want.Name) }) {
			d.ok("labels", "%s", want.Name)
			continue
		}
		if !d.fix {
			d.say("labels", statusWarning, fmt.Sprintf("%s has no label %q yet", target.Path, want.Name), "run doctor --fix, or leave it to the first plan that needs it")
			continue
		}
		for _, w := range label.Diff([]label.Declared{want}, have) {
			if _, err := d.gitlab.CreateLabel(d.ctx, target.ID, w.Fields); err != nil {
				d.failed("labels", err)
			} else {
				d.ok("labels", "%s %s", d.made(), want.Name)
			}
		}
	}
}
