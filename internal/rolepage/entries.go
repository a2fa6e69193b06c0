package rolepage

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A listing is what a section lists, and apart from that the sentences that take over what stands
// elsewhere, and those that free from it.
type listing struct {
	entries            []hiring.Entry
	extending, freeing []hiring.Text
}

// entries reads the listing of a section of a level, or of the whole page without one. There no level follows a pointer, so
// one that does not just lead to the list stays in it.
func (h *heir) entries(s *hiring.Section, lv *hiring.Level) listing {
	whole := lv == nil
	l := listing{entries: h.room.entries.take(countEntries(s))[:0]}
	take := func(e hiring.Entry, asks bool) {
		text := e.Text.Text
		if strings.TrimSpace(text) == "" {
			return
		}
		points, extends := pointing.in(text), false
		if points && takingOver.in(text) {
			_, extends = readTaking(text)
			extends = extends || !whole && h.readNaming(text, lv) != nil
		}
		switch {
		case extends && (!whole || strings.HasSuffix(text, ":")):
			l.extending = append(l.extending, e.Text)
		case points && freedFrom(text) != [topics]bool{}:
			l.freeing = append(l.freeing, e.Text)
		case points && asks && saysOnlyWhom(text):
		case (asks || extends) && !hiring.ToCome(text):
			e.Wish = e.Wish || s.Kind == hiring.SectionRequirements && wished(text)
			l.entries = append(l.entries, e)
		}
	}
	// A paragraph may take over in a later sentence than its first: "Bakers lead. In addition to all that is asked above, they:"
	later := func(t hiring.Text) {
		if !takingOver.in(t.Text) || isExtension(t.Text) {
			return
		}
		for sentence := range sentences(t.Text) {
			if said := strings.TrimSpace(sentence); isExtension(said) {
				l.extending = append(l.extending, hiring.Text{Text: said, Span: find(h.page.Source, t.Span, said)})
			}
		}
	}
	read := func(s *hiring.Section, wish bool) {
		blocks := beforeProcess(h.page.Source, s)
		listed, wished := false, wish // after a list, and in what is nice to have
		for i, b := range blocks {
			switch b.Kind {
			case hiring.BlockParagraph:
				leads := i+1 < len(blocks) && blocks[i+1].Kind == hiring.BlockList
				wished = wish || leads && isWish(b.Text.Text)
				asks := !listed && !leadsTo(b.Text.Text, leads) && !isRemark(b.Text.Text) && (!leads || s.Kind != hiring.SectionPerformanceIndicators)
				take(hiring.Entry{Text: b.Text, Wish: wished}, asks)
				if !whole && strings.Contains(b.Text.Text, ". ") {
					later(b.Text)
				}
			case hiring.BlockList:
				listed = true
				each(b.Items, 0, wished, func(e hiring.Entry) { take(e, true) })
			default:
			}
		}
	}
	read(s, isWish(s.Heading.Text))
	for _, c := range s.Children {
		// Headings without a meaning of their own part the list. One with a meaning
		// does not, and shows that those after it are set too deep as well.
		if c.Kind != hiring.SectionOther || hasChild(c, hiring.SectionJobGrade) {
			break
		}
		if !h.claimed[c] {
			read(c, isWish(c.Heading.Text))
		}
	}
	if len(l.entries) == 0 {
		l.entries = nil
	}
	return l
}

// saysOnlyWhom reports whether an entry is no more than whom somebody reports to.
func saysOnlyWhom(text string) bool {
	return (hasPrefixFold(text, "report") || strings.Contains(text, "reports to")) && !strings.Contains(text, ". ") && reportsTo(text) != ""
}

// niceToHave are the entries below headings that name what would be nice to have.
func (h *heir) niceToHave(c *hiring.Core, lv *hiring.Level) []hiring.Entry {
	var list []hiring.Entry
	for _, s := range c.NiceToHave {
		list = joined(list, h.entries(s, lv).entries)
	}
	return list
}

// A claim gives what stands below a heading within a section of the whole page to the level that the heading names.
type claim struct {
	section *hiring.Section
	on      topic
}

