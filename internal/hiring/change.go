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

// CompareSteps sets the steps side by side that MatchSteps takes for the same, in the order of the
// page. Dropped steps stand where they were.
func CompareSteps(before, after []Step) []StepChange {
	before, after = before[:min(len(before), maxCompared)], after[:min(len(after), maxCompared)]
	of := MatchSteps(before, after)
	kept := inPlace(of)
	gone := make([]bool, len(before))
	for i := range before {
		gone[i] = !slices.Contains(of, i)
	}
	var rows []StepChange
	next := 0
	dropUpTo := func(end int) {
		for ; next < end; next++ {
			if gone[next] {
				rows = append(rows, StepChange{Verb: StepDropped, Before: &before[next], Was: next + 1})
			}
		}
	}
	for j := range after {
		// What was dropped before the next step that stayed comes before what is new there.
		end := len(before)
		if k := slices.Index(kept[j:], true); k >= 0 {
			end = of[j+k]
		}
		dropUpTo(end)
		i := of[j]
		if i < 0 {
			rows = append(rows, StepChange{Verb: StepAdded, After: &after[j], Is: j + 1})
			continue
		}
		row := stepChange(&before[i], &after[j], i+1, j+1)
		if !kept[j] && i != j {
			row.Verb = StepMoved
		}
		rows = append(rows, row)
	}
	dropUpTo(len(before))
	return rows
}

// inPlace tells which of the matched steps have kept their order, the most that can: a longest
// rising sequence of the numbers that they had.
func inPlace(of []int) []bool {
	length, from := make([]int, len(of)), make([]int, len(of))
	last := -1
	for j, i := range of {
		if i < 0 {
			continue
		}
		length[j], from[j] = 1, -1
		for k := range j {
			if of[k] >= 0 && of[k] < i && length[k] >= length[j] {
				length[j], from[j] = length[k]+1, k
			}
		}
		if last < 0 || length[j] > length[last] {
			last = j
		}
	}
	kept := make([]bool, len(of))
	for j := last; j >= 0; j = from[j] {
		kept[j] = true
	}
	return kept
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
	if len(c.Fields) == 0 {
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
