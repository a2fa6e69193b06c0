package standin

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

// numbered makes a text of lines, with some of them replaced; "" takes a line out.
func numbered(n int, replaced map[int]string) *string {
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
	return new(b.String())
}

// positionFiles are a file of every shape that a diff has.
func positionFiles() (before, after map[string]*string) {
	long := strings.Repeat("a line of some length, to fill the patch\n", 1000)
	before = map[string]*string{
		"changed.md":   numbered(40, nil),
		"gone.md":      numbered(5, nil),
		"old.md":       numbered(20, nil),
		"moved.md":     numbered(20, map[int]string{1: "another"}),
		"same.md":      numbered(5, nil),
		"collapsed.md": new("short\n"),
		"large.md":     new("short\n"),
		"dos.md":       new("one\r\ntwo\r\n"),
		"no end.md":    new("one\ntwo"),
	}
	after = map[string]*string{
		// Line 10 is replaced, 20 removed, 30 becomes two.
		"changed.md":   numbered(40, map[int]string{10: "ten", 20: "", 30: "line 30\nthirty and a half"}),
		"new.md":       new("all\nis\nnew\n"),
		"gone.md":      nil,
		"old.md":       nil,
		"renamed.md":   numbered(20, map[int]string{5: "five"}),
		"moved.md":     nil,
		"moved too.md": numbered(20, map[int]string{1: "another"}),
		"collapsed.md": new(long),
		"large.md":     new(strings.Repeat(long, 6)),
		"dos.md":       new("one\r\n2\r\n"),
		"no end.md":    new("one\n2"),
	}
	return before, after
}

