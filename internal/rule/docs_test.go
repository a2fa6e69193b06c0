package rule_test

import (
	"bytes"
	"cmp"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

var update = flag.Bool("update", false, "write docs/rules.md")

//go:embed testdata/rules.md.tmpl
var rulesTemplate string

// A chapter is a group of rules in the documentation.
type chapter struct {
	Group string
	Rules []documented
}

// A documented rule is one with what is known of it beside its own fields.
type documented struct {
	*rule.Rule
	sampled

	Fixes   bool              // some of its findings name a fix
	Finding []finding.Finding // of the bad example
}

// Expected is the line that says what is expected, as a sentence.
func (d documented) Expected() string { return strings.ToUpper(d.Doc[:1]) + d.Doc[1:] + "." }

// Rate is the share of false ones among the findings that were read.
func (d documented) Rate() string {
	if d.Read == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(d.Wrong)/float64(d.Read))
}

// fixes reports whether a rule has findings that name a fix. A rule stands in the file of its name.
func fixes(t *testing.T, r *rule.Rule, bad []finding.Finding) bool {
	src, err := os.ReadFile(strings.ReplaceAll(r.Name, "-", "_") + ".go")
	if err != nil {
		t.Fatalf("%s stands in no file of its name: %v", r.Name, err)
	}
	has := bytes.Contains(src, []byte(".ReportFix("))
	if len(bad) > 0 && bad[0].Fix != nil && !has {
		t.Errorf("%s: the finding of the example names a fix, but no ReportFix stands in the rule's file", r.Name)
	}
	return has
}

// TestDocs holds docs/rules.md to the rules: the page is made of their own words and examples, and
// of testdata/sample*.tsv. Run it with -update after a rule has changed.
func TestDocs(t *testing.T) {
	samples := readSamples(t)
	var chapters []chapter
	for _, r := range rule.All {
		if len(chapters) == 0 || chapters[len(chapters)-1].Group != r.Group {
			chapters = append(chapters, chapter{Group: r.Group})
		}
		sample, ok := samples[r.Name]
		if !ok {
			t.Errorf("%s: no row in testdata/sample*.tsv: read 25 of its findings on real pages, and write down how many were false", r.Name)
		}
		bad := rule.Run(r, rolepage.Parse(r.ExamplePath(), []byte(r.Bad)), r.Severity)
		last := &chapters[len(chapters)-1]
		last.Rules = append(last.Rules, documented{Rule: r, sampled: sample, Fixes: fixes(t, r, bad), Finding: bad})
	}
	var page bytes.Buffer
	if err := template.Must(template.New("rules.md").Parse(rulesTemplate)).Execute(&page, chapters); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("..", "..", "docs", "rules.md")
	if *update {
		if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(have, page.Bytes()) {
		t.Errorf("docs/rules.md is not what the rules say (%v): run `go test ./internal/rule -update` and read the difference", cmp.Or(err, fmt.Errorf("it differs")))
	}
	runDocs(t, string(have))
}

// runDocs runs what the documentation shows, as a reader would: its examples, its comments and its
// configuration.
func runDocs(t *testing.T, page string) {
	ran := map[string]int{}
	var r *rule.Rule
	var expected string // "bad", "good" or "" for what is no page
	for rest := page; ; {
		line, after, more := strings.Cut(rest, "\n")
		rest = after
		name, heading := strings.CutPrefix(line, "### ")
		fence, language, fenced := cutFence(line)
		switch {
		case heading && rule.Find(name) != nil:
			r, expected = rule.Find(name), ""
		case strings.HasPrefix(line, "Bad"):
			expected = "bad"
		case strings.HasPrefix(line, "Good"):
			expected = "good"
		case fenced:
			var text string
			text, rest, _ = strings.Cut(rest, "\n"+fence+"\n")
			switch language {
			case "yaml":
				runConfig(t, text)
			case "html":
				runComments(t, text)
			case "markdown":
				ran[r.Name+" "+expected]++
				found := rule.Run(r, rolepage.Parse(r.ExamplePath(), []byte(text+"\n")), r.Severity)
				if want := map[string]int{"bad": 1, "good": 0}[expected]; len(found) != want || want == 1 && found[0].Rule != r.Name {
					t.Errorf("docs/rules.md: the %s example of %s gives %+v", expected, r.Name, found)
				}
			}
		}
		if !more {
			break
		}
	}
	for _, r := range rule.All {
		if ran[r.Name+" bad"] != 1 || ran[r.Name+" good"] != 1 {
			t.Errorf("docs/rules.md: %s has no bad and good example", r.Name)
		}
	}
}

// cutFence parts the line that opens a block of code.
func cutFence(line string) (fence, language string, ok bool) {
	language = strings.TrimLeft(line, "`")
	fence = line[:len(line)-len(language)]
	return fence, language, len(fence) >= 3
}

func runConfig(t *testing.T, text string) {
	c, err := repoconf.Parse(repoconf.Name, []byte(text))
	if err == nil {
		err = c.UnknownRule(repoconf.Name, rule.Names())
	}
	if err != nil {
		t.Errorf("docs/rules.md: the configuration has mistakes: %v\n%s", err, text)
	}
}

func runComments(t *testing.T, text string) {
	s := rule.Sheet{Page: rolepage.Parse("content/job-families/example.md", []byte("---\ntitle: Engineer\n---\n\n"+text+"\n")), Today: time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)}
	if list, mistakes := s.Suppressions(); len(list) == 0 || len(mistakes) > 0 {
		t.Errorf("docs/rules.md: the comments give %+v, mistakes %+v\n%s", list, mistakes, text)
	}
}
