package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/net/html"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

var update = flag.Bool("update", false, "write the golden files anew")

var formats = map[string]func(*Report, io.Writer) error{
	"txt": (*Report).Text, "md": (*Report).Markdown, "json": (*Report).JSON, "csv": (*Report).CSV, "html": (*Report).HTML,
}

func write(t *testing.T, format string, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := formats[format](r, &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGolden compares every format of the sample, and of nothing, with golden files.
func TestGolden(t *testing.T) {
	for name, plans := range map[string][]Plan{"sample": sample(), "empty": nil} {
		r := Compute(now, 365, plans)
		for format := range formats {
			got := write(t, format, r)
			file := filepath.Join("testdata", name+"."+format)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; go test -update writes it anew:\n%s", file, got)
			}
		}
	}
}

// TestSchema holds the JSON against its schema.
func TestSchema(t *testing.T) {
	src, err := os.ReadFile("../../docs/report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("report.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, plans := range [][]Plan{sample(), hostile(), nil} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(write(t, "json", Compute(now, 365, plans))))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Error(err)
		}
	}
}

// evil are texts that try to get out of the place they stand in.
var evil = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</svg><script>alert(1)</script>`, `</title><b>`,
	`{{.At}}`, "a | b\n| c |", "@all #1 !2 ~x", "/close", "```\n/close", "<!-- roleplan:dashboard v1 -->", "[x](javascript:alert(1))", "![x](https://evil.example/x.png)",
	"=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", " =1", "＝1", "\x1b[31mred\x1b[0m", "a\u202eb", "]]>", strings.Repeat("long ", 100),
}

// hostile are plans all of whose texts are evil.
func hostile() []Plan {
	var plans []Plan
	for i, text := range evil {
		p := planOf(i+1, 90, 80, 40)
		p.ID, p.Role = text, text
		p.Project.Path = text
		who := []forge.User{{ID: int64(i), Username: text, Name: text}}
		p.Issue.Assignees = who
		p.Issue.WebURL = "javascript:alert(1)"
		for n := range p.Steps {
			p.Steps[n].Name, p.Steps[n].Issue.Assignees, p.Steps[n].Issue.WebURL = text, who, "javascript:alert(1)//"+text
		}
		for n := range p.Labels {
			p.Labels[n].Label = "hiring::" + strings.TrimPrefix(p.Labels[n].Label, "hiring::")[:1] + " " + text
		}
		p.Issue.Labels = nil
		plans = append(plans, p)
	}
	return plans
}

// TestHostileHTML: of a page with evil texts nothing is an element or an attribute that the page
// does not have without them, and no address is other than GitLab's.
func TestHostileHTML(t *testing.T) {
	known := map[string]bool{}
	walk(t, write(t, "html", Compute(now, 365, sample())), func(what, _ string) { known[what] = true })
	walk(t, write(t, "html", Compute(now, 365, hostile())), func(what, value string) {
		if !known[what] {
			t.Errorf("the page has %s=%q, which it has not without evil texts", what, value)
		}
		if strings.HasSuffix(what, " href") && value != "data:," && !strings.HasPrefix(value, "https://gitlab.example/") {
			t.Errorf("the page links %q", value)
		}
	})
}

// TestPage: the page loads nothing, every chart has words, every table a caption and heads, and
// headings do not leave out a rank.
func TestPage(t *testing.T) {
	src := write(t, "html", Compute(now, 365, sample()))
	n := map[string]int{}
	walk(t, src, func(what, value string) {
		n[what]++
		switch _, name, _ := strings.Cut(what, " "); name {
		case "src", "srcset", "xlink:href", "background", "poster", "data":
			t.Errorf("the page loads %s=%q", what, value)
		case "aria-label":
			if len(value) < 20 {
				t.Errorf("a chart says %q", value)
			}
		}
	})
	if n["script"] > 0 || n["svg"] != 3 || n["div aria-label"] != 3 || n["figcaption"] != 3 || n["table"] != 4 || n["caption"] != 4 || n["h1"] != 1 || n["h2"] != 6 || n["th scope"] < 20 {
		t.Errorf("%v", n)
	}
	if strings.Contains(src, "url(") || strings.Contains(src, "@import") {
		t.Error("a style loads something")
	}
}

// walk calls f for the elements of a page ("td") and their attributes ("a href").
func walk(t *testing.T, src string, f func(what, value string)) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		f(n.Data, "")
		for _, a := range n.Attr {
			f(n.Data+" "+a.Key, a.Val)
		}
	}
}

// TestHostileText: no line begins like a command, and no sign steers the terminal.
func TestHostileText(t *testing.T) {
	r := Compute(now, 365, hostile())
	for _, format := range []string{"txt", "md"} {
		text := write(t, format, r)
		if strings.ContainsAny(text, "\x1b\u202e") {
			t.Errorf("%s steers the terminal", format)
		}
		for l := range strings.Lines(text) {
			if format == "md" && strings.HasPrefix(strings.TrimSpace(l), "/") {
				t.Errorf("%s: the line %q is a command", format, l)
			}
		}
	}
	md := write(t, "md", r)
	for _, bad := range []string{"<script", "<img", "<!--", "](javascript", "![x](", "] (", "\n/close"} {
		if strings.Contains(md, bad) && !inCode(md, bad) {
			t.Errorf("Markdown holds %q", bad)
		}
	}
}

// inCode reports whether a text stands in code spans alone.
func inCode(md, text string) bool {
	for l := range strings.Lines(md) {
		for i, part := range strings.Split(l, "`") {
			if i%2 == 0 && strings.Contains(part, text) {
				return false
			}
		}
	}
	return true
}

// TestFormulas: no cell of the CSV is a formula to a spreadsheet.
func TestFormulas(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(write(t, "csv", Compute(now, 365, hostile())))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(evil)+1 {
		t.Errorf("%d rows of %d openings", len(rows), len(evil))
	}
	for _, row := range rows {
		for i, c := range row {
			if c = strings.TrimSpace(c); c != "" && strings.ContainsAny(c[:1], "=+-@\t\r") || strings.HasPrefix(c, "＝") {
				t.Errorf("column %q holds %q", rows[0][i], c)
			}
		}
	}
}

// TestNoTypedWords: titles that people have typed, which may name a candidate, are in no format.
func TestNoTypedWords(t *testing.T) {
	plans := sample()
	for i := range plans {
		plans[i].Issue.Title, plans[i].Issue.Description = "Candidate Jane", "Candidate Jane"
		for n := range plans[i].Steps {
			plans[i].Steps[n].Issue.Title, plans[i].Steps[n].Issue.Description = "Candidate Jane", "Candidate Jane"
		}
	}
	for format := range formats {
		if strings.Contains(write(t, format, Compute(now, 365, plans)), "Jane") {
			t.Errorf("%s tells a title", format)
		}
	}
}

// TestOrderIsTheSame: the same plans in another order make the same report.
func TestOrderIsTheSame(t *testing.T) {
	plans := sample()
	want, err := json.Marshal(Compute(now, 365, plans))
	if err != nil {
		t.Fatal(err)
	}
	for i := range plans {
		got, err := json.Marshal(Compute(now, 365, append(plans[i:len(plans):len(plans)], plans[:i]...)))
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("begun with plan %d, the report differs", i)
		}
	}
}
