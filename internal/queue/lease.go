package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// defaultLease is how long a subject stays its worker's without a sign of life. A replica
// that dies holds up its subjects for so long; one that can't reach the database ends its
// runs after three quarters of it, so that they have ended when another takes them over.
const defaultLease = time.Minute

// errLeaseLost is the cause of a run's end when it may not go on.
var errLeaseLost = errors.New("the lease was lost")

// leases holds the runs of this process.
type leases struct {
	mu   sync.Mutex
	held map[int64]*lease // by ticket
}

type lease struct {
	key     reconcile.Key
	renewed time.Time // when the last renewal that succeeded was sent
	cancel  context.CancelCauseFunc
}

func (l *leases) add(ticket int64, held *lease) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held[ticket] = held
}

func (l *leases) remove(ticket int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, ticket)
}

// works reports whether this process still has a run of a key.
func (l *leases) works(key reconcile.Key) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, held := range l.held {
		if held.key == key {
			return true
		}
	}
	return false
}

func (l *leases) tickets() []int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []int64
	for ticket := range l.held {
		list = append(list, ticket)
	}
	return list
}

// renew notes which of the asked leases hold on from sent, and ends the runs of the others.
func (l *leases) renew(asked []int64, ours map[int64]bool, sent time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, ticket := range asked {
		held := l.held[ticket]
		switch {
		case held == nil: // it has ended meanwhile
		case ours[ticket]:
			held.renewed = sent
		default:
			held.cancel(errLeaseLost)
		}
	}
}

// expire ends the runs that were not renewed for too long.
func (l *leases) expire(limit time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, held := range l.held {
		if time.Since(held.renewed) > limit {
			held.cancel(errLeaseLost)
		}
	}
}

// begin makes the subject the run's and says what is wanted of it. r.begun stays false when
// the subject is another's. The context ends when the lease is lost; end gives it back.
func (q *Queue) begin(ctx context.Context, r *run) (_ context.Context, end func(), err error) {
	sent := time.Now()
	// Who is told to stop meanwhile must know whether the subject is his, to give it back.
	waiting, stop := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer stop()
	if err := q.submit(waiting, &request{begin: r}); err != nil {
		return ctx, nil, fmt.Errorf("begin %s: %w", r.key, err)
	}
	if !r.begun {
		return ctx, nil, nil
	}
	q.logged(r)
	ctx, cancel := context.WithCancelCause(ctx)
	q.leases.add(r.ticket, &lease{key: r.key, renewed: sent, cancel: cancel})
	return ctx, func() { q.leases.remove(r.ticket); cancel(nil) }, nil
}

// heartbeatLoop renews the leases of this process's runs.
func (q *Queue) heartbeatLoop() {
	defer q.done.Done()
	ticker := time.NewTicker(q.opts.Lease / 12)
	defer ticker.Stop()
	for {
		select {
		case <-q.quit:
			return
		case <-ticker.C:
			if err := q.heartbeat(); err != nil {
				q.log.Error().Err(err).Msg("leases could not be renewed; it is tried again")
			}
			q.leases.expire(q.opts.Lease * 3 / 4)
		}
	}
}

func (q *Queue) heartbeat() error {
	tickets := q.leases.tickets()
	if len(tickets) == 0 {
		return nil
	}
	list, err := json.Marshal(tickets)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), q.opts.Lease/12)
	defer cancel()
	sent := time.Now()
	ours := map[int64]bool{}
	err = q.db.each(ctx, q.db, func(scan func(...any) error) error {
		var ticket int64
		err := scan(&ticket)
		ours[ticket] = true
		return err
	}, `
		UPDATE subject SET lease = now_ms() + CAST($3 AS bigint)
		WHERE job <> 0 AND owner = $2 AND job IN (SELECT CAST(CAST(value AS text) AS bigint) FROM json_array_elements($1))
		RETURNING job`, string(list), q.owner, q.opts.Lease.Milliseconds())
	if err != nil {
		return fmt.Errorf("renew %d leases: %w", len(tickets), err)
	}
	q.leases.renew(tickets, ours, sent)
	return nil
}

// A ticketRow names a run in a statement for many.
type ticketRow struct {
	reconcile.Key
	Ticket int64 `json:"ticket"`
}

// ticketColumns are the columns of a ticketRow.
const ticketColumns = `value->>'kind' AS kind, CAST(value->>'project' AS bigint) AS project,
	CAST(value->>'iid' AS bigint) AS iid, CAST(value->>'ticket' AS bigint) AS ticket`

// itsSubject joins a subject with the run x that it is reserved for.
const itsSubject = `subject.kind = x.kind AND subject.project = x.project AND subject.iid = x.iid AND subject.job = x.ticket`

