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

// TestSample holds the rules to what was read by hand: testdata/sample*.tsv have for each rule its
// findings on real pages, how many of them were read, and how many of those were false. A rule
// over 5 % false is no error, one over 20 % is off by default.
func TestSample(t *testing.T) {
	files, err := filepath.Glob("testdata/sample*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("samples %v: %v", files, err)
	}
	for _, file := range files {
		sample(t, file)
	}
}

func sample(t *testing.T, file string) {
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(src)), "\n")
	if lines[0] != "rule\tfindings\tread\tfalse" {
		t.Fatalf("head %q", lines[0])
	}
	for _, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		r := rule.Find(cells[0])
		if len(cells) != 4 || r == nil {
			t.Errorf("row %q: no such rule, or not four cells", line)
			continue
		}
		var n [3]int
		for i := range n {
			if n[i], err = strconv.Atoi(cells[i+1]); err != nil {
				t.Errorf("row %q: %v", line, err)
			}
		}
		findings, read, wrong := n[0], n[1], n[2]
		if wrong > read || read > findings || read < min(findings, 25) {
			t.Errorf("row %q: of all findings at least 25 are read, or all where there are fewer", line)
		}
		switch {
		case wrong*100 > read*20 && r.Severity != finding.Off:
			t.Errorf("%s: %d of %d false, so it has to be off", r.Name, wrong, read)
		case wrong*100 > read*5 && r.Severity == finding.Error:
			t.Errorf("%s: %d of %d false, so it can't be an error", r.Name, wrong, read)
		}
	}
}
