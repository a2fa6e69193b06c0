package rolepage

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
var verbs = []string{"extends", "extend", "inherits", "inherit", "builds upon", "builds on"}

// openings say it when they begin the sentence, after a subject at most.
var openings = []string{
	"all", "include", "includes", "including", "same", "in addition to", "meets all", "meet all", "has all", "have all",
	"everything", "share the same", "shares the same", "will include",
}

// nouns are what can be taken over.
var nouns = []string{
	"responsibilities", "requirements", "performance indicators", "indicators", "qualifications", "expectations",
	"responsibility", "requirement", "role", "roles", "level", "position", "experience",
}

// pointers say that it stands elsewhere.
var pointers = []string{
	"previous", "prior", "preceding", "above", "below", "listed", "outlined", "defined", "here", "base-level", "base level", "plus", "as well as", "of a", "of an", "of the",
	"for a", "for an", "for the", "as the", "as a", "and", "that of", "level", "other",
}

// Every such sentence has one of saysMore, and one of ofWhat; most texts have none.
var (
	saysMore = newCues("extend", "inherit", "builds ", "all ", "include", "including", "same", "addition", "everything", "section")
	ofWhat   = newCues(mentions...)
	mentions = []string{"extend", "inherit", "builds ", "responsibilities", "requirements", "indicators", "qualifications", "expectations"}
)

// isExtension reports whether a text takes over what stands elsewhere.
func isExtension(text string) bool {
	line := firstLine(text)
	if !ofWhat.in(line) || !saysMore.in(line) {
		return false
	}
	low, words := bareWords(line)
	if words > 60 || freedFrom(text) != [topics]bool{} || !hasAny(low, nouns) && !strings.Contains(low, " that of ") {
		return false
	}
	if hasAny(low, verbs) {
		return verbLeads(low)
	}
	if words > 40 || !hasAny(low, nouns[:6]) {
		return false
	}
	if pointsToSection(low) || sameAs(low) {
		return true
	}
	head := firstOf(low, 12)
	return opens(head) && hasAny(head, nouns[:6]) && hasAny(low, pointers)
}

// bareWords are the words of a line in lower case without marks, with a blank before and after
// each, and how many there are.
func bareWords(line string) (low string, words int) {
	b := make([]byte, 1, len(line)+2)
	b[0] = ' '
	for i := range len(line) {
		switch c := line[i]; {
		case c >= utf8.RuneSelf:
			fields := strings.Fields(noMarks.Replace(strings.ToLower(line)))
			return " " + strings.Join(fields, " ") + " ", len(fields)
		case isNoWord[c]:
			if b[len(b)-1] != ' ' {
				b = append(b, ' ')
				words++
			}
		default:
			b = append(b, lowByte(c))
		}
	}
	if b[len(b)-1] != ' ' {
		b = append(b, ' ')
		words++
	}
	return string(b), words
}

// isNoWord holds blanks, and the marks that part words as a blank does.
var isNoWord = [256]bool{' ': true, '\t': true, '\n': true, '\v': true, '\f': true, '\r': true, ',': true, ':': true, ';': true, '.': true, '(': true, ')': true}

var noMarks = strings.NewReplacer(",", " ", ":", " ", ";", " ", ".", " ", "(", " ", ")", " ")

// firstOf are the first words of such a line.
func firstOf(low string, words int) string {
	for i := 1; i < len(low); i++ {
		if low[i] == ' ' {
			if words--; words == 0 {
				return low[:i+1]
			}
		}
	}
	return low
}

// pointsToSection reports whether a sentence does nothing but send readers elsewhere on the
// page: "The responsibilities are listed in the section above".
func pointsToSection(low string) bool {
	return strings.Contains(low, " section ") && hasAny(low, []string{"above", "below"}) && hasAny(low, []string{"listed", "outlined", "defined", "described", "found"})
}

// sameAs reports whether a sentence says "the same responsibilities as" or "the same
// responsibilities listed above", whoever has them.
func sameAs(low string) bool {
	for _, noun := range nouns[:6] {
		_, after, ok := strings.Cut(low, " the same "+noun+" ")
		if ok && hasAny(" "+after, []string{"as", "above", "listed", "outlined", "defined", "of"}) {
			return true
		}
	}
	return false
}

