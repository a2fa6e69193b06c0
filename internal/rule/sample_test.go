package rule_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// sampled is what a rule finds on the real pages of the corpus: how many findings, how many of
// them were read by hand, and how many of those were false.
type sampled struct{ Findings, Read, Wrong int }

// readSamples reads testdata/sample*.tsv, by name of the rule.
func readSamples(t *testing.T) map[string]sampled {
	t.Helper()
	files, err := filepath.Glob("testdata/sample*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("samples %v: %v", files, err)
	}
	all := map[string]sampled{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(src)), "\n")
		if lines[0] != "rule\tfindings\tread\tfalse" {
			t.Fatalf("%s: head %q", file, lines[0])
		}
		for _, line := range lines[1:] {
			cells := strings.Split(line, "\t")
			if _, twice := all[cells[0]]; twice || len(cells) != 4 || rule.Find(cells[0]) == nil {
				t.Errorf("%s: row %q: no such rule, a second row of it, or not four cells", file, line)
				continue
			}
			var n [3]int
			for i := range n {
				if n[i], err = strconv.Atoi(cells[i+1]); err != nil {
					t.Errorf("%s: row %q: %v", file, line, err)
				}
			}
			all[cells[0]] = sampled{n[0], n[1], n[2]}
		}
	}
	return all
}

// TestSample holds the rules to what was read by hand. A rule over 5 % false is no error, one over
// 20 % is off by default.
func TestSample(t *testing.T) {
	for name, s := range readSamples(t) {
		if s.Wrong > s.Read || s.Read > s.Findings || s.Read < min(s.Findings, 25) {
			t.Errorf("%s: %+v: of all findings at least 25 are read, or all where there are fewer", name, s)
		}
		switch severity := rule.Find(name).Severity; {
		case s.Wrong*100 > s.Read*20 && severity != finding.Off:
			t.Errorf("%s: %d of %d false, so it has to be off", name, s.Wrong, s.Read)
		case s.Wrong*100 > s.Read*5 && severity == finding.Error:
			t.Errorf("%s: %d of %d false, so it can't be an error", name, s.Wrong, s.Read)
		}
	}
}
