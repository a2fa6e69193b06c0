package review

import (
	"context"
	"fmt"
	"slices"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/thread"
)

// threads brings the threads in line, tells the summary of them, and returns what became of them.
func (r *Reconciler) threads(ctx context.Context, key reconcile.Key, s settings, mr forge.MergeRequest, pages []reading, own standing, sum *note.Summary) (thread.Outcome, error) {
	want := thread.Want(threadPages(pages), mr.Diff)
	before := note.ReadMemory(own.summary())
	options := thread.Options{
		Head:  mr.Diff.Head,
		Limit: s.conf.Comment.Threads,
		Open:  mr.State == forge.Opened && (!mr.Draft || s.conf.Comment.Drafts),
		Pages: map[string]bool{}, Unread: map[string]bool{},
		Told: setOf(before.Told), Refused: setOf(before.RefusedAt(mr.Diff.Head)),
	}
	for _, p := range pages {
		options.Pages[p.Path] = options.Pages[p.Path] || !p.Deleted
		if p.Unread != "" {
			options.Unread[p.Path], options.Unread[p.OldPath] = true, true
		}
	}
	plan := thread.Make(want, own.threads, options)
	apply := thread.Apply{
		GitLab: r.gitlab, Project: key.Project, MR: key.IID,
		Relocate: func(ctx context.Context, refs forge.DiffRefs) (map[string]*forge.Position, error) {
			return r.relocate(ctx, key, s, pages, refs)
		},
		MayNotResolve: r.memory.mayNotResolve(key.Project, r.now()),
	}
	out, err := apply.Run(ctx, plan)
	r.tell(ctx, key, apply.MayNotResolve, out)
	if err != nil {
		return out, fmt.Errorf("bring the threads of %s in line: %w", key, err)
	}
	sum.Threads = note.Threads{
		Standing: len(plan.Standing) + len(out.Posted),
		Waiting:  mr.Draft && !options.Open && mr.State == forge.Opened && options.Limit > 0 && waiting(want),
		Memory:   note.Memory{Told: slices.Concat(plan.Standing, plan.Dropped, out.Posted), Refused: out.Refused, Head: mr.Diff.Head},
	}
	for _, w := range want {
		if options.Refused[w.Key()] {
			sum.Threads.Refused = append(sum.Threads.Refused, w.Key())
		}
	}
	return out, nil
}

// tell says in the log what GitLab refused; that it lets nothing be resolved only once in a while.
func (r *Reconciler) tell(ctx context.Context, key reconcile.Key, known bool, out thread.Outcome) {
	log := zerolog.Ctx(ctx)
	if out.MayNotResolve && !known {
		r.memory.keepRefusal(key.Project, r.now())
		log.Warn().Int64("project", key.Project).Msg("threads stay open when their remarks are gone: the token's user needs the role Developer to resolve them")
	}
	for _, problem := range out.Problems {
		log.Info().Err(problem).Stringer("key", key).Msg("GitLab refused a thread or a change to one; the summary note tells of the remark")
	}
}

// threadPages are the pages whose findings are known.
func threadPages(pages []reading) []thread.Page {
	var list []thread.Page
	for _, p := range pages {
		if p.source != nil {
			list = append(list, thread.Page{File: p.file, Source: p.source, Findings: p.Findings, Before: p.Before})
		}
	}
	return list
}

// relocate finds the places of threads in the diff as GitLab has it by now.
func (r *Reconciler) relocate(ctx context.Context, key reconcile.Key, s settings, pages []reading, refs forge.DiffRefs) (map[string]*forge.Position, error) {
	files, err := r.gitlab.ChangedFiles(ctx, key.Project, key.IID)
	if err != nil {
		return nil, fmt.Errorf("list the changes of %s again: %w", key, err)
	}
	fresh := threadPages(pages)
	for _, c := range s.touched(files).pages {
		for i := range fresh {
			if fresh[i].File.NewPath == c.path {
				fresh[i].File = c.file
			}
		}
	}
	places := map[string]*forge.Position{}
	for _, w := range thread.Want(fresh, refs) {
		places[w.Key()] = w.At
	}
	return places, nil
}

// waiting reports whether a thread would stand if the merge request were no draft.
func waiting(want []thread.Wanted) bool {
	return slices.ContainsFunc(want, func(w thread.Wanted) bool { return w.At != nil })
}

func setOf(keys []string) map[string]bool {
	set := make(map[string]bool, len(keys))
	for _, k := range keys {
		set[k] = true
	}
	return set
}
