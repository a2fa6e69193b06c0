package report

import (
	"fmt"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

const names = "hiring::{{.Order}} {{.Name}}"

var (
	// now is the moment of the reports in the tests.
	now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

	ana = forge.User{ID: 1, Username: "ana", Name: "Ana Ng"}
	bo  = forge.User{ID: 2, Username: "bo", Name: "Bo Li"}
	cy  = forge.User{ID: 3, Username: "cy"}
)

// ago is a number of days before now.
func ago(days float64) time.Time { return now.Add(-time.Duration(days * float64(24*time.Hour))) }

// steps of the process of the sample.
var steps = []struct {
	kind hiring.StepKind
	name string
	who  []forge.User
}{
	{hiring.StepScreening, "Screening call", []forge.User{bo}},
	{hiring.StepInterview, "Interview: VP of Product", []forge.User{ana}},
	{hiring.StepInterview, "Interview: Directors, Product", []forge.User{ana, cy}},
	{hiring.StepOffer, "Offer", nil},
}

func stageLabel(n int) string { return fmt.Sprintf("hiring::%d %s", n, steps[n-1].name) }

// planOf makes an open plan whose stages began so many days ago; those before the last are done.
func planOf(n int, began ...float64) Plan {
	p := Plan{
		Project: forge.Project{ID: 9, Path: "acme/hiring", WebURL: "https://gitlab.example/acme/hiring"}, Template: names,
		StandingPlan: opening.StandingPlan{
			ID: fmt.Sprintf("GHP-%d", n), Role: "Senior Technical Program Manager", Status: hiring.OpeningOpen,
			Issue: forge.Issue{
				IID: int64(n), Type: forge.TypeIssue, State: forge.Opened, CreatedAt: ago(began[0]), Assignees: []forge.User{bo}, DueDate: "2027-02-01",
				WebURL: fmt.Sprintf("https://gitlab.example/acme/hiring/-/issues/%d", n),
			},
		},
	}
	for i, days := range began {
		if i > 0 {
			p.Labels = append(p.Labels, forge.LabelEvent{At: ago(days), Label: stageLabel(i)})
		}
		p.Labels = append(p.Labels, forge.LabelEvent{At: ago(days), Label: stageLabel(i + 1), Added: true})
		p.Issue.Labels = []string{"opening", stageLabel(i + 1)}
	}
	for i, s := range steps {
		task := forge.Issue{
			IID: int64(1000*n + i), Type: forge.TypeTask, State: forge.Opened, Assignees: s.who, DueDate: ago(float64(30 - 12*i)).Format(time.DateOnly),
			WebURL: fmt.Sprintf("https://gitlab.example/acme/hiring/-/work_items/%d", 1000*n+i),
		}
		done := i < len(began)-1
		if done {
			task.State, task.ClosedAt = forge.Closed, ago(began[i+1])
		}
		p.Steps = append(p.Steps, opening.StandingStep{Number: i + 1, Kind: s.kind, Name: s.name, Done: done, Issue: task})
	}
	return p
}

// over closes the plan of an opening.
func over(p Plan, status string, days float64) Plan {
	p.Status, p.Issue.State, p.Issue.ClosedAt = status, forge.Closed, ago(days)
	p.States = append(p.States, forge.StateEvent{At: ago(days), State: forge.Closed})
	return p
}

// sample are openings in all states.
func sample() []Plan {
	held := planOf(5, 40, 30)
	held.Status = hiring.OpeningOnHold
	held.Labels = append(held.Labels, forge.LabelEvent{At: ago(12), Label: "on hold", Added: true})
	reopened := planOf(6, 50, 45, 20)
	reopened.States = []forge.StateEvent{{At: ago(40), State: forge.Closed}, {At: ago(30), State: "reopened"}}
	late := planOf(2, 90, 80, 33.5, 2)
	late.Issue.DueDate = "2026-11-01"
	all := planOf(7, 70, 60, 50, 40)
	all.Steps[3].Done, all.Steps[3].Issue.State = true, forge.Closed
	all.Labels, all.Issue.Labels = append(all.Labels, forge.LabelEvent{At: ago(3), Label: stageLabel(4)}), []string{"opening"}
	checklist := planOf(8, 6)
	for i := range checklist.Steps {
		checklist.Steps[i].Issue = forge.Issue{State: forge.Opened}
	}
	return []Plan{
		planOf(1, 10, 4), late, planOf(3, 1), held, reopened, all, checklist,
		over(planOf(10, 120, 110, 100, 80), hiring.OpeningFilled, 70),
		over(planOf(11, 60, 55), hiring.OpeningCancelled, 20),
		over(planOf(12, 60), hiring.OpeningOpen, 10),
		over(planOf(13, 900, 880), hiring.OpeningFilled, 700),
	}
}