// claim finds such headings: they have a level's name, or it stands in brackets.
func (h *heir) claim() {
	var byName map[string]*hiring.Level
	for t := range topics {
		for _, s := range t.sections(&h.page.Core) {
			for _, c := range s.Children {
				if c.Kind != hiring.SectionOther {
					break // see entries
				}
				if byName == nil {
					byName = map[string]*hiring.Level{}
					for _, lv := range h.levels {
						byName[inAnyOrder(lv.Name)] = lv
						h.claimed[lv.Section] = true // levels may stand in a part of the page
					}
				}
				_, inside, _ := strings.Cut(c.Heading.Text, "(")
				for _, name := range [...]string{c.Heading.Text, strings.TrimRight(inside, ") ")} {
					if lv := byName[inAnyOrder(name)]; lv != nil && name != "" && lv.Section != c {
						h.claimed[c] = true
						h.claims[lv] = append(h.claims[lv], claim{c, t})
						break
					}
				}
			}
		}
	}
}

// inAnyOrder are the words of a name: "Privacy and Product" is "Product and Privacy".
func inAnyOrder(name string) string {
	words := slices.DeleteFunc(tokens(name), func(w string) bool { return w == "and" })
	slices.Sort(words)
	return strings.Join(words, " ")
}

// each calls take for the entries of items and of all below them.
func each(items []*hiring.Item, depth int, wish bool, take func(hiring.Entry)) {
	for _, i := range items {
		switch {
		case len(i.Items) == 0:
			take(hiring.Entry{Text: i.Text, Depth: depth, Wish: wish})
		case strings.HasPrefix(i.Text.Text, "Please "): // it leads readers elsewhere
		case isLabel(i), isWish(i.Text.Text):
			each(i.Items, depth, wish || isWish(i.Text.Text), take)
		default:
			take(hiring.Entry{Text: i.Text, Depth: depth, Wish: wish})
			each(i.Items, depth+1, wish || wished(i.Text.Text), take)
		}
	}
}

// isLabel reports whether an item with others below it only gathers them: "You have:", "Communication", "Code quality".
// Longer ones ask for something: "Experience with two or more of:", and so do those that go on below.
func isLabel(i *hiring.Item) bool {
	text := i.Text.Text
	blanks := strings.Count(text, " ")
	if strings.HasSuffix(text, ":") {
		return blanks < 3
	}
	below, _ := utf8.DecodeRuneInString(i.Items[0].Text.Text)
	last := text[strings.LastIndexByte(text, ' ')+1:]
	return !unicode.IsLower(below) && (blanks == 0 || blanks < 3 && gathered.of(strings.ToLower(last)))
}

// gathered end labels of what people bring along or do.
var gathered = set("skills experience knowledge quality scalability leadership communication collaboration abilities competencies responsibilities requirements qualifications indicators attributes")

// countEntries is about how many entries a section lists itself.
func countEntries(s *hiring.Section) int {
	n := 0
	for _, b := range s.Blocks {
		n += max(1, len(b.Items))
	}
	return n
}

// leadsTo reports whether a paragraph only leads to what comes: "A Baker has the following skills" above a list, or
// only says what that lists: "Technical skills".
func leadsTo(text string, toList bool) bool {
	text = strings.TrimRight(text, " *_")
	return strings.HasSuffix(text, ":") || toList && (leading.in(text) || !strings.ContainsAny(text, ".!?\n") && strings.Count(text, " ") < mostLabel)
}

// A label has no more words than that.
const mostLabel = 5

// leading tell that a list comes.
var leading = newCues("following", "below")

// joined is a list with more at its end; mostly there is but one of the two.
func joined(list, more []hiring.Entry) []hiring.Entry {
	if len(list) == 0 {
		return more
	}
	return append(list, more...)
}

// bareLists reads the lists of a level where no heading says what they are: right below its heading, below its name said
// twice, and below its grade.
func (h *heir) bareLists(lv *hiring.Level) {
	h.bare(lv, lv.Section)
	for _, s := range lv.Again {
		h.bare(lv, s)
	}
	for _, c := range lv.Section.Children {
		if c.Kind == hiring.SectionJobGrade || repeats(c, lv.Name) {
			h.bare(lv, c)
		}
	}
}

