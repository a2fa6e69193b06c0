package rolepage

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// mostTokens bounds how far into a sentence a stage is looked for.
const mostTokens = 200

// A reading is a sentence on its way to a step. Its clause is the sentence without what stands
// in brackets; from is the token at which the clause begins that names the stage.
type reading struct {
	sentence, clause, inside string
	ts                       []token
	amounts                  []amount
	from                     int
	hits                     []hit // from the head on
	head                     hit
	met                      people

	step hiring.Step
}

// readSentence reads the stage that a sentence names. ok is false where it names none.
func readSentence(sentence string) (*reading, bool) {
	r := &reading{sentence: strings.TrimSpace(sentence)}
	r.clause, r.inside = brackets(plain(r.sentence))
	r.ts = tokenize(r.clause)
	r.ts = r.ts[:min(len(r.ts), mostTokens)]
	all := hits(r.ts)
	r.from = mainClause(r.ts, all)
	if r.hits = named(r.ts, all, r.from); len(r.hits) == 0 {
		return r, false
	}
	r.head = compound(r.ts, r.hits)
	r.amounts = amounts(r.ts)
	r.step = hiring.Step{Kind: r.head.kind, With: []string{}, Confidence: 1}
	r.readPeople()
	r.readKind()
	r.readDuration()
	r.readCount()
	r.step.Optional = r.optional()
	r.readDoubts()
	return r, true
}

// subordinate begin a clause before the one that matters: "After the screening call, ...".
var subordinate = set("if once after following upon when assuming based depending as subject pending provided should on while where in at during before")

// auxiliaries begin what is done with candidates.
var auxiliaries = set("will may might can could would should must shall are is we'll you'll they'll")

// candidates are who goes through the process.
var candidates = set("candidate candidates applicant applicants you you'll we we'll they they'll individuals finalists those")

