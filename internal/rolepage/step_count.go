package rolepage

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readCount reads the number of separate meetings.
func (r *reading) readCount() {
	number := r.number()
	switch {
	case r.step.Kind == hiring.StepReferenceCheck:
		r.step.Count = hiring.Exactly(1) // "three references"
	case number != nil && (r.head.plural() || (number.max > 1 || number.open) && r.step.Kind == hiring.StepInterview):
		r.step.Count = number.bounds()
	case r.step.Kind != hiring.StepInterview:
		r.step.Count = hiring.Exactly(1) // "a 3 question assessment"
	default:
		r.step.Count = r.meetings()
	}
}

// number is the number that counts the meetings, nil when there is none: "2-3 separate
// interviews", "technical interviews (2)".
func (r *reading) number() *amount {
	var found *amount
	for i, a := range r.amounts {
		if a.from >= r.from && !a.minutes && !ordinalOf(r.ts, a) && !r.holds(a.to) && (a.to <= r.head.to || r.counts(a) || has(r.ts, a.to, "of", "the", "following")) {
			found = &r.amounts[i]
		}
	}
	if found == nil {
		found = times(r.within, r.ts[r.head.to:])
	}
	if found == nil && r.head.plural() {
		for n, ts := range [][]token{r.ts[r.head.to:], r.within} {
			if n > 0 && len(r.met.list) > 1 {
				break // "Interviews with Designers (2) and a Manager"
			}
			if len(ts) > 0 && (ts[0].low == "x" || ts[0].low == "-" || ts[0].low == ":") {
				ts = ts[1:]
			}
			if a, ok := amountAt(ts, 0); ok && !a.minutes && (a.to >= len(ts) || !ts[a.to].word()) {
				number := a
				return &number
			}
		}
	}
	return found
}

// times reads "x2" and "x 2" in what stands in brackets and then in what comes after the head.
func times(inside, after []token) *amount {
	if !slices.ContainsFunc(inside, beginsTimes) && !slices.ContainsFunc(after, beginsTimes) {
		return nil
	}
	ts := slices.Concat(inside, after)
	for i, t := range ts {
		n, ok := strings.CutPrefix(t.low, "x")
		if !ok || n != "" && !isDigit(n[0]) {
			continue
		}
		if a, ok := amountAt(append(tokenize(n), ts[i+1:]...), 0); ok && !a.minutes {
			return &a
		}
	}
	return nil
}

func beginsTimes(t token) bool { return t.low[0] == 'x' }

// counts reports whether a number stands right before meetings: "a round that consists of 2-4
// interviews".
func (r *reading) counts(a amount) bool {
	to := a.to
	if long, ok := amountAt(r.ts, to); ok && long.minutes {
		to = long.to // "three 45-minute interviews"
	}
	for _, h := range r.hits {
		if h.at == to && h.kind == hiring.StepInterview && h.plural() {
			before := low(r.ts, a.from-1)
			restated := r.head.plural() && (before == ":" || before == "-") // "Technical interviews - two interviews with"
			return len(r.met.list) == 0 || restated || before == "of" && composed.of(low(r.ts, a.from-2))
		}
	}
	return false
}

// ordinalOf reports whether a number names a stage instead of counting it: "Round 1 interview".
func ordinalOf(ts []token, a amount) bool {
	name, isStage := stageWord(ts, a.from-1)
	return isStage && !name.verb || labels.of(low(ts, a.from-1))
}

// meetings counts the meetings by the people who are met.
func (r *reading) meetings() *hiring.Bounds {
	people := r.met.list
	if n := max(r.toldMeetings(), r.toldWith()); n > 1 {
		told := hiring.Exactly(n)
		if r.head.verb && len(people) > 0 && people[0].number != nil && !people[0].number.open { // "meet two Engineers and then have a call with"
			told.Min, told.Max = n-1+people[0].number.min, n-1+people[0].number.max
		}
		return told
	}
	if r.met.open && r.head.plural() {
		return nil // "interviews with the CMO and/or the CEO"
	}
	if r.met.either {
		if r.met.both {
			return &hiring.Bounds{Min: 1, Max: len(people)}
		}
		if !r.head.plural() || r.allSingle() {
			return hiring.Exactly(1)
		}
	}
	one := r.head.plural() && !r.articled()
	if len(people) == 0 || one && len(people) == 1 && people[0].number == nil {
		if one || r.several() {
			return nil // "interviews with the Hiring Manager"
		}
		return hiring.Exactly(1)
	}
	sum := &hiring.Bounds{}
	for _, who := range people {
		m := who.meetings()
		if m == nil || m.open {
			return nil
		}
		sum.Min, sum.Max = sum.Min+m.min, sum.Max+m.max
	}
	return sum
}

func (r *reading) allSingle() bool {
	for _, who := range r.met.list {
		if m := who.meetings(); m == nil || m.max > 1 {
			return false
		}
	}
	return true
}

// several reports whether the meetings are said to be more than one.
func (r *reading) several() bool {
	for i := r.from; i < r.head.at; i++ {
		if w := r.ts[i].low; w == "several" || w == "multiple" || w == "series" {
			return true
		}
	}
	return false
}

// toldMeetings is how many meetings a sentence tells one by one: "an interview with X and an
// interview with Y".
func (r *reading) toldMeetings() int {
	n, end := 0, 0
	for _, h := range r.hits {
		if h.kind != hiring.StepInterview || h.weak || h.plural() && h.at != r.hits[0].at {
			continue
		}
		if n == 0 || r.toldAnew(end, h.at) {
			n++
		}
		end = h.to
	}
	return n
}

// toldWith is how many meetings a sentence tells by with whom they are: "one with X and one with Y
// and Z", "an interview with X and another with Y".
func (r *reading) toldWith() int {
	n := 0
	for i := r.head.to; i+1 < len(r.ts); i++ {
		if r.ts[i+1].low == "with" && !r.stageAt(i) {
			n += counting(r.ts, i)
		}
	}
	if n > 0 && !r.head.plural() {
		n++ // the first is the head
	}
	return n
}

// toldAnew reports whether "and a" stands before a name of a meeting, after another.
func (r *reading) toldAnew(from, to int) bool {
	for i := to - 1; i > from; i-- {
		switch w := r.ts[i].low; {
		case w == "a" || w == "an" || w == "one" || w == "another":
			before := low(r.ts, i-1)
			return another.of(before) || labels.of(before)
		case breaks.of(w):
			return false
		}
	}
	return false
}

var another = set("and , by then plus")
