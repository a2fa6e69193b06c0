package app

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/pgtest"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/webhook"
)

// Canaries are secrets that can be told from all else.
var canaries = map[string]string{
	"token of GitLab":          "glpat-canary-5f0c3d9a71",
	"secret of the webhook":    "canary-hook-secret-b81e",
	"earlier secret":           "canary-earlier-secret-92aa",
	"signing token":            "whsec_" + base64.StdEncoding.EncodeToString([]byte("canary-signing-key-of-32-bytes!!")),
	"password of the database": "canary-database-password-77",
	"token of the CI job":      "glcbt-canary-job-0d4e",
	"password of a registry":   "canary-registry-password-c2",
	"token of the collector":   "canary-collector-token-3b",
}

// forms are the ways in which a secret may be written.
func forms(secret string) []string {
	bare := strings.TrimPrefix(secret, "whsec_")
	list := []string{secret, bare, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret))}
	if key, err := base64.StdEncoding.DecodeString(bare); err == nil && bare != secret {
		list = append(list, string(key))
	}
	return list
}

// noCanary fails when a text holds a secret.
func noCanary(t *testing.T, where, text string) {
	t.Helper()
	for name, secret := range canaries {
		for _, form := range forms(secret) {
			if i := strings.Index(text, form); i >= 0 {
				t.Errorf("%s holds the %s: …%s…", where, name, text[max(0, i-100):min(len(text), i+len(form)+40)])
				break
			}
		}
	}
}

// A syncBuffer may be written and read at once.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// A serving is `roleplan serve` in this process.
type serving struct {
	hook, admin string
	log         *syncBuffer
	stop        func() int
}

