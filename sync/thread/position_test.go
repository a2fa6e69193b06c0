package thread_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/thread"
)

// direct sends calls to a stand-in GitLab without a network.
type direct struct{ s *standin.Server }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if r = r.Clone(r.Context()); r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	d.s.ServeHTTP(rec, r)
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

// numbered makes a text of lines, with some of them replaced; "" takes a line out.
func numbered(n int, replaced map[int]string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		line, ok := replaced[i]
		if !ok {
			line = fmt.Sprint("line ", i)
		}
		if line != "" {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// shapes are files before and after, of every shape that a diff has. A nil text is no file.
var shapes = map[string]struct {
	old, new      string // paths, where they differ from the name of the shape
	before, after *string
	whole         bool // GitLab shows no diff
}{
	"changed.md":       {before: new(numbered(40, nil)), after: new(numbered(40, map[int]string{10: "ten", 20: "20\n20b", 30: ""}))},
	"top and end.md":   {before: new(numbered(20, nil)), after: new("first\n" + numbered(20, map[int]string{20: "last"}) + "more\n")},
	"no line end.md":   {before: new("a\nb\nc"), after: new("a\nB\nc")},
	"line end gone.md": {before: new("a\nb\nc\n"), after: new("a\nb\nc")},
	"line end new.md":  {before: new("a\nb\nc"), after: new("a\nb\nc\n")},
	"longer.md":        {before: new("a\nb"), after: new("a\nb\nc")},
	"gone, no end.md":  {before: new("x\ny")},
	"new, no end.md":   {after: new("all\nnew")},
	"from dos.md":      {before: new("a\r\nb\r\nc\r\n"), after: new("a\nb\nc\n")},
	"mixed ends.md":    {before: new("a\r\nb\nc\r\nd"), after: new("a\r\nB\nc\r\nd\r\n")},
	"far apart.md":     {before: new(numbered(90, nil)), after: new("first\n" + numbered(90, map[int]string{30: "", 60: "60\n60b\n60c", 90: ""}))},
	"gone, large.md":   {before: new(strings.Repeat("one more line of length\n", 2000)), whole: true},
	"dir ü/a b&c?#.md": {before: new("a\nb\n"), after: new("a\nB\n")},
	"dos.md":           {before: new("a\r\nb\r\nc\r\n"), after: new("a\r\nB\r\nc\r\n")},
	"everything.md":    {before: new("a\nb\n"), after: new("c\nd\ne\n")},
	"emptied.md":       {before: new("a\nb\n"), after: new("")},
	"filled.md":        {before: new(""), after: new("a\nb\n")},
	"new.md":           {after: new("a\nb\nc\n")},
	"gone.md":          {before: new("x\ny\nz\n")},
	"dashes.md":        {before: new("- a\n-- b\n+ c\n"), after: new("- a\n--- B\n+++ c\n")},
	"renamed":          {old: "old.md", new: "renamed.md", before: new(numbered(30, nil)), after: new(numbered(30, map[int]string{5: "five", 25: ""}))},
	"moved":            {old: "moved.md", new: "moved too.md", before: new(numbered(7, map[int]string{1: "x"})), after: new(numbered(7, map[int]string{1: "x"}))},
	"collapsed.md":     {before: new(""), after: new(strings.Repeat("a line of some length\n", 2000)), whole: true},
	"large.md":         {before: new(""), after: new(strings.Repeat("a line of some length\n", 20000)), whole: true},
	"new and large.md": {after: new(strings.Repeat("another line of length\n", 2000)), whole: true},
}

// TestPositions begins a thread on every line of every side of every shape. Nothing is refused that
// GitLab takes, and nothing is taken for a place that is none.
func TestPositions(t *testing.T) {
	t.Parallel()
	s := standin.New(standin.Options{Strict: true})
	ana := s.AddUser("ana", "Ana", false)
	s.AddToken(ana, "secret", "api")
	p := s.AddProject("acme/handbook", "private")
	s.AddMember(p, ana, standin.Maintainer)
	before, after := map[string]*string{}, map[string]*string{}
	for name, shape := range shapes {
		if shape.old == "" {
			shape.old, shape.new = name, name
		}
		if shape.before != nil {
			before[shape.old] = shape.before
			after[shape.old] = nil
		}
		if shape.after != nil {
			after[shape.new] = shape.after
		}
	}
	s.Commit(p, "main", ana, "before", before)
	// Several commits lead there, and the target branch goes its own way meanwhile.
	s.Commit(p, "topic", ana, "on the way", map[string]*string{"changed.md": new("something else\n"), "gone.md": nil, "elsewhere.md": new("x\n")})
	s.Commit(p, "main", ana, "meanwhile", map[string]*string{"README.md": new("# Handbook\n"), "same.md": new("same\n")})
	after["elsewhere.md"] = nil
	s.Commit(p, "topic", ana, "after", after)
	mr, err := s.OpenMergeRequest(p, ana, "topic", "main", "Change", "")
	if err != nil {
		t.Fatal(err)
	}
	client, err := gitlab.New(gitlab.Options{BaseURL: "http://gitlab.test", Token: "secret", Transport: direct{s}})
	if err != nil {
		t.Fatal(err)
	}
	refs, err := client.DiffVersion(t.Context(), p.ID, mr.IID)
	if err != nil {
		t.Fatal(err)
	}
	files, err := client.ChangedFiles(t.Context(), p.ID, mr.IID)
	if err != nil || len(files) != len(shapes) {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		name := f.NewPath
		if f.Renamed {
			name = strings.TrimSuffix(strings.TrimSuffix(f.NewPath, ".md"), " too")
		}
		t.Run(name, func(t *testing.T) {
			shape, ok := shapes[name]
			if !ok {
				t.Fatalf("no shape is called %q", name)
			}
			for side, text := range map[thread.Side]*string{thread.Old: shape.before, thread.New: shape.after} {
				lines := 0
				if text != nil {
					lines = strings.Count(strings.TrimSuffix(*text, "\n")+"\n", "\n")
					if *text == "" {
						lines = 0
					}
				}
				for line := range min(lines, 100) {
					at, kind := thread.Locate(f, refs, side, line+1)
					if kind == thread.Nowhere || shape.whole != (kind == thread.Whole) {
						t.Errorf("side %d, line %d is of kind %d", side, line+1, kind)
						continue
					}
					if err := client.CreateDiscussion(t.Context(), p.ID, mr.IID, at, safe.Sprintf("text")); err != nil {
						t.Errorf("side %d, line %d: %v", side, line+1, err)
					}
				}
				for _, none := range []int{-1, 0} {
					if _, kind := thread.Locate(f, refs, side, none); kind != thread.Nowhere {
						t.Errorf("line %d is of kind %d", none, kind)
					}
				}
				if text == nil && !shape.whole {
					if _, kind := thread.Locate(f, refs, side, 1); kind != thread.Nowhere {
						t.Errorf("side %d has no file, and its line 1 is of kind %d", side, kind)
					}
				}
			}
		})
	}
	for _, e := range s.Errors() {
		t.Error(e)
	}
}

// TestKinds tells how lines stand in a diff of several hunks.
func TestKinds(t *testing.T) {
	t.Parallel()
	f := forge.ChangedFile{OldPath: "a.md", NewPath: "b.md", Renamed: true, Diff: "@@ -3,3 +3,4 @@ text\n three\n-four\n+4\n+4b\n five\n@@ -20,2 +21 @@\n twenty\n-gone\n\\ No newline at end of file\n"}
	refs := forge.DiffRefs{Base: "b", Start: "s", Head: "h"}
	for _, tt := range []struct {
		side     thread.Side
		line     int
		old, new int
		kind     thread.Kind
	}{
		{thread.New, 1, 1, 1, thread.Outside},
		{thread.New, 3, 3, 3, thread.Context},
		{thread.New, 4, 0, 4, thread.Added},
		{thread.New, 5, 0, 5, thread.Added},
		{thread.New, 6, 5, 6, thread.Context},
		{thread.New, 10, 9, 10, thread.Outside},
		{thread.New, 21, 20, 21, thread.Context},
		{thread.New, 22, 22, 22, thread.Outside},
		{thread.Old, 2, 2, 2, thread.Outside},
		{thread.Old, 4, 4, 0, thread.Removed},
		{thread.Old, 9, 9, 10, thread.Outside},
		{thread.Old, 21, 21, 0, thread.Removed},
		{thread.Old, 22, 22, 22, thread.Outside},
	} {
		at, kind := thread.Locate(f, refs, tt.side, tt.line)
		want := forge.Position{Diff: refs, OldPath: "a.md", NewPath: "b.md", OldLine: tt.old, NewLine: tt.new}
		if at != want || kind != tt.kind {
			t.Errorf("side %d, line %d: %+v of kind %d, want %+v of %d", tt.side, tt.line, at, kind, want, tt.kind)
		}
	}
	for _, broken := range []string{"no hunk", "@@ -1 +1 @@\n", "@@ -x +1 @@\n+a\n", "@@ -1,2 +1,2 @@\n a\n"} {
		f.Diff = broken
		if _, kind := thread.Locate(f, refs, thread.New, 5); kind != thread.Nowhere {
			t.Errorf("diff %q: kind %d", broken, kind)
		}
	}
}
