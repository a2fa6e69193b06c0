package app

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

const doctorSecret = "a-secret-that-nobody-sees"

// consult calls doctor for the stage's project.
func consult(t *testing.T, d *stage, token string, env map[string]string, args ...string) (run, int) {
	t.Helper()
	r := run{env: map[string]string{"ROLEPLAN_GITLAB_URL": d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN": token, "ROLEPLAN_PROJECTS": d.project.Path}}
	maps.Copy(r.env, env)
	code := r.main(t, append([]string{"doctor"}, args...)...)
	for _, secret := range []string{token, doctorSecret, hookSecret, d.signingToken} {
		if secret != "" && strings.Contains(r.stdout+r.stderr, secret) {
			t.Errorf("a secret stands in the output:\n%s%s", r.stdout, r.stderr)
		}
	}
	return r, code
}

// healthy is a stage where nothing is to be mended, looked at by a bot that is a Maintainer.
func healthy(t *testing.T) (*stage, *httptest.Server) {
	t.Helper()
	d, _ := newLoop(t)
	d.gitlab.AddMember(d.project, d.bot, standin.Maintainer)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
	t.Cleanup(service.Close)
	d.gitlab.AddHook(d.project, standin.HookOptions{URL: service.URL + "/webhooks/gitlab?key=" + doctorSecret, Token: hookSecret})
	d.gitlab.AddLabel(d.project, "opening", "#6699cc", "")
	d.gitlab.AddLabel(d.project, "on hold", "#eee600", "")
	d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "Set up", map[string]*string{
		".roleplan.yml":  new("version: 1\n"),
		".gitlab-ci.yml": new("include:\n  - component: $CI_SERVER_FQDN/roleplan/roleplan/check@1\n"),
	})
	return d, service
}

func TestDoctorFindsNothing(t *testing.T) {
	t.Parallel()
	d, _ := healthy(t)
	r, code := consult(t, d, botToken, nil)
	if code != ExitOK || !strings.Contains(r.stdout, "0 warnings, 0 errors") {
		t.Errorf("exit %d\n%s%s", code, r.stdout, r.stderr)
	}
	if n := d.gitlab.Writes(); n != 0 {
		t.Errorf("%d writes", n)
	}
}

// TestDoctor: what is wrong is told, with what to do.
func TestDoctor(t *testing.T) {
	t.Parallel()
	commit := func(path, text string) func(*stage) {
		return func(d *stage) {
			d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "A change", map[string]*string{path: &text})
		}
	}
	hook := func(o standin.HookOptions) func(*stage) {
		return func(d *stage) { d.gitlab.AddHook(d.project, o) }
	}
	const own = "http://127.0.0.1:9/webhooks/gitlab"
	tests := []struct {
		name   string
		change func(*stage)
		token  string // default the bot's
		env    map[string]string
		code   int
		want   []string
	}{
		{name: "a token that is none", token: "no-such-token", code: ExitFindings, want: []string{"error    token      GitLab refuses the token"}},
		{name: "a token of a person", token: "of-ana", change: func(d *stage) { d.gitlab.AddToken(d.ana, "of-ana", "api") }, want: []string{"warning  token      the token of @ana"}},
		{name: "a token that reads alone", token: "reads", change: func(d *stage) { d.gitlab.AddToken(d.bot, "reads", "read_api") }, code: ExitFindings, want: []string{"error    scopes     the token has read_api and lacks api"}},
		{name: "a token for git alone", token: "git", change: func(d *stage) { d.gitlab.AddToken(d.bot, "git", "read_repository") }, code: ExitFindings, want: []string{"ok       url", "error    scopes     the token has read_repository and lacks api"}},
		{name: "a token near its end", change: func(d *stage) { d.gitlab.ExpireToken(botToken, time.Now().AddDate(0, 0, 9)) }, want: []string{"warning  expiry     the token expires on"}},
		{name: "a token past its end", change: func(d *stage) { d.gitlab.ExpireToken(botToken, time.Now().AddDate(0, 0, -1)) }, code: ExitFindings, want: []string{"expired"}},
		{name: "a token without end", change: func(d *stage) { d.gitlab.ExpireToken(botToken, time.Time{}) }, want: []string{"ok       expiry     the token does not expire"}},
		{name: "a project that is none", env: map[string]string{"ROLEPLAN_PROJECTS": "acme/nothing"}, code: ExitFindings, want: []string{"error    project    the project does not exist"}},
		{name: "an archived project", change: func(d *stage) { d.project.Archived = true }, code: ExitFindings, want: []string{"error    project    the project is archived"}},
		{name: "no member", change: func(d *stage) { d.gitlab.AddMember(d.project, d.bot, 0) }, code: ExitFindings, want: []string{"error    role", "is no member"}},
		{name: "a Reporter", change: func(d *stage) { d.gitlab.AddMember(d.project, d.bot, standin.Reporter) }, code: ExitFindings, want: []string{"error    role", "less than Developer"}},
		{name: "a Developer", change: func(d *stage) { d.gitlab.AddMember(d.project, d.bot, standin.Developer) }, want: []string{"ok       role       Developer", "warning  hook       GitLab shows webhooks to Maintainers alone"}},
		{name: "no issues", change: func(d *stage) { d.project.NoIssues = true }, code: ExitFindings, want: []string{"error    features   the project has no issues"}},
		{name: "no merge requests", change: func(d *stage) { d.project.NoRequests = true }, code: ExitFindings, want: []string{"error    features   the project has no merge requests"}},
		{name: "a hook without a secret", change: hook(standin.HookOptions{URL: own}), code: ExitFindings, want: []string{"has no secret", "2 webhooks lead to roleplan"}},
		{name: "a hook with too few events", change: hook(standin.HookOptions{URL: own, Token: "x", Triggers: []string{standin.PushEvents, standin.NoteEvents}}), code: ExitFindings, want: []string{"does not send Issues events, Confidential issues events, Merge request events"}},
		{name: "a variable that is protected", change: func(d *stage) {
			d.project.Variables = []standin.Variable{{Key: "ROLEPLAN_GITLAB_TOKEN", Value: doctorSecret, Protected: true, Masked: true}, {Key: "OTHER", Value: "x", Protected: true}}
		}, want: []string{"warning  variables  ROLEPLAN_GITLAB_TOKEN is protected"}},
		{name: "a variable that logs show", change: func(d *stage) {
			d.project.Variables = []standin.Variable{{Key: "ROLEPLAN_GITLAB_TOKEN", Value: doctorSecret}}
		}, code: ExitFindings, want: []string{"error    variables  ROLEPLAN_GITLAB_TOKEN is not masked"}},
		{name: "a pipeline without the component", change: commit(".gitlab-ci.yml", "# - component: x/roleplan/roleplan/check@1\njob: {script: [make]}\n"), want: []string{"warning  component  .gitlab-ci.yml does not include"}},
		{name: "a pipeline elsewhere", change: func(d *stage) { d.project.ConfigPath = "ci.yml@acme/pipelines" }, want: []string{"warning  component  the pipeline is defined elsewhere"}},
		{name: "a configuration with mistakes", change: commit(".roleplan.yml", "version: 1\ncolour: red\n"), code: ExitFindings, want: []string{"error    config", ".roleplan.yml:2:1", "colour"}},
		{name: "openings with mistakes", change: commit(demoOpenings, "- id: A-1\n  page: content/job-families/nothing.md\n"), code: ExitFindings, want: []string{"error    openings   hiring/openings.yml:1"}},
		{name: "a label that is missing", change: commit(".roleplan.yml", "version: 1\nlabels: {opening: vacancy}\n"), want: []string{`warning  labels     acme/handbook has no label "vacancy" yet`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, _ := healthy(t)
			if test.change != nil {
				test.change(d)
			}
			token := test.token
			if token == "" {
				token = botToken
			}
			r, code := consult(t, d, token, test.env)
			if code != test.code {
				t.Errorf("exit %d; want %d", code, test.code)
			}
			for _, want := range test.want {
				if !strings.Contains(r.stdout, want) {
					t.Errorf("it does not say %q", want)
				}
			}
			if t.Failed() {
				t.Logf("%s%s", r.stdout, r.stderr)
			}
		})
	}
}

