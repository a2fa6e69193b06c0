package team

import (
	"slices"
	"strings"
)

// A said is what a title says: "Senior Director, Product Marketing" is a director, senior, of product
// marketing.
type said struct {
	head    string   // "director", "engineer"
	known   bool     // the head is a rank or a job, and no word that merely stands last
	grades  []string // sorted
	phrases []string // what of: "product marketing"
	words   []string // all words of the phrases, sorted
	unit    bool     // a phrase names a part of the company: "in the Product Division"
}

// bare reports whether a title says a rank and nothing more.
func (s said) bare() bool { return len(s.phrases) == 0 }

// parse reads a title.
func parse(title string) said {
	title = normal(title)
	for _, sign := range []string{"(", ")", ";", ":", "/", " - ", " of ", " for ", " in ", " at ", " within ", " on ", " from "} {
		title = strings.ReplaceAll(title, sign, ", ")
	}
	var s said
	var segments [][]string
	for segment := range strings.SplitSeq(title, ",") {
		if list := words(segment); len(list) > 0 {
			segments = append(segments, list)
		}
	}
	for i, list := range segments {
		if at := headOf(list); at >= 0 {
			s.head, s.known = list[at], true
			segments[i] = list[:at]
			segments = slices.Insert(segments, i+1, list[at+1:])
			break
		}
	}
	if !s.known && len(segments) > 0 {
		first := segments[0]
		s.head, segments[0] = first[len(first)-1], first[:len(first)-1]
	}
	for _, list := range segments {
		var phrase []string
		for _, w := range list {
			switch {
			case grades[w]:
				s.grades = append(s.grades, w)
			case s.head == "officer" && w == "chief":
				s.head = "chief"
			case units[w]:
				s.unit = true
			case w == "management": // "Director of Product Management" directs product
			default:
				phrase = append(phrase, w)
			}
		}
		if len(phrase) > 0 {
			s.phrases = append(s.phrases, strings.Join(phrase, " "))
		}
	}
	slices.Sort(s.grades)
	s.words = slices.Sorted(strings.FieldsSeq(strings.Join(s.phrases, " ")))
	return s
}

// headOf is the place of the word that says what somebody is: the last rank, or else the last job; -1
// when there is neither.
func headOf(list []string) int {
	for _, of := range []map[string]bool{ranks, jobs} {
		for i, w := range slices.Backward(list) {
			if of[w] {
				return i
			}
		}
	}
	return -1
}

// The ways in which somebody holds a title, the nearest first.
const (
	exactly    = iota
	specially  // "Support Engineering Manager" is an engineering manager
	department // "Director, Growth" in the department Product is a director of product
	higher     // "Senior Backend Engineer" is a backend engineer
	not
)

// holds says in what way somebody has the title that is asked for.
func (p member) holds(asked said) int {
	best := not
	for _, has := range p.titles {
		if has.head != asked.head || !within(asked.grades, has.grades) {
			continue
		}
		way := not
		switch {
		case slices.Equal(has.words, asked.words):
			way = exactly
		case asked.bare():
		case covers(has.phrases, asked.phrases):
			way = specially
		case p.departmentHas(has, asked):
			way = department
		}
		if asked.unit && way == department {
			way = specially // it was asked for by the department
		}
		if way < higher && len(has.grades) > len(asked.grades) {
			way = higher
		}
		best = min(best, way)
	}
	return best
}

// covers reports whether each phrase that is asked for ends one that somebody has: "engineering" ends
// "support engineering", and "product" does not end "product marketing".
func covers(has, asked []string) bool {
	for _, a := range asked {
		if !slices.ContainsFunc(has, func(h string) bool { return h == a || strings.HasSuffix(h, " "+a) }) {
			return false
		}
	}
	return true
}

// departmentHas reports whether the phrases that are asked for stand in the title, or are a department
// of the person's.
func (p member) departmentHas(has, asked said) bool {
	for _, a := range asked.phrases {
		if !covers(has.phrases, []string{a}) && !p.in(strings.Fields(a), true) {
			return false
		}
	}
	return true
}

// within reports whether all of a are in b.
func within(a, b []string) bool {
	return !slices.ContainsFunc(a, func(w string) bool { return !slices.Contains(b, w) })
}
