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

// saidOf are what a verb takes over: a noun, or what stands for one.
var saidOf = append(slices.Clone(nouns), "that of", "those of", "the above", "everything")

// pointers say that it stands elsewhere.
var pointers = []string{
	"previous", "prior", "preceding", "above", "below", "listed", "outlined", "defined", "here", "base-level", "base level", "plus", "as well as", "of a", "of an", "of the",
	"for a", "for an", "for the", "as the", "as a", "and", "that of", "level", "other",
}

// Every such sentence has one of saysMore, and one of ofWhat; most texts have none.
var (
	saysMore = newCues(
		"extend", "inherit", "builds ", "all ", "include", "including", "same", "addition", "everything", "section", "plus", "apply", "applies",
		"above", "on top", "along with", "together with", "as well as", "besides", "continue", "adds to", "expands ", "exceed", "like ", "what ", "meet", "additionally",
		"requirements +", "responsibilities +",
	)
	ofWhat   = newCues(mentions...)
	mentions = []string{
		"extend", "inherit", "builds ", "responsibilities", "requirements", "indicators", "qualifications", "expectations", "skills", "criteria", "duties", "competencies",
		"everything", "above", "plus", "same as", "what is",
	}
)

// isExtension reports whether a text takes over what stands elsewhere.
func isExtension(text string) bool {
	line := firstLine(text)
	if !ofWhat.in(line) || !saysMore.in(line) {
		return false
	}
	low, words := bareWords(line)
	if words > 60 || freedFrom(text) != [topics]bool{} {
		return false
	}
	if hasAny(low, verbs) {
		return verbLeads(low) && hasAny(low, saidOf)
	}
	if words > 40 {
		return false
	}
	if hasAny(low, nouns[:6]) {
		if pointsToSection(low) || sameAs(low) {
			return true
		}
		head := firstOf(low, 12)
		if opens(head) && hasAny(head, nouns[:6]) && hasAny(low, pointers) {
			return true
		}
	}
	return takesAll(low)
}

