package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/migrate"
	"gitlab.com/roleplan/roleplan/internal/openings"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/textdiff"
)

type migrateFlags struct {
	root   string
	config string
	to     string
	sites  []string
	diff   bool
}

func (a *App) migrateCommand() *cobra.Command {
	var f migrateFlags
	cmd := &cobra.Command{
		Use:   "migrate --to PROFILE [PATH...]",
		Short: "Rewrite pages of an older layout to a newer one",
		Long: `Rewrites role pages to a newer layout: job-family (Hugo, since 2023) or job-description (the
library of 2026). Pages move to their place in the new layout, front matter, headings, links and
grades follow, and kramdown and ERB of 2022 are carried over. Folders are walked for Markdown;
without a path the root is, and then only pages count that the configuration calls role pages.

What has no counterpart in the new layout stays in the page and is listed with its place, to be
mended by hand. A page whose new place is taken is left alone. Doing it twice changes nothing more.

--diff writes nothing and prints what would be written, in the form that git apply reads; the list
of changes goes to standard error then.`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if !slices.Contains(migrate.Profiles[1:], hiring.Profile(f.to)) {
				return usageError("--to %q is no layout that pages are rewritten to; expected %s or %s", f.to, migrate.Profiles[1], migrate.Profiles[2])
			}
			for _, site := range f.sites {
				if !strings.HasPrefix(site, "https://") && !strings.HasPrefix(site, "http://") || strings.HasSuffix(site, "/") {
					return usageError("--site %q is no address of a site; expected one like https://about.gitlab.com", site)
				}
			}
			conf, err := a.repoConfig(f.root, f.config)
			if err != nil {
				return err
			}
			return a.migrate(cmd.Context(), f, conf, paths)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.root, "root", ".", "root of the repository; pages outside of it are left alone")
	flags.StringVar(&f.config, "config", "", "configuration (default "+repoconf.Name+" at the root, if there is one)")
	flags.StringVar(&f.to, "to", "", "job-family or job-description")
	flags.StringSliceVar(&f.sites, "site", []string{"https://about.gitlab.com", "https://handbook.gitlab.com"}, "sites that the pages were published on; links without a host in pages of 2022 belong to the first")
	flags.BoolVar(&f.diff, "diff", false, "write nothing, show what would be written")
	completes(cmd, "to", string(migrate.Profiles[1]), string(migrate.Profiles[2]))
	return cmd
}

// A move is a page with what becomes of it.
type move struct {
	from   string // path below the root
	page   *hiring.Page
	result migrate.Result
	err    error
}

func (m move) changed() bool {
	return m.err == nil && (m.from != m.result.Path || !bytes.Equal(m.page.Source, m.result.Source))
}

// migrate rewrites the pages that the command line names. Nothing is written before all pages
// have been read, so that two that claim the same place are found.
func (a *App) migrate(ctx context.Context, f migrateFlags, conf *repoconf.Config, paths []string) error {
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return failure(fmt.Errorf("open the root: %w", err))
	}
	defer func() { _ = root.Close() }() // nothing is written through it any more
	files, findErr := a.migrateFiles(f.root, conf, paths)
	moves, err := readMoves(ctx, root, f, files)
	if err != nil {
		return failure(err)
	}
	onePlaceEach(root, moves)
	if !f.diff {
		for i := range moves {
			if m := &moves[i]; m.changed() {
				m.err = rewrite(root, *m)
			}
		}
	}
	report := a.Stdout
	if f.diff {
		report = a.Stderr
		for _, m := range moves {
			if m.changed() {
				fmt.Fprint(a.Stdout, moveDiff(m))
			}
		}
	}
	var errs []error
	done := 0
	for _, m := range moves {
		if m.err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", m.from, m.err))
			continue
		}
		done++
		printMove(report, m)
	}
	printLeft(report, root, conf, moves)
	switch errs = append(errs, findErr); {
	case errors.Join(errs...) == nil:
		return nil
	case done > 0:
		return &exitError{ExitPartly, errors.Join(errs...)}
	}
	return failure(errors.Join(errs...))
}

// migrateFiles are the pages to rewrite. Index pages of sections go with the folder that is named,
// although they are no role pages.
func (a *App) migrateFiles(root string, conf *repoconf.Config, paths []string) ([]string, error) {
	files, err := check.List(check.Walk(root, paths))
	return slices.DeleteFunc(files, func(file string) bool {
		rel, relErr := filepath.Rel(root, file)
		switch {
		case slices.Contains(paths, file) || relErr != nil:
			return false
		case path.Base(filepath.ToSlash(rel)) == "_index.md":
			// A section's page is one of ours when a role page beside it would be.
			return !conf.IsPage(path.Join(path.Dir(filepath.ToSlash(rel)), "page.md"))
		case len(paths) > 0:
			return !anyPage(conf).IsPage(filepath.ToSlash(rel))
		}
		return !conf.IsPage(filepath.ToSlash(rel))
	}), err
}

