package app

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// TestReplay works beside a queue that has the database open.
func TestReplay(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	mr := mergeUnseen(t, d, false)
	address := "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db")
	q, err := queue.Open(t.Context(), queue.Options{URL: address, Reconcilers: reconcilers(client)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := q.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	key := reconcile.Key{Kind: reconcile.MergeRequest, Project: d.project.ID, IID: mr.IID}
	delivery := reconcile.Delivery{ID: "9f2c", Event: "Merge Request Hook", Project: key.Project, Received: time.Now()}
	if err := q.Accept(t.Context(), delivery, []reconcile.Key{key}); err != nil {
		t.Fatal(err)
	}
	d.gitlab.ResetCalls()
	env := map[string]string{"ROLEPLAN_GITLAB_URL": d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN": botToken, "ROLEPLAN_DATABASE_URL": address}
	for name, test := range map[string]struct {
		args   []string
		code   int
		stdout string
		stderr string
	}{
		"for show":  {[]string{"9f2c", "--dry-run"}, ExitOK, "dry run: would write", ""},
		"in truth":  {[]string{"9f2c"}, ExitOK, "Merge Request Hook of ", ""},
		"unknown":   {[]string{"1111"}, ExitFailure, "", `read delivery "1111": not known`},
		"no id":     {nil, ExitUsage, "", "accepts 1 arg"},
		"no file":   {[]string{"9f2c", "--database-url", address + ".none"}, ExitFailure, "", "the service makes it"},
		"odd place": {[]string{"9f2c", "--database-url", "redis://:hunter2@h"}, ExitFailure, "", "postgres://user:password@host"},
	} {
		var stdout, stderr bytes.Buffer
		a := &App{Stdout: &stdout, Stderr: &stderr, Getenv: func(name string) string { return env[name] }}
		code := a.Main(t.Context(), append([]string{"replay"}, test.args...))
		if code != test.code || !strings.Contains(stdout.String(), test.stdout) || !strings.Contains(stderr.String(), test.stderr) {
			t.Errorf("%s: exit code %d, %s%s", name, code, &stdout, &stderr)
		}
		if test.code == ExitOK && !strings.Contains(stdout.String(), key.String()) {
			t.Errorf("%s: %s is not named: %s", name, key, &stdout)
		}
		if strings.Contains(stderr.String(), "hunter2") {
			t.Errorf("%s: a password is shown: %s", name, &stderr)
		}
	}
	if n := d.gitlab.Writes(); n > 0 {
		t.Errorf("%d writes: %v", n, d.gitlab.Calls())
	}
	if s, err := q.Status(t.Context()); err != nil || s.Waiting != 1 {
		t.Errorf("%+v (%v), want the subject to wait", s, err)
	}
}
