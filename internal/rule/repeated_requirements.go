package rule

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var repeatedRequirements = &Rule{
	Name:     "repeated-requirements",
	Group:    GroupLevels,
	Doc:      "a level does not repeat what a lower level or the whole page lists already",
	Why:      "The handbook asks authors not to list a requirement again for more senior levels: two copies drift apart.",
	Severity: finding.Info,
	Bad:      "---\ntitle: Engineer\n---\n\n## Requirements\n\n- Strong written communication skills in English\n\n## Levels\n\n### Engineer\n\n#### Engineer Requirements\n\n- Strong written communication skills in English\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Requirements\n\n- Strong written communication skills in English\n\n## Levels\n\n### Engineer\n\n#### Engineer Requirements\n\n- Experience with Go\n",
	Run: func(p *Pass) {
		repeated(p, "responsibilities", p.Page.Core.Responsibilities, func(lv *hiring.Level) hiring.Asks { return lv.Responsibilities })
		repeated(p, "requirements", p.Page.Core.Requirements, func(lv *hiring.Level) hiring.Asks { return lv.Requirements })
	},
}

// repeated reports entries of levels that stand in the sections of the whole page, or in a
// level before on the same ladder and not above. Short entries repeat by nature.
func repeated(p *Pass, what string, common []*hiring.Section, asks func(*hiring.Level) hiring.Asks) {
	const shortest = 4 // words
	whole := map[string]bool{}
	for _, s := range common {
		for _, i := range items(s) {
			whole[normal(i.Text.Text)] = true
		}
	}
	type entry struct{ ladder, words string }
	seen := map[entry]*hiring.Level{}
	for _, lv := range p.Page.Levels {
		at := rungOf(lv.Name)
		ladder := at.ladder
		if lv.Role != nil {
			ladder += "\x00" + lv.Role.Name
		}
		for _, text := range asks(lv).Own {
			words := normal(text.Text)
			// Every role names the use of GitLab: the handbook asks for that line by itself.
			if strings.Count(words, " ")+1 < shortest || len(text.Text) < 60 && strings.Contains(words, "gitlab") && useOfGitLab().MatchString(text.Text) {
				continue
			}
			if whole[words] {
				p.Report(text.Span, lv.Name, "%q lists again what the whole page lists; take it away here, the level has it already", lv.Name)
				continue
			}
			key := entry{ladder, words}
			before := seen[key]
			if before == nil || rungOf(before.Name).height <= at.height {
				seen[key] = lv // the next one repeats the nearest
			}
			switch {
			case before == nil:
			case rungOf(before.Name).height > at.height || before == lv:
			case takesOverFrom(asks(lv), before.Name):
				p.Report(text.Span, lv.Name, "%q lists again what %q lists; take it away here, the level has it already", lv.Name, before.Name)
			default:
				p.Report(text.Span, lv.Name, "%q lists again what %q lists; write \"Extends the %s %s, plus:\" above the list and take it away here", lv.Name, before.Name, before.Name, what)
			}
		}
	}
}

// takesOverFrom reports whether a list takes over that of a level, by its own words or through
// another level.
func takesOverFrom(a hiring.Asks, level string) bool {
	return slices.ContainsFunc(a.Extends, func(e hiring.Extension) bool { return slices.Contains(e.Resolved, level) }) ||
		slices.ContainsFunc(a.Inherited(), func(in hiring.Inherited) bool { return in.From == level })
}
