package review_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/command"
	"gitlab.com/roleplan/roleplan/sync/review"
)

// A looker answers in a merge request, as the service or the job of a pipeline does. Its calls reach GitLab as
// they are let through.
type looker struct {
	direct
	pass   chan struct{}      // lets a call through
	passed chan *http.Request // a call has its answer
	ended  chan struct{}
}

// RoundTrip waits until the call is let through.
func (l *looker) RoundTrip(r *http.Request) (*http.Response, error) {
	<-l.pass
	defer func() { l.passed <- r }()
	return l.direct.RoundTrip(r)
}

// looker begins to look at the merge request until there is nothing left to do: the service, of which the queue
// takes care, as long as it asks for that; a job also when it has written.
func (g *stage) looker(service bool) *looker {
	g.t.Helper()
	l := &looker{direct{g.s}, make(chan struct{}), make(chan *http.Request), make(chan struct{})}
	c, err := gitlab.New(gitlab.Options{BaseURL: "http://gitlab.test", Token: "bot", Transport: l})
	if err != nil {
		g.t.Fatal(err)
	}
	r := review.New(c, nil)
	if service {
		r.WithCommands(command.New(c, nil))
	}
	go func() {
		defer close(l.ended)
		for {
			result, err := r.Reconcile(g.t.Context(), g.key())
			if err != nil {
				g.t.Error(err)
			}
			if err != nil || result.After == 0 && (service || result.Changed == 0) {
				return
			}
		}
	}()
	return l
}

// step lets one call through; nil when there is none any more.
func (l *looker) step() *http.Request {
	select {
	case l.pass <- struct{}{}:
		return <-l.passed
	case <-l.ended:
		return nil
	}
}

// let lets some calls through that write, or read what lookers write, with all that come before them. It reports
// whether there may be more.
func (l *looker) let(calls int) bool {
	for calls > 0 {
		r := l.step()
		if r == nil {
			return false
		}
		if r.Method != http.MethodGet || strings.HasSuffix(r.URL.Path, "/discussions") || strings.HasSuffix(r.URL.Path, "/draft_notes") {
			calls--
		}
	}
	return true
}

// end lets all calls through.
func (l *looker) end() {
	for l.step() != nil {
	}
}

// single wants one note that counts, and an open thread for each of two remarks, and no draft.
func (g *stage) single(order string) {
	g.t.Helper()
	notes, open := 0, 0
	for _, d := range g.discussions() {
		n := d.Notes[0]
		switch _, thread := note.ReadThread(n.Body); {
		case note.IsSummary(n.Body) && n.Body != note.Superseded().String():
			notes++
		case thread && !n.Resolved:
			open++
		}
	}
	drafts, err := g.client.Drafts(g.t.Context(), g.p.ID, g.mr.IID)
	if notes != 1 || open != 2 || len(drafts) > 0 || err != nil {
		g.t.Errorf("%s: %d notes stand, %d threads and %d drafts (%v), want 1, 2 and none", order, notes, open, len(drafts), err)
	}
	g.idle()
}

// pushRemarks pushes a page with one or two remarks, for which a pipeline begins.
func (g *stage) pushRemarks(n int) {
	remarks := "- Ask the chairman\n"
	if n == 2 {
		remarks = "- Keep the whitelist\n" + remarks
	}
	const before = "- Decide what is built next\n"
	g.push(map[string]*string{page: new(strings.Replace(goodPage, before, before+remarks, 1))})
	g.pipeline()
}

// TestLooksAtOnce: the service and a job look at a merge request at the same time. The calls of one are held at
// every place, those of the other at every place then, and the first goes on to its end. In all orders one note and
// one thread a remark stand in the end.
func TestLooksAtOnce(t *testing.T) {
	t.Parallel()
	for _, answered := range []bool{false, true} {
		for _, service := range []bool{true, false} {
			t.Run(fmt.Sprintf("answered %t, the service first %t", answered, service), func(t *testing.T) {
				t.Parallel()
				orders := 0
				for i, more := 0, true; more; i++ {
					for j, also := 0, true; also; j++ {
						g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
						if answered { // before the last push
							g.pushRemarks(1)
							g.looker(true).end()
						}
						g.pushRemarks(2)
						one, other := g.looker(service), g.looker(!service)
						more = one.let(i)
						also = other.let(j)
						one.end()
						other.end()
						g.single(fmt.Sprintf("%d calls of one, %d of the other", i, j))
						orders++
					}
				}
				t.Logf("%d orders", orders)
			})
		}
	}
}

// TestManyLooksAtOnce: the service and two jobs take turns by chance. At some time there is a push, for which one more
// job begins, and the service looks again when it is free.
func TestManyLooksAtOnce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(*histories) {
		g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
		g.pushRemarks(1)
		chance := rand.New(rand.NewPCG(seed, 1))
		service := g.looker(true)
		all := []*looker{service, g.looker(false), g.looker(false)}
		pushed, woken := false, false
		for len(all) > 0 || !pushed {
			if !pushed && (len(all) == 0 || chance.IntN(10) == 0) {
				pushed = true
				g.pushRemarks(2)
				all = append(all, g.looker(false))
			}
			n := chance.IntN(len(all))
			turn := 1 + chance.IntN(8)
			for turn > 0 && all[n].step() != nil {
				turn--
			}
			if turn == 0 {
				continue
			}
			if all[n] == service {
				service = nil
			}
			all = slices.Delete(all, n, n+1)
			if pushed && service == nil && !woken {
				woken = true
				all = append(all, g.looker(true))
			}
		}
		g.single(fmt.Sprint("seed ", seed))
	}
}

// TestPushBetweenReads: the changes are read before a push, and the merge request after it.
func TestPushBetweenReads(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.pushRemarks(1)
	l := g.looker(true)
	for !strings.HasSuffix(l.step().URL.Path, "/diffs") {
	}
	g.pushRemarks(2)
	l.end()
	g.single("a push")
}

// TestDraftsOfNewerLook: a look that does not know of a push leaves the drafts of one that does alone.
func TestDraftsOfNewerLook(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.pushRemarks(1)
	older := g.looker(false)
	older.let(2) // the page with the discussions, and what its links lead to
	g.pushRemarks(2)
	newer := g.looker(true)
	newer.let(5) // the same, the drafts that there are, and two of its own
	older.let(4) // the drafts that there are, and what it does with them
	newer.end()
	older.end()
	g.single("a push")
}
