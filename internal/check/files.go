package check

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

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

// Walk finds the pages that paths name, each once by its path: files as they are, folders by walking them for pages
// in Markdown. Without paths the root is walked. Hidden folders and symbolic links within folders are left out. What
// can't be looked at is an error in place of a page, and the others are found all the same.
func Walk(root string, paths []string) iter.Seq2[string, error] {
	if len(paths) == 0 {
		paths = []string{root}
	}
	return func(yield func(string, error) bool) {
		seen := map[string]bool{}
		once := func(path string, err error) (more bool) {
			if err == nil && seen[path] {
				return true
			}
			seen[path] = true
			return yield(path, err)
		}
		for _, path := range paths {
			info, err := os.Stat(path)
			var more bool
			switch {
			case err != nil:
				more = yield("", fmt.Errorf("look at path: %w", err))
			case !info.IsDir():
				more = once(path, nil)
			default:
				more = walk(path, once)
			}
			if !more {
				return
			}
		}
	}
}

// List lists what was found, in order.
func List(found iter.Seq2[string, error]) ([]string, error) {
	var files []string
	var errs []error
	for file, err := range found {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		files = append(files, file)
	}
	slices.Sort(files)
	return files, errors.Join(errs...)
}

func walk(dir string, yield func(string, error) bool) (more bool) {
	more = true
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error { // it has the errors below alone
		switch {
		case err != nil:
			more = yield("", fmt.Errorf("walk folder: %w", err))
		case d.IsDir() && path != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.Type().IsRegular() && isMarkdown(path):
			more = yield(path, nil)
		}
		if !more {
			return fs.SkipAll
		}
		return nil
	})
	return more
}

func isMarkdown(path string) bool {
	return strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".md.erb") || strings.HasSuffix(path, ".markdown")
}

// largest is the size of a page in bytes up to which it is read.
const largest = 32 << 20

// Map reads files in parallel, bounded, calls f for each and returns the results in the order of the files' paths.
// Files are read while others are still looked for; an error in place of a file is given to f as one. It ends early
// when ctx ends.
func Map[T any](ctx context.Context, root string, files iter.Seq2[string, error], f func(File) T) ([]T, error) {
	type result struct {
		of    *candidate
		value T
	}
	var results []result
	var mu sync.Mutex
	waiting := newLine()
	work := func() {
		var content bytes.Buffer
		for c, ok := waiting.next(); ok && ctx.Err() == nil; c, ok = waiting.next() {
			value := f(c.read(&content))
			mu.Lock()
			results = append(results, result{c, value})
			mu.Unlock()
		}
	}
	var g sync.WaitGroup
	for range runtime.GOMAXPROCS(0) - 1 {
		g.Go(work)
	}
	place, folders, found := newPlace(root), folders{}, 0
	for path, err := range files {
		if ctx.Err() != nil {
			break
		}
		c := &candidate{err: err}
		if err == nil {
			c = place.look(path, folders)
		}
		c.found = found
		found++
		waiting.add(c)
	}
	waiting.end()
	work()
	g.Wait()
	slices.SortFunc(results, func(a, b result) int {
		return cmp.Or(strings.Compare(a.of.path, b.of.path), a.of.found-b.of.found)
	})
	values := make([]T, len(results))
	for i, r := range results {
		values[i] = r.value
	}
	return values, ctx.Err()
}

// A line is where candidates wait for a worker. The largest is the next, so that no worker begins one when the
// others are done.
type line struct {
	mu    sync.Mutex
	moved sync.Cond
	heap  candidates
	ended bool
}

func newLine() *line {
	l := &line{}
	l.moved.L = &l.mu
	return l
}

func (l *line) add(c *candidate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	heap.Push(&l.heap, c)
	l.moved.Signal()
}

// end says that no more come.
func (l *line) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.moved.Broadcast()
}

// next waits for a candidate; there is none when the line is empty and has ended.
func (l *line) next() (*candidate, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.heap) == 0 && !l.ended {
		l.moved.Wait()
	}
	if len(l.heap) == 0 {
		return nil, false
	}
	return heap.Pop(&l.heap).(*candidate), true //nolint:forcetypeassert // it holds nothing else
}

// candidates are a heap with the largest on top.
type candidates []*candidate

func (c candidates) Len() int           { return len(c) }
func (c candidates) Less(i, j int) bool { return c[i].size > c[j].size }
func (c candidates) Swap(i, j int)      { c[i], c[j] = c[j], c[i] }
func (c *candidates) Push(x any)        { *c = append(*c, x.(*candidate)) } //nolint:forcetypeassert // see line.add
func (c *candidates) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
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
	path  string // "" for what could not be looked at
	name  string // see relative
	found int    // how many were found before it
	size  int64
	err   error // why it is not to be read
}

// look looks at a file before it is read.
func (r place) look(path string, folders folders) *candidate {
	c := &candidate{path: path, name: r.relative(r.absolute, path)}
	info, err := os.Lstat(path)
	linked := err != nil || info.Mode()&fs.ModeSymlink != 0
	if linked {
		info, err = os.Stat(path)
	}
	switch {
	case err != nil:
	case r.leadsOut(path, c.name, linked, folders):
		err = errors.New("a symbolic link leads out of the root; name the file that it leads to")
	case info.Size() > largest:
		err = fmt.Errorf("it is larger than %d MB", largest>>20)
	default:
		c.size = info.Size()
	}
	if err != nil {
		c.err = fmt.Errorf("read page %q: %w", path, err)
	}
	return c
}

// read gives the file, whose source lies in content.
func (c *candidate) read(content *bytes.Buffer) File {
	if c.err != nil {
		return File{Path: c.name, Err: c.err}
	}
	if err := c.readInto(content); err != nil {
		return File{Path: c.name, Err: fmt.Errorf("read page %q: %w", c.path, err)}
	}
	return File{Path: c.name, Source: content.Bytes()}
}

// readInto reads the file in place of what was read before.
func (c *candidate) readInto(content *bytes.Buffer) error {
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
	Errors   []error  // of what could not be looked at or read
}

// Files checks files; see Walk and Map. The error is that of ctx.
func Files(ctx context.Context, root string, files iter.Seq2[string, error], o Options) (Result, error) {
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
