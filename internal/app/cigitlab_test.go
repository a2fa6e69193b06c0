package app

import (
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// These tests run `roleplan ci` as a job of a pipeline that the stand-in GitLab would start.

// propose opens a merge request that changes the demo's page, with two links that are not safe.
func propose(t *testing.T, d *stage) *standin.MergeRequest {
	t.Helper()
	c, err := d.commit("tpm-panel", "Add a panel", func(_, src string) string {
		return strings.Replace(src, lastStep, "* A [panel](http://example.com/a), and then [another](http://example.com/b).\n"+lastStep, 1)
	}, demoPage)
	if err != nil {
		t.Fatal(err)
	}
	d.gitlab.AddPipeline(d.project, c.SHA, "tpm-panel")
	mr, err := d.gitlab.OpenMergeRequest(d.project, d.ana, "tpm-panel", standin.DefaultBranch, "Add a panel", "")
	if err != nil {
		t.Fatal(err)
	}
	return mr
}

// job is a run of a job in a checkout of a branch: a repository of its own, with one commit.
func (d *stage) job(t *testing.T, branch string) *run {
	t.Helper()
	dir := t.TempDir()
	gitRun(t, dir, "init", "--quiet")
	writeFiles(t, dir, d.gitlab.Files(d.project, branch))
	commit(t, dir, "checked out")
	r := &run{env: map[string]string{
		"CI_PROJECT_DIR": dir, "CI_SERVER_URL": d.gitlab.URL(), "CI_PROJECT_ID": strconv.FormatInt(d.project.ID, 10),
		"CI_DEFAULT_BRANCH": standin.DefaultBranch, "ROLEPLAN_GITLAB_TOKEN": botToken, "NO_COLOR": "1",
		// What others put into the variables sends no token elsewhere.
		"ROLEPLAN_GITLAB_URL": "http://127.0.0.1:1", "ROLEPLAN_PROJECTS": "acme/other",
	}}
	if branch == standin.DefaultBranch {
		r.env["CI_COMMIT_BRANCH"] = branch
	}
	return r
}

// requestJob is a run of a job in the pipeline of a merge request.
func (d *stage) requestJob(t *testing.T, mr *standin.MergeRequest) *run {
	r := d.job(t, mr.Source)
	r.env["CI_MERGE_REQUEST_IID"] = strconv.FormatInt(mr.IID, 10)
	r.env["CI_MERGE_REQUEST_PROJECT_ID"] = strconv.FormatInt(d.project.ID, 10)
	r.env["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = strings.Repeat("0123456789", 4) // which the clone lacks
	r.env["ROLEPLAN_FAIL_ON"] = "never"
	return r
}

// openThreads counts what the bot has said on lines and nobody has resolved, by text.
func (d *stage) openThreads(mr *standin.MergeRequest) map[string]int {
	n := map[string]int{}
	for _, note := range d.gitlab.Notes(mr) {
		if note.Position != nil && note.Author.ID == d.bot.ID && !note.Resolved {
			n[note.Body]++
		}
	}
	return n
}

// standing counts the notes of the bot that point to no other one, and its open threads by text.
func (d *stage) standing(mr *standin.MergeRequest) (notes int, threads map[string]int) {
	for _, n := range d.answers(mr) {
		if n.Body != note.Superseded().String() {
			notes++
		}
	}
	return notes, d.openThreads(mr)
}

// TestCICheckAnswers: with a token the job writes what the service would, and a second job nothing.
func TestCICheckAnswers(t *testing.T) {
	d, _ := newLoop(t)
	mr := propose(t, d)
	r := d.requestJob(t, mr)
	if code := r.main(t, "ci", "check"); code != ExitOK {
		t.Fatalf("exit code %d, %s", code, r.stderr)
	}
	// The base is not there, and no remote to fetch it from: so GitLab told what was changed.
	if !strings.HasPrefix(r.stdout, "roleplan checks the role pages that merge request !1 changes, as GitLab lists them, because git did not tell") {
		t.Errorf("got\n%s", r.stdout)
	}
	if _, checked := pagesIn(t, r.env["CI_PROJECT_DIR"], r); checked != "1 page" {
		t.Errorf("%s checked\n%s", checked, r.stdout)
	}
	if !strings.Contains(r.stdout, "roleplan's answer in merge request !1 is up to date, ") {
		t.Errorf("got\n%s", r.stdout)
	}
	if notes, threads := d.answers(mr), d.openThreads(mr); len(notes) != 1 || len(threads) != 2 {
		t.Errorf("%d notes, threads %v", len(notes), threads)
	}
	d.gitlab.ResetCalls()
	if code := r.main(t, "ci", "check"); code != ExitOK || d.gitlab.Writes() != 0 {
		t.Errorf("the second job: exit code %d, %d writes", code, d.gitlab.Writes())
	}
	if strings.Contains(r.stdout+r.stderr, botToken) {
		t.Error("the token is shown")
	}
}

// hold keeps back the first call that comes for a path with this end: held waits for it, release lets it go.
func (d *stage) hold(t *testing.T, path string) (held, release func()) {
	var came atomic.Bool
	goes := make(chan struct{})
	d.gitlab.OnCall(func(r *http.Request) *standin.Fault {
		if strings.HasSuffix(r.URL.Path, path) && !came.Swap(true) {
			<-goes
		}
		return nil
	})
	held = func() {
		t.Helper()
		if err := d.until(t.Context(), "there is a call for "+path, came.Load); err != nil {
			t.Error(err)
		}
	}
	return held, func() { close(goes) }
}

// TestCICheckAndService: the service and jobs of several pipelines answer in one merge request, one after
// the other and at the same time. One note stands, and a thread a finding.
func TestCICheckAndService(t *testing.T) {
	for name, first := range map[string]func(d *stage, service, job func()){
		"the service first": func(_ *stage, service, job func()) { service(); job() },
		"the job first":     func(_ *stage, service, job func()) { job(); service() },
		"at once": func(_ *stage, service, job func()) {
			var all sync.WaitGroup
			for _, f := range []func(){service, job, job} {
				all.Go(f)
			}
			all.Wait()
		},
		"jobs while the service is held": func(d *stage, service, job func()) {
			held, release := d.hold(t, "/draft_notes")
			var all sync.WaitGroup
			all.Go(service)
			held()
			job()
			job()
			release()
			all.Wait()
		},
	} {
		t.Run(name, func(t *testing.T) {
			d, client := newLoop(t)
			post := newPostman(t)
			d.addHook(post.url)
			s := startLoop(t, d, client, 0)
			mr := propose(t, d)
			drain(t, d) // GitLab has sent its webhooks
			env := d.requestJob(t, mr).env
			first(d, func() {
				post.deliverTo(s.webhookURL())
				post.again(t, nil)
				settle(t, s)
			}, func() {
				r := run{env: maps.Clone(env)}
				if code := r.main(t, "ci", "check"); code != ExitOK {
					t.Errorf("exit code %d, %s", code, r.stderr)
				}
			})
			standing, threads := d.standing(mr)
			for body, n := range threads {
				if n != 1 {
					t.Errorf("%d open threads say\n%s", n, body)
				}
			}
			if standing != 1 || len(threads) != 2 {
				t.Errorf("%d notes stand, and threads %v", standing, threads)
			}
			d.gitlab.ResetCalls()
			post.again(t, nil)
			settle(t, s)
			r := run{env: env}
			if code := r.main(t, "ci", "check"); code != ExitOK || d.gitlab.Writes() != 0 {
				t.Errorf("once more: exit code %d and %d writes", code, d.gitlab.Writes())
			}
		})
	}
}

// TestCICheckCannotAnswer: the findings decide, then what could not be done is a warning.
func TestCICheckCannotAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		env   map[string]string
		fault *standin.Fault
		code  int
		says  string
	}{
		"no token":           {env: map[string]string{"ROLEPLAN_GITLAB_TOKEN": ""}, code: ExitOK, says: "roleplan did not write to merge request !1, because ROLEPLAN_GITLAB_TOKEN is not set"},
		"no token, errors":   {env: map[string]string{"ROLEPLAN_GITLAB_TOKEN": "", "ROLEPLAN_FAIL_ON": "info"}, code: ExitFindings, says: "roleplan did not write"},
		"an old token":       {env: map[string]string{"ROLEPLAN_GITLAB_TOKEN": "glpat-old"}, code: ExitPartly, says: "the answer in merge request !1 could not be brought up to date"},
		"an old one, errors": {env: map[string]string{"ROLEPLAN_GITLAB_TOKEN": "glpat-old", "ROLEPLAN_FAIL_ON": "info"}, code: ExitFindings, says: "could not be brought up to date"},
		"GitLab is away":     {env: map[string]string{"CI_SERVER_URL": "http://127.0.0.1:1"}, code: ExitPartly, says: "no connection to 127.0.0.1:1"},
		"away, errors":       {env: map[string]string{"CI_SERVER_URL": "http://127.0.0.1:1", "ROLEPLAN_FAIL_ON": "info"}, code: ExitFindings, says: "no connection to 127.0.0.1:1"},
		"a role too small":   {fault: &standin.Fault{Status: http.StatusForbidden, Body: `{"message":"403 Forbidden"}`}, code: ExitPartly, says: "role"},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := newLoop(t)
			mr := propose(t, d)
			d.gitlab.OnCall(func(*http.Request) *standin.Fault { return test.fault })
			r := d.requestJob(t, mr)
			maps.Copy(r.env, test.env)
			if code := r.main(t, "ci", "check"); code != test.code || !strings.Contains(r.stdout+r.stderr, test.says) {
				t.Errorf("exit code %d, want %d\n%s\n%s", code, test.code, r.stdout, r.stderr)
			}
			if !strings.HasPrefix(r.stdout, "roleplan checks all role pages, because it is not known which") {
				t.Errorf("got\n%s", r.stdout)
			}
			if _, checked := pagesIn(t, r.env["CI_PROJECT_DIR"], r); checked != "3 pages" {
				t.Errorf("%s checked", checked)
			}
			if _, err := os.Stat(filepath.Join(r.env["CI_PROJECT_DIR"], junitReport)); err != nil {
				t.Error(err)
			}
			if n := len(d.answers(mr)); n != 0 {
				t.Errorf("%d notes", n)
			}
			if strings.Contains(r.stdout+r.stderr, "glpat-old") {
				t.Error("the token is shown")
			}
		})
	}
}

