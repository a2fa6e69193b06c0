package rule

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var repeatedRequirements = &Rule{
	Name:     "repeated-requirements",
	Group:    GroupLevels,
	Doc:      "a level or role does not repeat what a lower one or the whole page lists already",
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
	if len(p.ladders()) == 0 {
		return
	}
	// Nearly all texts are told apart by how they begin, so that only few are looked at again.
	var alike repeats
	var few [256]uint64 // for most pages
	beginnings := few[:0]
	for _, s := range common {
		for i := range items(s) {
			beginnings = append(beginnings, beginning(i.Text.Text))
		}
	}
	for _, steps := range p.ladders() {
		for _, lv := range steps {
			for _, own := range asks(lv.Level).Own {
				beginnings = append(beginnings, beginning(own.Text.Text))
			}
		}
	}
	for _, n := range beginnings {
		alike.add(n)
	}
	next := func() bool {
		n := beginnings[0]
		beginnings = beginnings[1:]
		return alike.has(n)
	}
	var words, key []byte
	whole := map[string]int{} // where it stands first
	for _, s := range common {
		for i := range items(s) {
			if next() {
				words = appendNormal(words[:0], i.Text.Text)
				if _, known := whole[string(words)]; !known {
					whole[string(words)] = i.Span.Start
				}
			}
		}
	}
	for _, steps := range p.ladders() {
		seen := map[string]int{} // the last of the steps that has it, by ladder and words; from 1
		for n, lv := range steps {
			ladder := lv.ladder
			if lv.Role != nil {
				ladder += "\x00" + lv.Role.Name
			}
			for _, own := range asks(lv.Level).Own {
				text := own.Text
				if !next() {
					continue
				}
				words = appendNormal(words[:0], text.Text)
				// Every role names the use of GitLab: the handbook asks for that line by itself.
				if bytes.Count(words, []byte(" "))+1 < shortest || len(text.Text) < 60 && bytes.Contains(words, []byte("gitlab")) && (isTemplateUse(text.Text) || useOfGitLab().MatchString(text.Text)) {
					continue
				}
				// What stands further below came to be one of the whole page by a heading that was set too high.
				if first, known := whole[string(words)]; known && first < text.Span.Start {
					p.Report(text.Span, lv.Name, "%q lists again what the whole page lists; take it away here, the level has it already", lv.Name)
					continue
				}
				key = append(append(append(key[:0], ladder...), 0), words...)
				if own.Wish {
					key = append(key, 0) // who asks for what another wishes for repeats nothing
				}
				var before climber
				if last := seen[string(key)]; last > 0 {
					before = steps[last-1]
				}
				if before.Level == nil || before.height <= lv.height {
					seen[string(key)] = n + 1 // the next one repeats the nearest
				}
				switch {
				case before.Level == nil:
				case before.height > lv.height || before.Name == lv.Name: // which may be described in two places
				case takesOverFrom(asks(lv.Level), before.Level):
					p.Report(text.Span, lv.Name, "%q lists again what %q lists; take it away here, the level has it already", lv.Name, before.Name)
				default:
					p.Report(text.Span, lv.Name, "%q lists again what %q lists; write \"Extends the %s %s, plus:\" above the list and take it away here", lv.Name, before.Name, before.Name, what)
				}
			}
		}
	}
}

// A repeats tells which numbers were added more than once, and few others.
type repeats struct{ once, again [64]uint64 }

func (r *repeats) add(n uint64) {
	i, bit := place64(n)
	r.again[i] |= r.once[i] & bit
	r.once[i] |= bit
}

func (r *repeats) has(n uint64) bool {
	i, bit := place64(n)
	return r.again[i]&bit != 0
}

// place64 is a bit of 64 times 64 for a number.
func place64(n uint64) (i int, bit uint64) {
	n *= 0x9e3779b97f4a7c15
	return int(n >> 58), 1 << (n >> 52 & 63)
}

// beginning is a number for the first letters of a text, which is the same for texts that normal makes
// equal. So it leaves out all but letters of ASCII, and those two that others may become in lower case.
func beginning(text string) uint64 {
	var number uint64
	letters := 0
	for i := 0; i < len(text) && letters < 24; i++ {
		if c := text[i] | 0x20; 'a' <= c && c <= 'z' && text[i] < utf8.RuneSelf && c != 'i' && c != 'k' {
			number = number*31 + uint64(c)
			letters++
		}
	}
	return number
}

// takesOverFrom reports whether a list takes over that of a level, by its own words or through
// another level.
func takesOverFrom(a hiring.Asks, level *hiring.Level) bool {
	return slices.ContainsFunc(a.Extends, func(e hiring.Extension) bool { return e.Level == level }) ||
		slices.ContainsFunc(a.Inherited(), func(in hiring.Inherited) bool { return in.From == level.Name })
}
