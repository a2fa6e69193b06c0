package opening

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A pair is a step of the page with the task it has, nil when it has none yet.
type pair struct {
	step wishedStep
	task *task
	made forge.Issue // the task, once this run has made it
	// deleted says that the step had a task, and that a person has deleted it.
	deleted bool
}

// match finds the task of each step. Tasks of steps that the page has no more are dropped; they are
// known again when their steps come back.
func match(steps []wishedStep, tasks []task) (pairs []pair, dropped []task) {
	wished := make([]hiring.Step, len(steps))
	for i, s := range steps {
		wished[i] = s.step
		pairs = append(pairs, pair{step: s})
	}
	var live, gone []*task
	for i := range tasks {
		if tasks[i].gone() {
			gone = append(gone, &tasks[i])
		} else {
			live = append(live, &tasks[i])
		}
	}
	taken := map[*task]bool{}
	for i, j := range hiring.MatchSteps(stepsOf(live), wished) {
		if j >= 0 {
			pairs[i].task, taken[live[j]] = live[j], true
		}
	}
	var free []int
	var left []hiring.Step
	for i := range pairs {
		if pairs[i].task == nil {
			free, left = append(free, i), append(left, wished[i])
		}
	}
	for i, j := range hiring.FindSteps(stepsOf(gone), left) {
		if j >= 0 {
			pairs[free[i]].task, taken[gone[j]] = gone[j], true
		}
	}
	for i := range tasks {
		if !taken[&tasks[i]] {
			dropped = append(dropped, tasks[i])
		}
	}
	return pairs, dropped
}

// stepsOf are the steps of tasks as their marks remember them.
func stepsOf(tasks []*task) []hiring.Step {
	steps := make([]hiring.Step, len(tasks))
	for i, t := range tasks {
		steps[i] = hiring.Step{Kind: hiring.StepKind(t.memory.kind), Text: hiring.Text{Text: t.memory.words}}
		if t.memory.with != "" {
			steps[i].With = strings.Split(t.memory.with, withSeparator)
		}
	}
	return steps
}

const withSeparator = "; "
