package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/webhook"
)

// fakeWatcher answers for project 42, acme/handbook, and bot 1000.
type fakeWatcher struct {
	mu    sync.Mutex
	err   error
	open  []forge.MergeRequest
	since []time.Time

	hooks    []forge.Hook
	answer   string
	hooksErr error
}

func (f *fakeWatcher) CurrentUser(context.Context) (forge.User, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return forge.User{ID: 1000, Username: "roleplan-bot"}, f.err
}

func (f *fakeWatcher) Project(_ context.Context, idOrPath string) (forge.Project, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if idOrPath != "42" && idOrPath != "acme/handbook" {
		return forge.Project{}, fmt.Errorf("read project %q: %w", idOrPath, forge.ErrNotFound)
	}
	return forge.Project{ID: 42, Path: "acme/handbook"}, f.err
}

func (f *fakeWatcher) ChangedMergeRequests(_ context.Context, _ int64, since time.Time) ([]forge.MergeRequest, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.since = append(f.since, since)
	return f.open, f.err
}

func (f *fakeWatcher) Hooks(context.Context, int64) ([]forge.Hook, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hooks, f.hooksErr
}

func (f *fakeWatcher) HookAnswer(context.Context, int64, int64) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.answer, f.hooksErr
}

// keyRecorder tells which keys are worked.
type keyRecorder struct {
	began chan reconcile.Key
	do    func(ctx context.Context) error
}

func (r *keyRecorder) Reconcile(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
	r.began <- key
	if r.do != nil {
		return reconcile.Result{}, r.do(ctx)
	}
	return reconcile.Result{}, nil
}

func (r *keyRecorder) next(t *testing.T) reconcile.Key {
	t.Helper()
	select {
	case key := <-r.began:
		return key
	case <-time.After(time.Minute):
		t.Fatal("nothing is worked within a minute")
		return reconcile.Key{}
	}
}

// startService runs a service until the test ends or stop is called.
func startService(t *testing.T, rec reconcile.Reconciler, change func(o *serviceOptions)) (s *service, stop func() error) {
	t.Helper()
	o := serviceOptions{
		Listen:      "127.0.0.1:0",
		AdminListen: "127.0.0.1:0",
		Database:    "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db"),
		Workers:     4,
		Projects:    []string{"acme/handbook"},
		Secrets:     []string{"sesame"},
		GitLab:      &fakeWatcher{},
		Reconcilers: map[string]reconcile.Reconciler{reconcile.MergeRequest: rec, reconcile.Openings: rec},
	}
	if change != nil {
		change(&o)
	}
	s, err := new(App).newService(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.run(ctx) }()
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return s, stop
}

const mergeRequestOpened = `{"object_kind":"merge_request","user":{"id":7},"project":{"id":42,"path_with_namespace":"acme/handbook","default_branch":"main"},"object_attributes":{"iid":%d,"action":"open"}}`

