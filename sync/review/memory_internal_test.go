package review

import (
	"bytes"
	"fmt"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// TestPagesOfOldHeads: what a merge request's earlier heads held is forgotten, and all that is kept is bounded.
func TestPagesOfOldHeads(t *testing.T) {
	m := newMemory()
	src := bytes.Repeat([]byte("a"), 10_000)
	var mr forge.MergeRequest
	for n := range 1000 {
		mr = forge.MergeRequest{ProjectID: 1, IID: int64(n%2 + 1), Diff: forge.DiffRefs{Head: fmt.Sprint(n), Base: "base"}}
		for range 2 { // the second time it is there already
			m.keepPage(mr, fileKey{"a.md", mr.Diff.Head}, src)
			m.keepPage(mr, fileKey{"a.md", mr.Diff.Base}, src)
		}
	}
	if m.pageBytes != 4*len(src) {
		t.Errorf("%d bytes are kept of two merge requests with two files each", m.pageBytes)
	}
	if _, known := m.page(mr, fileKey{"a.md", "999"}); !known {
		t.Error("the newest head is not known")
	}
	if _, known := m.page(mr, fileKey{"a.md", "997"}); known {
		t.Error("an earlier head is known")
	}
	most := 0
	for n := range 5000 {
		mr := forge.MergeRequest{ProjectID: 2, IID: int64(n), Diff: forge.DiffRefs{Head: "head"}}
		m.keepPage(mr, fileKey{"a.md", "head"}, src)
		most = max(most, m.pageBytes)
	}
	if most > maxKept || most < maxKept/2 {
		t.Errorf("%d bytes are kept at most, of %d", most, maxKept)
	}
}
