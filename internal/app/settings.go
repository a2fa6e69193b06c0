package app

import (
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/logging"
)

// gitlabSettings are the keys of the settings that every command needs which calls GitLab.
var gitlabSettings = []string{"gitlab_url", "gitlab_token", "projects", "dry_run", "log_level", "log_format"}

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

// client makes the client of the GitLab that the settings name. The service, which is told of requests, puts
// its work off where a command waits.
func (a *App) client(set config.Settings, log zerolog.Logger, told gitlab.Observer) (*gitlab.Client, error) {
	wait := commandWait
	if told != nil {
		wait = 0 // the default
	}
	c, err := gitlab.New(gitlab.Options{
		BaseURL:   set.GitLabURL,
		MaxWait:   wait,
		Token:     set.GitLabToken.Reveal(),
		DryRun:    set.DryRun,
		UserAgent: "roleplan/" + version(),
		Observe:   told,
		Log:       log,
	})
	if err != nil {
		return nil, usageError("%w", err)
	}
	return c, nil
}
