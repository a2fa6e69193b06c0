package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/rule"
)

// A run is one call of the program and what came of it.
type run struct {
	dir    string // that it is called in; "" for the test's own
	stdin  string
	env    map[string]string
	stdout string
	stderr string
}

// main calls the program and returns its exit code.
func (r *run) main(t *testing.T, args ...string) int {
	t.Helper()
	if r.dir != "" {
		t.Chdir(r.dir)
	}
	var stdout, stderr bytes.Buffer
	a := &App{Stdin: strings.NewReader(r.stdin), Stdout: &stdout, Stderr: &stderr, Getenv: func(name string) string { return r.env[name] }}
	code := a.Main(t.Context(), args)
	r.stdout, r.stderr = stdout.String(), stderr.String()
	return code
}

// writeFiles writes files below a folder, by their names with slashes.
func writeFiles(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// onlyRules is a configuration with some rules alone ("step-wording: info"): these tests are about
// what the program does with findings, not about rules.
func onlyRules(set ...string) string {
	var b strings.Builder
	b.WriteString("version: 1\nrules:\n")
	for _, name := range rule.Names() {
		setting := name + ": off"
		if i := slices.IndexFunc(set, func(s string) bool { return strings.HasPrefix(s, name+": ") }); i >= 0 {
			setting = set[i]
		}
		b.WriteString("  " + setting + "\n")
	}
	return b.String()
}

func twoRules() string { return onlyRules("missing-job-grade: error", "step-wording: info") }

const (
	// faultyPage has one error and one remark by twoRules, cleanPage none.
	faultyPage = "---\ntitle: Engineer\ndescription: Builds.\n---\n\n## Levels\n\n### Ingénieur 工 Engineer\n\n- Build\n\n## Hiring Process\n\n" +
		"- A 30 minute screening call with a recruiter\n- A 50-minute interview with the CEO\n"
	cleanPage = "---\ntitle: Baker\ndescription: Bakes.\n---\n\n## Responsibilities\n\n- Bake\n\n## Job Grade\n\nThe Baker is a grade 6.\n"
	remarks   = "---\ntitle: Cook\ndescription: Cooks.\n---\n\n## Job Grade\n\nThe Cook is a grade 6.\n\n## Hiring Process\n\n- A 30 minute screening call with a recruiter\n- A 50-minute interview with the CEO\n"
)

// handbook is a folder with a page with an error, one with a remark, a clean one, an index page and a
// page that is no role page.
func handbook(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		".roleplan.yml":                       twoRules(),
		"content/job-families/it/engineer.md": faultyPage,
		"content/job-families/it/_index.md":   faultyPage,
		"content/job-families/baker.md":       cleanPage,
		"content/job-families/cook.md":        remarks,
		"content/company/engineer.md":         faultyPage,
	})
	return dir
}

const (
	engineerText = `content/job-families/it/engineer.md:8:5: error: "Ingénieur 工 Engineer" states no job grade; add a heading "Ingénieur 工 Engineer Job Grade" below it [missing-job-grade]
    ### Ingénieur 工 Engineer
        ^~~~~~~~~~~~~~~~~~~~
content/job-families/it/engineer.md:14:5: info: "30 minute" stands beside forms with a hyphen in the same process; write "30-minute" [step-wording]
    - A 30 minute screening call with a recruiter
        ^~~~~~~~~
`
	cookText = `content/job-families/cook.md:12:5: info: "30 minute" stands beside forms with a hyphen in the same process; write "30-minute" [step-wording]
    - A 30 minute screening call with a recruiter
        ^~~~~~~~~
`
)

func TestCheckText(t *testing.T) {
	r := run{dir: handbook(t)}
	if code := r.main(t, "check"); code != ExitFindings {
		t.Errorf("exit code %d, want %d", code, ExitFindings)
	}
	want := cookText + engineerText + "\n3 findings in 3 pages: 1 error, 2 info\n"
	if r.stdout != want {
		t.Errorf("got\n%s\nwant\n%s", r.stdout, want)
	}
	if r.stderr != "" {
		t.Errorf("standard error: %s", r.stderr)
	}
}

