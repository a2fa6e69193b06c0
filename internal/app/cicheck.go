package app

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/ci"
)

// codeQualityReport is the file that the component declares as its report.
const codeQualityReport = "gl-code-quality-report.json"

func (a *App) ciCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ci",
		Short: "Work inside a GitLab pipeline, with settings from its variables",
	}
	cmd.AddCommand(a.ciCheckCommand())
	return cmd
}

func (a *App) ciCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check the pages that a merge request changes, or all pages elsewhere",
		Long: `Reads the variables that GitLab gives a job. In a merge request pipeline it checks the
role pages that the merge request changes, elsewhere all. It writes a Code Quality report to
` + codeQualityReport + ` and the findings to the log.

  ROLEPLAN_PATHS    folders or files to check, parted by blanks or line ends (default: all role pages)
  ROLEPLAN_FAIL_ON  severity that fails the job: error (default), warning, info or never`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := ci.ReadEnv(a.Getenv)
			if err != nil {
				return usageError("%w", err)
			}
			failOnName := a.Getenv("ROLEPLAN_FAIL_ON")
			if failOnName == "" {
				failOnName = "error"
			}
			failOn, err := parseFailOn(failOnName)
			if err != nil {
				return usageError("ROLEPLAN_FAIL_ON: %w", err)
			}
			conf, err := a.repoConfig(env.Dir, "")
			if err != nil {
				return err
			}
			f := checkFlags{root: env.Dir}
			paths := strings.Fields(a.Getenv("ROLEPLAN_PATHS"))
			for i, p := range paths {
				paths[i] = joinRoot(env.Dir, p)
			}
			what := "all role pages"
			if env.MergeRequest != "" && env.DiffBase != "" {
				f.since = env.DiffBase
				what = fmt.Sprintf("the role pages that merge request !%s changes since %.8s", env.MergeRequest, env.DiffBase)
				// Paths that are named count as role pages whatever the configuration says.
				for _, p := range paths {
					conf.Pages = append(conf.Pages, relativeGlobs(env.Dir, p)...)
				}
			}
			fmt.Fprintf(a.Stdout, "roleplan checks %s\n\n", what)
			result, err := a.check(cmd.Context(), f, conf, paths)
			if err != nil {
				return err
			}
			text, err := ci.FindFormat("text")
			if err != nil {
				return failure(err)
			}
			quality, err := ci.FindFormat("codequality")
			if err != nil {
				return failure(err)
			}
			outputs := []output{{text, ""}, {quality, joinRoot(env.Dir, codeQualityReport)}}
			// GitLab shows colours in its job log.
			return a.report(result, outputs, failOn, a.Getenv("NO_COLOR") == "" && a.Getenv("CI") != "", false)
		},
	}
}
