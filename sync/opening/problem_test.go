package opening_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// TestMistakes: every mistake is told with its file, line and key, and stops its own opening alone.
func TestMistakes(t *testing.T) {
	mistakes := `- id: GHP-1
  page: content/job-families/product/nobody.md
  level: Senior
- id: GHP-2
  page: content/job-families/product/technical-program-manager.md
  level: Senior Technical Programme Manager
- id: GHP-3
  page: content/job-families/product/technical-program-manager.md
- id: GHP-4
  pgae: content/job-families/product/technical-program-manager.md
  level: Technical Program Manager
- id: GHP-5
  page: content/job-families/product/technical-program-manager.md
  level: technical-program-manager
  hiring_manager: nobody
  recruiter: gone
  specialty: Escalation Specialist
  interviewers: {"9": [ana], "CPO": [cy], "the VP": [dee]}
- id: GHP-6
  page: content/job-families/product/technical-program-manager.md
  level: Technical Program Manager
  target_start: soon
`
	b := setup(t, standin.Options{Premium: true}, mistakes+oneOpening+oneOpening)
	gone := b.gitlab.AddUser("gone", "Gone", false)
	gone.State = "blocked"
	p, done, err := b.run(b.Reconciler)
	if err != nil || done != len(p.Actions) {
		t.Fatalf("%d of %d done, error %v", done, len(p.Actions), err)
	}
	var got []string
	for _, problem := range p.Problems {
		got = append(got, fmt.Sprintf("%v %s", problem.Blocks, problem))
	}
	for _, want := range []string{
		`true hiring/openings.yml:1: GHP-1: page: "content/job-families/product/nobody.md" does not exist in the repository; give the path of a role page`,
		`true hiring/openings.yml:4: GHP-2: level: "Senior Technical Programme Manager" is no level of the page; perhaps "Senior Technical Program Manager" was meant; expected one of Technical Program Manager, Senior`,
		`true hiring/openings.yml:7: GHP-3: level: is missing; expected one of Technical Program Manager, Senior Technical Program Manager, Staff Technical Program Manager`,
		`true hiring/openings.yml:10: [3].pgae: is not known here; expected`,
		`true hiring/openings.yml:22: [5].target_start: "soon" is no date; expected one like 2027-02-01`,
		`true hiring/openings.yml:9: [3].page: is missing`,
		`false hiring/openings.yml:12: GHP-5: hiring_manager: nobody on GitLab is called "nobody"; correct the user name`,
		`false hiring/openings.yml:12: GHP-5: recruiter: the account "gone" is blocked; name somebody else`,
		`false hiring/openings.yml:12: GHP-5: specialty: "Escalation Specialist" is none of the page's; the page has none`,
		`false hiring/openings.yml:12: GHP-5: interviewers: "9" is in no step of the process; expected the number of a step (1 to 5) or one of Global Recruiters, Sr Director of Product Management`,
		`false hiring/openings.yml:12: GHP-5: interviewers: "the VP" is in no step`,
		`true hiring/openings.yml:34: id: "GHP-1042" stands in line 23 already`,
	} {
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("not told: %s", want)
		}
	}
	if len(got) != 12 || t.Failed() {
		t.Errorf("%d problems:\n%s", len(got), strings.Join(got, "\n"))
	}
	if got := titles(b.issues()); !slices.Equal(got, []string{"Opening GHP-5: Technical Program Manager", "Opening GHP-1042: Senior Technical Program Manager"}) {
		t.Errorf("issues %q", got)
	}
}

// TestLaterMistakes: a plan that runs stays as it is while its opening has a mistake, or is gone.
func TestLaterMistakes(t *testing.T) {
	other := strings.ReplaceAll(oneOpening, "GHP-1042", "GHP-1043")
	for name, tc := range map[string]struct {
		files []string
		want  string
		told  bool // that the plan has no opening
	}{
		"no YAML":         {[]string{openingsPath, "- id: [\n"}, "hiring/openings.yml:", false},
		"unknown key":     {[]string{openingsPath, other + oneOpening + "  colour: red\n"}, "colour: is not known", false},
		"unknown level":   {[]string{openingsPath, other + strings.Replace(oneOpening, "level: Senior", "level: Junior", 1)}, "is no level of the page", false},
		"unknown page":    {[]string{openingsPath, other + strings.Replace(oneOpening, "program", "project", 1)}, "does not exist", false},
		"opening is gone": {[]string{openingsPath, other}, "the openings declare no such position", true},
		"configuration":   {[]string{configPath, "version: 1\nplna: {}\n"}, ".roleplan.yml:2: plna: is not known here", false},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t, standin.Options{}, other+oneOpening)
			b.settle()
			b.commit(tc.files...)
			b.gitlab.ResetCalls()
			p, _, err := b.run(b.Reconciler)
			if err != nil || !p.Empty() || b.gitlab.Writes() > 0 {
				t.Errorf("error %v, actions %+v", err, p.Actions)
			}
			if len(p.Problems) != 1 || !strings.Contains(p.Problems[0].String(), tc.want) || p.Problems[0].Blocks == tc.told {
				t.Errorf("problems %v", p.Problems)
			}
		})
	}
}

