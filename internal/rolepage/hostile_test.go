package rolepage

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

const pageHead = "---\ntitle: Engineer\n---\n\n"

// hostile are pages that nobody writes, but anybody can send.
var hostile = map[string]string{
	"empty":                       "",
	"one byte":                    "-",
	"fence alone":                 "---",
	"fence and line":              "---\n",
	"no closing fence":            "---\ntitle: Engineer\n\n## Requirements\n\n- Patience\n",
	"no opening fence":            "title: Engineer\n---\n\n## Requirements\n\n- Patience\n",
	"tabs in front matter":        "---\n\ttitle: Engineer\n---\n\n## Requirements\n\n-\tPatience\n",
	"no-break spaces":             pageHead + "##\u00a0Requirements\n\n-\u00a0Patience\n\n## Requirements\u00a0\n\n- Patience\u00a0\n",
	"NUL":                         pageHead + "## Require\x00ments\n\n- a\x00b\n\x00\n",
	"invalid UTF-8":               pageHead + "## Requirements\xff\n\n- \xc3\x28 \xf0\x28\x8c\x28\n- [a\xfe](b\xff)\n",
	"byte order mark":             "\ufeff" + pageHead + "## Requirements\n\n- Patience\n",
	"only carriage returns":       strings.ReplaceAll(pageHead+"## Requirements\n\n- Patience\n", "\n", "\r"),
	"heading without text":        pageHead + "#\n##\n###### \n#######\n",
	"open template tags":          pageHead + strings.Repeat("{{< ", 100_000) + strings.Repeat("<% ", 100_000),
	"10 MB line":                  pageHead + strings.Repeat("a b ", 2_500_000) + "\n",
	"10 MB line of marks":         pageHead + "- " + strings.Repeat("a*b_c ", 1_700_000) + "\n",
	"10,000 lists in a line":      pageHead + strings.Repeat("- ", 10_000) + "a\n",
	"10,000 numbers in a line":    pageHead + strings.Repeat("1. ", 10_000) + "\n",
	"10,000 nested lists":         pageHead + "## Levels\n\n" + nestedLists(10_000),
	"50,000 quotes in a line":     pageHead + strings.Repeat(">", 50_000) + " a\n",
	"50,000 quotes with blanks":   pageHead + strings.Repeat("> ", 50_000) + "a\n",
	"50,000 lines of quotes":      pageHead + strings.Repeat("> > > > a\n", 50_000),
	"lists and quotes":            pageHead + strings.Repeat("> - ", 20_000) + "a\n",
	"open brackets":               pageHead + strings.Repeat("[", 1_000_000),
	"open links":                  pageHead + strings.Repeat("[a](", 250_000),
	"open links in paragraphs":    pageHead + strings.Repeat(strings.Repeat("[a](", 1000)+"\n\n", 250),
	"open titles":                 pageHead + strings.Repeat("[a](b \"c ", 100_000),
	"link definitions":            pageHead + strings.Repeat("[a]: /b\n", 60_000) + strings.Repeat("[a] ", 60_000),
	"emphasis":                    pageHead + strings.Repeat("**a *b _c ", 100_000),
	"backticks of all lengths":    pageHead + backticks(1400),
	"open HTML":                   pageHead + strings.Repeat("<a ", 100_000) + strings.Repeat("a <!-- ", 60_000),
	"a wide table":                pageHead + "|" + strings.Repeat("a|", 3000) + "\n|" + strings.Repeat("-|", 3000) + "\n" + strings.Repeat("|a|\n", 100_000),
	"a list with 40,000 items":    pageHead + strings.Repeat("- a\n\n", 40_000),
	"a paragraph of lazy lines":   pageHead + "> a\n" + strings.Repeat("b\n", 100_000),
	"50,000 headings":             pageHead + strings.Repeat("## a\n", 50_000),
	"20,000 kinds of headings":    pageHead + "## Levels\n" + strings.Repeat("### Performance Indicators\n### Role\n", 10_000),
	"5,000 levels on one another": pageHead + "## Levels\n" + levelsOnOneAnother(5_000),
	"400 levels on one another":   pageHead + "## Levels\n" + levelsOnOneAnother(400),
	"parts for all levels":        pageHead + "## Levels\n## Levels\n" + strings.Repeat("### Requirements\n- a\n", 2_000) + strings.Repeat("### Engineer\n", 20_000),
	"levels of one name":          pageHead + "## Levels\n" + strings.Repeat("### Engineer\n#### Job Grade\n", 5_000) + strings.Repeat("## Engineer Requirements\n", 5_000),
	"a long front matter":         "---\n" + strings.Repeat("a: b\n", 60_000) + "---\n",
	"a front matter without end":  "---\n" + strings.Repeat("a: b\n", 60_000),
}

func nestedLists(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", 2*(i%200)) + "- a\n")
	}
	return b.String()
}

func backticks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("a" + strings.Repeat("`", i+1))
	}
	return b.String()
}

func levelsOnOneAnother(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "### Engineer %d\n#### Job Grade\ngrade 6\n#### Requirements\nAll requirements of previous roles plus:\n- a%d\n", i, i)
	}
	return b.String()
}

// TestHostile reads each of them whole, in time, with every place inside the file.
func TestHostile(t *testing.T) {
	for name, src := range hostile {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			p := Parse("content/job-families/a.md", []byte(src))
			// A quadratic reader needs minutes for these; the limit leaves room for slow machines.
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %s", took)
			}
			checkPlaces(t, p)
		})
	}
}

