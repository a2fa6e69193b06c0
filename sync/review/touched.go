package review

import (
	"cmp"
	"slices"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
)

// touched is what a merge request changes that concerns roleplan.
type touched struct {
	files    []forge.ChangedFile // all that it changes
	pages    []change            // role pages, by path
	openings bool
	config   bool
	team     bool // the team directory
}

func (t touched) any() bool { return len(t.pages) > 0 || t.openings || t.config }

// A change is a role page that a merge request changes.
type change struct {
	path, old string // after and before
	file      forge.ChangedFile
	isNew     bool
	deleted   bool
}

// touched sorts out the changed files. A page that is moved to where no role pages are counts
// as deleted, one that is moved in from there is compared with what it was.
func (s settings) touched(files []forge.ChangedFile) touched {
	t := touched{files: files}
	for _, f := range files {
		paths := []string{f.NewPath, f.OldPath}
		t.config = t.config || slices.Contains(paths, repoconf.Name)
		t.team = t.team || slices.ContainsFunc(paths, s.conf.Team.Has)
		t.openings = t.openings || slices.ContainsFunc(paths, s.conf.IsOpenings)
		is, was := s.conf.IsPage(f.NewPath), s.conf.IsPage(f.OldPath)
		if !is && !was {
			continue
		}
		t.pages = append(t.pages, change{
			path: f.NewPath, old: f.OldPath, file: f, isNew: f.New,
			deleted: f.Deleted || !is,
		})
	}
	slices.SortStableFunc(t.pages, func(a, b change) int { return cmp.Compare(a.path, b.path) })
	return t
}
