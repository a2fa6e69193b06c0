package rolepage

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A stage is the text of an item, a heading or a sentence, read.
type stage struct {
	step hiring.Step
	// announces is true where the text may only lead to the meetings below it: "candidates will
	// be invited to the following interviews:".
	announces bool
	prose     bool // the sentence says by itself what will be done with candidates
	phrase    bool // it has no verb: "Screening call"
}

// readStage reads a text that may name a stage. ok is false where it names none. One sentence
// says what the stage is; what comes after it may tell whom candidates meet and how long.
func readStage(text string, bold []string) (stage, bool) {
	list := takeTokenList()
	defer list.putBack()
	lead, rest := boldLead(strings.TrimSpace(text), bold)
	var bare stage
	first, opening, isBare := true, false, false
	for part, after := range sentences(lead) {
		isFirst := first
		first = false
		if isRemarkSentence(part) {
			opening = opening || isFirst
			continue
		}
		words := parseSentence(part, list)
		r, ok := words.read()
		if !ok && isFirst {
			bare, isBare = words.bare()
		}
		if !ok || opening && !r.prose() {
			continue
		}
		s := stage{step: r.step, announces: announces(lead), prose: r.prose(), phrase: !hasVerb(r.ts)}
		s.detail(after + rest)
		return s, true
	}
	return bare, isBare
}

// boldLead parts bold words at the start of a text that are a heading of their own from what
// tells more in a sentence: "**Technical interview** You will meet ...".
func boldLead(text string, bold []string) (lead, rest string) {
	if len(bold) == 0 || !strings.HasPrefix(text, bold[0]) {
		return text, ""
	}
	rest = strings.TrimLeft(text[len(bold[0]):], " :.-–—")
	if ts := tokenize(plain(firstSentence(rest))); len(ts) == 0 || !ts[0].capital() || !hasVerb(ts) || len(hits(tokenize(plain(bold[0])))) == 0 {
		return text, ""
	}
	return strings.TrimRight(bold[0], ":. "), rest
}

func firstSentence(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return text[:sentenceLength(text)]
}

// hasVerb reports whether words are a sentence rather than a phrase.
func hasVerb(ts []token) bool {
	for _, t := range ts[:min(len(ts), 20)] {
		if auxiliaries.of(t.low) || actors.of(t.low) && t.text != "IT" || t.low == "this" {
			return true
		}
	}
	return false
}

// detail takes over what the sentences after the first tell of the meeting: "This takes 45
// minutes", "You will meet two Engineers".
func (s *stage) detail(rest string) {
	if !s.step.Kind.Meeting() || rest == "" {
		return
	}
	if s.step.Duration == nil {
		s.step.Duration = durationBelow(rest)
	}
	if len(s.step.With) == 0 {
		s.interviewers(rest)
	}
	list := takeTokenList()
	defer list.putBack()
	first := parseSentence(firstSentence(rest), list)
	if r, ok := first.read(); ok && r.head.kind.Meeting() && r.met.clear() {
		if len(s.step.With) == 0 && !r.separate() {
			s.gathered(r.met)
		}
		s.complete(r.step)
		if r.separate() && s.step.Kind == hiring.StepInterview && r.step.Count != nil && r.step.Count.Max > 1 {
			s.step.Count = r.step.Count // "You will meet two Engineers for 25 minutes each"
		}
		s.step.Optional = s.step.Optional || r.step.Optional && len(r.met.list) > 0 // "You may be asked to meet the CEO"
	} else if !ok {
		if below, isBare := first.bare(); isBare {
			s.complete(below.step) // "30 minutes with a Recruiter"
		}
	}
	if len(s.step.With) == 0 {
		s.asking(rest)
	}
	if len(s.step.With) == 0 {
		s.step.With = servedBelow(rest)
	}
}

// asking takes over who leads the meeting: "The hiring manager will ask about your experience".
func (s *stage) asking(rest string) {
	clause := plain(firstSentence(rest))
	ts := tokenize(clause)
	for i := range ts {
		if (ts[i].low == "will" || ts[i].low == "may") && asks.of(low(ts, i+1)) {
			if p := readPeople(clause, ts[:i], 0); p.clear() && !slices.ContainsFunc(p.list, anyInterviewer) {
				s.step.With = p.titles()
				s.gathered(p)
			}
			return
		}
	}
}

var asks = set("ask talk speak discuss interview explore assess evaluate walk dive want look")

// anyInterviewer reports whether a person is only known to hold the interview.
func anyInterviewer(who person) bool { return strings.HasPrefix(lower(who.title), "interviewer") }

// interviewers takes over who is named as "Interviewers: ..."; several of them are a panel.
func (s *stage) interviewers(rest string) {
	for sentence := range sentences(rest) {
		clause := plain(sentence)
		ts := tokenize(clause)
		if !meetsWhom.of(low(ts, 0)) || low(ts, 1) != ":" {
			continue
		}
		p := readPeople(clause, ts, 0)
		s.step.With = p.titles()
		s.gathered(p)
		return
	}
}