// checkPlaces fails when a place lies outside of the page or of what it belongs to.
func checkPlaces(t *testing.T, p *hiring.Page) {
	t.Helper()
	inside := func(what string, s hiring.Span, outer hiring.Span) {
		if s.Start > s.End || !outer.Contains(s) {
			t.Fatalf("%s: %v is not within %v", what, s, outer)
		}
	}
	whole := hiring.Span{End: len(p.Source)}
	inside("front matter", p.FrontMatter.Span, whole)
	for _, f := range p.FrontMatter.Fields {
		inside("key", f.Key, whole)
		inside("value", f.Span, whole)
	}
	for _, problem := range p.Problems {
		inside("problem", problem.Span, whole)
	}
	inside("overview", p.Overview, whole)
	var items func([]*hiring.Item, hiring.Span)
	items = func(list []*hiring.Item, outer hiring.Span) {
		for _, i := range list {
			inside("item", i.Whole, outer)
			inside("words of an item", i.Span, i.Whole)
			for _, l := range i.Lines {
				inside("line of an item", l.Span, i.Whole)
			}
			items(i.Items, i.Whole)
		}
	}
	p.Root.Walk(func(s *hiring.Section) bool {
		outer := whole
		if s.Parent != nil {
			outer = s.Parent.Span
		}
		inside("section", s.Span, outer)
		inside("body", s.Body, s.Span)
		inside("heading line", s.Line, whole)
		inside("heading", s.Heading.Span, whole)
		for _, b := range s.Blocks {
			inside("block", b.Span, s.Body)
			items(b.Items, b.Span)
			for _, l := range b.Lines {
				inside("line", l.Span, b.Span)
			}
		}
		for _, l := range s.Links {
			inside("link", l.Span, whole)
		}
		return true
	})
	for _, list := range [][]*hiring.Level{p.Levels, p.Roles, p.Variants} {
		for _, lv := range list {
			for _, asks := range []hiring.Asks{lv.Responsibilities, lv.Requirements, lv.PerformanceIndicators} {
				for _, own := range asks.Own {
					inside("entry", own.Span, whole)
				}
				for _, in := range asks.Inherited() {
					inside("entry", in.Span, whole)
				}
				for _, e := range asks.Extends {
					inside("sentence", e.Span, whole)
				}
			}
			if lv.Grade != nil {
				inside("grade", lv.Grade.Span, whole)
			}
			if lv.ReportsTo != nil {
				inside("reports to", lv.ReportsTo.Span, whole)
			}
		}
	}
	for _, proc := range p.Process {
		for _, s := range proc.Steps {
			inside("step", s.Span, whole)
		}
	}
}

// TestDefuseLeavesPages alone: pages within the limits are read as they are.
func TestDefuseLeavesPages(t *testing.T) {
	for _, src := range []string{
		"> - a\n>   1. [b](c) **d** `e` <br>\n\n| a | b |\n|---|---|\n| c | d |\n\n```\n[[[\n```\n\n- - -\n* * *\n",
		strings.Repeat("- [a](b), **c**\n", 300),
		strings.Repeat("> ", deepest-1) + "a\n",
	} {
		masked := []byte(src)
		if defuse(masked); string(masked) != src {
			t.Errorf("%.60q became %.60q", src, masked)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, src := range hostile {
		if len(src) < 10_000 {
			f.Add([]byte(src))
		}
	}
	f.Add([]byte(pageHead + "## Levels\n\n### Senior Engineer\n\nReports to the CTO.\n\n#### Job Grade\n\nis a [grade 7](x)\n\n#### Requirements\n\nAll requirements of previous roles plus:\n\n- a\n  - b\n\n## Hiring Process\n\n1. A 30-minute [screening call]({{< ref \"x\" >}}) with a recruiter\n\n| a | b |\n|---|---|\n| c \\| d | <%= e %> |\n"))
	f.Add([]byte("---\ntitle: A\n---\nSetext\n===\n\n- [x]\n\n<!-- a -->\n{: #id}\n\n> q\n\n    code\n\n![i](j \"k\") <b>l</b> &amp; \\*\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		p := Parse("content/job-families/a.md", src)
		checkPlaces(t, p)
		for i := 0; i <= len(src); i += 1 + len(src)/7 {
			p.Pos(i)
		}
	})
}

func FuzzFrontMatter(f *testing.F) {
	for _, yaml := range []string{
		"title: A\ndescription: \"b\"\n", "title: 'it''s'\n", "title: |\n  a\n  b\n", "title: >-\n  a\n", "a: {b: c}\ntitle: [d]\n", "title: A: B\n",
		"\ttitle: A\n", "title: &x A\nb: *x\n", "? a\n: b\n", "title: \xff\n", "title: A\ntitle: B\n", "- a\n", "", "title:\r\n", "title: \"a\nb\"\n", "--- \n",
	} {
		f.Add([]byte(yaml))
	}
	f.Fuzz(func(t *testing.T, yaml []byte) {
		src := append(append([]byte("---\n"), yaml...), "\n---\n\n## Requirements\n\n- Patience\n"...)
		p := Parse("content/job-families/a.md", src)
		checkPlaces(t, p)
		if p.FrontMatter.Present && len(p.Problems) == 0 && p.Title != p.FrontMatter.Fields["title"].Value {
			t.Errorf("title %q, field %q", p.Title, p.FrontMatter.Fields["title"].Value)
		}
	})
}
