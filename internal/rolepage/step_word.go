package rolepage

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A stageName is a noun or a verb that says what happens in a stage.
type stageName struct {
	kind hiring.StepKind
	verb bool // "meet with the CEO"
	weak bool // names a stage only with whom or how long: "final round with the CEO"
	last bool // names a stage only where nothing else does: "complete a personality profile"
}

// stageNames is the vocabulary of hiring. A phrase of several words goes before its single
// words; "check*" is any word that begins so.
var stageNames = vocabulary([]struct {
	name  stageName
	words string
}{
	{stageName{kind: hiring.StepScreening}, "screening, screenings, screen, screens, pre-screening, pre-screen, prescreen, phone-screen"},
	{stageName{kind: hiring.StepInterview}, `interview, interviews, meeting, meetings, call, calls, conversation, conversations, discussion, discussions,
		session, sessions, chat, chats, pair programming, meet and greet, meet & greet, role play, role-play, video-call`},
	{stageName{kind: hiring.StepInterview, verb: true}, `meet, meets, speak, speaks, talk, talks, connect, interviewed, interviewing, introduced to, sit down with, catch up with, schedule with, scheduled with, schedule time with,
		schedule some time with`},
	{stageName{kind: hiring.StepInterview, weak: true}, `round, rounds, stage, stages, step, steps, review, reviews, walkthrough, walk-through, deep dive, deep-dive,
		demo, demonstration, interaction, introduction, one-on-one, q&a, debrief, fit`},
	{stageName{kind: hiring.StepPanel}, "panel, panels, presentation, presentations, demo to, pitch to, group interview, group interviews"},
	{stageName{kind: hiring.StepPanel, verb: true}, "present, present to"},
	{stageName{kind: hiring.StepAssessment}, `assessment, assessments, questionnaire, questionnaires, test, tests, exercise, exercises, assignment, assignments,
		take-home, take home, portfolio, portfolios, challenge, challenges, quiz, survey, homework, case study, case studies, work sample*, writing sample*, code sample*,
		written questions, written responses, coding task, technical task, technical project, sample project`},
	{stageName{kind: hiring.StepAssessment, verb: true, last: true}, "complete, submit, fill out, fill in, record, solve, write, build"},
	{stageName{kind: hiring.StepAssessment, last: true}, "task"},
	{stageName{kind: hiring.StepReferenceCheck}, "references, reference and background, reference check*, reference-check*, reference call*"},
	{stageName{kind: hiring.StepBackgroundCheck}, `background check*, background-check*, background screening, background verification, background investigation,
		pre-employment check*, pre-employment screening, employment check*, employment verification, criminal record*`},
	{stageName{kind: hiring.StepOffer}, "offer, offers, offered the position, offered the role, offered the job, offered a position, offered a role, offered a job, offered employment"},
	{stageName{kind: hiring.StepOther}, "application, applications, decision, resume, resumes, cv"},
	{stageName{kind: hiring.StepOther, verb: true}, "apply"},
})

// vocabulary orders names by the first word of their phrases.
func vocabulary(table []struct {
	name  stageName
	words string
},
) *wordMap[[]stagePhrase] {
	m := map[string][]stagePhrase{}
	for _, row := range table {
		for phrase := range strings.SplitSeq(row.words, ",") {
			words := strings.Fields(phrase)
			m[strings.TrimSuffix(words[0], "*")] = append(m[strings.TrimSuffix(words[0], "*")], stagePhrase{row.name, words[1:]})
		}
	}
	return newWordMap(m)
}

// A stagePhrase is what follows the first word of a name.
type stagePhrase struct {
	name stageName
	rest []string
}

// stageWord reads the name of a stage at a token.
func stageWord(ts []token, i int) (stageName, bool) {
	word := mended(low(ts, i))
	if word == "one" && low(ts, i+1) == "with" && minutesOf.of(low(ts, i-1)) > 0 {
		return stageName{kind: hiring.StepInterview}, true // "a 50 minute one with the CEO"
	}
	if word == "exercise" && (low(ts, i-1) == "pairing" || has(ts, i-2, "pair", "programming")) {
		return stageName{kind: hiring.StepInterview}, true // it takes two
	}
	if walks(ts, i) {
		return stageName{kind: hiring.StepInterview, verb: true}, true
	}
	best, length := stageName{}, -1
	for _, p := range stageNames.of(word) {
		if len(p.rest) > length && p.follows(ts, i+1) {
			best, length = p.name, len(p.rest)
		}
	}
	switch {
	case length < 0,
		aboutInterviews.of(low(ts, i+1)) && best.kind == hiring.StepInterview,
		best.kind == hiring.StepOffer && !isOffer(ts, i),
		best.verb && low(ts, i-1) == `"`,
		word == "present" && i > 0 && !presenting.of(low(ts, i-1)) && !(low(ts, i-1) == "and" && theWork.of(low(ts, i+1))),
		word == "applications" && i > 0 && ts[i].capital() && ts[i-1].capital(), // "Director, Enterprise Applications"
		word == "test" && low(ts, i-1) == "in",                                  // "Software Engineer in Test"
		word == "panel" && low(ts, i-1) == "the" && low(ts, i+1) == "will":
		return stageName{}, false
	}
	if (word == "interview" || word == "chat" || word == "call") && verbBefore.of(low(ts, i-1)) && verbAfter.of(low(ts, i+1)) {
		best.verb = true
	}
	if word == "interview" && low(ts, i-1) == "each" && auxiliaries.of(low(ts, i-2)) {
		best.verb = true // "a Manager and a Peer will each interview the candidate"
	}
	if word == "calls" && verbAfter.of(low(ts, i+1)) && low(ts, i+1) != "with" && i > 0 {
		best.verb = true // "a Recruiter calls you"
	}
	if word == "interviews" && verbAfter.of(low(ts, i+1)) && (low(ts, i-1) == "candidate" || low(ts, i-1) == "then" && low(ts, i-2) == "candidate") {
		best.verb = true // "the candidate then interviews with"
	}
	return best, true
}

