package rolepage

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A listing is what a section lists, and apart from that the sentences that take over what stands
// elsewhere, and those that free from it.
type listing struct {
	entries            []hiring.Entry
	extending, freeing []hiring.Text
}

// entries reads the listing of a section. In a section of the whole page no level follows a pointer, so
// one that does not just lead to the list stays in it.
func (h *heir) entries(s *hiring.Section, whole bool) listing {
	l := listing{entries: h.room.entries.take(countEntries(s))[:0]}
	take := func(t hiring.Text, depth int, entry bool) {
		if strings.TrimSpace(t.Text) == "" {
			return
		}
		points, colon := pointing.in(t.Text), strings.HasSuffix(t.Text, ":")
		switch extends := points && isExtension(t.Text); {
		case extends && (!whole || colon):
			l.extending = append(l.extending, t)
		case points && freedFrom(t.Text) != [topics]bool{}:
			l.freeing = append(l.freeing, t)
		case (entry || extends) && !hiring.ToCome(t.Text):
			l.entries = append(l.entries, hiring.Entry{Text: t, Depth: depth})
		}
	}
	read := func(s *hiring.Section) {
		blocks := beforeProcess(h.page.Source, s)
		listed, wished := false, false // after a list, and in what is nice to have
		for i, b := range blocks {
			switch b.Kind {
			case hiring.BlockParagraph:
				leads := i+1 < len(blocks) && blocks[i+1].Kind == hiring.BlockList
				wished = leads && isWish(b.Text.Text)
				take(b.Text, 0, !listed && !wished && !leadsTo(b.Text.Text, leads) && !isRemark(b.Text.Text))
			case hiring.BlockList:
				listed = true
				if !wished {
					each(b.Items, 0, take)
				}
			default:
			}
		}
	}
	read(s)
	for _, c := range s.Children {
		// Headings without a meaning of their own part the list. One with a meaning
		// does not, and shows that those after it are set too deep as well.
		if c.Kind != hiring.SectionOther || hasChild(c, hiring.SectionJobGrade) {
			break
		}
		if !isWish(c.Heading.Text) && !h.claimed[c] {
			read(c)
		}
	}
	if len(l.entries) == 0 {
		l.entries = nil
	}
	return l
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

// each calls take for the texts of items and of all below them, but for those that are nice to have.
func each(items []*hiring.Item, depth int, take func(text hiring.Text, depth int, entry bool)) {
	for _, i := range items {
		if len(i.Items) > 0 && isWish(i.Text.Text) {
			continue
		}
		take(i.Text, depth, true)
		each(i.Items, depth+1, take)
	}
}

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

// isWish reports whether a text, or a label of a list, names what would be nice to have, which nobody has to bring.
func isWish(label string) bool {
	label, _, _ = strings.Cut(strings.TrimLeft(label, " *_"), "\n")
	if label == "" || strings.IndexByte("nbpdo", lowByte(label[0])) < 0 {
		return false // as most, at a glance
	}
	words := strings.Fields(strings.ToLower(noEmphasis.Replace(strings.ReplaceAll(label, "-", " "))))
	if len(words) == 0 || len(words) > mostLabel {
		return false
	}
	switch first := trimMarks(words[0]); first {
	case "nice":
		return len(words) > 2 && trimMarks(words[1]) == "to"
	case "bonus":
		return true
	default:
		return wishes.of(first) && len(words) > 1 && asked.of(trimMarks(words[1]))
	}
}

var (
	wishes = set("preferred desired desirable optional")
	asked  = set("requirements qualifications skills experience attributes")
)

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
	for _, c := range lv.Section.Children {
		if c.Kind == hiring.SectionOther && sameWords(c.Heading.Text, lv.Name) || c.Kind == hiring.SectionJobGrade {
			h.bare(lv, c)
		}
	}
}

// bare reads the lists of a section: what the level does, or what it needs where the line before says so.
func (h *heir) bare(lv *hiring.Level, s *hiring.Section) {
	for i, b := range beforeProcess(h.page.Source, s) {
		if b.Kind != hiring.BlockList {
			continue
		}
		t := responsibilities
		if i > 0 {
			switch before := s.Blocks[i-1].Words(); {
			case isWish(before):
				continue
			case asksFor(before):
				t = requirements
			}
		}
		if len(t.sections(&lv.Core)) > 0 {
			continue
		}
		asks := t.of(lv)
		each(b.Items, 0, func(text hiring.Text, depth int, _ bool) {
			if strings.TrimSpace(text.Text) == "" || isExtension(text.Text) || reportsTo(text.Text) != "" || hiring.ToCome(text.Text) {
				return
			}
			if grade, _ := gradeNumbers(text.Text, false); grade == 0 {
				asks.Own = append(asks.Own, hiring.Entry{Text: text, Depth: depth})
			}
		})
	}
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