// gathered makes a panel of a single meeting that several people turn out to hold.
func (s *stage) gathered(p people) {
	if s.step.Kind == hiring.StepInterview && s.step.Count != nil && s.step.Count.Max == 1 && p.several() && !p.either {
		s.step.Kind = hiring.StepPanel
	}
}

// complete fills in what a step does not tell by itself.
func (s *stage) complete(from hiring.Step) {
	if len(s.step.With) == 0 {
		s.step.With = from.With
	}
	if s.step.Duration == nil {
		s.step.Duration = from.Duration
	}
}

// servedBelow finds whom the meeting serves: "This allows your hiring manager to understand ...".
func servedBelow(rest string) []string {
	clause := plain(firstSentence(rest))
	ts := tokenize(clause)
	for i := range ts {
		if serves.of(ts[i].low) && i > 0 && refersBack.of(ts[0].low) {
			if p := readPeople(clause, ts, i+1); len(p.list) > 0 && p.clear() {
				return p.titles()
			}
		}
	}
	return []string{}
}

var serves = set("allows lets helps enables")

// nested takes over what short items below tell of the meeting: "30 minutes", "With: the CTO".
func (s *stage) nested(items []*hiring.Item) {
	if !s.step.Kind.Meeting() {
		return
	}
	list := takeTokenList()
	defer list.putBack()
	alone := len(s.step.With) == 0
	for _, i := range items {
		text := plain(firstLine(i.Text.Text))
		ts := tokenize(text)
		if len(ts) > 10 {
			continue
		}
		if slices.Contains(asNeeded, strings.TrimRight(lower(text), ". ")) {
			s.step.Optional = true
			continue
		}
		if p := readPeople(text, ts, 0); meetsWhom.of(low(ts, 0)) && len(s.step.With) == 0 && p.clear() {
			s.step.With = p.titles()
			s.gathered(p)
		} else if who, ok := parseSentence(text, list).bare(); ok && alone {
			s.step.With = append(s.step.With, who.step.With...) // the members of a panel
		}
		if d, _ := durationIn(ts); d != nil && s.step.Duration == nil {
			s.step.Duration = d
		}
	}
}

var meetsWhom = set("with interviewer interviewers who")

// durationBelow finds the length of a meeting in the sentences after the one that names it. "The
// rest of the half hour" tells that of the whole where others tell that of a part.
func durationBelow(rest string) *hiring.Bounds {
	list := takeTokenList()
	defer list.putBack()
	var found *hiring.Bounds
	first := true
	for s := range sentences(rest) {
		ts := list.tokenize(plain(s))
		for i := range ts {
			a, ok := amountAt(ts, i)
			if !ok || !a.minutes {
				continue
			}
			if i > 2 && low(ts, i-1) == "the" && low(ts, i-2) == "of" && (low(ts, i-3) == "rest" || low(ts, i-3) == "remainder") {
				return a.bounds()
			}
			if found == nil && (first && i == 0 || cued(ts) || len(hits(ts[a.to:min(len(ts), a.to+3)])) > 0) {
				found, _ = durationIn(ts)
			}
		}
		first = false
	}
	return found
}

// cued reports whether a sentence tells how long the meeting before it takes.
func cued(ts []token) bool {
	return slices.ContainsFunc(ts, func(t token) bool { return lengthCues.of(t.low) })
}

// lengthCues are the words with which a sentence tells how long the meeting before it takes.
var lengthCues = set("takes take lasts last lasting scheduled limited long length duration")

// announces reports whether a text may only lead to what stands below it.
func announces(text string) bool {
	return strings.HasSuffix(strings.TrimRight(text, " *_"), ":") || following.in(text)
}

var following = newCues("the following")

// bare reads a stage without a word for what happens: whom to meet, and maybe how long ("Hiring
// Manager, 50 minutes").
func (s sentence) bare() (stage, bool) {
	ts := s.ts
	if len(ts) == 0 || len(ts) > 16 || last(ts).low == ":" {
		return stage{}, false
	}
	d, _ := durationIn(ts)
	if d == nil {
		d, _ = durationIn(s.within)
	}
	start := 0
	if a, ok := amountAt(ts, 0); ok && a.minutes && a.to+1 < len(ts) && !ts[a.to].word() {
		start = a.to + 1 // "50 minutes, Hiring Manager"
	}
	for i := range ts {
		if ts[i].low == "with" {
			start = i + 1 // "half an hour with the CEO"
		}
	}
	met := readPeople(s.clause, ts, start)
	if hasVerb(ts) && (d == nil || start == 0) || len(met.list) == 0 || !met.clear() || d == nil && met.end < len(ts) {
		return stage{}, false
	}
	r := reading{sentence: s, met: met}
	r.step = hiring.Step{Kind: hiring.StepInterview, Duration: d, Count: hiring.Exactly(1), With: met.titles(), Optional: r.optional(), Confidence: 1}
	if held := d != nil && start > 0 && r.together(); held || len(met.list) == 1 && met.list[0].body {
		r.step.Kind = hiring.StepPanel // "60 minutes with two Engineers"
	} else if len(met.list) == 1 {
		r.step.Count = nil // "Directors"
		if m := met.list[0].meetings(); m != nil {
			r.step.Count = m.bounds() // "two peers"
		}
	}
	r.doubt(doubtNoVerb)
	return stage{step: r.step}, true
}

