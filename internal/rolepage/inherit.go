package rolepage

import (
	"slices"
	"strings"

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

// inherit fills in what each level asks: its own entries, and those that its sentences or the
// page's plan take over. By the handbook's template, sections above the levels hold for all of
// them.
func inherit(p *hiring.Page) {
	h := heir{page: p}
	h.levels = slices.Concat(p.Levels, p.Roles, p.Variants)
	for t := range topics {
		for _, s := range t.sections(&p.Core) {
			entries, _ := h.entries(s)
			h.common[t] = append(h.common[t], entries...)
		}
	}
	p.Responsibilities, p.Requirements, p.PerformanceIndicators = h.common[responsibilities], h.common[requirements], h.common[indicators]
	for _, lv := range h.levels {
		h.own(lv)
	}
	for t := range topics {
		done := map[*hiring.Level]bool{}
		for _, lv := range h.levels {
			h.resolve(lv, t, done, 0)
		}
	}
}

type heir struct {
	page   *hiring.Page
	levels []*hiring.Level
	common [topics][]hiring.Text // of the whole page
}

// own reads a level's own sections, and its introduction, which may extend all three lists at
// once.
func (h *heir) own(lv *hiring.Level) {
	var general []hiring.Extension
	for _, b := range lv.Section.Blocks {
		for _, line := range b.Lines {
			for _, sentence := range lineSentences(h.page.Source, line) {
				if ext, ok := h.extension(sentence, lv, lv.Section); ok {
					general = append(general, ext)
				}
			}
		}
		for _, i := range b.Items {
			if ext, ok := h.extension(i.Text, lv, lv.Section); ok {
				general = append(general, ext)
			}
		}
	}
	h.bare(lv)
	for t := range topics {
		asks := t.of(lv)
		asks.Extends = append(asks.Extends, general...)
		for _, s := range t.sections(&lv.Core) {
			entries, sentences := h.entries(s)
			for _, text := range sentences {
				if ext, ok := h.extension(text, lv, s); ok {
					asks.Extends = append(asks.Extends, ext)
				}
			}
			asks.Own = append(asks.Own, entries...)
		}
	}
}

// bare reads the lists right below a level's heading, where no heading says what they are:
// what the level does, or what it needs where the line before says so.
func (h *heir) bare(lv *hiring.Level) {
	for i, b := range lv.Section.Blocks {
		if b.Kind != hiring.BlockList {
			continue
		}
		t := responsibilities
		if i > 0 && asksFor(lv.Section.Blocks[i-1].Text.Text) {
			t = requirements
		}
		if len(t.sections(&lv.Core)) > 0 {
			continue
		}
		asks := t.of(lv)
		for _, text := range flatten(b.Items) {
			if strings.TrimSpace(text.Text) != "" && !isExtension(text.Text) && reportsTo(text.Text) == "" {
				asks.Own = append(asks.Own, text)
			}
		}
	}
}

// asksFor reports whether a line leads to a list of requirements.
func asksFor(line string) bool {
	low := strings.ToLower(line)
	for _, word := range []string{"requirement", "qualification", "must", "need"} {
		if strings.Contains(low, word) {
			return true
		}
	}
	return false
}

// flatten are the texts of items and of all below them.
func flatten(items []*hiring.Item) []hiring.Text {
	var texts []hiring.Text
	for _, i := range items {
		texts = append(texts, i.Text)
		texts = append(texts, flatten(i.Items)...)
	}
	return texts
}

// entries are what a section lists; sentences those that only point elsewhere.
func (h *heir) entries(s *hiring.Section) (entries, sentences []hiring.Text) {
	take := func(t hiring.Text) {
		switch {
		case strings.TrimSpace(t.Text) == "":
		case isExtension(t.Text):
			sentences = append(sentences, t)
		default:
			entries = append(entries, t)
		}
	}
	read := func(s *hiring.Section) {
		for _, b := range s.Blocks {
			switch b.Kind {
			case hiring.BlockParagraph:
				// A line that ends with a colon only leads to the list below it.
				if strings.HasSuffix(b.Text.Text, ":") && !isExtension(b.Text.Text) {
					continue
				}
				take(b.Text)
			case hiring.BlockList:
				for _, t := range flatten(b.Items) {
					take(t)
				}
			default:
			}
		}
	}
	read(s)
	for _, c := range s.Children {
		// "Nice-to-haves" and the like are parts of the list. A heading with a meaning of its own
		// is not, and shows that those after it are set too deep as well.
		if c.Kind != hiring.SectionOther || hasChild(c, hiring.SectionJobGrade) {
			break
		}
		read(c)
	}
	return entries, sentences
}

// resolve fills in the inherited entries of a level on a topic, those of the levels it builds
// on first. A ring of levels that extend each other ends where it began.
func (h *heir) resolve(lv *hiring.Level, t topic, done map[*hiring.Level]bool, depth int) {
	if done[lv] || depth > len(h.levels) {
		return
	}
	done[lv] = true
	asks := t.of(lv)
	seen := map[string]bool{}
	for _, own := range asks.Own {
		seen[own.Text] = true
	}
	inherit := func(text hiring.Text, from string) {
		if !seen[text.Text] {
			seen[text.Text] = true
			asks.Inherited = append(asks.Inherited, hiring.Inherited{Text: text, From: from})
		}
	}
	if lv.Role != nil {
		h.resolve(lv.Role, t, done, depth+1)
		for _, in := range t.of(lv.Role).Inherited {
			inherit(in.Text, in.From)
		}
		for _, text := range t.of(lv.Role).Own {
			inherit(text, lv.Role.Name)
		}
	} else {
		for _, text := range h.common[t] {
			inherit(text, "")
		}
	}
	for _, ext := range asks.Extends {
		for _, name := range ext.Resolved {
			if name == "" {
				continue // of the whole page, which is there already
			}
			base := h.named(name)
			if base == nil || base == lv {
				continue
			}
			h.resolve(base, t, done, depth+1)
			for _, in := range t.of(base).Inherited {
				inherit(in.Text, in.From)
			}
			for _, text := range t.of(base).Own {
				inherit(text, base.Name)
			}
		}
	}
}

func (h *heir) named(name string) *hiring.Level {
	for _, lv := range h.levels {
		if lv.Name == name {
			return lv
		}
	}
	return nil
}
