package opening

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/team"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// together reads files with few calls; nil where GitLab gives them one by one only.
func (r *Reconciler) together(ctx context.Context, project forge.Project, ref string, names []string) (map[string]forge.Blob, error) {
	if len(names) == 0 {
		return map[string]forge.Blob{}, nil
	}
	blobs, err := r.gitlab.ReadBlobs(ctx, project.Path, ref, names)
	switch {
	case errors.Is(err, forge.ErrInvalid), errors.Is(err, forge.ErrUnsupported), errors.Is(err, forge.ErrForbidden), errors.Is(err, forge.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read %d files of %q at %q: %w", len(names), project.Path, ref, err)
	}
	return blobs, nil
}

// file reads a file that may have been read already.
func (r *Reconciler) file(ctx context.Context, project forge.Project, path, ref string, known plan.Known) ([]byte, error) {
	src, read := known.Files[path]
	switch {
	case !read:
		return r.gitlab.ReadFile(ctx, project.ID, path, ref)
	case src == nil:
		return nil, fmt.Errorf("read %q: %w", path, forge.ErrNotFound)
	}
	return src, nil
}

// Pages names the role pages that a look needs, as far as the files that are known tell.
func (r *Reconciler) Pages(conf *repoconf.Config, known plan.Known) []string {
	list, _ := openings.Parse(conf.Openings.Path, known.Files[conf.Openings.Path]) // the look tells its mistakes
	return pagesOf(list)
}

func pagesOf(list []hiring.Opening) []string {
	var names []string
	for _, o := range list {
		if !over(o) && !slices.Contains(names, o.Page) {
			names = append(names, o.Page)
		}
	}
	return names
}

// pages reads the pages of all openings, and the team directory with them.
func (r *Reconciler) pages(ctx context.Context, w *wishes, list []hiring.Opening, ref string, known plan.Known) (map[string]page, error) {
	names := pagesOf(list)
	if len(names) == 0 {
		return nil, nil
	}
	ask := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, read := known.Files[name]
		return read
	})
	if w.conf.Team.IsFile() && known.Team == nil {
		ask = append(ask, w.conf.Team.Path)
	}
	blobs, err := r.together(ctx, w.project, ref, ask)
	if err != nil {
		return nil, err
	}
	pages := map[string]page{}
	for _, name := range names {
		b, ok := blobs[name]
		src, read := known.Files[name]
		switch {
		case read && src == nil: // it is not there
		case read:
			// It is what the plan is asked for at ref, so that is where it was last changed.
			pages[name] = page{Page: rolepage.Parse(name, src), hash: digest(string(src)), read: ref}
		case b.Content != nil:
			pages[name] = page{Page: rolepage.Parse(name, b.Content), hash: digest(string(b.Content))}
		case ok || blobs == nil:
			pages[name] = r.page(ctx, w.project, name, ref)
		}
	}
	if slices.ContainsFunc(names, func(name string) bool { return pages[name].Page == nil && pages[name].err == nil }) {
		if w.paths, err = r.paths(ctx, w, ref); err != nil {
			return nil, err
		}
	}
	if known.Team == nil {
		known.Team = &plan.Team{}
		if known.Team.People, known.Team.Warnings, err = r.directory.Read(ctx, w.project, w.conf, ref, blobs); err != nil {
			return nil, err
		}
	}
	w.team = known.Team.People
	w.warn(known.Team.Warnings)
	return pages, nil
}

// warn tells of entries of the team directory that can't be read, the first few.
func (w *wishes) warn(warnings []team.Warning) {
	const most = 5
	for i, one := range warnings {
		if rest := len(warnings) - most; i == most && rest > 1 {
			w.problems = append(w.problems, plan.Problem{File: one.File, Message: fmt.Sprintf("%d more entries of the team directory have mistakes", rest)})
			return
		}
		w.problems = append(w.problems, plan.Problem{File: one.File, Line: one.Line, Message: one.Message})
	}
}

// commits finds out at which commits the pages were last changed. A plan remembers that of the page
// that it was written by, so that only pages with another content are asked for.
func (r *run) commits(ctx context.Context, there world) error {
	known := map[string]string{}
	for _, p := range r.wish.positions {
		if p.page.Page == nil || p.page.commit != "" {
			continue
		}
		if old := there.plans[p.id()]; old != nil && old.memory.page == p.page.hash && old.memory.commit != "" {
			p.page.commit = old.memory.commit
			continue
		}
		if known[p.opening.Page] == "" {
			known[p.opening.Page] = p.page.read
		}
		if known[p.opening.Page] == "" {
			_, commit, err := r.gitlab.ReadFileCommit(ctx, r.wish.project.ID, p.opening.Page, r.wish.ref)
			if err != nil {
				return fmt.Errorf("read the last commit of %q: %w", p.opening.Page, err)
			}
			known[p.opening.Page] = or(commit, r.wish.project.DefaultBranch)
		}
		p.page.commit = known[p.opening.Page]
	}
	return nil
}

// page reads a role page by itself. One that does not exist is none, without an error.
func (r *Reconciler) page(ctx context.Context, project forge.Project, path, ref string) page {
	src, commit, err := r.gitlab.ReadFileCommit(ctx, project.ID, path, ref)
	switch {
	case errors.Is(err, forge.ErrNotFound):
		return page{}
	case err != nil:
		return page{err: fmt.Errorf("read page %q of %q at %q: %w", path, project.Path, ref, err)}
	}
	return page{Page: rolepage.Parse(path, src), hash: digest(string(src)), commit: or(commit, project.DefaultBranch)}
}

// paths are those of all role pages.
func (r *Reconciler) paths(ctx context.Context, w *wishes, ref string) ([]string, error) {
	var all []string
	for _, dir := range w.conf.PageDirs() {
		files, err := r.gitlab.ListFiles(ctx, w.project.ID, dir, ref)
		if err != nil && !errors.Is(err, forge.ErrNotFound) {
			return nil, fmt.Errorf("list the role pages of %q at %q: %w", w.project.Path, ref, err)
		}
		for _, f := range files {
			if w.conf.IsPage(f.Path) {
				all = append(all, f.Path)
			}
		}
	}
	return all, nil
}
