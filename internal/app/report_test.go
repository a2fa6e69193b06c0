package app

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/report"
)

// runReport runs the command against a stage.
func runReport(t *testing.T, d *stage, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	a := &App{Stdout: &stdout, Stderr: &stderr, Getenv: func(name string) string {
		return map[string]string{"ROLEPLAN_GITLAB_URL": d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN": botToken, "ROLEPLAN_PROJECTS": d.project.Path}[name]
	}}
	code = a.Main(t.Context(), append([]string{"report"}, args...))
	return code, stdout.String(), stderr.String()
}

// TestReportOfTheStory reports what the demo's story has left behind, in every format.
func TestReportOfTheStory(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	s := startLoop(t, d, client, time.Minute)
	d.addHook(s.webhookURL())
	if err := d.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	settle(t, s)
	d.gitlab.ResetCalls()
	dir := t.TempDir()
	for _, test := range []struct {
		args []string
		file string
		want string
	}{
		{nil, "", "GHP-1042  Senior Technical Program Manager"},
		{[]string{"--format", "markdown"}, "", "| Cy, who recruits (cy) |"},
		{[]string{"--output"}, "r.html", `aria-label="Openings by stage. Screening call: 1; Interview: 1"`},
		{[]string{"--output"}, "r.json", `"stage": "Interview"`},
		{[]string{"--format", "csv", "--output"}, "r.txt", "acme/handbook,GHP-1007,"},
	} {
		args := test.args
		if test.file != "" {
			args = append(args, filepath.Join(dir, test.file))
		}
		code, out, errs := runReport(t, d, args...)
		if test.file != "" {
			src, err := os.ReadFile(filepath.Join(dir, test.file))
			if err != nil || out != "" {
				t.Fatalf("%v, and on standard output %q", err, out)
			}
			out = string(src)
		}
		if code != 0 || errs != "" || !strings.Contains(out, test.want) {
			t.Errorf("%q: exit code %d, %q; no %q in\n%s", args, code, errs, test.want, out)
		}
	}
	if n := d.gitlab.Writes(); n > 0 {
		t.Errorf("a report writes %d times: %v", n, d.gitlab.Calls())
	}
	var r report.Report
	_, out, _ := runReport(t, d, "--format", "json")
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(r.Openings, func(o report.Opening) bool { return o.ID == "GHP-1042" })
	if o := r.Openings[i]; o.StepsDone != 1 || o.Steps != 6 || o.Next == nil || o.Next.Number != 2 || len(o.History) != 2 || !o.History[0].Left || o.History[1].Left {
		t.Errorf("GHP-1042 is %+v, next %+v", o, o.Next)
	}
}

// TestDashboard: there is one issue, which a second run with the same content does not write. What
// people add stays, what they change in it is kept, and one that they close is theirs.
func TestDashboard(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	p, err := client.Project(t.Context(), d.project.Path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opening.New(client).Apply(t.Context(), p, opening.Options{}); err != nil {
		t.Fatal(err)
	}
	// A planted mark counts for nothing.
	d.gitlab.AddIssue(d.project, d.ana, "Hiring dashboard", "<!-- roleplan:dashboard v1 -->")
	find := func() []*standin.Issue {
		var found []*standin.Issue
		for _, i := range d.gitlab.Issues(d.project) {
			if i.Title == "Hiring dashboard" && i.Author.ID == d.bot.ID {
				found = append(found, d.gitlab.Issue(d.project, i.IID))
			}
		}
		return found
	}
	run := func(want string, writes int) {
		t.Helper()
		d.gitlab.ResetCalls()
		code, _, errs := runReport(t, d, "--dashboard")
		if code != 0 || !strings.Contains(errs, "dashboard of acme/handbook: "+want) || d.gitlab.Writes() != writes || len(find()) != 1 {
			t.Fatalf("exit code %d, %q, %d writes, %d issues; want %q", code, errs, d.gitlab.Writes(), len(find()), want)
		}
	}
	run("created", 1)
	run("unchanged", 0)
	board := find()[0]
	if !board.Confidential || !strings.Contains(board.Description, "GHP-1007") {
		t.Errorf("confidential %v:\n%s", board.Confidential, board.Description)
	}
	d.gitlab.EditIssue(board, d.ana, func(i *standin.Issue) { i.Description += "\n\nMeet on Mondays." })
	run("unchanged", 0)
	first := d.gitlab.Tasks(d.project, d.planIssue(t, "GHP-1007").IID)[0]
	d.gitlab.CloseIssue(d.gitlab.Issue(d.project, first.IID), d.cy)
	if _, err := opening.New(client).Apply(t.Context(), p, opening.Options{}); err != nil {
		t.Fatal(err)
	}
	run("updated", 1)
	d.gitlab.EditIssue(board, d.ana, func(i *standin.Issue) {
		i.Description = strings.Replace(i.Description, "1 open, 0 on hold.", "All is well.", 1)
	})
	run("updated", 1)
	run("unchanged", 0)
	for _, want := range []string{"Meet on Mondays.", "1 open, 0 on hold.", "All is well.", "This is what stood there"} {
		if n := strings.Count(find()[0].Description, want); n != 1 {
			t.Errorf("%q stands there %d times:\n%s", want, n, find()[0].Description)
		}
	}
	d.gitlab.CloseIssue(board, d.ana)
	run("closed", 0)
	if ran := d.gitlab.QuickActionsRun(); len(ran) > 0 {
		t.Errorf("quick actions: %v", ran)
	}
}

// planIssue is the issue of an opening.
func (d *stage) planIssue(t *testing.T, id string) standin.Issue {
	t.Helper()
	for _, i := range d.gitlab.Issues(d.project) {
		if strings.HasPrefix(i.Title, "Opening "+id+":") {
			return i
		}
	}
	t.Fatalf("%s has no issue", id)
	return standin.Issue{}
}

// TestDashboardOnce: an answer that was lost makes no second dashboard.
func TestDashboardOnce(t *testing.T) {
	t.Parallel()
	d, _ := newLoop(t)
	d.gitlab.OnCall(func(r *http.Request) *standin.Fault {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/issues") {
			return &standin.Fault{After: true, Status: http.StatusBadGateway}
		}
		return nil
	})
	for _, want := range []string{"created", "unchanged"} {
		if code, _, errs := runReport(t, d, "--dashboard"); code != 0 || !strings.Contains(errs, want+" http") {
			t.Errorf("exit code %d, %q; want %q", code, errs, want)
		}
	}
	if n := len(d.gitlab.Issues(d.project)); n != 1 {
		t.Errorf("%d issues", n)
	}
}

func TestReportFailures(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		args  []string
		fault string // part of a path that is answered 403
		conf  string
		code  int
		want  string
	}{
		{"a format that is none", []string{"--format", "pdf"}, "", "", ExitUsage, `--format "pdf" is not known; expected one of text, markdown, html, json, csv`},
		{"an ending that is none", []string{"--output", "r.pdf"}, "", "", ExitUsage, "its ending names no format"},
		{"no days", []string{"--days", "0"}, "", "", ExitUsage, "--days 0"},
		{"no folder", []string{"--output", "/no/such/folder/r.html"}, "", "", ExitFailure, "write the report: open /no/such/folder/r.html"},
		{"no history", nil, "resource_label_events", "", ExitFailure, "GHP-1007: read the label events of issue #1"},
		{"a bad configuration", nil, "", "plan: {steps: x}", ExitFailure, `.roleplan.yml:1:`},
		{"no project of plans", nil, "", "plan: {project: acme/none}", ExitFailure, "key plan.project"},
		{"no such project", []string{"--projects", "acme/none"}, "", "", ExitFailure, "acme/none"},
		{"one of two projects", []string{"--projects", "acme/none,acme/handbook"}, "", "", ExitPartly, "acme/none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, client := newLoop(t)
			p, err := client.Project(t.Context(), d.project.Path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := opening.New(client).Apply(t.Context(), p, opening.Options{}); err != nil {
				t.Fatal(err)
			}
			if test.conf != "" {
				d.gitlab.Commit(d.project, "main", d.ana, "x", map[string]*string{".roleplan.yml": &test.conf})
			}
			d.gitlab.OnCall(func(r *http.Request) *standin.Fault {
				if test.fault != "" && strings.Contains(r.URL.Path, test.fault) {
					return &standin.Fault{Status: http.StatusForbidden, Body: `{"message":"403 Forbidden"}`}
				}
				return nil
			})
			code, out, errs := runReport(t, d, test.args...)
			if code != test.code || !strings.Contains(errs, test.want) {
				t.Errorf("exit code %d, %q; want %d, %q", code, errs, test.code, test.want)
			}
			if strings.Contains(out, "GHP-1007") != (test.code == ExitPartly) {
				t.Errorf("standard output holds\n%s", out)
			}
		})
	}
}