// deliver posts a merge request event and returns the status of the answer.
func deliver(url, id string, iid int64) (int, error) {
	r, err := http.NewRequest(http.MethodPost, url, strings.NewReader(fmt.Sprintf(mergeRequestOpened, iid)))
	if err != nil {
		return 0, err
	}
	r.Header.Set("X-Gitlab-Event", "Merge Request Hook")
	r.Header.Set("X-Gitlab-Token", "sesame")
	r.Header.Set("Idempotency-Key", id)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

func mustDeliver(t *testing.T, url, id string, iid int64) {
	t.Helper()
	code, err := deliver(url, id, iid)
	if err != nil || code != http.StatusAccepted {
		t.Fatalf("delivery %s: answer %d, %v; want 202", id, code, err)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestServiceWorksDeliveries(t *testing.T) {
	t.Parallel()
	rec := &keyRecorder{began: make(chan reconcile.Key, 10)}
	s, _ := startService(t, rec, nil)
	mustDeliver(t, s.webhookURL(), "one", 7)
	if key := rec.next(t); key != (reconcile.Key{Kind: reconcile.MergeRequest, Project: 42, IID: 7}) {
		t.Errorf("%v is worked", key)
	}
	if code, body := get(t, s.adminURL()+"/healthz"); code != http.StatusOK || body != "ok\n" {
		t.Errorf("healthz: %d %q", code, body)
	}
	if code, body := get(t, s.adminURL()+"/readyz"); code != http.StatusOK || !strings.Contains(body, "1 accepted") {
		t.Errorf("readyz: %d %q", code, body)
	}
	for _, path := range []string{"/", "/healthz", "/readyz", "/metrics", "/retry", "/webhooks", webhook.Path + "/../../etc/passwd"} {
		if code, _ := get(t, "http://"+s.listener.Addr().String()+path); code != http.StatusNotFound {
			t.Errorf("the webhook listener answers %d to %s, want 404", code, path)
		}
	}
}

// TestAnswerDoesNotWaitForGitLab: however long the work takes, the hook is answered.
func TestAnswerDoesNotWaitForGitLab(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	rec := &keyRecorder{began: make(chan reconcile.Key, 100), do: func(context.Context) error { <-release; return nil }}
	s, _ := startService(t, rec, func(o *serviceOptions) { o.Workers = 1 })
	t.Cleanup(func() { close(release) })
	mustDeliver(t, s.webhookURL(), "first", 1)
	rec.next(t)
	for i := range 50 {
		mustDeliver(t, s.webhookURL(), fmt.Sprint("more-", i), int64(i+2))
	}
}

func TestServiceSweeps(t *testing.T) {
	t.Parallel()
	rec := &keyRecorder{began: make(chan reconcile.Key, 100)}
	gitlab := &fakeWatcher{open: []forge.MergeRequest{{IID: 3}, {IID: 5}}}
	startService(t, rec, func(o *serviceOptions) {
		o.GitLab, o.SweepInterval = gitlab, 200*time.Millisecond
		o.Projects = []string{"gone/away", "42"}
	})
	seen := map[reconcile.Key]int{}
	for seen[reconcile.Key{Kind: reconcile.Openings, Project: 42}] < 2 || len(seen) < 3 {
		seen[rec.next(t)]++
	}
	for _, iid := range []int64{3, 5} {
		if seen[reconcile.Key{Kind: reconcile.MergeRequest, Project: 42, IID: iid}] == 0 {
			t.Errorf("merge request %d was not swept: %v", iid, seen)
		}
	}
}

// TestSweepGoesOnWhereItWas: the first sweep looks back a week, the next ones to the one before and a
// little more, also by another process. A sweep that failed is done again from where it was.
func TestSweepGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	database := "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db")
	gitlab := &fakeWatcher{}
	// run lets a service sweep once, at a time, and gives how far it looked back.
	run := func(at time.Time) time.Duration {
		t.Helper()
		s, stop := startService(t, &keyRecorder{began: make(chan reconcile.Key, 100)}, func(o *serviceOptions) { o.Database, o.GitLab = database, gitlab })
		gitlab.mu.Lock()
		gitlab.since = nil
		gitlab.mu.Unlock()
		failed := s.sweepProject(t.Context(), "42", at, 0)
		gitlab.mu.Lock()
		looks := slices.Clone(gitlab.since)
		gitlab.mu.Unlock()
		if (failed != nil) != (gitlab.err != nil) || len(looks) > 1 {
			t.Fatalf("sweep: %v, %d lists", failed, len(looks))
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if len(looks) == 0 {
			return 0
		}
		return at.Sub(looks[0])
	}
	now := time.Now().Truncate(time.Millisecond)
	for _, step := range []struct {
		name string
		at   time.Time
		err  error
		want time.Duration
	}{
		{"the first", now, nil, firstSweep},
		{"an hour later, by another process", now.Add(time.Hour), nil, time.Hour + sweepOverlap},
		{"GitLab is away", now.Add(2 * time.Hour), errors.New("no route"), 0},
		{"three weeks later", now.Add(21 * 24 * time.Hour), nil, 21*24*time.Hour - time.Hour + sweepOverlap},
		{"the clock was set back", now.Add(3 * time.Hour), nil, sweepOverlap},
		{"and goes on from there", now.Add(4 * time.Hour), nil, time.Hour + sweepOverlap},
	} {
		gitlab.err = step.err
		if got := run(step.at); got != step.want {
			t.Errorf("%s: looked back %s, want %s", step.name, got, step.want)
		}
	}
}

// TestSweepIsDoneOnce: what another replica has swept lately is left alone.
func TestSweepIsDoneOnce(t *testing.T) {
	t.Parallel()
	gitlab := &fakeWatcher{}
	s, _ := startService(t, &keyRecorder{began: make(chan reconcile.Key, 100)}, func(o *serviceOptions) { o.GitLab = gitlab })
	s.sweep(t.Context(), 0)
	s.sweep(t.Context(), time.Hour)
	s.sweep(t.Context(), time.Hour)
	gitlab.mu.Lock()
	defer gitlab.mu.Unlock()
	if len(gitlab.since) != 1 {
		t.Errorf("%d sweeps, want 1", len(gitlab.since))
	}
}

// TestOwnNotesAreIgnored: once GitLab has said who the bot is, its notes cause no work.
func TestOwnNotesAreIgnored(t *testing.T) {
	t.Parallel()
	s, _ := startService(t, &keyRecorder{began: make(chan reconcile.Key, 1)}, nil)
	for deadline := time.Now().Add(time.Minute); s.bot.Load() != 1000; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the service does not learn who it is")
		}
	}
	body := `{"object_kind":"note","project":{"id":42,"path_with_namespace":"acme/handbook"},"merge_request":{"iid":7},"object_attributes":{"noteable_type":"MergeRequest","author_id":1000}}`
	r, err := http.NewRequest(http.MethodPost, s.webhookURL(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Gitlab-Event", "Note Hook")
	r.Header.Set("X-Gitlab-Token", "sesame")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if c := s.webhook.Counts(); c.Skipped != 1 || c.Accepted != 0 {
		t.Errorf("counts %+v, want the note skipped", c)
	}
}

// TestStopUnderLoad: what was answered 202 before the stop is worked, by this process or
// the next.
func TestStopUnderLoad(t *testing.T) {
	t.Parallel()
	database := "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db")
	worked := map[reconcile.Key]bool{}
	var mu sync.Mutex
	rec := workFunc(func(_ context.Context, key reconcile.Key) (reconcile.Result, error) {
		mu.Lock()
		defer mu.Unlock()
		worked[key] = true
		return reconcile.Result{}, nil
	})
	s, stop := startService(t, rec, func(o *serviceOptions) { o.Database = database })
	var wg sync.WaitGroup
	accepted := map[int64]bool{}
	enough := make(chan struct{})
	for sender := range int64(8) {
		wg.Go(func() {
			for i := int64(1); ; i++ {
				iid := sender*100000 + i
				code, err := deliver(s.webhookURL(), fmt.Sprint("load-", iid), iid)
				if err != nil || code != http.StatusAccepted {
					return // the listener is closed, or closing
				}
				mu.Lock()
				accepted[iid] = true
				if len(accepted) == 200 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	s, _ = startService(t, rec, func(o *serviceOptions) { o.Database = database })
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		status, err := s.queue.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if status.Waiting+status.Running+status.Later == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("still %d waiting", status.Waiting)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for iid := range accepted {
		if !worked[reconcile.Key{Kind: reconcile.MergeRequest, Project: 42, IID: iid}] {
			t.Errorf("merge request %d was acknowledged and never worked", iid)
		}
	}
	t.Logf("%d acknowledged, %d worked", len(accepted), len(worked))
}

// TestDeliveryInFlightAtStop: a delivery that has half come when the service is told to stop is still
// stored and answered, and a new one is not taken.
func TestDeliveryInFlightAtStop(t *testing.T) {
	t.Parallel()
	database := "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db")
	s, stop := startService(t, &keyRecorder{began: make(chan reconcile.Key, 10)}, func(o *serviceOptions) { o.Database = database })
	mustDeliver(t, s.webhookURL(), "before", 1)
	conn, err := net.Dial("tcp", s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := fmt.Sprintf(mergeRequestOpened, 2)
	half := len(body) / 2
	// The server asks for the body when its handler reads it.
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nX-Gitlab-Event: Merge Request Hook\r\nX-Gitlab-Token: sesame\r\nIdempotency-Key: in-flight\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n",
		webhook.Path, len(body))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.HasPrefix(line, "HTTP/1.1 100 ") {
		t.Fatalf("%q, %v", line, err)
	}
	fmt.Fprint(conn, body[:half])
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	for refused := false; !refused; time.Sleep(time.Millisecond) {
		_, err := deliver(s.webhookURL(), "too-late", 3)
		refused = err != nil
	}
	fmt.Fprint(conn, body[half:])
	if _, err := answers.ReadString('\n'); err != nil { // the end of "100 Continue"
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(answers, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted {
		t.Errorf("answer %s, want 202", resp.Status)
	}
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	q, err := queue.Attach(t.Context(), queue.Options{URL: database})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := q.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	if _, err := q.Delivery(t.Context(), "in-flight"); err != nil {
		t.Errorf("answered, and not there: %v", err)
	}
}

type workFunc func(ctx context.Context, key reconcile.Key) (reconcile.Result, error)

func (f workFunc) Reconcile(ctx context.Context, key reconcile.Key) (reconcile.Result, error) {
	return f(ctx, key)
}

// TestStopClosesEverything: the file and the ports are free again.
func TestStopClosesEverything(t *testing.T) {
	t.Parallel()
	database := "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db")
	var address, admin string
	for range 3 {
		s, stop := startService(t, &keyRecorder{began: make(chan reconcile.Key, 1)}, func(o *serviceOptions) {
			o.Database = database
			if address != "" {
				o.Listen, o.AdminListen = address, admin
			}
		})
		address, admin = s.listener.Addr().String(), s.admin.Addr().String()
		mustDeliver(t, s.webhookURL(), "same", 1)
		if err := stop(); err != nil {
			t.Fatal(err)
		}
		if status, text := s.readiness(t.Context()); status != http.StatusServiceUnavailable {
			t.Errorf("readiness after the stop: %d %q", status, text)
		}
	}
}

func TestNewServiceRefuses(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, test := range map[string]struct {
		change func(o *serviceOptions)
		code   int
		want   string
	}{
		"no secret":         {func(o *serviceOptions) { o.Secrets = nil }, ExitUsage, "ROLEPLAN_WEBHOOK_SECRET"},
		"bad signing token": {func(o *serviceOptions) { o.SigningTokens = []string{"hunter2"} }, ExitUsage, "whsec_"},
		"open to the world": {func(o *serviceOptions) { o.NoVerify, o.Listen = true, ":0" }, ExitUsage, "loopback"},
		"address in use":    {func(o *serviceOptions) { o.Listen = taken.Addr().String() }, ExitFailure, "ROLEPLAN_LISTEN"},
		"admin in use":      {func(o *serviceOptions) { o.AdminListen = taken.Addr().String() }, ExitFailure, "ROLEPLAN_ADMIN_LISTEN"},
		"postgres":          {func(o *serviceOptions) { o.Database = "postgres://u:hunter2@127.0.0.1:1/d" }, ExitFailure, "connect"},
		"database's folder": {func(o *serviceOptions) { o.Database = "sqlite:/no/such/folder/a.db" }, ExitFailure, "make its folder"},
	} {
		t.Run(name, func(t *testing.T) {
			o := serviceOptions{
				Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0", Database: "sqlite:" + filepath.Join(t.TempDir(), "a.db"),
				Secrets: []string{"sesame"}, GitLab: &fakeWatcher{},
			}
			test.change(&o)
			_, err := new(App).newService(t.Context(), o)
			var e *exitError
			if !errors.As(err, &e) || e.code != test.code || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want exit %d and a text with %q", err, test.code, test.want)
			}
			if strings.Contains(fmt.Sprint(err), "hunter2") {
				t.Errorf("error %q shows a secret", err)
			}
		})
	}
}

func TestIsLoopback(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1:8080": true, "[::1]:8080": true, "localhost:8080": true, "127.9.9.9:1": true,
		":8080": false, "0.0.0.0:8080": false, "[::]:8080": false, "192.168.1.1:80": false, "localhost.evil.com:80": false, "127.0.0.1": false, "": false,
	} {
		if got := isLoopback(address); got != want {
			t.Errorf("isLoopback(%q) = %t", address, got)
		}
	}
}

// TestOneIDFromDeliveryToWork: the log tells by the delivery's id what came of it.
func TestOneIDFromDeliveryToWork(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var log bytes.Buffer
	rec := &keyRecorder{began: make(chan reconcile.Key, 1), do: func(ctx context.Context) error {
		zerolog.Ctx(ctx).Info().Msg("call to GitLab")
		return nil
	}}
	s, stop := startService(t, rec, func(o *serviceOptions) {
		o.Log = zerolog.New(lockedWriter{&mu, &log})
	})
	mustDeliver(t, s.webhookURL(), "the-one-id", 7)
	rec.next(t)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, message := range []string{"delivery accepted", "call to GitLab"} {
		found := false
		for line := range strings.Lines(log.String()) {
			found = found || strings.Contains(line, message) && strings.Contains(line, `"delivery":"the-one-id"`)
		}
		if !found {
			t.Errorf("no line %q with the delivery's id:\n%s", message, log.String())
		}
	}
	if strings.Contains(log.String(), "sesame") {
		t.Error("the log shows the secret")
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// TestListenersHaveBounds: nobody holds a connection open for nothing, and GitLab's largest
// delivery still has the time that it needs.
func TestListenersHaveBounds(t *testing.T) {
	t.Parallel()
	server := (&service{}).httpServer(http.NotFoundHandler())
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= server.ReadHeaderTimeout || server.IdleTimeout <= 0 || server.MaxHeaderBytes <= 0 {
		t.Errorf("a time-out is missing: %s for headers, %s to read, %s idle, %d bytes of headers",
			server.ReadHeaderTimeout, server.ReadTimeout, server.IdleTimeout, server.MaxHeaderBytes)
	}
	if server.WriteTimeout <= server.ReadTimeout {
		t.Errorf("%s to write: who took long to send gets no answer", server.WriteTimeout)
	}
}
