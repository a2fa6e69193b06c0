package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// version is that of the JSON. It rises when a field goes or means something else.
const version = 1

// loadDays is how far back done interviews are counted.
const loadDays = 30

// A Report is how the openings stand at a moment. All times are in UTC, all durations in days of 24
// hours.
type Report struct {
	Version  int       `json:"version"`
	At       time.Time `json:"at"`
	Days     int       `json:"days"` // how far back closed openings are counted
	Projects []Project `json:"projects"`
	Summary  Summary   `json:"summary"`
	Stages   []Stage   `json:"stages"`
	Openings []Opening `json:"openings"` // open ones first, of these the latest
	Overdue  []Overdue `json:"overdue"`  // the latest first
	People   []Person  `json:"people"`   // the busiest first
}

// A Project holds plans.
type Project struct {
	Path string `json:"path"`
	URL  string `json:"url"`
}

// A Summary counts the openings.
type Summary struct {
	Open         int  `json:"open"`
	OnHold       int  `json:"on_hold"`
	Late         int  `json:"late"`          // open ones past their target start
	OverdueSteps int  `json:"overdue_steps"` // of open ones
	Filled       int  `json:"filled"`
	Cancelled    int  `json:"cancelled"`
	Closed       int  `json:"closed"` // by hand
	OpenAge      Stat `json:"open_age_days"`
	FilledAfter  Stat `json:"filled_after_days"`
}

// The stages of openings that are in none.
const (
	StageDone   = "All steps done"
	StageNone   = "No stage"
	StageOnHold = "On hold"
)

// A Stage sums up a stage over all processes: what stands before the colon in the names of steps.
type Stage struct {
	Name     string  `json:"name"`
	Openings int     `json:"openings"`         // there at present
	Longest  float64 `json:"longest_now_days"` // of these
	Time     Stat    `json:"time_days"`        // of openings that have left it
	order    float64 // among the others
}

// States of an opening in a report.
const (
	StateOpen      = hiring.OpeningOpen
	StateOnHold    = hiring.OpeningOnHold
	StateFilled    = hiring.OpeningFilled
	StateCancelled = hiring.OpeningCancelled
	StateClosed    = "closed" // by hand, while the opening is open
)

// An Opening is a position and how it stands.
type Opening struct {
	Project     string    `json:"project"`
	ID          string    `json:"id"`
	Role        string    `json:"role"`
	URL         string    `json:"url"`
	State       string    `json:"state"`
	Stage       string    `json:"stage"` // "" when it is closed
	Step        string    `json:"step"`  // the stage in full: "Interview: VP of Product"
	StageDays   float64   `json:"stage_days"`
	AgeDays     float64   `json:"age_days"` // up to now, or to when it was closed
	OnHoldDays  float64   `json:"on_hold_days"`
	ClosedDays  float64   `json:"closed_days"` // before it was reopened
	TargetStart string    `json:"target_start"`
	DaysLate    int       `json:"days_late"`
	StepsDone   int       `json:"steps_done"`
	Steps       int       `json:"steps"`
	Next        *Step     `json:"next_step"`
	Owners      []User    `json:"owners"`
	History     []Passage `json:"history"`
	overdue     int       // days of the latest step
}

// A Step is one to be done.
type Step struct {
	Number   int    `json:"number"`
	Name     string `json:"name"`
	URL      string `json:"url"`
	Due      string `json:"due"`
	DaysLate int    `json:"days_late"`
	Owners   []User `json:"owners"`
	OwnersOf string `json:"owners_of"` // "step", or "opening" when nobody is assigned to the step
}

// A Passage is the time that an opening was in a stage.
type Passage struct {
	Stage string  `json:"stage"`
	Step  string  `json:"step"`
	Days  float64 `json:"days"`
	Left  bool    `json:"left"`
}

// Overdue is a step past its date.
type Overdue struct {
	Opening string `json:"opening"`
	Role    string `json:"role"`
	Project string `json:"project"`
	Step
}

// A User is somebody who works on openings.
type User struct {
	Username string `json:"username"`
	Name     string `json:"name"`
}

// A Person is somebody's load of interviews, screening calls and panels.
type Person struct {
	User
	Ahead   int `json:"ahead"`   // of open openings, to be done
	Now     int `json:"now"`     // of these, the next step of their opening
	Overdue int `json:"overdue"` // of these, past their date
	Done    int `json:"done"`    // in the last 30 days
}

