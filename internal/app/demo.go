package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/logging"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/internal/tryit"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

func (a *App) demoCommand() *cobra.Command {
	var once, gitlabOnly bool
	var level, listen string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Play the whole loop on this machine, against a built-in stand-in for GitLab",
		Long: `Starts a stand-in for GitLab and the real service, both on this machine alone, and plays a
story: a merge request changes a role page, roleplan answers in it, it is merged, and an
opening gets its plan. Then it stays up to be looked at in a browser, until Ctrl-C.

With --gitlab-only it starts the stand-in alone, with a merge request that nobody has answered yet, and
prints the settings that roleplan needs for it: to set up the service there before you do it on your GitLab.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !isLoopback(listen) {
				return usageError("--listen %q: the demo has no passwords, so it listens on this machine alone; give an address like 127.0.0.1:8090", listen)
			}
			if gitlabOnly {
				return a.demoGitLab(cmd.Context(), listen)
			}
			return a.demo(cmd.Context(), listen, level, once)
		},
	}
	cmd.Flags().BoolVar(&once, "once", false, "end after the story; the exit code is 1 if an act failed")
	cmd.Flags().BoolVar(&gitlabOnly, "gitlab-only", false, "start the stand-in and no service, with a merge request that waits for an answer")
	cmd.MarkFlagsMutuallyExclusive("once", "gitlab-only")
	cmd.Flags().StringVar(&level, "log-level", "warn", "of the service's log: debug, info, warn or error")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address of the stand-in's web pages; port 0 takes a free one")
	return cmd
}

// demoGitLab keeps a stand-in up until ctx ends, with a merge request that waits for an answer.
func (a *App) demoGitLab(ctx context.Context, listen string) (err error) {
	d, err := newStage(ctx, listen, standin.Options{})
	if err != nil {
		return failure(err)
	}
	defer func() { err = errors.Join(err, d.gitlab.Close()) }()
	d.out = a.Stdout
	mr, err := d.propose()
	if err != nil {
		return failure(err)
	}
	fmt.Fprintf(a.Stdout, `A stand-in for GitLab, on this machine alone, until Ctrl-C

  project        %s/%s
  merge request  %s

The settings of roleplan for it:

  export ROLEPLAN_GITLAB_URL=%s ROLEPLAN_GITLAB_TOKEN=%s \
    ROLEPLAN_PROJECTS=%s ROLEPLAN_WEBHOOK_SECRET=%s
`, d.gitlab.URL(), d.project.Path, d.url("merge_requests", mr.IID), d.gitlab.URL(), botToken, d.project.Path, hookSecret)
	<-ctx.Done()
	return nil
}

// demo sets the stage, plays the story and keeps everything up until ctx ends.
func (a *App) demo(ctx context.Context, listen, level string, once bool) (err error) {
	log, err := logging.New(a.Stderr, level, logging.Text, a.terminal(a.Stderr))
	if err != nil {
		return usageError("--log-level: %w", err)
	}
	dir, err := os.MkdirTemp("", "roleplan-demo-")
	if err != nil {
		return failure(fmt.Errorf("make a folder for the demo's database: %w", err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	d, err := newStage(ctx, listen, standin.Options{})
	if err != nil {
		return failure(err)
	}
	defer func() { err = errors.Join(err, d.gitlab.Close()) }()
	metrics := newMetrics()
	client, err := gitlab.New(gitlab.Options{BaseURL: d.gitlab.URL(), Token: botToken, UserAgent: "roleplan/" + version(), Observe: watchCalls(metrics, nil), Log: log})
	if err != nil {
		return failure(err)
	}
	s, err := a.newService(ctx, serviceOptions{
		Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0",
		Database: "sqlite:" + filepath.Join(dir, "roleplan.db"),
		Workers:  2, SweepInterval: time.Minute,
		Projects: []string{d.project.Path},
		Secrets:  []string{hookSecret}, SigningTokens: []string{d.signingToken},
		GitLab: client, Limits: client.Limits(), Reconcilers: reconcilers(client), Standing: opening.New(client).Standing, Metrics: metrics, Log: log,
	})
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.run(running) }()
	defer func() { stop(); err = errors.Join(err, <-ended) }()
	d.addHook(s.webhookURL())

	d.out = a.Stdout
	d.left = leftToDo(client, d.project.Path)
	fmt.Fprintf(a.Stdout, "roleplan's whole loop, on this machine alone\n\n  GitLab (a stand-in)  %s/%s\n  roleplan             webhooks %s, status %s/\n  try a page           %s\n", d.gitlab.URL(), d.project.Path, s.webhookURL(), s.adminURL(), s.adminURL()+tryit.Path)
	if err := d.play(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		fmt.Fprintf(a.Stderr, "\nroleplan: the story broke off: %v\n", err)
		return &exitError{code: ExitFindings}
	}
	if once {
		fmt.Fprintln(a.Stdout, "\nAll acts played.")
		return nil
	}
	fmt.Fprintln(a.Stdout, "\nAll acts played. The pages above stay up to be looked at; Ctrl-C ends the demo.")
	<-ctx.Done()
	return nil
}
