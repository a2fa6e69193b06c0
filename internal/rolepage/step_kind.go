package rolepage

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// meetings are the nouns for a talk, and the verbs that say the same.
var meetings = set(`interview interviews meeting meetings call calls conversation conversations discussion discussions session sessions chat chats
meet meets meeting-with speak talk interviewed interviewing video-call`)

var meetingVerbs = set("meet meets speak talk interview")

// works are the nouns for what candidates do by themselves.
var works = set(`assessment assessments questionnaire questionnaires test tests exercise exercises assignment assignments take-home portfolio portfolios
challenge challenges quiz survey homework submission`)

// A hit is a word that names a stage.
type hit struct {
	at   int // token
	kind hiring.StepKind
	noun string
}

// hits finds the words of a sentence that name a stage, from a token on.
func hits(ts []token, from int) []hit {
	var list []hit
	for i := from; i < len(ts); i++ {
		w := ts[i].low
		kind := hiring.StepKind("")
		switch {
		case (w == "reference" || w == "references") && !has(ts, i-1, "for"):
			if w == "references" || i+1 < len(ts) && strings.HasPrefix(ts[i+1].low, "check") {
				kind = hiring.StepReferenceCheck
			}
		case w == "background" && i+1 < len(ts) && (strings.HasPrefix(ts[i+1].low, "check") || ts[i+1].low == "screening"):
			kind = hiring.StepBackgroundCheck
		case strings.HasPrefix(w, "background-check"):
			kind = hiring.StepBackgroundCheck
		case w == "offer" && isOffer(ts, i):
			kind = hiring.StepOffer
		case w == "screening" || w == "screen" || w == "screenings" || w == "pre-screening" || w == "pre-screen" || w == "phone-screen":
			kind = hiring.StepScreening
		case w == "panel" || w == "panels":
			kind = hiring.StepPanel
		case w == "presentation" || w == "presentations" || w == "present" && i > 0 && ts[i-1].low == "to":
			kind = hiring.StepPanel
		case works[w], w == "case" && i+1 < len(ts) && (ts[i+1].low == "study" || ts[i+1].low == "studies"), w == "take" && has(ts, i, "take", "home"),
			w == "work" && has(ts, i+1, "sample"), w == "writing" && has(ts, i+1, "sample"):
			kind = hiring.StepAssessment
		case meetings[w] && !(i+1 < len(ts) && aboutInterviews[ts[i+1].low]):
			kind = hiring.StepInterview
		case w == "application" || w == "applications" || w == "apply":
			kind = hiring.StepOther
		default:
			continue
		}
		if kind != "" {
			list = append(list, hit{i, kind, w})
		}
	}
	return list
}

// aboutInterviews after "interview" speak of interviews without naming one.
var aboutInterviews = set("questions question process processes guide training preparation tips loop")

// isOffer tells the noun from the verb: "be made an offer", not "what we offer".
func isOffer(ts []token, i int) bool {
	if i == 0 {
		return len(ts) <= 4
	}
	switch ts[i-1].low {
	case "an", "the", "job", "employment", "formal", "verbal", "written", "final", "of", "contract", "extend", "receive", "and":
		return true
	}
	return false
}

// breaks part a compound noun: "case study interview" is one, "assessment and interview" two.
var breaks = set("with and or to of by for on in from as before after then followed that which who , . : ; ( ) via")

// head is the hit that a sentence is about. Of a compound noun it is the last one, but where
// the first already says which kind of meeting it is.
func head(ts []token, list []hit) hit {
	h := list[0]
	for _, next := range list[1:] {
		for i := h.at + 1; i < next.at; i++ {
			if breaks[ts[i].low] {
				return h
			}
		}
		if meetingVerbs[h.noun] && h.noun != "interview" {
			return h
		}
		switch h.kind {
		case hiring.StepScreening, hiring.StepPanel, hiring.StepReferenceCheck, hiring.StepBackgroundCheck, hiring.StepOffer:
			h.at = next.at
		default:
			h = next
		}
	}
	return h
}

// subordinate begin a clause before the one that matters: "After the screening call, ...".
var subordinate = set("if once after following upon when assuming based depending as subject pending provided should")

// leadIns stand before the clause that matters and say nothing.
var leadIns = set("next then finally lastly afterwards subsequently additionally also second third first")

// mainClause is the token where the clause begins that names the stage.
func mainClause(ts []token) int {
	start := 0
	for start < len(ts) && (leadIns[ts[start].low] && start+1 < len(ts) && ts[start+1].low == "," || ts[start].low == ",") {
		start++
	}
	if start < len(ts) && subordinate[ts[start].low] {
		for i := start; i < len(ts); i++ {
			if ts[i].low == "," && len(hits(ts, i)) > 0 {
				return i + 1
			}
		}
	}
	return start
}

// auxiliaries begin what is done with candidates; a stage named after one is the stage that
// the sentence is about, one before it merely comes first.
var auxiliaries = set("will may might can could we'll you'll they'll shall")

// afterAuxiliary is the token after the first auxiliary, or from where none is followed by a
// stage.
func afterAuxiliary(ts []token, from int) int {
	for i := from; i < len(ts); i++ {
		if ts[i].low == "." {
			break
		}
		if !auxiliaries[ts[i].low] {
			continue
		}
		if len(hits(ts, i)) > 0 && closeTo(ts, i) {
			return i + 1
		}
		if len(hits(ts[:i], from)) > 0 {
			break // the stage stands before: "The final interview will be with ..."
		}
	}
	return from
}

// closeTo reports whether the stage after an auxiliary stands before a new clause.
func closeTo(ts []token, i int) bool {
	first := hits(ts, i)[0]
	for j := i; j < first.at; j++ {
		if ts[j].low == "who" || ts[j].low == "which" || ts[j].low == ":" || ts[j].low == "with" {
			return false
		}
	}
	return true
}

// optionalIn reports whether a sentence says that the step may not take place. What stands in
// brackets leaves only the form open, but for remarks such as "(optional)".
func optionalIn(whole string, ts []token, from, head int) bool {
	low := strings.ToLower(plain(whole))
	for _, cue := range []string{"optional", "it's possible", "it is possible", "may choose", "in some cases", "may not be required"} {
		if strings.Contains(low, cue) {
			return true
		}
	}
	// These speak of the whole step in brackets, at an end of the sentence, or before the stage;
	// elsewhere they leave open a part of it.
	before := strings.ToLower(spanText(ts, from, head))
	for _, cue := range []string{"if needed", "if necessary", "if required", "if applicable", "as applicable", "as needed", "as necessary", "where applicable", "when applicable", "if appropriate", "if desired"} {
		if strings.Contains(before, cue) || strings.Contains(strings.ToLower(inBrackets(whole)), cue) || strings.HasSuffix(strings.TrimRight(low, ". "), cue) {
			return true
		}
	}
	if strings.Contains(low, "for any ") && strings.Contains(low, " role") || strings.Contains(low, "(for ") && strings.Contains(low, " roles)") {
		return true
	}
	for i := from; i < len(ts) && i < head; i++ {
		if (ts[i].low == "may" || ts[i].low == "might" || ts[i].low == "could" || ts[i].low == "possibly" || ts[i].low == "potentially") && !has(ts, i-1, "who") && !has(ts, i-1, "that") {
			return true
		}
	}
	return false
}

// spanText are the words from one token to another, parted by blanks.
func spanText(ts []token, from, to int) string {
	var words []string
	for i := from; i < to && i < len(ts); i++ {
		words = append(words, ts[i].text)
	}
	return strings.Join(words, " ")
}
