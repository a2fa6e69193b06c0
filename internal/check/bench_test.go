package check_test

import (
	"flag"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/text"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// realPages lists the real pages.
func realPages(b *testing.B) (root string, files []string) {
	b.Helper()
	root = corpus.Root(b)
	var folders []string
	for _, folder := range corpus.Folders {
		folders = append(folders, filepath.Join(root, folder))
	}
	files, err := check.List(check.Walk(root, folders))
	if err != nil {
		b.Fatal(err)
	}
	return root, files
}

// each gives files as they would be found.
func each(files []string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, file := range files {
			if !yield(file, nil) {
				return
			}
		}
	}
}

// BenchmarkCorpus measures a check of all pages, as the command does it, beside its parts and
// beside the limit of any checker: to read the files and parse each once.
func BenchmarkCorpus(b *testing.B) {
	root, files := realPages(b)
	size := int64(0)
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			b.Fatal(err)
		}
		size += info.Size()
	}
	measure := func(name string, work func(check.File)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				_, err := check.Map(b.Context(), root, each(files), func(f check.File) error {
					work(f)
					return f.Err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	measure("limit", func(f check.File) { goldmark.New().Parser().Parse(text.NewReader(f.Source)) })
	rooms := sync.Pool{New: func() any { return new(rolepage.Room) }}
	inRoom := func(work func(*hiring.Page)) func(check.File) {
		return func(f check.File) {
			room := rooms.Get().(*rolepage.Room)
			defer rooms.Put(room)
			work(room.Parse(f.Path, f.Source))
		}
	}
	measure("parse", inRoom(func(*hiring.Page) {}))
	measure("check", inRoom(func(p *hiring.Page) { check.Page(p, check.Options{}) }))
}

// long are pages made to be slow: each pattern is repeated up to a size.
var long = map[string]struct{ head, unit string }{
	"quotes":            {"", "> "},
	"quotes and text":   {"", "> a\n>> b\n"},
	"lists":             {"", "- "},
	"lists in lists":    {"", "- a\n  - b\n    - c\n"},
	"headings":          {"", "## a\n\n"},
	"headings of words": {"", "### Senior Engineer Responsibilities\n\n"},
	"deep headings":     {"", "# a\n## b\n### c\n#### d\n##### e\n###### f\n"},
	"levels":            {"## Levels\n\n", "### Senior Engineer\n\nThe Senior Engineer reports to the CTO and is a grade 7.\n\n#### Requirements\n\n- All requirements of previous roles\n\n"},
	"leading levels":    {"## Levels\n\n", "### Senior Engineer\n\nLead people.\n\n"},
	"steps":             {"## Hiring Process\n\n", "* A 30 minute interview with the Director of Data\n"},
	"bare steps":        {"## Hiring Process\n\n", "* a\n"},
	"step headings":     {"## Hiring Process\n\n", "### Round with\n\nCTO\n\n"},
	"processes":         {"", "## Hiring Process\n\n* Interview with the CTO\n\n"},
	"one line":          {"## Responsibilities\n\n", "lead the team of his "},
	"one word":          {"## Responsibilities\n\n", "a"},
	"requirements":      {"## Requirements\n\n", "- Ability to use GitLab for 5+ years\n"},
	"links":             {"", "[a](#b) "},
	"links on lines":    {"## Requirements\n\n", "- [a](#b)\n"},
	"references":        {"", "[a][b] "},
	"definitions":       {"", "[a]: http://b.example\n"},
	"images":            {"", "![a](b"},
	"emphasis":          {"", "*a **b "},
	"underscores":       {"", "_a__b"},
	"comments":          {"", "<!-- roleplan-disable spelling -->\n"},
	"open comments":     {"", "<!-- "},
	"comments in line":  {"a ", "<!-- roleplan-disable-next-line spelling --> "},
	"brackets":          {"", "["},
	"pairs of brackets": {"", "[]"},
	"braces":            {"", "{{< ref "},
	"tags":              {"", "<a "},
	"ERB":               {"", "<%= a "},
	"ticks":             {"", "` `` "},
	"fences":            {"", "```\na\n"},
	"tables":            {"", "| a | b |\n|---|---|\n| c | d |\n"},
	"table rows":        {"| a | b |\n|---|---|\n", "| c | d |\n"},
	"cells":             {"", "| a "},
	"templates":         {"## Requirements\n\n", "{add a bulleted list} "},
	"placeholders":      {"## Requirements\n\n", "- {add"},
	"entities":          {"", "&amp;&#"},
	"blank lines":       {"a\n", "\n"},
	"carriage returns":  {"a\n", "\r"},
	"front matter":      {"---\ntitle: a\n", "a: b\n"},
	"open title":        {"---\ntitle: \"", "a\\"},
	"misspelt":          {"## Requirements\n\n", "- Recieve responsibilites\n"},
	"leads":             {"## Requirements\n\n", "lead,"},
	"pronouns":          {"## Requirements\n\n", "he or she his or her "},
	"coded words":       {"## Requirements\n\n", "- Competitive, dominant and ambitious\n"},
	"addresses":         {"", "http://a.example "},
	"open links":        {"", "[interview]("},
	"strange levels":    {"## Levels\n\n", "### Senior Engineer\n\n#### Staff Designer Requirements\n\n- a\n\n#### Performance Indicators\n\n- Extends the Engineer indicators\n\n"},
	"vacancies":         {"", "## Hiring Process\n\n* a\n\n## Work\n\nyou will, your team, for 5+ years in EMEA\n\n"},
	"open link in step": {"## Hiring Process\n\n* a ", "[interview]("},
	"broken links":      {"# abcd\n\n", "[x](#abce)\n\n"},
	"broken and named":  {"", "# abcd\n\n[x](#abce)\n\n"},
}

var longest = flag.Int("long", 1, "size in MB of the pages of BenchmarkLong")

// BenchmarkLong measures pages made to be slow, of a size and of a tenth of it. Twice the size may
// take twice the time: growth is how much longer ten times the size takes, divided by ten. It is told
// for the reading of the page and for the rules apart.
func BenchmarkLong(b *testing.B) {
	size := *longest << 20
	for _, name := range slices.Sorted(maps.Keys(long)) {
		page := long[name]
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			var parse, rules [2]time.Duration
			for b.Loop() {
				for i, size := range []int{size / 10, size} {
					read, checked := checkTime(page.head, page.unit, size)
					parse[i] += read
					rules[i] += checked
				}
			}
			perMB := float64(b.N * *longest)
			b.ReportMetric(parse[1].Seconds()/perMB, "parse-s/MB")
			b.ReportMetric(rules[1].Seconds()/perMB, "rules-s/MB")
			b.ReportMetric(parse[1].Seconds()/10/parse[0].Seconds(), "parse-growth")
			b.ReportMetric(rules[1].Seconds()/10/rules[0].Seconds(), "rules-growth")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// checkTime is how long it takes to read a page that repeats a unit up to a size, and to run the rules
// over it.
func checkTime(head, unit string, size int) (parse, rules time.Duration) {
	if !strings.HasPrefix(head, "---") {
		head = "---\ntitle: Engineer\n---\n\n" + head
	}
	src := []byte(head + strings.Repeat(unit, size/len(unit)))
	start := time.Now()
	page := rolepage.Parse("content/job-families/a.md", src)
	parse = time.Since(start)
	check.Page(page, check.Options{})
	return parse, time.Since(start) - parse
}
