package review_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/review"
)

// tenRemarks are three pages with ten remarks for threads.
func tenRemarks() (before map[string]string, after map[string]*string) {
	before, after = map[string]string{}, map[string]*string{}
	for i, n := range []int{3, 3, 4} {
		path := fmt.Sprintf("a/%d.md", i)
		bad := ""
		for _, word := range words[:n] {
			bad += "- Ask the " + word + "\n"
		}
		before[path] = goodPage
		after[path] = new(strings.Replace(goodPage, "- Decide what is built next\n", "- Decide what is built next\n"+bad, 1))
	}
	return before, after
}

// look runs roleplan once and gives the number of calls.
func (g *stage) look() int {
	g.t.Helper()
	g.s.ResetCalls()
	if _, err := g.r.Reconcile(g.t.Context(), g.key()); err != nil {
		g.t.Fatal(err)
	}
	return total(g.s.Calls())
}

// linked is a page with links into the repository around it, good and bad.
func linked(src, links string) string {
	return strings.Replace(src, "## Career Ladder\n", "## Career Ladder\n\n"+links+"\n", 1)
}

// TestCalls holds the budget of calls: roleplan knows the project's configuration already.
func TestCalls(t *testing.T) {
	t.Parallel()
	for links, broken := range map[string]int{
		"": 0,
		"[a](/handbook/hiring/#plan) [b](../product/) [c](/handbook/values/) [d](#career-ladder) [e](/images/x.png) [f](/handbook/hiring/)": 0,
		"[a](/handbook/hiring/#plan) [b](gone.md)": 3,
	} {
		t.Run(links, func(t *testing.T) { calls(t, links, broken, 8) })
	}
	// A link that leads nowhere may be redirected, which is looked up when it is known to.
	t.Run("redirected", func(t *testing.T) { calls(t, "[a](/handbook/gone/)", 3, 9) })
}

func calls(t *testing.T, links string, broken, most int) {
	before, after := map[string]string{
		"content/handbook/hiring/_index.md": "---\ntitle: Hiring\n---\n\n## Plan\n", "content/handbook/values.md": "---\ntitle: Values\n---\n", "static/images/x.png": "",
		"content/product/director.md": "---\ntitle: Director\n---\n",
	}, map[string]*string{}
	was, is := tenRemarks()
	for path, src := range was {
		before["content/job-families/"+path], before["content/job-families/product/"+path] = linked(src, links), src
		after["content/job-families/"+path] = new(linked(*is[path], links))
	}
	g := newStageWith(t, standin.Options{}, before)
	g.s.Commit(g.p, "other", g.ana, "Other", map[string]*string{"README.md": new("# Other\n")})
	other, err := g.s.OpenMergeRequest(g.p, g.ana, "other", standin.DefaultBranch, "Other", "")
	if err != nil {
		t.Fatal(err)
	}
	g.mr = other
	g.look()
	if n := g.look(); n > 1 || g.s.Writes() > 0 {
		t.Errorf("nothing relevant: %d calls, want 1: %v", n, g.s.Calls())
	}
	g.mr = nil
	g.push(after)
	if n := g.look(); n > most+10 {
		t.Errorf("ten new threads: %d calls, want %d at most: %v", n, most+10, g.s.Calls())
	}
	g.want(10, 0)
	t.Logf("ten new threads: %v", total(g.s.Calls()))
	if broken > 0 {
		wantText(t, g.summary(), fmt.Sprint(broken), "`broken-link`")
	} else if strings.Contains(g.summary(), "broken-link") {
		t.Errorf("a link is said to be broken:\n%s", g.summary())
	}
	if n := g.look(); n > 4 || g.s.Writes() > 0 {
		t.Errorf("nothing changed: %d calls, want 4 at most, and no write: %v", n, g.s.Calls())
	}
	g.r = review.New(g.client, nil)
	if g.look(); g.s.Writes() > 0 {
		t.Errorf("a new process writes: %v", g.s.Calls())
	}
}

