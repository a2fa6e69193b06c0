package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
)

// A diagnosis is one line of doctor.
type diagnosis struct {
	Project string `json:"project,omitempty"` // "" for what is about all
	Check   string `json:"check"`             // "token", "hook", ...
	Status  string `json:"status"`            // "ok", "warning" or "error"
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"` // what to do about a warning or an error
}

// The states of a diagnosis.
const (
	statusOK      = "ok"
	statusWarning = "warning"
	statusError   = "error"
)

func (a *App) doctorCommand() *cobra.Command {
	var fix bool
	var hookURL, format string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Look at a GitLab, a token and projects, and say what to mend",
		Long: `Tests what the service and the pipeline need: address, token, role, features of the projects, webhooks,
labels, variables, the component, and the files on the default branch. Each line says what to do.
It writes nothing, unless --fix makes the webhook and the labels that are missing.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usageError("--format %q is not known; expected text or json", format)
			}
			set, log, client, err := a.connect(cmd)
			if err != nil {
				return err
			}
			if len(set.Projects) == 0 {
				return usageError("no project is named; give --projects the ids or full paths, such as acme/handbook")
			}
			ctx := log.WithContext(cmd.Context())
			d := &doctor{ctx: ctx, gitlab: client, set: set, fix: fix}
			if d.hook, err = hookAddress(hookURL); err != nil {
				return err
			}
			d.all()
			return a.printDiagnoses(d, format)
		},
	}
	addSettings(cmd, append([]string{"webhook_secret", "webhook_signing_token"}, gitlabSettings...)...)
	cmd.Flags().BoolVar(&fix, "fix", false, "make the webhook (needs --hook-url) and the labels that are missing")
	cmd.Flags().StringVar(&hookURL, "hook-url", "", "where the service takes webhooks, such as https://roleplan.example.com/webhooks/gitlab")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	completes(cmd, "format", "text", "json")
	return cmd
}

func hookAddress(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // none is asked for
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, usageError("--hook-url %q is no address; expected one like https://roleplan.example.com/webhooks/gitlab", text)
	}
	return u, nil
}

// A doctor looks at a GitLab.
type doctor struct {
	ctx     context.Context //nolint:containedctx // one run, and every line of it asks
	gitlab  *gitlab.Client
	set     config.Settings
	fix     bool
	hook    *url.URL // nil when it was not named
	project string
	found   []diagnosis
	away    bool // GitLab could not be asked
}

func (d *doctor) say(check, status, message, remedy string) {
	d.found = append(d.found, diagnosis{d.project, check, status, message, remedy})
}

func (d *doctor) ok(check, format string, args ...any) {
	d.say(check, statusOK, fmt.Sprintf(format, args...), "")
}

// failed tells of a question that GitLab did not answer. Its errors say what to do.
func (d *doctor) failed(check string, err error) {
	var limit *forge.RateLimitError
	if errors.Is(err, forge.ErrUnavailable) || errors.As(err, &limit) || d.ctx.Err() != nil {
		d.away = true
	}
	d.say(check, statusError, err.Error(), "see what is said there, and run doctor again")
}

// all looks at everything. Without an answer about the token the rest would only repeat it.
func (d *doctor) all() {
	user, err := d.gitlab.CurrentUser(d.ctx)
	switch {
	case errors.Is(err, forge.ErrUnauthorized):
		d.ok("url", "%s answers", d.set.GitLabURL)
		d.say("token", statusError, "GitLab refuses the token: it is wrong, revoked or expired", "make a project access token with role Developer and scope api, and set ROLEPLAN_GITLAB_TOKEN to it")
		return
	case errors.Is(err, forge.ErrForbidden):
		d.ok("url", "%s answers", d.set.GitLabURL)
		d.scopes()
		return
	case err != nil:
		d.say("url", statusError, err.Error(), "set ROLEPLAN_GITLAB_URL to the address of GitLab as in a browser, without a path of a project")
		d.away = errors.Is(err, forge.ErrUnavailable)
		return
	}
	d.ok("url", "%s answers", d.set.GitLabURL)
	d.kind(user)
	d.scopes()
	for _, name := range d.set.Projects {
		d.project = name
		d.look(name, user)
	}
}

// kind tells whose token it is.
func (d *doctor) kind(user forge.User) {
	switch {
	case user.Bot && strings.HasPrefix(user.Username, "group_"):
		d.ok("token", "a group access token, of @%s", user.Username)
	case user.Bot:
		d.ok("token", "a project access token, of @%s", user.Username)
	default:
		d.say("token", statusWarning, "the token of @"+user.Username+", whose own comments and issues roleplan can't tell from its own", "make a project access token with role Developer and scope api, or a service account")
	}
}

// printDiagnoses writes what was found, and gives the exit code as an error.
func (a *App) printDiagnoses(d *doctor, format string) error {
	count := map[string]int{}
	for _, f := range d.found {
		count[f.Status]++
	}
	if format == "json" {
		enc := json.NewEncoder(a.Stdout)
		enc.SetIndent("", "  ")
		if err := enc.Encode(d.found); err != nil {
			return failure(fmt.Errorf("write the diagnoses: %w", err))
		}
	} else {
		project := ""
		for _, f := range d.found {
			if f.Project != project {
				project = f.Project
				fmt.Fprintf(a.Stdout, "\n%s\n", project)
			}
			fmt.Fprintf(a.Stdout, "%-8s %-10s %s\n", f.Status, f.Check, f.Message)
			if f.Remedy != "" {
				fmt.Fprintf(a.Stdout, "%19s -> %s\n", "", f.Remedy)
			}
		}
		fmt.Fprintf(a.Stdout, "\n%d ok, %s, %s\n", count[statusOK], counted(count[statusWarning], "warning"), counted(count[statusError], "error"))
	}
	switch {
	case d.away:
		return &exitError{code: ExitFailure}
	case count[statusError] > 0:
		return &exitError{code: ExitFindings}
	}
	return nil
}
