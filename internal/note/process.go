package note

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// processes has a part for every hiring process that the merge request changes: a table with
// the steps before and after, and a chart of those after.
func processes(s Summary) []part {
	var parts []part
	for _, p := range s.Pages {
		for _, c := range changedProcesses(p) {
			parts = append(parts, processPart(p, c))
		}
	}
	return parts
}

// A processChange is one process before and after; nil where there was or is none.
type processChange struct {
	scope         string
	before, after *hiring.Process
}

// changedProcesses pairs the processes of a page by their scope and leaves out those whose
// steps read the same.
func changedProcesses(p Page) []processChange {
	var changes []processChange
	rest := slices.Clone(p.ProcessBefore)
	for _, after := range p.ProcessAfter {
		c := processChange{scope: after.Scope, after: after}
		i := slices.IndexFunc(rest, func(b *hiring.Process) bool { return b.Scope == after.Scope })
		if i < 0 && len(p.ProcessBefore) == 1 && len(p.ProcessAfter) == 1 {
			i = 0 // the only process, under another name
		}
		if i >= 0 {
			c.before = rest[i]
			rest = slices.Delete(rest, i, i+1)
		}
		changes = append(changes, c)
	}
	for _, before := range rest {
		changes = append(changes, processChange{scope: before.Scope, before: before})
	}
	return slices.DeleteFunc(changes, func(c processChange) bool {
		return slices.EqualFunc(steps(c.before), steps(c.after), sameStep)
	})
}

func steps(p *hiring.Process) []hiring.Step {
	if p == nil {
		return nil
	}
	return p.Steps
}

func processPart(p Page, c processChange) part {
	name := p.Title
	if name == "" {
		name = p.Path
	}
	title := safe.Phrase("“%s”", safe.Short(name, 80))
	if c.scope != "" {
		title = safe.Phrase("“%s”, %s", safe.Short(name, 80), safe.Short(c.scope, 80))
	}
	change := changeWords(c)
	var open, folded safe.Builder
	open.Para("**Hiring process of %s**: %s", title, change)
	processBody(&open, c)
	folded.Details(func(b *safe.Builder) { processBody(b, c) }, "Hiring process of %s: %s", title, change)
	return part{open: open.Markdown(), folded: folded.Markdown()}
}

// changeWords says what happened to a process in a few words.
func changeWords(c processChange) safe.Value {
	switch {
	case len(steps(c.before)) == 0:
		return safe.Phrase("new, with %s", safe.Count(len(steps(c.after)), "step", "steps"))
	case len(steps(c.after)) == 0:
		return safe.Phrase("taken away; it had %s", safe.Count(len(steps(c.before)), "step", "steps"))
	case len(steps(c.before)) == len(steps(c.after)):
		return safe.Phrase("changed; %s as before", safe.Count(len(steps(c.after)), "step", "steps"))
	}
	return safe.Phrase("changed; %s, before it was %s", safe.Count(len(steps(c.after)), "step", "steps"), safe.Num(len(steps(c.before))))
}

func processBody(b *safe.Builder, c processChange) {
	t := safe.NewTable("", "Before", "After")
	for _, r := range align(steps(c.before), steps(c.after)) {
		t.Row(r.change.word(), r.stepBefore(), r.stepAfter())
	}
	b.Table(t)
	if len(steps(c.after)) > 0 {
		chart := hiring.Mermaid(c.after)
		b.Details(func(b *safe.Builder) { b.Fence("mermaid", chart) }, "Chart of the new process")
	}
}

type change int

const (
	same change = iota
	changed
	added
	dropped
)

func (c change) word() safe.Value {
	switch c {
	case changed:
		return safe.Word("**changed**")
	case added:
		return safe.Word("**new**")
	case dropped:
		return safe.Word("**gone**")
	case same:
	}
	return safe.Word("")
}

// A row of the comparison. Numbers are from 1, 0 where the step is not there.
type row struct {
	change        change
	before, after *hiring.Step
	was, is       int
}

func (r row) stepBefore() safe.Value { return stepWords(r.before, r.was) }
func (r row) stepAfter() safe.Value {
	if r.change == same && r.was == r.is {
		return safe.Word("〃")
	}
	return stepWords(r.after, r.is)
}

func stepWords(s *hiring.Step, number int) safe.Value {
	if s == nil {
		return safe.Word("")
	}
	return safe.Phrase("%s. %s", safe.Num(number), safe.Short(s.Text.Text, 160))
}

// sameStep reports whether two steps read the same; blanks and line breaks don't count.
func sameStep(a, b hiring.Step) bool {
	return slices.Equal(strings.Fields(a.Text.Text), strings.Fields(b.Text.Text))
}

// likeStep reports whether b is a changed a rather than another step: same kind, and the
// same people or most of the same words.
func likeStep(a, b hiring.Step) bool {
	if a.Kind != b.Kind {
		return false
	}
	if len(a.With) > 0 && slices.Equal(a.With, b.With) {
		return true
	}
	words := make(map[string]bool)
	for w := range strings.FieldsSeq(strings.ToLower(a.Text.Text)) {
		words[w] = true
	}
	shared, all := 0, 0
	for w := range strings.FieldsSeq(strings.ToLower(b.Text.Text)) {
		all++
		if words[w] {
			shared++
		}
	}
	return all > 0 && 2*shared >= max(all, len(words))
}

// maxSteps bounds the comparison, whose cost is the product of the numbers of steps. No page
// has nearly as many.
const maxSteps = 100

// align sets equal steps side by side (a longest common sequence), then changed ones that
// stand between the same neighbours.
func align(before, after []hiring.Step) []row {
	before, after = before[:min(len(before), maxSteps)], after[:min(len(after), maxSteps)]
	// length[i][j] is the number of equal steps in the best pairing of before[i:] and after[j:].
	length := make([][]int, len(before)+1)
	for i := range length {
		length[i] = make([]int, len(after)+1)
	}
	for i := len(before) - 1; i >= 0; i-- {
		for j := len(after) - 1; j >= 0; j-- {
			if sameStep(before[i], after[j]) {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var rows []row
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		switch {
		case i < len(before) && j < len(after) && sameStep(before[i], after[j]):
			rows = append(rows, row{same, &before[i], &after[j], i + 1, j + 1})
			i, j = i+1, j+1
		case i < len(before) && j < len(after) && likeStep(before[i], after[j]) && length[i+1][j+1] == length[i][j]:
			rows = append(rows, row{changed, &before[i], &after[j], i + 1, j + 1})
			i, j = i+1, j+1
		case j == len(after) || i < len(before) && length[i+1][j] >= length[i][j+1]:
			rows = append(rows, row{dropped, &before[i], nil, i + 1, 0})
			i++
		default:
			rows = append(rows, row{added, nil, &after[j], 0, j + 1})
			j++
		}
	}
	return rows
}
