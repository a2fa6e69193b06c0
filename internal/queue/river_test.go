package queue

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// marker notes how many jobs are marked at once.
type marker struct {
	riverdriver.Executor
	t     *testing.T
	sizes []int
}

func (m *marker) JobSetStateIfRunningMany(_ context.Context, p *riverdriver.JobSetStateIfRunningManyParams) ([]*rivertype.JobRow, error) {
	n := len(p.ID)
	for name, length := range map[string]int{
		"Attempt": len(p.Attempt), "ErrData": len(p.ErrData), "FinalizedAt": len(p.FinalizedAt), "MetadataDoMerge": len(p.MetadataDoMerge),
		"MetadataUpdates": len(p.MetadataUpdates), "ScheduledAt": len(p.ScheduledAt), "State": len(p.State),
	} {
		if length != n {
			m.t.Errorf("%d of %s for %d jobs", length, name, n)
		}
	}
	var rows []*rivertype.JobRow
	for i, id := range p.ID {
		if p.Schema != "s" || p.FinalizedAt[i].Unix() != id {
			m.t.Errorf("job %d is marked with what belongs to another: %+v", id, p)
		}
		rows = append(rows, &rivertype.JobRow{ID: id})
	}
	m.sizes = append(m.sizes, n)
	return rows, nil
}

// TestMarkedInSteps: however many jobs have ended, few are marked in one transaction, each with its own
// fields, and all of them are told.
func TestMarkedInSteps(t *testing.T) {
	t.Parallel()
	const jobs = 2*mostEnded + 1
	p := &riverdriver.JobSetStateIfRunningManyParams{
		Attempt: make([]*int, jobs), ErrData: make([][]byte, jobs), MetadataDoMerge: make([]bool, jobs), MetadataUpdates: make([][]byte, jobs),
		ScheduledAt: make([]*time.Time, jobs), Schema: "s", State: make([]rivertype.JobState, jobs),
	}
	for id := range int64(jobs) {
		at := time.Unix(id, 0)
		p.ID, p.FinalizedAt = append(p.ID, id), append(p.FinalizedAt, &at)
	}
	m := &marker{t: t}
	rows, err := stepExecutor{m}.JobSetStateIfRunningMany(t.Context(), p)
	if err != nil || !slices.Equal(m.sizes, []int{mostEnded, mostEnded, 1}) {
		t.Errorf("marked %v at once (%v)", m.sizes, err)
	}
	for i, row := range rows {
		if row.ID != p.ID[i] {
			t.Errorf("row %d is of job %d", i, row.ID)
		}
	}
	if len(rows) != jobs {
		t.Errorf("%d of %d jobs are told", len(rows), jobs)
	}
}
