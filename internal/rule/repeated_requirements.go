package rule

import (
	"slices"
	"strings"
	"unicode/utf8"

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
	whole := map[likeness]string{}
	for _, s := range common {
		for _, i := range items(s) {
			whole[likenessOf(i.Text.Text)] = i.Text.Text
		}
	}
	type entry struct {
		ladder, role string
		likeness
	}
	type place struct {
		level *hiring.Level
		rung  rung
		text  string
	}
	seen := map[entry]place{}
	for n, lv := range p.Page.Levels {
		at := p.rungs()[n]
		key := entry{ladder: at.ladder}
		if lv.Role != nil {
			key.role = lv.Role.Name
		}
		for _, text := range asks(lv).Own {
			key.likeness = likenessOf(text.Text)
			// Every role names the use of GitLab: the handbook asks for that line by itself.
			if key.words < shortest || len(text.Text) < 60 && containsFold(text.Text, "gitlab") && useOfGitLab().MatchString(text.Text) {
				continue
			}
			if same, ok := whole[key.likeness]; ok && normal(same) == normal(text.Text) {
				p.Report(text.Span, lv.Name, "%q lists again what the whole page lists; take it away here, the level has it already", lv.Name)
				continue
			}
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

// A likeness is the same for texts that are the same when written as normal does, and different for
// nearly all others. It takes no memory.
type likeness struct {
	hash  uint64
	words int // as blanks part them
}

func likenessOf(text string) likeness {
	const (
		offset, prime = 14695981039346656037, 1099511628211 // of FNV-1a
		blanks        = " \t\n\v\f\r"
	)
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			text = normal(text)
			break
		}
	}
	text = strings.TrimRight(text, ".,;:"+blanks)
	like := likeness{hash: offset, words: 1}
	blank := false
	for i := range len(text) {
		c := text[i]
		switch {
		case isBlank(c) || '\n' <= c && c <= '\r':
			blank = like.hash != offset
			continue
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		if blank {
			like.hash = (like.hash ^ ' ') * prime
			like.words++
			blank = false
		}
		like.hash = (like.hash ^ uint64(c)) * prime
	}
	return like
}
