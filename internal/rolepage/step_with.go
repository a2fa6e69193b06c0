package rolepage

import (
	"slices"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// readPeople finds whom candidates meet.
func (r *reading) readPeople() {
	switch r.head.kind {
	case hiring.StepOffer, hiring.StepReferenceCheck, hiring.StepBackgroundCheck, hiring.StepOther:
		return
	default:
	}
	for i := r.head.at; i < len(r.ts); i++ {
		if !r.introduces(i) {
			continue
		}
		more := readPeople(r.clause, r.ts, i+1)
		if len(more.list) == 1 && more.list[0].body && low(r.ts, more.end) == ":" {
			if members := readPeople(r.clause, r.ts, more.end+1); members.known() {
				more = members // "your interview panel: a Manager and a Peer"
			}
		}
		word := r.ts[i].low
		if len(more.list) == 0 || (copula.of(word) || word == "and") && !more.clear() {
			continue
		}
		r.met.list = append(r.met.list, more.list...)
		r.met.either, r.met.both, r.met.inTurn = r.met.either || more.either, r.met.both || more.both, r.met.inTurn || more.inTurn
		r.met.open = r.met.open || more.open
		r.met.inTurn = r.met.inTurn || (word == "with" || word == "and") && len(r.met.list) > len(more.list)
		i = more.end - 1
	}
	if len(r.met.list) == 0 && r.head.kind != hiring.StepAssessment {
		r.met = r.beside()
	}
	r.step.With = r.met.titles()
}

// introduces reports whether people are named after a token: "with", "interviewed by", "a panel
// of", "present to".
func (r *reading) introduces(i int) bool {
	before, first := low(r.ts, i-1), len(r.met.list) == 0
	switch r.ts[i].low {
	case "with":
		return first && !r.aside(i) || before == "and" || before == "or" || before == "," || counting(r.ts, i-1) > 0 || minutesOf.of(before) > 0 || r.stageAt(i-1)
	case "include", "includes", "including":
		return first && r.step.Kind == hiring.StepPanel
	case "and":
		if minutesOf.of(before) > 0 && !first {
			return determiners.of(low(r.ts, i+1)) // "the CFO for 45 minutes and the CEO for 30 minutes"
		}
		return candidates.of(before) && (low(r.ts, i-2) == "between" || low(r.ts, i-3) == "between")
	case "between":
		return first && !candidates.of(low(r.ts, i+1)) && !candidates.of(low(r.ts, i+2)) && !numbered(r.ts[i:])
	case "be", "is":
		return first && r.head.kind == hiring.StepInterview && !r.head.verb && determiners.of(low(r.ts, i+1))
	case "by":
		return first && (holding.of(before) || r.stageAt(i-1) && r.head.kind != hiring.StepAssessment)
	case "from":
		return first && r.head.kind == hiring.StepScreening
	case "of":
		return first && (before == "panel" || before == "up" || before == "consisting" || before == "comprised" || before == "composed" || before == "consists")
	case "to":
		return first && talking.of(before) || first && r.head.kind == hiring.StepPanel && r.step.Kind == hiring.StepPanel && r.head.noun != "panel" && i > r.head.at
	case "walk", "walking":
		return first && walks(r.ts, i)
	case "meet", "meets":
		next := low(r.ts, i+1)
		return first && next != "with" && next != "again"
	}
	return false
}

// aside reports whether "with" belongs to another verb than that of the stage: "an interview
// about how you work with others".
func (r *reading) aside(i int) bool {
	if working.of(low(r.ts, i-1)) {
		return true
	}
	for j := r.head.to; j < i; j++ {
		if (actors.of(r.ts[j].low) || r.ts[j].low == "how") && !r.stageAt(i-1) {
			return true
		}
	}
	return false
}

var working = set("work works working worked collaborate collaborating collaboration experience experiences familiar familiarity comfortable deal dealing dealt along")

var (
	copula  = set("be is") // "the second interviews will be the Sales team"
	talking = set("speak speaks speaking talk talks talking introduced")
)

// stageAt reports whether a token is part of the name of a stage.
func (r *reading) stageAt(i int) bool {
	for _, h := range r.hits {
		if i >= h.at && i < h.to {
			return true
		}
	}
	return false
}

// holding are the verbs of those who hold a meeting.
var holding = set("conducted supervised led held hosted facilitated interviewed run conduct lead hold host interview conducts leads holds hosts interviews meet speak have call join")

// beside finds people who are named in another way than after "with": behind a mark ("Screening
// call - Recruiter"), as the subject ("Our CEO may conduct a final interview"), before a mark
// ("Recruiter: screening call"), in brackets.
func (r *reading) beside() people {
	for i := r.head.to; i < len(r.ts); i++ {
		if mark := r.ts[i].low; mark != ":" && mark != ";" && mark != "-" && mark != "," && mark != "|" {
			continue
		}
		if p := readPeople(r.clause, r.ts, i+1); p.known() {
			return p
		}
	}
	for i := 1; i < r.head.at; i++ {
		start, end := 0, i
		screens := r.head.kind == hiring.StepScreening || r.contacted(i) // "contacted by a Recruiter for a screening call"
		switch {
		case auxiliaries.of(r.ts[i].low) && (screens || r.holds(i)):
			start = r.subject(i)
		case screens && r.ts[i].low == "by", r.ts[i].low == "with" && pairing.of(r.ts[i-1].low):
			start, end = i+1, r.head.at
		case holding.of(r.ts[i].low) && i > r.from: // "the hiring manager conducts an interview"
			start = r.from
		case i >= r.from || r.ts[i].low != ":" && !isDash(r.ts, i):
			continue
		}
		p := readPeople(r.clause, r.ts[:end], start)
		if p.known() && (!screens || recruits(p.list[0].title) || r.holds(i)) {
			return p
		}
	}
	if r.head.verb && r.head.noun == "calls" { // "a Recruiter calls you"
		if p := readPeople(r.clause, r.ts[:r.head.at], r.from); p.clear() {
			return p
		}
	}
	inside, start := r.within, 0
	if a, ok := amountAt(inside, 0); ok && a.minutes && afterLength.of(low(inside, a.to)) {
		start = a.to + 1 // "(45 minutes with an Engineer)", "(45 minutes, Engineer)"
	}
	if p := readPeople(r.inside, inside, start); p.known() {
		return p
	}
	return people{}
}

// afterLength stand between a length of time and somebody's title.
var afterLength = set("with , ; : - |")

// contacted reports whether a verb between a token and the head tells who gets in touch for a call: "a
// Recruiter will reach out for a call".
func (r *reading) contacted(i int) bool {
	if r.head.noun != "call" && r.head.noun != "conversation" && r.head.noun != "chat" {
		return false
	}
	return slices.ContainsFunc(r.ts[i:max(i, r.head.at)], func(t token) bool { return contacting.of(t.low) })
}

var contacting = set("contact reach call phone email touch")

// subject is the token where the subject of a verb begins.
func (r *reading) subject(verb int) int {
	if r.from < verb {
		return r.from
	}
	if first := low(r.ts, 0); subordinate.of(first) || labels.of(first) {
		for i := range verb {
			if r.ts[i].low == "," {
				return i + 1
			}
		}
	}
	return 0 // "A Recruiter will contact candidates for a screening call"
}

// pairing before "with" and somebody's title tell of who is met: "paired with an Engineer for a
// technical interview".
var pairing = set("paired matched connected together")

// holds reports whether a verb of holding a meeting stands between a token and the head.
func (r *reading) holds(i int) bool {
	end := r.head.at
	if r.head.verb {
		end = r.head.to
	}
	for ; i < end; i++ {
		if holding.of(r.ts[i].low) || r.talkedOver && reviewing.of(r.ts[i].low) {
			return true
		}
	}
	return false
}
