package app

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/rule"
)

func runRules(args ...string) (string, string, int) {
	var out, errs bytes.Buffer
	a := App{Stdout: &out, Stderr: &errs}
	code := a.Main(context.Background(), append([]string{"rules"}, args...))
	return out.String(), errs.String(), code
}

func TestRules(t *testing.T) {
	list, _, code := runRules()
	if code != ExitOK {
		t.Fatalf("exit code %d", code)
	}
	for line := range strings.Lines(list) {
		if strings.TrimRight(line, " \n") != strings.TrimSuffix(line, "\n") {
			t.Errorf("blanks at the end of %q", line)
		}
	}
	for _, r := range rule.All {
		if !strings.Contains(list, "  "+r.Name+" ") {
			t.Errorf("the list has no %q", r.Name)
		}
		one, _, code := runRules(r.Name)
		if code != ExitOK || !strings.Contains(one, "Bad:") || !strings.Contains(one, "Good:") || !strings.Contains(one, "Line ") {
			t.Errorf("%s: exit code %d:\n%s", r.Name, code, one)
		}
	}
}

func TestRulesUnknown(t *testing.T) {
	if _, errs, code := runRules("missing-job-grad"); code != ExitUsage || !strings.Contains(errs, `"missing-job-grade"`) {
		t.Errorf("exit code %d: %s", code, errs)
	}
	if _, errs, code := runRules("nothing-like-it-at-all"); code != ExitUsage || !strings.Contains(errs, "lists them all") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
