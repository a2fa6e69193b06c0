package review_test

import (
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// worse is goodPage with three remarks that a thread may stand for.
var worse = strings.Replace(goodPage, "- Decide what is built next\n", "- Decide what is built next\n- Keep the whitelist\n- Ask the chairman\n- Count man hours\n", 1)

// bodies are the first notes of roleplan's threads, open or resolved.
func (g *stage) bodies(resolved bool) string {
	var b strings.Builder
	for _, d := range g.threads() {
		if d.Notes[0].Resolved == resolved {
			b.WriteString(d.Notes[0].Body + "\n")
		}
	}
	return b.String()
}

func (g *stage) want(open, resolved int) {
	g.t.Helper()
	n := 0
	for _, d := range g.threads() {
		if !d.Notes[0].Resolved {
			n++
		}
	}
	if all := len(g.threads()); n != open || all-n != resolved {
		g.t.Fatalf("%d open and %d resolved threads, want %d and %d:\n%s\n%s", n, all-n, open, resolved, g.bodies(false), g.bodies(true))
	}
}

// thread is the thread whose text holds some words.
func (g *stage) thread(words string) *standin.Discussion {
	g.t.Helper()
	for _, d := range g.threads() {
		if strings.Contains(d.Notes[0].Body, words) {
			return d
		}
	}
	g.t.Fatalf("no thread says %q:\n%s\n%s", words, g.bodies(false), g.bodies(true))
	return nil
}

// TestThreads plays the life of threads: opened, shifted, rebased, renamed, half fixed, fixed, back
// again, merged.
func TestThreads(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.push(map[string]*string{page: &worse})
	g.run()
	g.want(3, 0)
	wantText(t, g.summary(), "3 remarks stand in threads on their lines")
	whitelist := g.thread("whitelist")
	wantText(t, whitelist.Notes[0].Body, "```suggestion:-0+0\n- Keep the allowlist\n```", "`misused-word`")
	if at := whitelist.Notes[0].Position; at.NewLine != 19 || at.OldLine != 0 {
		t.Errorf("the thread stands on line %d", at.NewLine)
	}
	chairman := g.thread("chairman")
	g.say(chairman)

	g.push(map[string]*string{page: new(shifted(worse))})
	g.run()
	g.rebase()
	g.run()
	const moved = "content/job-families/product/lead.md"
	g.rename(page, moved)
	g.run()
	g.want(3, 0)

	half := strings.Replace(g.source(moved), "- Keep the whitelist\n", "", 1)
	g.push(map[string]*string{moved: &half})
	g.run()
	g.want(2, 1)

	g.push(map[string]*string{moved: new(shifted(goodPage))})
	g.run()
	g.want(1, 2)
	answers := func() string { d := g.thread("chairman"); return d.Notes[len(d.Notes)-1].Body }
	wantText(t, answers(), "Gone in `", "leaves it to you")
	g.push(map[string]*string{moved: new(shifted(shifted(goodPage)))})
	g.run()
	if n := len(g.thread("chairman").Notes); n != 3 {
		t.Errorf("%d notes in the thread, want 3: roleplan answers once", n)
	}

	g.push(map[string]*string{moved: &worse})
	g.run()
	g.want(3, 0)
	wantText(t, answers(), "there again")
	g.push(map[string]*string{moved: &half})
	g.run()
	g.want(2, 1)
	if err := g.s.Merge(g.mr, g.ana); err != nil {
		t.Fatal(err)
	}
	g.run()
	g.want(2, 1)
	if g.begun != 3 || g.lost != 0 {
		t.Errorf("%d threads begun, %d lost; want 3 and 0", g.begun, g.lost)
	}
}

// TestPeopleDecide: a thread that a person resolved stays so, one that a person deleted stays away.
func TestPeopleDecide(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.push(map[string]*string{page: &worse})
	g.run()
	g.resolve(g.thread("whitelist"))
	g.remove(g.thread("chairman"))
	g.run()
	g.want(1, 1)
	for range 2 {
		g.push(map[string]*string{page: new(shifted(g.source(page)))})
		g.run()
		g.want(1, 1)
	}
	g.rename(page, "content/job-families/product/lead.md")
	g.run()
	g.want(1, 1)
	wantText(t, g.summary(), "2 remarks stand in threads")
}

func TestThreadsOnDrafts(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.push(map[string]*string{page: &worse})
	g.title("Draft: Change")
	g.run()
	g.want(0, 0)
	wantText(t, g.summary(), "threads on its lines wait until it is ready")
	g.title("Change")
	g.run()
	g.want(3, 0)
	g.title("Draft: Change")
	g.push(map[string]*string{page: &goodPageShifted})
	g.run()
	g.want(0, 3)

	g = newStageWith(t, standin.Options{}, map[string]string{page: goodPage, ".roleplan.yml": handbookConfig + "comment: {drafts: true, threads: 2}\n"})
	g.push(map[string]*string{page: &worse})
	g.title("Draft: Change")
	g.run()
	g.want(2, 0)
}

var goodPageShifted = shifted(goodPage)

// TestForeignMark: a thread with our mark that somebody else wrote counts for nothing.
func TestForeignMark(t *testing.T) {
	t.Parallel()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage})
	g.push(map[string]*string{page: &worse})
	g.run()
	g.s.Comment(g.mr, g.ana, g.thread("whitelist").Notes[0].Body)
	g.push(map[string]*string{page: &goodPageShifted})
	g.run()
	g.want(0, 3)
}