func TestCheckWhat(t *testing.T) {
	dir := handbook(t)
	for name, test := range map[string]struct {
		args  []string
		code  int
		pages string // the last line of the text
	}{
		"the root":                     {nil, ExitFindings, "3 findings in 3 pages: 1 error, 2 info"},
		"a file":                       {[]string{"content/job-families/baker.md"}, ExitOK, "0 findings in 1 page"},
		"a file twice":                 {[]string{"content/job-families/baker.md", "./content/job-families/../job-families/baker.md", filepath.Join(dir, "content/job-families/baker.md")}, ExitOK, "0 findings in 1 page"},
		"a file and its folder":        {[]string{"content/job-families/baker.md", "content/job-families"}, ExitFindings, "3 findings in 3 pages: 1 error, 2 info"},
		"a folder":                     {[]string{"content/job-families/it"}, ExitFindings, "2 findings in 1 page: 1 error, 1 info"},
		"no role page but named":       {[]string{"content/company/engineer.md"}, ExitFindings, "2 findings in 1 page: 1 error, 1 info"},
		"a folder without role pages":  {[]string{"content/company"}, ExitFindings, "2 findings in 1 page: 1 error, 1 info"},
		"ignored but named":            {[]string{"content/job-families/it/_index.md"}, ExitFindings, "2 findings in 1 page: 1 error, 1 info"},
		"standard input":               {[]string{"-"}, ExitFindings, "2 findings in 1 page: 1 error, 1 info"},
		"never":                        {[]string{"--fail-on", "never"}, ExitOK, "3 findings in 3 pages: 1 error, 2 info"},
		"info":                         {[]string{"--fail-on", "info", "content/job-families/cook.md"}, ExitFindings, "1 finding in 1 page: 1 info"},
		"warning is over info":         {[]string{"--fail-on", "warning", "content/job-families/cook.md"}, ExitOK, "1 finding in 1 page: 1 info"},
		"warning is below error":       {[]string{"--fail-on", "warning"}, ExitFindings, "3 findings in 3 pages: 1 error, 2 info"},
		"quiet with findings":          {[]string{"--quiet"}, ExitFindings, "3 findings in 3 pages: 1 error, 2 info"},
		"quiet without":                {[]string{"--quiet", "content/job-families/baker.md"}, ExitOK, ""},
		"a missing file with others":   {[]string{"content/job-families/baker.md", "nowhere.md"}, ExitFailure, "0 findings in 1 page"},
		"missing file before findings": {[]string{"content/job-families", "nowhere.md"}, ExitFailure, "3 findings in 3 pages: 1 error, 2 info"},
	} {
		t.Run(name, func(t *testing.T) {
			r := run{dir: dir, stdin: faultyPage}
			if code := r.main(t, append([]string{"check"}, test.args...)...); code != test.code {
				t.Errorf("exit code %d, want %d; %s", code, test.code, r.stderr)
			}
			lines := strings.Split(strings.TrimSuffix(r.stdout, "\n"), "\n")
			if got := lines[len(lines)-1]; got != test.pages {
				t.Errorf("last line %q, want %q", got, test.pages)
			}
			if test.code == ExitFailure != strings.Contains(r.stderr, "nowhere.md") {
				t.Errorf("standard error: %s", r.stderr)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	dir := handbook(t)
	writeFiles(t, dir, map[string]string{"bad.yml": "version: 1\nrules:\n  missing-jobgrade: off\n", "worse.yml": "version: 1\npages: {}\n"})
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--format", "xml"}, ExitUsage, `--format: format "xml" is not known; expected one of text, json, codequality, junit, sarif, rdjson, markdown`},
		{[]string{"--format", "text,json"}, ExitUsage, "only one format can go to standard output"},
		{[]string{"--format", "json=x,codequality=x"}, ExitUsage, `same file "x"`},
		{[]string{"--format", "json="}, ExitUsage, "names no file"},
		{[]string{"--format", "json=a,text", "--output", "b"}, ExitUsage, "--output goes with a single format"},
		{[]string{"--format", "json=a", "--output", "b"}, ExitUsage, "--output goes with a single format"},
		{[]string{"--fail-on", "fatal"}, ExitUsage, `--fail-on: "fatal" is not known; expected one of error, warning, info, never`},
		{[]string{"--fail-on", "off"}, ExitUsage, "--fail-on"},
		{[]string{"--config", "bad.yml"}, ExitUsage, `bad.yml:3:`},
		{[]string{"--config", "worse.yml"}, ExitUsage, `worse.yml:2:`},
		{[]string{"--config", "none.yml"}, ExitFailure, "none.yml"},
		{[]string{"--root", "none"}, ExitFailure, "none"},
		{[]string{"-", "content"}, ExitUsage, "standard input"},
		{[]string{"--changed-since", "HEAD", "-"}, ExitUsage, "standard input"},
		{[]string{"--changed-since", "HEAD"}, ExitFailure, "not a git repository"},
		{[]string{"--nonsense"}, ExitUsage, "unknown flag: --nonsense"},
		{[]string{"--output", filepath.Join("none", "report")}, ExitFailure, "write report"},
	} {
		t.Run(strings.Join(test.args, " "), func(t *testing.T) {
			// A folder around the test's own may be a clone: here there is none.
			t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
			r := run{dir: dir}
			if code := r.main(t, append([]string{"check"}, test.args...)...); code != test.code || !strings.Contains(r.stderr, test.says) {
				t.Errorf("exit code %d and %q, want %d and %q", code, r.stderr, test.code, test.says)
			}
			if r.stdout != "" {
				t.Errorf("standard output: %s", r.stdout)
			}
		})
	}
}

// TestCheckRoot: paths in reports are relative to the root, wherever the program is called.
func TestCheckRoot(t *testing.T) {
	dir := handbook(t)
	r := run{dir: t.TempDir()}
	if code := r.main(t, "check", "--root", dir); code != ExitFindings {
		t.Errorf("exit code %d", code)
	}
	if want := cookText + engineerText; !strings.HasPrefix(r.stdout, want) {
		t.Errorf("got\n%s\nwant\n%s", r.stdout, want)
	}
}

// TestCheckFindsNothing: a folder without role pages is no clean bill of health.
func TestCheckFindsNothing(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"README.md": "# Nothing\n"})
	r := run{dir: dir}
	if code := r.main(t, "check"); code != ExitOK || r.stdout != "0 findings in 0 pages\n" || !strings.Contains(r.stderr, "no role page was found") {
		t.Errorf("exit code %d, %q, %q", code, r.stdout, r.stderr)
	}
}

func TestCheckJSON(t *testing.T) {
	r := run{dir: handbook(t)}
	if code := r.main(t, "check", "--format", "json", "content/job-families/it"); code != ExitFindings {
		t.Errorf("exit code %d", code)
	}
	var report struct {
		Pages    int
		Findings []struct {
			Rule, Severity, Path, Message, Anchor, Fingerprint string
			Range                                              struct{ Start, End struct{ Line, Column int } }
		}
	}
	d := json.NewDecoder(strings.NewReader(r.stdout))
	if err := d.Decode(&report); err != nil || d.More() {
		t.Fatalf("%v in\n%s", err, r.stdout)
	}
	if report.Pages != 1 || len(report.Findings) != 2 {
		t.Fatalf("got %+v", report)
	}
	f := report.Findings[0]
	if f.Rule != "missing-job-grade" || f.Severity != "error" || f.Path != "content/job-families/it/engineer.md" || f.Message == "" || f.Anchor == "" || f.Fingerprint == "" ||
		f.Range.Start.Line != 8 || f.Range.Start.Column != 5 || f.Range.End.Line != 8 || f.Range.End.Column != 25 {
		t.Errorf("got %+v", f)
	}
	r.main(t, "check", "--format", "json", "content/job-families/baker.md")
	if want := "{\n  \"pages\": 1,\n  \"findings\": []\n}\n"; r.stdout != want {
		t.Errorf("without findings got %s", r.stdout)
	}
}

// wantCodeQuality demands of a report what GitLab demands (all members, unique fingerprints,
// paths relative to the repository's root), and returns its findings as "path:line rule".
func wantCodeQuality(t *testing.T, report []byte) []string {
	t.Helper()
	if bytes.HasPrefix(report, []byte("\xef\xbb\xbf")) {
		t.Error("the report begins with a byte order mark")
	}
	var list []map[string]any
	if err := json.Unmarshal(report, &list); err != nil || list == nil {
		t.Fatalf("no array: %v\n%s", err, report)
	}
	found := []string{}
	seen := map[string]bool{}
	for _, issue := range list {
		member := func(name string) string {
			s, _ := issue[name].(string)
			if s == "" {
				t.Errorf("%s is missing in %v", name, issue)
			}
			return s
		}
		member("description")
		if severity := member("severity"); !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, severity) {
			t.Errorf("severity %q", severity)
		}
		if print := member("fingerprint"); seen[print] {
			t.Errorf("fingerprint %s stands twice", print)
		} else {
			seen[print] = true
		}
		location, _ := issue["location"].(map[string]any)
		path, _ := location["path"].(string)
		if path == "" || filepath.IsAbs(path) || strings.HasPrefix(path, "./") || strings.HasPrefix(path, "../") {
			t.Errorf("location.path %q", path)
		}
		lines, _ := location["lines"].(map[string]any)
		begin, _ := lines["begin"].(float64)
		if begin < 1 {
			t.Errorf("location.lines.begin %v", lines["begin"])
		}
		found = append(found, fmt.Sprintf("%s:%v %s", path, begin, member("check_name")))
	}
	return found
}

