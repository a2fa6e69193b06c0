package app

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"gitlab.com/roleplan/roleplan/internal/gitlab"
)

var faultsPlayed = flag.String("faults", "some", `plays every kind of call with every fault, and prints a table, where the name "story/call/nth/fault" fits this expression; "." for all, "some" for a sample`)

// A blow is a fault on the nth call of a kind in a story.
type blow struct {
	story, kind int
	nth         int
	fault       int
}

// TestEveryCallEveryFault plays stories in which one call goes wrong. However it does, the end is that
// of a story in which nothing did: no note, thread, issue, task or label is missing or there twice,
// and no job is tried more than ten times.
func TestEveryCallEveryFault(t *testing.T) {
	t.Parallel()
	all := faults()
	var want []string
	var kinds [][]string
	var seen []map[string]int
	used := map[string]bool{}
	for _, s := range stories {
		p := s.play(t, func(f *faulty) { f.by, f.seen, f.kinds = used, map[string]int{}, nil })
		if len(p.failed) > 0 {
			t.Fatalf("story %q: %v", s.name, p.failed)
		}
		want, kinds, seen = append(want, p.state()), append(kinds, p.net.kinds), append(seen, p.net.seen)
	}
	for m := range reflect.TypeFor[*gitlab.Client]().Methods() {
		if !used[m.Name] && m.Name != "BaseURL" && m.Name != "Limits" {
			t.Errorf("no story calls %s: one has to, so that its calls are struck", m.Name)
		}
	}

	var blows []blow
	known := map[string]bool{}
	for s := range stories {
		for k, kind := range kinds[s] {
			for f := range all {
				if all[f].on != nil && !all[f].on(kind) {
					continue
				}
				last := seen[s][kind]
				switch {
				case *faultsPlayed == "some":
					// A few of each kind, other ones each time.
					if !known[kind] && (len(known)+f)%len(all) < sampled {
						blows = append(blows, blow{s, k, 1, f})
					}
				case known[kind] && stories[s].long:
				default:
					blows = append(blows, blow{s, k, 1, f})
					if last > 1 && !isRead(kind) && !known[kind] {
						blows = append(blows, blow{s, k, last, f})
					}
				}
			}
			known[kind] = true
		}
	}

	name := func(b blow) string {
		return fmt.Sprintf("%s/%s/%d/%s", stories[b.story].name, kinds[b.story][b.kind], b.nth, all[b.fault].name)
	}
	if *faultsPlayed != "some" {
		fits := regexp.MustCompile(*faultsPlayed)
		blows = slices.DeleteFunc(blows, func(b blow) bool { return !fits.MatchString(name(b)) })
	}

	counts := map[[2]string]*outcomes{{}: {}}
	var mu sync.Mutex
	var workers sync.WaitGroup
	next := make(chan blow)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for b := range next {
				kind, f := kinds[b.story][b.kind], all[b.fault]
				var result outcomes
				t.Run(name(b), func(t *testing.T) {
					defer func() {
						if t.Failed() {
							result.wrong++
							fmt.Fprintln(os.Stderr, "wrong:", name(b))
						}
					}()
					p := stories[b.story].play(t, func(n *faulty) {
						n.seen, n.kinds = map[string]int{}, nil
						n.fault, n.kind, n.nth = &f, kind, b.nth
					})
					if p.net.struck == 0 {
						result.never++
						return
					}
					result.struck, result.tries = 1, p.tries
					if got := p.state(); got != want[b.story] {
						t.Errorf("the end differs:\n%s\njobs said %v", linesApart(want[b.story], got), p.failed)
					}
				})
				mu.Lock()
				for _, key := range [][2]string{{"", ""}, {kind, ""}, {"", f.name}} {
					if counts[key] == nil {
						counts[key] = &outcomes{}
					}
					counts[key].add(result)
				}
				mu.Unlock()
			}
		})
	}
	for n, b := range blows {
		if n%100 == 0 && *faultsPlayed != "some" {
			fmt.Fprintf(os.Stderr, "%d of %d\n", n, len(blows))
		}
		next <- b
	}
	close(next)
	workers.Wait()
	if *faultsPlayed != "some" {
		table(kinds, all, counts)
	}
	sum := counts[[2]string{"", ""}]
	t.Logf("%d kinds of call, %d faults: %d blows (%d more found nothing to strike), %d tries of a job at most, %d wrong", len(known), len(all), sum.struck, sum.never, sum.tries, sum.wrong)
}

// sampled is how many faults a kind of call is struck with by default.
const sampled = 2

// outcomes count blows.
type outcomes struct{ struck, never, tries, wrong int }

func (o *outcomes) add(p outcomes) {
	o.struck, o.never, o.wrong, o.tries = o.struck+p.struck, o.never+p.never, o.wrong+p.wrong, max(o.tries, p.tries)
}

// table prints what came of the blows, by kind of call and by fault.
func table(kinds [][]string, all []fault, counts map[[2]string]*outcomes) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer w.Flush()
	row := func(name string, o *outcomes) {
		if o != nil {
			fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\n", name, o.struck, o.never, o.tries, o.wrong)
		}
	}
	fmt.Fprintln(w, "call\tblows\tnothing to strike\tmost tries\twrong end")
	for _, kind := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(kinds...)))) {
		row(kind, counts[[2]string{kind, ""}])
	}
	fmt.Fprintln(w, "\nfault\tblows\tnothing to strike\tmost tries\twrong end")
	for _, f := range all {
		row(f.name, counts[[2]string{"", f.name}])
	}
}

// linesApart are what lines are in one text alone.
func linesApart(want, got string) string {
	count := map[string]int{}
	for line := range strings.Lines(want) {
		count[line]--
	}
	for line := range strings.Lines(got) {
		count[line]++
	}
	var out strings.Builder
	for text, sign := range map[string]string{want: "-", got: "+"} {
		for line := range strings.Lines(text) {
			if n := count[line]; strings.TrimSpace(line) == "" {
				continue
			} else if n < 0 && sign == "-" || n > 0 && sign == "+" {
				fmt.Fprintf(&out, "%s %.900s\n", sign, strings.TrimSuffix(line, "\n"))
			}
		}
	}
	return out.String()
}
