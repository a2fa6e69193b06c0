package rolepage

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A sentence is one in parts: its clause is what stands outside of brackets.
type sentence struct {
	text, clause, inside string
	ts, within           []token // of the clause, and of what stands inside
}

// parseSentence parts a sentence. Its tokens stand in the list.
func parseSentence(text string, list *tokenList) sentence {
	s := sentence{text: strings.TrimSpace(text)}
	s.clause, s.inside = brackets(plain(s.text))
	s.ts, s.within = list.tokenize(s.clause), tokenize(s.inside)
	return s
}

// A reading is a sentence on its way to a step; from is the token at which the clause begins that
// names the stage.
type reading struct {
	sentence
	amounts    []amount
	from       int
	hits       []hit // from the head on
	head       hit
	talkedOver bool // the candidate's work is gone through with them
	met        people

	step hiring.Step
}

// read reads the stage that a sentence names. ok is false where it names none.
func (s sentence) read() (r reading, ok bool) {
	all := hits(s.ts)
	if len(all) == 0 {
		return r, false
	}
	from := mainClause(s.ts, all)
	list := named(s.ts, all, from)
	if len(list) == 0 {
		return r, false
	}
	r = reading{sentence: s, from: from, hits: equated(s.ts, list)}
	r.head = compound(r.ts, r.hits)
	if r.talkedOver = r.head.kind == hiring.StepAssessment && r.goesThrough(); r.talkedOver {
		r.head.kind = hiring.StepInterview
	}
	r.amounts = amounts(r.ts)
	r.step = hiring.Step{Kind: r.head.kind, With: []string{}, Confidence: 1}
	r.readPeople()
	r.step.ByRole = len(r.step.With) == 0 && r.byRole()
	r.readKind()
	r.readDuration()
	r.readCount()
	r.step.Optional = r.optional()
	r.readDoubts()
	return r, true
}

// byRole reports whether the word before the stage says who holds it: "a peer interview".
func (r *reading) byRole() bool {
	if r.head.at == 0 {
		return false
	}
	before := r.ts[r.head.at-1].low
	person, _ := isPerson(before)
	return person || isBody(before) && before != "panel"
}

// goesThrough reports whether somebody goes through the candidate's work together with them: "the
// manager will review your portfolio with you", "you will discuss the exercise with a manager".
func (r *reading) goesThrough() bool {
	verb := slices.IndexFunc(r.ts[:r.head.at], func(t token) bool { return reviewing.of(t.low) })
	if verb < 0 {
		return false
	}
	theirs := slices.ContainsFunc(r.ts[:verb], func(t token) bool { return candidates.of(t.low) })
	for i := r.head.to; i < len(r.ts); i++ {
		if r.ts[i].low == "with" && (theirs || candidates.of(low(r.ts, i+1)) || candidates.of(low(r.ts, i+2)) || low(r.ts, i+1) == "them") {
			return true
		}
	}
	return false
}

var reviewing = set("review reviews discuss discusses")

// readKind corrects the kind by who is met: one meeting with several people is a panel, a talk
// about a piece of work is an interview.
func (r *reading) readKind() {
	switch {
	case r.head.review && len(r.met.list) > 0 && r.step.Kind == hiring.StepAssessment:
		r.step.Kind = hiring.StepInterview
	case len(r.met.list) == 1 && strings.HasPrefix(r.head.noun, "walk") && (r.met.list[0].body || r.met.list[0].plural):
		r.step.Kind = hiring.StepPanel // "walk the team through"
	case r.head.noun == "presentation" && r.recorded():
		r.step.Kind = hiring.StepAssessment
	}
	if r.step.Kind == hiring.StepInterview && (r.panelNamed() || r.jointly() || r.together()) {
		r.step.Kind = hiring.StepPanel
	}
}

// recorded reports whether candidates record what they present.
func (r *reading) recorded() bool {
	for _, t := range r.ts[r.from:r.head.at] {
		if strings.HasPrefix(strings.TrimPrefix(t.low, "pre-"), "record") {
			return true
		}
	}
	return false
}

// panelNamed reports whether an interview is called a panel later in the clause: "in a panel
// interview", "with a panel of".
func (r *reading) panelNamed() bool {
	for _, h := range r.hits {
		if h.kind == hiring.StepPanel && h.noun == "panel" {
			return !maybe.of(low(r.ts, h.at-3)) && !r.another(h) // "which may be a panel" leaves the form open
		}
	}
	return false
}

// another reports whether a name after the head is that of a meeting of its own: "followed by a
// panel interview with".
func (r *reading) another(h hit) bool {
	for i := h.at - 1; i > r.head.to; i-- {
		switch w := r.ts[i].low; {
		case w == "a" || w == "an":
			before := low(r.ts, i-1)
			return before == "and" || before == "then" || before == "plus" || has(r.ts, i-2, "followed", "by")
		case breaks.of(w):
			return false
		}
	}
	return false
}

// together reports whether the sentence tells of one meeting with several people at once.
func (r *reading) together() bool {
	if n := r.number(); n != nil && n.max > 1 {
		return false
	}
	if r.head.plural() && !r.articled() || r.met.inTurn || r.separate() || r.toldMeetings() > 1 || r.met.either {
		return false
	}
	count := 0
	for _, who := range r.met.list {
		m := who.meetings()
		switch {
		case m == nil && r.head.verb, m != nil && m.open:
			return false
		case m == nil || who.body && !r.head.verb:
			count += 2
		case m.min != m.max && len(r.met.list) == 1 && !r.articled():
			return false // "interview with 2-5 team members"
		default:
			count += m.max
		}
	}
	if r.head.verb && len(r.met.list) == 1 {
		return false // "will meet with two Engineers"
	}
	return count > 1
}

// jointly reports whether the sentence says that several people are met at once.
func (r *reading) jointly() bool {
	return r.met.several() && slices.ContainsFunc(r.ts[r.from:], func(t token) bool { return joint.of(t.low) })
}

var joint = set("joint jointly together")

// articled reports whether the head has an article of its own or a length before it: "a 50
// minute interviews" is one interview, whatever the plural says.
func (r *reading) articled() bool {
	for i := r.head.at - 1; i >= r.from; i-- {
		switch {
		case r.ts[i].low == "a" || r.ts[i].low == "an":
			return r.number() == nil
		case breaks.of(r.ts[i].low):
			return false
		}
	}
	return false
}

// separate reports whether the sentence says that there are several meetings.
func (r *reading) separate() bool {
	isApart := func(t token) bool { return apart.of(t.low) }
	_, lengths := durationIn(r.within)                                                                          // "the CFO (45 minutes) and the CEO (30 minutes)"
	return lengths > 1 || slices.ContainsFunc(r.ts[r.from:], isApart) || slices.ContainsFunc(r.within, isApart) // "(30 minutes each)"
}

var apart = set("each separate separately series multiple several individual individually back-to-back one-on-one one-on-ones")

// readDuration reads the length of one meeting. Work that candidates do by themselves has none.
func (r *reading) readDuration() {
	if !r.step.Kind.Meeting() && (r.step.Kind != hiring.StepAssessment || len(r.met.list) == 0) {
		return
	}
	r.step.Duration, _ = duration(r.ts, r.amounts, r.from)
	if r.step.Duration == nil {
		r.step.Duration, _ = durationIn(r.within)
	}
	if r.step.Duration == nil {
		r.step.Duration, _ = duration(r.ts, r.amounts, 0)
	}
}
