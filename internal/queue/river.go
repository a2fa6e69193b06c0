package queue

import (
	"context"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
)

// inSteps is River's driver for SQLite, which marks jobs as done in small transactions. The driver itself takes one, with a
// statement a job, for all that have ended in a quarter of a second: that holds the only connection for longer than
// an answer to GitLab should take.
type inSteps struct{ *riversqlite.Driver }

// GetExecutor is what River works with.
func (d inSteps) GetExecutor() riverdriver.Executor { return stepExecutor{d.Driver.GetExecutor()} }

type stepExecutor struct{ riverdriver.Executor }

// mostEnded is how many jobs are marked in one transaction.
const mostEnded = 5

// JobSetStateIfRunningMany marks jobs. After an error some are marked, and marking them again does no harm.
func (e stepExecutor) JobSetStateIfRunningMany(ctx context.Context, all *riverdriver.JobSetStateIfRunningManyParams) ([]*rivertype.JobRow, error) {
	var marked []*rivertype.JobRow
	for from := 0; from < len(all.ID); from += mostEnded {
		to := min(from+mostEnded, len(all.ID))
		some := *all
		some.ID, some.State, some.Attempt = all.ID[from:to], all.State[from:to], all.Attempt[from:to]
		some.ErrData, some.FinalizedAt, some.ScheduledAt = all.ErrData[from:to], all.FinalizedAt[from:to], all.ScheduledAt[from:to]
		some.MetadataDoMerge, some.MetadataUpdates = all.MetadataDoMerge[from:to], all.MetadataUpdates[from:to]
		rows, err := e.Executor.JobSetStateIfRunningMany(ctx, &some)
		if err != nil {
			return nil, err
		}
		marked = append(marked, rows...)
	}
	return marked, nil
}
