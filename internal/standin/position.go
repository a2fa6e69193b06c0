package standin

import (
	"crypto/sha1" //nolint:gosec // GitLab makes line codes of it
	"encoding/hex"
	"fmt"
	"net/http"
)

// errLineCode is how GitLab says that a position is no line of the diff.
var errLineCode = refuse(http.StatusBadRequest, `400 Bad request - Note {:line_code=>["can't be blank", "must be a valid line code"]}`)

// lineCode is GitLab's name for a line of a diff.
func (p *Position) lineCode() string {
	if p.Type != "text" {
		return ""
	}
	path := p.NewPath
	if path == "" {
		path = p.OldPath
	}
	sum := sha1.Sum([]byte(path)) //nolint:gosec // GitLab's choice
	return fmt.Sprintf("%s_%d_%d", hex.EncodeToString(sum[:]), p.OldLine, p.NewLine)
}

func showPosition(p *Position) any {
	if p == nil {
		return nil
	}
	out := map[string]any{
		"base_sha": p.Base, "start_sha": p.Start, "head_sha": p.Head, "old_path": p.OldPath, "new_path": p.NewPath, "position_type": p.Type,
	}
	if p.Type == "text" {
		out["old_line"], out["new_line"], out["line_range"] = nullNumber(p.OldLine), nullNumber(p.NewLine), nil
	}
	return out
}

// position reads a position and refuses one that is no place in a version of the diff.
func (s *Server) position(m *MergeRequest, given params) (*Position, error) {
	for _, name := range []string{"base_sha", "start_sha", "head_sha", "position_type"} {
		if given.text(name) == "" {
			return nil, badRequest("position[%s] is missing", name)
		}
	}
	p := &Position{
		Type: given.text("position_type"), Base: given.text("base_sha"), Start: given.text("start_sha"), Head: given.text("head_sha"),
		OldPath: given.text("old_path"), NewPath: given.text("new_path"),
	}
	if p.Type != "text" && p.Type != "file" {
		return nil, badRequest("position[position_type] does not have a valid value")
	}
	for name, line := range map[string]*int{"old_line": &p.OldLine, "new_line": &p.NewLine} {
		if !given.has(name) {
			continue
		}
		if given[name] == nil && !s.opts.Strict {
			continue // null is not safely the same as nothing at all
		}
		if *line = given.number(name, 0); *line < 1 {
			return nil, errLineCode
		}
	}
	if !s.compares(m, p) {
		return nil, errLineCode
	}
	f := fileOf(m.Project.repo.diff(p.Base, p.Head), p.OldPath, p.NewPath)
	if f == nil {
		return nil, errLineCode
	}
	p.OldPath, p.NewPath = f.OldPath, f.NewPath
	if p.Type == "file" {
		if p.OldLine != 0 || p.NewLine != 0 {
			return nil, errLineCode
		}
		return p, nil
	}
	if f.Collapsed || f.TooLarge || !f.hasLine(p.OldLine, p.NewLine) {
		return nil, errLineCode
	}
	return p, nil
}

// compares reports whether GitLab can compare the commits of a position. They need not be those of
// a version of the merge request: who takes the tip of the target branch for the base, as some
// clients do, gets a thread that no push moves along.
func (s *Server) compares(m *MergeRequest, p *Position) bool {
	for _, sha := range []string{p.Base, p.Start, p.Head} {
		if m.Project.repo.commits[sha] == nil {
			return false
		}
	}
	return s.ready(m) || p.Head != m.newest().Head
}

// fileOf finds the file of a diff that two paths name. One of them may be left out, but for a file
// that was renamed.
func fileOf(diff []FileDiff, oldPath, newPath string) *FileDiff {
	for i, f := range diff {
		switch {
		case f.OldPath == oldPath && f.NewPath == newPath,
			!f.Renamed && oldPath == "" && f.NewPath == newPath,
			!f.Renamed && newPath == "" && f.OldPath == oldPath:
			return &diff[i]
		}
	}
	return nil
}

// hasLine reports whether there is a line with these numbers: an added one has only a new number, a
// removed one only an old number, one that is unchanged has both.
func (f *FileDiff) hasLine(oldLine, newLine int) bool {
	if oldLine == 0 && newLine == 0 {
		return false
	}
	for _, l := range compare(f.old, f.new) {
		if l.old == oldLine && l.new == newLine {
			return true
		}
	}
	return false
}

// move takes positions along to the newest version, as GitLab does after a push. A line that was
// changed stays where it was, in the old version: it is outdated, for good.
func (s *Server) move(m *MergeRequest) {
	if len(m.Versions) < 2 {
		return
	}
	before := m.Versions[len(m.Versions)-2]
	for _, d := range m.Discussions {
		for _, n := range d.Notes {
			if p := n.Position; p != nil && p.Base == before.Base && p.Head == before.Head {
				n.Position = moved(m.Project.repo, n.Position, m.newest())
			}
		}
	}
}

// moved is the position in another version, or the same one when its line is gone.
func moved(r *repo, p *Position, v *Version) *Position {
	next := *p
	next.Base, next.Start, next.Head = v.Base, v.Start, v.Head
	diff := r.diff(v.Base, v.Head)
	f := fileAt(diff, p)
	switch {
	case f == nil:
		return p
	case p.Type == "file":
		next.OldPath, next.NewPath = f.OldPath, f.NewPath
		return &next
	case p.NewLine == 0:
		next.OldLine = mapped(r.content(p.Base, p.OldPath), r.content(v.Base, f.OldPath), p.OldLine)
		if next.OldLine == 0 || !f.hasLine(next.OldLine, 0) {
			return p
		}
	default:
		next.NewLine = mapped(r.content(p.Head, p.NewPath), r.content(v.Head, f.NewPath), p.NewLine)
		if next.NewLine == 0 {
			return p
		}
		next.OldLine = 0
		for _, l := range compare(f.old, f.new) {
			if l.new == next.NewLine {
				next.OldLine = l.old
			}
		}
	}
	next.OldPath, next.NewPath = f.OldPath, f.NewPath
	return &next
}

// fileAt finds the file that a position is in.
func fileAt(diff []FileDiff, p *Position) *FileDiff {
	for i, f := range diff {
		if f.NewPath == p.NewPath || f.OldPath == p.OldPath {
			return &diff[i]
		}
	}
	return nil
}

// mapped is the number that an unchanged line has in another text, 0 when it was changed.
func mapped(from, to string, line int) int {
	for _, l := range compare(from, to) {
		if l.old == line {
			return l.new
		}
	}
	return 0
}

// content is a file at a commit, "" when there is none.
func (r *repo) content(sha, path string) string {
	if c := r.commits[sha]; c != nil {
		return c.files[path]
	}
	return ""
}