// serve runs `roleplan serve` until the test ends or stop is called.
func serve(t *testing.T, env map[string]string, client func(gitlab.Options) (*gitlab.Client, error)) *serving {
	t.Helper()
	s := &serving{log: &syncBuffer{}}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	a := &App{Stdout: s.log, Stderr: s.log, Getenv: func(name string) string { return env[name] }, connectTo: client}
	go func() { ended <- a.Main(ctx, []string{"serve"}) }()
	s.stop = sync.OnceValue(func() int { cancel(); return <-ended })
	t.Cleanup(func() { s.stop() })
	for deadline := time.Now().Add(time.Minute); s.hook == ""; time.Sleep(5 * time.Millisecond) {
		for line := range strings.Lines(s.log.String()) {
			var ready struct{ Webhook, Admin string }
			if json.Unmarshal([]byte(line), &ready) == nil && ready.Webhook != "" {
				s.hook, s.admin = ready.Webhook, ready.Admin
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("not ready:\n%s", s.log)
		}
	}
	return s
}

// ask sends a request and gives all of the answer as text.
func ask(t *testing.T, method, address, body string, header map[string]string) string {
	t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err.Error()
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(resp.Status, resp.Header, string(text))
}

// TestNoSecretIsShown plays the story with the real service at its most talkative, with a GitLab that
// fails and repeats what it was sent. None of the secrets is in anything that comes out.
func TestNoSecretIsShown(t *testing.T) {
	for name, database := range map[string]func(*testing.T) string{
		"SQLite":     func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db") },
		"PostgreSQL": pgtestURL,
	} {
		t.Run(name, func(t *testing.T) { noSecretIsShown(t, database(t)) })
	}
}

// pgtestURL is a database whose address has a password, which the server does not look at.
func pgtestURL(t *testing.T) string {
	u, err := url.Parse(pgtest.URL(t))
	if err != nil {
		t.Fatal("the address can't be read")
	}
	u.User = url.UserPassword(u.User.Username(), canaries["password of the database"])
	return u.String()
}

func noSecretIsShown(t *testing.T, database string) {
	d, err := newStage(t.Context(), "127.0.0.1:0", standin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.gitlab.Close()
	token, secret := canaries["token of GitLab"], canaries["secret of the webhook"]
	d.gitlab.AddToken(d.bot, token, "api")
	d.out = io.Discard
	patient := func(o gitlab.Options) (*gitlab.Client, error) {
		o.Sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		return gitlab.New(o)
	}
	client, err := patient(gitlab.Options{BaseURL: d.gitlab.URL(), Token: botToken})
	if err != nil {
		t.Fatal(err)
	}
	d.left = leftToDo(client, d.project.Path)
	spans := newCollector(t)
	spans.echoes = true
	env := map[string]string{
		"ROLEPLAN_GITLAB_URL": d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN": token, "ROLEPLAN_PROJECTS": d.project.Path,
		"ROLEPLAN_WEBHOOK_SECRET": secret + "," + canaries["earlier secret"], "ROLEPLAN_WEBHOOK_SIGNING_TOKEN": canaries["signing token"],
		"ROLEPLAN_LISTEN": "127.0.0.1:0", "ROLEPLAN_ADMIN_LISTEN": "127.0.0.1:0", "ROLEPLAN_DATABASE_URL": database, "ROLEPLAN_LOG_LEVEL": "debug",
		"OTEL_EXPORTER_OTLP_ENDPOINT": spans.url, "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20" + canaries["token of the collector"],
	}
	echo := newEcho(token)
	d.gitlab.OnCall(echo.fault)
	s := serve(t, env, patient)
	d.gitlab.AddHook(d.project, standin.HookOptions{URL: s.hook, Token: secret, SigningToken: canaries["signing token"]})
	if err := d.play(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, s.log)
	}

	// What the service answers to those who know no secret, or half of one.
	sent := 0
	for _, header := range []map[string]string{
		{},
		{"X-Gitlab-Token": "wrong"},
		{"X-Gitlab-Token": secret + "x"},
		{"X-Gitlab-Token": secret},
		{"X-Gitlab-Token": canaries["earlier secret"]},
		{"Webhook-Id": "1", "Webhook-Timestamp": "1", "Webhook-Signature": "v1,AAAA"},
		{"X-Gitlab-Token": secret, "Webhook-Id": "1", "Webhook-Timestamp": "1", "Webhook-Signature": "v1,AAAA"},
	} {
		for _, body := range []string{"", "{", `{"object_kind":"merge_request"}`, fmt.Sprintf(mergeRequestOpened, 7)} {
			for _, method := range []string{http.MethodPost, http.MethodGet} {
				noCanary(t, "an answer to a delivery", ask(t, method, s.hook, body, header))
				sent++
			}
		}
	}
	// From now on GitLab refuses everything, with an echo, and the service gives up.
	echo.every(http.StatusForbidden)
	d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "Change", map[string]*string{demoOpenings: new("[]\n")})
	eventually(t, s.admin+"/", "forbidden") // why work was given up
	for _, path := range []string{"/", "/healthz", "/readyz", "/metrics", "/try", "/no-such"} {
		noCanary(t, path, ask(t, http.MethodGet, s.admin+path, "", nil))
	}
	if code := s.stop(); code != ExitOK {
		t.Errorf("exit code %d", code)
	}
	log := s.log.String()
	noCanary(t, "the log", log)
	for _, want := range []string{`"level":"debug"`, `"level":"warn"`, `"level":"error"`, "***", "the collector answers 400"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %s, so the test shows little", want)
		}
	}
	noCanary(t, "the database", dump(t, database))
	spans.mu.Lock()
	noCanary(t, "a span", spans.raw.String())
	if token := "Bearer " + canaries["token of the collector"]; spans.header.Get("Authorization") != token || len(spans.spans) < 100 {
		t.Errorf("the collector was sent %d spans, with the header %q", len(spans.spans), spans.header.Get("Authorization"))
	}
	spans.mu.Unlock()

	// The commands, whose GitLab does well and badly in turn.
	dir := t.TempDir()
	for _, on := range []func(*http.Request) *standin.Fault{nil, echo.fault} {
		d.gitlab.OnCall(on)
		for _, args := range [][]string{
			{"plan"},
			{"apply"},
			{"apply", "--dry-run"},
			{"doctor"},
			{"doctor", "--format", "json"},
			{"doctor", "--fix", "--hook-url", "https://roleplan.example.com" + webhook.Path},
			{"report"},
			{"report", "--dashboard", "--output", filepath.Join(dir, "report.html")},
			{"report", "--output", filepath.Join(dir, "report.json")},
		} {
			var out syncBuffer
			a := &App{Stdout: &out, Stderr: &out, Getenv: func(name string) string { return env[name] }, connectTo: patient}
			a.Main(t.Context(), append(args, "--log-level", "debug"))
			noCanary(t, strings.Join(args, " "), out.String())
		}
		echo.every(0)
	}
	d.gitlab.OnCall(nil)
	mr := propose(t, d)
	r := d.requestJob(t, mr)
	r.env["ROLEPLAN_GITLAB_TOKEN"], r.env["ROLEPLAN_LOG_LEVEL"] = token, "debug"
	r.env["CI_JOB_TOKEN"], r.env["CI_REGISTRY_PASSWORD"] = canaries["token of the CI job"], canaries["password of a registry"]
	r.main(t, "ci", "check")
	noCanary(t, "ci check", r.stdout+r.stderr)
	for _, root := range []string{dir, r.env["CI_PROJECT_DIR"]} {
		noCanary(t, "files", filesBelow(t, root))
	}
	// And what people see on GitLab.
	var seen strings.Builder
	for _, i := range d.gitlab.WorkItems(d.project) {
		fmt.Fprintln(&seen, i.Title, i.Description)
		for _, n := range d.gitlab.IssueNotes(i) {
			fmt.Fprintln(&seen, n.Body)
		}
	}
	for _, m := range d.gitlab.AllMergeRequests(d.project) {
		for _, n := range d.gitlab.Notes(m) {
			fmt.Fprintln(&seen, n.Body)
		}
	}
	noCanary(t, "GitLab", seen.String())
	t.Logf("%d bytes of log, %d answers to deliveries, %d faults", len(log), sent, echo.told)
}