// Compute makes a report of plans. Openings that were closed more than a number of days ago are left
// out.
func Compute(now time.Time, back int, plans []Plan) *Report {
	c := computer{
		Report: &Report{
			Version: version, At: now.UTC(), Days: back,
			Projects: []Project{}, Stages: []Stage{}, Openings: []Opening{}, Overdue: []Overdue{}, People: []Person{},
		},
		stages: map[string]*tally{}, people: map[string]*Person{},
	}
	for _, p := range plans {
		if p.Issue.State == forge.Closed && p.Issue.ClosedAt.Before(now.AddDate(0, 0, -back)) {
			continue
		}
		c.add(p)
	}
	c.finish()
	c.At = c.At.Truncate(time.Second)
	return c.Report
}

// tally is what is known of a stage so far.
type tally struct {
	openings     int
	longest      time.Duration
	times        []time.Duration
	orders, seen int
}

type computer struct {
	*Report
	stages       map[string]*tally
	people       map[string]*Person
	ages, filled []time.Duration
}

func (c *computer) stage(s stage) *tally {
	name := s.group()
	if c.stages[name] == nil {
		c.stages[name] = &tally{}
	}
	t := c.stages[name]
	t.orders += s.order
	t.seen++
	return t
}

func (c *computer) add(p Plan) {
	h := trace(p, c.At)
	state := stateOf(p, h)
	age := max(0, h.end.Sub(p.Issue.CreatedAt))
	o := Opening{
		Project: p.Project.Path, ID: p.ID, Role: p.Role, URL: p.Issue.WebURL, State: state,
		AgeDays: days(age), OnHoldDays: days(h.held), ClosedDays: days(h.closed),
		TargetStart: p.Issue.DueDate, Steps: len(p.Steps), Owners: users(p.Issue.Assignees), History: []Passage{},
	}
	for _, s := range p.Steps {
		if s.Done {
			o.StepsDone++
		}
	}
	running := state == StateOpen || state == StateOnHold
	for _, s := range h.spells {
		here := strings.EqualFold(s.label, h.current.label)
		left := !here || state == StateFilled
		o.History = append(o.History, Passage{s.group(), s.name, days(s.time), left})
		if left {
			t := c.stage(s.stage)
			t.times = append(t.times, s.time)
		} else if running {
			o.StageDays = days(s.time)
		}
	}
	c.load(p, state, c.next(&o, p))
	if running {
		c.count(&o, h)
	}
	switch state {
	case StateOpen:
		c.Summary.Open++
		c.ages = append(c.ages, age)
	case StateOnHold:
		c.Summary.OnHold++
	case StateFilled:
		c.Summary.Filled++
		c.filled = append(c.filled, age)
	case StateCancelled:
		c.Summary.Cancelled++
	default:
		c.Summary.Closed++
	}
	c.Openings = append(c.Openings, o)
	if project := (Project{p.Project.Path, p.Project.WebURL}); !slices.Contains(c.Projects, project) {
		c.Projects = append(c.Projects, project)
	}
}

// stateOf is the state of an opening. Its issue decides: people may close and open it against what
// the openings say.
func stateOf(p Plan, h history) string {
	over := p.Status == hiring.OpeningFilled || p.Status == hiring.OpeningCancelled
	switch {
	case p.Issue.State == forge.Closed && over:
		return p.Status
	case p.Issue.State == forge.Closed:
		return StateClosed
	case p.Status == hiring.OpeningOnHold || h.onHold:
		return StateOnHold
	}
	return StateOpen
}

// count puts a running opening into its stage.
func (c *computer) count(o *Opening, h history) {
	s := h.current
	o.Step = s.name
	switch {
	case o.State == StateOnHold:
		s = stage{name: StageOnHold}
	case s.label == "" && o.Steps > 0 && o.StepsDone == o.Steps:
		s = stage{name: StageDone}
	case s.label == "":
		s = stage{name: StageNone}
	}
	o.Stage = s.group()
	t := c.stage(s)
	t.openings++
	for _, spell := range h.spells {
		if o.State == StateOpen && strings.EqualFold(spell.label, s.label) {
			t.longest = max(t.longest, spell.time)
		}
	}
	if due, late := c.late(o.TargetStart); late && o.State == StateOpen {
		o.DaysLate = due
		c.Summary.Late++
	}
}

// late reports by how many days a date is past. Today is not.
func (c *computer) late(date string) (int, bool) {
	due, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0, false // none
	}
	today := c.At.Truncate(24 * time.Hour)
	n := int(today.Sub(due) / (24 * time.Hour))
	return n, n > 0
}

