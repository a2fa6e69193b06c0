package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// only are options with a few rules on.
func only(names ...string) check.Options {
	o := check.Options{Severity: map[string]finding.Severity{}, Today: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)}
	for _, r := range rule.All {
		if !slices.Contains(names, r.Name) {
			o.Severity[r.Name] = finding.Off
		}
	}
	return o
}

// told are findings in short: line, rule and the text they speak of.
func told(fs []finding.Finding) []string {
	var list []string
	for _, f := range fs {
		list = append(list, fmt.Sprintf("%d %s %s", f.Range.Start.Line, f.Rule, f.Excerpt))
	}
	return list
}

func TestSuppressions(t *testing.T) {
	for name, tc := range map[string]struct {
		body string
		want []string
	}{
		"next line": {
			"<!-- roleplan-disable-next-line spelling -->\nrecieve\nrecieve\n",
			[]string{"6 spelling recieve"},
		},
		"next line, blank lines and other comments between": {
			"<!-- roleplan-disable-next-line spelling -->\n<!-- roleplan-disable-next-line misused-word a reason -->\n\nrecieve a whitelist\n\nrecieve\n",
			[]string{"9 spelling recieve"},
		},
		"at the end of a line": {
			"- recieve <!-- roleplan-disable-next-line spelling -->\n- recieve\n",
			[]string{"4 spelling recieve"},
		},
		"several rules": {
			"<!-- roleplan-disable-next-line spelling, misused-word until=2027-03-01 -->\nrecieve a whitelist\n",
			nil,
		},
		"a range": {
			"recieve\n\n<!-- roleplan-disable spelling -->\n\nrecieve a whitelist\n\n<!-- roleplan-enable spelling -->\n\nrecieve\n",
			[]string{"4 spelling recieve", "8 misused-word whitelist", "12 spelling recieve"},
		},
		"a range to the end, one rule of two ended": {
			"x\n\n<!-- roleplan-disable spelling misused-word -->\n\nrecieve a whitelist\n\n<!-- roleplan-enable spelling -->\n\nrecieve a whitelist\n",
			[]string{"12 spelling recieve"},
		},
		"all ended": {
			"<!-- roleplan-disable spelling misused-word -->\n\nrecieve a whitelist\n\n<!-- roleplan-enable -->\n\nrecieve\n",
			[]string{"10 spelling recieve"},
		},
		"at the head of the page it holds for the front matter": {
			"<!-- roleplan-disable missing-hiring-process -->\n\n## Requirements\n\n- x\n",
			nil,
		},
		"nothing to silence": {
			"<!-- roleplan-disable-next-line spelling -->\nreceive\n",
			[]string{"4 suppression <!-- roleplan-disable-next-line spelling -->"},
		},
		"one of two rules has nothing to silence": {
			"<!-- roleplan-disable-next-line spelling misused-word -->\nrecieve\n",
			[]string{"4 suppression <!-- roleplan-disable-next-line spelling misused-word -->"},
		},
		"a rule that is off": {
			"<!-- roleplan-disable-next-line level-order -->\nreceive\n",
			nil,
		},
		"past its end": {
			"<!-- roleplan-disable-next-line spelling until=2027-02-28 -->\nrecieve\n",
			[]string{"4 suppression <!-- roleplan-disable-next-line spelling until=2027-02-28 -->", "5 spelling recieve"},
		},
		"unknown rule": {
			"<!-- roleplan-disable-next-line speling -->\nrecieve\n",
			[]string{"4 suppression <!-- roleplan-disable-next-line speling -->", "5 spelling recieve"},
		},
		"in code": {
			"`<!-- roleplan-disable spelling -->`\n\n```\n<!-- roleplan-disable spelling -->\n```\n\n- ~~~\n  <!-- roleplan-disable spelling -->\n  ~~~\n\nrecieve\n",
			[]string{"14 spelling recieve"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			src := "---\ntitle: Engineer\n---\n" + tc.body
			if !strings.Contains(tc.body, "## ") {
				src += "\n## Requirements\n"
			}
			o := only("spelling", "misused-word", "suppression", "missing-hiring-process")
			if !strings.Contains(tc.body, "hiring-process") {
				o.Severity["missing-hiring-process"] = finding.Off
			}
			if got := told(check.Page(rolepage.Parse("a.md", []byte(src)), o)); !slices.Equal(got, tc.want) {
				t.Errorf("%q\n found %q\n want  %q", src, got, tc.want)
			}
		})
	}
}

// FuzzSuppression holds that comments, whatever stands in them, take findings away and add
// findings of suppressions alone, and that all places lie in the page.
func FuzzSuppression(f *testing.F) {
	for _, seed := range []string{
		"roleplan-disable spelling", "roleplan-disable-next-line spelling, level-order until=2027-03-31", "roleplan-enable", "roleplan-disable --", "roleplan-", "roleplan-disable\nspelling\t,",
		"--> recieve <!--", "roleplan-enable spelling --> <!-- roleplan-disable spelling", "\x00\xff", "roleplan-disable-next-line ,,, until=until=",
	} {
		f.Add(seed, "recieve\n")
	}
	f.Fuzz(func(t *testing.T, comment, rest string) {
		plain := "---\ntitle: Engineer\n---\n\n## Requirements\n\n" + rest
		src := strings.Replace(plain, "\n\n## Requ", "\n\n<!-- "+comment+" -->\n\n## Requ", 1)
		o := only("spelling", "misused-word", "suppression")
		p := rolepage.Parse("a.md", []byte(src))
		for _, f := range check.Page(p, o) {
			if f.Range.Start.Line < 1 || f.Range.End.Line > p.Lines() || !strings.Contains(src, f.Excerpt) {
				t.Errorf("%+v lies outside of the page", f)
			}
		}
	})
}