// TestPublishedAtOnce: people get one review, and not a mail a thread.
func TestPublishedAtOnce(t *testing.T) {
	t.Parallel()
	before, after := tenRemarks()
	g := newStageWith(t, standin.Options{}, before)
	g.push(after)
	g.look()
	calls := g.s.Calls()
	if calls["POST projects/:id/merge_requests/:iid/draft_notes/bulk_publish"] != 1 || calls["POST projects/:id/merge_requests/:iid/discussions"] != 0 {
		t.Errorf("calls %v", calls)
	}
}

// TestBrokenOff lets every write of a first run fail in turn, before it takes effect and after; the
// next runs come to the same end, without a thread or note too many.
func TestBrokenOff(t *testing.T) {
	t.Parallel()
	for _, after := range []bool{false, true} {
		for nth := range 13 {
			t.Run(fmt.Sprint(nth, " after ", after), func(t *testing.T) {
				old, changed := tenRemarks()
				g := newStageWith(t, standin.Options{}, old)
				g.push(changed)
				writes := 0
				g.s.OnCall(func(r *http.Request) *standin.Fault {
					if r.Method == http.MethodGet || strings.HasSuffix(r.URL.Path, "graphql") {
						return nil
					}
					if writes++; writes == nth+1 {
						return &standin.Fault{After: after, Status: http.StatusBadGateway}
					}
					return nil
				})
				_, err := g.r.Reconcile(t.Context(), g.key())
				if nth < 11 && err == nil {
					t.Error("the fault was not told")
				}
				g.s.OnCall(nil)
				if err != nil {
					// Somebody pushes before the next run: drafts of the old head don't count.
					if nth%2 == 0 {
						g.push(map[string]*string{"a/0.md": new(shifted(g.source("a/0.md")))})
					}
					g.r = review.New(g.client, nil)
				}
				g.run()
				g.want(10, 0)
				if drafts, err := g.client.Drafts(t.Context(), g.p.ID, g.mr.IID); err != nil || len(drafts) > 0 {
					t.Errorf("%d drafts are left, %v", len(drafts), err)
				}
			})
		}
	}
}

// TestLeftDrafts: drafts for remarks that were mended meanwhile are not published.
func TestLeftDrafts(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.push(map[string]*string{page: &worse})
	g.s.OnCall(func(r *http.Request) *standin.Fault {
		if strings.HasSuffix(r.URL.Path, "bulk_publish") {
			return &standin.Fault{Status: http.StatusBadGateway}
		}
		return nil
	})
	if _, err := g.r.Reconcile(t.Context(), g.key()); err == nil {
		t.Fatal("the fault was not told")
	}
	g.s.OnCall(nil)
	g.push(map[string]*string{page: new(strings.Replace(worse, "- Keep the whitelist\n", "", 1))})
	g.run()
	g.want(2, 0)
}

// TestNoDrafts: where an instance refuses drafts, threads are begun one by one.
func TestNoDrafts(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"/draft_notes", "POST /draft_notes", "/bulk_publish"} {
		for _, status := range []int{403, 404, 405} {
			t.Run(fmt.Sprint(part, " ", status), func(t *testing.T) {
				g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
				g.push(map[string]*string{page: &worse})
				method, suffix, both := strings.Cut(part, " ")
				if !both {
					method, suffix = "", part
				}
				g.s.OnCall(func(r *http.Request) *standin.Fault {
					if strings.HasSuffix(r.URL.Path, suffix) && (method == "" || method == r.Method) {
						return &standin.Fault{Status: status, Body: `{"message":"no"}`}
					}
					return nil
				})
				g.run()
				g.want(3, 0)
			})
		}
	}
}

