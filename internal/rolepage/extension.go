package rolepage

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// What levels take over is said in sentences such as
//
//	All requirements of previous roles plus:
//	Extends the Senior Engineer responsibilities
//	The Staff Engineer role extends the Senior Engineer role.
//	Includes all requirements listed above
//
// A sentence of this kind has a verb or an opening that says "the same and more", and a noun
// that says of what. The rest names the level meant.

// verbs say by themselves that something is taken over.
var verbs = []string{"extends", "extend", "inherits", "inherit"}

// openings say it when they begin the sentence, after a subject at most.
var openings = []string{
	"all", "include", "includes", "including", "same", "in addition to", "meets all", "meet all", "has all", "have all",
	"everything", "share the same", "shares the same", "will include", "builds upon", "builds on",
}

// nouns are what can be taken over.
var nouns = []string{
	"responsibilities", "requirements", "performance indicators", "indicators", "qualifications", "expectations",
	"responsibility", "requirement", "role", "roles", "level", "position", "experience",
}

// pointers say that it stands elsewhere.
var pointers = []string{
	"previous", "prior", "preceding", "above", "below", "listed", "outlined", "defined", "here", "base-level", "base level", "plus", "as well as", "of a", "of an", "of the",
	"for a", "for an", "for the", "as the", "as a", "and", "that of", "level",
}

// isExtension reports whether a text takes over what stands elsewhere.
func isExtension(text string) bool {
	low := " " + strings.Join(strings.Fields(strings.ToLower(firstLine(text))), " ") + " "
	low = strings.NewReplacer(",", " ", ":", " ", ";", " ", ".", " ", "(", " ", ")", " ", "  ", " ").Replace(low)
	if len(strings.Fields(low)) > 40 || !hasAny(low, nouns) && !strings.Contains(low, " that of ") {
		return false
	}
	if hasAny(low, verbs) {
		return verbLeads(low)
	}
	head := strings.Fields(low)
	head = head[:min(len(head), 9)]
	start := " " + strings.Join(head, " ") + " "
	return opens(start) && hasAny(low, pointers) && hasAny(low, nouns[:6])
}

// verbLeads reports whether the verb is that of the sentence and not a word within: "extends
// the X role", "The Staff Engineer role extends", but not "Design features that extend our
// product, a role that ...".
func verbLeads(low string) bool {
	words := strings.Fields(low)
	for i, w := range words {
		if slices.Contains(verbs, w) {
			return i == 0 || i < 12 && (hasAny(" "+strings.Join(words[:i], " ")+" ", nouns) || words[0] == "the" || words[0] == "this")
		}
	}
	return false
}

// opens reports whether a sentence begins with one of the openings: at once, or after a
// subject ("The manager role", "This role", "The Senior Data Scientist").
func opens(start string) bool {
	for _, o := range openings {
		i := strings.Index(start, " "+o+" ")
		if i < 0 {
			continue
		}
		before := strings.Fields(start[:i])
		switch {
		case len(before) == 0:
			return true
		case before[0] == "the" || before[0] == "this" || before[0] == "these" || before[0] == "must" || before[0] == "meets" || before[0] == "has" || before[0] == "you":
			return o != "including"
		}
	}
	return false
}

