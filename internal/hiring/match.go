package hiring

import (
	"slices"
	"strings"
)

// maxCompared bounds the comparison of steps, whose cost is the cube of their number. No page has nearly
// as many; of more, those are the same that read the same.
const maxCompared = 200

// MatchSteps tells which step of before each step of after is: an index, or -1 for one that is
// new. It is the one judgement of identity, for what a merge request shows and for running plans.
//
// Steps are known by their words and by the people whom they name. Words that many steps have in
// common ("candidates will be invited to schedule") say little and weigh little. Of all ways to pair
// the steps that are surely the same, the likeliest as a whole is taken, whatever their order. What
// is left between the same neighbours is the same step, too, if it is of the same kind and half of its
// words have stayed: there somebody has put other people into the sentence.
func MatchSteps(before, after []Step) []int {
	if len(before) > maxCompared || len(after) > maxCompared {
		return matchWords(before, after)
	}
	of, b, a := match(before, after)
	kept := inPlace(of)
	for j := 0; j < len(a); {
		if of[j] >= 0 {
			j++
			continue
		}
		end := j
		for end < len(a) && of[end] < 0 {
			end++
		}
		pairGap(of, b, a, kept, j, end)
		j = end
	}
	return of
}

// FindSteps is MatchSteps for steps that have left the process: their order and neighbours say
// nothing any more.
func FindSteps(gone, after []Step) []int {
	if len(gone) > maxCompared || len(after) > maxCompared {
		return matchWords(gone, after)
	}
	of, _, _ := match(gone, after)
	return of
}

// matchWords pairs steps that read the same, in their order.
func matchWords(before, after []Step) []int {
	free := map[string][]int{}
	for i, s := range before {
		free[s.Words()] = append(free[s.Words()], i)
	}
	of := make([]int, len(after))
	for j, s := range after {
		of[j] = -1
		if list := free[s.Words()]; len(list) > 0 {
			of[j], free[s.Words()] = list[0], list[1:]
		}
	}
	return of
}

// match pairs the steps that are surely the same.
func match(before, after []Step) (of []int, b, a []profile) {
	b, a = profiles(before), profiles(after)
	weigh(b, a)
	score := make([][]int, len(a))
	for j := range a {
		score[j] = make([]int, len(b))
		for i := range b {
			if s := likeness(b[i], a[j]); s >= sure {
				// Of equal steps those in their old place, from the first or from the last.
				score[j][i] = 10*s + 50>>min(distance(i, j), distance(len(b)-i, len(a)-j))
			}
		}
	}
	return assign(score, len(b)), b, a
}

func distance(a, b int) int { return max(a-b, b-a) }

// pairGap pairs the steps after[from:to], which are all new so far, with those of before that stood
// between the same neighbours, in their order.
func pairGap(of []int, before, after []profile, kept []bool, from, to int) {
	low, high := 0, len(before)
	for j := range from {
		if kept[j] {
			low = of[j] + 1
		}
	}
	for j := len(after) - 1; j >= to; j-- {
		if kept[j] {
			high = of[j]
		}
	}
	var free []int
	for i := low; i < high; i++ {
		if !slices.Contains(of, i) {
			free = append(free, i)
		}
	}
	// best[x][y] is the best sum for free[x:] and after[from+y:to].
	best := make([][]int, len(free)+1)
	for x := range best {
		best[x] = make([]int, to-from+1)
	}
	for x, i := range slices.Backward(free) {
		for y := to - from - 1; y >= 0; y-- {
			best[x][y] = max(best[x+1][y], best[x][y+1])
			if s := inGap(before[i], after[from+y]); s > 0 {
				best[x][y] = max(best[x][y], s+best[x+1][y+1])
			}
		}
	}
	for x, y := 0, 0; x < len(free) && y < to-from; {
		switch s := inGap(before[free[x]], after[from+y]); {
		case s > 0 && best[x][y] == s+best[x+1][y+1]:
			of[from+y] = free[x]
			x, y = x+1, y+1
		case best[x][y] == best[x+1][y]:
			x++
		default:
			y++
		}
	}
}

// inGap is how alike two steps between the same neighbours are; 0 when they are not the same.
func inGap(a, b profile) int {
	if share := inCommon(a, b); a.kind == b.kind && share >= 50 {
		return share
	}
	return 0
}

// inCommon is the share of words that two steps have in common, in hundredths.
func inCommon(a, b profile) int {
	shared := 0
	for w := range a.words {
		if _, ok := b.words[w]; ok {
			shared++
		}
	}
	return 100 * shared / max(len(a.words), len(b.words), 1)
}

// A profile is what a step is known by.
type profile struct {
	kind   StepKind
	text   string
	words  map[string]int // without those of the titles, with their weights
	people []string       // their titles, the words of each in small letters and in order
}

