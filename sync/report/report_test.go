package report

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// TestTrace works out histories. Events are "day sign label" or "day state", days after the making
// of the issue; the report is made on day 100.
func TestTrace(t *testing.T) {
	for _, test := range []struct {
		name   string
		events string   // with commas between
		labels []string // on the issue at present
		closed float64  // day, 0 for an open issue
		want   string
	}{
		{"one stage", "0 + hiring::1 Call", nil, 0, "Call 100.0; at Call since 0"},
		{"two stages", "0 + hiring::1 Call, 10 - hiring::1 Call, 10 + hiring::2 Offer", nil, 0, "Call 10.0, Offer 90.0; at Offer since 10"},
		{"the new label first", "0 + hiring::1 Call, 10 + hiring::2 Offer, 10 - hiring::1 Call", nil, 0, "Call 10.0, Offer 90.0; at Offer since 10"},
		{"the old label stays", "0 + hiring::1 Call, 10 + hiring::2 Offer", nil, 0, "Call 10.0, Offer 90.0; at Offer since 10"},
		{"back again", "0 + hiring::1 Call, 10 - hiring::1 Call, 10 + hiring::2 Offer, 30 + hiring::1 Call, 30 - hiring::2 Offer", nil, 0, "Call 80.0, Offer 20.0; at Call since 30"},
		{"a gap", "0 + hiring::1 Call, 10 - hiring::1 Call, 50 + hiring::2 Offer", nil, 0, "Call 10.0, Offer 50.0; at Offer since 50"},
		{"no stage any more", "0 + hiring::1 Call, 10 - hiring::1 Call", nil, 0, "Call 10.0; at  since 10"},
		{"on hold", "0 + hiring::1 Call, 20 + on hold, 50 - on hold", nil, 0, "Call 70.0; at Call since 0; held 30.0"},
		{"on hold still", "0 + hiring::1 Call, 20 + On Hold", nil, 0, "Call 20.0; at Call since 0; held 80.0; on hold"},
		{"the stage moves on hold", "0 + hiring::1 Call, 20 + on hold, 30 - hiring::1 Call, 30 + hiring::2 Offer, 50 - on hold", nil, 0, "Call 20.0, Offer 50.0; at Offer since 30; held 30.0"},
		{"on hold from before all events", "40 - on hold, 0 + hiring::1 Call", nil, 0, "Call 60.0; at Call since 0; held 40.0"},
		{"closed", "0 + hiring::1 Call, 60 closed", nil, 60, "Call 60.0; at Call since 0"},
		{"closed, and no event tells", "0 + hiring::1 Call", nil, 60, "Call 60.0; at Call since 0"},
		{"reopened", "0 + hiring::1 Call, 20 closed, 30 reopened", nil, 0, "Call 90.0; at Call since 0; closed 10.0"},
		{"closed while on hold", "0 + hiring::1 Call, 10 + on hold, 20 closed, 30 reopened, 40 - on hold", nil, 0, "Call 70.0; at Call since 0; held 20.0; closed 10.0"},
		{"closed twice", "0 + hiring::1 Call, 20 closed, 30 reopened, 80 closed", nil, 80, "Call 70.0; at Call since 0; closed 10.0"},
		{"moved after it was closed", "0 + hiring::1 Call, 60 closed, 70 - hiring::1 Call", nil, 60, "Call 60.0; at Call since 0"},
		{"GitLab's clock is ahead", "0 + hiring::1 Call, 101 - hiring::1 Call, 101 + hiring::2 Offer", nil, 0, "Call 100.0; at Offer since 101"},
		{"other labels", "0 + opening, 0 + hiring::1 Call, 5 + hiring::plan, 7 - opening", nil, 0, "Call 100.0; at Call since 0"},
		{"a deleted label", "0 + hiring::1 Call, 10 -, 20 +", nil, 0, "Call 100.0; at Call since 0"},
		{"no events", "", []string{"opening", "hiring::1 Call"}, 0, "Call 100.0; at Call since 0"},
		{"taken off, and never put on", "10 - hiring::1 Call, 10 + hiring::2 Offer", nil, 0, "Call 10.0, Offer 90.0; at Offer since 10"},
		{"another template", "0 + stage::1 Call *, 10 - stage::1 Call *, 10 + hiring::2 Offer", nil, 0, "Call 10.0, Offer 90.0; at Offer since 10"},
		{"nothing", "", nil, 0, "; at  since 0"},
		{"another case", "0 + hiring::1 Call, 10 - Hiring::1 call", nil, 0, "Call 10.0; at  since 10"},
	} {
		t.Run(test.name, func(t *testing.T) {
			begin := now.Add(-100 * 24 * time.Hour)
			day := func(n float64) time.Time { return begin.Add(time.Duration(n * float64(24*time.Hour))) }
			p := Plan{Template: names, StandingPlan: opening.StandingPlan{Issue: forge.Issue{State: forge.Opened, CreatedAt: begin, Labels: test.labels}}}
			if test.closed > 0 {
				p.Issue.State, p.Issue.ClosedAt = forge.Closed, day(test.closed)
			}
			for e := range strings.SplitSeq(test.events, ", ") {
				var at float64
				var word string
				if n, _ := fmt.Sscan(e, &at, &word); n < 2 {
					continue
				}
				if word != "+" && word != "-" {
					p.States = append(p.States, forge.StateEvent{At: day(at), State: word})
					continue
				}
				_, name, _ := strings.Cut(e, word)
				l := forge.LabelEvent{At: day(at), Label: strings.TrimSpace(name), Added: word == "+"}
				if own, ok := strings.CutSuffix(l.Label, " *"); ok {
					l.Label, l.Description = own, "Kept by roleplan: a stage of the hiring process in a.md"
				}
				p.Labels = append(p.Labels, l)
			}
			h := trace(p, now)
			var parts []string
			for _, s := range h.spells {
				parts = append(parts, fmt.Sprintf("%s %.1f", s.name, days(s.time)))
			}
			got := strings.Join(parts, ", ") + fmt.Sprintf("; at %s since %.0f", h.current.name, days(h.since.Sub(begin)))
			if h.held > 0 {
				got += fmt.Sprintf("; held %.1f", days(h.held))
			}
			if h.closed > 0 {
				got += fmt.Sprintf("; closed %.1f", days(h.closed))
			}
			if h.onHold {
				got += "; on hold"
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			var sum time.Duration
			for _, s := range h.spells {
				sum += s.time
			}
			if sum += h.held + h.closed; sum > h.end.Sub(begin) {
				t.Errorf("the parts last %v, longer than the whole %v", sum, h.end.Sub(begin))
			}
		})
	}
}

// TestStat: median and 90th percentile as PERCENTILE.INC of a spreadsheet gives them.
func TestStat(t *testing.T) {
	for _, test := range []struct {
		days        []float64
		median, p90 float64
	}{
		{[]float64{4}, 4, 4},
		{[]float64{6, 2}, 4, 5.6},
		{[]float64{3, 1, 2}, 2, 2.8},
		{[]float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1}, 5.5, 9.1},
		{[]float64{10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, 5, 9},
		{[]float64{5, 5, 5, 100}, 5, 71.5},
	} {
		var all []time.Duration
		for _, d := range test.days {
			all = append(all, time.Duration(d*float64(24*time.Hour)))
		}
		got := statOf(all)
		if got.Count != len(test.days) || math.Abs(*got.Median-test.median) > 0.01 || math.Abs(*got.P90-test.p90) > 0.01 {
			t.Errorf("%v: %d, %v, %v; want %v, %v", test.days, got.Count, *got.Median, *got.P90, test.median, test.p90)
		}
	}
	if got := statOf(nil); got.Count != 0 || got.Median != nil || got.P90 != nil {
		t.Errorf("of nothing: %+v", got)
	}
}

func TestStates(t *testing.T) {
	held := planOf(1, 10)
	held.Labels = append(held.Labels, forge.LabelEvent{At: ago(2), Label: "on hold", Added: true})
	inFile := planOf(1, 10)
	inFile.Status = hiring.OpeningOnHold
	again := planOf(1, 10)
	again.Status = hiring.OpeningFilled // and a person has opened the issue again
	for name, test := range map[string]struct {
		plan  Plan
		state string
		stage string
	}{
		"open":               {planOf(1, 10), StateOpen, "Screening call"},
		"on hold by label":   {held, StateOnHold, StageOnHold},
		"on hold in a file":  {inFile, StateOnHold, StageOnHold},
		"filled":             {over(planOf(1, 10), hiring.OpeningFilled, 1), StateFilled, ""},
		"cancelled":          {over(planOf(1, 10), hiring.OpeningCancelled, 1), StateCancelled, ""},
		"closed by hand":     {over(planOf(1, 10), hiring.OpeningOpen, 1), StateClosed, ""},
		"filled, and opened": {again, StateOpen, "Screening call"},
	} {
		r := Compute(now, 365, []Plan{test.plan})
		if o := r.Openings[0]; o.State != test.state || o.Stage != test.stage {
			t.Errorf("%s: state %q, stage %q; want %q, %q", name, o.State, o.Stage, test.state, test.stage)
		}
	}
}

// TestLate: a step is late the day after its date, in UTC, and while its opening is on hold it is not.
func TestLate(t *testing.T) {
	for _, test := range []struct {
		due, status string
		at          time.Time
		days        int
	}{
		{"2026-11-24", hiring.OpeningOpen, now, 0},
		{"2026-11-23", hiring.OpeningOpen, now, 1},
		{"2026-11-23", hiring.OpeningOnHold, now, 0},
		{"2026-11-25", hiring.OpeningOpen, now, 0},
		{"2026-11-24", hiring.OpeningOpen, time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), 1},
		{"2026-11-24", hiring.OpeningOpen, time.Date(2026, 11, 25, 0, 30, 0, 0, time.FixedZone("", 3600)), 0},
		{"", hiring.OpeningOpen, now, 0},
	} {
		p := planOf(1, 10)
		p.Status = test.status
		for i := range p.Steps {
			p.Steps[i].Issue.DueDate = ""
		}
		p.Steps[1].Issue.DueDate = test.due
		r := Compute(test.at, 365, []Plan{p})
		got := 0
		for _, o := range r.Overdue {
			got += o.DaysLate
		}
		if got != test.days || len(r.Overdue) != min(1, test.days) {
			t.Errorf("due %q at %s: %+v, want %d days", test.due, test.at, r.Overdue, test.days)
		}
	}
}