// TestDoctorSeesFailures: a hook that is answered wrongly, and one that GitLab has given up.
func TestDoctorSeesFailures(t *testing.T) {
	t.Parallel()
	d, _ := newLoop(t)
	d.gitlab.AddMember(d.project, d.bot, standin.Maintainer)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	t.Cleanup(service.Close)
	d.gitlab.AddHook(d.project, standin.HookOptions{URL: service.URL + "/webhooks/gitlab", Token: hookSecret})
	push := func(text string) {
		d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "A change", map[string]*string{"a.txt": &text})
		if err := d.gitlab.DrainHooks(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	push("1")
	if r, code := consult(t, d, botToken, nil); code != ExitOK || !strings.Contains(r.stdout, `was answered with "401"`) {
		t.Errorf("exit %d\n%s%s", code, r.stdout, r.stderr)
	}
	for _, text := range []string{"2", "3", "4"} {
		push(text)
	}
	if r, code := consult(t, d, botToken, nil); code != ExitOK || !strings.Contains(r.stdout, "is backed off after failures until") {
		t.Errorf("exit %d\n%s%s", code, r.stdout, r.stderr)
	}
}

// TestDoctorFixes: hook and labels are made once, and events arrive with their secret.
func TestDoctorFixes(t *testing.T) {
	t.Parallel()
	d, _ := newLoop(t)
	d.gitlab.AddMember(d.project, d.bot, standin.Maintainer)
	got := make(chan string, 10)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r.Header.Get("X-Gitlab-Token")
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(service.Close)
	secret := map[string]string{"ROLEPLAN_WEBHOOK_SECRET": doctorSecret}
	fix := []string{"--fix", "--hook-url", service.URL + "/webhooks/gitlab"}

	if r, code := consult(t, d, botToken, nil, fix...); code != ExitFindings || !strings.Contains(r.stdout, "set ROLEPLAN_WEBHOOK_SECRET") {
		t.Errorf("without a secret: exit %d\n%s%s", code, r.stdout, r.stderr)
	}
	d.gitlab.ResetCalls()
	if r, code := consult(t, d, botToken, secret, append(fix, "--dry-run")...); code != ExitOK || d.gitlab.Writes() != 0 || !strings.Contains(r.stdout, "would make the webhook") {
		t.Errorf("dry run: exit %d, %d writes\n%s%s", code, d.gitlab.Writes(), r.stdout, r.stderr)
	}
	r, code := consult(t, d, botToken, secret, fix...)
	if code != ExitOK || !strings.Contains(r.stdout, "made the webhook") {
		t.Errorf("exit %d\n%s%s", code, r.stdout, r.stderr)
	}
	d.gitlab.ResetCalls()
	r, code = consult(t, d, botToken, secret, append(fix, "--format", "json")...)
	if code != ExitOK || d.gitlab.Writes() != 0 {
		t.Errorf("a second time: exit %d, %d writes\n%s%s", code, d.gitlab.Writes(), r.stdout, r.stderr)
	}
	var lines []diagnosis
	if err := json.Unmarshal([]byte(r.stdout), &lines); err != nil || len(lines) < 8 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for _, l := range lines {
		if (l.Status == statusOK) == (l.Remedy != "") {
			t.Errorf("%+v: what is not ok has a remedy, and nothing else", l)
		}
	}
	d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "A change", map[string]*string{"a.txt": new("1")})
	if token := <-got; token != doctorSecret {
		t.Error("the hook sends another secret")
	}
}

