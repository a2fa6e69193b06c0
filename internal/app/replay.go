package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/config"
	"gitlab.com/roleplan/roleplan/internal/logging"
	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

func (a *App) replayCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "replay DELIVERY",
		Short: "Look again at what a stored delivery asked for",
		Long: `Takes the id of a delivery, as the log and GitLab's list of a hook's recent events show it, and
has the service look again at each of its subjects. The service may be running; if it is not, it
does so when it starts. With --dry-run nothing is asked of it: the subjects are looked at here and
now, and the writes that this would lead to are printed.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			set, err := a.settings(cmd)
			if err != nil {
				return err
			}
			q, err := queue.Attach(cmd.Context(), queue.Options{URL: set.DatabaseURL.Reveal()})
			if err != nil {
				return failure(err)
			}
			replay := a.replay
			if set.DryRun {
				replay = func(ctx context.Context, q *queue.Queue, id string) error {
					return a.replayDry(ctx, q, id, set)
				}
			}
			err = replay(cmd.Context(), q, args[0])
			if stop := q.Stop(cmd.Context()); stop != nil {
				err = errors.Join(err, failure(stop))
			}
			return err
		},
	}
	addSettings(cmd, append([]string{"database_url"}, gitlabSettings...)...)
	return cmd
}

func (a *App) replay(ctx context.Context, q *queue.Queue, id string) error {
	stored, err := q.Replay(ctx, id)
	if err != nil {
		return failure(err)
	}
	fmt.Fprintf(a.Stdout, "%s of %s asks again for:\n", stored.Event, stored.Received.Format("2006-01-02 15:04:05"))
	for _, key := range stored.Keys {
		fmt.Fprintf(a.Stdout, "  %s\n", key)
	}
	return nil
}

// replayDry works the subjects of a delivery with a client that writes nothing.
func (a *App) replayDry(ctx context.Context, q *queue.Queue, id string, set config.Settings) error {
	stored, err := q.Delivery(ctx, id)
	if err != nil {
		return failure(err)
	}
	log, err := logging.New(a.Stdout, "info", "text", false)
	if err != nil {
		return failure(err)
	}
	client, err := a.client(set, log, nil, nil)
	if err != nil {
		return err
	}
	return a.work(ctx, stored, reconcilers(client))
}

func (a *App) work(ctx context.Context, stored queue.Stored, by map[string]reconcile.Reconciler) error {
	var errs []error
	for _, key := range stored.Keys {
		reconciler := by[key.Kind]
		if reconciler == nil {
			errs = append(errs, failure(fmt.Errorf("nothing works keys of kind %q", key.Kind)))
			continue
		}
		fmt.Fprintf(a.Stdout, "%s:\n", key)
		res, err := reconciler.Reconcile(ctx, key)
		if err != nil {
			errs = append(errs, failure(err))
			continue
		}
		fmt.Fprintf(a.Stdout, "%s: %s\n", key, counted(res.Changed, "write"))
	}
	return errors.Join(errs...)
}