// An echo is a GitLab whose failures repeat the token that was sent.
type echo struct {
	mu     sync.Mutex
	token  string
	calls  int
	told   int
	status int // of all answers; 0 for a failure now and then
}

func newEcho(token string) *echo { return &echo{token: token} }

func (e *echo) every(status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status = status
}

func (e *echo) fault(r *http.Request) *standin.Fault {
	if r.Header.Get("Private-Token") != e.token && r.Header.Get("Authorization") != "Bearer "+e.token {
		return nil // of the test's own client
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls++
	said := fmt.Sprintf(`{"message":"the token %s is not liked, nor Bearer %s", "error":"%s"}`, e.token, e.token, e.token)
	if e.status != 0 {
		e.told++
		return &standin.Fault{Status: e.status, Body: said, Header: map[string]string{"Content-Type": "application/json"}}
	}
	all := []*standin.Fault{
		{Status: http.StatusInternalServerError, Body: said},
		{Status: http.StatusBadGateway, After: true, Body: "<html>" + e.token + "</html>", Header: map[string]string{"Content-Type": "text/html"}},
		{Status: http.StatusServiceUnavailable, Body: e.token},
		{Status: http.StatusConflict, Body: said, Header: map[string]string{"X-Request-Id": e.token}},
		{},
		{After: true},
		{Status: http.StatusFound, Header: map[string]string{"Location": "http://u:" + e.token + "@127.0.0.2:1/" + e.token}},
		{Status: http.StatusOK, Body: `{"id":"` + e.token + `"`, Header: map[string]string{"Content-Type": "application/json"}},
	}
	if e.calls%37 != 0 {
		return nil
	}
	e.told++
	return all[e.told%len(all)]
}

// dump is all that a database holds.
func dump(t *testing.T, address string) string {
	t.Helper()
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		return filesBelow(t, filepath.Dir(file))
	}
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	column := func(query string) []string {
		rows, err := conn.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	var all []string
	for _, table := range column(`SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')`) {
		all = append(all, column("SELECT t::text FROM "+table+" AS t")...)
	}
	if len(all) < 5 {
		t.Errorf("only %d rows in the database", len(all))
	}
	return strings.Join(all, "\n")
}

func filesBelow(t *testing.T, root string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		fmt.Fprintf(&all, "%s:\n%s\n", path, b)
		return err
	})
	if err != nil || all.Len() == 0 {
		t.Fatalf("files below %s: %v", root, err)
	}
	return all.String()
}