// TestCICheckWaitsForNoOpenings: where GitLab does not let roleplan read the openings, the note says so, and the
// job ends. The service tries that again a quarter of an hour later.
func TestCICheckWaitsForNoOpenings(t *testing.T) {
	d, client := newLoop(t)
	d.gitlab.AddProject("acme/hiring", "private")
	d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "Openings move", map[string]*string{
		demoOpenings: nil, ".roleplan.yml": new("version: 1\nopenings: {project: acme/hiring}\nplan: {project: acme/hiring}\n"),
	})
	mr := propose(t, d)
	ctx, cancel := context.WithTimeout(t.Context(), patience/4)
	defer cancel()
	_, err := new(App).reconcileNow(ctx, client, reconcile.Key{Kind: reconcile.MergeRequest, Project: d.project.ID, IID: mr.IID})
	if notes := d.answers(mr); err != nil || len(notes) != 1 || !strings.Contains(notes[0].Body, "could not be told just now") {
		t.Errorf("%v, notes %v", err, notes)
	}
}

func TestCISync(t *testing.T) {
	d, _ := newLoop(t)
	mergeUnseen(t, d, true)
	r := d.job(t, standin.DefaultBranch)
	if code := r.main(t, "ci", "sync", "--dry-run"); code != ExitOK || d.gitlab.Writes() != 0 ||
		!strings.Contains(r.stdout, "GHP-1042") || !strings.Contains(r.stdout, "This is a dry run: nothing is written.") {
		t.Errorf("dry run: exit code %d, %d writes\n%s\n%s", code, d.gitlab.Writes(), r.stdout, r.stderr)
	}
	if code := r.main(t, "ci", "sync"); code != ExitOK || !strings.Contains(r.stdout, "2 created, ") {
		t.Errorf("exit code %d\n%s\n%s", code, r.stdout, r.stderr)
	}
	checkPlans(t, d)
	d.gitlab.ResetCalls()
	if code := r.main(t, "ci", "sync"); code != ExitOK || d.gitlab.Writes() != 0 || !strings.Contains(r.stdout, "0 created, 0 changed, 0 closed, 2 unchanged, 0 failed") {
		t.Errorf("once more: exit code %d, %d writes\n%s\n%s", code, d.gitlab.Writes(), r.stdout, r.stderr)
	}
}

