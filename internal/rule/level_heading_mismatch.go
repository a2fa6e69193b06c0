package rule

import (
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var levelHeadingMismatch = &Rule{
	Name:     "level-heading-mismatch",
	Group:    GroupLevels,
	Doc:      "what stands below a level names that level and no other one, in headings and where it says the grade and to whom it reports",
	Why:      "Such words were mostly copied from another level, and readers can't tell whom they are for.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Levels\n\n### Staff Backend Engineer\n\n#### Staff Engineer Responsibilities\n\n- Build\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Levels\n\n### Staff Backend Engineer\n\n#### Staff Backend Engineer Responsibilities\n\n- Build\n",
	Run: func(p *Pass) {
		for _, lv := range slices.Concat(p.Page.Levels, p.Page.Roles) {
			if lv.Grade != nil {
				p.speaksOfOther(lv, lv.Grade.Span, " is ")
			}
			if lv.ReportsTo != nil {
				p.speaksOfOther(lv, lv.ReportsTo.Span, " report")
			}
			for _, s := range lv.Section.Children {
				if s.Kind == hiring.SectionOther || s.Kind == hiring.SectionSpecialties || s.Kind == hiring.SectionSegments || s.Kind == hiring.SectionLevels || s.Subject == "" {
					continue
				}
				if !names(s.Subject, lv.Name) && (lv.Kind == hiring.KindLevel && alike(s.Subject, lv.Name) || p.otherLevel(s.Subject, lv)) {
					remedy := fmt.Sprintf("call it %q or move it", lv.Name+" "+kindName(s.Kind))
					if spelledAlike(s.Subject, lv.Name) {
						remedy = "write both alike"
					}
					p.Report(s.Heading.Span, anchorOf(s), "%q stands below %q but names %q; %s", s.Heading.Text, lv.Name, s.Subject, remedy)
				}
			}
		}
	},
}

// speaksOfOther reports a sentence below a level that begins with the name of another one. verb follows the
// name; at is what the sentence says, or all of it.
func (p *Pass) speaksOfOther(lv *hiring.Level, at hiring.Span, verb string) {
	const longest = 200 // of a name, and what stands between it and what is said
	if !lv.Section.Span.Contains(at) {
		return // said of the whole page
	}
	line := p.Page.LineSpan(p.Page.Line(at.Start))
	line.Start = max(line.Start, at.Start-longest)
	line.End = min(line.End, at.Start+longest)
	text := p.Page.Slice(line)
	upTo := strings.LastIndex(text[:min(len(text), at.Start-line.Start)], verb)
	if upTo < 0 {
		upTo = strings.Index(text, verb)
	}
	if upTo < 0 {
		return
	}
	begin := strings.LastIndex(text[:upTo], ". ") + 1
	subject := strings.Trim(text[begin:upTo], " \t*_>-")
	if len(subject) > len("The ") && strings.EqualFold(subject[:len("The ")], "The ") {
		subject = strings.TrimLeft(subject[len("The "):], " *_")
	}
	if strings.EqualFold(subject, lv.Name) || len(subject) > len("This ") && subject[:len("This ")] == "This " {
		return // as nearly all do, at a fraction of the cost of looking closer
	}
	if key := nameKey(subject); key == "" || key == nameKey(lv.Name) || !p.otherLevel(subject, lv) || slices.Equal(allWords(subject), allWords(lv.Name)) || strings.Contains(text[upTo:], lv.Name) {
		return
	}
	from := line.Start + begin + strings.Index(text[begin:], subject)
	p.Report(hiring.Span{Start: from, End: from + len(subject)}, anchorOf(lv.Section), "the sentence stands below %q but speaks of %q; name %q or move it", lv.Name, subject, lv.Name)
}

// allWords are the words of a name in order of the alphabet, those in brackets too: "Engineer (Senior)" is the
// "Senior Engineer".
func allWords(name string) []string {
	words := nameTokens(strings.NewReplacer("(", " ", ")", " ").Replace(name))
	slices.Sort(words)
	return words
}

// alike reports whether two names share a word; "Nice-to-have" is no name of a level.
func alike(a, b string) bool {
	want := nameTokens(b)
	return slices.ContainsFunc(nameTokens(a), func(w string) bool { return slices.Contains(want, w) })
}

// otherLevel reports whether a name is that of another level or role of the page.
func (p *Pass) otherLevel(name string, lv *hiring.Level) bool {
	key := nameKey(name)
	n := p.named(key)
	if nameKey(lv.Name) == key {
		n--
	}
	return n > 0
}

// names reports whether the words of a heading mean a level: they are its name, in any order,
// a stretch of it that lacks more than its rank ("Senior Manager" of "Senior Manager, Security"), or its name with more.
func names(subject, level string) bool {
	if subject == level {
		return true
	}
	have, want := nameTokens(subject), nameTokens(level)
	if len(have) == 0 || len(want) == 0 {
		return true
	}
	for i := 0; i+len(have) <= len(want); i++ {
		if slices.Equal(have, want[i:i+len(have)]) {
			return !onlyRanks(slices.Concat(want[:i], want[i+len(have):]))
		}
	}
	// "Manager and Senior Manager Performance Indicators" is for both.
	if first, second, ok := strings.Cut(strings.ToLower(subject), " and "); ok && (names(first, level) || names(second, level)) {
		return true
	}
	missing := 0
	for _, w := range want {
		if !slices.Contains(have, w) {
			missing++
		}
	}
	return missing == 0 && !otherRank(have, level)
}

// onlyRanks reports whether words are ranks and nothing else, so that a name without them is another level's.
func onlyRanks(words []string) bool {
	for _, w := range words {
		if _, rank := rungs[w]; !rank {
			return false
		}
	}
	return len(words) > 0
}

// otherRank reports whether words hold a rank that the name of a level lacks, in brackets too.
func otherRank(words []string, level string) bool {
	own := nameTokens(strings.NewReplacer("(", " ", ")", " ").Replace(level))
	return slices.ContainsFunc(words, func(w string) bool {
		_, rank := rungs[w]
		return rank && !slices.Contains(own, w)
	})
}

// kindName is how a heading calls a kind of section.
func kindName(k hiring.SectionKind) string {
	words := strings.Split(string(k), "_")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// spelledAlike reports whether two names differ in a letter or two, so that one of them is
// misspelt and either may be.
func spelledAlike(a, b string) bool {
	x, y := nameTokens(a), nameTokens(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		short, long := x[i], y[i]
		if len(short) > len(long) {
			short, long = long, short
		}
		if short == long {
			continue
		}
		same := 0
		for same < len(short) && short[same] == long[same] {
			same++
		}
		if len(short) < 4 || len(long)-len(short) > 1 || !strings.HasSuffix(long, short[min(len(short), same+1):]) {
			return false
		}
	}
	return true
}
