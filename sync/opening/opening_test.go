package opening_test

import (
	"context"
	"flag"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/ratelimit"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/plan"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	tpmPath      = "content/job-families/product/technical-program-manager.md"
	openingsPath = "hiring/openings.yml"
)

// tpm is the page that the project began with.
func tpm(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("../../internal/app/demodata/handbook", tpmPath))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

const oneOpening = `- id: GHP-1042
  page: content/job-families/product/technical-program-manager.md
  level: Senior Technical Program Manager
  location: Remote, EMEA
  hiring_manager: ana
  recruiter: bo
  interviewers:
    "Directors in the Product Division": [cy, dee]
    "1": [bo]
  target_start: 2027-02-01
  priority: high
`

// A bundle is a GitLab with a handbook, and a reconciler of it.
type bundle struct {
	*opening.Reconciler
	t       *testing.T
	gitlab  *standin.Server
	client  *gitlab.Client
	bot     *standin.User
	ana     *standin.User
	people  []*standin.User  // bo, cy, dee
	hb      *standin.Project // the handbook
	plans   *standin.Project // where the plans are
	project forge.Project
	now     time.Time
}

// setup makes a GitLab whose handbook has the page, the openings and the configuration.
func setup(t *testing.T, o standin.Options, openings string, files ...string) *bundle {
	t.Helper()
	b := &bundle{t: t, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)}
	o.Strict = true
	o.Now = func() time.Time { b.now = b.now.Add(time.Second); return b.now }
	b.gitlab = standin.New(o)
	address, err := b.gitlab.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.gitlab.OnCall(nil)
		if errs := b.gitlab.Errors(); len(errs) > 0 {
			t.Errorf("calls that GitLab does not know: %q", errs)
		}
		if q := b.gitlab.QuickActionsRun(); len(q) > 0 {
			t.Errorf("quick actions: %+v", q)
		}
		_ = b.gitlab.Close()
	})
	b.bot = b.gitlab.AddUser("roleplan-bot", "roleplan", true)
	b.gitlab.AddToken(b.bot, "secret", "api")
	b.hb = b.gitlab.AddProject("acme/handbook", "private")
	b.plans = b.hb
	b.gitlab.AddMember(b.hb, b.bot, standin.Reporter)
	for _, name := range []string{"ana Ana Ng", "bo Bo Li", "cy Cy Oz", "dee Dee Wu"} {
		username, full, _ := strings.Cut(name, " ")
		u := b.gitlab.AddUser(username, full, false)
		b.gitlab.AddMember(b.hb, u, standin.Maintainer)
		if username == "ana" {
			b.ana = u
		} else {
			b.people = append(b.people, u)
		}
	}
	b.commit(append([]string{tpmPath, tpm(t), openingsPath, openings}, files...)...)
	limits, sleep := hurry()
	if b.client, err = gitlab.New(gitlab.Options{
		BaseURL: address, Token: "secret", Timeout: 5 * time.Second, Log: zerolog.Nop(), Limits: limits, Sleep: sleep,
	}); err != nil {
		t.Fatal(err)
	}
	if b.project, err = b.client.Project(t.Context(), "acme/handbook"); err != nil {
		t.Fatal(err)
	}
	b.Reconciler = opening.New(b.client)
	return b
}

// hurry gives a client waits that take no time, and limits whose clock has gone on as if they had.
func hurry() (*ratelimit.Limiter, func(context.Context, time.Duration) error) {
	var waited atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(waited.Load())) }
	return ratelimit.New(ratelimit.Options{Now: now}), func(ctx context.Context, d time.Duration) error {
		waited.Add(int64(d))
		return ctx.Err()
	}
}

// commit changes files on the default branch: paths and contents in turn.
func (b *bundle) commit(files ...string) {
	b.t.Helper()
	changes := map[string]*string{}
	for i := 0; i < len(files); i += 2 {
		changes[files[i]] = new(files[i+1])
	}
	user := b.ana
	if user == nil {
		user = b.bot
	}
	b.gitlab.Commit(b.hb, "main", user, "change", changes)
}

// run brings all in line by a reconciler, and tells what was to be done and how much was.
func (b *bundle) run(r *opening.Reconciler) (plan.Plan, int, error) {
	result, err := r.Apply(context.Background(), b.project, opening.Options{})
	return result.Plan, len(result.Done), err
}

