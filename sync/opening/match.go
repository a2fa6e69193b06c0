package opening

import (
	"cmp"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A pair is a step of the page with the task it has, nil when it has none yet.
type pair struct {
	step wishedStep
	task *task
}

// match finds the task of each step: the same words first, then the same people, then like
// words. The rest are tasks of steps that the page has no more.
func match(steps []wishedStep, tasks []task) (pairs []pair, dropped []task) {
	type candidate struct{ step, task, score, distance int }
	var all []candidate
	for i, s := range steps {
		for j, t := range tasks {
			if score := likeness(s.step, t.memory); score > 0 {
				all = append(all, candidate{i, j, score, max(i-j, j-i)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Or(b.score-a.score, a.distance-b.distance) })
	taken := make(map[int]bool, len(tasks))
	of := make(map[int]int, len(steps))
	for _, c := range all {
		if _, has := of[c.step]; !has && !taken[c.task] {
			of[c.step], taken[c.task] = c.task, true
		}
	}
	for i, s := range steps {
		p := pair{step: s}
		if j, ok := of[i]; ok {
			p.task = &tasks[j]
		}
		pairs = append(pairs, p)
	}
	for j, t := range tasks {
		if !taken[j] {
			dropped = append(dropped, t)
		}
	}
	return pairs, dropped
}

// likeness is how sure it is that a task is that of a step; 0 when it is another one.
func likeness(s hiring.Step, m stepMemory) int {
	words := stepWords(s)
	switch {
	case words == m.words:
		return 100
	case string(s.Kind) != m.kind:
		return 0
	case len(s.With) > 0 && strings.Join(s.With, "; ") == m.with:
		return 90
	}
	// Of these a process has one.
	switch s.Kind {
	case hiring.StepScreening, hiring.StepOffer, hiring.StepReferenceCheck, hiring.StepBackgroundCheck:
		return 80
	default:
	}
	have := map[string]bool{}
	for w := range strings.FieldsSeq(m.words) {
		have[w] = true
	}
	shared, total := 0, 0
	for w := range strings.FieldsSeq(words) {
		total++
		if have[w] {
			shared++
		}
	}
	most := max(total, len(have))
	if most == 0 || 3*shared < 2*most || len(s.With) > 0 && m.with != "" {
		return 0 // other people make another meeting
	}
	return 10 + 50*shared/most
}

// stepWords are the words by which a step is known again.
func stepWords(s hiring.Step) string {
	text := strings.Join(strings.Fields(strings.ToLower(s.Text.Text)), " ")
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300])
	}
	return text
}