// verbLeads reports whether the verb is that of the sentence and not a word within: "extends
// the X role", "The Staff Engineer role extends", but not "Design features that extend our
// product, a role that ...".
func verbLeads(low string) bool {
	for _, v := range verbs {
		before, _, ok := strings.Cut(low, " "+v+" ")
		words := strings.Fields(before)
		switch {
		case !ok || len(words) >= 12:
		case len(words) == 0 || words[0] == "the" || words[0] == "this" || hasAny(before+" ", nouns):
			return true
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
		after, _, _ := strings.Cut(start[i+len(o)+2:], " ")
		switch {
		case strings.HasSuffix(after, "ing") && (strings.HasPrefix(o, "include") || o == "including"): // "includes helping them with"
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
	return slices.ContainsFunc(phrases, func(p string) bool { return hasPhrase(text, p) })
}

func hasPhrase(text, phrase string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], phrase)
		if i < 0 {
			return false
		}
		at += i + 1
		if end := at - 1 + len(phrase); at > 1 && text[at-2] == ' ' && end < len(text) && text[end] == ' ' {
			return true
		}
	}
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
	low := strings.ToLower(singleBlanks(t.Text))
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
		target := h.section(anchor)
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

// section is the first section with an anchor.
func (h *heir) section(anchor string) *hiring.Section {
	if h.anchor == nil {
		h.anchor = map[string]*hiring.Section{}
		h.page.Root.Walk(func(s *hiring.Section) bool {
			for _, id := range []string{s.ID, hiring.Slug(s.Heading.Text)} {
				if h.anchor[id] == nil {
					h.anchor[id] = s
				}
			}
			return true
		})
	}
	return h.anchor[anchor]
}

// meant is what a sentence's words name: all levels, the previous one, or one by its name.
func (h *heir) meant(low string, lv *hiring.Level) (string, []string) {
	if len(h.levels) > mostLevels {
		return "", nil
	}
	for _, all := range []string{"all roles", "all levels", "base-level", "base level", "every level", "every role", "the page", "general", "section above", "section below", "sections above", "sections below"} {
		if strings.Contains(low, all) && !strings.Contains(low, "previous") {
			return all, h.whole()
		}
	}
	if base := h.byName(low, lv); base != nil {
		if precedes(lv, base) && sameWords(strings.Join(pointed(low), " "), h.page.Title) {
			return h.page.Title, h.whole() // the job family and no level of it
		}
		return base.Name, []string{base.Name}
	}
	if strings.Contains(low, "standard") || slices.Contains(tokens(low), initials(h.page.Title)) {
		return h.page.Title, h.whole()
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

// initials are the first letters of a name, as people shorten it: "tpm".
func initials(name string) string {
	var b strings.Builder
	for w := range strings.FieldsSeq(name) {
		if r := []rune(strings.ToLower(w))[0]; unicode.IsLetter(r) && w != "of" {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// whole stands for the sections of the page, if it has any.
func (h *heir) whole() []string {
	if len(h.page.Core.Responsibilities)+len(h.page.Core.Requirements)+len(h.page.Core.PerformanceIndicators) == 0 {
		return nil
	}
	return []string{""}
}

// previous is the level of the same kind and role before this one; for a specialty, the last
// level or role before it.
func (h *heir) previous(lv *hiring.Level) *hiring.Level {
	variant := lv.Kind == hiring.KindSpecialty || lv.Kind == hiring.KindSegment
	var last *hiring.Level
	for _, other := range h.levels {
		switch {
		case other == lv || !precedes(other, lv):
		case variant && (other.Kind == hiring.KindLevel || other.Kind == hiring.KindRole), !variant && other.Kind == lv.Kind && other.Role == lv.Role:
			if last == nil || precedes(last, other) {
				last = other
			}
		}
	}
	return last
}

// byName is the level that a sentence names, by the most words of its name. A sentence may
// begin with the level's own name; that one is not meant.
func (h *heir) byName(low string, lv *hiring.Level) *hiring.Level {
	words := pointed(low)
	slices.Sort(words)
	words = slices.Compact(words)
	var best *hiring.Level
	most := 0
	for i, other := range h.levels {
		if other == lv {
			continue
		}
		if n := nameScore(h.names[i], words); n > most || n == most && n > 0 && other.Kind == lv.Kind && precedes(other, lv) {
			best, most = other, n
		}
	}
	return best
}

// pointed are the words of a sentence that name what is taken over, without those that say
// nothing: from the verb to the end of the clause.
func pointed(low string) []string {
	for _, cue := range []string{"extends", "extend", "inherits", "inherit", "builds upon", "builds on", "requirements of", "responsibilities of", "requirements for", "responsibilities for", "includes all", "includes", "as the", "as a", "in addition to", "all"} {
		if _, after, ok := strings.Cut(low, cue+" "); ok {
			low = after
			break
		}
	}
	for _, end := range []string{" plus", ". the ", ". this ", ". in ", ". it ", ", the ", ", this ", " by bringing "} {
		low, _, _ = strings.Cut(low, end)
	}
	return slices.DeleteFunc(tokens(low), func(w string) bool { return nameWords.of(w) })
}

func precedes(a, b *hiring.Level) bool { return a.Section.Span.Start < b.Section.Span.Start }

// nameWords say nothing in a name or a sentence that points to one.
var nameWords = set(`intermediate the a an of and for role level position that all responsibilities requirements expectations listed performance
indicators as well following individual contributor above below meeting same from to in with by or roles`)

// nameScore is how well a level's name fits the words of a sentence; 0 when it does not. Either
// all words of the name are said, or what is said is a part of the name that tells it apart,
// as in "all Senior level requirements".
func nameScore(name, words []string) int {
	var few [64]bool
	used, said := few[:0], 0
	if len(words) > len(few) {
		used = make([]bool, 0, len(words))
	}
	used = used[:len(words)]
	rest := 0
	// What is the same takes its word before what is nearly so.
	var missing [16]string
	left := missing[:0]
	for _, w := range name {
		if i := slices.Index(words, w); i >= 0 && !used[i] {
			used[i] = true
			said++
			continue
		}
		left = append(left, w)
	}
	for _, w := range left {
		i := 0
		for i < len(words) && (used[i] || !nearly(words[i], w)) {
			i++
		}
		if i == len(words) {
			rest++
			continue
		}
		used[i] = true
		said++
	}
	switch {
	case said > 0 && rest == 0:
		return 100 + 2*said
	case said == len(words):
		return said
	default:
		return 0
	}
}

// nearly reports whether two words of names are the same but for a slip or a plural.
func nearly(a, b string) bool {
	return a == b || len(a) > 4 && len(b) > 4 && a[0] == b[0] && !realWords.of(a) && !realWords.of(b) && slips(a, b, 1) <= 1
}
