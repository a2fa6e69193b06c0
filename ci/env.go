package ci

import (
	"errors"
	"fmt"
	"strings"
)

// An Env is what a GitLab pipeline tells a job.
type Env struct {
	Dir          string // of the checkout
	MergeRequest string // iid; "" outside of merge request pipelines
	// Base is the commit that the merge request's changes begin at: from it to the commit that
	// is checked out lies what the merge request does, and nothing else.
	Base string
}

// ReadEnv reads the variables of a pipeline. Outside of one it is an error.
func ReadEnv(getenv func(string) string) (Env, error) {
	e := Env{Dir: getenv("CI_PROJECT_DIR"), MergeRequest: getenv("CI_MERGE_REQUEST_IID")}
	if e.Dir == "" {
		return Env{}, errors.New("read the pipeline's variables: CI_PROJECT_DIR is not set; `roleplan ci` works inside a GitLab pipeline, `roleplan check` everywhere")
	}
	if e.MergeRequest == "" {
		return e, nil
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