// apply brings all in line, without an error and without blocking problems.
func (b *bundle) apply() plan.Plan {
	b.t.Helper()
	p, done, err := b.run(b.Reconciler)
	if err != nil {
		b.t.Fatalf("apply: %v", err)
	}
	if p.Blocked() {
		b.t.Fatalf("problems: %v", p.Problems)
	}
	if done != len(p.Actions) {
		b.t.Errorf("%d of %d actions done", done, len(p.Actions))
	}
	return p
}

// still checks that another run has nothing to do and writes nothing.
func (b *bundle) still() {
	b.t.Helper()
	b.gitlab.ResetCalls()
	p := b.apply()
	if n := b.gitlab.Writes(); n > 0 || !p.Empty() {
		var text strings.Builder
		_ = p.Text(&text)
		b.t.Errorf("a second run writes %d times (%v):\n%s", n, b.gitlab.Calls(), text.String())
	}
}

func (b *bundle) settle() plan.Plan {
	b.t.Helper()
	p := b.apply()
	b.still()
	return p
}

// issues are the issues of plans, without tasks.
func (b *bundle) issues() []standin.Issue {
	return slices.DeleteFunc(b.gitlab.Issues(b.plans), func(i standin.Issue) bool { return i.Type != "issue" })
}

func (b *bundle) issue() standin.Issue {
	b.t.Helper()
	all := b.issues()
	if len(all) != 1 {
		b.t.Fatalf("%d issues, want 1", len(all))
	}
	return all[0]
}

// tasks are the tasks of the only plan.
func (b *bundle) tasks() []standin.Issue {
	b.t.Helper()
	return b.gitlab.Tasks(b.plans, b.issue().IID)
}

// edit changes an issue as a person does.
func (b *bundle) edit(iid int64, f func(*standin.Issue)) {
	b.t.Helper()
	b.gitlab.EditIssue(b.gitlab.Issue(b.plans, iid), b.ana, f)
}

func (b *bundle) setState(iid int64, state string) {
	b.edit(iid, func(i *standin.Issue) { i.State = state })
}

// notes are the comments on an issue, without those of GitLab itself.
func (b *bundle) notes(iid int64) []string {
	var out []string
	for _, n := range b.gitlab.IssueNotes(b.gitlab.Issue(b.plans, iid)) {
		if !n.System {
			out = append(out, n.Body)
		}
	}
	return out
}

func stage(i standin.Issue) string {
	var found []string
	for _, l := range i.Labels {
		if strings.HasPrefix(l, "hiring::") {
			found = append(found, l)
		}
	}
	return strings.Join(found, " and ")
}

func titles(list []standin.Issue) []string {
	var out []string
	for _, i := range list {
		out = append(out, i.Title)
	}
	return out
}

func usernames(list []*standin.User) []string {
	var out []string
	for _, u := range list {
		out = append(out, u.Username)
	}
	return out
}

var commit = regexp.MustCompile(`/-/blob/[0-9a-f]{40}/`)

var ofCommit = regexp.MustCompile(`commit=[0-9a-f]{40}`)

var hash = regexp.MustCompile(`hash=[0-9a-f]+`)

var revision = regexp.MustCompile(`hash=[0-9a-f]+|commit=[0-9a-f]{40}|revision=\d+|process%20\d+|status%20\d+`)

// golden compares with a file, and writes it with -update.
func (b *bundle) golden(name, got string) {
	b.t.Helper()
	got = commit.ReplaceAllString(strings.ReplaceAll(got, b.gitlab.URL(), "https://gitlab.example"), "/-/blob/COMMIT/") + "\n"
	got = hash.ReplaceAllString(got, "hash=HASH") // which depends on the address
	got = ofCommit.ReplaceAllString(got, "commit=COMMIT")
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	if got != string(want) {
		b.t.Errorf("%s differs; see it with -update and git diff. Got:\n%s", file, got)
	}
}

var tpmSteps = []string{
	"Screening call", "Interview: Sr Director of Product Management", "Interview: Directors in the Product Division", "Interview: cross division stable counterpart", "Interview: CPO",
}

