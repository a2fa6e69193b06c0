package review

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

const (
	readers      = 4       // files read at once for one merge request
	maxPages     = 300     // pages checked for one merge request
	maxPageBytes = 2 << 20 // of one page
)

// A reading is a page as the note tells of it, and what threads need besides.
type reading struct {
	note.Page
	file   forge.ChangedFile
	source []byte // at the head; nil when it was not checked
	// head and base are the page at both ends of the diff; nil where it is not there or was not read.
	head, base *hiring.Page
}

// readPages reads and checks the changed pages at both ends of the diff. site is the repository at the
// head as far as links lead into it, nil when GitLab does not tell of it.
func (r *Reconciler) readPages(ctx context.Context, s settings, mr forge.MergeRequest, t touched) (pages []reading, site rule.Site, err error) {
	changes := t.pages
	if paths, folders := r.unread(s, mr, t); len(paths)+len(folders) > 1 {
		for chunk := range slices.Chunk(paths, together) {
			if _, err := r.glance(ctx, s, mr, forge.Glance{Texts: chunk, Folders: folders}); err != nil {
				return nil, nil, err
			}
			folders = nil
		}
	}
	pages = make([]reading, len(changes))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i, c := range changes {
		if i >= maxPages {
			pages[i].Page = note.Page{Path: c.path, OldPath: c.old, Unread: fmt.Sprintf("the merge request changes more than %d pages", maxPages)}
			continue
		}
		g.Go(func() error {
			var err error
			pages[i], err = r.readPage(gctx, mr, c)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	head, base, err := r.sites(ctx, s, mr, t, pages)
	if err != nil {
		return nil, nil, err
	}
	now := r.now()
	var checks errgroup.Group
	checks.SetLimit(readers)
	for i := range pages {
		checks.Go(func() error {
			if p := &pages[i]; p.head != nil {
				p.Findings = check.Page(p.head, s.check(now, head))
				if p.base != nil {
					p.Before = check.Page(p.base, s.check(now, base))
				}
			}
			return nil
		})
	}
	return pages, head, checks.Wait()
}

// together is the number of files that are read with one call.
const together = 20

// unread are the files and folders at the head that are needed and were not asked for yet: the pages, and
// what the planner begins with.
func (r *Reconciler) unread(s settings, mr forge.MergeRequest, t touched) (paths, folders []string) {
	changes, at := t.pages, r.memory.site(mr.ProjectID, mr.Diff.Head)
	if file, dir := s.conf.Openings.Path, s.conf.OpeningsDir(); r.tellsPlan(s, mr, t) && s.conf.Openings.Project == "" && !at.knows(file) {
		paths, folders = append(paths, file), append(folders, dir)
	}
	for _, c := range changes[:min(len(changes), maxPages)] {
		if _, known := r.memory.page(mr, fileKey{c.path, mr.Diff.Head}); !known && !c.deleted && !at.asked(c.path) {
			paths = append(paths, c.path)
		}
	}
	return paths, folders
}

// glance reads files at the head with one call into the memory. What GitLab does not give so is read one
// by one afterwards.
func (r *Reconciler) glance(ctx context.Context, s settings, mr forge.MergeRequest, g forge.Glance) (forge.Seen, error) {
	seen, err := r.gitlab.Glance(ctx, s.project.Path, mr.Diff.Head, g)
	switch {
	case refused(err):
		return forge.Seen{}, nil
	case err != nil:
		return seen, fmt.Errorf("read %d files at %s: %w", len(g.Texts), mr.Diff.Head, err)
	}
	r.memory.site(mr.ProjectID, mr.Diff.Head).learn(g, seen)
	for path, text := range seen.Texts {
		r.memory.keepPage(mr, fileKey{path, mr.Diff.Head}, text)
	}
	return seen, nil
}

// discussions reads the discussions of a merge request, nil where that is not done yet: they come along
// with its pages, if these have to be read anyway.
func (r *Reconciler) discussions(ctx context.Context, s settings, mr forge.MergeRequest, t touched) ([]forge.Discussion, error) {
	paths, folders := r.unread(s, mr, t)
	if len(paths) == 0 || mr.State != forge.Opened || s.conf.Comment.Mode == repoconf.CommentOff {
		return nil, nil
	}
	seen, err := r.glance(ctx, s, mr, forge.Glance{Texts: paths[:min(len(paths), together)], Folders: folders, Discussions: mr.IID})
	return seen.Discussions, err
}

// readPage reads one page. The base version is read under the page's new path, so that a rename
// makes no finding new.
func (r *Reconciler) readPage(ctx context.Context, mr forge.MergeRequest, c change) (reading, error) {
	page := reading{Page: note.Page{Path: c.path, OldPath: c.old, New: c.isNew, Deleted: c.deleted}, file: c.file}
	if c.deleted {
		page.Path = c.old
		return page, nil
	}
	head, err := r.file(ctx, mr, c.path, mr.Diff.Head)
	switch {
	case errors.Is(err, forge.ErrNotFound):
		page.Unread = "it is no file that can be read at this commit"
		return page, nil
	case err != nil:
		return page, err
	case len(head) > maxPageBytes:
		page.Unread = fmt.Sprintf("it is larger than %d MB", maxPageBytes>>20)
		return page, nil
	}
	parsed := rolepage.Parse(c.path, head)
	page.source = head
	page.Title = parsed.Title
	page.ProcessAfter = parsed.Process
	page.head = parsed
	if c.isNew {
		return page, nil
	}
	base, undone := undo(head, c.file.Diff)
	if !undone {
		base, err = r.file(ctx, mr, c.old, mr.Diff.Base)
	}
	switch {
	case errors.Is(err, forge.ErrNotFound):
		page.New = true
		return page, nil
	case err != nil:
		return page, err
	case len(base) > maxPageBytes:
		return page, nil
	}
	page.base = rolepage.Parse(c.path, base)
	page.ProcessBefore = page.base.Process
	return page, nil
}

// file reads a file at a commit, from memory when it was read before.
func (r *Reconciler) file(ctx context.Context, mr forge.MergeRequest, path, commit string) ([]byte, error) {
	k := fileKey{path, commit}
	if src, ok := r.memory.page(mr, k); ok {
		return src, nil
	}
	src, err := r.gitlab.ReadFile(ctx, mr.ProjectID, path, commit)
	if err != nil {
		return nil, fmt.Errorf("read %q at %s: %w", path, commit, err)
	}
	r.memory.keepPage(mr, k, src)
	return src, nil
}
