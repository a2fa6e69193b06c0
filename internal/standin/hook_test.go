package standin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A receiver takes webhooks and answers as it is told.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []received
}

type received struct {
	header http.Header
	body   []byte
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{status: http.StatusOK}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, received{req.Header.Clone(), body})
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, "thanks")
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

func (r *receiver) all() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

func (w *world) drain() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	if err := w.s.DrainHooks(ctx); err != nil {
		w.t.Fatal(err)
	}
}

// verify checks a signature as the documentation tells receivers to.
func verify(token string, h http.Header, body []byte) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(token, "whsec_"))
	if err != nil || len(key) != 32 {
		return false
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%s.%s.%s", h.Get("webhook-id"), h.Get("webhook-timestamp"), body)
	want := base64.StdEncoding.EncodeToString(m.Sum(nil))
	return slices.Contains(strings.Split(h.Get("webhook-signature"), " "), "v1,"+want)
}

func TestHookHeaders(t *testing.T) {
	w := newWorld(t, Options{})
	r := newReceiver(t)
	token := NewSigningToken()
	w.s.AddHook(w.p, HookOptions{URL: r.URL, Token: "secret", SigningToken: token})
	w.s.AddHook(w.p, HookOptions{URL: r.URL})
	w.s.AddIssue(w.p, w.users["guest"], "title <b>", "")
	w.drain()
	got := r.all()
	if len(got) != 2 {
		t.Fatalf("%d requests, want 2", len(got))
	}
	signed, plain := got[0], got[1]
	if signed.header.Get("X-Gitlab-Token") == "" {
		signed, plain = plain, signed
	}
	for name, want := range map[string]string{
		"X-Gitlab-Event": "Issue Hook", "X-Gitlab-Token": "secret", "X-Gitlab-Instance": w.s.URL(), "Content-Type": "application/json", "User-Agent": "GitLab/19.2.0",
		"Webhook-Id": signed.header.Get("Idempotency-Key"),
	} {
		if h := signed.header.Get(name); h != want || h == "" {
			t.Errorf("%s is %q, want %q", name, h, want)
		}
	}
	if !verify(token, signed.header, signed.body) {
		t.Error("the signature does not hold")
	}
	if verify(NewSigningToken(), signed.header, signed.body) || verify(token, signed.header, append(signed.body, ' ')) {
		t.Error("the signature holds for another token or body")
	}
	if _, err := strconv.ParseInt(signed.header.Get("webhook-timestamp"), 10, 64); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"X-Gitlab-Token", "Webhook-Signature"} {
		if _, there := plain.header[name]; there {
			t.Errorf("%s is sent without a secret", name)
		}
	}
	if signed.header.Get("X-Gitlab-Event-UUID") != plain.header.Get("X-Gitlab-Event-UUID") {
		t.Error("one action has two event ids")
	}
	for _, name := range []string{"Idempotency-Key", "X-Gitlab-Webhook-UUID"} {
		if signed.header.Get(name) == plain.header.Get(name) {
			t.Errorf("two hooks share %s", name)
		}
	}
	if !strings.Contains(string(signed.body), `\u003cb\u003e`) {
		t.Error("the body has no escapes, which GitLab's has")
	}
}

func TestHookTriggers(t *testing.T) {
	w := newWorld(t, Options{})
	everything, notes := newReceiver(t), newReceiver(t)
	w.s.AddHook(w.p, HookOptions{URL: everything.URL})
	w.s.AddHook(w.p, HookOptions{URL: notes.URL, Triggers: []string{NoteEvents}})
	mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	i := w.s.AddIssue(w.p, w.users["guest"], "title", "")
	w.s.EditIssue(i, w.users["maintainer"], func(i *Issue) { i.Confidential = true })
	w.s.CommentIssue(i, w.users["maintainer"], "hidden")
	w.s.Comment(mr, w.users["maintainer"], "seen")
	w.s.Comment(mr, w.users["maintainer"], "see #1") // GitLab's own note on the issue fires nothing
	w.drain()
	var events []string
	for _, got := range everything.all() {
		events = append(events, got.header.Get("X-Gitlab-Event"))
	}
	want := []string{
		"Push Hook", "Push Hook", "Merge Request Hook", "Issue Hook", "Confidential Issue Hook", "Confidential Note Hook", "Note Hook", "Note Hook",
	}
	if !slices.Equal(events, want) {
		t.Errorf("events are %q, want %q", events, want)
	}
	if n := len(notes.all()); n != 2 {
		t.Errorf("%d notes, want 2", n)
	}
}

