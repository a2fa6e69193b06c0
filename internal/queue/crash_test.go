package queue

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gitlab.com/roleplan/roleplan/internal/crashtest"
	"gitlab.com/roleplan/roleplan/internal/pgtest"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// The crash tests run this test binary once more as a process that accepts and works, and
// kill it with SIGKILL. After a restart the version that a subject has must have reached every
// one whose event was accepted.

const (
	crashChild    = "ROLEPLAN_QUEUE_CRASH_CHILD"
	crashDatabase = "ROLEPLAN_QUEUE_CRASH_DATABASE"
	// crashLease is how long the subjects of a killed process wait for another one.
	crashLease = 3 * time.Second
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashChild); dir != "" {
		if err := child(dir, os.Args[len(os.Args)-1]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(withServer{m}) // no goroutine may be left
}

// withServer ends the database server of the tests.
type withServer struct{ m *testing.M }

// Run runs the tests.
func (w withServer) Run() int { return pgtest.Run(w.m) }

const crashSubjects = 20

// child accepts events without end and tells of each on stdout. It works them in one of
// three ways: "idle" never starts, "stuck" never ends a run, "busy" works.
func child(dir, mode string) error {
	rec := newRecorder(func(_ context.Context, key reconcile.Key, _ int) (reconcile.Result, error) {
		if mode == "stuck" {
			fmt.Println("stuck")
			select {}
		}
		return reconcile.Result{Changed: 1}, crashtest.World(dir).Bring(key.IID)
	})
	ctx := context.Background()
	q, err := Open(ctx, Options{
		URL:         os.Getenv(crashDatabase),
		Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: drain{rec}},
		Lease:       crashLease,
	})
	if err != nil {
		return err
	}
	if mode != "idle" {
		if err := q.Start(ctx); err != nil {
			return err
		}
	}
	var wg sync.WaitGroup
	var out sync.Mutex
	for iid := int64(1); iid <= crashSubjects; iid++ {
		wg.Go(func() {
			for {
				n, err := crashtest.World(dir).Version("want", iid)
				if err == nil {
					err = crashtest.World(dir).SetVersion("want", iid, n+1)
				}
				if err == nil {
					d := reconcile.Delivery{ID: fmt.Sprintf("%d-%d", iid, n+1), Event: "Merge Request Hook", Received: time.Now()}
					err = q.Accept(ctx, d, []reconcile.Key{mr(1, iid)})
				}
				if err != nil {
					fmt.Fprintln(os.Stderr, err)
					os.Exit(1)
				}
				out.Lock()
				fmt.Println("accepted", iid, n+1)
				out.Unlock()
			}
		})
	}
	wg.Wait()
	return nil
}

// drain keeps a recorder's signals from filling up.
type drain struct{ *recorder }

func (d drain) Reconcile(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
	defer func() { <-d.began }()
	return d.recorder.Reconcile(ctx, key)
}

// crash runs a child, kills it when when says so, and returns the newest version of each
// subject whose event was accepted.
func crash(t *testing.T, url, dir, mode string, when func(lines []string) bool) map[int64]int {
	t.Helper()
	cmd := exec.Command(os.Args[0], mode)
	cmd.Env = append(os.Environ(), crashChild+"="+dir, crashDatabase+"="+url)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	accepted := map[int64]int{}
	var lines []string
	killed := false
	// After the kill the pipe still holds what was told before it.
	for r := bufio.NewReader(stdout); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Error(err)
			}
			break
		}
		lines = append(lines, line)
		var iid int64
		var n int
		if _, err := fmt.Sscanf(line, "accepted %d %d", &iid, &n); err == nil {
			accepted[iid] = max(accepted[iid], n)
		}
		if !killed && when(lines) {
			killed = true
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || !killed {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return accepted
}

func TestKillLosesNothing(t *testing.T) {
	t.Parallel()
	after := func(n int) func([]string) bool {
		return func(lines []string) bool { return len(lines) >= n }
	}
	cases := map[string]struct {
		mode string
		when func(lines []string) bool
	}{
		"accepted, never worked": {"idle", after(100)},
		"in the middle of a run": {"stuck", func(lines []string) bool {
			return strings.HasPrefix(lines[len(lines)-1], "stuck")
		}},
		"first answer": {"busy", after(1)},
	}
	moments := 5
	if testing.Short() {
		moments = 2
	}
	for i := range moments {
		cases[fmt.Sprintf("at some moment under load %d", i)] = struct {
			mode string
			when func(lines []string) bool
		}{"busy", after(50 + rand.N(2000))}
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			onBoth(t, func(t *testing.T, url string) {
				killAndRecover(t, url, test.mode, test.when)
			})
		})
	}
}

func killAndRecover(t *testing.T, url, mode string, when func(lines []string) bool) {
	t.Helper()
	dir := t.TempDir()
	accepted := crash(t, url, dir, mode, when)
	// And once more on what the first left behind.
	for iid, n := range crash(t, url, dir, "busy", func(lines []string) bool { return len(lines) >= 20 }) {
		accepted[iid] = max(accepted[iid], n)
	}
	q := replica(t, url, dir)
	checkWorked(t, q, dir, accepted)
}

// replica is a queue in this process that works as the children do.
func replica(t *testing.T, url, dir string) *Queue {
	t.Helper()
	rec := newRecorder(func(_ context.Context, key reconcile.Key, _ int) (reconcile.Result, error) {
		return reconcile.Result{Changed: 1}, crashtest.World(dir).Bring(key.IID)
	})
	q := open(t, drain{rec}, Options{URL: url, Lease: crashLease})
	start(t, q)
	return q
}

// checkWorked waits until all is done and compares it with what was accepted.
func checkWorked(t *testing.T, q *Queue, dir string, accepted map[int64]int) {
	t.Helper()
	began := time.Now()
	await(t, q, "idle", func(s Status) bool { return idle(s) && s.Later == 0 })
	t.Logf("%d subjects accepted; all worked after %s", len(accepted), time.Since(began).Round(time.Millisecond))
	if len(accepted) == 0 {
		t.Fatal("nothing was accepted before the kill")
	}
	for iid, n := range accepted {
		have, err := crashtest.World(dir).Version("have", iid)
		if err != nil || have < n {
			t.Errorf("subject %d: version %d was accepted, %d is worked (%v)", iid, n, have, err)
		}
	}
}

// TestKillOneOfThree: while two others work, one is killed, in the middle of runs or under
// load. What it has accepted and what it was working on the others bring to an end.
func TestKillOneOfThree(t *testing.T) {
	t.Parallel()
	for mode, when := range map[string]func(lines []string) bool{
		"stuck": func(lines []string) bool { return strings.HasPrefix(lines[len(lines)-1], "stuck") },
		"busy":  func(lines []string) bool { return len(lines) >= 500 },
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			url, dir := pgtest.URL(t), t.TempDir()
			replica(t, url, dir)
			q := replica(t, url, dir)
			checkWorked(t, q, dir, crash(t, url, dir, mode, when))
		})
	}
}
