package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"gitlab.com/roleplan/roleplan/ci"
)

// A checkout is a folder in a clone of a git repository.
type checkout struct {
	dir string
	// pipeline says that the clone is a pipeline's own. It is shallow, so that commits are fetched
	// that it lacks, and it often belongs to another user than the job's.
	pipeline bool
}

// changedSince lists the files below the checkout's folder that differ from a revision and still
// exist, and tells whether the revision had to be fetched. In a pipeline the checked-out commit
// counts, elsewhere what lies in the folder.
func (c checkout) changedSince(ctx context.Context, rev string) (files []string, fetched bool, err error) {
	if strings.HasPrefix(rev, "-") {
		return nil, false, usageError("revision %q is not allowed; it can't begin with a dash", rev)
	}
	if fetched, err = c.want(ctx, rev); err != nil {
		return nil, false, failure(fmt.Errorf("find revision %q: %w", rev, err))
	}
	diff := []string{"diff", "--name-status", "-z", "--relative", rev}
	if c.pipeline {
		diff = append(diff, "HEAD")
	}
	out, err := c.git(ctx, append(diff, "--")...)
	if err != nil {
		return nil, fetched, failure(fmt.Errorf("compare with revision %q: %w", rev, err))
	}
	files = ci.ChangedFiles(out)
	if !c.pipeline {
		out, err := c.git(ctx, "ls-files", "--others", "--exclude-standard", "-z")
		if err != nil {
			return nil, false, failure(fmt.Errorf("list files that git does not know yet: %w", err))
		}
		files = append(files, strings.FieldsFunc(out, func(r rune) bool { return r == 0 })...)
	}
	for i, f := range files {
		files[i] = filepath.Join(c.dir, filepath.FromSlash(f))
	}
	return files, fetched, nil
}

// want makes sure that a revision is in the clone, and tells whether it had to be fetched. Only a pipeline's clone is fetched into: with
// anybody else's a fetch of one commit would cut the history.
func (c checkout) want(ctx context.Context, rev string) (fetched bool, err error) {
	_, err = c.git(ctx, "rev-parse", "--verify", "--quiet", rev+"^{commit}")
	var missing *exec.ExitError
	switch {
	case err == nil:
		return false, nil
	case !errors.As(err, &missing) || missing.ExitCode() != 1:
		return false, err
	case !c.pipeline:
		return false, errors.New("it is not in this clone; fetch it first, or look for a slip in its name")
	}
	if _, err := c.git(ctx, "fetch", "--quiet", "--no-tags", "--depth=1", "origin", rev); err != nil {
		return false, fmt.Errorf("it is not in this shallow clone, and fetching it failed; set GIT_DEPTH to 0 for the job to have all commits: %w", err)
	}
	return true, nil
}

// git runs git in the checkout's folder and returns what it prints.
func (c checkout) git(ctx context.Context, args ...string) (string, error) {
	command := args[0]
	if c.pipeline {
		args = append([]string{"-c", "safe.directory=*"}, args...)
	}
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // arguments are ours, or checked by the caller
	cmd.Dir = c.dir
	// A question for a password would wait forever, and reading needs no lock on the index.
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if said := strings.TrimSpace(errs.String()); said != "" {
			return "", fmt.Errorf("git %s: %w: %s", command, err, userInfo.ReplaceAllString(said, "://"))
		}
		return "", fmt.Errorf("git %s: %w", command, err)
	}
	return out.String(), nil
}

// userInfo is the part of an address that holds the job's token.
var userInfo = regexp.MustCompile(`://[^/@\s]*@`)
