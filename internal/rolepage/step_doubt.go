package rolepage

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A doubt is something that was guessed in reading a step: how much surer the reading would be
// without it, and what the author could write.
type doubt struct {
	less  float64
	words string
}

var (
	doubtNoStage  = doubt{0.5, "it does not say what happens in this step; name it: \"interview\", \"assessment\", \"offer\""}
	doubtNoVerb   = doubt{0.4, "it names people but does not say that they are met; write \"interview with\" before them"}
	doubtKinds    = doubt{0.3, "it names two stages of different kinds; make a step of each"}
	doubtLengths  = doubt{0.3, "it gives several lengths of time; make a step of each meeting"}
	doubtMeetings = doubt{0.2, "it does not say how many meetings there are; give a number"}
	doubtPanel    = doubt{0.2, "it may be one meeting with several people or several meetings; write \"panel interview\" or \"separate interviews\""}
	doubtPerson   = doubt{0.3, "it is not clear whom candidates meet; name a title"}
	doubtLong     = doubt{0.2, "the sentence is long; say in a short one who is met, and how long"}
	doubtSpelling = doubt{0.1, "a misspelt word names the step"}
	doubtPartly   = doubt{0.2, "it is not clear whether the whole step may be left out or a part of it"}
)

func (r *reading) doubt(d doubt) { doubtful(&r.step, d) }

func doubtful(s *hiring.Step, d doubt) {
	s.Confidence = max(0.1, s.Confidence-d.less)
	s.Doubts = append(s.Doubts, d.words)
}

// longestTitle is the number of words up to which a title is taken for one.
const longestTitle = 9

// readDoubts notes what the reading is unsure of.
func (r *reading) readDoubts() {
	if d, told := duration(r.ts, r.amounts, r.from); told > 1 && d.Min != d.Max {
		r.doubt(doubtLengths)
	}
	for _, h := range r.hits {
		if h.kind != r.head.kind && h.at >= r.head.to && !h.weak && r.adds(h) {
			r.doubt(doubtKinds)
			break
		}
	}
	if r.head.last {
		r.doubt(doubtNoStage)
	}
	if r.step.Kind == hiring.StepInterview && r.step.Count == nil && !r.mayAdd() {
		r.doubt(doubtMeetings)
	}
	if r.step.Kind == hiring.StepPanel && r.head.kind != hiring.StepPanel && !r.panelNamed() && !r.oneWithSeveral() {
		r.doubt(doubtPanel)
	}
	for _, title := range r.step.With {
		if !r.met.clear() || strings.Count(title, " ") >= longestTitle {
			r.doubt(doubtPerson)
			break
		}
	}
	if len(r.ts) > 60 {
		r.doubt(doubtLong)
	}
	if word := r.ts[r.head.to-1].low; mended(word) != word && !strings.HasSuffix(word, "/s") {
		r.doubt(doubtSpelling)
	}
	if len(r.met.list) > 1 && !r.mayBefore() && !r.mayAfter() && (r.step.Optional || r.leavesOpen()) {
		r.doubt(doubtPartly)
	}
}

// mayAdd reports whether a sentence says no more than that there may be further meetings: "Candidates may be invited to
// additional interviews". It leaves their number open on purpose.
func (r *reading) mayAdd() bool {
	before := low(r.ts, r.head.at-1)
	return r.step.Optional && len(r.met.list) == 0 && (before == "additional" || before == "further")
}

// oneWithSeveral reports whether one interview is plainly with several people: "an interview with two Engineers", "the
// final interview will be with a Manager and a Director".
func (r *reading) oneWithSeveral() bool {
	if r.head.plural() || r.head.verb {
		return false
	}
	if len(r.met.list) == 1 && r.met.list[0].number != nil {
		return r.met.list[0].number.min > 1
	}
	i := r.head.at - 1
	for i >= 0 && !breaks.of(r.ts[i].low) {
		i--
	}
	return low(r.ts, i) == "the" && r.allSingle()
}

// led takes back that a step does not say that people are met, since the line that leads to it does.
func led(s *hiring.Step) {
	if len(s.Doubts) == 1 && s.Doubts[0] == doubtNoVerb.words {
		s.Confidence, s.Doubts = 1, nil
	}
}

// adds reports whether a stage is joined to the head by "and": "a screening call and an
// assessment".
func (r *reading) adds(h hit) bool {
	joined := false
	for _, t := range r.ts[r.head.to:h.at] {
		switch t.low {
		case "and", "then", "plus", "followed":
			joined = true
		case "via", "after", "who", "which", "where", "to", "by", "will", "is":
			return false
		}
	}
	return joined
}