func TestDoctorUsage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		env  map[string]string
		args []string
		code int
		want string
	}{
		"no token":     {nil, nil, ExitUsage, "ROLEPLAN_GITLAB_TOKEN"},
		"no project":   {map[string]string{"ROLEPLAN_GITLAB_TOKEN": "x"}, nil, ExitUsage, "--projects"},
		"a format":     {map[string]string{"ROLEPLAN_GITLAB_TOKEN": "x"}, []string{"--format", "xml"}, ExitUsage, "--format"},
		"no address":   {map[string]string{"ROLEPLAN_GITLAB_TOKEN": "x"}, []string{"--projects", "a/b", "--hook-url", "here"}, ExitUsage, "--hook-url"},
		"nobody there": {map[string]string{"ROLEPLAN_GITLAB_TOKEN": "x", "ROLEPLAN_GITLAB_URL": "http://127.0.0.1:1"}, []string{"--projects", "a/b"}, ExitFailure, "ROLEPLAN_GITLAB_URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run{env: test.env}
			if code := r.main(t, append([]string{"doctor"}, test.args...)...); code != test.code || !strings.Contains(r.stdout+r.stderr, test.want) {
				t.Errorf("exit %d\n%s%s", code, r.stdout, r.stderr)
			}
		})
	}
}
