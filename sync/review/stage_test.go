package review_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/review"
)

// direct sends calls to a stand-in GitLab without a network.
type direct struct{ s *standin.Server }

func (d direct) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("connection broken off")
		}
	}()
	if r = r.Clone(r.Context()); r.Body == nil {
		r.Body = http.NoBody
	}
	rec := httptest.NewRecorder()
	d.s.ServeHTTP(rec, r)
	resp = rec.Result()
	resp.Request = r
	return resp, nil
}

// A stage is a strict GitLab with a handbook, a merge request, and roleplan. It watches that
// roleplan keeps its promises over all that happens.
type stage struct {
	t       *testing.T
	s       *standin.Server
	p       *standin.Project
	bot     *standin.User
	ana     *standin.User
	client  *gitlab.Client // of roleplan
	r       *review.Reconciler
	mr      *standin.MergeRequest
	elapsed time.Duration

	page   map[string]string // the page that a path of some time belonged to: its first path
	open   map[string]home   // open threads after the last run, by discussion
	kept   int               // times that a thread of a standing finding was kept
	lost   int               // and that it was not
	begun  int               // threads ever
	people map[string]bool   // discussions in which Ana has written

	hiring *standin.Project // where openings and plans lie, if not in the handbook
}

// A home is the finding that a thread is about, wherever its page is called.
type home struct{ page, id string }

const handbookConfig = "version: 1\npages: [\"**/*.md\", \"**/*.md.erb\"]\nignore: [\"README.md\", \"**/_index.md\"]\n"

func newStageWith(t *testing.T, o standin.Options, files map[string]string) *stage {
	t.Helper()
	g := &stage{t: t, page: map[string]string{}, open: map[string]home{}, people: map[string]bool{}}
	ticks := 0
	start := time.Now().Add(-24 * time.Hour)
	o.Strict = true
	o.Now = func() time.Time {
		ticks++
		return start.Add(g.elapsed).Add(time.Duration(ticks) * time.Millisecond)
	}
	g.s = standin.New(o)
	g.ana, g.bot = g.s.AddUser("ana", "Ana", false), g.s.AddUser("roleplan", "roleplan", true)
	g.s.AddToken(g.ana, "ana", "api")
	g.s.AddToken(g.bot, "bot", "api")
	g.p = g.s.AddProject("acme/handbook", "private")
	g.s.AddMember(g.p, g.ana, standin.Maintainer)
	g.s.AddMember(g.p, g.bot, standin.Developer)
	g.client = g.clientOf("bot")
	g.r = review.New(g.client, nil)
	first := map[string]*string{"README.md": new("# Handbook\n"), ".roleplan.yml": new(handbookConfig)}
	for path, src := range files {
		first[path] = &src
	}
	g.s.Commit(g.p, standin.DefaultBranch, g.ana, "The handbook", first)
	t.Cleanup(func() {
		_ = g.s.Close()
		for _, e := range g.s.Errors() {
			t.Error("GitLab does not know this: ", e)
		}
	})
	return g
}

func (g *stage) clientOf(token string) *gitlab.Client {
	g.t.Helper()
	c, err := gitlab.New(gitlab.Options{BaseURL: "http://gitlab.test", Token: token, Transport: direct{g.s}})
	if err != nil {
		g.t.Fatal(err)
	}
	return c
}

// clientThrough is roleplan's client with answers that f has changed.
func (g *stage) clientThrough(f func(*http.Request, []byte) []byte) *gitlab.Client {
	g.t.Helper()
	c, err := gitlab.New(gitlab.Options{BaseURL: "http://gitlab.test", Token: "bot", Transport: through{direct{g.s}, f}})
	if err != nil {
		g.t.Fatal(err)
	}
	return c
}

type through struct {
	direct
	f func(*http.Request, []byte) []byte
}

func (t through) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.direct.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(t.f(r, body)))
	resp.ContentLength = -1
	return resp, err
}

