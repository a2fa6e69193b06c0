package rolepage

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// long are pages made to be slow to read: each unit is repeated up to a size, and each "№" in it
// is a number of its own.
var long = map[string]struct{ head, unit string }{
	"steps":                 {"## Hiring Process\n\n", "* Candidates will have a 30 minute interview with the Director of Data or a VP, Sales\n"},
	"nested steps":          {"## Hiring Process\n\n", "* Interviews with:\n  * a Peer\n  * a Designer\n"},
	"prose":                 {"## Hiring Process\n\n", "Candidates will be invited to an [interview](/x) with the CTO. "},
	"wrapped":               {"## Hiring Process\n\n", "Candidates will be invited to an interview\nwith the CTO.\n"},
	"words":                 {"## Hiring Process\n\n", "an interview with the CTO and "},
	"step table":            {"## Hiring Process\n\n| What | Who |\n| - | - |\n", "| Interview | CTO |\n"},
	"step headings":         {"## Hiring Process\n\n", "### Interview with the CTO\n\n25 minutes\n\n"},
	"processes":             {"", "### Hiring Process\n\n* Interview with the CTO\n\n### Engineer\n\n"},
	"lazy lines":            {"## Hiring Process\n\n", "* Interview\nSuccessful candidates will be made an offer\n"},
	"open links":            {"## Hiring Process\n\n", "[interview]("},
	"open links as steps":   {"## Hiring Process\n\n", "* [interview](\n"},
	"levels":                {"## Levels\n\n", "### Engineer №\n\n#### Job Grade\n\ngrade 6\n\n#### Requirements\n\n- All requirements of previous roles plus\n- a№\n\n"},
	"named parts":           {"## Levels\n\n", "### Engineer №\n\n#### Job Grade\n\ngrade 6\n\n## Engineer № Requirements\n\n- a\n\n"},
	"shared parts":          {"## Engineer\n\n### Requirements\n\n- a\n\n### Levels\n\n", "#### Requirements\n\n- b\n\n"},
	"levels and parts":      {"## Levels\n\n## Levels\n\n" + strings.Repeat("### Requirements\n\n- b\n\n", 1000), "### Engineer\n\n"},
	"roles like the page":   {"## Levels\n\n", "## Engineer\n\n### Requirements\n\n- a\n\n"},
	"extensions in a line":  {"## Levels\n\n### Engineer\n\n", "Extends the Engineer № role. "},
	"marked extensions":     {"## Levels\n\n### Engineer\n\n", "Extends the *Engineer №* role. "},
	"extensions as items":   {"## Levels\n\n### Engineer\n\n#### Requirements\n\n", "- Extends the Engineer № requirements\n"},
	"named by many":         {"## Levels\n\n" + strings.Repeat("### Engineer\n\n#### Job Grade\n\ngrade 6\n\n", 1000), "## Engineer Requirements\n\n- a\n\n"},
	"extensions of one":     {"## Levels\n\n### Manager\n\n#### Requirements\n\n" + strings.Repeat("- a\n", 10_000) + "\n### Engineer\n\n#### Requirements\n\n", "- Extends the Manager requirements\n"},
	"extensions of levels":  {"## Levels\n\n" + strings.Repeat("### Senior Staff Engineer Data\n\n", 499) + "#### Requirements\n\n", "- Extends the Senior Manager requirements\n"},
	"grades":                {"## Levels\n\n### Engineer\n\n", "grade № "},
	"reporting lines":       {"## Levels\n\n### Engineer\n\n", "- Reports to nobody, № \n"},
	"tags in paragraphs":    {"", "{{< a >}}\n\n"},
	"tags in a line":        {"", "<%= a %> "},
	"quotes in items":       {"", "- a\n  > b\n"},
	"front matter":          {"---\ntitle: a\n", "a№: b\n"},
	"headings with a brace": {"", "## {a\n\n"},
	"references":            {"[a]: /b\n\n", "[a] "},
	"images in links":       {"", "[![a](b)](c) "},
	"entities":              {"", "&amp;"},
	"strong words":          {"", "**a** "},
	"lines to lists":        {"## Levels\n\n" + strings.Repeat("### Senior Baker\n\n#### Requirements\n\n- a\n\n", 480) + "## Performance Indicators\n\n", "Some other people, additionally:\n\n- a\n\n"},
	"names of levels":       {"## Levels\n\n" + strings.Repeat("### Senior Baker\n\n#### Requirements\n\n- a\n\n", 480), "- Everything in the list of a Miller №\n"},
	"links to tags":         {"## Levels\n\n### Baker\n\n#### Requirements\n\n", "Extends the [a](#a№) requirements.\n\n"},
	"wishes":                {"## Requirements\n\n- ", "a preferred; "},
	"lines as headings":     {"## Levels\n\n### Baker\n\n", "**Requirements**\n\n- a\n\n"},
	"words of extensions":   {"## Levels\n\n### Engineer\n\n#### Requirements\n\n- ", "all requirements of the Senior, and "},
}

// BenchmarkLong measures them. The metrics are the seconds for 1 MB, and how much longer ten times
// the size takes, divided by ten: 1 is linear, 10 is quadratic.
func BenchmarkLong(b *testing.B) {
	const size = 1 << 20
	for name, page := range long {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			tenth, whole := time.Duration(0), time.Duration(0)
			for b.Loop() {
				tenth += parseTime(page.head, page.unit, size/10)
				whole += parseTime(page.head, page.unit, size)
			}
			b.ReportMetric(whole.Seconds()/float64(b.N), "s/MB")
			b.ReportMetric(whole.Seconds()/10/tenth.Seconds(), "growth")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// parseTime is how long it takes to read a page that repeats a unit up to a size.
func parseTime(head, unit string, size int) time.Duration {
	if !strings.HasPrefix(head, "---") {
		head = pageHead + head
	}
	src := []byte(head)
	for n := 0; len(src) < size; n++ {
		src = append(src, strings.ReplaceAll(unit, "№", strconv.Itoa(n))...)
	}
	start := time.Now()
	p := Parse("content/job-families/a.md", src)
	for _, lv := range slices.Concat(p.Levels, p.Roles, p.Variants) {
		lv.Requirements.Inherited()
	}
	return time.Since(start)
}
