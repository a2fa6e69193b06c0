//go:build unix

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/queue"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/webhook"
)

const (
	// matrixLease is how long a killed replica's subjects wait for another one.
	matrixLease = 3 * time.Second
	// settleTimeout is how long roleplan may take to come to rest, a lease and a restart included.
	settleTimeout = 2 * time.Minute
)

// A crashWorld is a GitLab with services that are killed, and started anew, while the story is
// played.
type crashWorld struct {
	*stage
	t        testing.TB
	trap     *trap
	replicas int
	settings victimSettings // of all victims; the token is each one's own
	post     *courier
	client   *gitlab.Client
	proxied  bool // the database is behind a proxy

	mu      sync.Mutex
	victims []*victim
	started int
	kills   int // that victims died of, before the end
	closed  bool
	keepers sync.WaitGroup
}

// newCrashWorld sets the stage. A database address that begins with sqlite: has one replica. What
// happens is told by webhooks, or found by sweeps.
func newCrashWorld(t testing.TB, database string, sweeps bool, point killPoint) *crashWorld {
	t.Helper()
	d, err := newStage(t.Context(), "127.0.0.1:0", standin.Options{Strict: true, PageSize: 20})
	if err != nil {
		t.Fatal(err)
	}
	d.out = io.Discard
	w := &crashWorld{stage: d, t: t, trap: newTrap(point), replicas: 1}
	t.Cleanup(func() {
		w.close()
		if err := d.gitlab.Close(); err != nil {
			t.Error(err)
		}
		for _, e := range d.gitlab.Errors() {
			t.Error("GitLab does not know this: ", e)
		}
	})
	if w.client, err = gitlab.New(gitlab.Options{BaseURL: d.gitlab.URL(), Token: botToken}); err != nil {
		t.Fatal(err)
	}
	d.left = leftToDo(w.client, w.project.Path)
	w.settings = victimSettings{GitLab: d.gitlab.URL(), Project: d.project.Path, SigningToken: d.signingToken, Database: database, Sweeps: sweeps}
	if strings.HasPrefix(database, "sqlite:") {
		w.settings.Point = point
	} else {
		w.replicas, w.proxied = 3, true
	}
	d.gitlab.OnCall(w.call)
	w.post = newCourier(t, w.anyURL)
	if !sweeps {
		d.addHook(w.post.url)
	}
	for range w.replicas {
		w.start()
	}
	return w
}

// start starts a victim, and another one when it is killed, until the world is closed.
func (w *crashWorld) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.started++
	number, set := w.started, w.settings
	set.Token = fmt.Sprintf("victim-%d", number)
	w.gitlab.AddToken(w.bot, set.Token, "api")
	if w.proxied {
		set.Database = newProxy(w.t, set.Database, w.trap, func() { w.kill(number) }).url
	} else if number > 1 {
		set.Point = killPoint{}
	}
	v := newVictim(number)
	w.victims = append(w.victims, v)
	w.keepers.Go(func() {
		err := v.run(set, func(what string) { w.wrote(number, what) })
		w.mu.Lock()
		w.victims = slices.DeleteFunc(w.victims, func(o *victim) bool { return o == v })
		closed := w.closed
		if err == nil && !closed {
			w.kills++
		}
		w.mu.Unlock()
		switch {
		case closed:
		case err != nil:
			w.t.Errorf("victim %d: %v", number, err)
		default:
			w.start()
		}
	})
}

// wrote is told of a write to a database that is a file. It is the first victim itself that dies of one.
func (w *crashWorld) wrote(number int, what string) {
	if number > 1 {
		return
	}
	kind := atRow
	if strings.HasPrefix(what, "COMMIT ") {
		kind = atCommit
	}
	w.trap.pass(kind, what)
}

func (w *crashWorld) kill(number int) {
	w.mu.Lock()
	var found *victim
	for _, v := range w.victims {
		if v.number == number {
			found = v
		}
	}
	w.mu.Unlock()
	if found != nil {
		found.kill()
	}
}

func (w *crashWorld) close() {
	w.mu.Lock()
	w.closed = true
	victims := slices.Clone(w.victims)
	w.mu.Unlock()
	for _, v := range victims {
		v.kill()
	}
	w.keepers.Wait()
}

// ready gives the victims that are up.
func (w *crashWorld) ready() []*victim {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.victims), func(v *victim) bool { url, _ := v.addresses(); return url == "" })
}

// anyURL is where one of the victims takes webhooks, of all in turn.
func (w *crashWorld) anyURL() string {
	up := w.ready()
	if len(up) == 0 {
		return ""
	}
	mail, _ := w.post.idle()
	url, _ := up[mail%len(up)].addresses()
	return url
}

