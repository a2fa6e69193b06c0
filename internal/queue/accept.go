package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// Accept stores a delivery and asks for its subjects to be looked at. When it returns nil
// both are on disk. A delivery whose id is stored already changes nothing. After an error
// the outcome is unknown; accepting it again does no harm.
func (q *Queue) Accept(ctx context.Context, d reconcile.Delivery, keys []reconcile.Key) error {
	if d.ID == "" {
		return fmt.Errorf("store a delivery of %q: it has no id", d.Event)
	}
	if err := q.ask(ctx, &request{delivery: &d, keys: keys}); err != nil {
		return fmt.Errorf("store delivery %q: %w", d.ID, err)
	}
	return nil
}

// Enqueue asks for subjects to be looked at without a delivery: the sweep's entrance.
func (q *Queue) Enqueue(ctx context.Context, keys ...reconcile.Key) error {
	if len(keys) == 0 {
		return nil
	}
	if err := q.ask(ctx, &request{keys: keys}); err != nil {
		return fmt.Errorf("enqueue %d subjects, the first %s: %w", len(keys), keys[0], err)
	}
	return nil
}

func (q *Queue) ask(ctx context.Context, r *request) error {
	for _, key := range r.keys {
		if q.opts.Reconcilers[key.Kind] == nil {
			return fmt.Errorf("nothing works keys of kind %q", key.Kind)
		}
	}
	return q.submit(ctx, r)
}

// storeEvents stores the deliveries of a batch and raises what they and the sweep ask for.
func (q *Queue) storeEvents(ctx context.Context, tx *sql.Tx, batch []*request) error {
	fresh, err := q.insertDeliveries(ctx, tx, batch)
	if err != nil {
		return err
	}
	wishes := map[reconcile.Key]wish{}
	for _, r := range batch {
		var by wish
		if r.delivery != nil {
			by = wish{r.delivery.ID, r.delivery.Trace}
			if !fresh[by.Delivery] {
				continue
			}
			fresh[by.Delivery] = false // a second one of the same batch asks for nothing more
		}
		for _, key := range r.keys {
			if by.Delivery != "" || wishes[key].Delivery == "" {
				wishes[key] = by
			}
		}
	}
	return q.raise(ctx, tx, wishes)
}

type deliveryRow struct {
	ID       string `json:"id"`
	Event    string `json:"event"`
	Project  int64  `json:"project"`
	Received int64  `json:"received"`
	Subjects string `json:"subjects"`
}

// insertDeliveries tells the ids of those that are new.
func (q *Queue) insertDeliveries(ctx context.Context, tx *sql.Tx, batch []*request) (map[string]bool, error) {
	var rows []deliveryRow
	for _, r := range batch {
		if r.delivery == nil {
			continue
		}
		keys, err := json.Marshal(r.keys)
		if err != nil {
			return nil, err
		}
		d := r.delivery
		rows = append(rows, deliveryRow{d.ID, d.Event, d.Project, d.Received.UnixMilli(), string(keys)})
	}
	fresh := map[string]bool{}
	if len(rows) == 0 {
		return fresh, nil
	}
	// In one order, so that replicas that store the same at once do not wait for each other
	// in a circle.
	slices.SortStableFunc(rows, func(a, b deliveryRow) int { return strings.Compare(a.ID, b.ID) })
	list, err := json.Marshal(rows)
	if err != nil {
		return nil, err
	}
	err = q.db.each(ctx, tx, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		fresh[id] = true
		return err
	}, `
		INSERT INTO delivery (id, event, project, received, subjects)
		SELECT value->>'id', value->>'event', CAST(value->>'project' AS bigint), CAST(value->>'received' AS bigint), value->>'subjects'
		FROM json_array_elements($1) WHERE true
		ON CONFLICT (id) DO NOTHING
		RETURNING id`, string(list))
	if err != nil {
		return nil, fmt.Errorf("insert %d deliveries: %w", len(rows), err)
	}
	return fresh, nil
}

// A wish is what asks for a subject: its newest delivery, with its trace; empty for the sweep.
type wish struct {
	Delivery string `json:"delivery"`
	Trace    string `json:"trace"`
}

type wishRow struct {
	reconcile.Key
	wish
}

// raise marks subjects as wanted, each with the delivery that wants it. They are due at once,
// also those that wait for a back-off or for the time that their last run asked for.
func (q *Queue) raise(ctx context.Context, tx *sql.Tx, wishes map[reconcile.Key]wish) error {
	if len(wishes) == 0 {
		return nil
	}
	rows := make([]wishRow, 0, len(wishes))
	for key, by := range wishes {
		rows = append(rows, wishRow{key, by})
	}
	slices.SortFunc(rows, func(a, b wishRow) int { return compareKeys(a.Key, b.Key) })
	list, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	_, err = q.db.exec(ctx, tx, `
		INSERT INTO subject (kind, project, iid, wanted, due, delivery, trace, touched)
		SELECT value->>'kind', CAST(value->>'project' AS bigint), CAST(value->>'iid' AS bigint), 1, now_ms(), value->>'delivery', value->>'trace', CAST($2 AS bigint)
		FROM json_array_elements($1) WHERE true
		ON CONFLICT (kind, project, iid) DO UPDATE SET
			wanted    = subject.wanted + 1,
			due       = CASE WHEN subject.due < excluded.due THEN subject.due ELSE excluded.due END,
			tries     = CASE WHEN subject.failed_at IS NULL THEN subject.tries ELSE 0 END,
			failure   = CASE WHEN subject.failed_at IS NULL THEN subject.failure ELSE '' END,
			failed_at = NULL,
			delivery  = CASE WHEN excluded.delivery = '' THEN subject.delivery ELSE excluded.delivery END,
			trace     = CASE WHEN excluded.delivery = '' THEN subject.trace ELSE excluded.trace END,
			touched   = excluded.touched`,
		string(list), q.opts.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("mark %d subjects as wanted: %w", len(rows), err)
	}
	return nil
}