// hasAny reports whether one of the phrases stands in a text whose words are parted by single
// blanks, with a blank at both ends.
func hasAny(text string, phrases []string) bool {
	return slices.ContainsFunc(phrases, func(p string) bool { return strings.Contains(text, " "+p+" ") })
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// extension reads such a sentence in a section of a level.
func (h *heir) extension(t hiring.Text, lv *hiring.Level, s *hiring.Section) (hiring.Extension, bool) {
	if !isExtension(t.Text) {
		return hiring.Extension{}, false
	}
	low := strings.ToLower(strings.Join(strings.Fields(t.Text), " "))
	ext := hiring.Extension{Text: t}
	switch {
	case strings.Contains(low, "below"):
		ext.Points = "below"
	case strings.Contains(low, "above"):
		ext.Points = "above"
	}
	switch base, ok := h.linked(t, s); {
	case ok:
		ext.Of, ext.Resolved = base, []string{base}
	default:
		ext.Of, ext.Resolved = h.meant(low, lv)
	}
	return ext, true
}

// linked follows a link to a heading of the page: to a level's part, or to a section for all.
func (h *heir) linked(t hiring.Text, s *hiring.Section) (string, bool) {
	for _, l := range s.Links {
		anchor, ok := strings.CutPrefix(l.Dest, "#")
		if !ok || !t.Span.Contains(l.Span) && !t.Span.Contains(hiring.Span{Start: l.Span.Start, End: l.Span.Start}) {
			continue
		}
		var target *hiring.Section
		h.page.Root.Walk(func(s *hiring.Section) bool {
			if s.ID == anchor || hiring.Slug(s.Heading.Text) == anchor {
				target = s
			}
			return target == nil
		})
		for up := target; up != nil; up = up.Parent {
			for _, lv := range h.levels {
				if lv.Section == up {
					return lv.Name, lv.Section != s && lv.Section != s.Parent
				}
			}
		}
		if target != nil && target.Kind != hiring.SectionOther {
			return "", true
		}
	}
	return "", false
}

// meant is what a sentence's words name: all levels, the previous one, or one by its name.
func (h *heir) meant(low string, lv *hiring.Level) (string, []string) {
	for _, all := range []string{"all roles", "all levels", "base-level", "base level", "every level", "every role", "the page"} {
		if strings.Contains(low, all) && !strings.Contains(low, "previous") {
			return all, h.whole()
		}
	}
	if base := h.byName(low, lv); base != nil {
		return base.Name, []string{base.Name}
	}
	for _, word := range []string{"previous", "prior", "preceding", "above", "listed", "outlined", "same"} {
		if !strings.Contains(low, word) {
			continue
		}
		if before := h.previous(lv); before != nil {
			return word, []string{before.Name}
		}
		return word, h.whole()
	}
	if strings.Contains(low, "below") {
		return "below", h.whole()
	}
	return "", nil
}

// whole stands for the sections of the page, if it has any.
func (h *heir) whole() []string {
	if len(h.page.Core.Responsibilities)+len(h.page.Core.Requirements)+len(h.page.Core.PerformanceIndicators) == 0 {
		return nil
	}
	return []string{""}
}

// previous is the level of the same kind and role before this one; for specialties, the last
// level.
func (h *heir) previous(lv *hiring.Level) *hiring.Level {
	var last *hiring.Level
	for _, other := range h.levels {
		if other == lv {
			return last
		}
		if other.Kind == lv.Kind && other.Role == lv.Role {
			last = other
		}
	}
	return nil
}

// byName is the level that a sentence names, by the most words of its name. A sentence may
// begin with the level's own name; that one is not meant.
func (h *heir) byName(low string, lv *hiring.Level) *hiring.Level {
	for _, cue := range []string{"extends", "extend", "inherits", "inherit", "requirements of", "responsibilities of", "requirements for", "responsibilities for", "includes all", "includes", "as the", "as a", "in addition to", "all"} {
		if _, after, ok := strings.Cut(low, cue+" "); ok {
			low = after
			break
		}
	}
	low, _, _ = strings.Cut(low, " plus")
	words := map[string]bool{}
	for _, w := range tokens(low) {
		words[w] = true
	}
	var best *hiring.Level
	most := 0
	for _, other := range h.levels {
		if other == lv {
			continue
		}
		if n := nameScore(other.Name, words); n > most || n == most && n > 0 && other.Kind == lv.Kind && precedes(other, lv) {
			best, most = other, n
		}
	}
	return best
}

func precedes(a, b *hiring.Level) bool { return a.Section.Span.Start < b.Section.Span.Start }

// nameWords say nothing in a name or a sentence that points to one.
var nameWords = map[string]bool{
	"intermediate": true, "the": true, "a": true, "an": true, "of": true, "and": true, "for": true, "role": true, "level": true, "position": true, "that": true, "all": true,
	"responsibilities": true, "requirements": true, "expectations": true, "listed": true, "performance": true, "indicators": true, "as": true, "well": true, "following": true,
	"individual": true, "contributor": true, "above": true, "below": true, "meeting": true, "same": true, "from": true, "to": true, "in": true, "with": true, "by": true, "or": true, "roles": true,
}

// nameScore is how well a level's name fits the words of a sentence; 0 when it does not. Either
// all words of the name are said, or what is said is a part of the name that tells it apart,
// as in "all Senior level requirements".
func nameScore(name string, words map[string]bool) int {
	said, all := 0, 0
	own := map[string]bool{}
	for _, w := range tokens(name) {
		if nameWords[w] {
			continue
		}
		own[w] = true
		all++
		if words[w] {
			said++
		}
	}
	if all > 0 && said == all {
		return 100 + 2*said
	}
	strange := 0
	for w := range words {
		if !nameWords[w] && !own[w] {
			strange++
		}
	}
	if said > 0 && strange == 0 {
		return said
	}
	return 0
}