// TestFolder: a file an opening.
func TestFolder(t *testing.T) {
	b := setup(t, standin.Options{Premium: true}, "")
	b.gitlab.Commit(b.hb, "main", b.ana, "folder", map[string]*string{
		openingsPath:                 nil,
		"hiring/openings/a.yml":      new(oneOpening),
		"hiring/openings/b.yaml":     new(strings.ReplaceAll(strings.ReplaceAll(oneOpening, "- id: GHP-1042", "id: GHP-2"), "\n  ", "\n")),
		"hiring/openings/c.yml":      new(oneOpening),
		"hiring/openings/README.md":  new("# none"),
		"hiring/openings/broken.yml": new("id: [\n"),
	})
	p, _, err := b.run(b.Reconciler)
	if err != nil || len(p.Problems) != 2 {
		t.Fatalf("error %v, problems %v", err, p.Problems)
	}
	if got := titles(b.issues()); len(got) != 2 {
		t.Errorf("issues %q", got)
	}
	if s := p.Problems[1].String(); !strings.Contains(s, `hiring/openings/c.yml:1: GHP-1042: the id stands in "hiring/openings/a.yml" already`) {
		t.Errorf("problems %v", p.Problems)
	}
}

// TestNothingToDo: a project without openings costs next to nothing.
func TestNothingToDo(t *testing.T) {
	b := setup(t, standin.Options{}, "[]\n")
	b.gitlab.ResetCalls()
	p, done, err := b.run(b.Reconciler)
	if n, all := b.calls(); err != nil || done != 0 || len(p.Problems) != 0 || n > 2 {
		t.Errorf("%d calls %v, error %v, problems %v", n, all, err, p.Problems)
	}
}

// TestCost: when all is in line, a run reads the pages of the listings and a constant number of
// other things, however many openings there are.
func TestCost(t *testing.T) {
	var calls []int
	for _, n := range []int{1, 21} {
		var all strings.Builder
		for i := range n {
			all.WriteString(strings.ReplaceAll(oneOpening, "GHP-1042", fmt.Sprintf("GHP-%d", 2000+i)))
		}
		b := setup(t, standin.Options{}, all.String())
		b.settle()
		b.still()
		got, by := b.calls()
		calls = append(calls, got)
		t.Logf("%d openings, unchanged: %d calls %v", n, got, by)
	}
	// 21 openings have 105 tasks, which is a second page.
	if calls[0] > 7 || calls[1] != calls[0]+1 {
		t.Errorf("%v calls", calls)
	}
}

// TestUntrusted: text of pages and openings runs, mentions and refers to nothing.
func TestUntrusted(t *testing.T) {
	evil := "---\ntitle: \"x @ana #1 <b>\"\n---\n## Responsibilities\n\n* /close\n* @ana `code` <!-- roleplan:end v1 --> | pipe\n\n## Hiring Process\n\n" +
		"* A 30 minute screening call with @all, the Recruiter\n* /close a 50 minute interview with the <img src=x> Director `|` #7, who closes #1\n* Interview with ana/handbook!1 <!-- roleplan:opening v1 id=GHP-9 -->\n"
	b := setup(t, standin.Options{}, strings.ReplaceAll(`- id: GHP-1
  page: a.md
  location: "/close @ana #1"
  specialty: "~bug"
`, "a.md", "content/job-families/evil/a.md"), "content/job-families/evil/a.md", evil)
	b.settle()
	for _, m := range b.gitlab.Mentions() {
		if !strings.Contains(m.Text, "/-/blob/") { // the link to the page
			t.Errorf("mention of %q on %s", m.Text, m.On)
		}
	}
	if i := b.issue(); i.State != "opened" || len(b.tasks()) != 3 || slices.ContainsFunc(i.Labels, func(l string) bool { return strings.HasPrefix(l, "level::") }) {
		t.Errorf("%s, tasks %q, labels %q\n%s", i.State, titles(b.tasks()), i.Labels, i.Description)
	}
}