func TestPositions(t *testing.T) {
	w := newWorld(t, Options{})
	mr := w.request(positionFiles())
	v := mr.newest()
	const bad = "can't be blank"
	for _, test := range []struct {
		name     string
		old, new string // paths
		more     map[string]any
		refused  string // a part of the message
	}{
		{name: "added line", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 10}},
		{name: "added line with an old number", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 10, "old_line": 10}, refused: bad},
		{name: "removed line", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 10}},
		{name: "removed line with a new number", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 20, "new_line": 20}, refused: bad},
		{name: "only removed line", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 20}},
		{name: "line added behind a removed one", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 30}},
		{name: "context in a hunk", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 9, "new_line": 9}},
		{name: "context behind a removed line", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 22, "new_line": 21}},
		{name: "context with the wrong pair", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 22, "new_line": 22}, refused: bad},
		{name: "context with the new number alone", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 9}, refused: bad},
		{name: "context with the old number alone", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 9}, refused: bad},
		{name: "context outside hunks", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 40, "new_line": 40}},
		{name: "context outside hunks, first line", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 1, "new_line": 1}},
		{name: "behind the end", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 41}, refused: bad},
		{name: "no line", old: "changed.md", new: "changed.md", refused: bad},
		{name: "line 0", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": 0, "new_line": 10}, refused: bad},
		{name: "null for a line", old: "changed.md", new: "changed.md", more: map[string]any{"old_line": nil, "new_line": 10}, refused: bad},
		{name: "negative line", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": -1}, refused: bad},

		{name: "changed file without the old path", new: "changed.md", more: map[string]any{"new_line": 10}},
		{name: "changed file without the new path", old: "changed.md", more: map[string]any{"old_line": 10}},
		{name: "no path", more: map[string]any{"new_line": 10}, refused: bad},

		{name: "new file", old: "new.md", new: "new.md", more: map[string]any{"new_line": 1}},
		{name: "new file without the old path", new: "new.md", more: map[string]any{"new_line": 3}},
		{name: "new file with an old line", old: "new.md", new: "new.md", more: map[string]any{"old_line": 1, "new_line": 1}, refused: bad},
		{name: "new file, old side", old: "new.md", new: "new.md", more: map[string]any{"old_line": 1}, refused: bad},
		{name: "new file with /dev/null", old: "/dev/null", new: "new.md", more: map[string]any{"new_line": 1}, refused: bad},

		{name: "deleted file", old: "gone.md", new: "gone.md", more: map[string]any{"old_line": 1}},
		{name: "deleted file without the new path", old: "gone.md", more: map[string]any{"old_line": 5}},
		{name: "deleted file, new side", old: "gone.md", new: "gone.md", more: map[string]any{"new_line": 1}, refused: bad},

		{name: "renamed file, added line", old: "old.md", new: "renamed.md", more: map[string]any{"new_line": 5}},
		{name: "renamed file, removed line", old: "old.md", new: "renamed.md", more: map[string]any{"old_line": 5}},
		{name: "renamed file, context", old: "old.md", new: "renamed.md", more: map[string]any{"old_line": 6, "new_line": 6}},
		{name: "renamed file with the new path twice", old: "renamed.md", new: "renamed.md", more: map[string]any{"new_line": 5}, refused: bad},
		{name: "renamed file with the old path twice", old: "old.md", new: "old.md", more: map[string]any{"old_line": 5}, refused: bad},
		{name: "renamed file without the old path", new: "renamed.md", more: map[string]any{"new_line": 5}, refused: bad},
		{name: "renamed only", old: "moved.md", new: "moved too.md", more: map[string]any{"old_line": 2, "new_line": 2}},
		{name: "renamed only, as if added", old: "moved.md", new: "moved too.md", more: map[string]any{"new_line": 2}, refused: bad},

		{name: "file that is not in the diff", old: "same.md", new: "same.md", more: map[string]any{"old_line": 1, "new_line": 1}, refused: bad},
		{name: "collapsed file", old: "collapsed.md", new: "collapsed.md", more: map[string]any{"new_line": 1}, refused: bad},
		{name: "collapsed file as a whole", old: "collapsed.md", new: "collapsed.md", more: map[string]any{"position_type": "file"}},
		{name: "too large file", old: "large.md", new: "large.md", more: map[string]any{"new_line": 1}, refused: bad},
		{name: "too large file as a whole", old: "large.md", new: "large.md", more: map[string]any{"position_type": "file"}},
		{name: "file as a whole with a line", old: "changed.md", new: "changed.md", more: map[string]any{"position_type": "file", "new_line": 10}, refused: bad},
		{name: "line ends of DOS", old: "dos.md", new: "dos.md", more: map[string]any{"new_line": 2}},

		{name: "line ends of DOS, removed line", old: "dos.md", new: "dos.md", more: map[string]any{"old_line": 2}},
		{name: "line ends of DOS, context", old: "dos.md", new: "dos.md", more: map[string]any{"old_line": 1, "new_line": 1}},
		{name: "last line without an end", old: "no end.md", new: "no end.md", more: map[string]any{"new_line": 2}},
		{name: "last line without an end, removed", old: "no end.md", new: "no end.md", more: map[string]any{"old_line": 2}},
		{name: "behind a last line without an end", old: "no end.md", new: "no end.md", more: map[string]any{"new_line": 3}, refused: bad},
		{name: "renamed file, context far away", old: "old.md", new: "renamed.md", more: map[string]any{"old_line": 20, "new_line": 20}},
		{name: "renamed only, far away", old: "moved.md", new: "moved too.md", more: map[string]any{"old_line": 20, "new_line": 20}},
		{name: "new file, last line", old: "new.md", new: "new.md", more: map[string]any{"new_line": 3}},
		{name: "deleted file, both sides", old: "gone.md", new: "gone.md", more: map[string]any{"old_line": 1, "new_line": 1}, refused: bad},

		{name: "commit that is not here", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 10, "head_sha": strings.Repeat("5", 40)}, refused: bad},
		{name: "unknown head", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 10, "head_sha": v.Base}, refused: bad},
		{name: "base and start swapped with head", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 10, "base_sha": v.Head}, refused: bad},
		{name: "no base", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 10, "base_sha": ""}, refused: "position[base_sha] is missing"},
		{name: "unknown type", old: "changed.md", new: "changed.md", more: map[string]any{"new_line": 10, "position_type": "line"}, refused: "does not have a valid value"},
	} {
		t.Run(test.name, func(t *testing.T) {
			position := refs(v)
			for name, path := range map[string]string{"old_path": test.old, "new_path": test.new} {
				if path != "" {
					position[name] = path
				}
			}
			maps.Copy(position, test.more)
			a := w.call("reporter", "POST", w.path("merge_requests/1/discussions"), map[string]any{"body": "text", "position": position})
			if test.refused != "" {
				if a.status != 400 || !strings.Contains(a.text, test.refused) {
					t.Errorf("status %d, want 400 with %q: %s", a.status, test.refused, a.text)
				}
				return
			}
			if a.status != 201 {
				t.Fatalf("status %d, want 201: %s", a.status, a.text)
			}
			for name, want := range test.more {
				if got := a.at("notes", 0, "position", name); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s is %v, want %v", name, got, want)
				}
			}
			if got := a.at("notes", 0, "type"); got != "DiffNote" {
				t.Errorf("type is %v", got)
			}
		})
	}
}

