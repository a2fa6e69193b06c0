package rolepage

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// TestLevelLists holds what levels ask to testdata/levels.tsv, in which people labelled it without seeing what is read. A
// list is right when it has all entries that are labelled and no other, those marked "?" left aside.
func TestLevelLists(t *testing.T) {
	s := scoreLevels(t, filepath.Join("testdata", "levels.tsv"), corpus.Root(t))
	s.atLeast(t, levelShares{found: 0.97, real: 0.99, whole: 0.92, grades: 0.99, reports: 0.98, own: 0.96, inherited: 0.96, want: 0.99, have: 0.99})
}

// TestInventedLevels does the same with pages that were invented, and labelled, to read what nobody had seen: they are
// harder than real ones, and what is not read of them was not mended for them alone.
func TestInventedLevels(t *testing.T) {
	dir := filepath.Join("testdata", "invented")
	s := scoreLevels(t, filepath.Join(dir, "labels.tsv"), dir)
	s.atLeast(t, levelShares{found: 0.96, real: 0.99, whole: 0.69, grades: 0.99, reports: 0.97, own: 0.94, inherited: 0.85, want: 0.95, have: 0.98})
}

// scoreLevels reads the pages below a folder that a file has labels of.
func scoreLevels(t *testing.T, labels, root string) levelScore {
	t.Helper()
	data, err := os.ReadFile(labels)
	if err != nil {
		t.Fatal(err)
	}
	var s levelScore
	pages := map[string]*hiring.Page{}
	labelled := map[*hiring.Level]bool{}
	for line := range bytes.Lines(data) {
		if line[0] == '#' {
			continue
		}
		fields := strings.Split(strings.TrimSpace(string(line)), "\t")
		if len(fields) != 12 {
			t.Fatalf("%d fields in %q", len(fields), line)
		}
		page := pages[fields[0]]
		if page == nil {
			src, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(fields[0])))
			if err != nil {
				t.Fatal(err)
			}
			page = Parse(fields[0], src)
			pages[fields[0]] = page
		}
		labelled[s.add(t, page, fields)] = true
	}
	for path, p := range pages {
		for _, lv := range slices.Concat(p.Levels, p.Roles, p.Variants) {
			if !labelled[lv] {
				s.invented++
				t.Logf("%s:%d: read the %s %q, which is none", path, p.Line(lv.Section.Heading.Span.Start), lv.Kind, lv.Name)
			}
		}
	}
	return s
}

// levelShares are the least shares of what must be right.
type levelShares struct{ found, real, whole, grades, reports, own, inherited, want, have float64 }

func (s levelScore) atLeast(t *testing.T, least levelShares) {
	t.Helper()
	for _, m := range []struct {
		name     string
		part, of int
		least    float64
	}{
		{"levels found", s.found, s.levels, least.found},
		{"levels true", s.found, s.found + s.invented, least.real},
		{"levels wholly right", s.whole, s.levels, least.whole},
		{"grades right", s.grades, s.found, least.grades},
		{"reports-to right", s.reports, s.found, least.reports},
		{"own lists right", s.lists[0], 3 * s.levels, least.own},
		{"inherited lists right", s.lists[1], 3 * s.levels, least.inherited},
		{"entries found", s.entries.found, s.entries.want, least.want},
		{"entries true", s.entries.found, s.entries.have, least.have},
	} {
		share := float64(m.part) / float64(m.of)
		t.Logf("%s %.3f (%d of %d)", m.name, share, m.part, m.of)
		if share < m.least {
			t.Errorf("%s is %.3f, least is %.2f", m.name, share, m.least)
		}
	}
}

type levelScore struct {
	levels, found, invented, whole, grades, reports int
	lists                                           [2]int // own and inherited
	entries                                         struct{ want, have, found int }
	first                                           map[*hiring.Page]map[int]int // of lines that read the same
}

