package hiring

import (
	"slices"
	"strings"
)

// Core holds the sections of a page, a role or a level by kind. A kind that is written
// twice has two sections.
type Core struct {
	Responsibilities      []*Section
	Requirements          []*Section
	JobGrade              []*Section
	PerformanceIndicators []*Section
	CareerLadder          []*Section
	NiceToHave            []*Section // below headings that name it, apart from the requirements
}

// A LevelKind tells the four things that are described alike.
type LevelKind string

// The kinds of level.
const (
	KindLevel     LevelKind = "level"
	KindRole      LevelKind = "role" // a job title of the second template
	KindSpecialty LevelKind = "specialty"
	KindSegment   LevelKind = "segment"
)

// A Level is one rung of a job family: "Senior Technical Program Manager". Roles of the
// second template, specialties and segments have the same parts and are read as levels
// of another kind.
type Level struct {
	Kind    LevelKind
	Name    string     // the heading's words, without a colon at their end
	Section *Section   // what describes it
	Again   []*Section // beside it, below the same name said again, with parts that it lacks
	Role    *Level     // the role that the level belongs to, nil when it belongs to the page

	Grade     *JobGrade
	ReportsTo *Text // "VP of Product Management"; nil when the page does not say
	Core      Core

	Responsibilities      Asks
	Requirements          Asks
	PerformanceIndicators Asks
}

// A JobGrade is what a level's Job Grade section says. Grades are a range: "6" is 6 to
// 6, "grade 9 or 10" is 9 to 10. Both are 0 where the section gives no number, as in the
// layout of 2026, which refers to a list of job levels.
type JobGrade struct {
	Min, Max int
	Text
}

// Asks is a list of what a level asks for or does, own entries and those that it takes
// over from elsewhere apart.
type Asks struct {
	Own     []Entry
	Extends []Extension

	inherited func() []Inherited
}

// Inherited are the entries that are taken over from elsewhere.
func (a Asks) Inherited() []Inherited {
	if a.inherited == nil {
		return nil
	}
	return a.inherited()
}

// Inherit tells where they come from. They are not found before somebody asks for them, which few do:
// on a page with many levels they are many times what it says itself.
func (a *Asks) Inherit(from func() []Inherited) { a.inherited = from }

// An Entry is one of what a level asks for or does.
type Entry struct {
	Text
	Depth int  // below how many others of its list it stands: "Two or more of the following" means nothing without those below it
	Wish  bool // nobody has to bring it: "SaaS experience preferred"
}

// ToCome reports whether a text only says that there will be one: "To be defined (TBD)", "As defined by specialty",
// "More indicators to be determined".
func ToCome(text string) bool {
	text = strings.TrimFunc(text, func(r rune) bool { return !isWordRune(r) })
	if len(text) < len("tbd") {
		return false
	}
	switch [2]byte{text[0] | 0x20, text[1] | 0x20} {
	case [2]byte{'t', 'b'}, [2]byte{'t', 'o'}, [2]byte{'t', 'h'}, [2]byte{'n', '/' | 0x20}, [2]byte{'n', 'o'}, [2]byte{'c', 'o'}, [2]byte{'a', 's'}, [2]byte{'p', 'e'}:
	default:
		if !strings.HasSuffix(text, "ed") {
			return false // as most, at a glance
		}
	}
	for _, phrase := range [...]string{"tbd", "tba", "tbc", "todo", "n/a", "none", "coming soon"} {
		if strings.EqualFold(text, phrase) {
			return true
		}
	}
	for _, list := range [...]string{"performance indicators ", "the responsibilities ", "the requirements "} {
		if len(text) > len(list) && strings.EqualFold(text[:len(list)], list) {
			_, after, _ := strings.Cut(text, " will be ")
			first, _, _ := strings.Cut(after, " ")
			return slices.Contains([]string{"set", "defined", "determined", "added", "announced", "provided"}, first)
		}
	}
	const longest = 60 // of a text that ends with one of these
	for _, phrase := range [...]string{"to be defined", "to be determined", "to be announced", "to be added", "to be decided", "to be confirmed", "as defined by", "no further requirements", "no additional requirements", "no other requirements", "no requirements beyond", "there are no further", "there are no additional"} {
		rest := len(text) - len(phrase)
		if rest >= 0 && (strings.EqualFold(text[:len(phrase)], phrase) || len(text) <= longest && strings.EqualFold(text[rest:], phrase)) {
			return true
		}
	}
	return false
}

// Inherited is an entry that a level takes over; From names the level it stands under,
// or is "" for the sections of the whole page.
type Inherited struct {
	Entry
	From string
}

// An Extension is a sentence such as "All requirements of previous roles plus", and what
// it was resolved to.
type Extension struct {
	Text
	Of        string // what it names: "previous roles", "the Senior role"
	Level     *Level // the level taken over, nil when it is none of this page
	WholePage bool   // what the page says for all its levels is taken over
}

// Found reports whether the page has what the sentence names.
func (e Extension) Found() bool { return e.Level != nil || e.WholePage }

// Slug is the anchor that GitLab and Hugo give to a heading.
func Slug(heading string) string {
	var b strings.Builder
	b.Grow(len(heading))
	for _, r := range strings.ToLower(strings.TrimSpace(heading)) {
		switch {
		case r == ' ' || r == '\t' || r == '-':
			b.WriteByte('-')
		case r == '_' || isWordRune(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}
