package rolepage

import "strings"

// relativeClause is the number of tokens of a clause that begins at a token of a list and says which team
// or group a title speaks of: "the Hiring Manager for the team you are interviewing for". It is
// part of the title, which would name no team without it. A clause that says more of the person
// is not ("the manager you would report to"), nor one of those who are met as a whole ("the team
// you will join").
func relativeClause(ts []token, start, i int) int {
	if !placed(ts, start, i-1) {
		return 0
	}
	at := i
	if (low(ts, at) == "that" || low(ts, at) == "which") && low(ts, at-1) != "," {
		at++
	}
	switch next := low(ts, at+1); {
	case at < len(ts) && actors.of(ts[at].low) && ts[at].text != "IT":
		at++
	case determiners.of(low(ts, at)) && (next == "role" || next == "position" || next == "candidate"):
		at += 2
	default:
		return 0
	}
	for auxiliaries.of(low(ts, at)) || helping.of(low(ts, at)) {
		at++
	}
	if at >= len(ts) || !ts[at].word() {
		return 0
	}
	at++ // the verb
	for at < len(ts) && (prepositions.of(ts[at].low) && !hasObject(ts, at) || closely.of(ts[at].low)) {
		at++
	}
	return at - i
}

var (
	helping = set("be been being have has had do does")
	closely = set("with closely most directly mostly primarily daily into")
)

// placed reports whether a team or a group stands at a token, after a preposition that joins it
// to the title before.
func placed(ts []token, start, i int) bool {
	if noun := strings.TrimSuffix(low(ts, i), "s"); !bodies.of(noun) && !areas.of(noun) {
		return false
	}
	for i--; i > start && ts[i].word() && !joins.of(ts[i].low); i-- {
		if prepositions.of(ts[i].low) {
			return true
		}
	}
	return false
}

// areas are what else a role may belong to.
var areas = set("area region role position stage section product unit")

// hasObject reports whether a preposition has words of its own after it: "you will join for a
// 30 minute call", not "you are interviewing for".
func hasObject(ts []token, i int) bool {
	next := low(ts, i+1)
	if next == "" || !ts[i+1].word() && !ts[i+1].number() || closely.of(next) {
		return false
	}
	n, _ := conjunction(ts, i+1)
	return n == 0 && !prepositions.of(next) && !closers.of(next) && next != "with"
}
