// Package directory reads the team directory of a project on GitLab: a file that lists all people, or
// a folder with a file a person, in few calls however many they are.
package directory

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/team"
)

// GitLab are the calls that a directory needs.
type GitLab interface {
	ReadFile(ctx context.Context, project int64, path, ref string) ([]byte, error)
	ReadBlobs(ctx context.Context, project, ref string, paths []string) (map[string]forge.Blob, error)
	ListFiles(ctx context.Context, project int64, dir, ref string) ([]forge.File, error)
}

// A Reader reads directories. It remembers files by their content, so that a folder that was read once
// costs a listing and the files that have changed. It is safe for use by several goroutines.
type Reader struct {
	gitlab GitLab

	mu    sync.Mutex
	files map[string]file // by path and content
}

type file struct {
	people   []team.Person
	warnings []team.Warning
}

const (
	// maxFiles bounds the memory.
	maxFiles = 20_000
	// oneByOne is the number of files that are read with a call each, where GitLab gives no more at once.
	oneByOne = 30
)

// New makes a Reader.
func New(gitlab GitLab) *Reader { return &Reader{gitlab: gitlab, files: map[string]file{}} }

// Read reads the directory of a project at ref; nil when it has none. known are files that the caller
// has read at ref already, the directory's own among them where it is one; nil when nothing was read.
func (r *Reader) Read(ctx context.Context, project forge.Project, conf *repoconf.Config, ref string, known map[string]forge.Blob) (*team.Directory, []team.Warning, error) {
	if conf.Team.Path == "" {
		return nil, nil, nil
	}
	if conf.Team.IsFile() {
		src, err := r.file(ctx, project, conf.Team.Path, ref, known)
		switch {
		case err == nil:
			people, warnings := team.Parse(conf.Team.Path, src)
			return team.New(people), warnings, nil
		case !errors.Is(err, forge.ErrNotFound):
			return nil, nil, fmt.Errorf("read the team directory %q of %q at %q: %w", conf.Team.Path, project.Path, ref, err)
		}
	}
	dir := conf.Team.Folder()
	if dir == "" {
		return nil, missing(conf), nil
	}
	people, warnings, err := r.folder(ctx, project, dir, ref)
	switch {
	case errors.Is(err, forge.ErrNotFound):
		return nil, missing(conf), nil
	case err != nil:
		return nil, nil, fmt.Errorf("read the team directory %q of %q at %q: %w", dir, project.Path, ref, err)
	case people == nil:
		return nil, warnings, nil
	}
	return team.New(people), warnings, nil
}

// missing tells of a directory that the configuration names and that is not there. Where it names none,
// there need be none.
func missing(conf *repoconf.Config) []team.Warning {
	if conf.Team.Path == repoconf.Default().Team.Path {
		return nil
	}
	return []team.Warning{{File: repoconf.Name, Message: fmt.Sprintf("team.path: %q does not exist in the repository, so only those whom openings name are assigned; correct the path, or make it empty", conf.Team.Path)}}
}

// file is the content of a file that may have been read already.
func (r *Reader) file(ctx context.Context, project forge.Project, name, ref string, known map[string]forge.Blob) ([]byte, error) {
	b, ok := known[name]
	if known != nil && !ok {
		return nil, forge.ErrNotFound
	}
	if b.Content != nil {
		return b.Content, nil
	}
	return r.gitlab.ReadFile(ctx, project.ID, name, ref)
}

// folder reads a folder with a file a person; nobody when there is none.
func (r *Reader) folder(ctx context.Context, project forge.Project, dir, ref string) (people []team.Person, warnings []team.Warning, err error) {
	list, err := r.gitlab.ListFiles(ctx, project.ID, dir, ref)
	if err != nil {
		return nil, nil, err
	}
	var names, ask []string
	ids := map[string]string{}
	for _, f := range list {
		if ext := path.Ext(f.Path); f.Mode == "120000" || ext != ".yml" && ext != ".yaml" {
			continue
		}
		names = append(names, f.Path)
		ids[f.Path] = f.Path + " " + f.Blob
		if _, ok := r.known(ids[f.Path]); !ok || f.Blob == "" {
			ask = append(ask, f.Path)
		}
	}
	read := map[string]file{}
	if len(ask) > 0 {
		if read, warnings, err = r.ask(ctx, project, dir, ref, ask); read == nil {
			return nil, warnings, err
		}
	}
	for _, name := range names {
		f, fresh := read[name]
		if !fresh {
			f, _ = r.known(ids[name])
		}
		r.keep(ids[name], f)
		people, warnings = append(people, f.people...), append(warnings, f.warnings...)
	}
	return people, warnings, nil
}

// ask reads files together, or, where GitLab does not give them so, a few one by one. Many are not
// read so, which is warned of.
func (r *Reader) ask(ctx context.Context, project forge.Project, dir, ref string, names []string) (map[string]file, []team.Warning, error) {
	blobs, err := r.gitlab.ReadBlobs(ctx, project.Path, ref, names)
	switch {
	case err != nil && !errors.Is(err, forge.ErrInvalid) && !errors.Is(err, forge.ErrUnsupported) && !errors.Is(err, forge.ErrForbidden) && !errors.Is(err, forge.ErrNotFound):
		return nil, nil, err
	case blobs == nil && len(names) > oneByOne:
		return nil, []team.Warning{{File: dir, Message: fmt.Sprintf("the team directory has %d files, and this GitLab gives them one by one only; so it is not read. Name a single file under team.path", len(names))}}, nil
	}
	read := map[string]file{}
	for _, name := range names {
		src := blobs[name].Content
		if src == nil {
			if src, err = r.gitlab.ReadFile(ctx, project.ID, name, ref); errors.Is(err, forge.ErrNotFound) {
				continue // it went away since it was listed
			} else if err != nil {
				return nil, nil, err
			}
		}
		var f file
		f.people, f.warnings = team.Parse(name, src)
		read[name] = f
	}
	return read, nil, nil
}

func (r *Reader) known(id string) (file, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.files[id]
	return f, ok
}

func (r *Reader) keep(id string, f file) {
	if strings.HasSuffix(id, " ") {
		return // the server did not tell the content's id
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.files) >= maxFiles {
		clear(r.files)
	}
	r.files[id] = f
}
