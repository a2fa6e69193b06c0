package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// A projectPlan is the plan of one project, as `plan --format json` prints it and `apply --plan`
// reads it.
type projectPlan struct {
	Project string `json:"project"`
	plan.Plan
}

func (a *App) planCommand() *cobra.Command {
	var format, ref string
	var recreate []string
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "Print what apply would do to GitLab, and write nothing",
		Long: `Reads the openings and role pages of the projects, compares them with the issues, tasks and
labels that GitLab holds, and prints the difference. With --format json it is a file for apply --plan.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "text" && format != "json" {
				return usageError("--format %q is not known; expected text or json", format)
			}
			var plans []projectPlan
			err := a.eachProject(cmd, nil, func(ctx context.Context, client *gitlab.Client, p forge.Project) error {
				at := ref
				if at == "" {
					at = p.DefaultBranch
				}
				wished, err := opening.New(client).PlanWith(ctx, p, at, opening.Options{Recreate: recreate})
				if err != nil {
					return err
				}
				plans = append(plans, projectPlan{p.Path, wished})
				if format == "text" {
					err = a.printPlan(p, wished)
				}
				return errors.Join(err, blocked(wished))
			})
			if format == "json" {
				enc := json.NewEncoder(a.Stdout)
				enc.SetIndent("", "  ")
				if err := enc.Encode(append([]projectPlan{}, plans...)); err != nil {
					return failure(fmt.Errorf("write the plan: %w", err))
				}
			}
			return err
		},
	}
	addSettings(cmd, gitlabSettings...)
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	completes(cmd, "format", "text", "json")
	cmd.Flags().StringVar(&ref, "ref", "", "branch or commit to read openings and pages from (default: the default branch)")
	addRecreate(cmd, &recreate)
	return cmd
}

func addRecreate(cmd *cobra.Command, recreate *[]string) {
	cmd.Flags().StringSliceVar(recreate, "recreate", nil, "ids of openings whose issue or tasks a person has deleted, and which are to be made again")
}

// eachProject calls f for the projects of the settings; where these name none, for those given. One
// that fails does not stop the others.
func (a *App) eachProject(cmd *cobra.Command, projects []string, f func(context.Context, *gitlab.Client, forge.Project) error) error {
	set, _, client, err := a.connect(cmd)
	if err != nil {
		return err
	}
	if len(set.Projects) > 0 {
		projects = set.Projects
	}
	if len(projects) == 0 {
		return usageError("no project is named; give --projects the ids or full paths, such as acme/handbook")
	}
	var errs []error
	for _, name := range projects {
		p, err := client.Project(cmd.Context(), name)
		if err == nil {
			err = f(cmd.Context(), client, p)
		}
		errs = append(errs, err)
	}
	return worst(errs)
}

// worst joins the errors of several projects, with the exit code of what failed most: nothing
// done weighs more than done in part.
func worst(errs []error) error {
	err := errors.Join(errs...)
	if err == nil {
		return nil
	}
	code := ExitPartly
	for _, one := range errs {
		var e *exitError
		switch {
		case one == nil:
		case !errors.As(one, &e):
			code = ExitFailure
		case e.code == ExitUsage && code == ExitPartly:
			code = ExitUsage
		}
	}
	return &exitError{code, err}
}

func (a *App) printPlan(p forge.Project, wished plan.Plan) error {
	fmt.Fprintf(a.Stdout, "# %s\n\n", p.Path)
	if err := wished.Text(a.Stdout); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}

// blocked is an error when openings have no plan because of a mistake, which the plan tells.
func blocked(p plan.Plan) error {
	n := 0
	for _, problem := range p.Problems {
		if problem.Blocks {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return &exitError{ExitPartly, fmt.Errorf("%s of openings or configuration to mend, marked with ! above; the rest is planned", counted(n, "mistake"))}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// pathsOf are the projects of plans.
func pathsOf(plans []projectPlan) []string {
	paths := make([]string, len(plans))
	for i, p := range plans {
		paths[i] = p.Project
	}
	return paths
}

// planOf finds the plan of a project.
func planOf(plans []projectPlan, path string) (*plan.Plan, error) {
	i := slices.IndexFunc(plans, func(p projectPlan) bool { return strings.EqualFold(p.Project, path) })
	if i < 0 {
		return nil, usageError("the plan holds nothing for %q, but for %s; name the same projects with --projects", path, strings.Join(pathsOf(plans), ", "))
	}
	return &plans[i].Plan, nil
}
