// Package check runs the rules over pages: files of a folder, or pages that were read
// elsewhere. A page is parsed once, files are worked in parallel and bounded, and the result
// does not depend on the order in which they end.
package check

import (
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// Options say which rules run. The zero value is the default: all of them, as severe as they
// are.
type Options struct {
	Severity map[string]finding.Severity // by name of the rule; Off switches it off
}

// Unknown are the rules of the options that do not exist.
func (o Options) Unknown() []string {
	var names []string
	for name := range o.Severity {
		if rule.Find(name) == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (o Options) severity(r *rule.Rule) finding.Severity {
	if s, ok := o.Severity[r.Name]; ok {
		return s
	}
	return r.Severity
}

// Page runs the rules over a page.
func Page(p *hiring.Page, o Options) []finding.Finding {
	var all []finding.Finding
	for _, r := range rule.All {
		if severity := o.severity(r); severity != finding.Off {
			all = append(all, run(r, p, severity)...)
		}
	}
	return finding.Sort(all)
}

// run runs a rule. One that breaks down loses its own findings only, and says so: a page must
// not go unchecked because of a mistake of ours.
func run(r *rule.Rule, p *hiring.Page, severity finding.Severity) (found []finding.Finding) {
	defer func() {
		if broken := recover(); broken != nil {
			found = []finding.Finding{{
				Rule: r.Name, Severity: finding.Error, Path: p.Path, Range: p.Range(hiring.Span{}), Anchor: "page",
				Message: strings.Join(strings.Fields(fmt.Sprintf("roleplan could not run this rule on the page (%v); this is a fault of roleplan, please report it", broken)), " "),
			}}
		}
	}()
	return rule.Run(r, p, severity)
}
