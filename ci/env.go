package ci

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// An Env is what a GitLab pipeline tells a job.
type Env struct {
	Dir           string // of the checkout
	Server        string // base URL of the GitLab that runs the pipeline
	Project       string // id of the project that the pipeline runs in
	Branch        string // "" in pipelines of merge requests and tags
	DefaultBranch string

	MergeRequest  int64 // iid; 0 outside of merge request pipelines
	TargetProject int64 // id of the project that the merge request is in; the pipeline of a fork runs elsewhere
	// Base is the commit that the merge request's changes begin at: from it to the commit that
	// is checked out lies what the merge request does, and nothing else.
	Base string
}

// ReadEnv reads the variables of a pipeline. Outside of one it is an error.
func ReadEnv(getenv func(string) string) (Env, error) {
	e := Env{
		Dir: getenv("CI_PROJECT_DIR"), Server: getenv("CI_SERVER_URL"), Project: getenv("CI_PROJECT_ID"),
		Branch: getenv("CI_COMMIT_BRANCH"), DefaultBranch: getenv("CI_DEFAULT_BRANCH"),
	}
	if e.Dir == "" {
		return Env{}, errors.New("read the pipeline's variables: CI_PROJECT_DIR is not set; `roleplan ci` works inside a GitLab pipeline, `roleplan check`, `plan` and `apply` everywhere")
	}
	var err error
	if e.MergeRequest, err = number(getenv, "CI_MERGE_REQUEST_IID"); err != nil || e.MergeRequest == 0 {
		return e, err
	}
	if e.TargetProject, err = number(getenv, "CI_MERGE_REQUEST_PROJECT_ID"); err != nil {
		return Env{}, err
	}
	// A pipeline for merged results checks out a merge of both branches. What the target branch
	// has gained since the merge request began is in that merge, too, so there the changes begin
	// at the target branch. The variable is empty in other pipelines.
	for _, name := range []string{"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "CI_MERGE_REQUEST_DIFF_BASE_SHA"} {
		e.Base = getenv(name)
		if e.Base != "" && !isCommit(e.Base) {
			return Env{}, fmt.Errorf("read the pipeline's variables: %s %q is no commit", name, e.Base)
		}
		if e.Base != "" {
			break
		}
	}
	return e, nil
}

// number reads a variable that holds a number of GitLab's, 0 when it is not set.
func number(getenv func(string) string, name string) (int64, error) {
	value := getenv(name)
	if value == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("read the pipeline's variables: %s %q is no number", name, value)
	}
	return n, nil
}

// isCommit reports whether a text is a full commit id, which can be handed to git without being
// taken for an option.
func isCommit(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// ChangedFiles reads the output of `git diff --name-status -z`: the paths that exist after the
// change.
func ChangedFiles(out string) []string {
	fields := strings.Split(out, "\x00")
	var files []string
	for i := 0; i+1 < len(fields); i += 2 {
		status := fields[i]
		switch {
		case status == "":
		case status[0] == 'D':
		case (status[0] == 'R' || status[0] == 'C') && i+2 < len(fields):
			files = append(files, fields[i+2])
			i++
		default:
			files = append(files, fields[i+1])
		}
	}
	return files
}