// repeats reports whether a section has no meaning of its own but that it describes whom it names: "Baker Description",
// "Senior Bakers also" below "Senior Baker", "Manager, Bread" below "Bread".
func repeats(s *hiring.Section, name string) bool {
	if s.Kind != hiring.SectionOther || name == "" || s.Heading.Text == "" {
		return false
	}
	about, words := singular(aboutWhom(tokens(s.Heading.Text))), singular(tokens(name))
	if len(about) > len(words) {
		about = slices.DeleteFunc(about, isRank)
	}
	return slices.Equal(about, words)
}

// bare reads the lists of a section: what the level does, or what it needs where the line before says so, or what a line
// that stands for a heading announces: "**Requirements**".
func (h *heir) bare(lv *hiring.Level, s *hiring.Section) {
	announced, said, listed := hiring.SectionOther, false, false // by such a line, and after a list below it
	if lv.Section.Parent.Kind == hiring.SectionRequirements {
		announced = hiring.SectionRequirements
	}
	blocks := beforeProcess(h.page.Source, s)
	for i, b := range blocks {
		if kind := standsFor(b); kind != hiring.SectionOther {
			announced, said, listed = kind, true, false
			continue
		}
		t, wish := listOf(announced), false
		listed = listed || b.Kind == hiring.BlockList
		if said && !listed && b.Kind == hiring.BlockParagraph && (t == requirements || announced == hiring.SectionResponsibilities) {
			h.told(lv, t, b, i+1 < len(blocks) && blocks[i+1].Kind == hiring.BlockList)
		}
		if b.Kind != hiring.BlockList || announced == hiring.SectionJobGrade {
			continue
		}
		if i > 0 {
			before := blocks[i-1].Words()
			wish = isWish(before)
			if wish || announced == hiring.SectionOther && asksFor(before) {
				t = requirements
			}
		}
		if len(t.sections(&lv.Core)) > 0 && !wish {
			continue
		}
		asks := t.of(lv)
		each(b.Items, 0, wish, func(e hiring.Entry) {
			text := e.Text.Text
			if strings.TrimSpace(text) == "" || isExtension(text) || h.namesLevel(text, lv) != nil || reportsTo(text) != "" || hiring.ToCome(text) {
				return
			}
			if grade, _ := gradeNumbers(text, false); grade == 0 {
				e.Wish = e.Wish || t == requirements && wished(text)
				asks.Own = append(asks.Own, e)
			}
		})
	}
}

// listOf is the list that sections of a kind have, or else what is done.
func listOf(kind hiring.SectionKind) topic {
	switch kind {
	case hiring.SectionRequirements:
		return requirements
	case hiring.SectionPerformanceIndicators:
		return indicators
	default:
		return responsibilities
	}
}

// told takes a paragraph below such a line for an entry, as below a heading.
func (h *heir) told(lv *hiring.Level, t topic, b hiring.Block, leads bool) {
	text := b.Text.Text
	if len(t.sections(&lv.Core)) > 0 || leadsTo(text, leads) || isRemark(text) || isExtension(text) || h.namesLevel(text, lv) != nil || hiring.ToCome(text) || isWish(text) {
		return
	}
	asks := t.of(lv)
	asks.Own = append(asks.Own, hiring.Entry{Text: b.Text})
}

// standsFor is what a line announces that is a heading but for its mark.
func standsFor(b hiring.Block) hiring.SectionKind {
	if b.Kind != hiring.BlockParagraph || len(b.Lines) > 1 || strings.Count(b.Text.Text, " ") > mostLabel || strings.HasSuffix(b.Text.Text, ".") {
		return hiring.SectionOther
	}
	if kind, _ := headingKind(strings.TrimRight(b.Text.Text, ": ")); isPart(kind) {
		return kind
	}
	return hiring.SectionOther
}

// asksFor reports whether a line leads to a list of requirements.
func asksFor(line string) bool {
	low := strings.ToLower(line)
	for _, word := range []string{"requirement", "qualification", "must", "need", "criteria"} {
		if strings.Contains(low, word) {
			return true
		}
	}
	return false
}
