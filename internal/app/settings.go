package app

import (
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/logging"
	"gitlab.com/roleplan/roleplan/internal/metric"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/tracing"
)

// gitlabSettings are the keys of the settings that every command needs which calls GitLab.
var gitlabSettings = []string{"gitlab_url", "gitlab_token", "projects", "rate_limits", "dry_run", "log_level", "log_format"}

// addSettings gives a command a flag for each of the settings with these keys.
func addSettings(cmd *cobra.Command, keys ...string) {
	cmd.Flags().String("settings", "", "file with settings (YAML, TOML or JSON)")
	for _, key := range keys {
		s := config.Find(key)
		usage := s.Help + " [" + s.Env() + "]"
		if s.Bool() {
			cmd.Flags().Bool(s.Flag(), s.Default == "true", usage)
		} else {
			cmd.Flags().String(s.Flag(), s.Default, usage)
		}
		switch key {
		case "log_level":
			completes(cmd, s.Flag(), "debug", "info", "warn", "error")
		case "log_format":
			completes(cmd, s.Flag(), "json", "text")
		}
	}
}

// settings reads the settings by the flags of a command, the environment and the file.
func (a *App) settings(cmd *cobra.Command) (config.Settings, error) {
	file, err := cmd.Flags().GetString("settings")
	if err != nil {
		return config.Settings{}, usageError("%w", err)
	}
	set, err := config.Load(config.Sources{
		File:   file,
		Getenv: a.Getenv,
		Flag: func(name string) (string, bool) {
			f := cmd.Flags().Lookup(name)
			if f == nil || !f.Changed {
				return "", false
			}
			return f.Value.String(), true
		},
	})
	if err != nil {
		return config.Settings{}, usageError("%w", err)
	}
	return set, nil
}

// logger makes the logger that the settings ask for.
func (a *App) logger(set config.Settings) (zerolog.Logger, error) {
	log, err := logging.New(a.Stderr, set.LogLevel, set.LogFormat, false)
	if err != nil {
		return log, usageError("%w", err)
	}
	return log, nil
}

// commandWait is how long a command waits at a time for GitLab's rate limits, whose period is a minute.
const commandWait = 2 * time.Minute

// client makes the client of the GitLab that the settings name. A token has to be there. Its requests are
// counted in m and traced by t, which may be nil. The service, which counts, puts its work off where a command
// waits.
func (a *App) client(set config.Settings, log zerolog.Logger, m *metric.Metrics, t *tracing.Tracer) (*gitlab.Client, error) {
	if set.GitLabToken.Reveal() == "" {
		return nil, usageError("no token for GitLab; set ROLEPLAN_GITLAB_TOKEN to one with scope api")
	}
	limits, err := rateLimits(set, log, m)
	if err != nil {
		return nil, usageError("%w", err)
	}
	o := gitlab.Options{
		BaseURL:   set.GitLabURL,
		Token:     set.GitLabToken.Reveal(),
		DryRun:    set.DryRun,
		UserAgent: "roleplan/" + version(),
		Limits:    limits,
		Log:       log,
	}
	if m != nil {
		o.Observe = watchCalls(m, t)
	} else {
		o.MaxWait = commandWait
	}
	connect := gitlab.New
	if a.connectTo != nil {
		connect = a.connectTo
	}
	c, err := connect(o)
	if err != nil {
		return nil, usageError("%w", err)
	}
	return c, nil
}

// rateLimits makes the limiter of a client's requests: by the settings, and by what GitLab documents.
func rateLimits(set config.Settings, log zerolog.Logger, m *metric.Metrics) (*ratelimit.Limiter, error) {
	at, err := url.Parse(set.GitLabURL)
	if err != nil {
		return nil, err
	}
	host := strings.ToLower(at.Host)
	limits, err := ratelimit.Parse(set.RateLimits, ratelimit.Defaults(host))
	if err != nil {
		return nil, err
	}
	o := ratelimit.Options{Host: host, Limits: limits, Log: log}
	if m != nil {
		o.Waited = m.Throttled
	}
	return ratelimit.New(o), nil
}
