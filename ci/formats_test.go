package ci_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"gitlab.com/roleplan/roleplan/ci"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var update = flag.Bool("update", false, "write the golden files")

// A sample is a report under construction: pages, and findings at texts in them.
type sample struct {
	pages map[string]*hiring.Page
	ci.Report
}

func newSample(pages map[string]string) *sample {
	s := &sample{pages: map[string]*hiring.Page{}}
	for path, src := range pages {
		s.pages[path] = &hiring.Page{Path: path, Source: []byte(src)}
		s.Pages = append(s.Pages, path)
	}
	slices.Sort(s.Pages)
	s.Version = "1.2.3"
	s.Rules = []ci.Rule{
		{Name: "missing-job-grade", Doc: "every level states its grade", Why: "The grade decides pay.", Severity: finding.Error},
		{Name: "template-placeholder", Doc: "no {add ...} is left over", Why: "Readers see it.", Severity: finding.Warning},
		{Name: "step-wording", Doc: "lengths are written alike", Why: "Mixed forms look careless.", Severity: finding.Info},
	}
	s.Source = func(path string) ([]byte, error) {
		if p, ok := s.pages[path]; ok {
			return p.Source, nil
		}
		return nil, fmt.Errorf("no page %q", path)
	}
	return s
}

// span is where a text stands in a page.
func (s *sample) span(path, text string) hiring.Span {
	i := bytes.Index(s.pages[path].Source, []byte(text))
	if i < 0 {
		panic(fmt.Sprintf("no %q in %s", text, path))
	}
	return hiring.Span{Start: i, End: i + len(text)}
}

// add adds a finding at a text, with pairs of texts that its fix replaces.
func (s *sample) add(severity finding.Severity, rule, path, text, message string, fix ...string) {
	p, at := s.pages[path], s.span(path, text)
	f := finding.Finding{
		Rule: rule, Severity: severity, Path: path, Range: p.Range(at), Message: message, Anchor: "page",
		Excerpt: text, Line: p.Slice(p.LineSpan(p.Line(at.Start))),
	}
	for i := 0; i < len(fix); i += 2 {
		e := s.span(path, fix[i])
		f.Fix = append(f.Fix, finding.Edit{Range: p.Range(e), Text: fix[i+1], Span: e})
	}
	s.Findings = finding.Sort(append(s.Findings, f))
}

// story is a report with everything in it: several pages, severities, fixes of one and of two
// edits, a range over lines, letters of several bytes, and a rule with two findings on a page.
func story() ci.Report {
	s := newSample(map[string]string{
		"content/job-families/baker.md": "---\ntitle: Baker\n---\n\n## Hiring Process\n\n- A 30 minute screening call with a recruiter\n- A \"50-minute\" 工程师 20 minute chat\n",
		"content/job-families/clean.md": "---\ntitle: Cook\n---\n",
		"content/job-families/über engineer & co.md": "## Levels\n\n### Ingénieur\n\n* {add the duties}\n  here\n\n### A very long heading of a level that " +
			strings.Repeat("goes on and on and ", 12) + "ends here: Senior Ingénieur\n",
	})
	baker, engineer := s.Pages[0], s.Pages[2]
	s.add(finding.Info, "step-wording", baker, "30 minute", `"30 minute" stands beside "50-minute"; write "30-minute"`, "30 minute", "30-minute")
	s.add(finding.Info, "step-wording", baker, "20 minute", `"20 minute" stands beside "50-minute"; write "20-minute"`, "工程师", "engineer", "20 minute", "20-minute")
	s.add(finding.Error, "missing-job-grade", engineer, "Ingénieur", `"Ingénieur" states no job grade`)
	s.add(finding.Error, "missing-job-grade", engineer, "Senior Ingénieur", `"Senior Ingénieur" states no job grade`)
	s.add(finding.Warning, "template-placeholder", engineer, "{add the duties}\n  here", "{add the duties} is left over; write what belongs there, or [ask](/handbook/) @ana")
	s.add(finding.Warning, "no-rule-of-the-list", engineer, "## Levels", "found by a rule that the report does not list")
	return s.Report
}

func write(t testing.TB, format string, r ci.Report) []byte {
	t.Helper()
	f, err := ci.FindFormat(format)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b, r); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.Bytes()
}

func TestGolden(t *testing.T) {
	coloured := story()
	coloured.Color = true
	reports := map[string][]byte{"coloured.txt": write(t, "text", coloured)}
	endings := map[string]string{"text": "text.txt", "junit": "junit.xml", "markdown": "markdown.md"}
	for _, format := range ci.FormatNames() {
		name := endings[format]
		if name == "" {
			name = format + ".json"
		}
		reports[name] = write(t, format, story())
	}
	for name, got := range reports {
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from its golden file; got\n%s", name, got)
		}
	}
}

