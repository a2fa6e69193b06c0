package review_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
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
	pass   chan struct{} // lets a call through
	passed chan struct{} // a call has its answer
	ended  chan struct{}
}

// RoundTrip waits until the call is let through. What no looker changes may be read at any time.
func (l *looker) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet && !strings.HasSuffix(r.URL.Path, "/discussions") && !strings.HasSuffix(r.URL.Path, "/draft_notes") {
		return l.direct.RoundTrip(r)
	}
	<-l.pass
	defer func() { l.passed <- struct{}{} }()
	return l.direct.RoundTrip(r)
}

// looker begins to look at the merge request until there is nothing left to do: the service, of which the queue
// takes care, as long as it asks for that; a job also when it has written.
func (g *stage) looker(service bool) *looker {
	g.t.Helper()
	l := &looker{direct{g.s}, make(chan struct{}), make(chan struct{}), make(chan struct{})}
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

// let lets some calls through, and reports whether there may be more.
func (l *looker) let(calls int) bool {
	for range calls {
		select {
		case l.pass <- struct{}{}:
			<-l.passed
		case <-l.ended:
			return false
		}
	}
	return true
}

// end lets all calls through.
func (l *looker) end() {
	for l.let(1) {
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

// contested is a merge request with two remarks, in which roleplan has said nothing yet, or has answered before the
// second one was pushed.
func contested(t *testing.T, answered bool) *stage {
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	with := func(remarks string) *string {
		return new(strings.Replace(goodPage, "- Decide what is built next\n", "- Decide what is built next\n"+remarks, 1))
	}
	if answered {
		g.push(map[string]*string{page: with("- Ask the chairman\n")})
		g.looker(true).end()
	}
	g.push(map[string]*string{page: with("- Keep the whitelist\n- Ask the chairman\n")})
	return g
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
						g := contested(t, answered)
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

// TestManyLooksAtOnce: the service and two jobs take turns by chance.
func TestManyLooksAtOnce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(*histories / 2) {
		g := contested(t, seed%2 == 0)
		chance := rand.New(rand.NewPCG(seed, 1))
		all := []*looker{g.looker(true), g.looker(false), g.looker(false)}
		for len(all) > 0 {
			n := chance.IntN(len(all))
			if !all[n].let(1 + chance.IntN(10)) {
				all = append(all[:n], all[n+1:]...)
			}
		}
		g.single(fmt.Sprint("seed ", seed))
	}
}

