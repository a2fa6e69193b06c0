package review

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/thread"
)

// standing is what roleplan itself wrote in a merge request before.
type standing struct {
	notes   []forge.Note // summary notes, the oldest first
	threads []thread.Thread
	all     []forge.Discussion // those of people, too
}

func (s standing) none() bool { return len(s.notes)+len(s.threads) == 0 }

// summary is the text of the summary note, "" when there is none.
func (s standing) summary() string {
	if len(s.notes) == 0 {
		return ""
	}
	return s.notes[0].Body
}

// own finds what roleplan itself wrote. The mark alone counts for nothing: anybody can write it. all are
// the discussions of the merge request, nil when they are to be read.
func (r *Reconciler) own(ctx context.Context, key reconcile.Key, all []forge.Discussion) (standing, error) {
	me, err := r.gitlab.CurrentUser(ctx)
	if err != nil {
		return standing{}, fmt.Errorf("read the token's user: %w", err)
	}
	if all == nil {
		if all, err = r.gitlab.Discussions(ctx, key.Project, key.IID); err != nil {
			return standing{}, fmt.Errorf("list the discussions of %s: %w", key, err)
		}
	}
	s := standing{all: all}
	for _, d := range all {
		for _, n := range d.Notes {
			if !n.System && n.Author.ID == me.ID && note.IsSummary(n.Body) {
				s.notes = append(s.notes, n)
			}
		}
	}
	slices.SortFunc(s.notes, func(a, b forge.Note) int { return cmp.Compare(a.ID, b.ID) })
	s.threads = thread.Read(all, me.ID)
	return s, nil
}

// put brings the summary note to the wished text and returns the number of writes. own are
// the notes that stand.
func (r *Reconciler) put(ctx context.Context, key reconcile.Key, own []forge.Note, body safe.Markdown) (int, error) {
	if len(own) == 0 {
		return r.create(ctx, key, body)
	}
	writes := 0
	if !sameText(own[0].Body, body.String()) {
		if err := r.update(ctx, key, own[0], body); err != nil {
			return 0, err
		}
		writes++
	}
	n, err := r.yield(ctx, key, own[1:])
	return writes + n, err
}

func (r *Reconciler) update(ctx context.Context, key reconcile.Key, n forge.Note, body safe.Markdown) error {
	if err := r.gitlab.UpdateNote(ctx, key.Project, key.IID, n.ID, body); err != nil {
		return fmt.Errorf("update note %d of %s: %w", n.ID, key, err)
	}
	return nil
}

// create writes the first note. When the answer is lost, the notes are listed again, and what stands
// then counts. A job of a pipeline may write one at the same time: the second look makes the younger yield.
func (r *Reconciler) create(ctx context.Context, key reconcile.Key, body safe.Markdown) (int, error) {
	_, err := r.gitlab.CreateNote(ctx, key.Project, key.IID, body)
	if err == nil || errors.Is(err, forge.ErrUnavailable) {
		r.memory.forgetAbsence(key)
	}
	if err == nil {
		return 1, nil
	}
	if errors.Is(err, forge.ErrUnavailable) {
		if now, listErr := r.own(ctx, key, nil); listErr == nil && len(now.notes) > 0 {
			return 1, nil
		}
		// Lost, or still on its way. The next run looks again before it writes.
	}
	return 0, fmt.Errorf("write the note of %s: %w", key, err)
}

// yield makes younger summary notes, which two looks at once can leave behind, point to the
// oldest one. Nothing is ever deleted.
func (r *Reconciler) yield(ctx context.Context, key reconcile.Key, younger []forge.Note) (int, error) {
	writes := 0
	for _, n := range younger {
		if sameText(n.Body, note.Superseded().String()) {
			continue
		}
		if err := r.update(ctx, key, n, note.Superseded()); err != nil {
			return writes, err
		}
		writes++
	}
	return writes, nil
}

// sameText compares as GitLab stores: line ends and blanks around the text may differ.
func sameText(a, b string) bool {
	return strings.TrimSpace(strings.ReplaceAll(a, "\r\n", "\n")) == strings.TrimSpace(b)
}
