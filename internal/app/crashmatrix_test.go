//go:build unix

package app

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/pgtest"
)

var (
	crashes      = flag.String("crashes", "", "of the crash matrix: \"all\" for every point, a number for so many, or a text that is in their names, such as \"after POST projects/…/labels, 3\"; default a few")
	crashDB      = flag.String("crash-database", "", "of the crash matrix: sqlite or postgres; default both")
	crashWorkers = flag.Int("crash-workers", 3, "of the crash matrix: how many stories are played at once")
)

// TestCrashMatrix plays a story with the service killed, by SIGKILL, at each of many points: before and
// after calls to GitLab, and before and after writes to the database. It is started anew at once; with
// PostgreSQL two other replicas go on. Deliveries that got no answer are sent again, and there is no
// sweep, which would hide a lost one. In the end GitLab must look as after a story without a kill.
// Then the story is played without any delivery, with a sweep after every act, and with kills at what sweeps do.
func TestCrashMatrix(t *testing.T) {
	for _, test := range []struct {
		name     string
		database func(testing.TB) string
		sweeps   bool
		points   int // by default
	}{
		{"sqlite", sqliteURL, false, 6},
		{"postgres", pgtest.URL, false, 4},
		{"sqlite", sqliteURL, true, 2},
		{"postgres", pgtest.URL, true, 2},
	} {
		if *crashDB != "" && *crashDB != test.name {
			continue
		}
		name := test.name
		if test.sweeps {
			name += ", sweeps"
		}
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				test.points /= 2
			}
			want, points := undisturbed(t, test.database, test.sweeps)
			t.Logf("the story has %d points", len(points))
			matrix := newMatrix(t, want, test.database, test.sweeps, choose(points, test.points))
			matrix.run()
			matrix.report()
		})
	}
}

func sqliteURL(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "roleplan.db") }

// undisturbed plays the story without a kill.
func undisturbed(t *testing.T, database func(testing.TB) string, sweeps bool) ([]thing, []killPoint) {
	w := newCrashWorld(t, database(t), sweeps, killPoint{})
	if err := w.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.close()
	lost, err := w.lost(t.Context())
	if err != nil || len(lost) > 0 {
		t.Fatalf("without a kill, deliveries %v are lost (%v)", lost, err)
	}
	things := w.things()
	for _, kind := range []string{"label", "board", "issue", "task", "note", "thread", "status"} {
		if !slices.ContainsFunc(things, func(t thing) bool { return t.kind == kind }) {
			t.Fatalf("the story makes no %s", kind)
		}
	}
	var points []killPoint
	for _, p := range w.trap.all() {
		if sweeps && !ofSweeps(p) {
			continue // the story with deliveries has it
		}
		points = append(points, p)
		if p.hasAfter() {
			p.After = true
			points = append(points, p)
		}
	}
	return things, points
}

// ofSweeps reports whether sweeps pass a point. Work and deliveries pass some of these, too.
func ofSweeps(p killPoint) bool {
	return strings.Contains(p.What, "mark") || strings.Contains(p.What, "subject") || p.What == "GET projects/…" || p.What == "GET projects/…/merge_requests"
}

func kindOf(p killPoint) string { return p.when() + " " + p.Kind }

// choose takes the points that the flag asks for: all, or so many of each kind in proportion, or those
// whose names hold a text. At every third the service is killed once more, in different places of what
// follows. They are shuffled, so that what is wrong shows soon.
func choose(points []killPoint, byDefault int) (some []killPoint) {
	n, err := strconv.Atoi(cmp.Or(*crashes, strconv.Itoa(byDefault)))
	switch {
	case *crashes == "all":
		some = points
	case err != nil:
		some = slices.DeleteFunc(points, func(p killPoint) bool { return !strings.Contains(p.String(), *crashes) })
	default:
		slices.SortStableFunc(points, func(a, b killPoint) int { return strings.Compare(kindOf(a), kindOf(b)) })
		for i := range min(n, len(points)) {
			some = append(some, points[(2*i+1)*len(points)/(2*n)])
		}
	}
	for i := range some {
		if i%3 == 0 {
			some[i].Again = 1 + i/3%20
		}
	}
	rand.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
	return some
}

// A matrix is the stories of many kills.
type matrix struct {
	t        *testing.T
	want     []thing
	database func(testing.TB) string
	sweeps   bool
	points   []killPoint

	mu      sync.Mutex
	results map[string]*figures // by kind
}

type figures struct {
	points, reached, kills, lost, doubled, different int
}

func newMatrix(t *testing.T, want []thing, database func(testing.TB) string, sweeps bool, points []killPoint) *matrix {
	return &matrix{t: t, want: want, database: database, sweeps: sweeps, points: points, results: map[string]*figures{}}
}

func (m *matrix) run() {
	next := make(chan killPoint)
	var workers sync.WaitGroup
	for range *crashWorkers {
		workers.Go(func() {
			for p := range next {
				m.t.Run(strings.ReplaceAll(p.String(), "/", "|"), func(t *testing.T) { m.story(t, p) })
			}
		})
	}
	for _, p := range m.points {
		next <- p
	}
	close(next)
	workers.Wait()
}

// story plays the story with the kills of a point.
func (m *matrix) story(t *testing.T, p killPoint) {
	began := time.Now()
	w := newCrashWorld(t, m.database(t), m.sweeps, p)
	played := w.play(t.Context())
	w.close()
	lost, err := w.lost(t.Context())
	if err != nil {
		t.Error(err)
	}
	d := compareThings(m.want, w.things())
	if played != nil {
		t.Errorf("the story broke off: %v", played)
	}
	if len(lost) > 0 {
		t.Errorf("deliveries that were answered 202 are lost: %v", lost)
	}
	if !d.none() {
		t.Errorf("GitLab does not look as without a kill:\ndoubled %q\nmissing %q\nchanged %s", d.doubled, d.missing, strings.Join(d.changed, "\n"))
	}
	t.Logf("%d kills, %s", w.kills, time.Since(began).Round(time.Millisecond))

	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.results[kindOf(p)]
	if f == nil {
		f = &figures{}
		m.results[kindOf(p)] = f
	}
	f.points++
	if w.kills == 0 {
		return
	}
	f.reached++
	f.kills += w.kills
	f.lost += len(lost)
	f.doubled += len(d.doubled)
	if played != nil || !d.none() {
		f.different++
	}
}

// report prints the figures as a table.
func (m *matrix) report() {
	var b strings.Builder
	var sum figures
	fmt.Fprintf(&b, "\n| killed | points | reached | kills | deliveries lost | things doubled | ends that differ |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	row := func(name string, f figures) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d |\n", name, f.points, f.reached, f.kills, f.lost, f.doubled, f.different)
	}
	var names []string
	for name, f := range m.results {
		names = append(names, name)
		sum = figures{sum.points + f.points, sum.reached + f.reached, sum.kills + f.kills, sum.lost + f.lost, sum.doubled + f.doubled, sum.different + f.different}
	}
	slices.Sort(names)
	for _, name := range names {
		row(name, *m.results[name])
	}
	row("together", sum)
	m.t.Log(b.String())
	if 4*sum.reached < 3*sum.points {
		m.t.Errorf("of %d points %d were reached", sum.points, sum.reached)
	}
}
