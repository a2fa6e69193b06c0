package rule_test

import (
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// checkFindings holds that findings say something, and that the source at their ranges is the
// text that they speak of.
func checkFindings(t *testing.T, p *hiring.Page, found []finding.Finding) {
	t.Helper()
	for _, f := range found {
		if got := string(p.Source[offset(p.Source, f.Range.Start):offset(p.Source, f.Range.End)]); got != f.Excerpt {
			t.Errorf("%s: the range %v holds %q, the finding speaks of %q", f.Rule, f.Range, got, f.Excerpt)
		}
		if f.Message == "" || strings.ContainsAny(f.Message, "\n\r") || f.Anchor == "" {
			t.Errorf("%s: message %q, anchor %q", f.Rule, f.Message, f.Anchor)
		}
	}
}

// FuzzRules wants findings in their places, whatever the page holds.
func FuzzRules(f *testing.F) {
	for _, r := range rule.All {
		f.Add([]byte(r.Bad))
		f.Add([]byte(r.Good))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		p := rolepage.Parse("content/job-families/example.md", src)
		checkFindings(t, p, check(p))
	})
}

// FuzzSuppression wants suppressions that lie in the page, name rules and are mistakes or not.
func FuzzSuppression(f *testing.F) {
	for _, s := range []string{
		"-next-line spelling the name of a product", " spelling, heading-level until=2027-03-31", "\nspelling\n", " until=2020-01-01 spelling", "-next-line", " speling", "-next-lime spelling",
		" spelling --> <!-- roleplan-enable", " spelling -->\n\n<!-- roleplan-enable spelling", " ,spelling,,level-order", " spelling until=", " spelling -->\n\n```\n<!-- roleplan-disable spelling",
	} {
		f.Add(s, "- Recieve\n")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, comment, below string) {
		src := []byte("---\ntitle: Engineer\n---\n\n## Responsibilities\n\n<!-- roleplan-disable" + comment + " -->\n" + below)
		p := rolepage.Parse("content/job-families/example.md", src)
		sheet := &rule.Sheet{Page: p, Today: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
		list, mistakes := sheet.Suppressions()
		for _, s := range list {
			if !strings.HasPrefix(p.Slice(s.Span), "<!--") || rule.Find(s.Rule) == nil || s.From < 1 || s.To > p.Lines() {
				t.Errorf("suppression %+v of %q", s, p.Slice(s.Span))
			}
		}
		found := sheet.Run(rule.Find("suppression"), finding.Warning)
		if len(found) != len(mistakes) {
			t.Errorf("%d findings of %d mistakes", len(found), len(mistakes))
		}
		checkFindings(t, p, append(found, sheet.Unused(list, finding.Warning)...))
	})
}
