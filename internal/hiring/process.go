package hiring

import "unicode"

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// A Process is the ordered steps that a candidate goes through.
type Process struct {
	// Scope narrows the process to a role, level, specialty or region; "" when it holds
	// for the whole page.
	Scope   string
	Section *Section
	Intro   *Text // the opening paragraph
	Steps   []Step
}

// A StepKind says what happens in a step.
type StepKind string

// The kinds of step.
const (
	StepScreening       StepKind = "screening"
	StepAssessment      StepKind = "assessment"
	StepInterview       StepKind = "interview"
	StepPanel           StepKind = "panel"
	StepReferenceCheck  StepKind = "reference_check"
	StepBackgroundCheck StepKind = "background_check"
	StepOffer           StepKind = "offer"
	StepOther           StepKind = "other"
)

// Meeting reports whether steps of this kind are talks, which have minutes and somebody
// to talk with.
func (k StepKind) Meeting() bool {
	return k == StepScreening || k == StepInterview || k == StepPanel
}

// Bounds is a closed range of whole numbers.
type Bounds struct {
	Min, Max int
}

// Exactly is the range of one number.
func Exactly(n int) *Bounds { return &Bounds{n, n} }

// A Step is one stage of a hiring process.
type Step struct {
	Kind     StepKind
	Optional bool
	Duration *Bounds  // minutes of one meeting; nil where the page gives none
	Count    *Bounds  // separate meetings; nil where the page leaves it open
	With     []string // who meets the candidate, as written; never nil in JSON
	ByRole   bool     // a role qualifies the meeting, and nobody is named beside it: "peer interview"
	Text              // the words of the step
	// Confidence is from 0 to 1: how sure the reading is. Doubts says in words what it
	// was unsure of.
	Confidence float64
	Doubts     []string
}