// next finds the next step of a running opening, and what of its steps is late. It gives the index
// of the step, -1 for none.
func (c *computer) next(o *Opening, p Plan) int {
	if o.State != StateOpen && o.State != StateOnHold {
		return -1
	}
	next := -1
	for i, s := range p.Steps {
		if s.Done {
			continue
		}
		step := c.step(p, s, o.State == StateOpen)
		if next < 0 {
			next = i
			o.Next = &step
		}
		if step.DaysLate > 0 {
			o.overdue = max(o.overdue, step.DaysLate)
			c.Overdue = append(c.Overdue, Overdue{p.ID, p.Role, p.Project.Path, step})
		}
	}
	return next
}

func (c *computer) step(p Plan, s opening.StandingStep, counts bool) Step {
	out := Step{Number: s.Number, Name: s.Name, URL: cmp.Or(s.Issue.WebURL, p.Issue.WebURL), Due: s.Issue.DueDate, Owners: users(s.Issue.Assignees), OwnersOf: "step"}
	if len(out.Owners) == 0 {
		out.Owners, out.OwnersOf = users(p.Issue.Assignees), "opening"
	}
	if late, is := c.late(out.Due); is && counts {
		out.DaysLate = late
	}
	return out
}

// load counts the meetings of a plan for those who hold them.
func (c *computer) load(p Plan, state string, next int) {
	for i, s := range p.Steps {
		if !s.Kind.Meeting() {
			continue
		}
		for _, u := range s.Issue.Assignees {
			switch _, late := c.late(s.Issue.DueDate); {
			case s.Done && s.Issue.ClosedAt.After(c.At.AddDate(0, 0, -loadDays)):
				c.person(u).Done++
			case s.Done, state != StateOpen:
			default:
				who := c.person(u)
				who.Ahead++
				if i == next {
					who.Now++
				}
				if late {
					who.Overdue++
				}
			}
		}
	}
}

func (c *computer) person(u forge.User) *Person {
	if c.people[u.Username] == nil {
		c.people[u.Username] = &Person{User: User{u.Username, u.Name}}
	}
	return c.people[u.Username]
}

func users(list []forge.User) []User {
	out := []User{}
	for _, u := range list {
		out = append(out, User{u.Username, u.Name})
	}
	return out
}

// finish sums up and sorts.
func (c *computer) finish() {
	c.Summary.OverdueSteps = len(c.Overdue)
	c.Summary.OpenAge, c.Summary.FilledAfter = statOf(c.ages), statOf(c.filled)
	for name, t := range c.stages {
		s := Stage{Name: name, Openings: t.openings, Longest: days(t.longest), Time: statOf(t.times), order: float64(t.orders) / float64(t.seen)}
		if i := slices.Index([]string{StageDone, StageNone, StageOnHold}, name); i >= 0 {
			s.order = float64(1_000_000 + i)
		}
		c.Stages = append(c.Stages, s)
	}
	slices.SortFunc(c.Stages, func(a, b Stage) int { return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.Name, b.Name)) })
	order := map[string]int{StateOpen: 0, StateOnHold: 1}
	rank := func(o Opening) int {
		if n, running := order[o.State]; running {
			return n
		}
		return len(order)
	}
	slices.SortFunc(c.Openings, func(a, b Opening) int {
		return cmp.Or(rank(a)-rank(b), b.overdue-a.overdue, b.DaysLate-a.DaysLate, cmp.Compare(b.StageDays, a.StageDays), cmp.Compare(a.Project, b.Project), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(c.Overdue, func(a, b Overdue) int {
		return cmp.Or(b.DaysLate-a.DaysLate, cmp.Compare(a.Project, b.Project), cmp.Compare(a.Opening, b.Opening), a.Number-b.Number)
	})
	for _, p := range c.people {
		c.People = append(c.People, *p)
	}
	slices.SortFunc(c.People, func(a, b Person) int {
		return cmp.Or(b.Ahead-a.Ahead, b.Now-a.Now, b.Done-a.Done, cmp.Compare(a.Username, b.Username))
	})
	slices.SortFunc(c.Projects, func(a, b Project) int { return cmp.Compare(a.Path, b.Path) })
}

// running are the openings that are open or on hold.
func (r *Report) running() []Opening {
	return r.Openings[:r.Summary.Open+r.Summary.OnHold]
}
