package rolepage

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// remarks mark a text that says how the process goes and names no stage of it.
var remarks = []string{
	"can be found", "more information", "more details", "additional details", "additional information", "to learn more", "learn more about", "find their job title", "any of the above",
	"follow the order", "expect the hiring process", "expect the interview process", "can be declined", "may be declined", "be declined from", "stage of the process", "hiring process may vary", "process will vary",
	"interviews are conducted", "interviews will be conducted", "conducted using", "conducted via", "will be conducted via", "please keep in mind", "please note", "please refer", "please see", "see the hiring",
	"meet in person", "we will schedule the next", "the order of", "in no particular order", "not a guarantee", "candidates may meet", "for more on", "is subject to change", "read more", "check out", "refer to our",
	"preparing for your", "throughout the interview process", "during the interview process", "at any point", "{add",
}

// A stage is a sentence read: the step, and whether it is one.
type stage struct {
	step         hiring.Step
	announcement bool // "candidates will be invited to the following interviews:"
}

// readStage reads the words of an item, a heading or a sentence. ok is false where they name
// no stage. The first sentence says what the stage is; the others may tell how long it takes.
func readStage(text string, bold []string) (stage, bool) {
	first, rest := leading(text, bold)
	if isRemark(first) {
		return stage{}, false
	}
	// The clause without brackets is read; the whole sentence only for what brackets may add.
	clause := withoutBrackets(plain(first))
	ts := tokenize(clause)
	from := mainClause(ts)
	found := hits(ts, afterAuxiliary(ts, from))
	if len(found) == 0 {
		return bare(clause, first, ts)
	}
	h := head(ts, found)
	s := stage{announcement: announces(clause)}
	s.step = hiring.Step{Kind: h.kind, Optional: optionalIn(first, ts, from, h.at), With: []string{}, Confidence: 1}
	s.step.Duration = durationIn(ts[from:])
	if s.step.Duration == nil {
		s.step.Duration = durationIn(tokenize(plain(inBrackets(first))))
	}
	if s.step.Duration == nil {
		s.step.Duration = durationBelow(rest)
	}
	r := reading{clause: clause, ts: ts, from: from, head: h, hits: found, step: &s.step}
	r.people()
	r.kind()
	r.count()
	r.doubts()
	return s, true
}

// leading splits a text into the sentence that names the stage and the rest. Bold words at its
// start are a heading of their own.
func leading(text string, bold []string) (first, rest string) {
	text = strings.TrimSpace(text)
	if len(bold) > 0 {
		if after, ok := strings.CutPrefix(text, bold[0]); ok && len(hits(tokenize(plain(bold[0])), 0)) > 0 {
			return strings.TrimRight(bold[0], ":. "), after
		}
	}
	parts := sentences(text)
	if len(parts) == 0 {
		return "", ""
	}
	return strings.TrimSpace(parts[0]), strings.Join(parts[1:], "")
}

func isRemark(sentence string) bool {
	low := strings.ToLower(plain(sentence))
	for _, r := range remarks {
		if strings.Contains(low, r) {
			return true
		}
	}
	return false
}

// announces reports whether a sentence only leads to the stages below it.
func announces(clause string) bool {
	return strings.HasSuffix(strings.TrimRight(clause, " *_"), ":") || strings.Contains(strings.ToLower(clause), "the following")
}

// inBrackets is what a sentence says in brackets.
func inBrackets(s string) string {
	_, after, ok := strings.Cut(s, "(")
	if !ok {
		return ""
	}
	in, _, _ := strings.Cut(after, ")")
	return in
}

// durationBelow finds the length of a meeting in the sentences after the one that names it:
// "This takes 45 minutes".
func durationBelow(rest string) *hiring.Bounds {
	for _, s := range sentences(rest) {
		low := strings.ToLower(plain(s))
		for _, cue := range []string{"takes", "will take", "lasts", "will last", "should take", "is scheduled for", "minute interview", "minute call", "minutes long", "is limited to"} {
			if strings.Contains(low, cue) {
				if d := durationIn(tokenize(plain(s))); d != nil {
					return d
				}
			}
		}
	}
	return nil
}

