package standin

import "testing"

func TestMovedProject(t *testing.T) {
	w := newWorld(t, Options{})
	w.s.MoveProject(w.p, "acme/people")
	a := w.must(301, "reporter", "GET", "projects/acme%2Fhandbook/issues?state=all", nil)
	if to := a.header.Get("Location"); to != "/api/v4/"+w.path("issues?state=all") {
		t.Errorf("it leads to %q", to)
	}
	w.must(405, "reporter", "POST", "projects/acme%2Fhandbook/issues", map[string]any{"title": "x"})
	w.must(404, "stranger", "GET", "projects/acme%2Fhandbook", nil)
	w.must(200, "reporter", "GET", "projects/acme%2Fpeople", nil)
}

func TestLockedDiscussion(t *testing.T) {
	w := newWorld(t, Options{})
	w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	w.s.Set(w.p, func(p *Project) { p.Visibility = "public" })
	note := map[string]any{"body": "x"}
	w.must(201, "stranger", "POST", w.path("merge_requests/1/notes"), note)
	w.must(200, "developer", "PUT", w.path("merge_requests/1"), map[string]any{"discussion_locked": true})
	w.must(403, "stranger", "POST", w.path("merge_requests/1/notes"), note)
	w.must(403, "stranger", "POST", w.path("merge_requests/1/discussions"), note)
	w.must(201, "reporter", "POST", w.path("merge_requests/1/notes"), note)
	if a := w.must(200, "stranger", "GET", w.path("merge_requests/1"), nil); a.at("discussion_locked") != true {
		t.Errorf("locked: %v", a.at("discussion_locked"))
	}
}

func TestBranchesGone(t *testing.T) {
	w := newWorld(t, Options{})
	m := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	head := w.must(200, "reporter", "GET", w.path("merge_requests/1"), nil).at("sha")
	for _, branch := range []string{"topic", "main"} {
		w.s.RemoveBranch(w.p, branch)
		a := w.must(200, "reporter", "GET", w.path("merge_requests/1"), nil)
		if a.at("state") != "opened" || a.at("sha") != head || a.at("detailed_merge_status") != "commits_status" || a.at("diff_refs", "head_sha") != head {
			t.Errorf("without %s: %s", branch, a.text)
		}
	}
	w.must(404, "reporter", "GET", w.path("repository/branches/topic"), nil)
	if err := w.s.Merge(m, w.users["maintainer"]); err == nil {
		t.Error("merged into a branch that is gone")
	}
}

func TestManyFiles(t *testing.T) {
	w := newWorld(t, Options{MostFiles: 2})
	w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"b.md": new("b\n"), "c.md": new("c\n"), "d.md": new("d\n")})
	if got := w.must(200, "reporter", "GET", w.path("merge_requests/1"), nil).at("changes_count"); got != "2+" {
		t.Errorf("changes_count %v", got)
	}
	if n := w.must(200, "reporter", "GET", w.path("merge_requests/1/diffs"), nil).len(); n != 2 {
		t.Errorf("%d diffs", n)
	}
}

func TestReopenedAfterPush(t *testing.T) {
	w := newWorld(t, Options{})
	m := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	w.s.CloseMergeRequest(m, w.users["maintainer"])
	head := w.s.Commit(w.p, "topic", w.users["maintainer"], "more", map[string]*string{"a.md": new("c\n")})
	a := w.must(200, "developer", "PUT", w.path("merge_requests/1"), map[string]any{"state_event": "reopen"})
	if a.at("state") != "opened" || a.at("sha") != head.SHA {
		t.Errorf("after the reopening: %s", a.text)
	}
}

func TestNoMergeRequests(t *testing.T) {
	w := newWorld(t, Options{})
	w.s.Set(w.p, func(p *Project) { p.NoRequests = true })
	w.must(403, "maintainer", "GET", w.path("merge_requests"), nil)
}
