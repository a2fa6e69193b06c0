package check_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

func spellings(path, body string) []finding.Finding {
	return check.Page(rolepage.Parse(path, []byte("---\ntitle: Engineer\n---\n\n## Requirements\n\n"+body)), only("spelling"))
}

func TestBaseline(t *testing.T) {
	report, err := json.Marshal(map[string]any{
		"pages":    2,
		"findings": slices.Concat(spellings("a.md", "- recieve\n- seperate\n"), spellings("b.md", "- recieve\n")),
	})
	if err != nil {
		t.Fatal(err)
	}
	known, err := check.ReadBaseline("known.json", report)
	if err != nil {
		t.Fatal(err)
	}
	// One finding has moved, one is mended, and the same word stands once more; b.md is not checked.
	fresh, stale := known.Split(spellings("a.md", "- accomodate\n- x\n- recieve, recieve\n"), []string{"a.md"})
	if got := told(fresh); !slices.Equal(got, []string{"7 spelling accomodate", "9 spelling recieve"}) {
		t.Errorf("new: %q", got)
	}
	if len(stale) != 1 || stale[0].Path != "a.md" || stale[0].Rule != "spelling" || !strings.Contains(stale[0].Message, "seperate") {
		t.Errorf("stale: %+v", stale)
	}
	if fresh, stale := known.Split(nil, nil); len(fresh)+len(stale) > 0 {
		t.Errorf("of no page: %v %v", fresh, stale)
	}
}

func TestBaselineMistakes(t *testing.T) {
	for src, want := range map[string]string{
		"":                                   `read baseline "known.json": unexpected end of JSON input; write one with`,
		"[]":                                 `read baseline "known.json": json: cannot unmarshal array`,
		"{}":                                 `it has no "findings"`,
		`{"findings":[{"rule":1}]}`:          `cannot unmarshal number`,
		`{"findings":[{"rule":"spelling"}]}`: `finding 1 has no "fingerprint"`,
	} {
		_, err := check.ReadBaseline("known.json", []byte(src))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %s", src, err, want)
		}
	}
	if _, err := check.ReadBaseline("known.json", []byte(`{"findings":[]}`)); err != nil {
		t.Errorf("a baseline without findings: %v", err)
	}
}