// bare reads a stage that names no meeting but whom to meet and how long: "Hiring Manager, 50
// minutes".
func bare(clause, whole string, ts []token) (stage, bool) {
	d := durationIn(ts)
	end := len(ts)
	for _, a := range amounts(ts) {
		if a.isDuration {
			end = min(end, a.from)
		}
	}
	if len(ts) == 0 || end == 0 || len(ts) > 14 || d == nil && len(ts) > 8 {
		return stage{}, false
	}
	for end > 0 && !ts[end-1].word() {
		end--
	}
	titles, _ := peopleAfter(clause, ts[:end], 0)
	if len(titles) == 0 || !standsAlone(ts[:end], false) || ts[len(ts)-1].low == ":" {
		return stage{}, false
	}
	step := hiring.Step{
		Kind: hiring.StepInterview, Optional: optionalIn(whole, ts, 0, len(ts)), Duration: d, Count: hiring.Exactly(1), With: titles, Confidence: 0.6,
		Doubts: []string{"it names people but does not say that they are met; write \"interview with\" before them"},
	}
	return stage{step: step}, true
}

// A reading is a sentence on its way to a step.
type reading struct {
	clause string
	ts     []token
	from   int
	head   hit
	hits   []hit
	step   *hiring.Step

	plural []bool // of the titles
	oneOf  bool   // "with one of our Engineers"
	either bool   // "X or Y"
	starts int    // token of the first title, 0 when there is none
}

// people reads whom the candidate meets.
func (r *reading) people() {
	switch r.head.kind {
	case hiring.StepOffer, hiring.StepReferenceCheck, hiring.StepBackgroundCheck, hiring.StepOther:
		return
	default:
	}
	i := r.withAt()
	if i < 0 {
		return
	}
	r.starts = i
	r.step.With, r.plural = peopleAfter(r.clause, r.ts, i)
	// "an interview with X and an interview with Y", "one with X and another with Y"
	for j := clauseEnd(r.ts, i); j < len(r.ts); j++ {
		if r.ts[j].low == "with" && another(r.ts, j-1) || r.ts[j].low == "with" && meetings[r.ts[j-1].low] {
			more, plural := peopleAfter(r.clause, r.ts, j+1)
			r.step.With, r.plural = append(r.step.With, more...), append(r.plural, plural...)
		}
	}
	if r.step.With == nil {
		r.step.With = []string{}
	}
	end := clauseEnd(r.ts, i)
	for j := i; j < end; j++ {
		if r.ts[j].low == "one" && has(r.ts, j+1, "of") || r.ts[j].low == "either" {
			r.oneOf = true
		}
		if r.ts[j].low == "or" {
			r.either = true
		}
	}
}

// withAt is the token at which the titles begin, -1 when nobody is named.
func (r *reading) withAt() int {
	start := r.hits[0].at
	for i := start; i < len(r.ts); i++ {
		if r.ts[i].low == "with" && !has(r.ts, i+1, "at", "least") && !has(r.ts, i+1, "a", "focus") && !has(r.ts, i+1, "a", "possibility") {
			return i + 1
		}
		if r.ts[i].low == "from" && r.head.kind == hiring.StepScreening {
			return i + 1
		}
		if r.ts[i].low == "by" && i > 0 && (r.ts[i-1].low == "conducted" || r.ts[i-1].low == "led" || r.ts[i-1].low == "interviewed" || r.ts[i-1].low == "held") {
			return i + 1
		}
	}
	if r.hits[0].noun == "meet" && start+1 < len(r.ts) {
		return start + 1
	}
	if r.head.noun == "panel" && has(r.ts, r.head.at+1, "of") {
		return r.head.at + 2
	}
	if r.head.noun == "presentation" || r.head.noun == "present" {
		for i := r.head.at; i < len(r.ts); i++ {
			if r.ts[i].low == "to" {
				return i + 1
			}
		}
	}
	if i := r.head.at + 1; i+1 < len(r.ts) && (r.ts[i].low == ":" || r.ts[i].low == ";" || r.ts[i].low == "-" || r.ts[i].low == "w" && r.ts[i+1].low == "/") {
		if r.ts[i].low == "w" {
			return i + 2
		}
		if standsAlone(r.ts[i+1:upTo(r.ts, i+1)], r.ts[i].low == ";") {
			return i + 1
		}
	}
	return -1
}

