package rule_test

import (
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// TestExamples runs each rule over its own examples: the bad one gives a finding, the good one
// none.
func TestExamples(t *testing.T) {
	for _, r := range rule.All {
		t.Run(r.Name, func(t *testing.T) {
			path := r.ExamplePath()
			bad := rule.Run(r, rolepage.Parse(path, []byte(r.Bad)), r.Severity)
			if len(bad) != 1 {
				t.Errorf("the bad example gives %d findings, want 1: %+v", len(bad), bad)
			}
			for _, f := range bad {
				if f.Rule != r.Name || f.Message == "" || f.Severity != r.Severity || f.Anchor == "" || f.Path != path {
					t.Errorf("finding %+v", f)
				}
				if first := f.Message[0]; first >= 'A' && first <= 'Z' || strings.HasSuffix(f.Message, ".") && !strings.HasSuffix(f.Message, "...") && !strings.HasSuffix(f.Message, `."`) {
					t.Errorf("message %q: lower case, no full stop", f.Message)
				}
			}
			if good := rule.Run(r, rolepage.Parse(path, []byte(r.Good)), r.Severity); len(good) > 0 {
				t.Errorf("the good example gives %+v", good)
			}
		})
	}
}

func TestRulesAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rule.All {
		if r.Name == "" || r.Group == "" || r.Doc == "" || r.Why == "" || r.Bad == "" || r.Good == "" || r.Run == nil || r.Severity == finding.Off {
			t.Errorf("rule %q lacks something", r.Name)
		}
		if seen[r.Name] {
			t.Errorf("rule %q stands twice", r.Name)
		}
		seen[r.Name] = true
		if rule.Find(r.Name) != r {
			t.Errorf("rule %q is not found by its name", r.Name)
		}
	}
	if len(rule.Names()) != len(rule.All) || rule.Find("none") != nil {
		t.Error("Names or Find is wrong")
	}
}

// TestIndexPages have no role to ask anything of.
func TestIndexPages(t *testing.T) {
	page := rolepage.Parse("content/job-families/_index.md", []byte("---\ntitle: Job families\ndescription: All of them.\n---\n\n## Engineering\n\n## Sales\n"))
	for _, r := range rule.All {
		if got := rule.Run(r, page, r.Severity); len(got) > 0 {
			t.Errorf("%s: %+v", r.Name, got)
		}
	}
}