// readMoves reads pages and works out what becomes of each.
func readMoves(ctx context.Context, root *os.Root, f migrateFlags, files []string) ([]move, error) {
	moves := make([]move, len(files))
	coming := map[string]bool{} // addresses that move
	for i, file := range files {
		moves[i].from, moves[i].err = belowRoot(f.root, file)
		coming[migrate.Address(moves[i].from)] = true
	}
	all, err := check.List(check.Walk(f.root, nil))
	if err != nil {
		return nil, err
	}
	staying := map[string]bool{}
	for _, file := range all {
		if rel, err := belowRoot(f.root, file); err == nil && !coming[migrate.Address(rel)] {
			staying[migrate.Address(rel)] = true
		}
	}
	for i := range moves {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := &moves[i]
		if m.err != nil {
			continue
		}
		var src []byte
		if src, m.err = readPage(root, m.from); m.err != nil {
			continue
		}
		m.page = rolepage.Parse(m.from, src)
		o := migrate.Options{To: hiring.Profile(f.to), Sites: f.sites, Stays: func(address string) bool { return staying[address] }}
		o.HasPages, o.HasFiles = around(root, m.from)
		m.result, m.err = migrate.Page(m.page, o)
		if m.err == nil && !o.HasPages && m.from != m.result.Path && isFolder(root, strings.TrimSuffix(m.result.Path, ".md")) {
			// The pages below it have moved already.
			o.HasPages = true
			m.result, m.err = migrate.Page(m.page, o)
		}
	}
	return moves, nil
}

// belowRoot is a path relative to the root. One that lies elsewhere is an error.
func belowRoot(root, file string) (string, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return file, err
	}
	at, err := filepath.Abs(file)
	if err != nil {
		return file, err
	}
	rel, err := filepath.Rel(abs, at)
	if err != nil || !filepath.IsLocal(rel) {
		return file, errors.New("the page lies outside of the root; name the root of its repository with --root")
	}
	return filepath.ToSlash(rel), nil
}

// largestPage is the size of a page in bytes up to which it is read.
const largestPage = 32 << 20

// readPage reads a page that lies below the root, and not behind a symbolic link.
func readPage(root *os.Root, name string) ([]byte, error) {
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read page: %w", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, errors.New("the page is a symbolic link; name the file that it leads to")
	case !info.Mode().IsRegular():
		return nil, errors.New("the page is no file")
	case info.Size() > largestPage:
		return nil, fmt.Errorf("the page is larger than %d MB", largestPage>>20)
	}
	src, err := root.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read page: %w", err)
	}
	return src, nil
}

// around tells what lies in the folder of a page that has one for itself: pages in folders below
// it, and files that are no pages.
func around(root *os.Root, name string) (pages, files bool) {
	if base := path.Base(name); base != "index.html.md" && base != "index.html.md.erb" {
		return false, false
	}
	dir := path.Dir(name)
	_ = fs.WalkDir(root.FS(), dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() || p == name || strings.HasPrefix(d.Name(), "."):
			return nil //nolint:nilerr // what can't be read is no page that can be moved
		case path.Dir(p) == dir:
			files = true
		case strings.HasSuffix(p, ".md") || strings.HasSuffix(p, ".md.erb"):
			pages = true
		}
		return nil
	})
	return pages, files
}

func isFolder(root *os.Root, name string) bool {
	info, err := root.Stat(name)
	return err == nil && info.IsDir()
}

// onePlaceEach refuses moves to a place that is taken, or that two pages claim.
func onePlaceEach(root *os.Root, moves []move) {
	claims := map[string]int{}
	for _, m := range moves {
		if m.err == nil && m.from != m.result.Path {
			claims[m.result.Path]++
		}
	}
	for i := range moves {
		m := &moves[i]
		if m.err != nil || m.from == m.result.Path {
			continue
		}
		if claims[m.result.Path] > 1 {
			m.err = fmt.Errorf("another page moves to %s as well; migrate them one by one, and merge them by hand", m.result.Path)
		} else if _, err := root.Lstat(m.result.Path); !errors.Is(err, fs.ErrNotExist) {
			m.err = fmt.Errorf("its new place %s is taken; merge the two by hand, or move that one away", m.result.Path)
			if err != nil {
				m.err = fmt.Errorf("look at its new place: %w", err)
			}
		}
	}
}

