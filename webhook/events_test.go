package webhook

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

const botID = 1000

// A memory is a Store that forgets when the test ends.
type memory struct {
	mu         sync.Mutex
	err        error
	deliveries []reconcile.Delivery
	keys       []reconcile.Key
}

func (m *memory) Accept(_ context.Context, d reconcile.Delivery, keys []reconcile.Key) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	m.deliveries = append(m.deliveries, d)
	m.keys = append(m.keys, keys...)
	return nil
}

// newServer makes a server that serves project 42 and believes the secret "sesame".
func newServer(t testing.TB, change func(o *Options)) (*Server, *memory) {
	t.Helper()
	store := &memory{}
	o := Options{
		Secrets:   []string{"sesame"},
		Projects:  []string{"42"},
		BotUserID: func() int64 { return botID },
		Store:     store,
	}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s, store
}

func post(s *Server, event, body string, change func(h http.Header)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, Path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Gitlab-Event", event)
	r.Header.Set("X-Gitlab-Token", "sesame")
	r.Header.Set("Idempotency-Key", "f5e5f430-f57b-4e6e-9fac-d9128cd7232f")
	if change != nil {
		change(r.Header)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

var (
	theMR       = reconcile.Key{Kind: reconcile.MergeRequest, Project: 42, IID: 17}
	theOpenings = reconcile.Key{Kind: reconcile.Openings, Project: 42}
)

// saved says what each saved payload asks to look at. A new payload needs a row.
var saved = []struct {
	file, event string
	want        []reconcile.Key
}{
	{"merge_request_open", "Merge Request Hook", []reconcile.Key{theMR}},
	{"merge_request_reopen", "Merge Request Hook", []reconcile.Key{theMR}},
	{"merge_request_push", "Merge Request Hook", []reconcile.Key{theMR}},
	{"merge_request_retarget", "Merge Request Hook", []reconcile.Key{theMR}},
	{"merge_request_ready", "Merge Request Hook", []reconcile.Key{theMR}},
	{"merge_request_close", "Merge Request Hook", []reconcile.Key{theMR}},
	{"merge_request_merge", "Merge Request Hook", []reconcile.Key{theMR, theOpenings}},
	{"merge_request_merge_elsewhere", "Merge Request Hook", []reconcile.Key{theMR}},
	{"merge_request_nulls", "Merge Request Hook", []reconcile.Key{theMR}},
	{"merge_request_label", "Merge Request Hook", nil},
	{"merge_request_title", "Merge Request Hook", nil},
	{"merge_request_reviewers", "Merge Request Hook", nil},
	{"merge_request_approval", "Merge Request Hook", nil},
	{"merge_request_approved", "Merge Request Hook", nil},
	{"merge_request_other_project", "Merge Request Hook", nil},
	{"note", "Note Hook", []reconcile.Key{theMR}},
	{"note_no_action", "Note Hook", []reconcile.Key{theMR}},
	{"note_confidential", "Confidential Note Hook", []reconcile.Key{theMR}},
	{"note_by_bot", "Note Hook", nil},
	{"note_by_other_bot", "Note Hook", nil},
	{"note_system", "Note Hook", nil},
	{"note_on_issue", "Note Hook", nil},
	{"push_default_branch", "Push Hook", []reconcile.Key{theOpenings}},
	{"push_other_branch", "Push Hook", nil},
	{"push_branch_deleted", "Push Hook", nil},
	{"push_tag", "Tag Push Hook", nil},
	{"issue_label", "Issue Hook", []reconcile.Key{theOpenings}},
	{"issue_label_removed", "Issue Hook", []reconcile.Key{theOpenings}},
	{"issue_title", "Issue Hook", nil},
	{"issue_unrelated", "Issue Hook", nil},
	{"issue_by_bot", "Issue Hook", nil},
	{"issue_open", "Issue Hook", nil},
	{"task_close", "Issue Hook", []reconcile.Key{theOpenings}},
	{"task_reopen", "Confidential Issue Hook", []reconcile.Key{theOpenings}},
	{"system_merge_request", "System Hook", []reconcile.Key{theMR}},
	{"system_push_old", "System Hook", []reconcile.Key{theOpenings}},
	{"system_user_create", "System Hook", nil},
}

func readSaved(t testing.TB, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestSavedPayloads(t *testing.T) {
	t.Parallel()
	rows := map[string]bool{}
	for _, test := range saved {
		rows[test.file+".json"] = true
		t.Run(test.file, func(t *testing.T) {
			s, store := newServer(t, nil)
			w := post(s, test.event, readSaved(t, test.file), nil)
			if w.Code != http.StatusAccepted || w.Body.Len() != 0 {
				t.Errorf("answer %d %q, want 202 and nothing", w.Code, w.Body)
			}
			if !slices.Equal(store.keys, test.want) {
				t.Errorf("keys %v, want %v", store.keys, test.want)
			}
			c := s.Counts()
			if sum := c.Accepted + c.Skipped + c.Unknown + c.Unreadable + c.NotAllowed; sum != 1 {
				t.Errorf("counted %d times: %+v", sum, c)
			}
			if got := c.Accepted == 1; got != (len(test.want) > 0) {
				t.Errorf("counts %+v do not fit keys %v", c, test.want)
			}
		})
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() && !rows[entry.Name()] {
			t.Errorf("testdata/%s has no row", entry.Name())
		}
	}
}

func TestProjects(t *testing.T) {
	t.Parallel()
	body := readSaved(t, "merge_request_open")
	for _, test := range []struct {
		served []string
		want   bool
	}{
		{[]string{"42"}, true},
		{[]string{"7", " Acme/Handbook "}, true},
		{[]string{"acme"}, false},
		{[]string{"handbook"}, false},
		{[]string{"4"}, false},
		{[]string{""}, false},
		{nil, false},
	} {
		s, store := newServer(t, func(o *Options) { o.Projects = test.served })
		w := post(s, "Merge Request Hook", body, nil)
		if w.Code != http.StatusAccepted || (len(store.keys) > 0) != test.want {
			t.Errorf("projects %q: %d and keys %v, want 202 and served %t", test.served, w.Code, store.keys, test.want)
		}
		if got := s.Counts().NotAllowed == 1; got == test.want {
			t.Errorf("projects %q: counts %+v", test.served, s.Counts())
		}
	}
}

// TestBotUnknown: before the bot's id is known, nobody is taken for it, and an event without
// a user is not taken for one of a bot without an id.
func TestBotUnknown(t *testing.T) {
	t.Parallel()
	s, store := newServer(t, func(o *Options) { o.BotUserID = nil })
	body := strings.ReplaceAll(readSaved(t, "note"), `"author_id": 7`, `"author_id": 0`)
	if post(s, "Note Hook", body, nil); len(store.keys) != 1 {
		t.Errorf("keys %v, want the merge request", store.keys)
	}
}

func TestHostileBodies(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000)
	for name, test := range map[string]struct {
		body string
		want []reconcile.Key
	}{
		"empty":              {"", nil},
		"no object":          {"[1,2]", nil},
		"null":               {"null", nil},
		"cut off":            {`{"object_kind":"merge_request"`, nil},
		"NaN":                {`{"project":{"id":NaN}}`, nil},
		"deep":               {deep, nil},
		"deep in changes":    {`{"project":{"id":42},"object_attributes":{"iid":17,"action":"open"},"changes":{"a":` + deep + `}}`, nil},
		"invalid UTF-8":      {"{\"project\":{\"id\":42,\"name\":\"\xff\xfe\"},\"object_attributes\":{\"iid\":17,\"action\":\"open\",\"title\":\"\xc3\x28\"}}", []reconcile.Key{theMR}},
		"doubled keys":       {`{"project":{"id":7},"project":{"id":42},"object_attributes":{"iid":3,"iid":17,"action":"open"}}`, []reconcile.Key{theMR}},
		"other types":        {`{"user":"ana","labels":{},"changes":[],"project":{"id":42},"object_attributes":{"iid":17,"action":"open","labels":7,"oldrev":{}}}`, []reconcile.Key{theMR}},
		"number as text":     {`{"project":{"id":42},"object_attributes":{"iid":"17","action":"open"}}`, nil},
		"huge number":        {`{"project":{"id":42},"object_attributes":{"iid":99999999999999999999999,"action":"open"}}`, nil},
		"fraction":           {`{"project":{"id":42},"object_attributes":{"iid":17.5,"action":"open"}}`, nil},
		"negative project":   {`{"project":{"id":-42},"object_attributes":{"iid":17,"action":"open"}}`, nil},
		"no number":          {`{"project":{"id":42},"object_attributes":{"action":"open"}}`, nil},
		"no action":          {`{"project":{"id":42},"object_attributes":{"iid":17}}`, []reconcile.Key{theMR}},
		"project id outside": {`{"project_id":42,"object_attributes":{"iid":17,"action":"open"}}`, []reconcile.Key{theMR}},
		"target project":     {`{"object_attributes":{"iid":17,"action":"open","target_project_id":42}}`, []reconcile.Key{theMR}},
		"BOM":                {"\ufeff{}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, store := newServer(t, nil)
			if w := post(s, "Merge Request Hook", test.body, nil); w.Code != http.StatusAccepted {
				t.Errorf("answer %d, want 202", w.Code)
			}
			if !slices.Equal(store.keys, test.want) {
				t.Errorf("keys %v, want %v", store.keys, test.want)
			}
		})
	}
}

func TestStoreFails(t *testing.T) {
	t.Parallel()
	s, _ := newServer(t, func(o *Options) { o.Store = &memory{err: errors.New("disk full")} })
	if w := post(s, "Merge Request Hook", readSaved(t, "merge_request_open"), nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("answer %d, want 503", w.Code)
	}
	if s.Counts().Failed != 1 || s.Counts().Accepted != 0 {
		t.Errorf("counts %+v", s.Counts())
	}
	// What asks for nothing needs no store.
	if w := post(s, "Merge Request Hook", readSaved(t, "merge_request_label"), nil); w.Code != http.StatusAccepted {
		t.Errorf("answer %d to an event with nothing to look at, want 202", w.Code)
	}
}

type panicking struct{}

func (panicking) Accept(context.Context, reconcile.Delivery, []reconcile.Key) error { panic("a bug") }

func TestPanics(t *testing.T) {
	t.Parallel()
	body := readSaved(t, "merge_request_open")
	s, _ := newServer(t, func(o *Options) { o.Store = panicking{} })
	if w := post(s, "Merge Request Hook", body, nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("panic while storing: answer %d, want 503, for nothing is stored", w.Code)
	}
	s, _ = newServer(t, func(o *Options) { o.BotUserID = func() int64 { panic("a bug") } })
	if w := post(s, "Merge Request Hook", body, nil); w.Code != http.StatusAccepted || s.Counts().Unreadable != 1 {
		t.Errorf("panic while reading: answer %d and %+v, want 202 and counted", w.Code, s.Counts())
	}
}

func FuzzDelivery(f *testing.F) {
	for _, test := range saved {
		f.Add(test.event, readSaved(f, test.file))
	}
	f.Add("System Hook", `{"object_kind":"push","ref":"refs/heads/","project_id":42}`)
	f.Fuzz(func(t *testing.T, event, body string) {
		s, store := newServer(t, nil)
		w := post(s, event, body, nil)
		if w.Code != http.StatusAccepted {
			t.Fatalf("answer %d, want 202", w.Code)
		}
		c := s.Counts()
		if c.Accepted+c.Skipped+c.Unknown+c.Unreadable+c.NotAllowed != 1 || c.Failed != 0 {
			t.Fatalf("counts %+v, want one answer of one kind", c)
		}
		for _, key := range store.keys {
			ok := key.Kind == reconcile.MergeRequest && key.IID != 0 || key.Kind == reconcile.Openings && key.IID == 0
			if !ok || key.Project != 42 {
				t.Fatalf("key %+v", key)
			}
		}
	})
}
