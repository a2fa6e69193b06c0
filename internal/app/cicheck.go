package app

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/ci"
)

// The files that the component declares as its reports.
const (
	codeQualityReport = "gl-code-quality-report.json"
	junitReport       = "roleplan-junit.xml"
)

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
role pages that the merge request changes, elsewhere all. It writes the findings to the log, a
Code Quality report to ` + codeQualityReport + ` and a JUnit report to ` + junitReport + `.

  ROLEPLAN_PATHS    folders or files to check, parted by blanks or line ends (default: all role pages)
  ROLEPLAN_FAIL_ON  severity that fails the job: error (default), warning, info or never`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := ci.ReadEnv(a.Getenv)
			if err != nil {
				return usageError("%w", err)
			}
			failOn, err := parseFailOn(cmp.Or(a.Getenv("ROLEPLAN_FAIL_ON"), "error"))
			if err != nil {
				return usageError("ROLEPLAN_FAIL_ON: %w", err)
			}
			conf, err := a.repoConfig(env.Dir, "")
			if err != nil {
				return err
			}
			paths := strings.Fields(a.Getenv("ROLEPLAN_PATHS"))
			for i, p := range paths {
				paths[i] = joinRoot(env.Dir, p)
			}
			fmt.Fprintln(a.Stdout, whatIsChecked(env))
			result, err := a.check(cmd.Context(), checkFlags{root: env.Dir, since: env.Base, pipeline: true}, conf, paths)
			if err != nil {
				return err
			}
			outputs := []output{{ci.Text, ""}, {ci.CodeQuality, joinRoot(env.Dir, codeQualityReport)}, {ci.JUnit, joinRoot(env.Dir, junitReport)}}
			// GitLab shows colours in its job log.
			return a.report(result, outputs, failOn, a.Getenv("NO_COLOR") == "", false)
		},
	}
}

// whatIsChecked says which pages are looked at, and why these.
func whatIsChecked(env ci.Env) string {
	switch {
	case env.MergeRequest == "":
		return "roleplan checks all role pages, because this is no merge request pipeline"
	case env.Base == "":
		return "roleplan checks all role pages, because CI_MERGE_REQUEST_DIFF_BASE_SHA is not set and does not tell what merge request !" + env.MergeRequest + " changes"
	}
	return fmt.Sprintf("roleplan checks the role pages that merge request !%s changes since %.8s", env.MergeRequest, env.Base)
}

// joinRoot is a path below root, unless it is absolute.
func joinRoot(root, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(root, path)
}
