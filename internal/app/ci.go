package app

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/ci"
	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
)

// tokenVariable holds the token in a pipeline. It has to be set by hand: the token that every job
// has may neither comment nor read issues.
var tokenVariable = config.Find("gitlab_token").Env()

func (a *App) ciCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ci",
		Short: "Work inside a GitLab pipeline, with settings from its variables",
	}
	cmd.AddCommand(a.ciCheckCommand(), a.ciSyncCommand())
	return cmd
}

// ciSettings are the keys of the settings that a pipeline does not tell.
var ciSettings = []string{"dry_run", "log_level", "log_format"}

// inPipeline is the program with the settings that a pipeline tells. They go before what others
// may have put into the variables: a token is sent to the GitLab that runs the pipeline, and to no
// other.
func (a *App) inPipeline(env ci.Env) *App {
	in := *a
	in.Getenv = func(name string) string {
		switch name {
		case config.Find("gitlab_url").Env():
			return env.Server
		case config.Find("projects").Env():
			return env.Project
		}
		return a.Getenv(name)
	}
	return &in
}

// connectPipeline makes a client for the GitLab that runs the pipeline; nil when there is no token.
func (a *App) connectPipeline(cmd *cobra.Command, env ci.Env) (context.Context, config.Settings, *gitlab.Client, error) {
	ctx := cmd.Context()
	in := a.inPipeline(env)
	set, err := in.settings(cmd)
	if err != nil || set.GitLabToken.Reveal() == "" {
		return ctx, set, nil, err
	}
	if env.Server == "" {
		return ctx, set, nil, usageError("CI_SERVER_URL is not set, so that the token can be sent nowhere")
	}
	log, err := in.logger(set)
	if err != nil {
		return ctx, set, nil, err
	}
	client, err := in.client(set, log, nil, nil)
	return log.WithContext(ctx), set, client, err
}

// partly is the error of a job that did a part of its work. The components make it a warning: it
// is no fault of whoever started the pipeline.
func partly(format string, args ...any) error {
	return &exitError{ExitPartly, fmt.Errorf(format, args...)}
}
