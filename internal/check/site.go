package check

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// A Site is a read-only view of a repository's files. It reads each folder and each file once,
// and only those that links lead to. What can't be read is taken to be as links say; Errors
// tells of it.
type Site struct {
	files fs.FS

	mu      sync.Mutex
	there   map[string]bool                   // what has was asked, and said
	folders map[string]map[string]fs.FileMode // types of what a folder holds, by name; nil for one that can't be read
	sources map[string][]byte
	pages   map[string]*hiring.Page
	errs    []error
}

// NewSite is the site of a repository's files. Paths are those of io/fs, from the root of the
// repository.
func NewSite(files fs.FS) *Site {
	return &Site{files: files, there: map[string]bool{}, folders: map[string]map[string]fs.FileMode{}, sources: map[string][]byte{}, pages: map[string]*hiring.Page{}}
}

// OpenSite is the site of a folder on disk. What symbolic links reach outside of it is no part of
// it.
func OpenSite(root string) (*Site, error) {
	dir, err := os.OpenRoot(root)
	if err != nil {
		return nil, fmt.Errorf("open root of the repository: %w", err)
	}
	return NewSite(dir.FS()), nil
}

// Has reports whether there is a file or folder of this path.
func (s *Site) Has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.has(path.Clean(name))
}

func (s *Site) has(name string) bool {
	if name == "." {
		return true
	}
	there, known := s.there[name]
	if !known {
		there = fs.ValidPath(name) && s.lists(path.Dir(name), path.Base(name))
		s.there[name] = there
	}
	return there
}

// lists reports whether a folder is there and holds a name, as far as it can be read.
func (s *Site) lists(dir, name string) bool {
	if !s.has(dir) {
		return false
	}
	names := s.names(dir)
	_, ok := names[name]
	return ok || names == nil
}

// Names are what a folder holds.
func (s *Site) Names(dir string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir = path.Clean(dir)
	if !s.has(dir) {
		return nil
	}
	return slices.Sorted(maps.Keys(s.names(dir)))
}

// names reads a folder that is there. A file holds nothing.
func (s *Site) names(dir string) map[string]fs.FileMode {
	if names, known := s.folders[dir]; known {
		return names
	}
	names := map[string]fs.FileMode{}
	if above := s.folders[path.Dir(dir)]; dir == "." || above[path.Base(dir)].IsDir() || above[path.Base(dir)]&fs.ModeSymlink != 0 {
		entries, err := fs.ReadDir(s.files, dir)
		for _, e := range entries {
			names[e.Name()] = e.Type()
		}
		if err != nil {
			names = nil
			s.fail(err)
		}
	}
	s.folders[dir] = names
	return names
}

// fail notes a failure. A symbolic link to a file or out of the repository is none.
func (s *Site) fail(err error) {
	if linked := new(fs.PathError); errors.As(err, &linked) {
		if above := s.folders[path.Dir(linked.Path)]; above[path.Base(linked.Path)]&fs.ModeSymlink != 0 {
			return
		}
	}
	s.errs = append(s.errs, fmt.Errorf("look at the files that links lead to: %w", err))
}

// Errors are the failures so far.
func (s *Site) Errors() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.errs)
}

// Source is what a file holds, nil when it can't be read.
func (s *Site) Source(name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source(path.Clean(name))
}

func (s *Site) source(name string) []byte {
	src, known := s.sources[name]
	if !known && s.has(name) {
		// In a folder that can't be read no file is seen.
		if _, seen := s.names(path.Dir(name))[path.Base(name)]; seen {
			var err error
			if src, err = fs.ReadFile(s.files, name); err != nil {
				s.fail(err)
			}
		}
		s.sources[name] = src
	}
	return src
}

// Page is a Markdown file as a page, nil when it can't be read.
func (s *Site) Page(name string) *hiring.Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = path.Clean(name)
	p, known := s.pages[name]
	if !known {
		if src := s.source(name); src != nil && strings.Contains(name, ".md") {
			p = rolepage.Parse(name, src)
			p.Line(0) // counts the lines, so that pages at work beside each other only read them
		}
		s.pages[name] = p
	}
	return p
}
