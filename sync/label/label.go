// Package label keeps the labels of hiring plans: every label is declared here, with its colour
// by kind and its place in the order.
package label

import (
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// A Kind decides a label's colour.
type Kind string

// The kinds.
const (
	Opening    Kind = "opening"
	Role       Kind = "role"
	Level      Kind = "level"
	Department Kind = "department"
	Stage      Kind = "stage"
	Hold       Kind = "on hold"
)

// colors are of GitLab's own palette.
var colors = map[Kind]string{
	Opening: "#6699cc", Role: "#3cb371", Level: "#8fbc8f", Department: "#9400d3", Stage: "#808080", Hold: "#eee600",
}

// stageColors are those of stages, by the kind of their step.
var stageColors = map[hiring.StepKind]string{
	hiring.StepScreening: "#0000ff", hiring.StepAssessment: "#ed9121", hiring.StepInterview: "#dc143c", hiring.StepPanel: "#c21e56",
	hiring.StepReferenceCheck: "#36454f", hiring.StepBackgroundCheck: "#36454f", hiring.StepOffer: "#009966",
}

// ownedMark begins the description of every label that roleplan has made.
const ownedMark = "Kept by roleplan: "

// OnHold is the label of openings for which nobody is sought at present. Time with it on counts for
// no stage.
const OnHold = "on hold"

// ofStage follows ownedMark in the descriptions of stages.
const ofStage = "a stage of the hiring process in "

// IsStage reports whether a label has the description of a stage.
func IsStage(description string) bool { return strings.HasPrefix(description, ownedMark+ofStage) }

// A Declared label is one that plans ask for.
type Declared struct {
	Name     string // as GitLab will have it
	Kind     Kind
	Step     hiring.StepKind // of a stage
	Source   string          // where it comes from: a page's path, or a file
	Priority int             // from 1, 0 for none
	Earlier  []string        // names that it had
}

func (d Declared) color() string {
	if c := stageColors[d.Step]; d.Kind == Stage && c != "" {
		return c
	}
	return colors[d.Kind]
}

func (d Declared) description() safe.Line {
	switch d.Kind {
	case Opening:
		return safe.Title("Kept by roleplan: an opening, declared in %s", safe.Text(d.Source))
	case Role:
		return safe.Title("Kept by roleplan: the role of %s", safe.Text(d.Source))
	case Level:
		return safe.Title("Kept by roleplan: a level of %s", safe.Text(d.Source))
	case Department:
		return safe.Title("Kept by roleplan: the department of %s", safe.Text(d.Source))
	case Hold:
		return safe.Title("Kept by roleplan: nobody is sought for the opening at present")
	default:
		return safe.Title("Kept by roleplan: a stage of the hiring process in %s", safe.Text(d.Source))
	}
}

// A Write is an action with what does it.
type Write struct {
	Action plan.Action
	Create bool
	ID     int64 // of the label to change
	Fields forge.LabelWrite
}

// Diff compares the declared labels with those that are there. Labels that roleplan did not make
// are used as they are; so are those of groups. A label of roleplan's that has an earlier name is renamed,
// and with it stays on all issues.
func Diff(declared []Declared, have []forge.Label) []Write {
	byName := map[string]forge.Label{}
	for _, l := range have {
		byName[strings.ToLower(l.Name)] = l
	}
	var writes []Write
	done := map[string]bool{}
	wanted := map[string]bool{}
	for _, d := range declared {
		wanted[strings.ToLower(d.Name)] = true
	}
	for _, d := range declared {
		key := strings.ToLower(d.Name)
		if done[key] || d.Name == "" {
			continue
		}
		done[key] = true
		l, exists := byName[key]
		if !exists {
			l, exists = earlier(d, byName, wanted)
		}
		switch {
		case !exists:
			writes = append(writes, create(d))
		case !own(l):
		default:
			if w, differs := update(d, l); differs {
				writes = append(writes, w)
			}
		}
	}
	return writes
}

// own reports whether a label is roleplan's to change.
func own(l forge.Label) bool { return !l.Group && strings.HasPrefix(l.Description, ownedMark) }

// earlier finds the label under a name that it had, once: it is taken out of byName. One that is still
// wanted by its old name stays.
func earlier(d Declared, byName map[string]forge.Label, wanted map[string]bool) (forge.Label, bool) {
	for _, name := range d.Earlier {
		key := strings.ToLower(name)
		if l, ok := byName[key]; ok && own(l) && !wanted[key] {
			delete(byName, key)
			return l, true
		}
	}
	return forge.Label{}, false
}

func create(d Declared) Write {
	name, color, description := safe.Label(d.Name), d.color(), d.description()
	w := Write{
		Create: true,
		Fields: forge.LabelWrite{Name: &name, Color: &color, Description: &description},
		Action: plan.Action{Verb: plan.Create, Object: plan.Label, Title: d.Name, Why: "plans are marked with it (" + string(d.Kind) + ")"},
	}
	if d.Priority > 0 {
		w.Fields.Priority = &d.Priority
	}
	return w
}

// update brings a label of roleplan's own in line.
func update(d Declared, l forge.Label) (Write, bool) {
	w := Write{ID: l.ID, Action: plan.Action{Verb: plan.Update, Object: plan.Label, Title: d.Name, Why: "it differs from what is declared"}}
	if !strings.EqualFold(l.Name, d.Name) {
		name := safe.Label(d.Name)
		w.Fields.Name = &name
		w.Action.Changes = append(w.Action.Changes, plan.Change{Field: "name", Old: l.Name, New: d.Name})
		w.Action.Why = "it had another name"
	}
	if color := d.color(); !strings.EqualFold(l.Color, color) {
		w.Fields.Color = &color
		w.Action.Changes = append(w.Action.Changes, plan.Change{Field: "color", Old: l.Color, New: color})
	}
	if description := d.description(); l.Description != description.String() {
		w.Fields.Description = &description
		w.Action.Changes = append(w.Action.Changes, plan.Change{Field: "description", Old: l.Description, New: description.String()})
	}
	if d.Priority > 0 && (l.Priority == nil || *l.Priority != d.Priority) {
		w.Fields.Priority = &d.Priority
		w.Action.Changes = append(w.Action.Changes, plan.Change{Field: "priority", Old: number(l.Priority), New: strconv.Itoa(d.Priority)})
	}
	return w, len(w.Action.Changes) > 0
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