// call is asked about every call to GitLab.
func (w *crashWorld) call(r *http.Request) *standin.Fault {
	var number int
	if _, err := fmt.Sscanf(r.Header.Get("Private-Token"), "victim-%d", &number); err != nil {
		return nil // the test itself asks
	}
	kind, name := atWrite, callName(r)
	if strings.HasPrefix(name, "GET ") || strings.HasPrefix(name, "POST graphql query") {
		kind = atRead
	}
	before, after := w.trap.pass(kind, name)
	if !before && !after {
		return nil
	}
	return &standin.Fault{After: after, Then: func() { w.kill(number) }}
}

var (
	numberInPath = regexp.MustCompile(`/\d+\b`)
	fileInPath   = regexp.MustCompile(`(repository/(?:files|commits|branches)/)[^/?]+`)
	threadInPath = regexp.MustCompile(`/[0-9a-f]{40}\b`)
	graphqlField = regexp.MustCompile(`^\s*(query|mutation)[^{]*\{\s*(\w+)`)
)

// callName names the route of a call.
func callName(r *http.Request) string {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/api/v4/")
	if path == "/api/graphql" {
		var asked struct{ Query string }
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
			return "POST graphql, unread"
		}
		if m := graphqlField.FindStringSubmatch(asked.Query); m != nil {
			return "POST graphql " + m[1] + " " + m[2]
		}
		return "POST graphql"
	}
	path = threadInPath.ReplaceAllString(fileInPath.ReplaceAllString(path, "${1}…"), "/…")
	return r.Method + " " + numberInPath.ReplaceAllString(path, "/…")
}

