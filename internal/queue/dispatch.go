package queue

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

const (
	// dispatchPoll is how long a subject may wait unseen whose time has come, or that another
	// process has marked. What this process marks is seen at once.
	dispatchPoll = 100 * time.Millisecond
	// dispatchPause is the shortest time between two looks.
	dispatchPause = 5 * time.Millisecond
	// dispatchTimeout is for one look.
	dispatchTimeout = 30 * time.Second
	// maxProjects is how many projects one look takes into account, drawn by lot beyond that.
	maxProjects = 64
)

// The lanes of River's workers. The first job of a project that has none goes into a lane
// with workers of its own, which a busy project can't hold, however long its jobs take.
const (
	laneFirst = "first"
	laneMore  = river.QueueDefault
)

// lanes shares out the workers.
func lanes(workers int) map[string]river.QueueConfig {
	if workers == 1 {
		return map[string]river.QueueConfig{laneMore: {MaxWorkers: 1}}
	}
	first := max(1, workers/4)
	return map[string]river.QueueConfig{laneFirst: {MaxWorkers: first}, laneMore: {MaxWorkers: workers - first}}
}

func (q *Queue) wakeDispatcher() {
	select {
	case q.wake <- struct{}{}:
	default: // it is awake
	}
}

// dispatchLoop gives jobs to subjects that are due: few at a time, so that who comes later
// need not wait behind all who came before.
func (q *Queue) dispatchLoop() {
	ticker := time.NewTicker(dispatchPoll)
	defer ticker.Stop()
	for {
		select {
		case <-q.quitDispatch:
			return
		case <-q.wake:
		case <-ticker.C:
		}
		if err := q.dispatch(); err != nil {
			q.log.Error().Err(err).Msg("work could not be dispatched; it is tried again")
		}
		select {
		case <-q.quitDispatch:
			return
		case <-time.After(dispatchPause):
		}
	}
}

func (q *Queue) dispatch() error {
	ctx, cancel := context.WithTimeout(context.Background(), dispatchTimeout)
	defer cancel()
	if ready, err := q.anythingDue(ctx); err != nil || !ready {
		return err
	}
	var chosen []choice
	err := q.db.inTx(ctx, func(tx *sql.Tx) (err error) {
		if q.db.turn != "" {
			if _, err := tx.ExecContext(ctx, q.db.turn); err != nil {
				return fmt.Errorf("wait for another dispatcher: %w", err)
			}
		}
		if err := q.takeOver(ctx, tx); err != nil {
			return err
		}
		chosen, err = q.choose(ctx, tx)
		if err != nil || len(chosen) == 0 {
			return err
		}
		return q.reserve(ctx, tx, chosen)
	})
	if err != nil || len(chosen) == 0 {
		return err
	}
	params := make([]river.InsertManyParams, len(chosen))
	for i, c := range chosen {
		params[i] = river.InsertManyParams{
			Args:       jobArgs{c.key, c.ticket},
			InsertOpts: &river.InsertOpts{Queue: lane(c.rank, q.opts.Workers), Priority: priority(c.rank, q.opts.Workers)},
		}
	}
	// The reservation is on disk. If these jobs are lost, it ends like a lease does.
	if _, err := q.river.InsertMany(ctx, params); err != nil {
		return fmt.Errorf("insert %d jobs: %w", len(params), err)
	}
	return nil
}

// anythingDue looks without a lock whether there is something to do.
func (q *Queue) anythingDue(ctx context.Context) (bool, error) {
	var due, left int64
	err := q.db.one(ctx, q.db, []any{&due, &left}, `
		SELECT CASE WHEN EXISTS (SELECT 1 FROM subject WHERE job = 0 AND due <= now_ms())
				OR EXISTS (SELECT 1 FROM subject WHERE job <> 0 AND lease < now_ms()) THEN 1 ELSE 0 END,
			coalesce((SELECT until - now_ms() FROM gate WHERE name = $1), 0)`, gateName)
	if err != nil {
		return false, fmt.Errorf("look for what is due: %w", err)
	}
	q.hearLimit(left)
	return due == 1 && q.gate.wait(q.opts.Now()) == 0, nil
}

// takeOver frees the subjects whose lease is over: their worker has died, or their job was
// lost or has waited too long.
func (q *Queue) takeOver(ctx context.Context, tx *sql.Tx) error {
	err := q.db.each(ctx, tx, func(scan func(...any) error) error {
		var key reconcile.Key
		var crashes int64
		if err := scan(&key.Kind, &key.Project, &key.IID, &crashes); err != nil {
			return err
		}
		q.log.Debug().Stringer("key", key).Int64("crashes", crashes).Msg("lease is over; the subject is worked again")
		return nil
	}, `
		UPDATE subject SET crashes = crashes + CASE WHEN owner = '' THEN 0 ELSE 1 END, job = 0, owner = '', lease = 0
		WHERE job <> 0 AND lease < now_ms()
		RETURNING kind, project, iid, crashes`)
	if err != nil {
		return fmt.Errorf("take over what nobody works any more: %w", err)
	}
	return nil
}

// A choice is a subject that gets a job.
type choice struct {
	key    reconcile.Key
	rank   int // the how manieth job of its project it is, from 1
	ticket int64
}

