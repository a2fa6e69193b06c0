package review_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/standin"
)

// TestRealChanges replays 40 real commits to role pages as merge requests: opened, lines shifted,
// rebased, renamed, half fixed, fixed, merged. Each is played twice: as it was, and as if its pages
// were new, so that all their remarks are.
func TestRealChanges(t *testing.T) {
	t.Parallel()
	changes := corpus.Changes(t)
	least := 100
	if testing.Short() {
		changes, least = changes[:5], 5
	}
	begun, kept, lost := 0, 0, 0
	for _, c := range changes {
		for _, anew := range []bool{false, true} {
			t.Run(fmt.Sprint(c.Name, " anew ", anew), func(t *testing.T) {
				g := replay(t, c, anew)
				begun, kept, lost = begun+g.begun, kept+g.kept, lost+g.lost
			})
		}
	}
	t.Logf("%d threads begun; kept %d times, lost %d times", begun, kept, lost)
	if begun < least || kept < 5*begun/2 || lost*100 > kept {
		t.Error("too few threads, or too few were kept")
	}
}

func replay(t *testing.T, c corpus.Change, anew bool) *stage {
	t.Helper()
	before := map[string]string{".roleplan.yml": handbookConfig + "comment: {threads: 40}\n"}
	after := map[string]*string{}
	var paths []string
	for _, f := range c.Files {
		if f.Before != nil && !anew {
			before[f.From] = string(f.Before)
			after[f.From] = nil
		}
		if f.After != nil {
			after[f.Path] = new(string(f.After))
			paths = append(paths, f.Path)
		}
	}
	g := newStageWith(t, standin.Options{}, before)
	for _, f := range c.Files {
		if f.From != f.Path {
			g.page[f.Path] = f.From
		}
	}
	g.push(after)
	g.run()
	if threads := g.threads(); len(threads) > 1 {
		g.say(threads[0])
	}
	g.each(paths, func(path string) { g.push(map[string]*string{path: new(shifted(g.source(path)))}) })
	g.run()
	g.rebase()
	g.run()
	for i, path := range paths {
		to := strings.TrimSuffix(path, filepath.Base(path)) + "moved/" + filepath.Base(path)
		g.rename(path, to)
		paths[i] = to
	}
	g.run()
	g.each(paths, func(path string) { g.halve(path) })
	g.run()
	g.each(paths, func(path string) {
		if src, ok := before[g.first(path)]; ok {
			g.push(map[string]*string{path: new(shifted(src))})
		} else {
			g.push(map[string]*string{path: new("---\ntitle: Nothing yet\n---\n")})
		}
	})
	g.run()
	if err := g.s.Merge(g.mr, g.ana); err != nil {
		t.Fatal(err)
	}
	g.run()
	return g
}

func (g *stage) each(paths []string, f func(string)) {
	for _, p := range paths {
		f(p)
	}
}

// halve takes the lines of every other thread out of a page.
func (g *stage) halve(path string) {
	g.t.Helper()
	lines := strings.SplitAfter(g.source(path), "\n")
	changed := false
	for i, d := range g.threads() {
		n := d.Notes[0]
		if i%2 == 0 && !n.Resolved && n.Position.NewPath == path && n.Position.NewLine > 0 && n.Position.NewLine <= len(lines) {
			lines[n.Position.NewLine-1] = ""
			changed = true
		}
	}
	if changed {
		g.push(map[string]*string{path: new(strings.Join(lines, ""))})
	}
}

var histories = flag.Int("histories", 200, "random histories of pushes that are played")

// TestRandomHistories plays random histories of pushes and of what people do with threads; the stage
// looks at roleplan's promises after each.
func TestRandomHistories(t *testing.T) {
	t.Parallel()
	begun, kept, lost := 0, 0, 0
	n := *histories
	if testing.Short() {
		n = min(n, 20)
	}
	for seed := range uint64(n) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g := history(t, rand.New(rand.NewPCG(seed, 7)))
			begun, kept, lost = begun+g.begun, kept+g.kept, lost+g.lost
		})
	}
	t.Logf("%d threads begun; kept %d times, lost %d times", begun, kept, lost)
	if begun < n || kept < 2*begun || lost > 0 {
		t.Error("too few threads, or some were lost")
	}
}

// words that are better said otherwise, so that each is a remark of its own.
var words = []string{"whitelist", "chairman", "man hours", "manpower", "mankind", "salesman", "blacklist", "guys", "manmade"}

// distinct is goodPage with a part that no other page has. Of two pages that are the same line by line
// nobody could say which one was moved, and neither can git.
func distinct(page int) string {
	var own strings.Builder
	for i := range 60 { // more lines than the pages share: then git does not take one for the other
		fmt.Fprintf(&own, "Remark %d of page %d.\n", i, page)
	}
	return goodPage + "\n" + own.String()
}

func history(t *testing.T, r *rand.Rand) *stage {
	t.Helper()
	names := []string{"a/one.md", "a/two.md", "b/three.md"}
	before := map[string]string{".roleplan.yml": handbookConfig + fmt.Sprintf("comment: {threads: %d}\n", 1+r.IntN(12))}
	for i, name := range names {
		before[name] = distinct(i)
	}
	g := newStageWith(t, standin.Options{PageSize: []int{0, 3}[r.IntN(2)]}, before)
	bad := func(src string) string {
		return strings.Replace(src, "- Decide what is built next\n", fmt.Sprintf("- Decide what is built next\n- Ask %s of the %s\n", strings.Repeat("many ", r.IntN(3)), words[r.IntN(len(words))]), 1)
	}
	g.push(map[string]*string{names[0]: new(bad(bad(g.s.Files(g.p, standin.DefaultBranch)[names[0]])))})
	g.run()
	for step := range 6 {
		i := r.IntN(len(names))
		path := names[i]
		src := g.source(path)
		var mine []*standin.Discussion
		for _, d := range g.threads() {
			if !d.Notes[0].Resolved {
				mine = append(mine, d)
			}
		}
		switch what := r.IntN(12); {
		case what < 3:
			g.push(map[string]*string{path: new(bad(src))})
		case what == 3:
			g.push(map[string]*string{path: new(shifted(src))})
		case what == 4:
			g.push(map[string]*string{path: new(strings.Replace(src, "## Levels", "Some words more.\n\n## Levels", 1))})
		case what == 5:
			g.rebase()
		case what == 6:
			names[i] = fmt.Sprintf("c/%d-%d.md", step, i)
			g.rename(path, names[i])
		case what == 7 && len(mine) > 0:
			d := mine[r.IntN(len(mine))]
			g.say(d)
		case what == 8 && len(mine) > 0:
			g.resolve(mine[r.IntN(len(mine))])
		case what == 9 && len(mine) > 0:
			if d := mine[r.IntN(len(mine))]; !g.people[d.ID] && len(d.Notes) == 1 {
				g.remove(d)
			}
		case what == 10:
			g.title([]string{"Draft: Change", "Change"}[r.IntN(2)])
		default:
			lines := strings.SplitAfter(src, "\n")
			lines = slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, "- Ask") && r.IntN(2) == 0 })
			g.push(map[string]*string{path: new(strings.Join(lines, ""))})
		}
		g.run()
	}
	return g
}