// sweep lets all victims sweep, and waits until they have; one that is killed meanwhile is started anew, and
// begins with that.
func (w *crashWorld) sweep(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	for _, v := range w.ready() {
		if err := v.sweep(); err != nil {
			return err
		}
	}
	for len(w.ready()) < w.replicas || slices.ContainsFunc(w.ready(), func(v *victim) bool { return !v.hasSwept() }) {
		select {
		case <-ctx.Done():
			return errors.New("a sweep has no end")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// settle waits until roleplan has come to rest: all mail is delivered, the queue is empty, and
// what was done has caused no more mail. With also, subjects may wait for a time to come.
func (w *crashWorld) settle(ctx context.Context, also func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, settleTimeout)
	defer cancel()
	for last := ""; ; {
		state, rest := w.state(ctx, also != nil)
		if rest && (also == nil || also()) {
			return nil
		}
		if state != "" {
			last = state
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("roleplan does not come to rest: %s", last)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (w *crashWorld) state(ctx context.Context, later bool) (state string, rest bool) {
	if err := w.gitlab.DrainHooks(ctx); err != nil {
		return err.Error(), false
	}
	mail, idle := w.post.idle()
	up := w.ready()
	if !idle || len(up) < w.replicas {
		return fmt.Sprintf("%d letters, all delivered: %v, %d up", mail, idle, len(up)), false
	}
	state, err := readyz(ctx, up[0])
	var q struct{ waiting, later, running, failed int }
	if err == nil {
		_, err = fmt.Sscanf(state, "queue: %d waiting, %d later, %d running, %d failed", &q.waiting, &q.later, &q.running, &q.failed)
	}
	if err != nil || q.waiting+q.running+q.failed > 0 || q.later > 0 && !later {
		return state, false
	}
	if err := w.gitlab.DrainHooks(ctx); err != nil {
		return err.Error(), false
	}
	after, idle := w.post.idle()
	return state, idle && after == mail
}

func readyz(ctx context.Context, v *victim) (string, error) {
	_, admin := v.addresses()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, admin+"/readyz", nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

// What the story changes.
const (
	matrixConfig = `version: 1
plan: {board: true, confidential: true}
status: {commit: true}
rules:
  missing-career-ladder: off
  step-duration: warning
`
	matrixBranch = "tpm-panel"
	secondStep   = "* Candidates will be invited to schedule a 50-minute interview directly with the Sr Director of Product Management."
	clumsyStep   = "* Candidates will be invited to schedule a interview directly with the Sr Director of Product Management."
	thirdStep    = "* Candidates will be invited to schedule 2-3 separate 50-minute interviews with Directors in the Product Division."
)

// play plays a story in which roleplan does all that it does: plans, labels, boards, notes, threads,
// commands and statuses. It waits for roleplan to come to rest after every act, and lets it sweep before
// when no webhook tells of it.
func (w *crashWorld) play(ctx context.Context) error {
	var mr *standin.MergeRequest
	replace := func(pairs ...string) func(string, string) string {
		return func(_, src string) string { return strings.NewReplacer(pairs...).Replace(src) }
	}
	// push commits to the merge request's branch, where a pipeline runs before roleplan hears of it.
	push := func(message string, change func(path, src string) string, paths ...string) error {
		w.gitlab.HoldHooks()
		defer w.gitlab.ReleaseHooks(nil)
		c, err := w.commit(matrixBranch, message, change, paths...)
		if err == nil {
			w.gitlab.AddPipeline(w.project, c.SHA, matrixBranch)
		}
		return err
	}
	onMain := func(message string, change func(path, src string) string, paths ...string) error {
		_, err := w.commit(standin.DefaultBranch, message, change, paths...)
		return err
	}
	named := func() bool {
		notes := w.answers(mr)
		return len(notes) > 0 && strings.Contains(notes[0].Body, "plans=open:GHP-1042,open:GHP-1050")
	}
	for i, act := range []struct {
		do   func() error
		also func() bool // see settle
	}{
		{do: func() error { // a plan, with labels and a board
			return onMain("Say what is wished", func(string, string) string { return matrixConfig }, ".roleplan.yml")
		}},
		{do: func() error { // a note, threads and a status
			err := push("Change the hiring", func(path, src string) string {
				if path == demoOpenings {
					return src + newOpening
				}
				return replace(lastStep, panelStep+"\n"+lastStep, secondStep, clumsyStep)(path, src)
			}, demoPage, demoOpenings)
			if err == nil {
				mr, err = w.gitlab.OpenMergeRequest(w.project, w.ana, matrixBranch, standin.DefaultBranch, "Change the hiring", "")
			}
			return err
		}},
		{do: func() error { // an answer
			w.gitlab.Comment(mr, w.ana, "roleplan: explain step-duration")
			return nil
		}},
		{do: func() error { // a commit of roleplan's own, for which it waits in vain for a pipeline
			w.gitlab.Comment(mr, w.ana, `roleplan: open GHP-1050 level="Staff Technical Program Manager" recruiter=cy`)
			return nil
		}, also: named},
		{do: func() error { // threads that are resolved, and a note that changes
			return push("Say how long it takes", replace(panelStep, mendedStep, clumsyStep, secondStep), demoPage)
		}},
		{do: func() error { return w.gitlab.Merge(mr, w.ana) }}, // two more plans, and the note's last word
		{do: func() error { // plans that are brought along
			return onMain("Fewer interviews", replace(thirdStep+"\n", "", "50-minute interview directly", "40-minute interview directly"), demoPage)
		}},
		{do: func() error { // a stage that moves on
			issue, err := w.plan(ctx, "GHP-1042")
			if err == nil {
				w.gitlab.CloseIssue(w.gitlab.Issue(w.project, w.gitlab.Tasks(w.project, issue.IID)[0].IID), w.cy)
			}
			return err
		}},
		{do: func() error { // a plan that is closed
			return onMain("GHP-1007 is filled", replace("  priority: medium\n  status: open\n", "  priority: medium\n  status: filled\n"), demoOpenings)
		}},
	} {
		err := act.do()
		if err == nil && w.settings.Sweeps {
			err = w.sweep(ctx)
		}
		if err == nil {
			err = w.settle(ctx, act.also)
		}
		if err != nil {
			return fmt.Errorf("act %d: %w", i+1, err)
		}
	}
	left, err := w.left(ctx)
	if err == nil && !left.Empty() {
		err = errors.New("roleplan rests, and has not done all")
	}
	return err
}

// lost are the deliveries that were answered 202 and are not stored, though they ask for work. It is
// asked when the story is over and the services have ended.
func (w *crashWorld) lost(ctx context.Context) (list []string, err error) {
	if w.settings.Sweeps {
		return nil, nil // there are none
	}
	var asks bool
	server, err := webhook.New(webhook.Options{
		NoVerify: true, Projects: []string{w.project.Path}, BotUserID: func() int64 { return w.bot.ID },
		Store: storeFunc(func(context.Context, reconcile.Delivery, []reconcile.Key) error { asks = true; return nil }),
	})
	if err != nil {
		return nil, err
	}
	q, err := queue.Attach(ctx, queue.Options{URL: w.settings.Database})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, q.Stop(ctx)) }()
	asked := 0
	for _, l := range w.post.delivered() {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, webhook.Path, bytes.NewReader(l.body))
		r.Header = l.header
		asks = false
		server.ServeHTTP(httptest.NewRecorder(), r)
		if !asks {
			continue
		}
		asked++
		if _, err := q.Delivery(ctx, l.id()); errors.Is(err, queue.ErrUnknown) {
			list = append(list, l.id())
		} else if err != nil {
			return nil, err
		}
	}
	if asked < 9 {
		return nil, fmt.Errorf("%d deliveries asked for work; there is one an act at least", asked)
	}
	return list, nil
}