func profiles(steps []Step) []profile {
	all := make([]profile, len(steps))
	for i, s := range steps {
		p := profile{kind: s.Kind, text: s.Words(), words: map[string]int{}}
		for w := range strings.FieldsFuncSeq(p.text, notWordRune) {
			p.words[w] = 0
		}
		for _, title := range s.With {
			words := strings.FieldsFunc(strings.ToLower(title), notWordRune)
			for _, w := range words {
				delete(p.words, w)
			}
			slices.Sort(words)
			p.people = append(p.people, strings.Join(words, " "))
		}
		slices.Sort(p.people)
		all[i] = p
	}
	return all
}

func notWordRune(r rune) bool { return !isWordRune(r) }

// weigh gives each word its weight: the less, the more steps have it.
func weigh(before, after []profile) {
	all := slices.Concat(before, after)
	steps := map[string]int{}
	for _, p := range all {
		for w := range p.words {
			steps[w]++
		}
	}
	for _, p := range all {
		for w := range p.words {
			p.words[w] = 1000 / steps[w]
		}
	}
}

// Words are the words by which a step is known again: in small letters, and no more of them than a
// mark on GitLab can hold.
func (s Step) Words() string {
	text := strings.ToLower(oneLine(s.Text.Text))
	if r := []rune(text); len(r) > 300 {
		text = string(r[:300])
	}
	return text
}

// ownText is the number of words from which on a step has a text of its own, and no sentence that
// serves for many.
const ownText = 25

// sure is the likeness from which on two steps are the same, wherever they stand.
const sure = 50

// likeness is how sure it is that one step is the other, from 0 to 100.
func likeness(a, b profile) int {
	if a.text == b.text {
		return 100
	}
	shared, weightA, weightB := 0, 0, 0
	for w, n := range a.words {
		weightA += n
		if _, ok := b.words[w]; ok {
			shared += n
		}
	}
	for _, n := range b.words {
		weightB += n
	}
	words := 0 // the share of words, by weight
	if most := max(weightA, weightB); most > 0 {
		words = 90 * shared / most
	}
	switch people := samePeople(a.people, b.people); {
	case a.kind.Meeting() != b.kind.Meeting():
		return words - 30
	case a.kind == b.kind && !a.kind.Repeats():
		return 75 + words/5
	case len(a.words) >= ownText && inCommon(a, b) >= 85:
		return 85
	case len(a.people) > 0 && len(b.people) > 0:
		return (words + people) / 2
	case 3*words >= 2*90:
		return words
	}
	return 0
}

// samePeople is how alike two lists of titles are, from 0 to 100: a title may be written in another
// order ("Manager, Product Design"), or more or less of it.
func samePeople(a, b []string) int {
	best := 0
	for _, x := range a {
		for _, y := range b {
			switch {
			case x == y && len(a) == len(b) && (len(a) == 1 || slices.Equal(a, b)):
				return 100
			case within(x, y) || within(y, x):
				best = 70
			}
		}
	}
	return best
}

// within reports whether all words of a title are in another one.
func within(title, other string) bool {
	for w := range strings.SplitSeq(title, " ") {
		if !slices.Contains(strings.Split(other, " "), w) {
			return false
		}
	}
	return title != ""
}

// Repeats reports whether a process may well have several steps of a kind.
func (k StepKind) Repeats() bool {
	return k == StepInterview || k == StepPanel || k == StepAssessment || k == StepOther
}

// assign pairs rows with columns so that the sum of the scores is the largest (the Hungarian method,
// row by row with potentials). A pair with a score of 0 is none: the result has -1 for its row.
func assign(score [][]int, columns int) []int {
	rows := len(score)
	width := columns + rows // each row may stay alone, with a column of its own
	cost := func(r, c int) int {
		if c < columns {
			return -score[r][c]
		}
		return 0
	}
	u, v := make([]int, rows+1), make([]int, width+1)
	rowOf := make([]int, width+1) // from 1, 0 for none
	for r := 1; r <= rows; r++ {
		rowOf[0] = r
		least, from, done := make([]int, width+1), make([]int, width+1), make([]bool, width+1)
		for c := range least {
			least[c] = 1 << 40
		}
		at := 0
		for rowOf[at] != 0 {
			done[at] = true
			row, delta, next := rowOf[at], 1<<40, 0
			for c := 1; c <= width; c++ {
				if done[c] {
					continue
				}
				if d := cost(row-1, c-1) - u[row] - v[c]; d < least[c] {
					least[c], from[c] = d, at
				}
				if least[c] < delta {
					delta, next = least[c], c
				}
			}
			for c := range done {
				if done[c] {
					u[rowOf[c]] += delta
					v[c] -= delta
				} else {
					least[c] -= delta
				}
			}
			at = next
		}
		for at != 0 {
			rowOf[at] = rowOf[from[at]]
			at = from[at]
		}
	}
	of := make([]int, rows)
	for r := range of {
		of[r] = -1
	}
	for c := 1; c <= columns; c++ {
		if r := rowOf[c]; r > 0 && score[r-1][c-1] > 0 {
			of[r-1] = c - 1
		}
	}
	return of
}