// TestReportOfNothing: no opening, and issues switched off.
func TestReportOfNothing(t *testing.T) {
	t.Parallel()
	d, _ := newLoop(t)
	if code, out, errs := runReport(t, d); code != 0 || !strings.Contains(errs, "holds no plan made by project_1_bot_demo") || !strings.Contains(out, "No opening is being worked on. Add one with 'roleplan open'") {
		t.Errorf("exit code %d, %q\n%s", code, errs, out)
	}
	d.gitlab.Set(d.project, func(p *standin.Project) { p.NoIssues = true })
	if code, out, _ := runReport(t, d); code != 0 || !strings.Contains(out, "No opening") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	if code, _, errs := runReport(t, d, "--dashboard"); code != ExitPartly || !strings.Contains(errs, "has its issues switched off") {
		t.Errorf("exit code %d, %q", code, errs)
	}
}

// TestReportDryRun: a dry run makes no dashboard.
func TestReportDryRun(t *testing.T) {
	t.Parallel()
	d, _ := newLoop(t)
	if code, _, errs := runReport(t, d, "--dashboard", "--dry-run"); code != 0 || !strings.Contains(errs, "would write") || d.gitlab.Writes() != 0 {
		t.Errorf("exit code %d, %d writes, %q", code, d.gitlab.Writes(), errs)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	p := newProgress(&b, "reading", 2)
	p.step()
	p.step()
	p.done()
	want := "\r\x1b[Kreading [" + strings.Repeat(".", 30) + "] 0 of 2\r\x1b[Kreading [" + strings.Repeat("#", 15) + strings.Repeat(".", 15) + "] 1 of 2" +
		"\r\x1b[Kreading [" + strings.Repeat("#", 30) + "] 2 of 2\r\x1b[K"
	if b.String() != want {
		t.Errorf("%q", b.String())
	}
}