func TestCheckCodeQuality(t *testing.T) {
	dir := handbook(t)
	r := run{dir: dir}
	if code := r.main(t, "check", "--format", "codequality", "--fail-on", "never", "./content/job-families", filepath.Join(dir, "content/company")); code != ExitOK {
		t.Errorf("exit code %d", code)
	}
	want := []string{
		"content/company/engineer.md:8 missing-job-grade", "content/company/engineer.md:14 step-wording", "content/job-families/cook.md:12 step-wording",
		"content/job-families/it/engineer.md:8 missing-job-grade", "content/job-families/it/engineer.md:14 step-wording",
	}
	got := wantCodeQuality(t, []byte(r.stdout))
	if slices.Sort(got); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	r.main(t, "check", "--format", "codequality", "content/job-families/baker.md")
	if r.stdout != "[]\n" {
		t.Errorf("without findings got %q, want []", r.stdout)
	}
}

// TestCheckSeveralFormats: each file has what the format alone would give, standard output the
// rest.
func TestCheckSeveralFormats(t *testing.T) {
	dir := handbook(t)
	r := run{dir: dir}
	alone := map[string]string{}
	for _, format := range []string{"text", "json", "codequality"} {
		r.main(t, "check", "--format", format)
		alone[format] = r.stdout
	}
	if code := r.main(t, "check", "--format", "codequality=cq.json, json=all.json,text"); code != ExitFindings {
		t.Errorf("exit code %d; %s", code, r.stderr)
	}
	for file, format := range map[string]string{"cq.json": "codequality", "all.json": "json"} {
		if got, err := os.ReadFile(filepath.Join(dir, file)); err != nil || string(got) != alone[format] {
			t.Errorf("%s: %v\n%s", file, err, got)
		}
	}
	if r.stdout != alone["text"] {
		t.Errorf("standard output\n%s", r.stdout)
	}
	r.main(t, "check", "--format", "json", "--output", "one.json")
	if got, err := os.ReadFile(filepath.Join(dir, "one.json")); err != nil || string(got) != alone["json"] || r.stdout != "" {
		t.Errorf("--output: %v, %q on standard output\n%s", err, r.stdout, got)
	}
}