// singular reports whether the sentence speaks of one meeting.
func (r *reading) singular() bool {
	if !strings.HasSuffix(r.head.noun, "s") || r.head.noun == "meets" {
		return true
	}
	// "a 50 minute interviews with the Chief of Staff": the article is right, the plural a slip.
	for i := r.head.at - 1; i >= r.from && i > r.head.at-8; i-- {
		if r.ts[i].low == "a" || r.ts[i].low == "an" {
			return len(r.counted()) == 0
		}
		if breaks[r.ts[i].low] && r.ts[i].low != "to" {
			break
		}
	}
	return false
}

// counted are the numbers before the head that are no minutes.
func (r *reading) counted() []amount {
	var list []amount
	for _, a := range amounts(r.ts) {
		if !a.isDuration && a.to <= r.head.at+1 && a.from >= r.from {
			list = append(list, a)
		}
	}
	return list
}

// met are the numbers among the titles: "two Engineers".
func (r *reading) met() []amount {
	var list []amount
	end := 0
	if r.starts > 0 {
		end = clauseEnd(r.ts, r.starts)
	}
	for _, a := range amounts(r.ts) {
		if !a.isDuration && r.starts > 0 && a.from >= r.starts && a.from < end && !(a.min == 1 && has(r.ts, a.to, "of")) {
			list = append(list, a)
		}
	}
	return list
}

// kind corrects the kind by who is met: one meeting with several people is a panel, a talk
// about a piece of work is an interview.
func (r *reading) kind() {
	if r.head.kind == hiring.StepAssessment && len(r.step.With) > 0 && r.step.Duration != nil && !r.only(works) {
		r.step.Kind = hiring.StepInterview
	}
	if r.head.kind == hiring.StepAssessment && r.step.Kind == hiring.StepAssessment {
		r.step.With = []string{}
		if len(r.hits) == 1 {
			r.step.Duration = nil
		}
		return
	}
	if r.step.Kind == hiring.StepInterview && r.starts > 0 {
		for i := r.starts; i < clauseEnd(r.ts, r.starts); i++ {
			if has(r.ts, i, "panel", "of") {
				r.step.Kind = hiring.StepPanel
				return
			}
		}
	}
	if r.step.Kind != hiring.StepInterview || !r.singular() {
		return
	}
	if r.told() > 1 {
		return
	}
	several := len(r.step.With) > 1 && !r.either
	for _, a := range r.met() {
		if a.min >= 2 && a.min == a.max && !r.series() {
			several = true
		}
	}
	if len(r.plural) == 1 && r.plural[0] && !r.oneOf && !r.either {
		several = several || len(r.met()) == 0 && !r.series()
	}
	if several && !meetingVerbs[r.hits[0].noun] || several && r.hits[0].noun == "interview" {
		r.step.Kind = hiring.StepPanel
	}
}

// only reports whether all hits are of a set of nouns.
func (r *reading) only(nouns map[string]bool) bool {
	for _, h := range r.hits {
		if !nouns[h.noun] && h.noun != "case" {
			return false
		}
	}
	return true
}

// series reports whether the sentence says that there are several meetings.
func (r *reading) series() bool {
	for _, t := range r.ts {
		switch t.low {
		case "each", "separate", "series", "multiple", "several", "interviews", "meetings", "individual":
			return true
		}
	}
	return false
}

// count reads the number of separate meetings.
func (r *reading) count() {
	switch r.step.Kind {
	case hiring.StepInterview:
		r.step.Count = r.interviews()
	default:
		r.step.Count = hiring.Exactly(1)
		if list := r.counted(); len(list) > 0 && strings.HasSuffix(r.head.noun, "s") {
			r.step.Count = bounds(list[len(list)-1])
		}
	}
}

