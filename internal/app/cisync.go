package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/ci"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

func (a *App) ciSyncCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Bring the hiring plans in step, on the default branch",
		Long: `Does in a pipeline of the default branch what apply does: reads the openings and role pages of the
branch as it stands now, and brings issues, tasks and labels in step. With --dry-run it says what it
would do. Openings that are kept in another project are counted in the log, and not named.

  ROLEPLAN_GITLAB_TOKEN  token with scope api
  ROLEPLAN_DRY_RUN       true: as --dry-run`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := ci.ReadEnv(a.Getenv)
			if err != nil {
				return usageError("%w", err)
			}
			if env.Branch == "" || env.Branch != env.DefaultBranch {
				return usageError("plans follow the default branch %q, and this pipeline is none of it; let the rules of the job keep to CI_COMMIT_BRANCH == CI_DEFAULT_BRANCH", env.DefaultBranch)
			}
			ctx, set, client, err := a.connectPipeline(cmd, env)
			if err != nil {
				return err
			}
			if client == nil {
				return partly("nothing was looked at or changed, because %s is not set, as it never is in a fork; set it to a token with scope api, masked and protected", tokenVariable)
			}
			p, err := client.Project(ctx, env.Project)
			if err != nil {
				return failure(err)
			}
			return a.sync(ctx, client, p, set.DryRun)
		},
	}
	addSettings(cmd, ciSettings...)
	return cmd
}

// sync brings the plans of a project in step, or says what it would do.
func (a *App) sync(ctx context.Context, client *gitlab.Client, p forge.Project, dryRun bool) error {
	named, err := opensHere(ctx, client, p)
	if err != nil {
		return failure(err)
	}
	in := *a
	var told bytes.Buffer
	if !named {
		in.Stdout, in.Stderr = &told, io.Discard
	}
	if dryRun {
		err = in.wouldSync(ctx, client, p)
	} else {
		err = in.apply(ctx, client, p, opening.Options{})
	}
	if err = worst([]error{err}); named {
		return err
	}
	// The last line counts, the others name.
	text := strings.TrimSpace(told.String())
	fmt.Fprintf(a.Stdout, "%s\nThe openings are kept in another project, so that this log does not name them. Those who may read them run roleplan plan --projects %s\n",
		text[strings.LastIndexByte(text, '\n')+1:], p.Path)
	return withoutNames(err)
}

// wouldSync says what a sync would do.
func (a *App) wouldSync(ctx context.Context, client *gitlab.Client, p forge.Project) error {
	wished, err := opening.New(client).Plan(ctx, p, p.DefaultBranch)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.Stdout, "This is a dry run: nothing is written.")
	return errors.Join(a.printPlan(p, wished), blocked(wished))
}

// opensHere reports whether the openings lie in the project itself. If they don't, those who read
// the job's log may not read them. With a configuration that has mistakes no opening is read.
func opensHere(ctx context.Context, client *gitlab.Client, p forge.Project) (bool, error) {
	src, err := client.ReadFile(ctx, p.ID, repoconf.Name, p.DefaultBranch)
	if errors.Is(err, forge.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if conf, err := repoconf.Parse(repoconf.Name, src); err == nil && conf.Openings.Project != "" {
		return false, nil
	}
	return true, nil
}

// withoutNames keeps the kind of an error and its exit code, and none of its words.
func withoutNames(err error) error {
	if err == nil {
		return nil
	}
	code := ExitFailure
	if e, ok := errors.AsType[*exitError](err); ok {
		code = e.code
	}
	why := errors.New("not all could be done")
	for _, kind := range []error{forge.ErrUnauthorized, forge.ErrForbidden, forge.ErrNotFound, forge.ErrUnavailable, forge.ErrConflict, forge.ErrInvalid, forge.ErrUnsupported, opening.ErrTooMany} {
		if errors.Is(err, kind) {
			why = fmt.Errorf("%w: %w", why, kind)
			break
		}
	}
	return &exitError{code, why}
}
