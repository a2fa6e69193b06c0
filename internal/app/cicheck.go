package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/ci"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/review"
)

// The files that the component declares as its reports.
const (
	codeQualityReport = "gl-code-quality-report.json"
	junitReport       = "roleplan-junit.xml"
)

func (a *App) ciCheckCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check the pages that a merge request changes, or all pages elsewhere",
		Long: `Reads the variables that GitLab gives a job. In a merge request pipeline it checks the
role pages that the merge request changes, elsewhere all. It writes the findings to the log, a
Code Quality report to ` + codeQualityReport + ` and a JUnit report to ` + junitReport + `.
With a token it answers in the merge request as well, as the service does.

  ROLEPLAN_PATHS         folders or files to check, parted by blanks or line ends (default: all role pages)
  ROLEPLAN_FAIL_ON       severity that fails the job: error (default), warning, info or never
  ROLEPLAN_GITLAB_TOKEN  token with scope api, of the bot that answers; without one nothing is written on GitLab`,
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
			ctx, _, client, err := a.connectPipeline(cmd, env)
			if err != nil {
				return err
			}
			conf, err := a.repoConfig(env.Dir, "")
			if err != nil {
				return err
			}
			paths := strings.Fields(a.Getenv("ROLEPLAN_PATHS"))
			for i, p := range paths {
				paths[i] = joinRoot(env.Dir, p)
			}
			what := a.whatIsChecked(ctx, env, client)
			fmt.Fprintln(a.Stdout, what.told)
			result, err := a.check(ctx, checkFlags{root: env.Dir, among: what.among}, conf, paths)
			if err != nil {
				return err
			}
			outputs := []output{{ci.Text, ""}, {ci.CodeQuality, joinRoot(env.Dir, codeQualityReport)}, {ci.JUnit, joinRoot(env.Dir, junitReport)}}
			// GitLab shows colours in its job log.
			verdict := a.report(result, outputs, failOn, a.Getenv("NO_COLOR") == "", false)
			return a.answer(ctx, env, client, verdict)
		},
	}
	addSettings(cmd, ciSettings...)
	return cmd
}

// A selection says which files a pipeline checks.
type selection struct {
	among func(file string) bool // by absolute path; nil for all
	told  string
}

// whatIsChecked finds out what a merge request changes: from the clone, which may need one more
// commit; else from GitLab; and else all pages are checked. It says which, and why.
func (a *App) whatIsChecked(ctx context.Context, env ci.Env, client *gitlab.Client) selection {
	if env.MergeRequest == 0 {
		return selection{told: "roleplan checks all role pages, because this is no merge request pipeline"}
	}
	these := fmt.Sprintf("roleplan checks the role pages that merge request !%d changes", env.MergeRequest)
	gitErr := errors.New("CI_MERGE_REQUEST_DIFF_BASE_SHA is not set")
	if env.Base != "" {
		var files []string
		var fetched bool
		if files, fetched, gitErr = (checkout{env.Dir, true}).changedSince(ctx, env.Base); gitErr == nil {
			how := ""
			if fetched {
				how = ", which was fetched into the shallow clone"
			}
			return selection{setOfFiles(files), fmt.Sprintf("%s since %.8s%s", these, env.Base, how)}
		}
	}
	apiErr := errors.New(tokenVariable + " is not set, so that GitLab could not be asked")
	if client != nil {
		changed, err := client.ChangedFiles(ctx, env.TargetProject, env.MergeRequest)
		if apiErr = err; err == nil && len(changed) == 0 {
			apiErr = errors.New("GitLab lists no changes yet")
		}
		if apiErr == nil {
			var files []string
			for _, f := range changed {
				if !f.Deleted {
					files = append(files, filepath.Join(env.Dir, filepath.FromSlash(f.NewPath)))
				}
			}
			return selection{setOfFiles(files), fmt.Sprintf("%s, as GitLab lists them, because git did not tell: %s", these, oneLine(gitErr.Error()))}
		}
	}
	return selection{told: fmt.Sprintf("roleplan checks all role pages, because it is not known which of them merge request !%d changes: %s; %s", env.MergeRequest, oneLine(gitErr.Error()), oneLine(apiErr.Error()))}
}

// answer lets roleplan answer in the merge request. What was found decides the job's exit code
// before what became of the answer does.
func (a *App) answer(ctx context.Context, env ci.Env, client *gitlab.Client, verdict error) error {
	switch {
	case env.MergeRequest == 0:
		return verdict
	case client == nil:
		fmt.Fprintf(a.Stdout, "roleplan did not write to merge request !%d, because %s is not set, as it never is in the pipeline of a fork: the findings stand above, in %s and in %s\n",
			env.MergeRequest, tokenVariable, codeQualityReport, junitReport)
		return verdict
	}
	writes, err := a.reconcileNow(ctx, client, reconcile.Key{Kind: reconcile.MergeRequest, Project: env.TargetProject, IID: env.MergeRequest})
	if err != nil {
		err = partly("the pages are checked, but the answer in merge request !%d could not be brought up to date: %w", env.MergeRequest, err)
		if verdict == nil {
			return err
		}
		fmt.Fprintf(a.Stderr, "roleplan: %v\n", err)
		return verdict
	}
	fmt.Fprintf(a.Stdout, "roleplan's answer in merge request !%d is up to date, %s\n", env.MergeRequest, counted(writes, "write"))
	return verdict
}

// patience is how long a job waits for GitLab to prepare the diff of a merge request.
const patience = 2 * time.Minute

// reconcileNow brings a merge request's answer in line as the service does, and looks again until
// nothing is left to do that it can wait for, since no event brings a job back. Comments that ask for
// something are the service's.
func (a *App) reconcileNow(ctx context.Context, client *gitlab.Client, key reconcile.Key) (writes int, err error) {
	r := review.New(client, opening.New(client))
	for began := time.Now(); time.Since(began) < patience; {
		result, err := r.Reconcile(ctx, key)
		writes += result.Changed
		if err != nil || result.Changed == 0 && (result.After == 0 || result.After > patience) {
			return writes, err
		}
		wait := result.After
		if result.Changed > 0 {
			wait = 0 // the second look need not wait: whoever writes later looks later
		}
		select {
		case <-ctx.Done():
			return writes, ctx.Err()
		case <-time.After(wait):
		}
	}
	return writes, fmt.Errorf("it was not settled within %s", patience)
}

// joinRoot is a path below root, unless it is absolute.
func joinRoot(root, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(root, path)
}
