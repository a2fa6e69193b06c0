package rolepage

import (
	"slices"
	"strings"
)

// maybe are words that leave a stage open wherever they stand before it.
var maybe = set("may might could possibly potentially optional optionally possible occasionally sometimes")

// asNeeded are phrases that leave a stage open: before it, at the end of the sentence, or in
// brackets. Elsewhere they leave open a part of it.
var asNeeded = phraseList(`if needed, if necessary, if required, if applicable, as applicable, as needed, as necessary, where applicable, when applicable, if appropriate,
	if desired, if requested, where needed, when needed, where relevant, if relevant, where required, when required, where necessary, when necessary, optional,
	in some cases, in certain cases, in some instances, in some situations, for some roles, for certain roles, depending on the role, depending on the level,
	role dependent, level dependent, time permitting, schedule permitting, not for all, discretion, upon request`)

// ifNotMet are phrases that leave a stage open wherever they stand.
var ifNotMet = phraseList("if not already, if they have not, if they haven't, if you have not, if you haven't")

// leaving are both, to be looked for at once.
var leaving = newCues(slices.Concat(asNeeded, ifNotMet)...)

// choosing say so as well.
var choosing = newCues("choose to", "opt to", "it's possible")

// takesPlace are the verbs after "may" that speak of a whole stage.
var takesPlace = set("occur happen take follow be")

// formVerbs after "may be" leave the form open, not the stage: "may be conducted by a peer",
// "may be a panel".
var wholeVerbs = set("scheduled required requested asked invited offered added included needed necessary skipped waived omitted arranged held made extended given run completed checked contacted")

// optional reports whether the sentence says that the step may not take place. It does not
// where only a part, the person or the form is left open.
func (r *reading) optional() bool {
	if leaving.in(r.clause) || leaving.in(r.inside) {
		clause, inside := lower(r.clause), lower(r.inside)
		before, end := clause[:min(len(clause), r.ts[r.head.at].at)], strings.TrimRight(clause, " .*_")
		for _, cue := range asNeeded {
			if strings.Contains(before, cue) || strings.HasSuffix(end, cue) || strings.Contains(inside, cue) && !r.lastOnly(cue) {
				return true
			}
		}
		if slices.ContainsFunc(ifNotMet, func(cue string) bool { return strings.Contains(clause, cue) }) {
			return true
		}
	}
	return choosing.in(r.clause) || r.someRoles() || r.mayBefore() || r.mayAfter()
}

// lastOnly reports whether a phrase in brackets at the end of a list leaves only the last person
// open: "the CTO and the CEO (if applicable)".
func (r *reading) lastOnly(cue string) bool {
	return len(r.met.list) > 1 && !r.met.either && cue != "optional" && strings.HasSuffix(strings.TrimRight(r.text, " .,;*_"), ")")
}

// mayBefore reports whether a word before the stage leaves it open, but for those about who
// comes this far: "candidates who may".
func (r *reading) mayBefore() bool {
	for i := 0; i < r.head.to; i++ {
		w, next := r.ts[i].low, low(r.ts, i+1)
		if maybe.of(w) && low(r.ts, i-1) != "who" && low(r.ts, i-1) != "that" || w == "some" && candidates.of(next) || w == "potential" && r.stageAt(i+1) {
			return true
		}
	}
	return false
}

// mayAfter reports whether the sentence goes on to say that the stage may take place.
func (r *reading) mayAfter() bool {
	for i := r.head.to; i < len(r.ts); i++ {
		switch w := r.ts[i].low; {
		case w == "optional":
			return true
		case w != "may" && w != "might" && w != "could", ofOthers.of(low(r.ts, i-1)), actors.of(low(r.ts, i-1)), candidates.of(low(r.ts, i-1)):
			continue
		case low(r.ts, i+1) == "be" && !wholeVerbs.of(low(r.ts, i+2)), !takesPlace.of(low(r.ts, i+1)):
			continue
		default:
			return low(r.ts, i+3) != "by" && low(r.ts, i+3) != "via"
		}
	}
	return false
}

// ofOthers before "may" show that it speaks of something else than the stage.
var ofOthers = set("who that which and")

// someRoles reports whether the stage is for some roles only: "for any Manager role", "(for
// Senior roles)", "for Managers:", "Managers only:".
func (r *reading) someRoles() bool {
	for n, ts := range [][]token{r.ts, r.within} {
		for i := range ts {
			next := low(ts, i+1)
			if ts[i].low == "only" && i > 0 && (next == ":" || n > 0 && next == ";") {
				return true
			}
			if n > 0 && (next == "above" || next == "higher") && joins.of(ts[i].low) && (low(ts, i+2) == ";" || i+2 == len(ts)) {
				return true // "(Directors and above)"
			}
			if ts[i].low != "for" || next == "the" || next == "this" || next == "all" {
				continue
			}
			for j := i + 1; j < min(len(ts), i+6) && !strings.Contains(".,;:", ts[j].low); j++ {
				if roles.of(ts[j].low) || candidates.of(ts[j].low) && rankWords.of(ts[j-1].low) {
					return true
				}
			}
			if i == 0 && plurals(ts) {
				return true
			}
		}
	}
	return false
}

// plurals reports whether words begin with the persons that they are for: "For people managers:".
func plurals(ts []token) bool {
	for i := 2; i < min(len(ts), 5); i++ {
		if ts[i].low == ":" || ts[i].low == "," {
			ok, plural := isPerson(ts[i-1].low)
			return ok && plural
		}
	}
	return false
}

var roles = set("role roles position positions levels only above higher")

// leavesOpen reports whether what stands in brackets leaves something open.
func (r *reading) leavesOpen() bool {
	inside := lower(r.inside)
	return slices.ContainsFunc(asNeeded, func(cue string) bool { return strings.Contains(inside, cue) })
}

func lower(s string) string { return strings.ToLower(s) }

func phraseList(s string) []string {
	var list []string
	for p := range strings.SplitSeq(s, ",") {
		list = append(list, strings.TrimSpace(p))
	}
	return list
}
