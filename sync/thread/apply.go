package thread

import (
	"context"
	"errors"
	"fmt"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// GitLab are the calls that threads need.
type GitLab interface {
	UpdateNote(ctx context.Context, project, mr, note int64, body safe.Markdown) error
	CreateDiscussion(ctx context.Context, project, mr int64, at forge.Position, body safe.Markdown) error
	AnswerDiscussion(ctx context.Context, project, mr int64, discussion string, body safe.Markdown) error
	ResolveDiscussion(ctx context.Context, project, mr int64, discussion string, resolved bool) error
	Drafts(ctx context.Context, project, mr int64) ([]forge.Draft, error)
	CreateDraft(ctx context.Context, project, mr int64, at forge.Position, body safe.Markdown) error
	DeleteDraft(ctx context.Context, project, mr, draft int64) error
	PublishDrafts(ctx context.Context, project, mr int64) error
	DiffVersion(ctx context.Context, project, mr int64) (forge.DiffRefs, error)
}

// An Apply writes a plan.
type Apply struct {
	GitLab      GitLab
	Project, MR int64
	// Relocate finds the places of wanted threads anew, by key, in the diff of other commits. It is
	// asked at most once, when GitLab does not take a position.
	Relocate func(ctx context.Context, refs forge.DiffRefs) (map[string]*forge.Position, error)
	// MayNotResolve says that the token's role is known to be too small for resolving.
	MayNotResolve bool

	relocated map[string]*forge.Position
	asked     bool
}

// An Outcome is what became of a plan.
type Outcome struct {
	Writes        int
	Posted        []string // keys of the findings that have a thread now
	Refused       []string // keys of those whose position GitLab does not take; all else is tried again by the next run
	MayNotResolve bool     // GitLab let roleplan resolve nothing
	Problems      []error  // refusals that stopped nothing else
}

// Run writes a plan. What GitLab refuses is told in the outcome and stops nothing else; the error is
// of a kind that goes by, and then the next run takes up what is left.
func (a *Apply) Run(ctx context.Context, p Plan) (Outcome, error) {
	o := Outcome{MayNotResolve: a.MayNotResolve}
	var posts []Action
	for _, act := range p.Actions {
		if act.Verb == Post {
			posts = append(posts, act)
			continue
		}
		if err := a.change(ctx, act, &o); err != nil {
			return o, err
		}
	}
	if len(posts) == 0 {
		return o, nil
	}
	return o, a.post(ctx, posts, &o)
}

// change writes all but new threads.
func (a *Apply) change(ctx context.Context, act Action, o *Outcome) error {
	var err error
	switch act.Verb {
	case Edit:
		err = a.GitLab.UpdateNote(ctx, a.Project, a.MR, act.Note, act.Body)
	case Answer:
		err = a.GitLab.AnswerDiscussion(ctx, a.Project, a.MR, act.Discussion, act.Body)
	case Resolve, Reopen:
		if o.MayNotResolve {
			return nil
		}
		err = a.GitLab.ResolveDiscussion(ctx, a.Project, a.MR, act.Discussion, act.Verb == Resolve)
		o.MayNotResolve = errors.Is(err, forge.ErrForbidden)
	case Post:
	}
	if err == nil {
		o.Writes++
		return nil
	}
	err = fmt.Errorf("%s in thread %s: %w", act.Verb, act.Discussion, err)
	if !refusal(err) {
		return err
	}
	o.Problems = append(o.Problems, err)
	return nil
}

// refusal reports whether an error is GitLab's answer to one write, and none that goes by.
func refusal(err error) bool {
	for _, kind := range []error{forge.ErrForbidden, forge.ErrNotFound, forge.ErrInvalid, forge.ErrConflict, forge.ErrUnsupported} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// noDrafts reports whether an instance or a role has no drafts.
func noDrafts(err error) bool {
	return errors.Is(err, forge.ErrForbidden) || errors.Is(err, forge.ErrNotFound) || errors.Is(err, forge.ErrUnsupported)
}

// post begins threads: as drafts that are published together, so that people get one mail. A run
// that broke off has left drafts, which are taken up. Where drafts are refused, the threads are begun
// one by one.
func (a *Apply) post(ctx context.Context, posts []Action, o *Outcome) error {
	ready, err := a.takeUp(ctx, posts, o)
	if err != nil && !noDrafts(err) {
		return err
	}
	if err == nil {
		err = a.draft(ctx, posts, ready, o)
		if err == nil && len(ready) > 0 {
			err = a.GitLab.PublishDrafts(ctx, a.Project, a.MR)
		}
		if err == nil {
			if len(ready) > 0 {
				o.Writes++
				o.Posted = append(o.Posted, keysOf(posts, ready)...)
			}
			return nil
		}
		if !noDrafts(err) {
			return fmt.Errorf("publish the review: %w", err)
		}
	}
	o.Refused = nil // all are tried anew
	for _, act := range posts {
		took, err := a.begin(ctx, act, o, a.GitLab.CreateDiscussion)
		if err != nil {
			return err
		}
		if took {
			o.Posted = append(o.Posted, act.Want.Key())
		}
	}
	return nil
}

func keysOf(posts []Action, ready map[string]bool) []string {
	var keys []string
	for _, act := range posts {
		if key := act.Want.Key(); ready[key] {
			keys = append(keys, key)
		}
	}
	return keys
}

// takeUp finds the drafts that an earlier run has left, by the keys of their findings. Those that
// don't fit any more are taken away: publishing is for all or none.
func (a *Apply) takeUp(ctx context.Context, posts []Action, o *Outcome) (map[string]bool, error) {
	drafts, err := a.GitLab.Drafts(ctx, a.Project, a.MR)
	if err != nil {
		return nil, err
	}
	ready := map[string]bool{}
	var unfit []forge.Draft
	for _, d := range drafts {
		mark, ours := note.ReadThread(d.Body)
		if !ours {
			continue
		}
		key := ""
		for _, act := range posts {
			w := act.Want
			if w.ID == mark.ID && w.Page == mark.Page && sameText(d.Body, act.Body) && d.Position != nil && *d.Position == *w.At && !ready[w.Key()] {
				key = w.Key()
			}
		}
		if key != "" {
			ready[key] = true
		} else {
			unfit = append(unfit, d)
		}
	}
	if len(unfit) == 0 {
		return ready, nil
	}
	newest, err := a.GitLab.DiffVersion(ctx, a.Project, a.MR)
	if err != nil {
		return nil, fmt.Errorf("look for the newest diff: %w", err)
	}
	if newest != posts[0].Want.At.Diff {
		return ready, nil // somebody has pushed meanwhile, and a run that knows of it may have written them
	}
	for _, d := range unfit {
		if err := a.GitLab.DeleteDraft(ctx, a.Project, a.MR, d.ID); err != nil {
			return nil, fmt.Errorf("take a left draft away: %w", err)
		}
		o.Writes++
	}
	return ready, nil
}

// draft writes the drafts that are not there yet, and notes them in ready.
func (a *Apply) draft(ctx context.Context, posts []Action, ready map[string]bool, o *Outcome) error {
	for _, act := range posts {
		if ready[act.Want.Key()] {
			continue
		}
		var missing error
		took, err := a.begin(ctx, act, o, func(ctx context.Context, project, mr int64, at forge.Position, body safe.Markdown) error {
			err := a.GitLab.CreateDraft(ctx, project, mr, at, body)
			if noDrafts(err) {
				missing = err
				return nil
			}
			return err
		})
		if err != nil || missing != nil {
			return errors.Join(err, missing)
		}
		if took {
			ready[act.Want.Key()] = true
		}
	}
	return nil
}

// begin writes a thread or a draft of one. A position that GitLab does not take is looked up once
// more in the newest diff; after that the finding stands in the summary alone.
func (a *Apply) begin(ctx context.Context, act Action, o *Outcome, write func(context.Context, int64, int64, forge.Position, safe.Markdown) error) (bool, error) {
	err := write(ctx, a.Project, a.MR, *act.Want.At, act.Body)
	if errors.Is(err, forge.ErrPosition) {
		at, lookErr := a.fresh(ctx, act.Want)
		if lookErr != nil {
			return false, lookErr
		}
		if at != nil && *at != *act.Want.At {
			err = write(ctx, a.Project, a.MR, *at, act.Body)
		}
	}
	switch {
	case err == nil:
		o.Writes++
		return true, nil
	case !refusal(err), errors.Is(err, forge.ErrForbidden):
		// Who may not comment on one line may comment on none.
		return false, fmt.Errorf("begin a thread on %q: %w", act.Want.Page, err)
	}
	if errors.Is(err, forge.ErrPosition) {
		o.Refused = append(o.Refused, act.Want.Key())
	}
	o.Problems = append(o.Problems, fmt.Errorf("begin a thread on %q: %w", act.Want.Page, err))
	return false, nil
}

// fresh is the place of a thread in the newest diff, as the changes may have been read before the push that this
// run is for. It is nil when there was a push since: then all is looked at again anyway.
func (a *Apply) fresh(ctx context.Context, w Wanted) (*forge.Position, error) {
	if !a.asked {
		a.asked = true
		refs, err := a.GitLab.DiffVersion(ctx, a.Project, a.MR)
		if err != nil {
			return nil, fmt.Errorf("look for the newest diff: %w", err)
		}
		if refs.Head == w.At.Diff.Head {
			if a.relocated, err = a.Relocate(ctx, refs); err != nil {
				return nil, err
			}
		}
	}
	return a.relocated[w.Key()], nil
}
