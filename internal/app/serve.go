package app

import (
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/tracing"
	"gitlab.com/roleplan/roleplan/sync/command"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/review"
)

func (a *App) serveCommand() *cobra.Command {
	var noVerify bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the webhook service",
		Long: `Takes GitLab's webhooks at /webhooks/gitlab, answers in merge requests and keeps the hiring
plans in step. A delivery is answered once it is stored; work happens after that, and goes on
where it was after a restart. SIGTERM stops it in order.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			set, err := a.settings(cmd)
			if err != nil {
				return err
			}
			log, err := a.logger(set)
			if err != nil {
				return err
			}
			tracer, err := tracing.New(cmd.Context(), a.Getenv, version(), log)
			if err != nil {
				return usageError("%w", err)
			}
			metrics := newMetrics()
			client, err := a.client(set, log, metrics, tracer)
			if err != nil {
				return err
			}
			if len(set.Projects) == 0 {
				return usageError("no project is named; set ROLEPLAN_PROJECTS to the ids or full paths of the projects to serve, such as acme/handbook")
			}
			s, err := a.newService(cmd.Context(), serviceOptions{
				Listen:        set.Listen,
				AdminListen:   set.AdminListen,
				Database:      set.DatabaseURL.Reveal(),
				Workers:       set.Workers,
				SweepInterval: set.SweepInterval,
				Projects:      set.Projects,
				Secrets:       reveal(set.WebhookSecret),
				SigningTokens: reveal(set.WebhookSigningToken),
				NoVerify:      noVerify,
				GitLab:        client,
				Limits:        client.Limits(),
				Reconcilers:   reconcilers(client),
				Metrics:       metrics,
				Tracer:        tracer,
				Standing:      opening.New(client).Standing,
				Log:           log,
			})
			if err != nil {
				return err
			}
			return s.run(cmd.Context())
		},
	}
	addSettings(cmd, allSettings()...)
	cmd.Flags().BoolVar(&noVerify, "insecure-no-verify", false, "take webhooks from anybody; on a loopback address only")
	return cmd
}

// reconcilers are what brings each kind of key in line.
func reconcilers(client *gitlab.Client) map[string]reconcile.Reconciler {
	plans := opening.New(client)
	return map[string]reconcile.Reconciler{
		reconcile.MergeRequest: review.New(client, plans).WithCommands(command.New(client, nil)),
		reconcile.Openings:     plans,
	}
}

// connect reads the settings of a command and makes its logger and its client.
func (a *App) connect(cmd *cobra.Command) (config.Settings, zerolog.Logger, *gitlab.Client, error) {
	set, err := a.settings(cmd)
	if err != nil {
		return set, zerolog.Nop(), nil, err
	}
	log, err := a.logger(set)
	if err != nil {
		return set, log, nil, err
	}
	client, err := a.client(set, log, nil, nil)
	return set, log, client, err
}

func reveal(secrets []config.Secret) []string {
	list := make([]string, len(secrets))
	for i, s := range secrets {
		list[i] = s.Reveal()
	}
	return list
}

func allSettings() []string {
	list := make([]string, len(config.All))
	for i, s := range config.All {
		list[i] = s.Key
	}
	return list
}
