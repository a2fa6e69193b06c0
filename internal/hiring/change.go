package hiring

import (
	"slices"
	"strings"
)

// A StepVerb says what happened to a step between two versions of a page.
type StepVerb string

// The verbs.
const (
	StepSame    StepVerb = ""
	StepAdded   StepVerb = "added"
	StepDropped StepVerb = "dropped"
	StepMoved   StepVerb = "moved"
	StepChanged StepVerb = "changed"
)

// A StepChange is a step before and after. A moved step may have changed as well.
type StepChange struct {
	Verb          StepVerb
	Before, After *Step // nil where the step was or is not there
	Was, Is       int   // its number, from 1; 0 likewise
	Fields        []FieldChange
}

// A FieldChange is one thing that reads differently: "duration", "30 minutes", "45 minutes".
type FieldChange struct {
	Field, Old, New string
}

// A ProcessChange is a process before and after; nil where there was or is none.
type ProcessChange struct {
	Scope         string
	Before, After *Process
	Steps         []StepChange // all of them, those that are the same too, in the order of the page
}

// CompareProcesses pairs the processes of two versions of a page by their scope, and tells how
// those differ whose steps are not the same.
func CompareProcesses(before, after []*Process) []ProcessChange {
	var changes []ProcessChange
	add := func(scope string, b, a *Process) {
		c := ProcessChange{Scope: scope, Before: b, After: a, Steps: CompareSteps(stepsOf(b), stepsOf(a))}
		if slices.ContainsFunc(c.Steps, func(s StepChange) bool { return s.Verb != StepSame }) {
			changes = append(changes, c)
		}
	}
	rest := slices.Clone(before)
	for _, a := range after {
		i := slices.IndexFunc(rest, func(b *Process) bool { return b.Scope == a.Scope })
		if i < 0 && len(before) == 1 && len(after) == 1 {
			i = 0 // the only process, under another name
		}
		if i < 0 {
			add(a.Scope, nil, a)
			continue
		}
		add(a.Scope, rest[i], a)
		rest = slices.Delete(rest, i, i+1)
	}
	for _, b := range rest {
		add(b.Scope, b, nil)
	}
	return changes
}

func stepsOf(p *Process) []Step {
	if p == nil {
		return nil
	}
	return p.Steps
}

// maxCompared bounds the comparison, whose cost is the product of the numbers of steps. No page
// has nearly as many.
const maxCompared = 200