// TestLoad counts interviews for those who hold them, each of several.
func TestLoad(t *testing.T) {
	open, held := planOf(1, 10, 4), planOf(2, 10)
	held.Status = hiring.OpeningOnHold
	filled := over(planOf(3, 100, 90, 80, 20), hiring.OpeningFilled, 5)
	r := Compute(now, 365, []Plan{open, held, filled})
	var got []string
	for _, p := range r.People {
		got = append(got, fmt.Sprintf("%s %d %d %d %d", p.Username, p.Ahead, p.Now, p.Overdue, p.Done))
	}
	// Of the open one the call of bo is done, and ana's interview is next and late.
	if want := "ana 2 1 2 1, cy 1 0 1 1, bo 0 0 0 1"; strings.Join(got, ", ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
	}
}

// TestOwners: where nobody is assigned to the next step, those of the opening are named.
func TestOwners(t *testing.T) {
	p := planOf(1, 20, 15, 10, 4)
	next := Compute(now, 365, []Plan{p}).Openings[0].Next
	if next.Name != "Offer" || next.OwnersOf != "opening" || len(next.Owners) != 1 || next.Owners[0].Username != "bo" || next.who() != "Bo Li (bo) (of the opening)" {
		t.Errorf("%+v: %s", next, next.who())
	}
	p.Issue.Assignees = nil
	if next := Compute(now, 365, []Plan{p}).Openings[0].Next; next.who() != "nobody" {
		t.Errorf("%s", next.who())
	}
}
