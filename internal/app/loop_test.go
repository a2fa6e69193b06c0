package app

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/standin"
)

// These tests play the demo's story with the real service against the stand-in GitLab, and
// treat the webhooks in between as networks do.

// newLoop is a strict stage with a client of its own.
func newLoop(t *testing.T) (*stage, *gitlab.Client) {
	t.Helper()
	d, err := newStage(t.Context(), "127.0.0.1:0", standin.Options{Strict: true, PageSize: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.gitlab.Close(); err != nil {
			t.Error(err)
		}
		for _, e := range d.gitlab.Errors() {
			t.Error("GitLab does not know this: ", e)
		}
	})
	client, err := gitlab.New(gitlab.Options{BaseURL: d.gitlab.URL(), Token: botToken})
	if err != nil {
		t.Fatal(err)
	}
	d.out = t.Output()
	d.left = leftToDo(client, d.project.Path)
	return d, client
}

// startLoop runs the service for a stage.
func startLoop(t *testing.T, d *stage, client *gitlab.Client, sweep time.Duration) *service {
	t.Helper()
	s, _ := startService(t, nil, func(o *serviceOptions) {
		o.SweepInterval = sweep
		o.GitLab, o.Reconcilers = client, reconcilers(client)
		o.Projects = []string{d.project.Path}
		o.Secrets, o.SigningTokens = []string{hookSecret}, []string{d.signingToken}
		o.Log = zerolog.New(zerolog.NewTestWriter(t)).Level(zerolog.WarnLevel)
	})
	return s
}

func TestDemo(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	a := &App{Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }}
	if code := a.Main(t.Context(), []string{"demo", "--once"}); code != 0 {
		t.Fatalf("exit code %d\n%s\n%s", code, &out, &errs)
	}
	for _, want := range []string{"GHP-1042", "Screening call", "hiring::1", "All acts played"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the story does not tell of %q:\n%s", want, &out)
		}
	}
	if errs.Len() > 0 {
		t.Errorf("the service complains:\n%s", &errs)
	}
}

func TestDemoListensHereOnly(t *testing.T) {
	t.Parallel()
	var errs bytes.Buffer
	a := &App{Stdout: io.Discard, Stderr: &errs, Getenv: func(string) string { return "" }}
	if code := a.Main(t.Context(), []string{"demo", "--once", "--listen", "0.0.0.0:0"}); code != ExitUsage || !strings.Contains(errs.String(), "this machine alone") {
		t.Errorf("exit code %d, %s", code, &errs)
	}
}

// TestSecondRunWritesNothing: when all is told and done, every event once more changes nothing.
func TestSecondRunWritesNothing(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	post := newPostman(t)
	d.addHook(post.url)
	s := startLoop(t, d, client, time.Minute)
	post.deliverTo(s.webhookURL())
	if err := d.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	settle(t, s)
	d.gitlab.ResetCalls()
	post.again(t, nil)
	settle(t, s)
	if n := d.gitlab.Writes(); n > 0 {
		t.Errorf("%d writes for events that were worked already: %v", n, d.gitlab.Calls())
	}
	if ran := d.gitlab.QuickActionsRun(); len(ran) > 0 {
		t.Errorf("texts of roleplan's did something: %v", ran)
	}
	for _, m := range d.gitlab.Mentions() {
		// The note names the issues of openings on purpose.
		if !strings.HasPrefix(m.Text, d.gitlab.URL()+"/"+d.project.Path+"/-/") {
			t.Errorf("a text of roleplan's refers to %q on %s", m.Text, m.On)
		}
	}
}

// TestTwiceLateAndOutOfOrder: the webhooks of the whole story are held back, and then arrive
// shuffled and several times over. There is one note and one plan an opening.
func TestTwiceLateAndOutOfOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		d, client := newLoop(t)
		post := newPostman(t)
		d.addHook(post.url)
		mr := mergeUnseen(t, d, true)
		s := startLoop(t, d, client, 0)
		post.deliverTo(s.webhookURL())
		for range 3 {
			post.again(t, rand.New(rand.NewPCG(seed, 1)))
		}
		settle(t, s)
		// Only a merge request that was answered before its merge is told of it, so there may be
		// no note; there must not be two.
		if n := len(d.answers(mr)); n > 1 {
			t.Errorf("seed %d: %d notes", seed, n)
		}
		checkPlans(t, d)
	}
}