// choose takes due subjects of all projects in turn.
func (q *Queue) choose(ctx context.Context, tx *sql.Tx) ([]choice, error) {
	room := 2 * q.opts.Workers
	taken := map[int64]int{}
	err := q.db.each(ctx, tx, func(scan func(...any) error) error {
		var project int64
		var all, reserved int
		if err := scan(&project, &all, &reserved); err != nil {
			return err
		}
		taken[project] = all
		room -= reserved
		return nil
	}, `SELECT project, count(*), count(*) FILTER (WHERE owner = '') FROM subject WHERE job <> 0 GROUP BY project`)
	if err != nil {
		return nil, fmt.Errorf("count what is worked: %w", err)
	}
	projects, err := q.dueProjects(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("look for projects with work: %w", err)
	}
	rand.Shuffle(len(projects), func(i, j int) { projects[i], projects[j] = projects[j], projects[i] }) //nolint:gosec // a lot needs no secrecy
	slices.SortStableFunc(projects, func(a, b int64) int { return cmp.Compare(taken[a], taken[b]) })
	projects = projects[:min(len(projects), maxProjects)]
	due, err := q.dueSubjects(ctx, tx, projects, max(1, room))
	if err != nil {
		return nil, fmt.Errorf("look for subjects that are due: %w", err)
	}
	return inTurn(due, taken, room), nil
}

// dueProjects steps from project to project through the index, whatever lies between.
func (q *Queue) dueProjects(ctx context.Context, tx *sql.Tx) (projects []int64, err error) {
	err = q.db.each(ctx, tx, func(scan func(...any) error) error {
		var project int64
		err := scan(&project)
		projects = append(projects, project)
		return err
	}, `
		WITH RECURSIVE ready(project) AS (
			SELECT (SELECT s.project FROM subject AS s WHERE s.job = 0 AND s.due <= now_ms() ORDER BY s.project LIMIT 1)
			UNION ALL
			SELECT (SELECT s.project FROM subject AS s WHERE s.job = 0 AND s.due <= now_ms() AND s.project > ready.project ORDER BY s.project LIMIT 1)
			FROM ready WHERE ready.project IS NOT NULL
		)
		SELECT project FROM ready WHERE project IS NOT NULL`)
	return projects, err
}

// dueSubjects reads the first subjects of each project. The text of the statement depends on their number alone, since a
// connection to PostgreSQL keeps every text that it has seen.
func (q *Queue) dueSubjects(ctx context.Context, tx *sql.Tx, projects []int64, limit int) (due [][]reconcile.Key, err error) {
	if len(projects) == 0 {
		return nil, nil
	}
	args := []any{limit}
	var parts []string
	for _, project := range projects {
		args = append(args, project)
		parts = append(parts, fmt.Sprintf(
			`SELECT * FROM (SELECT kind, project, iid FROM subject WHERE project = $%d AND job = 0 AND due <= now_ms() ORDER BY due LIMIT $1) AS p%d`,
			len(args), len(parts)))
	}
	byProject := map[int64][]reconcile.Key{}
	err = q.db.each(ctx, tx, func(scan func(...any) error) error {
		var key reconcile.Key
		err := scan(&key.Kind, &key.Project, &key.IID)
		byProject[key.Project] = append(byProject[key.Project], key)
		return err
	}, strings.Join(parts, " UNION ALL "), args...)
	for _, project := range projects {
		due = append(due, byProject[project])
	}
	return due, err
}

// inTurn chooses from the due subjects of each project, the ones in one list: first those of
// the projects that have the fewest jobs. A project without a job gets one even when there
// is no room.
func inTurn(due [][]reconcile.Key, taken map[int64]int, room int) []choice {
	var all []choice
	for _, keys := range due {
		for i, key := range keys {
			all = append(all, choice{key: key, rank: taken[key.Project] + i + 1})
		}
	}
	slices.SortStableFunc(all, func(a, b choice) int { return cmp.Compare(a.rank, b.rank) })
	for i, c := range all {
		if c.rank > 1 && i >= room {
			return all[:i]
		}
	}
	return all
}

// lane is where the job of a rank waits for a worker.
func lane(rank, workers int) string {
	if rank == 1 && workers > 1 {
		return laneFirst
	}
	return laneMore
}

// priority lets the jobs of a project that has few go before those of one that has many. For
// River 1 is the highest and 4 the lowest.
func priority(rank, workers int) int {
	return min(4, 1+2*(rank-1)/workers)
}

// reserve notes that the chosen have a job, for as long as a lease: a job that has not begun
// by then is taken for lost.
func (q *Queue) reserve(ctx context.Context, tx *sql.Tx, chosen []choice) error {
	rows := make([]ticketRow, len(chosen))
	for i := range chosen {
		chosen[i].ticket = rand.Int64N(1<<62) + 1 //nolint:gosec // a number of its own is enough
		rows[i] = ticketRow{chosen[i].key, chosen[i].ticket}
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = q.db.exec(ctx, tx, `
		UPDATE subject SET job = x.ticket, owner = '', lease = now_ms() + CAST($2 AS bigint)
		FROM (SELECT `+ticketColumns+` FROM json_array_elements($1)) AS x
		WHERE subject.kind = x.kind AND subject.project = x.project AND subject.iid = x.iid`,
		string(list), q.opts.Lease.Milliseconds())
	if err != nil {
		return fmt.Errorf("reserve %d subjects: %w", len(chosen), err)
	}
	return nil
}

// compareKeys orders keys, so that replicas that change the same subjects at once do so in
// one order and do not wait for each other in a circle.
func compareKeys(a, b reconcile.Key) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Project, b.Project), cmp.Compare(a.IID, b.IID))
}
