package report

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/sync/label"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// A Plan is the plan of a position with the history of its issue.
type Plan struct {
	opening.StandingPlan
	Project  forge.Project
	Template string // of the stages' labels
	Labels   []forge.LabelEvent
	States   []forge.StateEvent
}

// A stage is read from its label.
type stage struct {
	label string
	order int
	name  string // "Interview: VP of Product"
}

// group is what stages of several processes have in common: "Interview".
func (s stage) group() string {
	kind, _, _ := strings.Cut(s.name, ": ")
	return kind
}

// stages tells the labels of stages from others: by the template of their names, or by their
// description, which stays when the template changes.
type stages struct{ pattern *regexp.Regexp }

func newStages(template string) stages { return stages{repoconf.Pattern(template)} }

func (s stages) read(name, description string) (stage, bool) {
	out := stage{label: name, name: name}
	if _, value, scoped := strings.Cut(name, "::"); scoped {
		out.name = strings.TrimSpace(strings.TrimLeft(value, "0123456789"))
	}
	m := s.pattern.FindStringSubmatch(name)
	if m == nil {
		return out, label.IsStage(description)
	}
	if i := s.pattern.SubexpIndex("Name"); i > 0 {
		out.name = m[i]
	}
	if i := s.pattern.SubexpIndex("Order"); i > 0 {
		out.order, _ = strconv.Atoi(m[i]) // digits; one too large sorts first, which does no harm
	}
	return out, true
}

// A history is how long an opening was in each stage, without the time on hold and closed.
type history struct {
	spells       []spell // in the order in which they began
	held, closed time.Duration
	current      stage // zero when there is none
	since        time.Time
	onHold       bool
	end          time.Time // now, or when the issue was closed
}

// A spell is all the time that an opening was in a stage, whether in one go or not.
type spell struct {
	stage
	time time.Duration
}

// event is a change of one kind or another.
type event struct {
	at     time.Time
	change func(*tracer)
}

// A tracer goes through the events of an issue.
type tracer struct {
	history
	at      time.Time
	on      []stage // labels of stages on the issue, the newest last
	shut    bool
	holding bool
}

// trace works out the history of an issue of its events. Labels that were there before all events
// count from the making of the issue.
func trace(p Plan, now time.Time) history {
	read := newStages(p.Template)
	begin := p.Issue.CreatedAt
	t := tracer{at: begin, history: history{since: begin, end: now}}
	if p.Issue.State == forge.Closed && !p.Issue.ClosedAt.IsZero() {
		t.end = p.Issue.ClosedAt
	}
	var events []event
	seen := map[string]bool{}
	for _, e := range p.Labels {
		key := strings.ToLower(e.Label)
		first := !seen[key]
		seen[key] = true
		s, isStage := read.read(e.Label, e.Description)
		switch {
		case isStage:
			if first && !e.Added {
				t.put(s)
			}
			events = append(events, event{e.At, func(t *tracer) { t.set(s, e.Added, e.At) }})
		case strings.EqualFold(e.Label, label.OnHold):
			t.holding = t.holding || first && !e.Added
			events = append(events, event{e.At, func(t *tracer) { t.holding = e.Added }})
		}
	}
	for _, name := range p.Issue.Labels {
		if s, isStage := read.read(name, ""); isStage && !seen[strings.ToLower(name)] {
			t.put(s)
		}
		t.holding = t.holding || strings.EqualFold(name, label.OnHold) && !seen[strings.ToLower(name)]
	}
	for _, e := range p.States {
		events = append(events, event{e.At, func(t *tracer) { t.shut = e.State == forge.Closed }})
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range events {
		if e.at.After(t.end) && p.Issue.State == forge.Closed {
			break // what happens to it afterwards does not count
		}
		t.pass(e.at) // GitLab's clock may be ahead of ours
		e.change(&t)
	}
	t.pass(t.end)
	t.current, t.onHold = t.stage(), t.holding
	return t.history
}

// pass counts the time up to a moment for what holds at present.
func (t *tracer) pass(to time.Time) {
	if to.After(t.end) {
		to = t.end
	}
	d := to.Sub(t.at)
	if d <= 0 {
		return
	}
	t.at = to
	now := t.stage()
	switch {
	case t.shut:
		t.closed += d
	case t.holding:
		t.held += d
	case now.label != "":
		i := slices.IndexFunc(t.spells, func(s spell) bool { return strings.EqualFold(s.label, now.label) })
		if i < 0 {
			i = len(t.spells)
			t.spells = append(t.spells, spell{stage: now})
		}
		t.spells[i].time += d
	}
}

// stage is the one whose label was put on last. Without a licence GitLab leaves the label of the
// last stage for a moment.
func (t *tracer) stage() stage {
	if len(t.on) == 0 {
		return stage{}
	}
	return t.on[len(t.on)-1]
}

func (t *tracer) set(s stage, added bool, at time.Time) {
	before := t.stage().label
	t.on = slices.DeleteFunc(t.on, func(o stage) bool { return strings.EqualFold(o.label, s.label) })
	if added {
		t.on = append(t.on, s)
	}
	if t.stage().label != before {
		t.since = at
	}
}

// put adds a label that was there from the start, those of earlier stages first.
func (t *tracer) put(s stage) {
	t.on = append(t.on, s)
	slices.SortStableFunc(t.on, func(a, b stage) int { return cmp.Compare(a.order, b.order) })
}
