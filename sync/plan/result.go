package plan

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// A State is what became of an opening.
type State string

// The states, in the order in which they are told.
const (
	Created   State = "created"
	Changed   State = "changed"
	Closed    State = "closed"
	Unchanged State = "unchanged"
	Failed    State = "failed"
)

// An Outcome is what became of one opening.
type Outcome struct {
	Opening
	State State
	Err   error // of one that failed
}

// A Result is what a run was to do, and what it did.
type Result struct {
	Plan   Plan
	Done   []Action
	Failed map[string]error // by opening, "" for the labels
}

// Add adds a round of the run. What failed before and went well now has not failed.
func (r *Result) Add(p Plan, done []Action, failed map[string]error) {
	p.Actions = append(slices.Clone(r.Done), p.Actions...)
	r.Plan, r.Failed = p, failed
	r.Done = append(r.Done, done...)
}

// Outcomes tells of every opening.
func (r Result) Outcomes() []Outcome {
	state := map[string]State{}
	for _, a := range r.Done {
		switch {
		case a.Object == Issue && a.Verb == Create:
			state[a.Opening] = Created
		case a.Object == Issue && a.Verb == Close:
			state[a.Opening] = Closed
		case state[a.Opening] == "":
			state[a.Opening] = Changed
		}
	}
	var all []Outcome
	known := map[string]bool{}
	for _, o := range r.Plan.Openings {
		known[o.ID] = true
		one := Outcome{Opening: o, State: state[o.ID], Err: r.Failed[o.ID]}
		switch {
		case one.Err != nil:
			one.State = Failed
		case one.State == "":
			one.State = Unchanged
		}
		all = append(all, one)
	}
	for id, err := range r.Failed {
		if !known[id] {
			all = append(all, Outcome{Opening: Opening{ID: id}, State: Failed, Err: err})
		}
	}
	order := []State{Created, Changed, Closed, Unchanged, Failed}
	slices.SortStableFunc(all, func(a, b Outcome) int {
		if a.State == b.State && !known[a.ID] && !known[b.ID] {
			return strings.Compare(a.ID, b.ID)
		}
		return slices.Index(order, a.State) - slices.Index(order, b.State)
	})
	return all
}

// Text writes the summary of a run for people.
func (r Result) Text(w io.Writer) error {
	var b strings.Builder
	for _, problem := range r.Plan.Problems {
		fmt.Fprintf(&b, "! %s\n", line(problem.String()))
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	n := map[State]int{}
	outcomes := r.Outcomes()
	for _, o := range outcomes {
		n[o.State]++
		fmt.Fprintf(&b, "%-9s  %s", o.State, line(orLabels(o.ID)))
		if o.Title != "" {
			fmt.Fprintf(&b, ": %s", line(o.Title))
		}
		if o.URL != "" {
			fmt.Fprintf(&b, "  %s", o.URL)
		}
		b.WriteByte('\n')
		if o.Err == nil {
			continue
		}
		for text := range strings.SplitSeq(o.Err.Error(), "\n") {
			fmt.Fprintf(&b, "           %s\n", line(text))
		}
	}
	if len(outcomes) > 0 {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%d created, %d changed, %d closed, %d unchanged, %d failed\n", n[Created], n[Changed], n[Closed], n[Unchanged], n[Failed])
	_, err := io.WriteString(w, b.String())
	return err
}

func orLabels(id string) string {
	if id == "" {
		return "labels"
	}
	return id
}