func TestNoFindings(t *testing.T) {
	empty := newSample(map[string]string{"a.md": "x\n"}).Report
	for format, want := range map[string]string{
		"text":        "0 findings in 1 page\n",
		"codequality": "[]\n",
		"json":        "{\n  \"pages\": 1,\n  \"findings\": []\n}\n",
		"markdown":    "## roleplan: 0 findings in 1 page\n",
	} {
		if got := string(write(t, format, empty)); got != want {
			t.Errorf("%s: got %q, want %q", format, got, want)
		}
	}
	for format, want := range map[string]string{"sarif": `"results": []`, "rdjson": `"diagnostics": []`, "junit": `tests="3" failures="0"`} {
		if got := string(write(t, format, empty)); !strings.Contains(got, want) {
			t.Errorf("%s: got %s", format, got)
		}
	}
	for _, format := range ci.FormatNames() {
		wellFormed(t, format, write(t, format, empty), empty)
		wellFormed(t, format, write(t, format, ci.Report{}), ci.Report{})
	}
}

func TestWellFormed(t *testing.T) {
	for _, format := range ci.FormatNames() {
		wellFormed(t, format, write(t, format, story()), story())
	}
}

// TestWriterFails: a report that could not be written is never taken for a written one.
func TestWriterFails(t *testing.T) {
	for _, f := range ci.Formats {
		if err := f.Write(brokenWriter{}, story()); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestSuggestions: the suggestion of rdjson, done byte by byte, is the fix done edit by edit.
func TestSuggestions(t *testing.T) {
	r := story()
	var report struct {
		Diagnostics []struct {
			Location    struct{ Path string }
			Suggestions []struct {
				Range struct{ Start, End struct{ Line, Column int } }
				Text  string
			}
		}
	}
	if err := json.Unmarshal(write(t, "rdjson", r), &report); err != nil {
		t.Fatal(err)
	}
	done := 0
	for i, d := range report.Diagnostics {
		src, err := r.Source(d.Location.Path)
		if err != nil {
			t.Fatal(err)
		}
		want := string(src)
		for _, e := range slices.Backward(r.Findings[i].Fix) { // in page order in story
			want = want[:e.Span.Start] + e.Text + want[e.Span.End:]
		}
		got := string(src)
		for _, s := range d.Suggestions {
			lines := strings.SplitAfter(got, "\n")
			at := func(line, column int) int { return len(strings.Join(lines[:line-1], "")) + column - 1 }
			got = got[:at(s.Range.Start.Line, s.Range.Start.Column)] + s.Text + got[at(s.Range.End.Line, s.Range.End.Column):]
			done++
		}
		if got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	if done != 2 {
		t.Errorf("%d suggestions", done)
	}
}

// TestUnreadableSource: rdjson needs the page; without it there is an error and no wrong column.
func TestUnreadableSource(t *testing.T) {
	r := story()
	r.Source = func(string) ([]byte, error) { return nil, os.ErrPermission }
	f, _ := ci.FindFormat("rdjson")
	if err := f.Write(io.Discard, r); !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), "baker.md") {
		t.Errorf("got %v", err)
	}
}

// TestShorterPage: a page that was cut after it was checked gives positions at its end.
func TestShorterPage(t *testing.T) {
	r := story()
	r.Source = func(string) ([]byte, error) { return []byte("é\n"), nil }
	wellFormed(t, "rdjson", write(t, "rdjson", r), r)
}

func TestFindFormat(t *testing.T) {
	if _, err := ci.FindFormat("checkstyle"); err == nil || !strings.Contains(err.Error(), "text, json, codequality, junit, sarif, rdjson, markdown") {
		t.Errorf("got %v", err)
	}
}

// wellFormed demands of a report what its readers demand.
func wellFormed(t testing.TB, format string, report []byte, r ci.Report) {
	t.Helper()
	switch format {
	case "text":
		wellFormedText(t, report, r)
	case "markdown":
		wellFormedMarkdown(t, report, r)
	case "junit":
		wellFormedJUnit(t, report, r)
	default:
		wellFormedJSON(t, format, report, r)
	}
}

func wellFormedText(t testing.TB, report []byte, r ci.Report) {
	t.Helper()
	lines := strings.Split(string(report), "\n")
	// A line a finding, and two where there is something to show; a blank line and the sum.
	if n := len(lines) - 1; n > 3*len(r.Findings)+2 || n < len(r.Findings)+1 {
		t.Errorf("%d lines for %d findings:\n%s", n, len(r.Findings), report)
	}
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimLeft(line, " "), "^") && strings.HasPrefix(line, "    ") && strings.Trim(line, " ^~") == "" && i > 0 {
			if len([]rune(line)) > len([]rune(lines[i-1])) {
				t.Errorf("the marker is longer than its line:\n%s\n%s", lines[i-1], line)
			}
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 }) {
			t.Errorf("control characters in %q", line)
		}
	}
}