// TestCISyncRefuses: each case changes one thing that `ci sync` needs.
func TestCISyncRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		code int
		says string
	}{
		"no token":               {map[string]string{"ROLEPLAN_GITLAB_TOKEN": ""}, ExitPartly, "nothing was looked at or changed, because ROLEPLAN_GITLAB_TOKEN is not set"},
		"an old token":           {map[string]string{"ROLEPLAN_GITLAB_TOKEN": "glpat-old"}, ExitFailure, "token"},
		"another branch":         {map[string]string{"CI_COMMIT_BRANCH": "change"}, ExitUsage, `plans follow the default branch "main"`},
		"a tag":                  {map[string]string{"CI_COMMIT_BRANCH": ""}, ExitUsage, "plans follow the default branch"},
		"no GitLab":              {map[string]string{"CI_SERVER_URL": ""}, ExitUsage, "CI_SERVER_URL"},
		"outside of a pipeline":  {map[string]string{"CI_PROJECT_DIR": ""}, ExitUsage, "CI_PROJECT_DIR is not set"},
		"neither true nor false": {map[string]string{"ROLEPLAN_DRY_RUN": "perhaps"}, ExitUsage, "ROLEPLAN_DRY_RUN"},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := newLoop(t)
			r := d.job(t, standin.DefaultBranch)
			maps.Copy(r.env, test.env)
			if code := r.main(t, "ci", "sync"); code != test.code || !strings.Contains(r.stderr, test.says) {
				t.Errorf("exit code %d and %q, want %d and %q", code, r.stderr, test.code, test.says)
			}
			if n := d.gitlab.Writes(); n != 0 {
				t.Errorf("%d writes", n)
			}
		})
	}
}