// TestCheckReportsWhatCanBeRead: an unreadable page takes nothing from the others.
func TestCheckReportsWhatCanBeRead(t *testing.T) {
	dir := handbook(t)
	large := filepath.Join(dir, "content/job-families/large.md")
	writeFiles(t, dir, map[string]string{"content/job-families/large.md": ""})
	if err := os.Truncate(large, 1<<30); err != nil {
		t.Fatal(err)
	}
	r := run{dir: dir}
	code := r.main(t, "check", "--format", "text,codequality=cq.json")
	if code != ExitFailure || !strings.Contains(r.stderr, "large.md") || !strings.Contains(r.stdout, "3 findings in 3 pages") {
		t.Errorf("exit code %d, %q\n%s", code, r.stderr, r.stdout)
	}
	report, err := os.ReadFile(filepath.Join(dir, "cq.json"))
	if err != nil || len(wantCodeQuality(t, report)) != 3 {
		t.Errorf("report: %v\n%s", err, report)
	}
}

// TestCheckHostilePage: what a page says can't reach the terminal's controls, and stays one line.
func TestCheckHostilePage(t *testing.T) {
	page := "---\ntitle: Engineer\ndescription: Builds.\n---\n\n## Levels\n\n### Senior\x1b[2J\x07\u202e\u200b Engineer\t`$(id)`\n\n- Build\n"
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{".roleplan.yml": twoRules(), "a\nb.md": page})
	r := run{dir: dir}
	r.main(t, "check", "a\nb.md")
	if strings.ContainsAny(r.stdout, "\x1b\x07\u202e\u200b\t") {
		t.Errorf("controls in %q", r.stdout)
	}
	lines := strings.Split(r.stdout, "\n")
	if !strings.HasPrefix(lines[0], "a·b.md:8:5: error: ") || lines[1] != "    ### Senior·[2J··· Engineer `$(id)`" || !strings.HasPrefix(lines[2], "        ^~") {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
	r.main(t, "check", "--format", "codequality", "a\nb.md")
	if got := wantCodeQuality(t, []byte(r.stdout)); !slices.Equal(got, []string{"a\nb.md:8 missing-job-grade"}) {
		t.Errorf("got %q", got)
	}
}