// wellFormedJUnit looks at the elements and attributes that GitLab reads.
func wellFormedJUnit(t testing.TB, report []byte, r ci.Report) {
	t.Helper()
	var suites struct {
		XMLName xml.Name
		Tests   int `xml:"tests,attr"`
		Suites  []struct {
			Name     string `xml:"name,attr"`
			Tests    int    `xml:"tests,attr"`
			Failures int    `xml:"failures,attr"`
			Cases    []struct {
				Name    string `xml:"name,attr"`
				Class   string `xml:"classname,attr"`
				File    string `xml:"file,attr"`
				Time    string `xml:"time,attr"`
				Failure []struct {
					Message string `xml:"message,attr"`
					Type    string `xml:"type,attr"`
					Text    string `xml:",chardata"`
				} `xml:"failure"`
				Out []string `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	d := xml.NewDecoder(bytes.NewReader(report))
	if err := d.Decode(&suites); err != nil {
		t.Fatalf("junit: %v\n%s", err, report)
	}
	if _, err := d.Token(); err != nil && !errors.Is(err, io.EOF) { // the last line end
		t.Errorf("junit: after the end: %v", err)
	}
	if suites.XMLName.Local != "testsuites" || len(suites.Suites) != 1 || suites.Suites[0].Name == "" {
		t.Fatalf("junit: suites in\n%s", report)
	}
	suite := suites.Suites[0]
	seen := map[[2]string]bool{}
	failures, told := 0, 0
	for _, c := range suite.Cases {
		if c.Name == "" && len(r.Rules) > 0 || c.File != c.Class || c.Time != "0" {
			t.Errorf("junit: case %+v", c)
		}
		id := [2]string{c.Class, c.Name}
		if seen[id] {
			t.Errorf("junit: %q is there twice", id)
		}
		seen[id] = true
		if len(c.Failure) > 1 {
			t.Errorf("junit: %d failures in one case", len(c.Failure))
		}
		for _, f := range c.Failure {
			failures++
			if f.Type != "error" && f.Type != "warning" || f.Text == "" {
				t.Errorf("junit: failure %+v", f)
			}
			told++
		}
		told += len(c.Out)
	}
	if suite.Tests != len(suite.Cases) || suites.Tests != suite.Tests || suite.Failures != failures {
		t.Errorf("junit: the suite says %d tests and %d failures, and has %d and %d", suite.Tests, suite.Failures, len(suite.Cases), failures)
	}
	faulty := map[[2]string]bool{}
	for _, f := range r.Findings {
		faulty[[2]string{f.Path, f.Rule}] = true
	}
	if told != len(faulty) {
		t.Errorf("junit: %d cases tell of findings, want %d", told, len(faulty))
	}
}

// wellFormedJSON validates a report by the JSON Schema of its format, and compares what it tells.
func wellFormedJSON(t testing.TB, format string, report []byte, r ci.Report) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(report))
	if err != nil {
		t.Fatalf("%s: %v\n%s", format, err, report)
	}
	if err := schema(t, format).Validate(doc); err != nil {
		t.Errorf("%s: %#v\n%s", format, err, report)
	}
	list := []any{}
	switch format {
	case "codequality":
		list = doc.([]any)
	case "json":
		list = doc.(map[string]any)["findings"].([]any)
	case "rdjson":
		list = doc.(map[string]any)["diagnostics"].([]any)
	case "sarif":
		list = doc.(map[string]any)["runs"].([]any)[0].(map[string]any)["results"].([]any)
	}
	if len(list) != len(r.Findings) {
		t.Errorf("%s: %d findings, want %d", format, len(list), len(r.Findings))
	}
}

var schemas = map[string]*jsonschema.Schema{}

func schema(t testing.TB, format string) *jsonschema.Schema {
	t.Helper()
	if s := schemas[format]; s != nil {
		return s
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	s, err := compiler.Compile(filepath.Join("testdata", "schema", format+".json"))
	if err != nil {
		t.Fatal(err)
	}
	schemas[format] = s
	return s
}

// TestPartOfALine: of a very long line a finding holds a part, and the marker stays below its text.
func TestPartOfALine(t *testing.T) {
	f := finding.Finding{
		Rule: "rule", Severity: finding.Error, Path: "a.md", Message: "long", Line: strings.Repeat("é", 1000) + "here" + strings.Repeat("é", 1000), LineSkips: 5000,
		Range: hiring.Range{Start: hiring.Pos{Line: 3, Column: 6001}, End: hiring.Pos{Line: 3, Column: 6005}},
	}
	lines := strings.Split(string(write(t, "text", ci.Report{Findings: []finding.Finding{f}})), "\n")
	at := strings.IndexRune(lines[2], '^')
	if got := string([]rune(lines[1])[at:][:4]); got != "here" || !strings.HasPrefix(lines[1], "    …é") || !strings.HasSuffix(lines[1], "é…") {
		t.Errorf("got\n%s\n%s", lines[1], lines[2])
	}
}

// TestJUnitFault: a rule that roleplan could not run is an error of the test and no failure of the page.
func TestJUnitFault(t *testing.T) {
	f := finding.Finding{Rule: "spelling", Severity: finding.Info, Path: "a.md", Message: "roleplan could not run this rule", Fault: true}
	got := string(write(t, "junit", ci.Report{Findings: []finding.Finding{f}, Pages: []string{"a.md"}}))
	for _, want := range []string{`failures="0"`, `errors="1"`, `<error message="roleplan could not run this rule"`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}
