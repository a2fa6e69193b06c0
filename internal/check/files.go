package check

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// A File is a page as it was read. Path is relative to the root, with slashes. Source is used again for
// other files when who was given it is done.
type File struct {
	Path   string
	Source []byte
	Err    error // why it could not be read
}

// Find lists the pages that paths name: files as they are, folders by walking them for pages
// in Markdown. Without paths the root is walked. Hidden folders and symbolic links within
// folders are left out. A path that does not exist is an error; the others are found all the
// same.
func Find(root string, paths []string) ([]string, error) {
	if len(paths) == 0 {
		paths = []string{root}
	}
	var files []string
	var errs []error
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("look at path: %w", err))
		case !info.IsDir():
			files = append(files, path)
		default:
			found, err := walk(path)
			files, errs = append(files, found...), append(errs, err)
		}
	}
	slices.Sort(files)
	return slices.Compact(files), errors.Join(errs...)
}

func walk(dir string) ([]string, error) {
	var files []string
	var errs []error
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("walk folder: %w", err))
			return nil
		case d.IsDir() && path != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.Type().IsRegular() && isMarkdown(path):
			files = append(files, path)
		}
		return nil
	})
	return files, errors.Join(append(errs, err)...)
}

func isMarkdown(path string) bool {
	return strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".md.erb") || strings.HasSuffix(path, ".markdown")
}

// largest is the size of a page in bytes up to which it is read.
const largest = 32 << 20

// Map reads files in parallel, bounded, calls f for each and returns the results in the order
// of the files. It ends early when ctx ends.
func Map[T any](ctx context.Context, root string, files []string, f func(File) T) ([]T, error) {
	results := make([]T, len(files))
	list := newPlace(root).stat(files)
	var next atomic.Int64
	var g sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		g.Go(func() {
			var content bytes.Buffer
			for n := next.Add(1) - 1; int(n) < len(list) && ctx.Err() == nil; n = next.Add(1) - 1 {
				results[list[n].index] = f(list[n].read(&content))
			}
		})
	}
	g.Wait()
	return results, ctx.Err()
}

// A place tells which files lie below a root. It asks once for the root's ways and for the folder that the process
// works in, which [filepath.Abs] looks up each time.
type place struct {
	here     string // "" where it can't be told
	absolute string // "" where it can't be told
	real     string // without symbolic links, "" where it can't be told
}

func newPlace(root string) place {
	var r place
	r.here, _ = os.Getwd()             // "" when it fails
	r.absolute, _ = filepath.Abs(root) // as well
	if real, err := filepath.EvalSymlinks(root); err == nil {
		r.real, _ = filepath.Abs(real)
	}
	return r
}

// A candidate is a file to be read.
type candidate struct {
	path  string
	name  string // see relative
	index int
	size  int64
	err   error // why it is not to be read
}

// stat looks at files and brings the large ones to the front, so that no worker begins one when the
// others are done.
func (r place) stat(files []string) []candidate {
	list := make([]candidate, len(files))
	folders := folders{}
	for i, path := range files {
		c := candidate{path: path, name: r.relative(r.absolute, path), index: i}
		info, err := os.Lstat(path)
		linked := err != nil || info.Mode()&fs.ModeSymlink != 0
		if linked {
			info, err = os.Stat(path)
		}
		switch {
		case err != nil:
			c.err = err
		case r.leadsOut(path, c.name, linked, folders):
			c.err = errors.New("a symbolic link leads out of the root; name the file that it leads to")
		case info.Size() > largest:
			c.err = fmt.Errorf("it is larger than %d MB", largest>>20)
		default:
			c.size = info.Size()
		}
		list[i] = c
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.size, a.size) })
	return list
}

// read gives the file, whose source lies in content.
func (c candidate) read(content *bytes.Buffer) File {
	err := c.err
	if err == nil {
		err = c.readInto(content)
	}
	if err != nil {
		return File{Path: c.name, Err: fmt.Errorf("read page %q: %w", c.path, err)}
	}
	return File{Path: c.name, Source: content.Bytes()}
}

// readInto reads the file in place of what was read before.
func (c candidate) readInto(content *bytes.Buffer) error {
	f, err := os.Open(c.path)
	if err != nil {
		return err
	}
	defer f.Close()
	content.Reset()
	content.Grow(int(c.size) + bytes.MinRead) // so that it need not grow while it is read
	_, err = content.ReadFrom(f)
	return err
}

// leadsOut reports whether a file that lies below the root by its name lies elsewhere by a symbolic
// link: linked says that it is one itself. Who writes a repository does not decide what else of the
// machine is read.
func (r place) leadsOut(path, name string, linked bool, folders folders) bool {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return false // named from outside, by the one who calls
	}
	var real string
	var err error
	if linked || filepath.Clean(path) != path { // "link/../page.md" is not what it looks like
		real, err = filepath.EvalSymlinks(path)
	} else {
		real, err = folders.real(filepath.Dir(path))
		real = filepath.Join(real, filepath.Base(path))
	}
	return err != nil || r.real == "" || !filepath.IsLocal(filepath.FromSlash(r.relative(r.real, real)))
}

// folders keeps where folders really lie, by their paths.
type folders map[string]string

// real is the path of a folder without symbolic links. Each folder is looked at once, however many files
// lie below it.
func (f folders) real(path string) (string, error) {
	real, known := f[path]
	if known {
		return real, nil
	}
	above, name := filepath.Dir(path), filepath.Base(path)
	info, err := os.Lstat(path)
	if above == path || above == "." || name == ".." || err != nil || info.Mode()&fs.ModeSymlink != 0 {
		real, err = filepath.EvalSymlinks(path)
	} else if real, err = f.real(above); err == nil {
		real = filepath.Join(real, name)
	}
	if err == nil {
		f[path] = real
	}
	return real, err
}

// relative is a path as reports name it: below the root, or as it is when it lies elsewhere.
func (r place) relative(root, path string) string {
	abs := path
	if !filepath.IsAbs(path) {
		abs = filepath.Join(r.here, path)
	}
	rel, err := filepath.Rel(root, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return filepath.ToSlash(path)
	}
	return filepath.ToSlash(rel)
}

// A Result is what Files found.
type Result struct {
	Findings []finding.Finding
	Pages    []string // paths of those that were checked
	Errors   []error  // of pages that could not be read
}

// Files checks files; see Find. The error is that of ctx.
func Files(ctx context.Context, root string, files []string, o Options) (Result, error) {
	type one struct {
		path     string
		findings []finding.Finding
		err      error
	}
	rooms := sync.Pool{New: func() any { return new(rolepage.Room) }}
	list, err := Map(ctx, root, files, func(f File) one {
		if f.Err != nil {
			return one{err: f.Err}
		}
		room := rooms.Get().(*rolepage.Room) //nolint:forcetypeassert // it holds nothing else
		defer rooms.Put(room)
		return one{path: f.Path, findings: Page(room.Parse(f.Path, f.Source), o)}
	})
	var r Result
	found := 0
	for _, one := range list {
		found += len(one.findings)
	}
	r.Findings = slices.Grow(r.Findings, found)
	for _, one := range list {
		if one.err != nil {
			r.Errors = append(r.Errors, one.err)
			continue
		}
		r.Pages = append(r.Pages, one.path)
		r.Findings = append(r.Findings, one.findings...)
	}
	if site, ok := o.Site.(*Site); ok {
		r.Errors = append(r.Errors, site.Errors()...)
	}
	return r, err
}