// mainClause is the token where the clause begins that names the stage: after a label ("Round
// 1:"), after a subordinate clause ("After the screening call,"), after the candidates and
// what they are told to do ("Candidates who pass will be invited to").
func mainClause(ts []token, all []hit) int {
	from := 0
	for labels[low(ts, from)] && low(ts, from+1) == "," {
		from += 2 // "Next,"
	}
	if subordinate[low(ts, from)] {
		for i := from; i < len(ts); i++ {
			if ts[i].low == "," && stageAfter(all, i) {
				from = i + 1
				break
			}
		}
	}
	for i := from; i < len(ts) && !stageBetween(all, from, i); i++ {
		if (ts[i].low == ":" || isDash(ts, i) && labels[ts[from].low]) && stageAfter(all, i) {
			from = i + 1
			break
		}
	}
	for i := from; i < len(ts); i++ {
		if ts[i].low == "." || stageBetween(all, from, i) && !subordinate[low(ts, from)] && !labels[low(ts, from)] {
			break
		}
		if candidates[ts[i].low] {
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
		if !auxiliaries[ts[i].low] || !stageAfter(all, i) || stageBetween(all, subject, i) && !relative {
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
		if h.at < from || h.last {
			continue
		}
		if h.weak && len(list) == 0 {
			end := len(ts)
			if n+1 < len(all) && !all[n+1].weak {
				end = all[n+1].at
			}
			if verbBefore[low(ts, h.at-1)] || !names(ts, h.to, end) {
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

// names reports whether "with" stands between two tokens.
func names(ts []token, from, to int) bool {
	for i := from; i < to; i++ {
		if ts[i].low == "with" {
			return true
		}
	}
	return false
}

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
		if len(more.list) == 0 {
			continue
		}
		r.met.list = append(r.met.list, more.list...)
		r.met.either, r.met.both, r.met.inTurn = r.met.either || more.either, r.met.both || more.both, r.met.inTurn || more.inTurn
		r.met.open = r.met.open || more.open
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
		return first && !r.aside(i) || before == "and" || before == "or" || before == "," || before == "another" || before == "one" || r.names(i-1)
	case "include", "includes", "including":
		return first && r.step.Kind == hiring.StepPanel
	case "and":
		return has(r.ts, i-2, "between", "you") || has(r.ts, i-2, "between", "candidates")
	case "by":
		return first && holding[before]
	case "from":
		return first && r.head.kind == hiring.StepScreening
	case "of":
		return first && (before == "panel" || before == "up" || before == "consisting" || before == "comprised" || before == "composed" || before == "consists")
	case "to":
		return first && r.head.kind == hiring.StepPanel && r.step.Kind == hiring.StepPanel && r.head.noun != "panel" && i > r.head.at
	case "meet", "meets", "present":
		next := low(r.ts, i+1)
		return first && r.ts[i].low != "present" && next != "with" && next != "again"
	}
	return false
}

// aside reports whether "with" belongs to another verb than that of the stage: "an interview
// about how you work with others".
func (r *reading) aside(i int) bool {
	if working[low(r.ts, i-1)] {
		return true
	}
	for j := r.head.to; j < i; j++ {
		if (actors[r.ts[j].low] || r.ts[j].low == "how") && !r.names(i-1) {
			return true
		}
	}
	return false
}

var working = set("work works working worked collaborate collaborating collaboration experience experiences familiar familiarity comfortable deal dealing dealt along")

func (r *reading) names(i int) bool {
	for _, h := range r.hits {
		if i >= h.at && i < h.to {
			return true
		}
	}
	return false
}

// holding are the verbs of those who hold a meeting.
var holding = set("conducted led held hosted facilitated interviewed run conduct lead hold host interview conducts leads holds hosts interviews meet speak have call join")

// beside finds people who are named in another way than after "with": behind a mark ("Screening
// call - Recruiter"), as the subject ("Our CEO may conduct a final interview"), before a mark
// ("Recruiter: screening call"), in brackets.
func (r *reading) beside() people {
	for i := r.head.to; i < len(r.ts); i++ {
		if mark := r.ts[i].low; mark != ":" && mark != ";" && mark != "-" && mark != "," && mark != "|" {
			continue
		}
		if p := readPeople(r.clause, r.ts, i+1); len(p.list) > 0 && p.clear() {
			return p
		}
	}
	for i := 1; i < r.head.at; i++ {
		start := 0
		switch {
		case auxiliaries[r.ts[i].low] && r.holds(i):
			start = min(r.from, i-1)
		case i >= r.from || r.ts[i].low != ":" && !isDash(r.ts, i):
			continue
		}
		if p := readPeople(r.clause, r.ts[:i], start); len(p.list) > 0 && p.clear() {
			return p
		}
	}
	inside := tokenize(r.inside)
	if p := readPeople(r.inside, inside, 0); len(p.list) > 0 && p.clear() {
		return p
	}
	return people{}
}

// holds reports whether a verb of holding a meeting stands between a token and the head.
func (r *reading) holds(i int) bool {
	end := r.head.at
	if r.head.verb {
		end = r.head.to
	}
	for ; i < end; i++ {
		if holding[r.ts[i].low] {
			return true
		}
	}
	return false
}

// readKind corrects the kind by who is met: one meeting with several people is a panel, a talk
// about a piece of work is an interview.
func (r *reading) readKind() {
	switch {
	case r.head.review && len(r.met.list) > 0 && r.step.Kind == hiring.StepAssessment:
		r.step.Kind = hiring.StepInterview
	case r.head.noun == "presentation" && r.recorded():
		r.step.Kind = hiring.StepAssessment
	}
	if r.step.Kind == hiring.StepInterview && (r.panelNamed() || r.together()) {
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
			return true
		}
	}
	return false
}

// together reports whether the sentence tells of one meeting with several people at once.
func (r *reading) together() bool {
	if r.head.plural() && !r.articled() || r.met.inTurn || r.separate() || r.toldMeetings() > 1 || r.met.either {
		return false
	}
	count := 0
	for _, who := range r.met.list {
		m := who.meetings()
		switch {
		case m == nil && r.head.verb, m != nil && m.open:
			return false
		case m == nil:
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

// articled reports whether the head has an article of its own or a length before it: "a 50
// minute interviews" is one interview, whatever the plural says.
func (r *reading) articled() bool {
	for i := r.head.at - 1; i >= r.from; i-- {
		switch {
		case r.ts[i].low == "a" || r.ts[i].low == "an":
			return r.number() == nil
		case breaks[r.ts[i].low]:
			return false
		}
	}
	return false
}

// separate reports whether the sentence says that there are several meetings.
func (r *reading) separate() bool {
	for _, t := range r.ts[r.from:] {
		if apart[t.low] {
			return true
		}
	}
	return false
}

var apart = set("each separate separately series multiple several individual individually back-to-back one-on-one one-on-ones")

// toldMeetings is how many meetings a sentence tells one by one: "an interview with X and an
// interview with Y".
func (r *reading) toldMeetings() int {
	n, end := 0, 0
	for _, h := range r.hits {
		if h.kind != hiring.StepInterview || h.weak || h.plural() && h.at != r.hits[0].at {
			continue
		}
		if n == 0 || r.articleBetween(end, h.at) {
			n++
		}
		end = h.to
	}
	return n
}

// articleBetween reports whether "and a" stands between two tokens.
func (r *reading) articleBetween(from, to int) bool {
	for i := from; i < to; i++ {
		if next := low(r.ts, i+1); another[r.ts[i].low] && (next == "a" || next == "an" || next == "one" || next == "another") {
			return true
		}
	}
	return false
}

var another = set("and , by then plus")

// readDuration reads the length of one meeting. Work that candidates do by themselves has none.
func (r *reading) readDuration() {
	if r.step.Kind == hiring.StepAssessment && len(r.met.list) == 0 && !r.meetingNamed() {
		return
	}
	if r.step.Kind != hiring.StepAssessment && !r.step.Kind.Meeting() {
		return
	}
	r.step.Duration, _ = duration(r.ts, r.amounts, r.from)
	if r.step.Duration == nil {
		r.step.Duration, _ = durationIn(tokenize(r.inside))
	}
	if r.step.Duration == nil {
		r.step.Duration, _ = duration(r.ts, r.amounts, 0)
	}
}

func (r *reading) meetingNamed() bool {
	for _, h := range r.hits {
		if h.kind == hiring.StepInterview && !h.weak {
			return true
		}
	}
	return false
}

// readCount reads the number of separate meetings.
func (r *reading) readCount() {
	number := r.number()
	switch {
	case number != nil && (r.head.plural() || number.max > 1):
		r.step.Count = number.bounds()
	case r.step.Kind != hiring.StepInterview:
		r.step.Count = hiring.Exactly(1)
	default:
		r.step.Count = r.meetings()
	}
}

// number is the number that counts the meetings, nil when there is none: "2-3 separate
// interviews", "technical interviews (2)".
func (r *reading) number() *amount {
	var found *amount
	for _, a := range r.amounts {
		if a.from >= r.from && !a.minutes && !ordinalOf(r.ts, a) && (a.to <= r.head.to || r.counts(a)) {
			found = &a
		}
	}
	if found == nil && r.head.plural() {
		for n, ts := range [][]token{r.ts[r.head.to:], tokenize(r.inside)} {
			if n > 0 && len(r.met.list) > 0 {
				break // "Interviews with Designers (2) and a Manager"
			}
			if len(ts) > 0 && (ts[0].low == "x" || ts[0].low == "-" || ts[0].low == ":") {
				ts = ts[1:]
			}
			if a, ok := amountAt(ts, 0); ok && !a.minutes && (a.to >= len(ts) || !ts[a.to].word()) {
				return &a
			}
		}
	}
	return found
}

// counts reports whether a number stands right before meetings: "a round that consists of 2-4
// interviews".
func (r *reading) counts(a amount) bool {
	for _, h := range r.hits {
		if h.at == a.to && h.kind == hiring.StepInterview && h.plural() && len(r.met.list) == 0 {
			return true
		}
	}
	return false
}

// ordinalOf reports whether a number names a stage instead of counting it: "Round 1 interview".
func ordinalOf(ts []token, a amount) bool {
	name, isStage := stageWord(ts, a.from-1)
	return isStage && !name.verb || labels[low(ts, a.from-1)]
}

// meetings counts the meetings by the people who are met.
func (r *reading) meetings() *hiring.Bounds {
	if n := r.toldMeetings(); n > 1 {
		return hiring.Exactly(n)
	}
	people := r.met.list
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