// TestPositionsBesideVersions begins threads with the tip of the target branch for the base, when that
// has moved on, and in an older version: GitLab compares whatever commits it is given. reviewdog does so.
func TestPositionsBesideVersions(t *testing.T) {
	w := newWorld(t, Options{})
	mr := w.request(map[string]*string{"a.md": numbered(20, nil)}, map[string]*string{"a.md": numbered(20, map[int]string{10: "ten"})})
	first := mr.newest()
	tip := w.s.Commit(w.p, "main", w.users["maintainer"], "meanwhile", map[string]*string{"b.md": new("b\n")}).SHA
	w.s.Commit(w.p, "topic", w.users["maintainer"], "again", map[string]*string{"a.md": numbered(20, map[int]string{10: "ten", 12: "twelve"})})
	for name, change := range map[string]map[string]any{
		"tip for the base": {"base_sha": tip, "start_sha": tip, "head_sha": mr.newest().Head, "new_line": 12},
		"older version":    {"head_sha": first.Head, "new_line": 10},
	} {
		position := refs(mr.newest())
		maps.Copy(position, change)
		position["new_path"] = "a.md"
		if a := w.call("reporter", "POST", w.path("merge_requests/1/discussions"), map[string]any{"body": "x", "position": position}); a.status != 201 {
			t.Errorf("%s: status %d: %s", name, a.status, a.text)
		}
	}
	moved := w.s.Commit(w.p, "topic", w.users["maintainer"], "above", map[string]*string{"a.md": numbered(20, map[int]string{1: "", 10: "ten", 12: "twelve"})}).SHA
	for _, d := range mr.Discussions {
		if d.Notes[0].Position.Head == moved {
			t.Errorf("a thread beside the versions was moved along: %+v", d.Notes[0].Position)
		}
	}
}

// TestLineCode holds GitLab's words, which clients look for.
func TestLineCode(t *testing.T) {
	w := newWorld(t, Options{})
	mr := w.request(positionFiles())
	position := refs(mr.newest())
	position["old_path"], position["new_path"], position["new_line"] = "changed.md", "changed.md", 1
	a := w.must(400, "reporter", "POST", w.path("merge_requests/1/discussions"), map[string]any{"body": "x", "position": position})
	const want = `400 Bad request - Note {:line_code=>["can't be blank", "must be a valid line code"]}`
	if got := a.at("message"); got != want {
		t.Errorf("message is %q, want %q", got, want)
	}
}

func TestPositionsMove(t *testing.T) {
	for _, test := range []struct {
		name     string
		position map[string]any     // in the first version
		push     map[string]*string // what the second changes
		want     map[string]any     // nil: outdated
	}{
		{
			"lines above",
			map[string]any{"new_line": 10},
			map[string]*string{"a.md": numbered(20, map[int]string{1: "line 1\nline 1b", 10: "ten"})},
			map[string]any{"new_line": 11, "old_line": nil},
		},
		{
			"the line itself",
			map[string]any{"new_line": 10},
			map[string]*string{"a.md": numbered(20, map[int]string{10: "Ten"})},
			nil,
		},
		{
			"elsewhere",
			map[string]any{"new_line": 10},
			map[string]*string{"b.md": new("more\n")},
			map[string]any{"new_line": 10, "old_line": nil},
		},
		{
			"renamed",
			map[string]any{"new_line": 10},
			map[string]*string{"a.md": nil, "c.md": numbered(20, map[int]string{10: "ten"})},
			map[string]any{"new_line": 10, "old_path": "a.md", "new_path": "c.md"},
		},
		{
			"context, lines above",
			map[string]any{"old_line": 12, "new_line": 12},
			map[string]*string{"a.md": numbered(20, map[int]string{1: "", 10: "ten"})},
			map[string]any{"old_line": 12, "new_line": 11},
		},
		{
			"removed line stays removed",
			map[string]any{"old_line": 10},
			map[string]*string{"a.md": numbered(20, map[int]string{10: "Ten"})},
			map[string]any{"old_line": 10, "new_line": nil},
		},
		{
			"removed line is back",
			map[string]any{"old_line": 10},
			map[string]*string{"a.md": numbered(20, map[int]string{3: "three"})},
			nil,
		},
		{
			"file is as before",
			map[string]any{"new_line": 10},
			map[string]*string{"a.md": numbered(20, nil)},
			nil,
		},
		{
			"whole file",
			map[string]any{"position_type": "file"},
			map[string]*string{"a.md": numbered(20, map[int]string{10: "X"})},
			map[string]any{"position_type": "file"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, Options{})
			mr := w.request(map[string]*string{"a.md": numbered(20, nil)}, map[string]*string{"a.md": numbered(20, map[int]string{10: "ten"})})
			first := mr.newest()
			position := refs(first)
			position["old_path"], position["new_path"] = "a.md", "a.md"
			maps.Copy(position, test.position)
			w.must(201, "reporter", "POST", w.path("merge_requests/1/discussions"), map[string]any{"body": "x", "position": position})
			w.s.Commit(w.p, "topic", w.users["maintainer"], "again", test.push)

			a := w.must(200, "reporter", "GET", w.path("merge_requests/1/discussions"), nil)
			want, head := test.want, mr.newest().Head
			if want == nil {
				want, head = test.position, first.Head
			}
			for name, value := range want {
				if got := a.at(0, "notes", 0, "position", name); fmt.Sprint(got) != fmt.Sprint(value) {
					t.Errorf("%s is %v, want %v", name, got, value)
				}
			}
			if got := a.at(0, "notes", 0, "position", "head_sha"); got != head {
				t.Errorf("the position is in %v, want %v", got, head)
			}
			if original := mr.Discussions[0].Notes[0].Original; original.Head != first.Head {
				t.Error("the original position has changed")
			}
		})
	}
}
