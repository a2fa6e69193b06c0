package app

import (
	"net/http"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
)

// TestCalls counts the calls of the reconcilers as the service wires them, with commands and plans.
// The openings are known to the service, as after its start: it has looked at them twice, once to make the
// plans. One of them is for a page that the merge request leaves alone.
func TestCalls(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		openings    bool
		fresh, same int // most calls: when new, besides one a thread; and when nothing changed
	}{
		"without openings": {false, 7, 3},
		"with openings":    {true, 8, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			d := s.stage
			files := d.gitlab.Files(d.project, standin.DefaultBranch)
			change := map[string]*string{demoOpenings: nil}
			if tt.openings {
				change[demoOpenings] = new(files[demoOpenings] + "- id: GHP-9\n  page: content/job-families/aside.md\n  level: Buyer\n")
				change["content/job-families/aside.md"] = new("---\ntitle: Buyer\n---\n\n## Levels\n\n### Buyer\n\n## Hiring Process\n\n- A 30-minute screening call\n")
			}
			d.gitlab.Commit(d.project, standin.DefaultBranch, d.ana, "Openings", change)
			s.look(t, reconcile.Openings, 0)
			s.look(t, reconcile.Openings, 0)
			count := func(iid int64) (calls, threads int) {
				d.gitlab.ResetCalls()
				s.look(t, reconcile.MergeRequest, iid)
				for _, n := range d.gitlab.Calls() {
					calls += n
				}
				return calls, d.gitlab.Calls()["POST projects/:id/merge_requests/:iid/draft_notes"]
			}
			other := s.propose(t, "other", map[string]*string{"README.md": new("# Other\n")})
			count(other.IID)
			if n, _ := count(other.IID); n > 1 {
				t.Errorf("nothing relevant: %d calls, want 1: %v", n, d.gitlab.Calls())
			}
			changes := map[string]*string{}
			for path, src := range files {
				if strings.HasPrefix(path, "content/") {
					changes[path] = new(src + "\n* Keep the whitelist\n* Ask the chairman\n* Keep the blacklist\n")
				}
			}
			m := s.propose(t, "topic", changes)
			n, threads := count(m.IID)
			if len(changes) != 3 || threads < 9 || n > tt.fresh+threads {
				t.Errorf("new: %d pages, %d threads, %d calls, want %d and one a thread: %v", len(changes), threads, n, tt.fresh, d.gitlab.Calls())
			}
			if n, _ := count(m.IID); n > tt.same || d.gitlab.Writes() > 0 {
				t.Errorf("nothing changed: %d calls, want %d and no write: %v", n, tt.same, d.gitlab.Calls())
			}
		})
	}
}

// propose opens a merge request.
func (s *scene) propose(t *testing.T, branch string, changes map[string]*string) *standin.MergeRequest {
	t.Helper()
	s.gitlab.Commit(s.project, branch, s.ana, "Change", changes)
	m, err := s.gitlab.OpenMergeRequest(s.project, s.ana, branch, standin.DefaultBranch, "Change", "")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestNoCallsForOtherEvents: labels, titles and approvals of a merge request cost nothing.
func TestNoCallsForOtherEvents(t *testing.T) {
	t.Parallel()
	d, client := newLoop(t)
	post := newPostman(t)
	d.addHook(post.url)
	service := startLoop(t, d, client, 0)
	post.deliverTo(service.webhookURL())
	d.gitlab.AddToken(d.ana, "ana", "api")
	s := &scene{stage: d}
	m := s.propose(t, "topic", map[string]*string{demoPage: new(d.gitlab.Files(d.project, standin.DefaultBranch)[demoPage] + "\nMore.\n")})
	if _, err := d.answer(t.Context(), m, ""); err != nil {
		t.Fatal(err)
	}
	drain(t, d)
	settle(t, service)
	for _, body := range []string{`{"title":"Another title"}`, `{"add_labels":"one"}`, `{"remove_labels":"one"}`, `{"description":"More words"}`} {
		d.gitlab.ResetCalls()
		r, err := http.NewRequest(http.MethodPut, d.gitlab.URL()+"/api/v4/projects/acme%2Fhandbook/merge_requests/1", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Private-Token", "ana")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		drain(t, d)
		settle(t, service)
		calls := d.gitlab.Calls()
		delete(calls, "PUT projects/:id/merge_requests/:iid") // Ana's own
		if resp.StatusCode != http.StatusOK || len(calls) > 0 {
			t.Errorf("%s: %s, calls %v", body, resp.Status, calls)
		}
	}
	d.gitlab.ResetCalls()
	d.gitlab.Approve(m, d.ana)
	drain(t, d)
	settle(t, service)
	if calls := d.gitlab.Calls(); len(calls) > 0 {
		t.Errorf("approval: calls %v", calls)
	}
}

// drain waits until every webhook has arrived.
func drain(t *testing.T, d *stage) {
	t.Helper()
	if err := d.gitlab.DrainHooks(t.Context()); err != nil {
		t.Fatal(err)
	}
}