// TestRecursion shows that a hook is not fired by what a receiver did about its event, when it
// says so.
func TestRecursion(t *testing.T) {
	w := newWorld(t, Options{})
	r := newReceiver(t)
	w.s.AddHook(w.p, HookOptions{URL: r.URL})
	w.s.AddIssue(w.p, w.users["guest"], "title", "")
	w.drain()
	req := httptest.NewRequest(http.MethodPost, "/api/v4/"+w.path("issues/1/notes"), strings.NewReader(`{"body":"answer"}`))
	req.Header.Set("Private-Token", "reporter")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Gitlab-Event-UUID", r.all()[0].header.Get("X-Gitlab-Event-UUID"))
	if a := w.send(req); a.status != 201 {
		t.Fatal(a.text)
	}
	w.drain()
	if n := len(r.all()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestAutoDisable(t *testing.T) {
	w := newWorld(t, Options{})
	r := newReceiver(t)
	h := w.s.AddHook(w.p, HookOptions{URL: r.URL})
	status := func() string {
		return fmt.Sprint(w.must(200, "maintainer", "GET", w.path("hooks/%d", h.ID), nil).at("alert_status"))
	}
	event := func() {
		w.s.AddIssue(w.p, w.users["guest"], "title", "")
		w.drain()
	}
	r.answer(http.StatusNotFound)
	for range 3 {
		event()
	}
	r.answer(http.StatusFound) // no failure
	event()
	r.answer(http.StatusInternalServerError)
	for range 3 {
		event()
	}
	if got := status(); got != "executable" {
		t.Fatalf("after three failures in a row the hook is %s", got)
	}
	event()
	if got := status(); got != "temporarily_disabled" {
		t.Fatalf("after four failures in a row the hook is %s", got)
	}
	event()
	if n := len(r.all()); n != 8 {
		t.Errorf("%d requests, want 8: a disabled hook sends nothing", n)
	}
	w.elapsed += time.Minute + time.Second
	if got := status(); got != "executable" {
		t.Errorf("after a minute the hook is %s", got)
	}
	event()
	w.elapsed += time.Minute + time.Second
	if got := status(); got != "temporarily_disabled" {
		t.Errorf("after a fifth failure and a minute the hook is %s", got)
	}
	for range 35 {
		w.elapsed += 25 * time.Hour
		event()
	}
	w.elapsed += 25 * time.Hour
	if got := status(); got != "disabled" {
		t.Errorf("after forty failures the hook is %s", got)
	}
	r.answer(http.StatusOK)
	w.must(201, "maintainer", "POST", w.path("hooks/%d/test/issues_events", h.ID), nil)
	if got := status(); got != "executable" {
		t.Errorf("after a test that went well the hook is %s", got)
	}
}

func TestHookLog(t *testing.T) {
	w := newWorld(t, Options{})
	r := newReceiver(t)
	h := w.s.AddHook(w.p, HookOptions{URL: r.URL, Token: "secret"})
	w.s.AddIssue(w.p, w.users["guest"], "first", "")
	w.drain()
	r.answer(http.StatusBadGateway)
	w.s.AddIssue(w.p, w.users["guest"], "second", "")
	w.drain()
	events := w.path("hooks/%d/events", h.ID)
	log := w.must(200, "maintainer", "GET", events, nil)
	if log.len() != 2 || log.at(0, "response_status") != "502" || log.at(1, "response_status") != "200" || log.at(1, "response_body") != "thanks" || log.at(1, "trigger") != "issue_hooks" {
		t.Errorf("the log is %s", log.text)
	}
	if log.at(0, "request_data", "object_attributes", "title") != "second" || log.at(0, "request_headers", "X-Gitlab-Token") != "[REDACTED]" {
		t.Errorf("the log is %s", log.text)
	}
	for status, want := range map[string]int{"successful": 1, "server_failure": 1, "client_failure": 0, "502": 1} {
		if n := w.must(200, "maintainer", "GET", events+"?status="+status, nil).len(); n != want {
			t.Errorf("%d events that are %s, want %d", n, status, want)
		}
	}

	r.answer(http.StatusOK)
	again := w.must(201, "maintainer", "POST", fmt.Sprintf("%s/%v/resend", events, log.at(0, "id")), nil)
	if again.at("response_status") != 200.0 {
		t.Errorf("the answer is %s", again.text)
	}
	got := r.all()
	if len(got) != 3 || got[1].header.Get("Idempotency-Key") != got[2].header.Get("Idempotency-Key") || string(got[1].body) != string(got[2].body) {
		t.Error("what was sent again is not the same")
	}
	w.must(404, "maintainer", "POST", events+"/1/resend", nil)
}

func TestHookTest(t *testing.T) {
	w := newWorld(t, Options{})
	r := newReceiver(t)
	h := w.s.AddHook(w.p, HookOptions{URL: r.URL})
	test := w.path("hooks/%d/test/", h.ID)
	if a := w.must(422, "maintainer", "POST", test+"merge_requests_events", nil); !strings.Contains(a.text, "Ensure the project has") {
		t.Error(a.text)
	}
	w.must(400, "maintainer", "POST", test+"wiki", nil)
	mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	w.s.Comment(mr, w.users["guest"], "hello")
	w.drain()
	for _, trigger := range []string{MergeRequestEvents, NoteEvents, PushEvents} {
		w.must(201, "maintainer", "POST", test+trigger, nil)
	}
	w.must(422, "maintainer", "POST", test+ConfidentialIssueEvents, nil)
	w.must(429, "maintainer", "POST", test+PushEvents, nil)
	w.elapsed += time.Minute
	w.must(201, "maintainer", "POST", test+PushEvents, nil)
}

func TestHoldHooks(t *testing.T) {
	w := newWorld(t, Options{})
	r := newReceiver(t)
	w.s.AddHook(w.p, HookOptions{URL: r.URL})
	w.s.HoldHooks()
	for _, title := range []string{"one", "two", "three"} {
		w.s.AddIssue(w.p, w.users["guest"], title, "")
	}
	w.drain()
	if n := len(r.all()); n != 0 {
		t.Fatalf("%d requests while they are held", n)
	}
	w.s.ReleaseHooks(func(list []*Delivery) []*Delivery {
		return []*Delivery{list[2], list[0], list[2]} // late, doubled, and one is lost
	})
	w.drain()
	var titles []string
	for _, got := range r.all() {
		var body struct {
			Object struct{ Title string } `json:"object_attributes"`
		}
		if err := json.Unmarshal(got.body, &body); err != nil {
			t.Fatal(err)
		}
		titles = append(titles, body.Object.Title)
	}
	if want := []string{"three", "one", "three"}; !slices.Equal(titles, want) {
		t.Errorf("sent %q, want %q", titles, want)
	}
	if got := w.s.Deliveries(w.p); len(got) != 3 || got[1].Done || !got[0].OK() {
		t.Errorf("deliveries are %+v", got)
	}
}

func TestHookTimeout(t *testing.T) {
	w := newWorld(t, Options{HookTimeout: 50 * time.Millisecond})
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer slow.Close()
	defer close(release)
	w.s.AddHook(w.p, HookOptions{URL: slow.URL})
	w.s.AddIssue(w.p, w.users["guest"], "title", "")
	w.drain()
	if got := w.s.Deliveries(w.p); len(got) != 1 || got[0].OK() || !strings.Contains(got[0].Err, "deadline") {
		t.Errorf("deliveries are %+v", got)
	}
}

func TestHooksAPI(t *testing.T) {
	w := newWorld(t, Options{})
	token := NewSigningToken()
	made := w.must(201, "maintainer", "POST", w.path("hooks"), map[string]any{"url": "https://example.test/hook", "token": "secret", "signing_token": token, "note_events": true})
	if strings.Contains(made.text, "secret\"") || strings.Contains(made.text, token) {
		t.Errorf("the answer gives secrets away: %s", made.text)
	}
	for field, want := range map[string]any{"push_events": true, "note_events": true, "issues_events": false, "token_present": true, "signing_token_present": true, "alert_status": "executable"} {
		if got := made.at(field); got != want {
			t.Errorf("%s is %v, want %v", field, got, want)
		}
	}
	hook := w.path("hooks/%v", made.at("id"))
	if a := w.must(200, "maintainer", "PUT", hook, map[string]any{"push_events": false}); a.at("push_events") != false || a.at("note_events") != true {
		t.Error(a.text)
	}
	w.must(422, "maintainer", "POST", w.path("hooks"), map[string]any{"url": "ftp://example.test"})
	w.must(400, "maintainer", "POST", w.path("hooks"), map[string]any{"url": "https://example.test", "signing_token": "whsec_c2hvcnQ="})
	w.must(403, "developer", "GET", w.path("hooks"), nil)
	w.must(204, "maintainer", "DELETE", hook, nil)
	w.must(404, "maintainer", "GET", hook, nil)
}
