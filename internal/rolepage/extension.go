package rolepage

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// isExtension reports whether a text takes over what stands elsewhere.
func isExtension(text string) bool {
	_, ok := readExtension(text)
	return ok
}

func readExtension(text string) (nounPhrase, bool) {
	if !takingOver.in(text) {
		return nounPhrase{}, false
	}
	return readTaking(text)
}

// readTaking reads a text that has one of the cues.
func readTaking(text string) (nounPhrase, bool) {
	p, ok := takenOver(firstClause(text))
	return p, ok && freedFrom(text) == [topics]bool{}
}

// firstClause is a text up to the end of its first sentence, or to a colon or semicolon.
func firstClause(text string) string {
	for i := range len(text) {
		switch text[i] {
		case '.', ':', ';':
			if (i+1 == len(text) || isBlank(text[i+1])) && ranks.of(lastWord(text[:i])) == "" {
				return text[:i]
			}
		}
	}
	return text
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// extension reads such a sentence in a section of a level, and says which phrase names what is taken over. A level that is
// called by its whole name is meant, wherever a link leads.
func (h *heir) extension(t hiring.Text, lv *hiring.Level, s *hiring.Section) (hiring.Extension, nounPhrase) {
	p, told := readExtension(t.Text)
	ext, linked := h.linked(t, s)
	if said := h.meant(p, lv); !linked || said.Level != nil && sameWords(strings.Join(p.names, " "), said.Level.Name) {
		ext = said
	}
	if !told || !ext.Found() {
		if named := h.namesLevel(t.Text, lv); named != nil {
			ext = hiring.Extension{Of: named.Name, Level: named}
		}
	}
	ext.Text = t
	return ext, p
}

// linked follows a link to a heading of the page: to a level's part, or to a section for all.
func (h *heir) linked(t hiring.Text, s *hiring.Section) (hiring.Extension, bool) {
	links := h.pointers()
	first, _ := slices.BinarySearchFunc(links, t.Span.Start, func(l hiring.Link, start int) int { return l.Span.Start - start })
	for _, l := range links[first:] {
		if l.Span.Start > t.Span.End {
			break
		}
		anchor := l.Dest[len("#"):]
		target := h.section(anchor)
		for up := target; up != nil; up = up.Parent {
			for _, lv := range h.levels {
				if lv.Section == up || slices.Contains(lv.Again, up) {
					return hiring.Extension{Of: lv.Name, Level: lv}, lv.Section != s && lv.Section != s.Parent
				}
			}
		}
		if target != nil && target.Kind != hiring.SectionOther {
			return hiring.Extension{WholePage: true}, true
		}
	}
	return hiring.Extension{}, false
}

// pointers are the links to headings of the page, in its order.
func (h *heir) pointers() []hiring.Link {
	if h.links == nil {
		h.links = []hiring.Link{}
		h.page.Root.Walk(func(s *hiring.Section) bool {
			for _, l := range s.Links {
				if strings.HasPrefix(l.Dest, "#") {
					h.links = append(h.links, l)
				}
			}
			return true
		})
		slices.SortStableFunc(h.links, func(a, b hiring.Link) int { return a.Span.Start - b.Span.Start })
	}
	return h.links
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
	if s := h.anchor[anchor]; s != nil {
		return s
	}
	at, ok := h.tags()[anchor]
	if !ok {
		return nil
	}
	// The section whose heading follows the tag, or else the one that it stands in.
	_, after, _ := bytes.Cut(h.page.Source[at:], []byte("\n"))
	next := len(h.page.Source) - len(bytes.TrimLeft(after, "\r\n"))
	var in *hiring.Section
	h.page.Root.Walk(func(s *hiring.Section) bool {
		if s.Span.Start <= at && at < s.Span.End || s.Span.Start == next {
			in = s
		}
		return true
	})
	h.anchor[anchor] = in
	return in
}

// tags are the places of what tags may set as an anchor, between quotation marks.
func (h *heir) tags() map[string]int {
	if h.tagged == nil {
		h.tagged = map[string]int{}
		const longest = 100
		at := 0
		for {
			i := bytes.Index(h.page.Source[at:], []byte(`="`))
			if i < 0 {
				break
			}
			at += i + len(`="`)
			value := h.page.Source[at:min(at+longest, len(h.page.Source))]
			if end := bytes.IndexByte(value, '"'); end > 0 {
				if _, known := h.tagged[string(value[:end])]; !known {
					h.tagged[string(value[:end])] = at
				}
			}
		}
	}
	return h.tagged
}

// meant is what a phrase names: a level by its name, the whole page, or the level before.
func (h *heir) meant(p nounPhrase, lv *hiring.Level) hiring.Extension {
	if len(h.levels) > mostLevels {
		return hiring.Extension{}
	}
	base := h.byName(p.names, lv)
	if len(p.names) == 0 && p.ranked {
		base = h.intermediate(lv)
	}
	switch {
	case base != nil && !p.one && precedes(lv, base) && sameWords(strings.Join(p.names, " "), h.page.Title):
		return h.whole(h.page.Title) // the job family and no level of it
	case base != nil:
		return hiring.Extension{Of: base.Name, Level: base}
	case slices.Contains(p.names, initials(h.page.Title)):
		return h.whole(h.page.Title)
	case p.earlier == "" && (p.common || p.place == "below" && !p.role):
		return h.whole("page")
	case p.earlier == "" && (p.place == "" || p.place == "other"):
		return hiring.Extension{}
	}
	of := cmp.Or(p.earlier, p.place)
	if before := h.previous(lv); before != nil {
		return hiring.Extension{Of: of, Level: before}
	}
	return h.whole(of)
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
func (h *heir) whole(of string) hiring.Extension {
	core := &h.page.Core
	return hiring.Extension{Of: of, WholePage: len(core.Responsibilities)+len(core.Requirements)+len(core.PerformanceIndicators) > 0}
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

// byName is the level that a phrase names, by the most words of its name. A level that names itself means the
// one before, a specialty itself.
func (h *heir) byName(names []string, lv *hiring.Level) *hiring.Level {
	words := slices.Clone(names)
	slices.Sort(words)
	words = slices.Compact(words)
	var best *hiring.Level
	most, own := 0, 0
	for i, other := range h.levels {
		n := nameScore(h.names[i], words)
		if other == lv {
			own = n
			continue
		}
		if n > most || n == most && n > 0 && other.Kind == lv.Kind && precedes(other, lv) {
			best, most = other, n
		}
	}
	if own > most && most < wholeName {
		if own >= wholeName && (lv.Kind == hiring.KindSpecialty || lv.Kind == hiring.KindSegment) {
			return lv // a ladder of its own within it
		}
		return cmp.Or(h.previous(lv), best)
	}
	return best
}

// telling appends those words of a name, or of a phrase with one, that tell levels apart; "intermediate"
// is often left out.
func telling(names, words []string) []string {
	for len(words) > 0 {
		c, n := classAt(words)
		if (c == unknown || c == rank) && words[0] != "intermediate" {
			names = append(names, words[0])
		}
		words = words[n:]
	}
	return names
}

// isRank reports whether a word tells levels apart.
func isRank(word string) bool {
	c, _ := classAt([]string{word})
	return c == rank
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
		case !slices.ContainsFunc(words, isRank) && other.Kind == lv.Kind && precedes(other, lv):
			plain = other
		}
	}
	return plain
}

func precedes(a, b *hiring.Level) bool { return a.Section.Span.Start < b.Section.Span.Start }

// grades are the words of names that nobody leaves out: "the Engineer role" is none of a Senior Engineer.
var grades = set("junior associate senior staff principal distinguished lead vice-president")

// wholeName is the score from which on all words of a name are said.
const wholeName = 100

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
	rest, graded := 0, false
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
			graded = graded || grades.of(w)
			continue
		}
		used[i] = true
		said++
	}
	switch {
	case said > 0 && rest == 0:
		return wholeName + 2*said
	case said == len(words) && !graded:
		return said
	default:
		return 0
	}
}

// nearly reports whether two words of names are the same but for a slip or a plural.
func nearly(a, b string) bool {
	return a == b || len(a) > 4 && len(b) > 4 && a[0] == b[0] && !realWords.of(a) && !realWords.of(b) && slips(a, b, 1) <= 1
}