// bareWords are the words of a line in lower case without marks, with a blank before and after
// each, and how many there are.
func bareWords(line string) (low string, words int) {
	var usual [256]byte // for most lines
	b := append(usual[:0], ' ')
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

// takesAll reports whether a sentence takes over all that a level asks and says so in fewer words
// than a verb and a noun: "All of the above", "Everything in the Senior level", "On top of the
// Senior requirements", "The requirements of the Senior level apply".
func takesAll(low string) bool {
	words, lead := afterLead(splitWords(low))
	if len(words) == 0 {
		return false
	}
	all := quantifiers.of(words[0])
	if words[0] == "everything" || words[0] == "what" {
		return everythingOf(words[1:])
	}
	for len(words) > 0 && (quantifiers.of(words[0]) || articles.of(words[0])) {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	adds := all || lead == addLead || comesOnTop(words)
	if words[0] == "above" {
		return adds && said(words[1:])
	}
	noun := indexIn(words[:min(len(words), 9)], taken)
	if noun < 0 {
		return all && tellings.of(words[0]) && saidAfterName(words[1:]) // "All of Senior, plus:"
	}
	after := words[noun+1:]
	ofLevel := len(after) > 2 && ofWhom.of(after[0]) && indexIn(after[1:min(len(after), 9)], tellings) >= 0
	switch {
	case adds:
		return ofLevel || said(after) && indexIn(words[:noun], tellings) >= 0
	default: // "Meets the requirements of a Senior Engineer"
		return lead == hasLead && noun == 0 && ofLevel && articles.of(after[1])
	}
}

var (
	quantifiers = set("all same like as")
	articles    = set("of the as for those a an")
	taken       = set("responsibilities requirements indicators qualifications expectations skills criteria duties competencies")
	ofWhom      = set("of for from in at as listed")
	// tellings tell a level from the others of its page, by its rank or by where it stands.
	tellings = set("junior jr associate intermediate senior sr staff principal distinguished lead manager director vp previous prior preceding lower earlier")
	// joints part what is taken over from what comes on top of it.
	joints = set("plus + additionally following")
	// tails may follow what is taken over.
	tails = set("plus + additionally apply applies and as with listed outlined are but level role position above requirements responsibilities")
	// wholes may follow "everything" where it is that of a level, and does what the level does with it.
	wholes = set("above in from of at for listed required expected asked outlined described mentioned that is a an the")
	does   = set("is does has must needs")
)

// splitWords are the words of a text; "senior-level" has two.
func splitWords(low string) []string {
	return strings.FieldsFunc(low, func(r rune) bool { return r == ' ' || r == '-' })
}

// A lead is how a sentence comes to what is taken over.
type lead int

const (
	noLead  lead = iota
	hasLead      // it says who has it: "The Staff Engineer meets"
	addLead      // it says that more comes: "In addition to"
)

var (
	adding = [][]string{
		{"in", "addition", "to"},
		{"on", "top", "of"},
		{"along", "with"},
		{"together", "with"},
		{"as", "well", "as"},
		{"besides"},
		{"plus"},
		{"continues", "to", "meet"},
		{"continue", "to", "meet"},
		{"adds", "to"},
		{"expands", "on"},
		{"expands", "upon"},
		{"exceeds"},
		{"exceed"},
	}
	having = set("meets meet has have includes include including will fulfils fulfills fulfil fulfill satisfies satisfy demonstrates demonstrate must should also consistently see")
)

// afterLead are the words of a sentence after its subject and what leads to what is taken over.
func afterLead(words []string) ([]string, lead) {
	if len(words) > 0 && (articles.of(words[0]) || words[0] == "this" || words[0] == "you") {
		words = words[max(0, indexIn(words[:min(len(words), 9)], having)):]
	}
	how := noLead
	for len(words) > 0 {
		n := 0
		if having.of(words[0]) {
			n, how = 1, max(how, hasLead)
		}
		for _, a := range adding {
			if len(words) >= len(a) && slices.Equal(words[:len(a)], a) {
				n, how = len(a), addLead
			}
		}
		if n == 0 {
			break
		}
		words = words[n:]
	}
	if len(words) > 0 && words[0] == "the" {
		words = words[1:]
	}
	return words, how
}

// everythingOf reports whether "everything" is that of a level: "in the Senior level", "a Senior
// is asked for", "above", "from the previous role".
func everythingOf(words []string) bool {
	at := slices.IndexFunc(words[:min(len(words), 8)], func(w string) bool { return w == "above" || tellings.of(w) })
	return at >= 0 && wholes.of(words[0]) && saidAfterName(words[at+1:])
}

// comesOnTop reports whether a sentence says that more comes, or that what it names applies.
func comesOnTop(words []string) bool {
	for i, w := range words {
		if i > 0 && (joints.of(w) || (w == "apply" || w == "applies") && said(words[i+1:])) {
			return true
		}
	}
	return false
}

// saidAfterName reports whether the rest of a level's name, and no more, comes before the tail.
func saidAfterName(rest []string) bool {
	for n := 0; n < 4 && !said(rest) && !does.of(rest[0]); n++ {
		rest = rest[1:]
	}
	return said(rest) || does.of(rest[0])
}

// said reports whether what is taken over has been said when the rest of a sentence comes.
func said(rest []string) bool { return len(rest) == 0 || tails.of(rest[0]) }

// indexIn is where the first of some words stands, -1 where none does.
func indexIn(words []string, set *wordMap[bool]) int {
	return slices.IndexFunc(words, set.of)
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
func (h *heir) extension(t hiring.Text, lv *hiring.Level, s *hiring.Section) hiring.Extension {
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
	return ext
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
	for _, all := range []string{"all roles", "all levels", "base-level", "base level", "every level", "every role", "the page", "this page", "of this job family", "general", "section above", "section below", "sections above", "sections below"} {
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
	for _, word := range []string{"previous", "prior", "preceding", "lower", "earlier", "above", "listed", "outlined", "same"} {
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
	if len(words) == 0 && strings.Contains(low, "intermediate") {
		return h.intermediate(lv)
	}
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

// intermediate is the level that "the intermediate level" names: one that is called so, or else the
// last one before this that no rank sets apart.
func (h *heir) intermediate(lv *hiring.Level) *hiring.Level {
	var plain *hiring.Level
	for _, other := range h.levels {
		words := tokens(other.Name)
		switch {
		case other == lv:
		case slices.Contains(words, "intermediate"):
			return other
		case indexIn(words, tellings) < 0 && other.Kind == lv.Kind && precedes(other, lv):
			plain = other
		}
	}
	return plain
}

// pointed are the words of a sentence that name what is taken over, without those that say
// nothing: from the verb to the end of the clause.
func pointed(low string) []string {
	for _, cue := range []string{"extends", "extend", "inherits", "inherit", "builds upon", "builds on", "requirements of", "responsibilities of", "requirements for", "responsibilities for", "includes all", "includes", "as the", "as a", "in addition to", "everything", "all"} {
		if _, after, ok := strings.Cut(low, cue+" "); ok {
			low = after
			break
		}
	}
	for _, end := range []string{" plus", ". the ", ". this ", ". in ", ". it ", ", the ", ", this ", ", a ", ", an ", ", you ", ", and more", " with the following", " by bringing "} {
		low, _, _ = strings.Cut(low, end)
	}
	return slices.DeleteFunc(tokens(low), func(w string) bool { return nameWords.of(w) || having.of(w) || idle.of(w) })
}

// idle are words of such sentences that name nothing.
var idle = set(`
	is are does asked required expected needs apply applies plus top on along together besides continues continue adds expands upon exceeds exceed like
	qualifications skills criteria duties competencies additionally more what everything see`)

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
