package ci

import (
	"fmt"
	"strings"
)

// An Env is what a GitLab pipeline tells a job.
type Env struct {
	Dir          string // of the checkout
	MergeRequest string // iid; "" outside of merge request pipelines
	DiffBase     string // the commit that the merge request's diff begins at
	Branch       string
}

// ReadEnv reads the variables of a pipeline. Outside of one it is an error.
func ReadEnv(getenv func(string) string) (Env, error) {
	if getenv("GITLAB_CI") == "" && getenv("CI_PROJECT_DIR") == "" {
		return Env{}, fmt.Errorf("read the pipeline's variables: CI_PROJECT_DIR is not set; `roleplan ci` works inside a GitLab pipeline, `roleplan check` everywhere")
	}
	e := Env{
		Dir:          getenv("CI_PROJECT_DIR"),
		MergeRequest: getenv("CI_MERGE_REQUEST_IID"),
		DiffBase:     getenv("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
		Branch:       getenv("CI_COMMIT_REF_NAME"),
	}
	if e.Dir == "" {
		e.Dir = "."
	}
	if e.DiffBase != "" && !isCommit(e.DiffBase) {
		return Env{}, fmt.Errorf("read the pipeline's variables: CI_MERGE_REQUEST_DIFF_BASE_SHA %q is no commit", e.DiffBase)
	}
	return e, nil
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
