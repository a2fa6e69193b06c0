package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/crashtest"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// These tests run the service in a process of its own, send webhooks over HTTP and kill the
// process with SIGKILL between answer and work. GitLab is a folder here, with the version of each merge
// request that is wanted, and the one that has been answered.

const serviceChild = "ROLEPLAN_TEST_SERVICE_CHILD"

func init() {
	if dir := os.Getenv(serviceChild); dir != "" {
		if err := serviceProcess(dir, os.Getenv("ROLEPLAN_TEST_SERVICE_MODE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// serviceProcess serves until SIGTERM. In mode "stuck" no work ever ends.
func serviceProcess(dir, mode string) error {
	work := workFunc(func(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
		if mode == "stuck" {
			<-ctx.Done()
			return reconcile.Result{}, ctx.Err()
		}
		err := crashtest.World(dir).Bring(key.IID)
		if err == nil {
			err = appendRun(dir, key)
		}
		return reconcile.Result{Changed: 1}, err
	})
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	s, err := new(App).newService(ctx, serviceOptions{
		Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0", Database: "sqlite:" + filepath.Join(dir, "roleplan.db"), Workers: 4,
		StopTimeout: time.Second,
		Projects:    []string{"42"}, Secrets: []string{"sesame"}, GitLab: &fakeWatcher{}, Log: zerolog.New(os.Stderr).Level(zerolog.WarnLevel),
		Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: work, reconcile.Openings: work},
	})
	if err != nil {
		return err
	}
	fmt.Println(s.webhookURL())
	return s.run(ctx)
}

func appendRun(dir string, key reconcile.Key) error {
	f, err := os.OpenFile(filepath.Join(dir, "runs"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, key.IID)
	return errors.Join(err, f.Close())
}

// A process is a running service.
type process struct {
	cmd *exec.Cmd
	url string
}

func startProcess(t *testing.T, dir, mode string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serviceChild+"="+dir, "ROLEPLAN_TEST_SERVICE_MODE="+mode)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // most have ended long before
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("the service did not start: %v\n%s", err, stderr.String())
	}
	return &process{cmd, strings.TrimSpace(line)}
}

// end sends a signal and waits for the end.
func (p *process) end(t *testing.T, sig os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil && sig == syscall.SIGTERM {
		t.Errorf("after SIGTERM the service ended with %v", err)
	}
}

// awaitVersions waits until every subject has reached its version.
func awaitVersions(t *testing.T, dir string, want map[int64]int) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for iid, n := range want {
		for {
			have, err := crashtest.World(dir).Version("have", iid)
			if err != nil {
				t.Fatal(err)
			}
			if have >= n {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("merge request %d: version %d was acknowledged, %d is worked", iid, n, have)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

func TestKilledServiceLosesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mode    string
		answers int // how many before the kill
	}{
		"at the first answer":              {"work", 1},
		"with everything still to be done": {"stuck", 100},
		"under load":                       {"work", 150},
		"under more load":                  {"work", 777},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			p := startProcess(t, dir, test.mode)
			accepted := map[int64]int{}
			var mu sync.Mutex
			var wg sync.WaitGroup
			enough := make(chan struct{})
			answers := 0
			for iid := range int64(16) {
				wg.Go(func() {
					for n := 1; ; n++ {
						if err := crashtest.World(dir).SetVersion("want", iid+1, n); err != nil {
							t.Error(err)
							return
						}
						code, err := deliver(p.url, fmt.Sprintf("%d-%d", iid, n), iid+1)
						if err != nil {
							return // killed
						}
						if code != 202 {
							t.Errorf("answer %d, want 202", code)
							return
						}
						mu.Lock()
						accepted[iid+1] = n
						if answers++; answers == test.answers {
							close(enough)
						}
						mu.Unlock()
					}
				})
			}
			<-enough
			p.end(t, os.Kill)
			wg.Wait()
			p = startProcess(t, dir, "work")
			awaitVersions(t, dir, accepted)
			p.end(t, syscall.SIGTERM)
			t.Logf("%d answers before the kill, nothing lost", answers)
		})
	}
}

// TestTwiceLateAndSwapped: the order and the number of deliveries do not matter, only what
// stands on GitLab does; and a delivery that is sent again causes no work.
func TestTwiceLateAndSwapped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := startProcess(t, dir, "work")
	if err := crashtest.World(dir).SetVersion("want", 7, 3); err != nil {
		t.Fatal(err)
	}
	// The third event overtakes the first two.
	mustDeliver(t, p.url, "third", 7)
	awaitVersions(t, dir, map[int64]int{7: 3})
	mustDeliver(t, p.url, "first", 7)
	mustDeliver(t, p.url, "second", 7)
	mustDeliver(t, p.url, "third", 7)
	p.end(t, syscall.SIGTERM)
	p = startProcess(t, dir, "work")
	// A day later somebody presses "Resend" for all of them.
	for _, id := range []string{"second", "first", "third"} {
		mustDeliver(t, p.url, id, 7)
	}
	if err := crashtest.World(dir).SetVersion("want", 8, 1); err != nil {
		t.Fatal(err)
	}
	mustDeliver(t, p.url, "other", 8) // worked after whatever the three would have caused
	awaitVersions(t, dir, map[int64]int{8: 1})
	p.end(t, syscall.SIGTERM)
	if have, err := crashtest.World(dir).Version("have", 7); err != nil || have != 3 {
		t.Errorf("version %d in the end (%v), want 3", have, err)
	}
	runs, err := os.ReadFile(filepath.Join(dir, "runs"))
	if err != nil {
		t.Fatal(err)
	}
	// One for the third event, and one or two for the first and second.
	n := 0
	for line := range strings.Lines(string(runs)) {
		if line == "7\n" {
			n++
		}
	}
	if n > 3 {
		t.Errorf("%d runs for three events: deliveries sent again cause work", n)
	}
}

// TestSecondServiceIsRefused: two processes on one file would work a subject twice at once.
func TestSecondServiceIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := startProcess(t, dir, "work")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serviceChild+"="+dir)
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "another roleplan") {
		t.Errorf("the second process: %v, %s; want an error that names the first", err, out)
	}
	p.end(t, os.Kill)
	startProcess(t, dir, "work").end(t, syscall.SIGTERM) // the lock went with the process
}
