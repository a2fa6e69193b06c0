package check_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/check"
)

// TestMapFollowsNoLinkOut reads no file that lies outside of the root, be it a symbolic link itself or in
// a folder that is one, whatever was read of the folder before.
func TestMapFollowsNoLinkOut(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	for _, file := range []string{
		filepath.Join(dir, "in/a.md"), filepath.Join(dir, "in/z.md"), filepath.Join(dir, "in/deep/b.md"),
		filepath.Join(outside, "a.md"), filepath.Join(outside, "z.md"), filepath.Join(outside, "deep/b.md"), filepath.Join(outside, "../a.md"),
	} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"in/file.md": filepath.Join(outside, "a.md"), "in/near.md": "a.md", "in/none.md": "nowhere.md", "out": outside, "also": "in"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	for _, root := range []string{".", dir} {
		files := []string{"in/a.md", "in/file.md", "in/near.md", "in/none.md", "in/z.md", "out/a.md", "out/z.md", "out/deep/b.md", "out/../a.md", "also/a.md", "also/z.md", "also/deep/b.md", "in/deep/b.md"}
		if root == dir {
			for i, file := range files {
				files[i] = dir + "/" + file // as it is, with ".." after a link
			}
		}
		for range 2 {
			read, err := check.Map(t.Context(), root, each(files), func(f check.File) string {
				if f.Err != nil {
					return ""
				}
				return f.Path
			})
			read = slices.DeleteFunc(read, func(path string) bool { return path == "" })
			slices.Sort(read)
			if want := []string{"also/a.md", "also/deep/b.md", "also/z.md", "in/a.md", "in/deep/b.md", "in/near.md", "in/z.md"}; err != nil || !slices.Equal(read, want) {
				t.Errorf("read %q, want %q, %v", read, want, err)
			}
			slices.Reverse(files)
		}
	}
}

// TestMapWhileFilesAreFound works on the first file while the next is still looked for, and gives the results in
// the order of the paths, those of what could not be looked at first.
func TestMapWhileFilesAreFound(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	dir := t.TempDir()
	for _, name := range []string{"a.md", "b.md", "c.md"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	begun := make(chan string, 1)
	found := func(yield func(string, error) bool) {
		_ = yield(filepath.Join(dir, "c.md"), nil)
		<-begun
		_ = yield("", errors.New("no such place")) && yield(filepath.Join(dir, "a.md"), nil) && yield(filepath.Join(dir, "none.md"), nil) && yield(filepath.Join(dir, "b.md"), nil)
	}
	got, err := check.Map(t.Context(), dir, found, func(f check.File) string {
		if f.Path == "c.md" {
			begun <- f.Path
		}
		if f.Err != nil {
			return f.Path + "!"
		}
		return string(f.Source)
	})
	if want := []string{"!", "a.md", "b.md", "c.md", "none.md!"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, want %q, %v", got, want, err)
	}
}

// TestMapEndsEarly looks for no more files, and reads none, when its context has ended.
func TestMapEndsEarly(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	var worked atomic.Int64
	got, err := check.Map(ctx, t.TempDir(), func(yield func(string, error) bool) {
		for ; asked < 1000; asked++ {
			if asked == 10 {
				cancel()
			}
			if !yield("", errors.New("a fault")) {
				return
			}
		}
	}, func(check.File) int {
		worked.Add(1)
		<-ctx.Done()
		return 0
	})
	if !errors.Is(err, context.Canceled) || asked != 10 || int(worked.Load()) > runtime.GOMAXPROCS(0) || len(got) != int(worked.Load()) {
		t.Errorf("%d asked for, %d worked on, %d results, %v", asked, worked.Load(), len(got), err)
	}
}

// TestWalk names each page once, however often it is reached, and goes on behind what can't be looked at.
func TestWalk(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a/one.md", "a/b/two.markdown", "a/b/three.md.erb", "a/b/four.txt", "a/.git/five.md", "a/node_modules/six.md"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	for _, test := range []struct {
		paths, want []string
		errors      int
	}{
		{nil, []string{"a/b/three.md.erb", "a/b/two.markdown", "a/one.md"}, 0},
		{[]string{"none", "a/one.md", "a", "a/b", "a/b/four.txt", "a/one.md", "gone.md"}, []string{"a/b/four.txt", "a/b/three.md.erb", "a/b/two.markdown", "a/one.md"}, 2},
		{[]string{"a/.git", "a/.git/five.md"}, []string{"a/.git/five.md"}, 0},
	} {
		found := 0
		for _, err := range check.Walk(".", test.paths) {
			if err == nil {
				found++
			}
		}
		got, err := check.List(check.Walk(".", test.paths))
		if !slices.Equal(got, test.want) || found != len(got) {
			t.Errorf("%q: %d found, %q, want %q", test.paths, found, got, test.want)
		}
		if several, ok := err.(interface{ Unwrap() []error }); (err != nil) != (test.errors > 0) || ok && len(several.Unwrap()) != test.errors {
			t.Errorf("%q: %v, want %d errors", test.paths, err, test.errors)
		}
		for range check.Walk(".", test.paths) {
			break // it can be left
		}
	}
}