// TestCheckBaseline: what is known is left out, what is new is told, and what is gone from the
// page is told as well.
func TestCheckBaseline(t *testing.T) {
	dir := handbook(t)
	r := run{dir: dir}
	if code := r.main(t, "check", "--format", "json=known.json", "--fail-on", "never"); code != ExitOK {
		t.Fatalf("exit code %d; %s", code, r.stderr)
	}
	code := r.main(t, "check", "--baseline", "known.json", "--fail-on", "info")
	if code != ExitOK || r.stdout != "0 findings in 3 pages\n" || r.stderr != "roleplan: 3 known by the baseline, left out\n" {
		t.Errorf("exit code %d, %q, %q", code, r.stdout, r.stderr)
	}
	// Lines move, one finding comes, one goes.
	writeFiles(t, dir, map[string]string{
		families + "it/engineer.md": strings.Replace(faultyPage, "## Levels", "Some words.\n\n## Levels", 1),
		families + "baker.md":       strings.ReplaceAll(faultyPage, "30 minute", "30-minute"),
		families + "cook.md":        cleanPage,
	})
	code = r.main(t, "check", "--baseline", "known.json", "--format", "text,codequality=cq.json")
	if code != ExitFindings || !strings.Contains(r.stdout, "1 finding in 3 pages") || !strings.Contains(r.stdout, "baker.md:8:5: error") {
		t.Errorf("exit code %d\n%s", code, r.stdout)
	}
	if !strings.Contains(r.stderr, "2 known by the baseline, left out\n") || !strings.Contains(r.stderr, `gone: step-wording in "content/job-families/cook.md"`) || strings.Count(r.stderr, "gone:") != 1 {
		t.Errorf("standard error: %s", r.stderr)
	}
	if report, err := os.ReadFile(filepath.Join(dir, "cq.json")); err != nil || len(wantCodeQuality(t, report)) != 1 {
		t.Errorf("report: %v\n%s", err, report)
	}
	// A page that is not checked is no reason to call its findings gone.
	if r.main(t, "check", "--baseline", "known.json", families+"it"); strings.Contains(r.stderr, "gone") {
		t.Errorf("standard error: %s", r.stderr)
	}
	writeFiles(t, dir, map[string]string{"bad.json": "[]", "worse.json": "{"})
	for file, want := range map[string]int{"bad.json": ExitUsage, "worse.json": ExitUsage, "none.json": ExitFailure} {
		if code := r.main(t, "check", "--baseline", file); code != want || !strings.Contains(r.stderr, file) || r.stdout != "" {
			t.Errorf("%s: exit code %d, want %d; %s", file, code, want, r.stderr)
		}
	}
}