func TestPlan(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, oneOpening)
	p := b.settle()
	i := b.issue()
	if i.Title != "Opening GHP-1042: Senior Technical Program Manager" || !i.Confidential || i.DueDate != "2027-02-01" || i.State != "opened" {
		t.Errorf("issue %q, confidential %v, due %q, %s", i.Title, i.Confidential, i.DueDate, i.State)
	}
	if got := usernames(i.Assignees); !slices.Equal(got, []string{"bo", "ana"}) {
		t.Errorf("assignees %q", got)
	}
	labels := []string{"department::product", "hiring::1 Screening call", "level::Senior Technical Program Manager", "opening", "role::Technical Program Manager"}
	if got := slices.Sorted(slices.Values(i.Labels)); !slices.Equal(got, labels) {
		t.Errorf("labels %q", got)
	}
	b.golden("tpm-issue.md", i.Description)
	tasks := b.tasks()
	if got := titles(tasks); !slices.Equal(got, tpmSteps) {
		t.Errorf("tasks %q", got)
	}
	for n, want := range map[int][]string{0: {"bo"}, 2: {"cy", "dee"}, 4: nil} {
		if got := usernames(tasks[n].Assignees); !slices.Equal(got, want) || !tasks[n].Confidential {
			t.Errorf("task %q: assignees %q, confidential %v", tasks[n].Title, got, tasks[n].Confidential)
		}
	}
	b.golden("tpm-task.md", tasks[2].Description)
	if notes := b.notes(i.IID); len(notes) > 0 {
		t.Errorf("notes %q", notes)
	}
	colors := map[string]string{}
	for n, l := range b.gitlab.Labels(b.hb) {
		colors[l.Name] = l.Color
		if !strings.HasPrefix(l.Description, "Kept by roleplan: ") {
			t.Errorf("label %q is described as %q", l.Name, l.Description)
		}
		if strings.HasPrefix(l.Name, "hiring::") && (l.Priority == nil || *l.Priority != int(l.Name[8]-'0')) {
			t.Errorf("label %d, %q, has priority %v", n, l.Name, l.Priority)
		}
	}
	if len(colors) != 9 || colors["hiring::1 Screening call"] == colors["hiring::5 Interview: CPO"] || colors["hiring::2 Interview: Sr Director of Product Management"] != colors["hiring::5 Interview: CPO"] {
		t.Errorf("colours %v", colors)
	}
	if len(p.Openings) != 1 || p.Openings[0].Steps != 5 || len(p.Actions) != 9+1+5 {
		t.Errorf("plan %+v", p)
	}
}

// TestReconcile is the same by the way of the service.
func TestReconcile(t *testing.T) {
	b := setup(t, standin.Options{}, oneOpening)
	key := reconcile.Key{Kind: reconcile.Openings, Project: b.hb.ID}
	for n, want := range []int{15, 0} {
		res, err := b.Reconcile(context.Background(), key)
		if err != nil || res.Changed != want {
			t.Errorf("run %d: %+v, %v", n+1, res, err)
		}
	}
	if _, err := b.Reconcile(context.Background(), reconcile.Key{Kind: reconcile.MergeRequest, Project: b.hb.ID, IID: 1}); !reconcile.IsTerminal(err) {
		t.Errorf("a key of another kind: %v", err)
	}
	if _, err := b.Reconcile(context.Background(), reconcile.Key{Kind: reconcile.Openings, Project: 999}); !reconcile.IsTerminal(err) {
		t.Errorf("no project: %v", err)
	}
}

// calls counts calls without writing.
func (b *bundle) calls() (n int, all map[string]int) {
	all = b.gitlab.Calls()
	for c := range maps.Values(all) {
		n += c
	}
	return n, all
}

// line and markdown are texts as a person could send them.
func (b *bundle) line(s string) safe.Line { return safe.Title("%s", safe.Text(s)) }

func (b *bundle) markdown(s string) safe.Markdown { return safe.Keep(s) }

// TestPlanWhileMade: a plan that another run makes between two listings does not look like one whose issue
// was deleted.
func TestPlanWhileMade(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, oneOpening)
	var listings atomic.Int64
	b.gitlab.OnCall(func(r *http.Request) *standin.Fault {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/issues") && listings.Add(1) == 2 {
			if _, _, err := b.run(b.Reconciler); err != nil {
				t.Error(err)
			}
		}
		return nil
	})
	p, err := b.Plan(t.Context(), b.project, "main")
	if err != nil || len(p.Problems) > 0 {
		t.Errorf("error %v, problems %v, actions %v", err, p.Problems, p.Actions)
	}
	if listings.Load() < 2 {
		t.Error("nothing was made meanwhile")
	}
	b.still()
}
