package rolepage

import (
	"bytes"
	"slices"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A topic is one of the three lists that a level has.
type topic int

const (
	responsibilities topic = iota
	requirements
	indicators
	topics
)

// of is a level's list on a topic.
func (t topic) of(lv *hiring.Level) *hiring.Asks {
	switch t {
	case requirements:
		return &lv.Requirements
	case indicators:
		return &lv.PerformanceIndicators
	default:
		return &lv.Responsibilities
	}
}

func (t topic) sections(c *hiring.Core) []*hiring.Section {
	switch t {
	case requirements:
		return c.Requirements
	case indicators:
		return c.PerformanceIndicators
	default:
		return c.Responsibilities
	}
}

// namedIn reports whether a text speaks of the list.
func (t topic) namedIn(text string) bool {
	switch t {
	case requirements:
		return indexFold(text, "requirement") >= 0 || indexFold(text, "qualification") >= 0
	case indicators:
		return indexFold(text, "indicator") >= 0
	default:
		return indexFold(text, "responsib") >= 0 // as people spell it
	}
}

// inherit fills in what each level asks: its own entries, and those that its sentences or the
// page's plan take over. By the handbook's template, sections above the levels hold for all of
// them.
func inherit(p *hiring.Page, room *slabs) {
	h := &heir{page: p, room: room, freed: map[*hiring.Level][topics]bool{}, claims: map[*hiring.Level][]claim{}, claimed: map[*hiring.Section]bool{}, notFor: map[hiring.Span]map[*hiring.Level]bool{}}
	h.levels = slices.Concat(p.Levels, p.Roles, p.Variants)
	for _, lv := range h.levels {
		words := tokens(lv.Name)
		h.names = append(h.names, telling(words[:0], words))
	}
	h.claim()
	for t := range topics {
		for _, s := range t.sections(&p.Core) {
			h.common[t] = joined(h.common[t], h.entries(s, nil).entries)
		}
	}
	h.common[requirements] = joined(h.common[requirements], h.niceToHave(&p.Core, nil))
	for _, s := range p.Core.PerformanceIndicators {
		h.address(s)
	}
	p.Responsibilities, p.Requirements, p.PerformanceIndicators = h.common[responsibilities], h.common[requirements], h.common[indicators]
	for _, lv := range h.levels {
		h.own(lv)
	}
	if len(h.levels) > mostLevels {
		return
	}
	resolve := sync.OnceFunc(h.resolveAll)
	for _, lv := range h.levels {
		for t := range topics {
			if h.inherits(lv, t) {
				t.of(lv).Inherit(func() []hiring.Inherited {
					resolve()
					return *h.inherited[t][lv]
				})
			}
		}
	}
}

// free notes that a sentence of a level frees it from what is common to all.
func (h *heir) free(lv *hiring.Level, sentence hiring.Text) {
	for t, free := range freedFrom(sentence.Text) {
		if free {
			all := h.freed[lv]
			all[t] = true
			h.freed[lv] = all
		}
	}
}

// pointing are the words of which a sentence that points elsewhere on the page has one, whether it
// takes over what stands there or frees from it. Most texts have none.
var (
	takingOver = newCues(takeovers...)
	pointing   = newCues(slices.Concat(takeovers, []string{"meet", "exempt", "reports to", "reports into", "report to", "reporting to"})...)
)

// baseWords tell that what a sentence frees from is what the page asks of all.
var baseWords = set("base general common standard all these above")

// freedFrom are the topics of the page that a sentence frees a level from: "An intern is not
// required to meet the base responsibilities and requirements, but must be curious".
func freedFrom(text string) (free [topics]bool) {
	if !strings.Contains(text, "not ") && !strings.Contains(text, "n't ") && !strings.Contains(text, "exempt") {
		return free
	}
	low := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, cue := range []string{
		"not required to meet ", "not expected to meet ", "not need to meet ", "n't need to meet ", "not have to meet ", "n't have to meet ", "need not meet ", "exempt from ",
	} {
		_, after, ok := strings.Cut(low, cue)
		if !ok {
			continue
		}
		after, _, _ = strings.Cut(after, " but ")
		if !slices.ContainsFunc(tokens(after), baseWords.of) {
			continue // "the travel requirements"
		}
		for t := range topics {
			free[t] = free[t] || t.namedIn(after)
		}
	}
	return free
}

type heir struct {
	page     *hiring.Page
	room     *slabs
	levels   []*hiring.Level
	names    [][]string                     // the telling words of each level's name
	common   [topics][]hiring.Entry         // of the whole page
	freed    map[*hiring.Level][topics]bool // levels that need not meet what is common
	anchor   map[string]*hiring.Section     // by explicit id or by heading
	links    []hiring.Link                  // to headings of the page, in its order
	tagged   map[string]int                 // places of anchors that tags set
	singular [][]string                     // the words of each level's name, as one of several has them
	taken    int                            // entries taken over
	sets     []map[string]bool              // empty, to be used again
	claims   map[*hiring.Level][]claim
	claimed  map[*hiring.Section]bool
	notFor   map[hiring.Span]map[*hiring.Level]bool // entries of the page that do not hold for all

	inherited [topics]map[*hiring.Level]*[]hiring.Inherited // of the levels that are resolved
}

// The levels of a page take over no more than mostTaken entries together, and a page with more
// than mostLevels none: with thousands of levels, each building on the one before, neither time
// nor memory would suffice. No page comes near.
const (
	mostTaken  = 50_000
	mostLevels = 500
)

// own reads a level's own sections, and its introduction, which may extend all three lists at
// once.
func (h *heir) own(lv *hiring.Level) {
	var general []taking
	introduce := func(s *hiring.Section) {
		for _, b := range beforeProcess(h.page.Source, s) {
			for _, line := range b.Lines {
				general = append(general, h.lineExtensions(line, lv)...)
			}
			for _, i := range b.Items {
				if isExtension(i.Text.Text) || h.namesLevel(i.Text.Text, lv) != nil {
					ext, p := h.extension(i.Text, lv, lv.Section)
					general = append(general, taking{ext, p})
				}
			}
		}
	}
	introduce(lv.Section)
	for _, s := range lv.Again {
		introduce(s)
	}
	for _, c := range lv.Section.Children {
		if repeats(c, lv.Name) {
			introduce(c)
		}
	}
	h.bareLists(lv)
	for t := range topics {
		asks := t.of(lv)
		for _, g := range general {
			if g.phrase.means(t) {
				asks.Extends = append(asks.Extends, g.Extension)
			}
		}
		for _, s := range t.sections(&lv.Core) {
			listed := h.entries(s, lv)
			for _, text := range listed.freeing {
				h.free(lv, text)
			}
			for _, text := range listed.extending {
				ext, p := h.extension(text, lv, s)
				asks.Extends = append(asks.Extends, ext)
				for other := range topics {
					// "The same responsibilities and requirements as a Baker", below the heading of one of them.
					if other != t && p.lists[t] && p.lists[other] && len(other.sections(&lv.Core)) == 0 {
						asks := other.of(lv)
						asks.Extends = append(asks.Extends, ext)
					}
				}
			}
			asks.Own = joined(asks.Own, listed.entries)
		}
	}
	lv.Requirements.Own = joined(lv.Requirements.Own, h.niceToHave(&lv.Core, lv))
	for _, c := range h.claims[lv] {
		asks := c.on.of(lv)
		asks.Own = joined(asks.Own, h.entries(c.section, lv).entries)
	}
}

// A taking is a sentence that takes over, with the phrase that names what.
type taking struct {
	hiring.Extension
	phrase nounPhrase
}

// furthest is how far from one sentence the next is looked for, so that a line of a megabyte
// costs no more than its length.
const furthest = 16 << 10

// lineExtensions reads the sentences of a line of an introduction, those that free the level as
// well.
func (h *heir) lineExtensions(line hiring.Text, lv *hiring.Level) []taking {
	if !pointing.in(line.Text) {
		return nil
	}
	var list []taking
	place := line.Span
	for rest := line.Text; rest != ""; {
		end := sentenceEnd(rest)
		sentence := hiring.Text{Text: strings.TrimSpace(rest[:end]), Span: line.Span}
		rest = rest[end:]
		h.free(lv, sentence)
		if !isExtension(sentence.Text) {
			continue
		}
		// A sentence that can't be found as it reads, because marks part its words, has the span of
		// the line.
		near := h.page.Source[place.Start:min(place.End, place.Start+furthest)]
		if i := bytes.Index(near, []byte(sentence.Text)); i >= 0 {
			sentence.Span = hiring.Span{Start: place.Start + i, End: place.Start + i + len(sentence.Text)}
			place.Start = sentence.Span.End
		}
		ext, p := h.extension(sentence, lv, lv.Section)
		list = append(list, taking{ext, p})
	}
	return list
}

// resolveAll finds what all levels take over.
func (h *heir) resolveAll() {
	for t := range topics {
		h.inherited[t] = map[*hiring.Level]*[]hiring.Inherited{}
		for _, lv := range h.levels {
			h.resolve(lv, t, 0)
		}
	}
}

// resolve fills in the inherited entries of a level on a topic, those of the levels it builds
// on first. A ring of levels that extend each other ends where it began.
func (h *heir) resolve(lv *hiring.Level, t topic, depth int) {
	if h.inherited[t][lv] != nil || depth > len(h.levels) {
		return
	}
	list := new([]hiring.Inherited)
	h.inherited[t][lv] = list
	if !h.inherits(lv, t) {
		return
	}
	asks := t.of(lv)
	seen := h.set()
	defer h.putBack(seen)
	for _, own := range asks.Own {
		seen[own.Text.Text] = true
	}
	inherit := func(entry hiring.Entry, from string) {
		if h.taken < mostTaken && !seen[entry.Text.Text] && !h.notFor[entry.Span][lv] {
			h.taken++
			seen[entry.Text.Text] = true
			*list = append(*list, hiring.Inherited{Entry: entry, From: from})
		}
	}
	inheritAll := func(inherited []hiring.Inherited, own []hiring.Entry, name string) {
		if h.taken < mostTaken {
			*list = slices.Grow(*list, len(inherited)+len(own))
		}
		for _, in := range inherited {
			inherit(in.Entry, in.From)
		}
		for _, entry := range own {
			inherit(entry, name)
		}
	}
	inheritFrom := func(base *hiring.Level) {
		h.resolve(base, t, depth+1)
		var inherited []hiring.Inherited
		if list := h.inherited[t][base]; list != nil {
			inherited = *list
		}
		inheritAll(inherited, t.of(base).Own, base.Name)
	}
	if lv.Role != nil {
		inheritFrom(lv.Role)
	} else if !h.freed[lv][t] {
		inheritAll(nil, h.common[t], "")
	}
	var bases []*hiring.Level
	for _, ext := range asks.Extends {
		// What is of the whole page is there already.
		if base := ext.Level; base != nil && base != lv && !slices.Contains(bases, base) {
			bases = append(bases, base)
			inheritFrom(base)
		}
	}
}

// inherits reports whether a level may take over anything on a topic.
func (h *heir) inherits(lv *hiring.Level, t topic) bool {
	return lv.Role != nil || len(h.common[t]) > 0 || len(t.of(lv).Extends) > 0
}

// set is an empty set of texts. Levels are many, and have much text, so sets are used again.
func (h *heir) set() map[string]bool {
	if n := len(h.sets); n > 0 {
		set := h.sets[n-1]
		h.sets = h.sets[:n-1]
		return set
	}
	return map[string]bool{}
}

func (h *heir) putBack(set map[string]bool) {
	clear(set)
	h.sets = append(h.sets, set)
}