// add counts a line of labels, and returns the level that it speaks of.
func (s *levelScore) add(t *testing.T, p *hiring.Page, fields []string) *hiring.Level {
	t.Helper()
	at, err := strconv.Atoi(fields[1])
	if err != nil {
		t.Fatal(err)
	}
	var lv *hiring.Level
	for _, l := range slices.Concat(p.Levels, p.Roles, p.Variants) {
		if p.Line(l.Section.Heading.Span.Start) == at {
			lv = l
		}
	}
	where := fmt.Sprintf("%s:%d: %s", fields[0], at, fields[3])
	if strings.HasSuffix(fields[2], "?") && lv == nil {
		return nil
	}
	s.levels++
	if lv == nil {
		t.Logf("%s is not found", where)
		return nil
	}
	s.found++
	right := true
	tell := func(ok bool, count *int, format string, args ...any) {
		if ok {
			*count++
			return
		}
		right = false
		t.Logf("%s: "+format, append([]any{where}, args...)...)
	}
	grade := "-"
	if g := lv.Grade; g != nil && g.Min > 0 && p.Line(g.Span.Start) > at {
		grade = strconv.Itoa(g.Min)
		if g.Max > g.Min {
			grade += "-" + strconv.Itoa(g.Max)
		}
	}
	tell(grade == fields[4] || strings.HasSuffix(fields[4], "?"), &s.grades, "grade %s, labelled %s", grade, fields[4])
	reports := "-"
	if lv.ReportsTo != nil && slices.ContainsFunc(append(lv.Again, lv.Section), func(s *hiring.Section) bool { return s.Span.Contains(lv.ReportsTo.Span) }) {
		reports = strconv.Itoa(p.Line(lv.ReportsTo.Span.Start))
	}
	tell(reports == fields[5] || strings.HasSuffix(fields[5], "?"), &s.reports, "reports to line %s, labelled %s", reports, fields[5])
	for topic := range topics {
		asks := topic.of(lv)
		have := [2]map[int]bool{{}, {}}
		for _, e := range asks.Own {
			have[0][p.Line(e.Span.Start)] = !e.Wish
		}
		for _, e := range asks.Inherited() {
			have[1][p.Line(e.Span.Start)] = !e.Wish
		}
		for i, kind := range [...]string{"own", "inherited"} {
			maps.DeleteFunc(have[i], func(_ int, asked bool) bool { return !asked })
			want, open := labelledLines(t, fields[6+2*int(topic)+i])
			want, open, have[i] = s.firstOfEqual(p, want), s.firstOfEqual(p, open), s.firstOfEqual(p, have[i])
			if i == 1 { // what is taken over and stands here already is told once
				maps.DeleteFunc(want, func(line int, _ bool) bool { return have[0][line] })
			}
			maps.DeleteFunc(have[i], func(line int, _ bool) bool { return open[line] && !want[line] })
			missing, extra := without(want, have[i]), without(have[i], want)
			s.entries.want += len(want)
			s.entries.have += len(have[i])
			s.entries.found += len(want) - len(missing)
			tell(len(missing)+len(extra) == 0, &s.lists[i], "%s %s: missing %v, extra %v", [...]string{"responsibilities", "requirements", "indicators"}[topic], kind, missing, extra)
		}
	}
	if right {
		s.whole++
	}
	return lv
}

// sourceMarks are those of an item and of links.
var sourceMarks = regexp.MustCompile(`^\s*(?:[-*+]|\d+\.)\s+|\[([^\]]*)\]\([^)]*\)|\s+$`)

// firstOfEqual has the first line of the page that reads the same in place of each line.
func (s *levelScore) firstOfEqual(p *hiring.Page, lines map[int]bool) map[int]bool {
	if s.first[p] == nil {
		seen := map[string]int{}
		first := map[int]int{}
		for i, line := range strings.Split(string(p.Source), "\n") {
			text := sourceMarks.ReplaceAllString(line, "$1")
			if _, ok := seen[text]; !ok {
				seen[text] = i + 1
			}
			first[i+1] = seen[text]
		}
		if s.first == nil {
			s.first = map[*hiring.Page]map[int]int{}
		}
		s.first[p] = first
	}
	out := map[int]bool{}
	for line, asked := range lines {
		out[s.first[p][line]] = asked
	}
	return out
}

// without are the lines of a set that another lacks, in order.
func without(set, other map[int]bool) []int {
	return slices.Sorted(func(yield func(int) bool) {
		for line := range set {
			if !other[line] && !yield(line) {
				return
			}
		}
	})
}

// labelledLines reads "12-15,17?": the lines on which an entry begins, and those left open.
func labelledLines(t *testing.T, label string) (want, open map[int]bool) {
	t.Helper()
	want, open = map[int]bool{}, map[int]bool{}
	if label == "-" {
		return want, open
	}
	for part := range strings.SplitSeq(label, ",") {
		part, isOpen := strings.CutSuffix(strings.TrimSpace(part), "?")
		first, last, ok := strings.Cut(part, "-")
		if !ok {
			last = first
		}
		a, err := strconv.Atoi(first)
		b, err2 := strconv.Atoi(last)
		if err != nil || err2 != nil {
			t.Fatalf("no lines: %q", label)
		}
		for line := a; line <= b; line++ {
			if isOpen {
				open[line] = true
			} else {
				want[line] = true
			}
		}
	}
	return want, open
}
