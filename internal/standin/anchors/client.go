package main

import (
	"context"
	_ "embed" // of the Dangerfile
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/review"
)

//go:embed dangerfile.js
var dangerfile []byte

// A client answers in a merge request. run gives what it said.
type client struct {
	name string
	run  func(ctx context.Context, w *world) (said string, err error)
	want end
}

// roleplan answers as the service does, which knows the project's configuration already; or as
// one that has just been started, and knows nothing.
func roleplan(anew bool) func(context.Context, *world) (string, error) {
	var r *review.Reconciler
	return func(ctx context.Context, w *world) (string, error) {
		if r == nil || anew {
			c, err := gitlab.New(gitlab.Options{BaseURL: w.url, Token: token})
			if err != nil {
				return "", err
			}
			r = review.New(c, nil)
			if !anew {
				if err := w.warmUp(ctx, r); err != nil {
					return "", err
				}
			}
		}
		_, err := r.Reconcile(ctx, reconcile.Key{Kind: reconcile.MergeRequest, Project: w.project.ID, IID: w.request.IID})
		return "", err
	}
}

// warmUp lets a service look at another merge request.
func (w *world) warmUp(ctx context.Context, r *review.Reconciler) error {
	w.gitlab.Commit(w.project, "other", w.ana, "Other", map[string]*string{"README.md": new("# Other\n")})
	m, err := w.gitlab.OpenMergeRequest(w.project, w.ana, "other", standin.DefaultBranch, "Other", "")
	if err != nil {
		return err
	}
	_, err = r.Reconcile(ctx, reconcile.Key{Kind: reconcile.MergeRequest, Project: w.project.ID, IID: m.IID})
	w.forget()
	return err
}

// withDanger runs danger-js, which gathers all in one note, or writes on the lines.
func withDanger(program string, inline bool) func(context.Context, *world) (string, error) {
	return func(ctx context.Context, w *world) (string, error) {
		dir, err := os.MkdirTemp("", "anchors-")
		if err != nil {
			return "", err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a folder for a moment
		found, err := json.Marshal(w.findings())
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "findings.json"), found, 0o600)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, "dangerfile.js"), dangerfile, 0o600)
		}
		if err != nil {
			return "", err
		}
		env := append(w.job(), "DANGER_GITLAB_HOST="+w.url, "DANGER_GITLAB_API_BASE_URL="+w.url+"/api/v4", "DANGER_GITLAB_API_TOKEN="+token, "FINDINGS="+filepath.Join(dir, "findings.json"))
		if inline {
			env = append(env, "INLINE=1")
		}
		return command(ctx, dir, env, "", program, "ci", "--dangerfile", "dangerfile.js")
	}
}

// withReviewdog runs reviewdog in a checkout of the source branch.
func withReviewdog(program string) func(context.Context, *world) (string, error) {
	return func(ctx context.Context, w *world) (string, error) {
		dir, err := w.checkout(ctx)
		if err != nil {
			return "", err
		}
		defer os.RemoveAll(dir) //nolint:errcheck // a folder for a moment
		var found strings.Builder
		for _, f := range w.findings() {
			fmt.Fprintf(&found, "%s:%d: %s\n", f.Path, f.Line, f.Message)
		}
		env := append(w.job(), "REVIEWDOG_GITLAB_API_TOKEN="+token)
		return command(ctx, dir, env, found.String(), program, "-efm=%f:%l: %m", "-name=roleplan", "-reporter=gitlab-mr-discussion", "-fail-level=none")
	}
}

// job are the variables that GitLab gives a job in the pipeline of the merge request.
func (w *world) job() []string {
	m := w.gitlab.MergeRequest(w.project, w.request.IID)
	v := m.Versions[len(m.Versions)-1]
	namespace, name, _ := strings.Cut(w.project.Path, "/")
	return []string{
		"CI=true", "GITLAB_CI=true", "CI_PIPELINE_SOURCE=merge_request_event", "CI_SERVER_URL=" + w.url, "CI_API_V4_URL=" + w.url + "/api/v4",
		"CI_PROJECT_ID=" + strconv.FormatInt(w.project.ID, 10), "CI_PROJECT_PATH=" + w.project.Path, "CI_PROJECT_NAMESPACE=" + namespace, "CI_PROJECT_NAME=" + name,
		"CI_MERGE_REQUEST_IID=" + strconv.FormatInt(m.IID, 10), "CI_MERGE_REQUEST_PROJECT_PATH=" + w.project.Path, "CI_COMMIT_REF_NAME=" + m.Source, "CI_COMMIT_SHA=" + v.Head,
		"CI_MERGE_REQUEST_DIFF_BASE_SHA=" + v.Base,
	}
}

// checkout makes a repository with the base and the head of the merge request. The stand-in's ids
// of commits are no ids of Git's; Git is told which of its own stand for them.
func (w *world) checkout(ctx context.Context) (dir string, err error) {
	if dir, err = os.MkdirTemp("", "anchors-"); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	m := w.gitlab.MergeRequest(w.project, w.request.IID)
	v := m.Versions[len(m.Versions)-1]
	git := func(args ...string) (string, error) {
		return command(ctx, dir, nil, "", "git", append([]string{"-c", "user.name=Ana", "-c", "user.email=ana@example.com"}, args...)...)
	}
	if _, err = git("init", "-q"); err != nil {
		return "", err
	}
	for _, sha := range []string{v.Base, v.Head} {
		for path, text := range w.gitlab.Files(w.project, sha) {
			name := filepath.Join(dir, filepath.FromSlash(path))
			if err = os.MkdirAll(filepath.Dir(name), 0o700); err == nil {
				err = os.WriteFile(name, []byte(text), 0o600)
			}
			if err != nil {
				return "", err
			}
		}
		for _, args := range [][]string{{"add", "-A"}, {"commit", "-qm", "at " + sha}} {
			if _, err = git(args...); err != nil {
				return "", err
			}
		}
		own, err := git("rev-parse", "HEAD")
		if err != nil {
			return "", err
		}
		if _, err = git("update-ref", "refs/replace/"+sha, strings.TrimSpace(own)); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// command runs a program with few variables besides those given, and gives what it said.
func command(ctx context.Context, dir string, env []string, input, program string, args ...string) (string, error) {
	if strings.Contains(program, "/") {
		var err error
		if program, err = filepath.Abs(program); err != nil {
			return "", err
		}
	}
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // the programs that were asked for
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(input)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}, env...)
	said, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s %s: %w", filepath.Base(program), strings.Join(args, " "), err)
	}
	return string(said), err
}