// TestCheckByPath: rules can be set for some pages, and comments silence what they name.
func TestCheckByPath(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		".roleplan.yml": onlyRules("missing-job-grade: warning", "step-wording: info", "suppression: warning") +
			"overrides:\n  - paths: [\"**/it/*.md\"]\n    rules: {missing-job-grade: error, step-wording: off}\n",
		families + "it/engineer.md": faultyPage,
		families + "other.md":       faultyPage,
		families + "silenced.md": strings.NewReplacer("### Ing", "<!-- roleplan-disable-next-line missing-job-grade no grade yet until=2999-01-01 -->\n### Ing",
			"- A 30", "<!-- roleplan-disable-next-line step-wording until=2001-01-01 -->\n- A 30").Replace(faultyPage),
	})
	r := run{dir: dir}
	r.main(t, "check", "--format", "codequality")
	got := wantCodeQuality(t, []byte(r.stdout))
	slices.Sort(got)
	want := []string{
		families + "it/engineer.md:8 missing-job-grade", families + "other.md:14 step-wording", families + "other.md:8 missing-job-grade",
		families + "silenced.md:15 suppression", families + "silenced.md:16 step-wording",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if r.main(t, "check", "--format", "json"); !strings.Contains(r.stdout, `"severity": "error"`) || !strings.Contains(r.stdout, `"severity": "warning"`) {
		t.Errorf("severities in\n%s", r.stdout)
	}
}

// TestCheckSite: links are looked up in the repository below the root, and nowhere for standard
// input, which has no place in it.
func TestCheckSite(t *testing.T) {
	dir := t.TempDir()
	page := "---\ntitle: Engineer\ndescription: Builds.\n---\n\n## Responsibilities\n\n- [Build](baker.md) and [rest](nobody.md)\n"
	writeFiles(t, dir, map[string]string{
		".roleplan.yml":         onlyRules("broken-link: warning"),
		families + "page.md":    page,
		families + "baker.md":   cleanPage,
		families + "nobody.txt": "x",
	})
	r := run{dir: t.TempDir(), stdin: page}
	r.main(t, "check", "--root", dir)
	if strings.Count(r.stdout, "[broken-link]") != 1 || !strings.Contains(r.stdout, "nobody.md") {
		t.Errorf("got\n%s%s", r.stdout, r.stderr)
	}
	if r.main(t, "check", "--root", dir, "-"); r.stdout != "0 findings in 1 page\n" {
		t.Errorf("got\n%s%s", r.stdout, r.stderr)
	}
}

// TestCheckFixesInReports: a fix that is certain stands in the formats that know of fixes.
func TestCheckFixesInReports(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		".roleplan.yml":      onlyRules("insecure-link: warning"),
		families + "page.md": "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- 工 [Build](http://example.com/)\n",
	})
	r := run{dir: dir}
	for format, wants := range map[string][]string{
		"json":   {`"fix": [`, `"text": "https://"`},
		"sarif":  {`"fixes": [`, `"insertedContent": {`, `"text": "https://"`, `"startColumn": 13`},
		"rdjson": {`"suggestions": [`, `"text": "https://"`, `"column": 15`},
	} {
		r.main(t, "check", "--format", format)
		for _, want := range wants {
			if !strings.Contains(r.stdout, want) {
				t.Errorf("%s: no %s in\n%s", format, want, r.stdout)
			}
		}
	}
}

