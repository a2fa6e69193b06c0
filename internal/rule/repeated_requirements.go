package rule

import (
	"bytes"
	"hash/maphash"
	"slices"

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
	if len(p.Page.Levels) == 0 {
		return
	}
	var room []byte
	like := func(text string) (likeness, int) {
		room = appendNormal(room[:0], text)
		return likeness(maphash.Bytes(seed, room)), bytes.Count(room, []byte(" ")) + 1
	}
	whole := map[likeness]string{}
	for _, s := range common {
		for _, i := range items(s) {
			same, _ := like(i.Text.Text)
			whole[same] = i.Text.Text
		}
	}
	n := 0
	for _, lv := range p.Page.Levels {
		n += len(asks(lv).Own)
	}
	type entry struct {
		ladder int // in ladders
		likeness
	}
	type place struct {
		level *hiring.Level
		rung  rung
		text  string
	}
	seen := make(map[entry]place, n)
	ladders := map[[2]string]int{}
	for i, lv := range p.Page.Levels {
		at := p.rungs()[i]
		role := ""
		if lv.Role != nil {
			role = "\x00" + lv.Role.Name
		}
		ladder, known := ladders[[2]string{at.ladder, role}]
		if !known {
			ladder = len(ladders)
			ladders[[2]string{at.ladder, role}] = ladder
		}
		for _, text := range asks(lv).Own {
			same, words := like(text.Text)
			// Every role names the use of GitLab: the handbook asks for that line by itself.
			if words < shortest || len(text.Text) < 60 && containsFold(text.Text, "gitlab") && useOfGitLab().MatchString(text.Text) {
				continue
			}
			if first, ok := whole[same]; ok && normal(first) == normal(text.Text) {
				p.Report(text.Span, lv.Name, "%q lists again what the whole page lists; take it away here, the level has it already", lv.Name)
				continue
			}
			key := entry{ladder, same}
			before := seen[key]
			switch {
			case before.level == nil:
				seen[key] = place{lv, at, text.Text}
			case before.rung.height > at.height || before.level == lv || normal(before.text) != normal(text.Text):
			case takesOverFrom(asks(lv), before.level.Name):
				p.Report(text.Span, lv.Name, "%q lists again what %q lists; take it away here, the level has it already", lv.Name, before.level.Name)
			default:
				p.Report(text.Span, lv.Name, "%q lists again what %q lists; write \"Extends the %s %s, plus:\" above the list and take it away here", lv.Name, before.level.Name, before.level.Name, what)
			}
		}
	}
}

// takesOverFrom reports whether a list takes over that of a level, by its own words or through
// another level.
func takesOverFrom(a hiring.Asks, level string) bool {
	return slices.ContainsFunc(a.Inherited, func(in hiring.Inherited) bool { return in.From == level }) ||
		slices.ContainsFunc(a.Extends, func(e hiring.Extension) bool { return slices.Contains(e.Resolved, level) })
}

// A likeness is equal for texts that normal makes equal, and nearly never for others.
type likeness uint64

var seed = maphash.MakeSeed()