// unnamed reads a short item among stages that uses no word of the vocabulary: "Contract".
func unnamed(text string) (stage, bool) {
	ts := tokenize(plain(text))
	if isRemark(text) || len(ts) == 0 || len(ts) > 4 || !ts[0].capital() || !last(ts).word() || hasVerb(ts) || labels.of(ts[0].low) || isAcronym(ts[0].text) || ts[0].low == "for" {
		return stage{}, false
	}
	s := stage{step: hiring.Step{Kind: hiring.StepOther, Count: hiring.Exactly(1), With: []string{}, Confidence: 1}}
	doubtful(&s.step, doubtNoStage)
	return s, true
}

// prose reports whether a sentence says what will be done with candidates, so that it is a
// stage also where no list sets it apart.
func (r *reading) prose() bool {
	if refersBack.of(low(r.ts, 0)) && !r.goesOn() || low(r.ts, 0) == "in" && refersBack.of(low(r.ts, 1)) || r.negated() {
		return false
	}
	if !hasVerb(r.ts) && !slices.ContainsFunc(r.ts[:r.head.at], func(t token) bool { return tells.of(t.low) }) {
		labelled := labels.of(low(r.ts, 0)) && low(r.ts, r.head.at-1) == ":" // "Stage 4: offer"
		return labelled || len(r.step.With) > 0 || r.step.Duration != nil    // a phrase: "Interview with the CTO"
	}
	future, who := false, false
	for i, t := range r.ts {
		future = future || tells.of(t.low) || t.low == "is" && r.nthStage(i)
		who = who || i < r.head.to && (candidates.of(t.low) || i >= r.head.at)
	}
	return future && who
}

// nthStage reports whether a verb tells what one of the stages is: "the last step is a call".
func (r *reading) nthStage(verb int) bool {
	if _, ok := stageWord(r.ts, verb-1); !ok || !slices.ContainsFunc(r.ts[:verb], func(t token) bool { return labels.of(t.low) }) {
		return false
	}
	next := low(r.ts, verb+1)
	return next == "a" || next == "an" || next == "with"
}

// goesOn reports whether a sentence tells what candidates do next: "They will then meet".
func (r *reading) goesOn() bool {
	next := low(r.ts, 2)
	return low(r.ts, 0) == "they" && auxiliaries.of(low(r.ts, 1)) && (next == "then" || next == "next" || next == "also")
}

// refersBack begin a sentence that tells more of the stage before it.
var refersBack = set("this these it its it's during throughout they their the-interviewer within each")

// tells are the verbs with which prose says what is to come.
var tells = set("will may might you'll we'll they'll invited asked required begins starts starting")

func (r *reading) negated() bool {
	for _, t := range r.ts[:r.head.at] {
		if t.low == "not" || t.low == "no" || t.low == "without" || strings.HasSuffix(t.low, "n't") {
			return true
		}
	}
	return false
}

// remarks mark a text that says how the process goes and names no stage of it.
var remarks = newCues(phraseList(`can be found, more information, more details, additional details, additional information, further information, further details,
	to learn more, learn more about, read more, see more, for more on, job title on, any of the above, the order below, order of the, in no particular order, in any order,
	be declined, may be canceled, may be cancelled, stage of the process, process may vary, process will vary, may vary, process may change, subject to change,
	conducted via, conducted using, conducted over, conducted through, conducted remotely, conducted on, held via, held over, held on, keep in mind, please note,
	please refer, please see, see our, see the, refer to our, check out, meet in person, schedule the next, not a guarantee, preparing for your, prepare for your,
	as always, at any point, at any time, avoid the confidence gap`)...)

// isRemark reports whether a text begins with such a sentence.
func isRemark(text string) bool { return isRemarkSentence(firstSentence(text)) }

func isRemarkSentence(sentence string) bool {
	sentence = strings.TrimSpace(sentence)
	if sentence == "" || strings.HasPrefix(sentence, "{") || strings.HasPrefix(sentence, "<") {
		return true // a placeholder
	}
	return remarks.in(plain(sentence))
}