func TestVersion(t *testing.T) {
	old := Version
	t.Cleanup(func() { Version = old })
	Version = "1.2.3"
	var r run
	if code := r.main(t, "version"); code != ExitOK || !strings.HasPrefix(r.stdout, "roleplan 1.2.3 ") {
		t.Errorf("exit code %d, %q", code, r.stdout)
	}
	Version = ""
	if r.main(t, "version"); !strings.HasPrefix(r.stdout, "roleplan ") || strings.HasPrefix(r.stdout, "roleplan  ") {
		t.Errorf("got %q", r.stdout)
	}
	if code := r.main(t, "version", "more"); code != ExitUsage {
		t.Errorf("exit code %d with an argument", code)
	}
}

// TestCheckOwnProfile: a layout of the configuration asks for its own front matter and sections, of all pages
// or of those of its paths, and no other rule of missing sections speaks.
func TestCheckOwnProfile(t *testing.T) {
	const profiles = "profiles:\n  acme:\n    paths: [content/job-families/acme/**]\n    front_matter: [title, owner]\n    sections: [responsibilities, hiring_process, job_grade]\n    grade: job_level\n"
	acme := []string{`the front matter has no "owner"`, `the page has no hiring process`, `"Engineer" states no job level`}
	family := []string{`has no "description"`, `the page has no Requirements section`, `no hiring process`, `states no job grade`, `no performance indicators`, `no career ladder`}
	for name, test := range map[string]struct {
		conf, page string
		want       []string
	}{
		"forced":           {"profile: acme\n" + profiles, families + "page.md", acme},
		"by path":          {profiles, families + "acme/page.md", acme},
		"of another path":  {profiles, families + "page.md", family},
		"forced otherwise": {"profile: job-family\n" + profiles, families + "acme/page.md", family},
	} {
		dir := t.TempDir()
		writeFiles(t, dir, map[string]string{
			".roleplan.yml": test.conf,
			test.page:       "---\ntitle: Engineer\n---\n\n## Levels\n\n### Engineer\n\n#### Engineer Responsibilities\n\n- Build\n",
		})
		r := run{dir: dir}
		r.main(t, "check")
		var missing []string
		for line := range strings.Lines(r.stdout) {
			if strings.Contains(line, "[front-matter]") || strings.Contains(line, "[missing-") {
				missing = append(missing, line)
			}
		}
		if len(missing) != len(test.want) {
			t.Errorf("%s: %d are missing, want %d:\n%s%s", name, len(missing), len(test.want), strings.Join(missing, ""), r.stderr)
		}
		for _, want := range test.want {
			if !strings.Contains(r.stdout, want) {
				t.Errorf("%s: no %q in\n%s", name, want, r.stdout)
			}
		}
	}
}

// TestCheckProfile: the configuration forces a layout on pages that look like another.
func TestCheckProfile(t *testing.T) {
	for profile, want := range map[string]string{
		"auto": "states no job grade", "job-family": "states no job grade", "job-description": "states no job level",
	} {
		dir := t.TempDir()
		writeFiles(t, dir, map[string]string{
			".roleplan.yml":      "profile: " + profile + "\n" + onlyRules("missing-job-grade: warning"),
			families + "page.md": "---\ntitle: Engineer\ndescription: Builds.\n---\n\n## Levels\n\n### Engineer\n\n#### Engineer Responsibilities\n\n- Build\n",
		})
		r := run{dir: dir}
		if r.main(t, "check"); !strings.Contains(r.stdout, want) {
			t.Errorf("%s: no %q in\n%s%s", profile, want, r.stdout, r.stderr)
		}
	}
}
