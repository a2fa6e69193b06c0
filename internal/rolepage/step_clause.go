package rolepage

import "gitlab.com/roleplan/roleplan/internal/hiring"

// subordinate begin a clause before the one that matters: "After the screening call, ...".
var subordinate = set("if given once after following upon when assuming based depending as subject pending provided should on while where in at during before to")

// auxiliaries begin what is done with candidates.
var auxiliaries = set("will may might can could would should must shall are is we'll you'll they'll")

// candidates are who goes through the process.
var candidates = set("candidate candidates applicant applicants you you'll we we'll they they'll individuals finalist finalists those")

// mainClause is the token where the clause begins that names the stage: after a label ("Round
// 1:"), after a subordinate clause ("After the screening call,"), after the candidates and
// what they are told to do ("Candidates who pass will be invited to").
func mainClause(ts []token, all []hit) int {
	from := 0
	for labels.of(low(ts, from)) && low(ts, from+1) == "," {
		from += 2 // "Next,"
	}
	if subordinate.of(low(ts, from)) {
		for i := from; i < len(ts); i++ {
			if ts[i].low == "," && stageAfter(all, i) {
				from = i + 1
				break
			}
		}
	}
	for i := from; i < len(ts) && !stageBetween(all, from, i); i++ {
		if (ts[i].low == ":" || isDash(ts, i) && labels.of(ts[from].low)) && stageAfter(all, i) {
			from = i + 1
			break
		}
	}
	for i := from; i < len(ts); i++ {
		if ts[i].low == "." || stageBetween(all, from, i) && !subordinate.of(low(ts, from)) && !labels.of(low(ts, from)) {
			break
		}
		if candidates.of(ts[i].low) {
			return predicate(ts, all, i)
		}
	}
	return from
}

// labels say which stage comes, not what it is.
var labels = set("next first second third fourth fifth final finally last lastly then optional round step stage phase part")

// predicate is the token after the auxiliary of the candidates' clause, or its subject where no
// stage comes after the auxiliary.
func predicate(ts []token, all []hit, subject int) int {
	relative := low(ts, subject+1) == "who" || low(ts, subject+1) == "that" || low(ts, subject+1) == "whose"
	at := subject
	for i := subject; i < len(ts) && ts[i].low != "." && ts[i].low != ":"; i++ {
		if !auxiliaries.of(ts[i].low) || !stageAfter(all, i) || stageBetween(all, subject, i) && !relative {
			continue
		}
		at = i + 1
		if !relative {
			break
		}
	}
	return at
}

func stageAfter(all []hit, i int) bool {
	return len(all) > 0 && all[len(all)-1].at > i
}

func stageBetween(all []hit, from, to int) bool {
	for _, h := range all {
		if h.at >= from && h.at < to {
			return true
		}
	}
	return false
}

// named are the hits from a token on. Those that are weak count only with somebody to meet or
// a length of time, and only where no better name comes first.
func named(ts []token, all []hit, from int) []hit {
	var list []hit
	for n, h := range all {
		if h.at < from || h.last || aside(ts, h) {
			continue
		}
		if h.weak && len(list) == 0 {
			end, next := len(ts), n+1
			for next < len(all) && low(ts, h.to) == "of" && all[next].kind == hiring.StepAssessment {
				next++ // "review of the exercise with an Engineer"
			}
			if next < len(all) && !all[next].weak {
				end = all[next].at
			}
			if verbBefore.of(low(ts, h.at-1)) || !namesSomebody(ts, h.to, end) {
				continue
			}
		}
		list = append(list, h)
	}
	if len(list) > 0 {
		return list
	}
	for _, h := range all {
		if h.at >= from && h.last {
			return []hit{h}
		}
	}
	return nil
}

// equated are the hits from that on which tells what the first one is: in "the first conversation
// is a phone screen" the screen, in "the exercise is discussed in an interview" the interview, in
// "prepare a case study and present it" the presentation.
func equated(ts []token, list []hit) []hit {
	if len(list) < 2 || list[0].verb || list[0].kind == list[1].kind {
		return list
	}
	if list[0].kind == hiring.StepAssessment && list[1].noun == "present" && list[1].verb && preparing.of(low(ts, list[0].at-2)) {
		return list[1:]
	}
	i := list[0].to
	switch {
	case low(ts, i) == "is":
		i++
	case has(ts, i, "will", "be"):
		i += 2
	default:
		return list
	}
	if list[0].kind == hiring.StepAssessment {
		for low(ts, i) == "then" || low(ts, i) == "also" {
			i++
		}
		if talkedOver.of(low(ts, i)) && (low(ts, i+1) == "in" || low(ts, i+1) == "at") {
			i += 2
		}
	}
	if low(ts, i) != "a" && low(ts, i) != "an" {
		return list
	}
	for i++; i < list[1].at; i++ {
		if breaks.of(ts[i].low) {
			return list
		}
	}
	return list[1:]
}

// preparing are verbs of work that is done for a presentation, talkedOver what is done with it then.
var (
	preparing  = set("prepare create develop build write draft design")
	talkedOver = set("discussed reviewed presented debriefed evaluated explored")
)

// aside reports whether a stage is only named to tell when something is done, or is none of
// its own: "after the interview", "in each interview".
func aside(ts []token, h hit) bool {
	if h.verb {
		return false
	}
	for i := h.at - 1; i >= 0; i-- {
		switch w := ts[i].low; {
		case tellsWhen.of(w), i == 0 && w == "following", !h.plural() && (w == "each" || w == "every"):
			return true
		case breaks.of(w) && !determiners.of(w):
			return false
		}
	}
	return false
}

var tellsWhen = set("after before during throughout until between")

// namesSomebody reports whether "with" stands between two tokens, or a title behind a mark:
// "Final round: VP of Sales".
func namesSomebody(ts []token, from, to int) bool {
	if from < len(ts) && (ts[from].low == ":" || isDash(ts, from)) {
		if end := partEnd(ts, from+1); end <= to && standsAlone(ts[from+1:end]) {
			return true
		}
	}
	for i := from; i < to; i++ {
		if ts[i].low == "with" {
			return true
		}
	}
	return false
}
