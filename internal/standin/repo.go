package standin

import (
	"crypto/sha1" //nolint:gosec // commit ids are SHA-1
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// A repo holds commits with their whole trees.
type repo struct {
	commits  map[string]*Commit
	branches map[string]string
	diffs    map[[2]string][]FileDiff // commits never change, and so do their diffs
}

// A Commit is a state of a repository.
type Commit struct {
	SHA     string
	Parents []string
	Message string
	Author  *User
	At      time.Time
	files   map[string]string
}

func newRepo() *repo {
	return &repo{commits: map[string]*Commit{}, branches: map[string]string{}, diffs: map[[2]string][]FileDiff{}}
}

// commit makes a commit on a branch. Changes are contents by path; nil takes a file away. A branch
// that does not exist begins at from.
func (r *repo) commit(branch, from, message string, author *User, at time.Time, changes map[string]*string) *Commit {
	head, ok := r.branches[branch]
	if !ok {
		head = r.resolve(from)
	}
	files := map[string]string{}
	var parents []string
	if c := r.commits[head]; c != nil {
		maps.Copy(files, c.files)
		parents = []string{head}
	}
	for path, content := range changes {
		if content == nil {
			delete(files, path)
		} else {
			files[path] = *content
		}
	}
	return r.add(branch, &Commit{Parents: parents, Message: message, Author: author, At: at, files: files})
}

func (r *repo) add(branch string, c *Commit) *Commit {
	h := sha1.New() //nolint:gosec // commit ids are SHA-1
	fmt.Fprintf(h, "%s\n%s\n%s\n%d\n", strings.Join(c.Parents, " "), c.Message, c.Author.Username, c.At.UnixNano())
	for _, path := range slices.Sorted(maps.Keys(c.files)) {
		fmt.Fprintf(h, "%s\x00%s\x00", path, c.files[path])
	}
	c.SHA = hex.EncodeToString(h.Sum(nil))
	r.commits[c.SHA] = c
	r.branches[branch] = c.SHA
	return c
}

// resolve finds the commit that a branch or a commit id names; "" when there is none.
func (r *repo) resolve(ref string) string {
	if ref == "HEAD" || ref == "" {
		ref = DefaultBranch
	}
	if sha, ok := r.branches[strings.TrimPrefix(ref, "refs/heads/")]; ok {
		return sha
	}
	if _, ok := r.commits[ref]; ok {
		return ref
	}
	if len(ref) >= 7 {
		for sha := range r.commits {
			if strings.HasPrefix(sha, ref) {
				return sha
			}
		}
	}
	return ""
}

// ancestors are a commit and all before it, the nearest first.
func (r *repo) ancestors(sha string) []string {
	var order []string
	seen := map[string]bool{}
	queue := []string{sha}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if seen[next] || r.commits[next] == nil {
			continue
		}
		seen[next] = true
		order = append(order, next)
		queue = append(queue, r.commits[next].Parents...)
	}
	return order
}

// base is the nearest commit that two have in common, "" when there is none.
func (r *repo) base(a, b string) string {
	of := map[string]bool{}
	for _, sha := range r.ancestors(a) {
		of[sha] = true
	}
	for _, sha := range r.ancestors(b) {
		if of[sha] {
			return sha
		}
	}
	return ""
}

// merge puts the changes between base and source onto target. Files that both changed differently
// are a conflict.
func (r *repo) merge(base, source, target string) (files map[string]string, conflict string) {
	b, s, t := r.commits[base].files, r.commits[source].files, r.commits[target].files
	files = maps.Clone(t)
	for path := range union(b, s) {
		was, wasThere := b[path]
		is, isThere := s[path]
		if was == is && wasThere == isThere {
			continue
		}
		have, haveThere := t[path]
		if (have != was || haveThere != wasThere) && (have != is || haveThere != isThere) {
			return nil, path
		}
		if isThere {
			files[path] = is
		} else {
			delete(files, path)
		}
	}
	return files, ""
}

func union(a, b map[string]string) map[string]bool {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return all
}

// A FileDiff is what two commits differ in, for one file.
type FileDiff struct {
	OldPath, NewPath      string
	New, Renamed, Deleted bool
	Collapsed, TooLarge   bool
	Diff                  string
	old, new              string // contents
}

// Sizes from which GitLab leaves patches out, in bytes.
const (
	collapseAt = 20 << 10
	tooLargeAt = 200 << 10
)

// diff compares two commits.
func (r *repo) diff(from, to string) []FileDiff {
	key := [2]string{from, to}
	if _, known := r.diffs[key]; !known {
		r.diffs[key] = r.differ(from, to)
	}
	return slices.Clone(r.diffs[key])
}

// differ compares two commits. A file that vanished and one much like it that appeared are a
// rename.
func (r *repo) differ(from, to string) []FileDiff {
	a, b := map[string]string{}, map[string]string{}
	if c := r.commits[from]; c != nil {
		a = c.files
	}
	if c := r.commits[to]; c != nil {
		b = c.files
	}
	var gone []string
	var list []FileDiff
	for _, path := range slices.Sorted(maps.Keys(union(a, b))) {
		was, old := a[path]
		is, now := b[path]
		switch {
		case old && now && was == is:
		case old && !now:
			gone = append(gone, path)
		case !old:
			list = append(list, FileDiff{OldPath: path, NewPath: path, New: true, new: is})
		default:
			list = append(list, FileDiff{OldPath: path, NewPath: path, old: was, new: is})
		}
	}
	for _, path := range gone {
		if i := renamed(list, a[path]); i >= 0 {
			list[i].OldPath, list[i].old, list[i].New, list[i].Renamed = path, a[path], false, true
			continue
		}
		list = append(list, FileDiff{OldPath: path, NewPath: path, Deleted: true, old: a[path]})
	}
	for i := range list {
		f := &list[i]
		f.Diff = unified(f.old, f.new)
		switch {
		case len(f.Diff) > tooLargeAt:
			f.TooLarge, f.Diff = true, ""
		case len(f.Diff) > collapseAt:
			f.Collapsed, f.Diff = true, ""
		}
	}
	return list
}

// renamed finds the new file that is most like one that vanished, -1 when none is like it.
func renamed(list []FileDiff, content string) int {
	best, at := 0, -1
	for i, f := range list {
		if !f.New {
			continue
		}
		if alike := similarity(f.new, content); alike >= 50 && alike > best {
			best, at = alike, i
		}
	}
	return at
}

// similarity is how many of a hundred lines two files share.
func similarity(a, b string) int {
	if a == b {
		return 100
	}
	have := map[string]int{}
	lines := 0
	for line := range strings.Lines(a) {
		have[line]++
		lines++
	}
	same, others := 0, 0
	for line := range strings.Lines(b) {
		others++
		if have[line] > 0 {
			have[line]--
			same++
		}
	}
	return 99 * same / max(lines, others)
}