// mergeUnseen plays an editor's part to the merge, with nobody answering.
func mergeUnseen(t *testing.T, d *stage, merge bool) *standin.MergeRequest {
	t.Helper()
	err := d.edit("tpm-panel", "Add a panel", func(path, src string) string {
		if path == demoOpenings {
			return src + newOpening
		}
		return strings.Replace(src, lastStep, mendedStep+"\n"+lastStep, 1)
	}, demoPage, demoOpenings)
	if err != nil {
		t.Fatal(err)
	}
	mr, err := d.gitlab.OpenMergeRequest(d.project, d.ana, "tpm-panel", standin.DefaultBranch, "Add a panel", "")
	if err == nil && merge {
		err = d.gitlab.Merge(mr, d.ana)
	}
	if err != nil {
		t.Fatal(err)
	}
	return mr
}

// checkPlans wants one issue for each of the two openings, with a task a step.
func checkPlans(t *testing.T, d *stage) {
	t.Helper()
	for opening, steps := range map[string]int{"GHP-1042": 6, "GHP-1007": 5} {
		issue, err := d.plan(t.Context(), opening)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, i := range d.gitlab.Issues(d.project) {
			if strings.HasPrefix(i.Title, "Opening "+opening) {
				n++
			}
		}
		if tasks := d.gitlab.Tasks(d.project, issue.IID); n != 1 || len(tasks) != steps {
			t.Errorf("%s: %d issues, %d tasks, want 1 and %d", opening, n, len(tasks), steps)
		}
	}
}

// settle waits until the queue is empty.
func settle(t *testing.T, s *service) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		status, err := s.queue.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if status.Waiting+status.Running+status.Later == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not settled: %+v", status)
		}
	}
}

// A postman stands between GitLab and the service: he keeps a copy of every webhook, and brings
// them when he is told where to.
type postman struct {
	url  string
	to   atomic.Value // string
	mu   sync.Mutex
	mail []letter
}

type letter struct {
	header http.Header
	body   []byte
}

