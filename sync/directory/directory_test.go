package directory

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
)

// fake is a repository that counts calls.
type fake struct {
	files            map[string]string
	apart            bool // files come one by one only
	reads, lists, by int
}

func (f *fake) ReadFile(_ context.Context, _ int64, path, _ string) ([]byte, error) {
	f.reads++
	if src, ok := f.files[path]; ok {
		return []byte(src), nil
	}
	return nil, forge.ErrNotFound
}

func (f *fake) ReadBlobs(_ context.Context, _, _ string, paths []string) (map[string]forge.Blob, error) {
	f.by++
	if f.apart {
		return nil, forge.ErrUnsupported
	}
	blobs := map[string]forge.Blob{}
	for _, p := range paths {
		if src, ok := f.files[p]; ok {
			blobs[p] = forge.Blob{ID: src, Content: []byte(src)}
		}
	}
	return blobs, nil
}

func (f *fake) ListFiles(_ context.Context, _ int64, dir, _ string) ([]forge.File, error) {
	f.lists++
	var list []forge.File
	for path, src := range f.files {
		if strings.HasPrefix(path, dir+"/") {
			list = append(list, forge.File{Path: path, Mode: "100644", Blob: src})
		}
	}
	if list == nil {
		return nil, forge.ErrNotFound
	}
	return list, nil
}

func folder(n int) map[string]string {
	files := map[string]string{"data/team_members/person/README.md": "# People\n"}
	for i := range n {
		files[fmt.Sprintf("data/team_members/person/a/%d.yml", i)] = fmt.Sprintf("slug: p%d\ngitlab: p%d\njob_title: Title %d\n", i, i, i)
	}
	return files
}

func TestRead(t *testing.T) {
	file := map[string]string{"data/team.yml": "- {slug: a, gitlab: a, job_title: CEO}\n"}
	for name, test := range map[string]struct {
		f               fake
		path            string
		people          int // -1 for no directory
		warnings, calls int
	}{
		"none":           {fake{}, "data/team.yml", -1, 0, 2},
		"off":            {fake{files: file}, "", -1, 0, 0},
		"file":           {fake{files: file}, "data/team.yml", 1, 0, 1},
		"folder":         {fake{files: folder(300)}, "data/team.yml", 300, 0, 3},
		"folder, named":  {fake{files: folder(3)}, "data/team_members", 3, 0, 2},
		"few, apart":     {fake{files: folder(3), apart: true}, "data/team.yml", 3, 0, 6},
		"many, apart":    {fake{files: folder(300), apart: true}, "data/team.yml", -1, 1, 3},
		"another, named": {fake{files: file}, "people.yml", -1, 1, 1},
		"no such folder": {fake{files: file}, "people", -1, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := New(&test.f)
			conf := repoconf.Default()
			conf.Team.Path = test.path
			d, warnings, err := r.Read(t.Context(), forge.Project{ID: 1, Path: "a/b"}, conf, "main", nil)
			if err != nil || len(warnings) != test.warnings || (d == nil) != (test.people < 0) || d != nil && len(d.Titles()) != test.people {
				t.Errorf("directory %v, warnings %v, %v", d, warnings, err)
			}
			if n := test.f.reads + test.f.lists + test.f.by; n != test.calls {
				t.Errorf("%d calls, want %d", n, test.calls)
			}
		})
	}
}

// TestMemory: what was read once is not read again while it is the same.
func TestMemory(t *testing.T) {
	f := &fake{files: folder(10)}
	r := New(f)
	for n, want := range []int{1, 1, 2} {
		if n == 2 {
			f.files["data/team_members/person/a/3.yml"] = "slug: other\ngitlab: other\njob_title: Other\n"
		}
		d, _, err := r.Read(t.Context(), forge.Project{ID: 1}, repoconf.Default(), "main", map[string]forge.Blob{})
		if err != nil || f.by != want || f.reads != 0 {
			t.Errorf("run %d: %v, %d queries, want %d", n, err, f.by, want)
		}
		if _, ok := d.Person("other"); ok != (n == 2) {
			t.Errorf("run %d: the changed file is read: %v", n, ok)
		}
	}
}
