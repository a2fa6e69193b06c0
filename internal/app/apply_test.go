package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

const (
	applyPage     = "content/job-families/product/designer.md"
	applyPageText = "---\ntitle: Designer\n---\n\n## Hiring Process\n\n* A 30 minute screening call with a Recruiter\n* A 50-minute interview with the Director of Design\n"
	applyOpenings = "- id: GHP-1\n  page: " + applyPage + "\n- id: GHP-2\n  page: " + applyPage + "\n"
)

// An applyWorld is a GitLab with a page and two openings, and a way to call roleplan.
type applyWorld struct {
	t *testing.T
	*stage
	env map[string]string
}

func newApplyWorld(t *testing.T) *applyWorld {
	t.Helper()
	d, err := newStage(t.Context(), "127.0.0.1:0", standin.Options{Premium: true, Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.gitlab.Close() })
	w := &applyWorld{t, d, map[string]string{"ROLEPLAN_GITLAB_URL": d.gitlab.URL(), "ROLEPLAN_GITLAB_TOKEN": botToken, "ROLEPLAN_PROJECTS": d.project.Path}}
	w.commit(applyPage, applyPageText, "hiring/openings.yml", applyOpenings)
	return w
}

func (w *applyWorld) commit(files ...string) {
	changes := map[string]*string{}
	for i := 0; i < len(files); i += 2 {
		changes[files[i]] = new(files[i+1])
	}
	w.gitlab.Commit(w.project, "main", w.ana, "change", changes)
}

// run runs a command and checks its exit code.
func (w *applyWorld) run(code int, args ...string) (stdout, stderr string) {
	w.t.Helper()
	var out, errs bytes.Buffer
	a := &App{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: func(name string) string { return w.env[name] }}
	if got := a.Main(w.t.Context(), args); got != code {
		w.t.Fatalf("%q ends with %d, want %d\n%s%s", args, got, code, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// says checks that a text has all parts.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not said:\n%s", part, text)
		}
	}
}

// TestApplySummary: the end of a run names every opening with what became of it and its link.
func TestApplySummary(t *testing.T) {
	w := newApplyWorld(t)
	out, errs := w.run(ExitOK, "apply")
	says(t, out, "# acme/handbook\n", "created    GHP-1: Designer  "+w.gitlab.URL()+"/acme/handbook/-/issues/1\n", "2 created, 0 changed, 0 closed, 0 unchanged, 0 failed")
	if errs != "" {
		t.Errorf("a bar or more where there is no terminal: %q", errs)
	}
	out, _ = w.run(ExitOK, "apply")
	says(t, out, "unchanged  GHP-2: Designer  "+w.gitlab.URL(), "2 unchanged, 0 failed")
	w.commit("hiring/openings.yml", strings.Replace(applyOpenings, "- id: GHP-2", "  status: filled\n- id: GHP-2", 1)+"  target_start: 2027-02-01\n- id: GHP-3\n  page: none.md\n")
	out, errs = w.run(ExitPartly, "apply")
	says(t, out, "! hiring/openings.yml:7: GHP-3: page:", "closed     GHP-1", "changed    GHP-2", "1 changed, 1 closed")
	says(t, errs, "1 mistake of openings")
}

// TestApplyFails: openings that fail are named with the reason, the others are done.
func TestApplyFails(t *testing.T) {
	w := newApplyWorld(t)
	w.gitlab.Set(w.project, func(p *standin.Project) { p.Members[w.bot.ID] = standin.Guest })
	_, errs := w.run(ExitFailure, "apply")
	says(t, errs, `labels: create label "opening"`, "the token needs scope api, and its user a role that may do this (Reporter for notes, issues and labels)")
	if strings.Contains(errs, "GHP-1") {
		t.Errorf("what failed for want of labels alone is told as well: %s", errs)
	}
	w.gitlab.Set(w.project, func(p *standin.Project) { p.Members[w.bot.ID] = standin.Reporter; p.NoIssues = true })
	out, _ := w.run(ExitPartly, "apply")
	says(t, out, `! the project "acme/handbook" has its issues switched off`, "plan.project")
}

// TestApplyPlan: what plan --format json wrote is done exactly, or not at all.
func TestApplyPlan(t *testing.T) {
	w := newApplyWorld(t)
	out, _ := w.run(ExitOK, "plan", "--format", "json")
	file := filepath.Join(t.TempDir(), "plan.json")
	save := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save(out)
	w.commit(applyPage, strings.Replace(applyPageText, "50", "45", 1))
	_, errs := w.run(ExitFailure, "apply", "--plan", file)
	says(t, errs, "the plan is out of date, so nothing was done", `GHP-1: create task "Interview: Director of Design" would write something else by now`)
	if n := len(w.gitlab.Issues(w.project)); n != 0 {
		t.Errorf("%d issues", n)
	}
	out, _ = w.run(ExitOK, "plan", "--format", "json")
	save(out)
	delete(w.env, "ROLEPLAN_PROJECTS") // the plan names it
	out, _ = w.run(ExitOK, "apply", "--plan", file)
	says(t, out, "2 created")
	_, errs = w.run(ExitFailure, "apply", "--plan", file)
	says(t, errs, "is not needed any more")

	for text, want := range map[string]string{"{": "is no plan", "[]": "holds no plan", `[{"project":"acme/handbook","colour":1}]`: "unknown field"} {
		save(text)
		_, errs = w.run(ExitUsage, "apply", "--plan", file)
		says(t, errs, want, "plan --format json")
	}
	_, errs = w.run(ExitFailure, "apply", "--plan", file+".none")
	says(t, errs, "read the plan")
	save(out)
	w.env["ROLEPLAN_PROJECTS"] = w.project.Path
	save(`[{"project":"acme/other","openings":[],"actions":[],"problems":[]}]`)
	_, errs = w.run(ExitUsage, "apply", "--plan", file)
	says(t, errs, `the plan holds nothing for "acme/handbook"`)
	_, errs = w.run(ExitUsage, "apply", "--plan", file, "--recreate", "GHP-1")
	says(t, errs, "plan --recreate")
}

// TestApplyLimit: many closings need a flag.
func TestApplyLimit(t *testing.T) {
	w := newApplyWorld(t)
	w.run(ExitOK, "apply")
	w.commit("hiring/openings.yml", strings.ReplaceAll(applyOpenings, "page:", "status: cancelled\n  page:"))
	out, _ := w.run(ExitPartly, "plan")
	says(t, out, "! hiring/openings.yml: it would close 2 of the 2 open plans (GHP-1, GHP-2)")
	_, errs := w.run(ExitFailure, "apply")
	says(t, errs, "nothing was done: it would close 2 of the 2 open plans (GHP-1, GHP-2)", "--close-many")
	out, _ = w.run(ExitOK, "apply", "--close-many")
	says(t, out, "2 closed")
}

// TestApplyRecreate: what a person has deleted is made again when it is asked for.
func TestApplyRecreate(t *testing.T) {
	w := newApplyWorld(t)
	w.run(ExitOK, "apply")
	w.gitlab.DeleteIssue(w.gitlab.Issue(w.project, 1))
	out, _ := w.run(ExitPartly, "apply")
	says(t, out, "GHP-1: its issue was deleted", "apply --recreate GHP-1", "unchanged  GHP-2")
	out, _ = w.run(ExitOK, "plan", "--recreate", "GHP-1")
	says(t, out, "it was deleted, and is asked for again")
	out, _ = w.run(ExitOK, "apply", "--recreate", "GHP-1")
	says(t, out, "created    GHP-1")
	w.run(ExitOK, "apply")
}
