// Package check runs the rules over pages: files of a folder, or pages that were read
// elsewhere. A page is parsed once, files are worked in parallel and bounded, and the result
// does not depend on the order in which they end.
package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// Options say which rules run and what they may look at. The zero value is the default: all
// rules, as severe as they are, and nothing but the page.
type Options struct {
	Severity map[string]finding.Severity // by name of the rule; Off switches it off
	Allow    []string                    // words that are no misspellings
	// For, where it is set, gives severities and allowed words of a page by its path, in place
	// of the two above.
	For func(path string) (severity map[string]finding.Severity, allow []string)
	// Layout, where it is set, gives what a page is to follow by its path, whatever it looks like; nil for
	// what its own path and front matter tell.
	Layout func(path string) *hiring.Layout
	// Site is the repository that the pages lie in; nil where it can't be looked at, and then
	// links to other files are not checked. Pages of one run share it.
	Site rule.Site
	// Team is the team directory; nil where there is none.
	Team rule.Team
	// Today is the day by which suppressions end; the zero time ends none.
	Today time.Time
}

// Page runs the rules over a page. Findings that the page silences are left out.
func Page(p *hiring.Page, o Options) []finding.Finding {
	set, allow := o.Severity, o.Allow
	if o.For != nil {
		set, allow = o.For(p.Path)
	}
	sheet := &rule.Sheet{Page: p, Site: o.Site, Today: o.Today, Allow: allow, Team: o.Team}
	if o.Layout != nil {
		sheet.Layout = o.Layout(p.Path)
	}
	defer sheet.Close()
	severityOf := func(r *rule.Rule) finding.Severity {
		severity, ok := set[r.Name]
		switch {
		case !sheet.Asks(r):
			return finding.Off
		case ok:
			return severity
		}
		return r.Severity
	}
	for _, r := range rule.All {
		if severity := severityOf(r); severity != finding.Off {
			run(sheet, r, severity)
		}
	}
	return finding.Sort(suppress(sheet, slices.Clone(sheet.Findings), severityOf))
}

// run runs a rule. One that breaks down loses its own findings only, and says so, lightly: a page must
// not go unchecked because of a mistake of ours, and the page is not to blame.
func run(s *rule.Sheet, r *rule.Rule, severity finding.Severity) {
	before := len(s.Findings)
	defer func() {
		if broken := recover(); broken != nil {
			s.Findings = append(s.Findings[:before], finding.Finding{
				Rule: r.Name, Severity: finding.Info, Path: s.Page.Path, Range: s.Page.Range(hiring.Span{}), Anchor: "page", Fault: true,
				Message: strings.Join(strings.Fields(fmt.Sprintf("roleplan could not run this rule on the page (%v); this is a fault of roleplan, please report it", broken)), " "),
			})
		}
	}()
	s.Run(r, severity)
}

// suppress takes out the findings that comments of the page silence, and adds one for each
// comment that silences none. Of rules that are off nobody knows what they would have found.
func suppress(s *rule.Sheet, all []finding.Finding, severityOf func(*rule.Rule) finding.Severity) []finding.Finding {
	list, _ := s.Suppressions()
	if len(list) == 0 {
		return all
	}
	byRule := map[string][]int{}
	for i, sup := range list {
		byRule[sup.Rule] = append(byRule[sup.Rule], i)
	}
	used := make([]bool, len(list))
	all = slices.DeleteFunc(all, func(f finding.Finding) bool {
		silenced := false
		for _, i := range byRule[f.Rule] {
			if line := f.Range.Start.Line; list[i].From <= line && line <= list[i].To {
				silenced, used[i] = true, true
			}
		}
		return silenced
	})
	severity := severityOf(rule.Find("suppression"))
	if severity == finding.Off {
		return all
	}
	var unused []rule.Suppression
	for i, sup := range list {
		if r := rule.Find(sup.Rule); r != nil && severityOf(r) != finding.Off && !used[i] {
			unused = append(unused, sup)
		}
	}
	return append(all, s.Unused(unused, severity)...)
}