// CompareSteps sets steps that read the same side by side (a longest common sequence), then those
// that changed between the same neighbours, then those that moved. Dropped steps stand where they
// were.
func CompareSteps(before, after []Step) []StepChange {
	before, after = before[:min(len(before), maxCompared)], after[:min(len(after), maxCompared)]
	// length[i][j] is the number of equal steps in the best pairing of before[i:] and after[j:].
	length := make([][]int, len(before)+1)
	for i := range length {
		length[i] = make([]int, len(after)+1)
	}
	for i, b := range slices.Backward(before) {
		for j := len(after) - 1; j >= 0; j-- {
			if sameWords(b, after[j]) {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var rows []StepChange
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		both := i < len(before) && j < len(after)
		switch {
		case both && sameWords(before[i], after[j]):
			rows = append(rows, stepChange(&before[i], &after[j], i+1, j+1))
			i, j = i+1, j+1
		case both && likeness(before[i], after[j]) > 0 && length[i+1][j+1] == length[i][j] && !likelier(before, after, i, j):
			rows = append(rows, stepChange(&before[i], &after[j], i+1, j+1))
			i, j = i+1, j+1
		case j == len(after) || i < len(before) && length[i+1][j] >= length[i][j+1]:
			rows = append(rows, StepChange{Verb: StepDropped, Before: &before[i], Was: i + 1})
			i++
		default:
			rows = append(rows, StepChange{Verb: StepAdded, After: &after[j], Is: j + 1})
			j++
		}
	}
	return moves(rows)
}

// likelier reports whether a later step would make the better partner for before[i] than after[j],
// so that after[j] is a new step put before it.
func likelier(before, after []Step, i, j int) bool {
	score := likeness(before[i], after[j])
	return slices.ContainsFunc(after[j+1:], func(s Step) bool { return likeness(before[i], s) > score }) &&
		!slices.ContainsFunc(before[i+1:], func(s Step) bool { return sameWords(s, after[j]) })
}

// moves joins a step that is gone in one place and new in another.
func moves(rows []StepChange) []StepChange {
	for d := 0; d < len(rows); d++ {
		if rows[d].Verb != StepDropped {
			continue
		}
		best, score := -1, 0
		for a := range rows {
			if rows[a].Verb == StepAdded {
				if s := likeness(*rows[d].Before, *rows[a].After); s >= sure && s > score {
					best, score = a, s
				}
			}
		}
		if best < 0 {
			continue
		}
		joined := stepChange(rows[d].Before, rows[best].After, rows[d].Was, rows[best].Is)
		if joined.Was != joined.Is && !neighbours(rows, d, best) {
			joined.Verb = StepMoved
		}
		rows[best] = joined
		rows = slices.Delete(rows, d, d+1)
		d--
	}
	return rows
}

// neighbours reports whether nothing but steps that came or went stands between two rows.
func neighbours(rows []StepChange, a, b int) bool {
	for _, r := range rows[min(a, b)+1 : max(a, b)] {
		if r.Verb != StepAdded && r.Verb != StepDropped {
			return false
		}
	}
	return true
}

func stepChange(before, after *Step, was, is int) StepChange {
	c := StepChange{Before: before, After: after, Was: was, Is: is}
	field := func(name, old, now string) {
		if old != now {
			c.Fields = append(c.Fields, FieldChange{name, old, now})
		}
	}
	field("kind", before.Kind.Name(), after.Kind.Name())
	field("duration", before.Minutes(), after.Minutes())
	field("meetings", before.Meetings(), after.Meetings())
	field("with", strings.Join(before.With, ", "), strings.Join(after.With, ", "))
	field("optional", yesNo(before.Optional), yesNo(after.Optional))
	if len(c.Fields) == 0 && !sameWords(*before, *after) {
		field("wording", oneLine(before.Text.Text), oneLine(after.Text.Text))
	}
	if len(c.Fields) > 0 {
		c.Verb = StepChanged
	}
	return c
}

// Minutes says how long a meeting takes: "30 minutes", "45 to 60 minutes"; "" when the page does
// not say.
func (s Step) Minutes() string {
	if s.Duration == nil {
		return ""
	}
	return boundsText(*s.Duration) + " minutes"
}

// Meetings says how many there are: "2–3"; "" when the page leaves it open.
func (s Step) Meetings() string {
	if s.Count == nil {
		return ""
	}
	return boundsText(*s.Count)
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// sameWords reports whether two steps read the same; blanks and line breaks don't count.
func sameWords(a, b Step) bool { return oneLine(a.Text.Text) == oneLine(b.Text.Text) }

// likeness is how sure it is that b is a changed a; 0 when it is another step. Steps of a kind
// that a process has one of, or with the same people, are the same; else the words decide.
func likeness(a, b Step) int {
	switch {
	case sameWords(a, b):
		return 100
	case a.Kind != b.Kind && a.Kind.Meeting() != b.Kind.Meeting():
		return 0
	case len(a.With) > 0 && slices.EqualFunc(a.With, b.With, strings.EqualFold):
		return 90
	case a.Kind == b.Kind && !a.Kind.Repeats():
		return 80
	}
	words := map[string]bool{}
	for w := range strings.FieldsSeq(strings.ToLower(a.Text.Text)) {
		words[w] = true
	}
	shared, all := 0, 0
	for w := range strings.FieldsSeq(strings.ToLower(b.Text.Text)) {
		if all++; words[w] {
			shared++
		}
	}
	if most := max(all, len(words)); most > 0 && 2*shared >= most {
		return 60 * shared / most
	}
	return 0
}

// sure is the likeness from which on a step is known again in another place: two thirds of its
// words. In its own place half of them will do.
const sure = 40

// Repeats reports whether a process may well have several steps of a kind.
func (k StepKind) Repeats() bool {
	return k == StepInterview || k == StepPanel || k == StepAssessment || k == StepOther
}