// TestCISyncNamesNoOpeningOfAnotherProject: the handbook is public, and so is the log of its jobs.
func TestCISyncNamesNoOpeningOfAnotherProject(t *testing.T) {
	d, _ := newLoop(t)
	secret := d.gitlab.AddProject("acme/hiring", "private")
	d.gitlab.AddMember(secret, d.bot, standin.Developer)
	files := d.gitlab.Files(d.project, standin.DefaultBranch)
	d.gitlab.Commit(secret, standin.DefaultBranch, d.ana, "Openings", map[string]*string{demoOpenings: new(files[demoOpenings] + newOpening + "\n- id: GHP-9999\n  page: content/none.md\n  level: Lost\n")})
	d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "Openings move", map[string]*string{
		demoOpenings: nil, ".roleplan.yml": new("version: 1\nopenings: {project: acme/hiring}\nplan: {project: acme/hiring}\n"),
	})
	r := d.job(t, standin.DefaultBranch)
	for _, test := range []struct {
		args  []string
		fault *standin.Fault
		code  int
		says  string
	}{
		{[]string{"ci", "sync", "--dry-run"}, nil, ExitPartly, "2 openings: "},
		{[]string{"ci", "sync"}, &standin.Fault{Status: http.StatusUnprocessableEntity, Body: `{"message":"no more issues"}`}, ExitFailure, "2 failed"},
		{[]string{"ci", "sync"}, nil, ExitPartly, "2 created"}, // and one with a mistake
	} {
		d.gitlab.OnCall(func(r *http.Request) *standin.Fault {
			if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/issues") {
				return test.fault
			}
			return nil
		})
		if code := r.main(t, test.args...); code != test.code {
			t.Errorf("%v: exit code %d\n%s\n%s", test.args, code, r.stdout, r.stderr)
		}
		if said := r.stdout + r.stderr; strings.Contains(said, "GHP-") || strings.Contains(said, "Program Manager") || !strings.Contains(said, test.says) {
			t.Errorf("%v: the log says\n%s", test.args, said)
		}
	}
	if n := len(d.gitlab.Issues(secret)); n < 2 {
		t.Errorf("%d issues", n)
	}
}
