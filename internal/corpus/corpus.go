// Package corpus finds the real role pages that tests run over. They lie outside the repository: in
// the folder that ROLEPLAN_CORPUS names, else in ../shared/corpus beside it. Where they are not, the
// tests that need them are skipped, and say so.
package corpus

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Root is the folder.
func Root(tb testing.TB) string {
	tb.Helper()
	root, err := Find()
	if err != nil {
		tb.Skipf("NO CORPUS: set ROLEPLAN_CORPUS to a folder of role pages to test on real ones (%v)", err)
	}
	return root
}

// Find finds the folder without skipping anything.
func Find() (string, error) {
	root := os.Getenv("ROLEPLAN_CORPUS")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			return "", err
		}
		for !exists(filepath.Join(dir, "go.mod")) && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir)
		}
		root = filepath.Join(dir, "..", "shared", "corpus")
	}
	_, err := os.Stat(filepath.Join(root, "pages")) //nolint:gosec // whoever runs the tests names the folder
	return root, err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Folders are those of role pages, a generation of the handbook each.
var Folders = []string{"pages", "handbook-2023", "handbook-2024"}

// Pages are the role pages of all generations, by their paths below the root.
func Pages(tb testing.TB) map[string][]byte {
	tb.Helper()
	root := Root(tb)
	pages := map[string][]byte{}
	for _, folder := range Folders {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(strings.TrimSuffix(path, ".erb"), ".md") {
				return err
			}
			src, err := os.ReadFile(path) //nolint:gosec // found below the folder
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, path)
			pages[filepath.ToSlash(rel)] = src
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return pages
}

// A Change is a real commit to role pages.
type Change struct {
	Name  string // its number
	Files []ChangedFile
}

// A ChangedFile is a page of a commit at both of its sides; nil where it was not there.
type ChangedFile struct {
	Path, From    string // From is Path unless the page was renamed
	Before, After []byte
}

// Changes are the real commits, by their numbers.
func Changes(tb testing.TB) []Change {
	tb.Helper()
	dirs, err := filepath.Glob(filepath.Join(Root(tb), "changes", "[0-9]*")) // in order
	if err != nil || len(dirs) == 0 {
		tb.Fatalf("%d real changes, %v", len(dirs), err)
	}
	all := make([]Change, len(dirs))
	for i, dir := range dirs {
		c := &all[i]
		c.Name = filepath.Base(dir)
		text, err := os.ReadFile(filepath.Join(dir, "meta.json")) //nolint:gosec // likewise
		if err == nil {
			err = json.Unmarshal(text, c)
		}
		if err != nil {
			tb.Fatal(err)
		}
		for j := range c.Files {
			f := &c.Files[j]
			if f.From == "" {
				f.From = f.Path
			}
			f.Before = side(tb, filepath.Join(dir, "before", f.From))
			f.After = side(tb, filepath.Join(dir, "after", f.Path))
		}
	}
	return all
}

func side(tb testing.TB, name string) []byte {
	tb.Helper()
	src, err := os.ReadFile(name) //nolint:gosec // likewise
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		tb.Fatal(err)
	}
	return src
}
