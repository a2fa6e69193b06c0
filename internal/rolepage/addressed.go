package rolepage

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// address finds lists in a section of the whole page that hold for some levels only, since the line before says so:
// "Bakery Managers have the following indicators". One for those without a rank, "Bakers", holds for all others.
func (h *heir) address(s *hiring.Section) {
	type group struct {
		list    *hiring.Block
		levels  map[*hiring.Level]bool // nil where it is for all others
		besides bool                   // what the others have holds for these, too
	}
	var groups []group
	set := map[*hiring.Level]bool{} // apart from the others
	if strings.Contains(strings.ToLower(s.Subject), "individual contributor") {
		for _, lv := range h.levels {
			set[lv] = slices.ContainsFunc(tokens(lv.Name), managers.of)
		}
		for i := range s.Blocks {
			groups = append(groups, group{list: &s.Blocks[i]})
		}
	}
	for i := 1; i < len(s.Blocks); i++ {
		b := &s.Blocks[i]
		if b.Kind != hiring.BlockList || s.Blocks[i-1].Kind != hiring.BlockParagraph {
			continue
		}
		lead := s.Blocks[i-1].Text.Text
		who := addressee(lead)
		named := who == nil && strings.HasSuffix(lead, ":") && strings.Count(lead, " ") <= 2*mostLabel
		if who == nil && !named || (len(groups)+1)*len(h.levels) > mostTaken {
			continue
		}
		if named {
			who = singular(tokens(lead))
		}
		g := group{list: b}
		for n, lv := range h.levels {
			if named && h.calls(who, n) || !named && means(who, h.singulars()[n]) {
				if g.levels == nil {
					g.levels = map[*hiring.Level]bool{}
				}
				g.levels[lv], set[lv] = true, true
			}
		}
		if named && g.levels == nil {
			continue // it leads to a list for all
		}
		g.besides = named && !strings.Contains(lead, "only")
		groups = append(groups, g)
	}
	if len(set) == 0 {
		return
	}
	besides := slices.ContainsFunc(groups, func(g group) bool { return g.besides })
	for _, g := range groups {
		not := map[*hiring.Level]bool{}
		for _, lv := range h.levels {
			not[lv] = g.levels != nil && !g.levels[lv] || g.levels == nil && set[lv] && !besides
		}
		each(g.list.Items, 0, false, func(e hiring.Entry) { h.notFor[e.Span] = not })
	}
}

// addressee are the words of whom a line names that leads to a list for them, nil where it names nobody.
func addressee(line string) []string {
	for _, has := range [...]string{" have the following", " has the following", " have these"} {
		if who, _, ok := strings.Cut(line, has); ok && strings.Count(who, " ") < mostLabel {
			return singular(tokens(who))
		}
	}
	return nil
}

// calls reports whether words call a level by its whole name, which is no part of another's: "Head Baker, additionally".
func (h *heir) calls(words []string, n int) bool {
	name := h.singulars()[n]
	if placeOf(name, words) < 0 {
		return false
	}
	for i, other := range h.singulars() {
		if i != n && placeOf(name, other) >= 0 {
			return false
		}
	}
	return true
}

// placeOf is where a name stands among words, -1 where it does not.
func placeOf(name, words []string) int {
	if len(name) == 0 {
		return -1
	}
	for at := 0; at+len(name) <= len(words); at++ {
		if words[at] == name[0] && slices.Equal(words[at:at+len(name)], name) {
			return at
		}
	}
	return -1
}

// means reports whether words with a rank mean the level of a name: "engineering manager" or "management" a "backend
// engineering manager".
func means(who, name []string) bool {
	if slices.ContainsFunc(who, managing.of) {
		return slices.ContainsFunc(name, managers.of)
	}
	return slices.ContainsFunc(who, isRank) && !slices.ContainsFunc(who, func(w string) bool { return !slices.Contains(name, w) })
}

var (
	managing = set("management leadership")
	managers = set("manager director vice-president")
)

// singular are words of names as one of several has them.
func singular(words []string) []string {
	one := make([]string, len(words))
	for i, w := range words {
		one[i] = strings.TrimSuffix(w, "s")
	}
	return one
}