// rewrite puts a page in its new place, and only then takes the old one away.
func rewrite(root *os.Root, m move) error {
	info, err := root.Lstat(m.from)
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	if m.from == m.result.Path {
		return overwrite(root, m.from, m.result.Source, info.Mode().Perm())
	}
	if err := root.MkdirAll(path.Dir(m.result.Path), 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	if err := create(root, m.result.Path, m.result.Source, info.Mode().Perm()); err != nil {
		return err
	}
	if err := root.Remove(m.from); err != nil {
		return fmt.Errorf("the page stands in %s now, but the old one could not be removed: %w", m.result.Path, err)
	}
	// Folders that held nothing else are of no use; one that is not empty stays.
	for dir := path.Dir(m.from); dir != "." && root.Remove(dir) == nil; {
		dir = path.Dir(dir)
	}
	return nil
}

// overwrite puts a page in place of what it was, by a file beside it, so that a fault half-way loses
// nothing.
func overwrite(root *os.Root, name string, src []byte, mode fs.FileMode) error {
	beside := name + ".roleplan-new"
	if err := create(root, beside, src, mode); err != nil {
		return err
	}
	// The mode that a new file gets is narrowed by the umask; the page keeps its own.
	if err := errors.Join(root.Chmod(beside, mode), root.Rename(beside, name)); err != nil {
		return errors.Join(fmt.Errorf("write page: %w", err), root.Remove(beside))
	}
	return nil
}

// create writes a file that must not be there yet.
func create(root *os.Root, name string, src []byte, mode fs.FileMode) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	_, err = f.Write(src)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write page: %w", err), root.Remove(name))
	}
	return nil
}

// moveDiff is a page's change as git writes it, renaming included.
func moveDiff(m move) string {
	from, to := "a/"+m.from, "b/"+m.result.Path
	head := fmt.Sprintf("diff --git %s %s\n", textdiff.Name(from), textdiff.Name(to))
	if m.from != m.result.Path {
		if bytes.Equal(m.page.Source, m.result.Source) {
			head += "similarity index 100%\n"
		}
		head += fmt.Sprintf("rename from %s\nrename to %s\n", textdiff.Name(m.from), textdiff.Name(m.result.Path))
	}
	return head + textdiff.Unified(from, to, string(m.page.Source), string(m.result.Source))
}

// printMove tells what was done to a page, and what is left.
func printMove(w io.Writer, m move) {
	if m.changed() {
		fmt.Fprintln(w, m.from)
	}
	if m.from != m.result.Path {
		fmt.Fprintf(w, "  moved to %s\n", m.result.Path)
	}
	for _, c := range m.result.Changes {
		fmt.Fprintf(w, "  line %d: %s\n", c.Pos.Line, printable(c.Text))
	}
	for _, n := range m.result.Notes {
		fmt.Fprintf(w, "%s:%d:%d: by hand: %s\n", m.result.Path, n.Pos.Line, n.Pos.Column, printable(n.Text))
	}
}

// printLeft tells what other files say of pages that moved.
func printLeft(w io.Writer, root *os.Root, conf *repoconf.Config, moves []move) {
	moved := map[string]string{}
	var unmatched []string
	for _, m := range moves {
		if m.err != nil || m.from == m.result.Path {
			continue
		}
		moved[m.from] = m.result.Path
		if conf.IsPage(m.from) && !conf.IsPage(m.result.Path) && path.Base(m.result.Path) != "_index.md" {
			unmatched = append(unmatched, m.result.Path)
		}
	}
	if len(unmatched) > 0 {
		fmt.Fprintf(w, "%s:1:1: by hand: no pattern under \"pages\" matches %s%s; add one for the new place\n", repoconf.Name, unmatched[0], others(len(unmatched)))
	}
	if len(moved) == 0 {
		return
	}
	if conf.Openings.Project != "" {
		fmt.Fprintf(w, "%s:1:1: by hand: openings lie in the project %s; write the new paths of pages there\n", repoconf.Name, conf.Openings.Project)
		return
	}
	for _, file := range openingsFiles(root, conf) {
		src, err := root.ReadFile(file)
		if err != nil {
			continue // there are none
		}
		found, _ := openings.Parse(file, src) // mistakes in the file are for plan to tell
		for _, o := range found {
			if to, ok := moved[o.Page]; ok {
				fmt.Fprintf(w, "%s:%d:%d: by hand: opening %s names the page by its old path; write page: %s\n", file, o.Pos.Line, o.Pos.Column, o.ID, to)
			}
		}
	}
}

// openingsFiles are the files that may declare openings.
func openingsFiles(root *os.Root, conf *repoconf.Config) []string {
	files := []string{conf.Openings.Path}
	entries, err := fs.ReadDir(root.FS(), conf.OpeningsDir())
	if err != nil {
		return files // there is no such folder
	}
	for _, e := range entries {
		if file := path.Join(conf.OpeningsDir(), e.Name()); conf.IsOpenings(file) {
			files = append(files, file)
		}
	}
	return files
}

func others(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" and %d others", n-1)
}

// printable is a text of a page without characters that mean something to a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, text)
}