func newPostman(t *testing.T) *postman {
	p := &postman{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		l := letter{r.Header.Clone(), body}
		p.mu.Lock()
		p.mail = append(p.mail, l)
		p.mu.Unlock()
		if to, ok := p.to.Load().(string); ok {
			code, err := l.deliver(to)
			if err != nil {
				code = http.StatusBadGateway
			}
			w.WriteHeader(code)
		}
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

func (p *postman) deliverTo(url string) { p.to.Store(url) }

// again brings all mail once more, as it came or shuffled.
func (p *postman) again(t *testing.T, shuffle *rand.Rand) {
	t.Helper()
	p.mu.Lock()
	mail := slices.Clone(p.mail)
	p.mu.Unlock()
	if shuffle != nil {
		shuffle.Shuffle(len(mail), func(i, j int) { mail[i], mail[j] = mail[j], mail[i] })
	}
	if len(mail) == 0 {
		t.Fatal("GitLab has sent nothing")
	}
	for _, l := range mail {
		if code, err := l.deliver(p.to.Load().(string)); err != nil || code != http.StatusAccepted {
			t.Fatalf("answer %d, %v; want 202", code, err)
		}
	}
}

func (l letter) deliver(url string) (int, error) {
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(l.body))
	if err != nil {
		return 0, err
	}
	r.Header = l.header.Clone()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}

// TestKilledBetweenAnswerAndWork runs `roleplan serve` as a process of its own. GitLab's API is
// away while the webhooks come in, so that all is acknowledged and nothing done; then the
// process is killed. The next one does it all, once.
func TestKilledBetweenAnswerAndWork(t *testing.T) {
	t.Parallel()
	d, _ := newLoop(t)
	post := newPostman(t)
	d.addHook(post.url)
	env := d.serveEnv(t)
	var away atomic.Bool
	away.Store(true)
	d.gitlab.OnCall(func(*http.Request) *standin.Fault {
		if away.Load() {
			return &standin.Fault{Status: http.StatusBadGateway, Body: "<html>502</html>"}
		}
		return nil
	})
	p := startServe(t, env)
	post.deliverTo(p.url)
	mr := mergeUnseen(t, d, false)
	if err := d.gitlab.DrainHooks(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.end(t, os.Kill)
	if n := len(d.answers(mr)); n != 0 {
		t.Fatalf("%d notes while GitLab was away", n)
	}
	away.Store(false)
	p = startServe(t, env)
	if _, err := d.answer(t.Context(), mr, ""); err != nil {
		t.Fatal(err)
	}
	post.deliverTo(p.url)
	if err := d.gitlab.Merge(mr, d.ana); err != nil {
		t.Fatal(err)
	}
	checkPlans(t, d)
	p.end(t, syscall.SIGTERM)
	if n := len(d.answers(mr)); n != 1 {
		t.Errorf("%d notes, want 1", n)
	}
}

// TestKilledBeforeSecondLook: a job of a pipeline answers while the service is about to. The service answers, too,
// and is killed before it looks once more. The next one does, and closes what is doubled.
func TestKilledBeforeSecondLook(t *testing.T) {
	t.Parallel()
	d, _ := newLoop(t)
	post := newPostman(t)
	d.addHook(post.url)
	env := d.serveEnv(t)
	p := startServe(t, env)
	post.deliverTo(p.url)
	held, release := d.hold(t, "/draft_notes") // when the service has seen that nothing stands
	mr := propose(t, d)
	held()
	r := d.requestJob(t, mr)
	if code := r.main(t, "ci", "check"); code != ExitOK {
		t.Fatalf("exit code %d, %s", code, r.stderr)
	}
	looks, killed := d.hold(t, "/diffs") // the first call of a look
	release()
	looks()
	p.end(t, os.Kill)
	killed()
	if notes, threads := d.standing(mr); notes != 2 || len(threads) != 2 {
		t.Errorf("after the kill %d notes stand, and threads %v", notes, threads)
	}
	p = startServe(t, env)
	err := d.until(t.Context(), "what is doubled is closed", func() bool {
		notes, threads := d.standing(mr)
		open := 0
		for _, n := range threads {
			open += n
		}
		return notes == 1 && len(threads) == 2 && open == 2
	})
	if err != nil {
		t.Error(err)
	}
	p.end(t, syscall.SIGTERM)
}

// serveEnv are the settings of a `roleplan serve` for a stage, without a sweep.
func (d *stage) serveEnv(t *testing.T) []string {
	return []string{
		"ROLEPLAN_GITLAB_URL=" + d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN=" + botToken, "ROLEPLAN_PROJECTS=" + d.project.Path,
		"ROLEPLAN_WEBHOOK_SECRET=" + hookSecret, "ROLEPLAN_WEBHOOK_SIGNING_TOKEN=" + d.signingToken, "ROLEPLAN_SWEEP_INTERVAL=0",
		"ROLEPLAN_LISTEN=127.0.0.1:0", "ROLEPLAN_ADMIN_LISTEN=127.0.0.1:0", "ROLEPLAN_DATABASE_URL=sqlite:" + filepath.Join(t.TempDir(), "roleplan.db"),
	}
}

const serveChild = "ROLEPLAN_TEST_SERVE_CHILD"

func init() {
	if os.Getenv(serveChild) == "" {
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	a := &App{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv}
	code := a.Main(ctx, []string{"serve"})
	stop()
	os.Exit(code)
}

// startServe starts `roleplan serve` and waits until it says where it listens.
func startServe(t *testing.T, env []string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), serveChild+"=1"), env...)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // most have ended long before
	lines := bufio.NewScanner(stderr)
	var said strings.Builder
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if _, rest, ok := strings.Cut(lines.Text(), `"webhook":"`); ok {
			url, _, _ := strings.Cut(rest, `"`)
			go func() { _, _ = io.Copy(io.Discard, stderr) }() // so that it does not block on what it logs
			return &process{cmd, url}
		}
	}
	t.Fatalf("roleplan serve ended before it was ready:\n%s", &said)
	return nil
}

// TestCommandInComment: what is asked for in a comment is answered below it, once, and the answer
// wakes nobody.
func TestCommandInComment(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	post := newPostman(t)
	d.addHook(post.url)
	s := startLoop(t, d, client, 0)
	post.deliverTo(s.webhookURL())
	mr := mergeUnseen(t, d, false)
	if _, err := d.answer(t.Context(), mr, ""); err != nil {
		t.Fatal(err)
	}
	asked := d.gitlab.Comment(mr, d.ana, "roleplan: explain step-duration")
	replies := func() []standin.Note {
		var list []standin.Note
		for _, n := range d.gitlab.Notes(mr) {
			if n.ID > asked.ID && n.Author.ID == d.bot.ID {
				list = append(list, n)
			}
		}
		return list
	}
	err := d.until(t.Context(), "the comment is answered", func() bool { return len(replies()) > 0 })
	if err != nil {
		t.Fatal(err)
	}
	settle(t, s)
	if got := replies(); len(got) != 1 || !strings.Contains(got[0].Body, "a meeting says how long it takes") {
		t.Errorf("answers: %+v", got)
	}
	d.gitlab.ResetCalls()
	post.again(t, nil)
	settle(t, s)
	if n := d.gitlab.Writes(); n > 0 {
		t.Errorf("%d writes for a comment that was answered already: %v", n, d.gitlab.Calls())
	}
}