// TestNoSecretInMistakes: settings that are wrong are told of without the secrets in them.
func TestNoSecretInMistakes(t *testing.T) {
	t.Parallel()
	token, password := canaries["token of GitLab"], canaries["password of the database"]
	base := map[string]string{
		"ROLEPLAN_GITLAB_URL": "http://127.0.0.1:1", "ROLEPLAN_GITLAB_TOKEN": token, "ROLEPLAN_PROJECTS": "acme/handbook", "ROLEPLAN_WEBHOOK_SECRET": canaries["secret of the webhook"],
		"ROLEPLAN_LISTEN": "127.0.0.1:0", "ROLEPLAN_ADMIN_LISTEN": "127.0.0.1:0", "ROLEPLAN_DATABASE_URL": "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db"),
	}
	for name, env := range map[string]map[string]string{
		"nobody listens":         {"ROLEPLAN_DATABASE_URL": "postgres://u:" + password + "@127.0.0.1:1/x"},
		"no port":                {"ROLEPLAN_DATABASE_URL": "postgres://u:" + password + "@127.0.0.1:x/x"},
		"no address":             {"ROLEPLAN_DATABASE_URL": "postgres://u:" + password + "@%zz/x"},
		"another kind":           {"ROLEPLAN_DATABASE_URL": "mysql://u:" + password + "@127.0.0.1/x"},
		"a text":                 {"ROLEPLAN_DATABASE_URL": password},
		"a bad setting":          {"ROLEPLAN_DATABASE_URL": "postgres://u:" + password + "@127.0.0.1:1/x?sslmode=perhaps"},
		"password in the query":  {"ROLEPLAN_DATABASE_URL": "postgres://127.0.0.1:1/x?user=u&password=" + password},
		"a folder":               {"ROLEPLAN_DATABASE_URL": "sqlite:/no/such/" + "folder/x.db"},
		"GitLab with a password": {"ROLEPLAN_GITLAB_URL": "https://u:" + token + "@127.0.0.1"},
		"GitLab, odd":            {"ROLEPLAN_GITLAB_URL": "https://u:" + token + "@%zz"},
		"token with a line end":  {"ROLEPLAN_GITLAB_TOKEN": token + "\n"},
		"signing token, no key":  {"ROLEPLAN_WEBHOOK_SIGNING_TOKEN": canaries["signing token"] + "!"},
		"workers":                {"ROLEPLAN_WORKERS": "many"},
		"collector, odd":         {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://u:" + canaries["token of the collector"] + "@%zz"},
		"header without a name":  {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_HEADERS": canaries["token of the collector"]},
		"header, not encoded":    {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_EXPORTER_OTLP_HEADERS": "authorization=%zz" + canaries["token of the collector"]},
	} {
		env := func(key string) string {
			if v, ok := env[key]; ok {
				return v
			}
			return base[key]
		}
		mistaken(t, name, env)
	}
	secrets := []string{"gitlab_token", "webhook_secret", "webhook_signing_token", "database_url"}
	for _, key := range secrets {
		for ending, texts := range map[string][]string{
			"yaml": {"%s: [%s, {a: b}]", "%s: {a: %s}", "%s: \"%s", "%s: %s\n  b: c", "%s: &a %s\nb: *c", "x%s: %s", "%s: !!int %s", "? [%s]\n: %s", "%s:\n%s"},
			"json": {`{"%s": ["%s", {"a": 1}]}`, `{"%s": {"a": "%s"}}`, `{"%s": "%s`, `{"x%s": "%s"}`, `{"%s": "%s"} x`},
			"toml": {"%s = ['%s', {a = 1}]", "%s = {a = '%s'}", "%s = '%s", "x%s = '%s'", "%s = %s"},
		} {
			for i, text := range texts {
				file := filepath.Join(t.TempDir(), "settings."+ending)
				if err := os.WriteFile(file, fmt.Appendf(nil, text, key, token), 0o600); err != nil {
					t.Fatal(err)
				}
				env := func(name string) string {
					if name == "ROLEPLAN_"+strings.ToUpper(key) {
						return ""
					}
					return base[name]
				}
				mistaken(t, fmt.Sprint(key, " ", ending, " ", i), env, "--settings", file)
			}
		}
	}
}

// mistaken starts the service, which must not come about, or ends at once.
func mistaken(t *testing.T, name string, env func(string) string, args ...string) {
	t.Helper()
	var out syncBuffer
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	a := &App{Stdout: &out, Stderr: &out, Getenv: env}
	code := a.Main(ctx, append([]string{"serve", "--log-level", "debug"}, args...))
	if code == ExitOK {
		t.Errorf("%s: the service served", name)
	}
	if out.String() == "" {
		t.Errorf("%s: nothing is said", name)
	}
	noCanary(t, name, out.String())
}
