package check_test

import (
	"os"
	"path/filepath"
	"slices"
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
			read, err := check.Map(t.Context(), root, files, func(f check.File) string {
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