// TestMayNotResolve: without the role for it threads stay open, which is said in the log once.
func TestMayNotResolve(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.s.AddMember(g.p, g.bot, standin.Reporter)
	g.push(map[string]*string{page: &worse})
	g.look()
	g.want(3, 0)
	g.push(map[string]*string{page: new(shifted(goodPage))})
	var said bytes.Buffer
	ctx := zerolog.New(&said).WithContext(t.Context())
	for range 3 {
		g.s.ResetCalls()
		if _, err := g.r.Reconcile(ctx, g.key()); err != nil {
			t.Fatal(err)
		}
	}
	g.want(3, 0)
	if n := strings.Count(said.String(), "needs the role Developer"); n != 1 || g.s.Writes() > 0 {
		t.Errorf("said %d times, %d writes:\n%s", n, g.s.Writes(), &said)
	}
	wantText(t, g.summary(), "🟢")
}

const lineCode = `{"message":"400 Bad request - Note {:line_code=>[\"can't be blank\", \"must be a valid line code\"]}"}`

// TestRefusedPosition: one refusal stops nothing else, and is not tried again at the same commit.
func TestRefusedPosition(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.push(map[string]*string{page: &worse})
	drafts := 0
	g.s.OnCall(func(r *http.Request) *standin.Fault {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/draft_notes") {
			if drafts++; drafts == 2 { // that of the chairman
				return &standin.Fault{Status: 400, Body: lineCode}
			}
		}
		return nil
	})
	g.run()
	g.want(2, 0)
	wantText(t, g.summary(), "chairman", "2 remarks stand in threads")
	g.idle()
	g.s.OnCall(nil)
	g.idle()
	g.push(map[string]*string{page: new(shifted(worse))})
	g.run()
	g.want(3, 0)
}

// TestRefusedForOnce: a refusal that is not about the position may go by, so the next run tries again.
func TestRefusedForOnce(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 409, 413, 422} {
		g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
		g.push(map[string]*string{page: &worse})
		refused := false
		g.s.OnCall(func(r *http.Request) *standin.Fault {
			if !refused && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/draft_notes") {
				refused = true
				return &standin.Fault{Status: status, Body: `{"message":"not now"}`}
			}
			return nil
		})
		g.look()
		g.want(2, 0)
		g.look()
		g.want(3, 0)
	}
}

// TestStaleDiff: positions that GitLab does not take are looked up once in its newest diff.
func TestStaleDiff(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.push(map[string]*string{page: &worse})
	stale := strings.Repeat("5", 40)
	g.client = g.clientThrough(func(r *http.Request, body []byte) []byte {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, fmt.Sprint("/merge_requests/", g.mr.IID)) {
			v := g.s.MergeRequest(g.p, g.mr.IID).Versions
			return bytes.ReplaceAll(body, []byte(`"start_sha":"`+v[len(v)-1].Start), []byte(`"start_sha":"`+stale))
		}
		return body
	})
	g.r = review.New(g.client, nil)
	g.run()
	g.want(3, 0)
}

// TestTeamDirectory: a title that nobody on the team page holds is told in the merge request.
func TestTeamDirectory(t *testing.T) {
	t.Parallel()
	const page = "content/job-families/product/a.md"
	src := "---\ntitle: A\ndescription: B\n---\n\n## Responsibilities\n\n- Build\n\n## Requirements\n\n- Care\n\n## Hiring Process\n\n- A 30-minute screening call with a Recruiter\n"
	g := newStageWith(t, standin.Options{}, map[string]string{
		page: src, "data/team_members/person/a/a.yml": "slug: a\ngitlab: ana\njob_title: VP of Product\n",
		".roleplan.yml": "version: 1\nrules: {step-interviewer: warning}\n",
	})
	g.push(map[string]*string{page: new(src + "- A 30-minute interview with the VP of Product\n- A 30-minute interview with the VP of Quality\n")})
	g.look()
	if n := g.s.Calls()["GET projects/:id/repository/tree"]; n != 1 {
		t.Errorf("%d listings: %v", n, g.s.Calls())
	}
	var said []string
	for _, n := range g.s.Notes(g.mr) {
		said = append(said, n.Body)
	}
	all := strings.Join(said, "\n")
	if !strings.Contains(all, "nobody on the team page is a \"VP of Quality\"") || strings.Contains(all, "is a \"VP of Product\"") {
		t.Errorf("said %s", all)
	}
}
