package app

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/team"
)

// A diskTeam is the team directory of a repository on disk. It is read when the first page asks for it.
type diskTeam struct {
	files fs.FS
	at    repoconf.Team
	once  sync.Once

	directory *team.Directory
	warnings  []team.Warning
	err       error
}

func (t *diskTeam) read() *team.Directory {
	t.once.Do(func() { t.directory, t.warnings, t.err = readTeam(t.files, t.at) })
	return t.directory
}

// Holds reports whether words are a job title, and whether somebody holds it. Without a directory no words
// are one.
func (t *diskTeam) Holds(title string) (isTitle, held bool) {
	d := t.read()
	if d == nil {
		return false, false
	}
	return d.Holds(title)
}

// Titles are all titles that somebody holds.
func (t *diskTeam) Titles() []string {
	if d := t.read(); d != nil {
		return d.Titles()
	}
	return nil
}

// readTeam reads a directory: a file, or else a folder with a file a person; nil when there is neither.
func readTeam(files fs.FS, at repoconf.Team) (*team.Directory, []team.Warning, error) {
	if at.IsFile() {
		src, err := fs.ReadFile(files, path.Clean(at.Path))
		if err == nil {
			people, warnings := team.Parse(at.Path, src)
			return team.New(people), warnings, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, nil, fmt.Errorf("read the team directory: %w", err)
		}
	}
	if at.Folder() == "" {
		return nil, nil, nil
	}
	var people []team.Person
	var warnings []team.Warning
	err := fs.WalkDir(files, path.Clean(at.Folder()), func(name string, d fs.DirEntry, err error) error {
		if ext := path.Ext(name); err != nil || !d.Type().IsRegular() || ext != ".yml" && ext != ".yaml" {
			return err
		}
		src, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		found, wrong := team.Parse(name, src)
		people, warnings = append(people, found...), append(warnings, wrong...)
		return nil
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("read the team directory: %w", err)
	}
	return team.New(people), warnings, nil
}
