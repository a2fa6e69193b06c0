package note

import (
	"slices"

	"gitlab.com/roleplan/roleplan/internal/safe"
)

// Effects is what merging does to the hiring plans, or what it did.
type Effects struct {
	// Named says that everybody who reads the merge request may know the openings. Else the
	// note gives numbers alone.
	Named bool
	// Pending says that the merge request is merged and GitLab is not in line yet.
	Pending bool
	// Trouble says why the effects are not known at the moment; "" when they are.
	Trouble string

	Openings []Effect // by id
	Created  Amounts  // of all openings and labels together
	Changed  Amounts
	Closed   Amounts
	// Mistakes counts what keeps plans from being made, where openings must not be named.
	Mistakes int
}

// empty reports whether nothing is to be told.
func (e *Effects) empty() bool {
	return len(e.Openings) == 0 && e.Created.total()+e.Changed.total()+e.Closed.total()+e.Mistakes == 0
}

// Amounts counts things on GitLab.
type Amounts struct{ Issues, Tasks, Labels int }

func (a Amounts) total() int { return a.Issues + a.Tasks + a.Labels }

// A Verb says what happens to the plan of an opening.
type Verb string

// The verbs. They stand in the note's mark by their first letters.
const (
	Opens   Verb = "open"
	Changes Verb = "change"
	Closes  Verb = "close"
)

// An Effect is what happens to the plan of one opening.
type Effect struct {
	ID      string // "GHP-1042"
	Title   string // what is hired for; "" when it is not known
	URL     string // of the plan's issue, "" when there is none yet
	Verb    Verb
	Details []string // one line each: "add the task ..."
}

// effects tells what merging does.
func effects(s Summary, rows int) part {
	e := s.Plan
	if e == nil {
		return part{}
	}
	merged := s.State == "merged"
	done := merged && !e.Pending
	if e.Trouble != "" {
		trouble := safe.Sprintf("**On merge**: what happens to the hiring plans could not be told just now: %s. roleplan tries again by itself.", safe.Short(e.Trouble, 300))
		return part{open: trouble, folded: trouble}
	}
	var open, folded safe.Builder
	switch {
	case e.empty():
		if merged {
			return part{}
		}
		none := safe.Sprintf("**On merge**: no hiring plan changes.")
		return part{open: none, folded: none}
	case done:
		open.Para("**What was done**%s", e.sum())
	case merged:
		open.Para("**Being done now**%s", e.sum())
	default:
		open.Para("**On merge**%s", e.sum())
	}
	if e.Mistakes > 0 {
		open.Para("⚠️ %s. To those who may see them, `roleplan plan` says more.",
			safe.Count(e.Mistakes, "mistake in the openings keeps a plan from being made", "mistakes in the openings keep plans from being made"))
	}
	folded.Add(open.Markdown())
	if !e.Named || len(e.Openings) == 0 {
		return part{open: open.Markdown(), folded: folded.Markdown()}
	}
	seen := min(openRows, len(e.Openings))
	for _, f := range e.Openings[:seen] {
		open.Item("%s", f.words(done))
	}
	if rest := e.Openings[seen:]; len(rest) > 0 {
		open.Details(func(b *safe.Builder) { cutEffects(b, rest, rows, done) }, "%s more", safe.Num(len(rest)))
	}
	if slices.ContainsFunc(e.Openings, func(f Effect) bool { return len(f.Details) > 0 }) {
		open.Details(func(b *safe.Builder) { details(b, e.Openings, rows) }, "Step by step")
	}
	folded.Details(func(b *safe.Builder) {
		cutEffects(b, e.Openings, rows, done)
		details(b, e.Openings, rows)
	}, "%s", safe.Count(len(e.Openings), "opening", "openings"))
	return part{open: open.Markdown(), folded: folded.Markdown()}
}

func cutEffects(b *safe.Builder, all []Effect, rows int, done bool) {
	for _, f := range all[:min(rows, len(all))] {
		b.Item("%s", f.words(done))
	}
	if len(all) > rows {
		b.Item("… and %s more", safe.Num(len(all)-rows))
	}
}

// words tells an effect in a line, as wish before the merge and as fact after it.
func (f Effect) words(done bool) safe.Value {
	id := safe.Reference(f.ID, f.URL)
	if f.Title != "" {
		id = safe.Phrase("**%s** (%s)", id, safe.Short(f.Title, 120))
	} else {
		id = safe.Phrase("**%s**", id)
	}
	switch {
	case f.Verb == Opens && done:
		return safe.Phrase("%s has its plan", id)
	case f.Verb == Opens:
		return safe.Phrase("%s gets a plan", id)
	case f.Verb == Closes && done:
		return safe.Phrase("the plan of %s is closed", id)
	case f.Verb == Closes:
		return safe.Phrase("the plan of %s is closed, with its open tasks", id)
	case done:
		return safe.Phrase("the plan of %s was updated", id)
	}
	return safe.Phrase("the plan of %s is updated", id)
}

// details lists the single steps, cut to a number of lines over all.
func details(b *safe.Builder, all []Effect, rows int) {
	left := rows
	for _, f := range all {
		if len(f.Details) == 0 || left <= 0 {
			continue
		}
		b.Para("%s:", safe.Text(f.ID))
		for _, line := range f.Details[:min(left, len(f.Details))] {
			b.Item("%s", safe.Short(line, 200))
		}
		left -= len(f.Details)
	}
	if left < 0 {
		b.Para("… and %s more", safe.Num(-left))
	}
}

// sum tells the numbers: ": 2 openings; new: 1 issue, 6 tasks; changed: 2 labels". The words do for
// what is to come and for what was done. Nothing when there are no numbers.
func (e *Effects) sum() safe.Value {
	var parts []safe.Value
	if len(e.Openings) > 0 {
		parts = append(parts, safe.Count(len(e.Openings), "opening", "openings"))
	}
	for _, a := range []struct {
		verb safe.Value
		n    Amounts
	}{
		{safe.Word("new"), e.Created}, {safe.Word("changed"), e.Changed}, {safe.Word("closed"), e.Closed},
	} {
		if a.n.total() > 0 {
			parts = append(parts, safe.Phrase("%s: %s", a.verb, a.n.words()))
		}
	}
	if len(parts) == 0 {
		return safe.Word("")
	}
	return safe.Phrase(": %s", safe.Join("; ", parts...))
}

func (a Amounts) words() safe.Value {
	var parts []safe.Value
	if a.Issues > 0 {
		parts = append(parts, safe.Count(a.Issues, "issue", "issues"))
	}
	if a.Tasks > 0 {
		parts = append(parts, safe.Count(a.Tasks, "task", "tasks"))
	}
	if a.Labels > 0 {
		parts = append(parts, safe.Count(a.Labels, "label", "labels"))
	}
	return safe.Join(", ", parts...)
}

// Superseded is the text of a younger summary note, where two runs at once left two. It has no
// summary mark, so that it is not taken for the answer again.
func Superseded() safe.Markdown {
	return safe.Concat(safe.Mark("superseded"), safe.Sprintf("roleplan's answer stands in its first note in this merge request."))
}

// Remarkable reports whether a summary has something to say that a project wants to hear which
// is told of findings only: new or fixed findings, problems, or effects on openings.
func Remarkable(s Summary) bool {
	d := compare(s.Pages)
	if len(d.fresh)+len(d.fixed)+len(s.Problems)+len(d.faults)+unread(s.Pages) > 0 || s.Cut {
		return true
	}
	return s.Plan != nil && !s.Plan.empty()
}
