package check_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/corpus"
)

// TestSampleCounts counts the findings on real pages again that docs/rules.md tells of. Where the numbers differ, read
// what a rule finds now, and write into internal/rule/testdata what was read and how many of it were false.
func TestSampleCounts(t *testing.T) {
	t.Parallel()
	root := corpus.Root(t)
	var folders []string
	for _, folder := range corpus.Folders {
		folders = append(folders, filepath.Join(root, folder))
	}
	site, err := check.OpenSite(root)
	if err != nil {
		t.Fatal(err)
	}
	result, err := check.Files(t.Context(), root, check.Walk(root, folders), check.Options{Site: site})
	if err != nil || len(result.Errors) > 0 {
		t.Fatalf("%v, %v", err, result.Errors)
	}
	found := map[string]int{}
	for _, f := range result.Findings {
		found[f.Rule]++
	}
	files, err := filepath.Glob("../rule/testdata/sample*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("samples %v: %v", files, err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(src)) {
			name, rest, _ := strings.Cut(line, "\t")
			told, _, _ := strings.Cut(rest, "\t")
			if name != "rule" && told != strconv.Itoa(found[name]) {
				t.Errorf("%s: %d findings, %s in %s", name, found[name], told, file)
			}
			delete(found, name)
		}
	}
	if len(found) > 0 {
		t.Errorf("no sample tells of %v", found)
	}
}