// walks reports whether candidates walk somebody through their work: "walk the team through".
func walks(ts []token, i int) bool {
	if word := low(ts, i); word != "walk" && word != "walking" {
		return false
	}
	for j := i + 2; j < min(len(ts), i+7); j++ {
		if ts[j].low == "through" {
			return standsAlone(ts[i+1 : j])
		}
	}
	return false
}

func (p stagePhrase) follows(ts []token, i int) bool {
	for n, w := range p.rest {
		stem, open := strings.CutSuffix(w, "*")
		if got := low(ts, i+n); got != w && (!open || !strings.HasPrefix(got, stem)) {
			return false
		}
	}
	return true
}

// Between these words "interview" is a verb.
var (
	verbBefore = set("to will may might can could also then would should")
	presenting = set("candidates you to will you'll they'll we'll then may might should must also")
	theWork    = set("it them this these") // "prepare a plan and present it"
	verbAfter  = set("with first again directly you the each all selected qualified candidate candidates applicants finalists")
)

// aboutInterviews after "interview" speak of interviews without naming one.
var aboutInterviews = set("questions question process processes guide training preparation tips plan notes feedback scorecard")

// isOffer tells the noun from the verb: "be made an offer", not "what we offer".
func isOffer(ts []token, i int) bool {
	return i == 0 || ts[i].low == "offered" || offerBefore.of(low(ts, i-1)) || aboutOffers.of(low(ts, i+1))
}

var (
	offerBefore = set("an the job employment formal verbal written final contract contingent extend extends extended receive receives and make makes making - :")
	aboutOffers = set("letter call stage is will")
)

// slipWords are the names in which a slip of the keyboard is mended.
var slipWords = []string{"interview", "interviews", "screening", "assessment", "questionnaire", "conversation", "presentation", "references", "background"}

// mended is the word that a misspelt one was meant to be.
func mended(word string) string {
	if single, ok := strings.CutSuffix(word, "/s"); ok {
		word = single + "s"
	}
	if len(word) < 8 || len(stageNames.of(word)) > 0 {
		return word
	}
	meant := word
	for _, w := range slipWords {
		if word[0] == w[0] && len(word) <= len(w)+1 && len(word) >= len(w)-1 && slips(word, w, 1) == 1 {
			meant = w
			if word[len(word)-1] == w[len(w)-1] {
				break // singular for singular
			}
		}
	}
	return meant
}

// A hit is a name of a stage in a sentence.
type hit struct {
	stageName
	at, to int // tokens, half-open
	noun   string
	review bool // of a piece of work: "portfolio review"
}

func (h hit) plural() bool {
	return !h.verb && strings.HasSuffix(h.noun, "s")
}

// hits finds the names of stages in a sentence.
func hits(ts []token) []hit {
	var list []hit
	for i := range ts {
		if name, ok := stageWord(ts, i); ok {
			list = append(list, hit{stageName: name, at: i, to: i + 1, noun: mended(ts[i].low)})
		}
	}
	return list
}

// breaks part a compound noun: "case study interview" is one, "assessment and interview" two.
var breaks = set("with and & or to of by for on in from as before after then followed that which who is are will may , . : ; | via a an the")

// compound is the name that begins with the first hit. Of a compound noun the last word says
// the kind ("case study interview"), but where an earlier one says which meeting it is
// ("screening call").
func compound(ts []token, list []hit) hit {
	h := list[0]
	if h.verb {
		return h
	}
	for _, next := range list[1:] {
		for i := h.at + 1; i < next.at; i++ {
			if breaks.of(ts[i].low) || isDash(ts, i) {
				return h
			}
		}
		if next.verb {
			return h
		}
		switch h.kind {
		case hiring.StepInterview, hiring.StepAssessment, hiring.StepOther:
			if next.weak && !h.weak {
				h.noun, h.to, h.review = next.noun, next.to, true
				continue
			}
			first := h.at
			h = next
			h.at = first
		default:
			h.noun, h.to = next.noun, next.to
		}
	}
	return h
}