// push changes files on the topic branch; nil takes a file away. The first push opens the merge
// request.
func (g *stage) push(changes map[string]*string) {
	g.t.Helper()
	g.s.Commit(g.p, "topic", g.ana, "Change pages", changes)
	if g.mr == nil {
		var err error
		if g.mr, err = g.s.OpenMergeRequest(g.p, g.ana, "topic", standin.DefaultBranch, "Change pages", ""); err != nil {
			g.t.Fatal(err)
		}
	}
}

// pipeline begins a pipeline for what was pushed last.
func (g *stage) pipeline() {
	versions := g.s.MergeRequest(g.p, g.mr.IID).Versions
	g.s.AddPipeline(g.p, versions[len(versions)-1].Head, "topic")
}

// rename moves a page on the topic branch.
func (g *stage) rename(from, to string) {
	g.t.Helper()
	src := g.source(from)
	g.page[to] = g.first(from)
	g.push(map[string]*string{from: nil, to: &src})
}

func (g *stage) first(path string) string {
	if p := g.page[path]; p != "" {
		return p
	}
	return path
}

func (g *stage) source(path string) string { return g.s.Files(g.p, "topic")[path] }

// rebase puts the topic branch onto a default branch that has moved on.
func (g *stage) rebase() {
	g.t.Helper()
	g.s.Commit(g.p, standin.DefaultBranch, g.ana, "Elsewhere", map[string]*string{"README.md": new(fmt.Sprint("# Handbook ", g.s.Calls(), "\n"))})
	if err := g.s.Rebase(g.p, "topic", g.ana); err != nil {
		g.t.Fatal(err)
	}
}

func (g *stage) key() reconcile.Key {
	return reconcile.Key{Kind: reconcile.MergeRequest, Project: g.p.ID, IID: g.mr.IID}
}

// run lets roleplan look once, and checks its promises; then a roleplan that remembers nothing
// looks once more, and must find nothing to do.
func (g *stage) run() {
	g.t.Helper()
	before := g.discussions()
	if _, err := g.r.Reconcile(g.t.Context(), g.key()); err != nil {
		g.t.Fatal(err)
	}
	g.check(before)
	g.idle()
}

// idle wants a further run to write nothing.
func (g *stage) idle() {
	g.t.Helper()
	g.s.ResetCalls()
	if _, err := review.New(g.client, nil).Reconcile(g.t.Context(), g.key()); err != nil {
		g.t.Fatal(err)
	}
	if g.s.Writes() > 0 {
		g.t.Errorf("a second run writes: %v", g.s.Calls())
	}
}

func (g *stage) discussions() []*standin.Discussion {
	return g.s.MergeRequest(g.p, g.mr.IID).Discussions
}

// threads are roleplan's own.
func (g *stage) threads() []*standin.Discussion {
	return slices.DeleteFunc(g.discussions(), func(d *standin.Discussion) bool {
		_, ours := note.ReadThread(d.Notes[0].Body)
		return !ours || d.Notes[0].Author.ID != g.bot.ID
	})
}

func (g *stage) summary() string {
	g.t.Helper()
	text := ""
	for _, d := range g.discussions() {
		if n := d.Notes[0]; n.Author.ID == g.bot.ID && note.IsSummary(n.Body) {
			if text != "" {
				g.t.Error("more than one summary note")
			}
			text = n.Body
		}
	}
	return text
}

// standing are the findings of all pages at the head, by page and identity.
func (g *stage) standing() map[home]bool {
	all := map[home]bool{}
	versions := g.s.MergeRequest(g.p, g.mr.IID).Versions
	base := g.s.Files(g.p, versions[len(versions)-1].Base)
	for path, src := range g.s.Files(g.p, "topic") {
		if path == "README.md" || !strings.Contains(path, ".md") || base[path] == src {
			continue
		}
		for _, f := range identified(path, src) {
			all[home{g.first(path), f.Fingerprint}] = true
		}
	}
	return all
}