// storeBeginnings makes subjects those of the runs that begin, where the dispatcher's
// reservation still holds.
func (q *Queue) storeBeginnings(ctx context.Context, tx *sql.Tx, batch []*request) error {
	runs := map[int64]*run{}
	var rows []ticketRow
	for _, r := range batch {
		if r.begin != nil {
			r.begin.begun = false // a transaction that failed may have said so
			runs[r.begin.ticket] = r.begin
			rows = append(rows, ticketRow{r.begin.key, r.begin.ticket})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	err = q.db.each(ctx, tx, func(scan func(...any) error) error {
		var ticket int64
		var seen run
		if err := scan(&ticket, &seen.revision, &seen.tries, &seen.crashes, &seen.delivery, &seen.trace); err != nil {
			return err
		}
		r := runs[ticket]
		r.begun, r.revision, r.tries, r.crashes, r.delivery, r.trace = true, seen.revision, seen.tries, seen.crashes, seen.delivery, seen.trace
		return nil
	}, `
		UPDATE subject SET owner = $2, lease = now_ms() + CAST($3 AS bigint)
		FROM (SELECT `+ticketColumns+` FROM json_array_elements($1)) AS x
		WHERE `+itsSubject+` AND subject.owner IN ('', $2)
		RETURNING subject.job, wanted, tries, crashes, delivery, trace`,
		string(list), q.owner, q.opts.Lease.Milliseconds())
	if err != nil {
		return fmt.Errorf("begin %d runs: %w", len(rows), err)
	}
	return nil
}

// An ending is what a run leaves.
type ending struct {
	ticketRow
	Back     int    `json:"back"` // 1: the run did not come to an end; nothing but the lease changes
	Revision int64  `json:"revision"`
	Done     int    `json:"done"`
	Tries    int    `json:"tries"`
	Failure  string `json:"failure"`
	GivenUp  int    `json:"given_up"`
	Again    int64  `json:"again"` // milliseconds until the next run when something new is wanted
	After    int64  `json:"after"` // and when not; -1 for no next run

	kept bool // the subject was still the run's
}

// finish stores the outcome and gives the subject back. It reports false when the subject
// is not the run's any more: then nothing is stored, because another works on it.
func (q *Queue) finish(ctx context.Context, r *run, out outcome) (kept bool, err error) {
	end := &ending{
		ticketRow: ticketRow{r.key, r.ticket}, Revision: r.revision, Done: number(out.done), Tries: out.tries,
		Failure: out.failure, GivenUp: number(out.givenUp), After: -1,
	}
	if out.after > 0 {
		end.After = out.after.Milliseconds()
		end.Again = min(out.atOnce, out.after).Milliseconds()
	}
	return q.storeEnding(ctx, end)
}

// handBack gives the subject back as it was: it runs again soon, and no try is counted.
func (q *Queue) handBack(ctx context.Context, r *run) {
	if _, err := q.storeEnding(ctx, &ending{ticketRow: ticketRow{r.key, r.ticket}, Back: 1}); err != nil {
		r.log.Error().Err(err).Stringer("key", r.key).Msg("subject could not be handed back; it is worked again when its lease is over")
	}
}

func (q *Queue) storeEnding(ctx context.Context, end *ending) (kept bool, err error) {
	// Also a run that was cancelled has an end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishTimeout)
	defer cancel()
	err = q.submit(ctx, &request{end: end})
	return end.kept, err
}

// storeEndings is the only place where a run ends. Of a subject that is another's by now
// nothing is changed.
func (q *Queue) storeEndings(ctx context.Context, tx *sql.Tx, batch []*request) error {
	var rows, rest []*ending
	for _, r := range batch {
		if r.end != nil {
			rest = append(rest, r.end)
		}
	}
	for len(rest) > 0 {
		// Of two runs that both think a subject theirs, at most one is right. Each statement
		// has a subject once, and so tells which.
		ends := map[reconcile.Key]*ending{}
		rows, rest = rest, nil
		for _, end := range rows {
			if ends[end.Key] == nil {
				ends[end.Key] = end
			} else {
				rest = append(rest, end)
			}
		}
		if err := q.updateEndings(ctx, tx, ends); err != nil {
			return err
		}
	}
	return nil
}

func (q *Queue) updateEndings(ctx context.Context, tx *sql.Tx, ends map[reconcile.Key]*ending) error {
	rows := make([]*ending, 0, len(ends))
	for _, end := range ends {
		end.kept = false // a transaction that failed may have said so
		rows = append(rows, end)
	}
	slices.SortFunc(rows, func(a, b *ending) int { return compareKeys(a.Key, b.Key) })
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	err = q.db.each(ctx, tx, func(scan func(...any) error) error {
		var key reconcile.Key
		if err := scan(&key.Kind, &key.Project, &key.IID); err != nil {
			return err
		}
		ends[key].kept = true
		return nil
	}, `
		UPDATE subject SET
			done      = CASE WHEN x.done = 1 AND subject.done < x.revision THEN x.revision ELSE subject.done END,
			tries     = CASE WHEN x.back = 1 THEN subject.tries ELSE x.tries END,
			failure   = CASE WHEN x.back = 1 THEN subject.failure ELSE x.failure END,
			failed_at = CASE WHEN x.given_up = 1 AND wanted <= x.revision THEN CAST($3 AS bigint) END,
			due       = CASE
				WHEN x.back = 1 THEN due
				WHEN wanted > x.revision THEN now_ms() + x.again
				WHEN x.later >= 0 THEN now_ms() + x.later END,
			crashes   = CASE WHEN x.back = 1 THEN crashes ELSE 0 END,
			touched   = CAST($3 AS bigint),
			job       = 0,
			owner     = '',
			lease     = 0
		FROM (SELECT `+ticketColumns+`,
				CAST(value->>'back' AS bigint) AS back, CAST(value->>'revision' AS bigint) AS revision,
				CAST(value->>'done' AS bigint) AS done, CAST(value->>'tries' AS bigint) AS tries,
				value->>'failure' AS failure, CAST(value->>'given_up' AS bigint) AS given_up,
				CAST(value->>'again' AS bigint) AS again, CAST(value->>'after' AS bigint) AS later
			FROM json_array_elements($1)) AS x
		WHERE `+itsSubject+` AND (subject.owner = $2 OR x.back = 1 AND subject.owner = '')
		RETURNING subject.kind, subject.project, subject.iid`,
		string(list), q.owner, q.opts.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("store the ends of %d runs: %w", len(rows), err)
	}
	return nil
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
