package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// A File is a page as it was read. Path is relative to the root, with slashes.
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
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, path := range files {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			results[i] = f(read(root, path))
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return results, ctx.Err()
}

func read(root, path string) File {
	f := File{Path: relative(root, path)}
	info, err := os.Stat(path)
	if err == nil && leadsOut(root, path, f.Path) {
		err = errors.New("a symbolic link leads out of the root; name the file that it leads to")
	}
	if err == nil && info.Size() > largest {
		err = fmt.Errorf("it is larger than %d MB", largest>>20)
	}
	if err == nil {
		f.Source, err = os.ReadFile(path) //nolint:gosec // the user names the files
	}
	if err != nil {
		f.Err = fmt.Errorf("read page %q: %w", path, err)
	}
	return f
}

// leadsOut reports whether a file that lies below the root by its name lies elsewhere by a symbolic
// link. Who writes a repository does not decide what else of the machine is read.
func leadsOut(root, path, name string) bool {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return false // named from outside, by the one who calls
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return true
	}
	realRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		return true
	}
	return !filepath.IsLocal(filepath.FromSlash(relative(realRoot, real)))
}

// relative is a path as reports name it: below the root, or as it is when it lies elsewhere.
func relative(root, path string) string {
	a, err := filepath.Abs(root)
	if err != nil {
		return filepath.ToSlash(path)
	}
	b, err := filepath.Abs(path)
	if err != nil {
		return filepath.ToSlash(path)
	}
	rel, err := filepath.Rel(a, b)
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
	list, err := Map(ctx, root, files, func(f File) one {
		if f.Err != nil {
			return one{err: f.Err}
		}
		return one{path: f.Path, findings: Page(rolepage.Parse(f.Path, f.Source), o)}
	})
	var r Result
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
