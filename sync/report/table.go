package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A table is a part of the report as text and HTML show it.
type table struct {
	ID      string
	Title   string
	Note    string // its caption
	Columns []column
	Rows    [][]cell
	Empty   string // said when there are no rows
}

type column struct {
	Name   string
	Number bool // to the right
}

type cell struct {
	Text, URL string
	Warn      bool
}

func (r *Report) tables() []table {
	all := []table{r.overdueTable(), r.stageTable(), r.openingTable(), r.peopleTable()}
	for _, t := range all {
		for _, row := range t.Rows {
			for i := range row {
				row[i].Text = line(row[i].Text)
			}
		}
	}
	return all
}

func (r *Report) overdueTable() table {
	t := table{
		ID: "overdue", Title: "Overdue steps", Empty: "Nothing is overdue.",
		Note:    "Steps past their date, of open openings. Those that are late longest come first.",
		Columns: []column{{"Opening", false}, {"Step", false}, {"Due", false}, {"Days late", true}, {"Owner", false}},
	}
	for _, o := range r.Overdue {
		t.Rows = append(t.Rows, []cell{{Text: o.Opening}, {Text: o.Name, URL: o.URL}, {Text: o.Due}, {Text: strconv.Itoa(o.DaysLate), Warn: true}, {Text: o.who()}})
	}
	return t
}

func (r *Report) stageTable() table {
	t := table{
		ID: "stages", Title: "Openings by stage, and time in stage", Empty: "No opening is in any stage.",
		Note:    "Days, without time on hold or closed. Median and 90th percentile are of openings that have left the stage.",
		Columns: []column{{"Stage", false}, {"There now", true}, {"Longest there", true}, {"Have left", true}, {"Median", true}, {"90th percentile", true}},
	}
	for _, s := range r.Stages {
		t.Rows = append(t.Rows, []cell{
			{Text: s.Name}, {Text: strconv.Itoa(s.Openings)}, {Text: daysText(s.longest())}, {Text: strconv.Itoa(s.Time.Count)}, {Text: daysText(s.Time.Median)}, {Text: daysText(s.Time.P90)},
		})
	}
	return t
}

func (r *Report) openingTable() table {
	t := table{
		ID: "openings", Title: "Openings", Empty: nobody,
		Note:    "Those with the most overdue steps come first, those on hold last. Age is in days.",
		Columns: []column{{"Opening", false}, {"Role", false}, {"Next step", false}, {"Days in stage", true}, {"Age", true}, {"Done", true}, {"Due", false}, {"Owner", false}, {"Target start", false}},
	}
	for _, o := range r.running() {
		next, due := cell{Text: o.idle()}, cell{}
		who := ""
		if o.Next != nil {
			next, who = cell{Text: o.Next.Name, URL: o.Next.URL}, o.Next.who()
			due = cell{Text: o.Next.Due, Warn: o.Next.DaysLate > 0}
		}
		t.Rows = append(t.Rows, []cell{
			{Text: o.name(), URL: o.URL},
			{Text: o.Role},
			next,
			{Text: number(o.StageDays)},
			{Text: number(o.AgeDays)},
			{Text: o.done()},
			due,
			{Text: who},
			{Text: o.TargetStart, Warn: o.DaysLate > 0},
		})
	}
	return t
}

func (r *Report) peopleTable() table {
	t := table{
		ID: "people", Title: "Interviews a person", Empty: "Nobody is assigned to an interview.",
		Note:    "Screening calls, interviews and panels of open openings.",
		Columns: []column{{"Person", false}, {"Ahead", true}, {"Next up", true}, {"Overdue", true}, {fmt.Sprintf("Done in %d days", loadDays), true}},
	}
	for _, p := range r.People {
		t.Rows = append(t.Rows, []cell{
			{Text: p.text()}, {Text: strconv.Itoa(p.Ahead)}, {Text: strconv.Itoa(p.Now)}, {Text: strconv.Itoa(p.Overdue), Warn: p.Overdue > 0}, {Text: strconv.Itoa(p.Done)},
		})
	}
	return t
}

// nobody is what an empty report says.
const nobody = "No opening is being worked on. Add one with 'roleplan open'; 'roleplan apply' makes its plan."

// counts and ages are the summary in sentences.
func (r *Report) counts() []string {
	s := r.Summary
	return []string{
		fmt.Sprintf("%d open, %d on hold.", s.Open, s.OnHold),
		fmt.Sprintf("%s overdue, %s past the target start.", count(s.OverdueSteps, "step"), count(s.Late, "opening")),
	}
}

func (r *Report) ages() []string {
	s := r.Summary
	var ages []string
	if s.OpenAge.Count > 0 {
		ages = append(ages, fmt.Sprintf("Age of open openings: %s.", s.OpenAge.text()))
	}
	ended := fmt.Sprintf("In the last %s: %d filled, %d cancelled, %d closed by hand.", count(r.Days, "day"), s.Filled, s.Cancelled, s.Closed)
	if s.FilledAfter.Count > 0 {
		ended += fmt.Sprintf(" Age when filled: %s.", s.FilledAfter.text())
	}
	return append(ages, ended)
}

func (r *Report) facts() []string { return append(r.counts(), r.ages()...) }

// longest is nil where nobody is there, or nobody's time counts.
func (s Stage) longest() *float64 {
	if s.Longest == 0 {
		return nil
	}
	return &s.Longest
}

// name is the opening, with that it is on hold.
func (o Opening) name() string {
	if o.State == StateOnHold {
		return o.ID + " (on hold)"
	}
	return o.ID
}

func (o Opening) done() string { return fmt.Sprintf("%d of %d", o.StepsDone, o.Steps) }

// idle says why there is no next step.
func (o Opening) idle() string {
	if o.Steps > 0 {
		return "all steps done"
	}
	return "no steps"
}

func (s Step) who() string {
	var names []string
	for _, u := range s.Owners {
		names = append(names, u.text())
	}
	switch {
	case len(names) == 0:
		return "nobody"
	case s.OwnersOf == "opening":
		return strings.Join(names, ", ") + " (of the opening)"
	}
	return strings.Join(names, ", ")
}

func (u User) text() string {
	if u.Name == "" || u.Name == u.Username {
		return u.Username
	}
	return fmt.Sprintf("%s (%s)", u.Name, u.Username)
}

// text is a number of days in a sentence.
func (s Stat) text() string {
	days := func(n float64) string {
		if n == 1 {
			return "1 day"
		}
		return value(n) + " days"
	}
	return fmt.Sprintf("%s (median), %s (90th percentile)", days(*s.Median), days(*s.P90))
}

// none stands for a number that there is not.
const none = "-"

func number(days float64) string { return strconv.FormatFloat(days, 'f', 1, 64) }

func daysText(days *float64) string {
	if days == nil {
		return none
	}
	return number(*days)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// line keeps a text on one line, without signs that steer a terminal or turn text around.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
}

// short is a line of at most a number of characters.
func short(s string, most int) string {
	if r := []rune(line(s)); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return line(s)
}
