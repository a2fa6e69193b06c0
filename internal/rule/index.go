package rule

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// An index is what rules look up of a page from many of its places. It is made once, or the time for
// a long page would grow with the square of its length.
type index struct {
	links     []int                    // where they begin, in order
	extends   []hiring.Span            // sentences of performance indicators that take over others, in order
	described map[*hiring.Section]bool // that describe a level or the like
	processes map[*hiring.Section]bool // that hold a hiring process
}

// index reads what is looked up of the page.
func (s *Sheet) index() *index {
	if s.looked != nil {
		return s.looked
	}
	x := &index{described: map[*hiring.Section]bool{}, processes: map[*hiring.Section]bool{}}
	s.looked = x
	s.Page.Root.Walk(func(section *hiring.Section) bool {
		for _, l := range section.Links {
			x.links = append(x.links, l.Span.Start)
		}
		return true
	})
	slices.Sort(x.links)
	for _, lv := range s.levels() {
		x.described[lv.Section] = true
		for _, s := range lv.Again {
			x.described[s] = true
		}
		for _, e := range lv.PerformanceIndicators.Extends {
			x.extends = append(x.extends, e.Span)
		}
	}
	slices.SortFunc(x.extends, func(a, b hiring.Span) int { return a.Start - b.Start })
	for _, proc := range s.Page.Process {
		x.processes[proc.Section] = true
	}
	return x
}

// named is how many levels and the like of the page have a name, see nameKey.
func (s *Sheet) named(key string) int {
	if s.names == nil {
		s.names = map[string]int{}
		for _, lv := range s.levels() {
			s.names[nameKey(lv.Name)]++
		}
	}
	return s.names[key]
}

// nameKey is equal for names that mean the same level.
func nameKey(name string) string { return strings.Join(nameTokens(name), " ") }

// linked reports whether a link begins in a span.
func (x *index) linked(in hiring.Span) bool {
	i, _ := slices.BinarySearch(x.links, in.Start)
	return i < len(x.links) && x.links[i] < in.End
}

// takenOver reports whether indicators are taken over within a span.
func (x *index) takenOver(in hiring.Span) bool {
	i, _ := slices.BinarySearchFunc(x.extends, in.Start, func(e hiring.Span, start int) int { return e.Start - start })
	for ; i < len(x.extends) && x.extends[i].Start < in.End; i++ {
		if in.Contains(x.extends[i]) {
			return true
		}
	}
	return false
}
