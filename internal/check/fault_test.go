package check

import (
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// TestBrokenRule: a rule that breaks down is told as roleplan's fault, and weighs nothing on the page.
func TestBrokenRule(t *testing.T) {
	sheet := &rule.Sheet{Page: rolepage.Parse("a.md", []byte("# A page\n"))}
	defer sheet.Close()
	run(sheet, rule.Find("front-matter"), finding.Warning)
	run(sheet, &rule.Rule{Name: "broken", Index: true, Severity: finding.Error, Run: func(p *rule.Pass) {
		p.ReportPage("page", "half of the truth")
		panic("no\nsuch word")
	}}, finding.Error)
	if len(sheet.Findings) != 2 || sheet.Findings[0].Rule != "front-matter" {
		t.Fatalf("%+v", sheet.Findings)
	}
	found := sheet.Findings[1:]
	if len(found) != 1 || !found[0].Fault || !strings.Contains(found[0].Message, "(no such word); this is a fault of roleplan") || finding.Max(found) != finding.Off {
		t.Errorf("%+v", found)
	}
}