// identified are the findings of a page, with the fingerprints they have wherever it lies.
func identified(path, src string) []finding.Finding {
	fs := check.Page(rolepage.Parse(path, []byte(src)), check.Options{})
	for i := range fs {
		fs[i].Path = ""
	}
	return finding.Sort(fs)
}

// check compares what stands with what stood: no thread of a standing finding is lost, none doubled,
// none with a person's words resolved.
func (g *stage) check(before []*standin.Discussion) {
	g.t.Helper()
	standing := g.standing()
	was := map[string]*standin.Discussion{}
	for _, d := range before {
		was[d.ID] = d
	}
	opened := map[string]home{}
	count := map[home]int{}
	for _, d := range g.threads() {
		mark, _ := note.ReadThread(d.Notes[0].Body)
		h, known := g.open[d.ID]
		if !known {
			h = home{g.first(mark.Page), mark.ID}
		}
		if was[d.ID] == nil {
			g.begun++
		}
		resolved := d.Notes[0].Resolved
		if resolved && d.Notes[0].Resolver == g.bot && g.people[d.ID] && (was[d.ID] == nil || !was[d.ID].Notes[0].Resolved) {
			g.t.Errorf("roleplan resolved a thread in which a person has written")
		}
		if known && standing[h] && (was[d.ID] == nil || !was[d.ID].Notes[0].Resolved) {
			if resolved {
				g.lost++
				g.t.Errorf("the thread of a finding that stands was resolved: %.200s", d.Notes[0].Body)
			} else {
				g.kept++
			}
		}
		if !standing[h] && !resolved && !g.people[d.ID] {
			g.t.Errorf("the thread of a finding that is gone is open: %.200s", d.Notes[0].Body)
		}
		if resolved && d.Notes[0].Resolver == g.bot {
			continue
		}
		count[h]++
		if !resolved {
			opened[d.ID] = h
		} else if known {
			opened[d.ID] = h // resolved by a person: its finding has its thread
		}
	}
	for h, n := range count {
		if n > 1 && standing[h] {
			g.t.Errorf("%d threads for a finding of %s", n, h.page)
		}
	}
	g.open = opened
	g.summary()
}

// say lets Ana write in a thread.
func (g *stage) say(d *standin.Discussion) {
	g.t.Helper()
	g.people[d.ID] = true
	g.call("POST", fmt.Sprintf("discussions/%s/notes", d.ID), `{"body":"I like it so"}`)
}

// call is a call of Ana's.
func (g *stage) call(method, path, body string) {
	g.t.Helper()
	r, err := http.NewRequestWithContext(g.t.Context(), method, fmt.Sprintf("http://gitlab.test/api/v4/projects/%d/merge_requests/%d/%s", g.p.ID, g.mr.IID, path), strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	r.Header.Set("Private-Token", "ana")
	r.Header.Set("Content-Type", "application/json")
	resp, err := direct{g.s}.RoundTrip(r)
	if err != nil {
		g.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		g.t.Fatalf("%s %s: %s", method, path, resp.Status)
	}
}

// resolve lets Ana resolve a thread.
func (g *stage) resolve(d *standin.Discussion) {
	g.t.Helper()
	g.call("PUT", "discussions/"+d.ID, `{"resolved":true}`)
}

// remove lets Ana delete a thread of one note.
func (g *stage) remove(d *standin.Discussion) {
	g.t.Helper()
	g.call("DELETE", fmt.Sprintf("notes/%d", d.Notes[0].ID), "")
	delete(g.open, d.ID)
}

func (g *stage) title(title string) {
	g.t.Helper()
	r := fmt.Sprintf(`{"title":%q}`, title)
	g.call("PUT", "", r)
}

// shifted has three blank lines more behind the front matter.
func shifted(src string) string {
	end := strings.Index(src, "\n---\n")
	if !strings.HasPrefix(src, "---\n") || end < 0 {
		return "\n\n\n" + src
	}
	end += len("\n---\n")
	return src[:end] + "\n\n\n" + src[end:]
}

func total(calls map[string]int) int {
	n := 0
	for v := range maps.Values(calls) {
		n += v
	}
	return n
}
