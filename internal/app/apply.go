package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

func (a *App) applyCommand() *cobra.Command {
	var o opening.Options
	var file string
	cmd := &cobra.Command{
		Use:   "apply",
		Short: "Bring the hiring plans in step with openings and role pages",
		Long: `Does what plan prints. It may be run as often as one likes: a second run finds nothing to
do. Openings that fail do not stop the others; then the exit code is 4.

With --plan it does exactly what stands in a file of plan --format json, and where GitLab or the files have
moved since, nothing: it says what has moved, and the exit code is 3.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			plans, err := a.readPlan(file)
			if err != nil {
				return err
			}
			if file != "" && len(o.Recreate) > 0 {
				return usageError("--recreate belongs to the making of the plan: run plan --recreate, and apply that")
			}
			return a.eachProject(cmd, pathsOf(plans), func(ctx context.Context, client *gitlab.Client, p forge.Project) error {
				if file != "" {
					if o.Only, err = planOf(plans, p.Path); err != nil {
						return err
					}
				}
				return a.apply(ctx, client, p, o)
			})
		},
	}
	addSettings(cmd, gitlabSettings...)
	cmd.Flags().StringVar(&file, "plan", "", "file written by plan --format json; - for stdin")
	cmd.Flags().BoolVar(&o.CloseMany, "close-many", false, "close even more than a quarter of the open plans")
	addRecreate(cmd, &o.Recreate)
	return cmd
}

// readPlan reads the plans that a file holds, none without a file.
func (a *App) readPlan(file string) ([]projectPlan, error) {
	var src []byte
	var err error
	switch file {
	case "":
		return nil, nil
	case "-":
		src, err = io.ReadAll(a.Stdin)
	default:
		src, err = os.ReadFile(file) //nolint:gosec // the user names it
	}
	if err != nil {
		return nil, failure(fmt.Errorf("read the plan: %w", err))
	}
	var plans []projectPlan
	d := json.NewDecoder(bytes.NewReader(src))
	d.DisallowUnknownFields()
	if err := d.Decode(&plans); err != nil {
		return nil, usageError("%s is no plan of this version (%w); make one with plan --format json", file, err)
	}
	if len(plans) == 0 {
		return nil, usageError("%s holds no plan; make one with plan --format json", file)
	}
	return plans, nil
}

// apply brings one project in line and tells what became of its openings.
func (a *App) apply(ctx context.Context, client *gitlab.Client, p forge.Project, o opening.Options) error {
	screen := io.Discard
	if a.interactive(a.Stderr) {
		screen = a.Stderr
	}
	bar := newProgress(screen, "applying to "+p.Path, 0)
	o.Progress = func(done, total int) {
		if done == 0 {
			bar = newProgress(screen, "applying to "+p.Path, total)
			return
		}
		bar.step()
	}
	result, err := opening.New(client).Apply(ctx, p, o)
	bar.done()
	outcomes := result.Outcomes()
	if err != nil && len(outcomes) == 0 {
		return err
	}
	fmt.Fprintf(a.Stdout, "# %s\n\n", p.Path)
	if printErr := result.Text(a.Stdout); printErr != nil {
		return errors.Join(fmt.Errorf("write the summary: %w", printErr), err)
	}
	if err == nil {
		return blocked(result.Plan)
	}
	for _, one := range outcomes {
		if one.State != plan.Failed {
			return &exitError{ExitPartly, err}
		}
	}
	return err
}