func (r *reading) interviews() *hiring.Bounds {
	if list := r.counted(); len(list) > 0 {
		a := list[len(list)-1]
		if !(a.min == 1 && a.max == 1 && !a.open) || r.singular() {
			return bounds(a)
		}
	}
	met := r.met()
	if r.singular() {
		return r.single(met)
	}
	if len(met) > 0 {
		sum := &hiring.Bounds{}
		for _, a := range met {
			b := bounds(a)
			if b == nil {
				return nil
			}
			sum.Min, sum.Max = sum.Min+b.Min, sum.Max+b.Max
		}
		// "with three managers and the VP": those with no number are one each.
		for i := len(met); i < len(r.step.With); i++ {
			if r.plural[i] {
				return nil
			}
			sum.Min, sum.Max = sum.Min+1, sum.Max+1
		}
		return sum
	}
	n := len(r.step.With)
	for _, many := range r.plural {
		if many {
			return nil
		}
	}
	switch {
	case n == 0:
		return nil
	case r.either && strings.Contains(strings.ToLower(r.clause), "or both"):
		return &hiring.Bounds{Min: 1, Max: n}
	case r.either:
		return hiring.Exactly(1)
	case n > 1:
		return hiring.Exactly(n)
	}
	return nil
}

// single counts the meetings of a sentence that speaks of one: it may speak of one several
// times, or of one with each of several people.
func (r *reading) single(met []amount) *hiring.Bounds {
	if n := r.told(); n > 1 {
		return hiring.Exactly(n)
	}
	if r.series() && len(met) == 1 {
		return bounds(met[0])
	}
	if r.series() && slices.Contains(r.plural, true) && !r.oneOf {
		return nil
	}
	if len(met) == 1 && (met[0].min != met[0].max || met[0].open) {
		return bounds(met[0])
	}
	if meetingVerbs[r.hits[0].noun] && r.hits[0].noun != "interview" {
		for _, many := range r.plural {
			if many && !r.oneOf && !r.either {
				if len(met) == 1 {
					return bounds(met[0])
				}
				return nil
			}
		}
	}
	return hiring.Exactly(1)
}

// told is how many meetings the sentence tells one by one: "an interview with X and an
// interview with Y".
func (r *reading) told() int {
	n := 0
	for i, h := range r.hits {
		if h.kind == hiring.StepInterview && (!meetingVerbs[h.noun] && (i == 0 || r.parted(r.hits[i-1].at, h.at)) || h.noun == "interview" && (i == 0 || r.parted(r.hits[i-1].at, h.at))) {
			n++
		}
	}
	return n
}

// parted reports whether "and a" or "and an" stands between two tokens.
func (r *reading) parted(a, b int) bool {
	for i := a; i < b; i++ {
		if has(r.ts, i, "and", "a") || has(r.ts, i, "and", "an") {
			return true
		}
	}
	return false
}

// bounds is an amount as a range of whole numbers; nil when it has no upper end.
func bounds(a amount) *hiring.Bounds {
	if a.open {
		return nil
	}
	return &hiring.Bounds{Min: int(a.min), Max: int(a.max)}
}

// doubts says what the reading is unsure of.
func (r *reading) doubts() {
	doubt := func(less float64, words string) {
		r.step.Confidence -= less
		r.step.Doubts = append(r.step.Doubts, words)
	}
	used := 0
	for _, a := range amounts(r.ts) {
		if a.isDuration {
			used++
		}
	}
	if used > 2 {
		doubt(0.3, "it gives more than two lengths of time; make a step of each meeting")
	}
	if r.step.Kind == hiring.StepInterview && r.step.Count == nil {
		doubt(0.2, "it does not say how many meetings there are; give a number")
	}
	if r.step.Kind == hiring.StepPanel && r.head.noun != "panel" && r.head.noun != "presentation" && r.head.noun != "present" && !r.said("panel") {
		doubt(0.2, "it may be one meeting with several people or several meetings; write \"panel interview\" or \"separate interviews\"")
	}
	for _, title := range r.step.With {
		if len(strings.Fields(title)) > 9 {
			doubt(0.3, "whom candidates meet is told in many words; name a title")
			break
		}
	}
	if len(r.ts) > 60 {
		doubt(0.2, "the sentence is long; say in a short one who is met, and how long")
	}
}

func (r *reading) said(word string) bool {
	for _, t := range r.ts {
		if t.low == word {
			return true
		}
	}
	return false
}
