package app

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"gitlab.com/roleplan/roleplan/ci"
)

// changedSince lists the files that differ between a revision and the checkout's head, below
// root.
func changedSince(ctx context.Context, root, rev string) ([]string, error) {
	if strings.HasPrefix(rev, "-") {
		return nil, usageError("revision %q is not allowed; it can't begin with a dash", rev)
	}
	if _, err := git(ctx, root, "rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}"); err != nil {
		// Clones of pipelines are shallow: the base of a merge request is mostly not in them.
		if _, fetchErr := git(ctx, root, "fetch", "--quiet", "--depth=1", "origin", rev); fetchErr != nil {
			return nil, failure(fmt.Errorf("find revision %q: it is not in this clone, and fetching it failed: %w", rev, fetchErr))
		}
	}
	out, err := git(ctx, root, "diff", "--name-status", "-z", "--relative", "--end-of-options", rev, "HEAD")
	if err != nil {
		return nil, failure(fmt.Errorf("compare with revision %q: %w", rev, err))
	}
	var files []string
	for _, f := range ci.ChangedFiles(out) {
		files = append(files, filepath.Join(root, filepath.FromSlash(f)))
	}
	return files, nil
}

// git runs git in a folder and returns what it prints.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // arguments are ours, or checked by the caller
	cmd.Dir = dir
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if said := strings.TrimSpace(errs.String()); said != "" {
			return "", fmt.Errorf("git %s: %w: %s", args[0], err, said)
		}
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return out.String(), nil
}

// joinRoot is a path below root, unless it is absolute.
func joinRoot(root, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(root, path)
}

// relativeGlobs match a path below root and all that lies in it.
func relativeGlobs(root, path string) []string {
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return nil
	}
	rel = filepath.ToSlash(rel)
	if rel == "." {
		return []string{"**/*.md", "**/*.md.erb"}
	}
	return []string{rel, rel + "/**/*.md", rel + "/**/*.md.erb"}
}
