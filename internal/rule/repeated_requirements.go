package rule

import (
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
		repeated(p, p.Page.Core.Responsibilities, func(lv *hiring.Level) []hiring.Text { return lv.Responsibilities.Own })
		repeated(p, p.Page.Core.Requirements, func(lv *hiring.Level) []hiring.Text { return lv.Requirements.Own })
	},
}

// repeated reports entries of levels that stand in the sections of the whole page, or in a level
// before on the same ladder. Short entries repeat by nature.
func repeated(p *Pass, common []*hiring.Section, own func(*hiring.Level) []hiring.Text) {
	const shortest = 4 // words
	seen := map[string]map[string]string{"": {}}
	for _, s := range common {
		for _, i := range items(s) {
			seen[""][normal(i.Text.Text)] = "the whole page"
		}
	}
	for _, lv := range p.Page.Levels {
		ladder := rungOf(lv.Name).ladder + "/"
		if lv.Role != nil {
			ladder += lv.Role.Name
		}
		if seen[ladder] == nil {
			seen[ladder] = map[string]string{}
		}
		for _, text := range own(lv) {
			words := normal(text.Text)
			if strings.Count(words, " ")+1 < shortest {
				continue
			}
			where, again := seen[""][words]
			if !again {
				where, again = seen[ladder][words]
			}
			if again {
				p.Report(text.Span, lv.Name, "%q lists again what %s lists; take it away here, the level has it already", lv.Name, where)
				continue
			}
			seen[ladder][words] = "\"" + lv.Name + "\""
		}
	}
}
