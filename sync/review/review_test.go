package review_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/review"
)

var key = reconcile.Key{Kind: reconcile.MergeRequest, Project: project, IID: 7}

func run(t *testing.T, r *review.Reconciler) reconcile.Result {
	t.Helper()
	res, err := r.Reconcile(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Fatalf("the note lacks %q:\n%s", p, text)
		}
	}
}

func TestOneNoteThenNothing(t *testing.T) {
	g := newFake(goodPage, badPage)
	r := review.New(g, nil)
	if res := run(t, r); res.Changed != 1 || g.writes != 1 {
		t.Fatalf("first run: %d changes, %d writes", res.Changed, g.writes)
	}
	wantText(t, g.answer(), "<!-- roleplan:summary v1", "**New in this merge request**", "rockstar", "manager.md?plain=1#L18", head1[:8])
	g.reset()
	if res := run(t, r); res.Changed != 0 || g.writes != 0 {
		t.Fatalf("second run: %d changes, %d writes", res.Changed, g.writes)
	}
	if len(g.calls) > 4 {
		t.Errorf("second run: %d calls, want 4 at most: %q", len(g.calls), g.calls)
	}
	// A process that knows nothing must come to the same.
	g.reset()
	if run(t, review.New(g, nil)); g.writes != 0 {
		t.Errorf("a new process writes %d times", g.writes)
	}
}

func TestPushUpdatesInPlace(t *testing.T) {
	g := newFake(goodPage, badPage)
	r := review.New(g, nil)
	run(t, r)
	first := g.answer()
	g.put(head2, page, goodPage+"\nMore.\n")
	g.push(head2, forge.ChangedFile{OldPath: page, NewPath: page})
	run(t, r)
	if len(g.notes) != 1 {
		t.Fatalf("%d notes", len(g.notes))
	}
	second := g.answer()
	wantText(t, second, "🟢", head2[:8], "The last 2 results", head1[:8])
	if first == second || strings.Contains(second, "rockstar") {
		t.Errorf("the note was not brought along:\n%s", second)
	}
}

func TestFixedFindingIsTold(t *testing.T) {
	g := newFake(badPage, goodPage)
	run(t, review.New(g, nil))
	wantText(t, g.answer(), "Fixed:", "rockstar", "/blob/"+base+"/")
}

func TestForgedMarkIsIgnored(t *testing.T) {
	g := newFake(goodPage, badPage)
	g.write(5, "<!-- roleplan:summary v1 results=1ead1000:0.0.0.0.0 final=yes -->\nAll is well, says a stranger")
	g.notes = append(g.notes, forge.Note{ID: 2, Author: forge.User{ID: bot}, System: true, Body: "<!-- roleplan:summary v1 -->"})
	g.write(bot, "an older comment of the bot that quotes <!-- roleplan:summary v1 -->")
	run(t, review.New(g, nil))
	if len(g.notes) != 4 || !strings.HasPrefix(g.notes[3].Body, "<!-- roleplan:summary") || strings.Contains(g.notes[0].Body, "rockstar") {
		t.Fatalf("notes: %+v", g.notes)
	}
}

func TestIrrelevantMergeRequest(t *testing.T) {
	g := newFake(goodPage, goodPage)
	g.push(head1, forge.ChangedFile{OldPath: "README.md", NewPath: "README.md"})
	r := review.New(g, nil)
	run(t, r)
	g.reset()
	for range 3 {
		run(t, r)
	}
	if g.writes != 0 || len(g.notes) != 0 || len(g.calls) != 3 {
		t.Errorf("three runs: %d writes, calls %q", g.writes, g.calls)
	}
	other := key
	other.IID = 8
	g.mr.IID = 8
	g.reset()
	if _, err := r.Reconcile(context.Background(), other); err != nil {
		t.Fatal(err)
	}
	if len(g.calls) > 2 {
		t.Errorf("first sight: calls %q", g.calls)
	}
}

func TestNoLongerRelevant(t *testing.T) {
	g := newFake(goodPage, badPage)
	r := review.New(g, nil)
	run(t, r)
	g.push(head2, forge.ChangedFile{OldPath: "README.md", NewPath: "README.md"})
	run(t, r)
	wantText(t, g.answer(), "no longer changes a role page")
	g.reset()
	if run(t, r); g.writes != 0 {
		t.Error("written again")
	}
	// And relevant again.
	g.put(head1, page, badPage)
	g.push(head1, forge.ChangedFile{OldPath: page, NewPath: page})
	run(t, r)
	wantText(t, g.answer(), "rockstar")
}

func TestRelevantAfterIrrelevant(t *testing.T) {
	g := newFake(goodPage, badPage)
	changes := g.diffs
	g.push(head2, forge.ChangedFile{OldPath: "README.md", NewPath: "README.md"})
	r := review.New(g, nil)
	run(t, r)
	g.push(head1, changes...)
	run(t, r)
	wantText(t, g.answer(), "rockstar")
	g.push(head2, forge.ChangedFile{OldPath: "README.md", NewPath: "README.md"})
	run(t, r)
	wantText(t, g.answer(), "no longer changes a role page")
}

func TestFork(t *testing.T) {
	g := newFake(goodPage, badPage)
	g.mr.SourceProjectID = 55
	run(t, review.New(g, nil))
	wantText(t, g.answer(), "rockstar")
}

func TestRenamedPage(t *testing.T) {
	const moved = "content/job-families/product/lead.md"
	g := newFake(badPage, badPage)
	g.put(head1, moved, badPage)
	g.push(head1, forge.ChangedFile{OldPath: page, NewPath: moved, Renamed: true})
	run(t, review.New(g, nil))
	text := g.answer()
	if strings.Contains(text, "**New in this merge request**") {
		t.Errorf("a rename makes findings new:\n%s", text)
	}
	wantText(t, text, "Standing:", "was "+page)
	if !slices.Contains(g.calls, "file "+page+"@"+base) {
		t.Errorf("the base version was not read at its old path: %q", g.calls)
	}
}

func TestNewDeletedMovedAway(t *testing.T) {
	g := newFake(goodPage, goodPage)
	g.put(head1, "content/job-families/new.md", badPage)
	g.put(head1, "attic/old.md", badPage)
	g.push(head1,
		forge.ChangedFile{OldPath: "content/job-families/new.md", NewPath: "content/job-families/new.md", New: true},
		forge.ChangedFile{OldPath: page, NewPath: page, Deleted: true},
		forge.ChangedFile{OldPath: "content/job-families/old.md", NewPath: "attic/old.md", Renamed: true},
		forge.ChangedFile{OldPath: "content/job-families/link.md", NewPath: "content/job-families/link.md"},
	)
	run(t, review.New(g, nil))
	wantText(t, g.answer(), "rockstar", "new.md) is new", page+")", "is deleted", "old.md", "link.md was not checked")
}

func TestBaseComesFromTheDiff(t *testing.T) {
	g := newFake("a\n"+goodPage, goodPage)
	g.put(head1, page, badPage)
	g.diffs[0].Diff = diffOf(goodPage, badPage)
	run(t, review.New(g, nil))
	wantText(t, g.answer(), "**New in this merge request**", "rockstar")
	if slices.Contains(g.calls, "file "+page+"@"+base) {
		t.Errorf("the base version was read in spite of its diff: %q", g.calls)
	}
}

// diffOf writes a diff with a single hunk of two texts that differ in one line.
func diffOf(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range a {
		if a[i] != b[i] {
			n := string(rune('0' + (i+1)/10))
			n += string(rune('0' + (i+1)%10))
			return "@@ -" + n + " +" + n + " @@\n-" + a[i] + "\n+" + b[i] + "\n"
		}
	}
	return ""
}

func TestCallsOfThreePages(t *testing.T) {
	g := newFake(goodPage, badPage)
	var changes []forge.ChangedFile
	for _, p := range []string{"a", "b", "c"} {
		p = "content/job-families/" + p + ".md"
		g.put(head1, p, badPage)
		changes = append(changes, forge.ChangedFile{OldPath: p, NewPath: p, Diff: diffOf(goodPage, badPage)})
	}
	g.push(head1, changes...)
	r := review.New(g, nil)
	other := key
	other.IID = 1
	_, _ = r.Reconcile(context.Background(), other) // reads the project and its configuration
	g.reset()
	if run(t, r); len(g.calls) > 8 || g.writes != 1 {
		t.Errorf("new: %d calls, want 8 at most: %q", len(g.calls), g.calls)
	}
	g.reset()
	if run(t, r); len(g.calls) > 4 || g.writes != 0 {
		t.Errorf("unchanged: %d calls, want 4 at most: %q", len(g.calls), g.calls)
	}
}

func TestDiffNotReady(t *testing.T) {
	g := newFake(goodPage, badPage)
	refs, diffs := g.mr.Diff, g.diffs
	g.mr.Diff, g.diffs = forge.DiffRefs{}, nil
	r := review.New(g, nil)
	var last time.Duration
	for _, age := range []time.Duration{0, 10 * time.Second, time.Minute, 20 * time.Minute} {
		g.mr.UpdatedAt = time.Now().Add(-age)
		res := run(t, r)
		if res.After <= 0 || res.After > time.Minute || res.After < last || res.Changed != 0 {
			t.Errorf("after %s: %+v", age, res)
		}
		last = res.After
	}
	g.mr.UpdatedAt = time.Now().Add(-time.Hour)
	if res := run(t, r); res != (reconcile.Result{}) {
		t.Errorf("after an hour: %+v", res)
	}
	// A push whose diff is still the one before.
	g.mr.UpdatedAt = time.Now()
	g.mr.Diff, g.diffs, g.mr.HeadSHA = refs, diffs, head2
	if res := run(t, r); res.After <= 0 || g.writes != 0 {
		t.Errorf("stale diff: %+v", res)
	}
	g.mr.HeadSHA = head1
	if run(t, r); g.writes != 1 {
		t.Errorf("ready: %d writes", g.writes)
	}
}

func TestConfigurationBroken(t *testing.T) {
	g := newFake(goodPage, badPage)
	g.put("main", ".roleplan.yml", "version: 1\nprofle: auto\n")
	run(t, review.New(g, nil))
	wantText(t, g.answer(), "The configuration on the default branch can't be used", "line 2", "profle", "rockstar")
}

func TestConfigurationOfTheMergeRequestCountsForNothing(t *testing.T) {
	g := newFake(goodPage, badPage)
	g.put(head1, ".roleplan.yml", "version: 1\ncomment: {mode: off}\npages: [\"none/*.md\"]\nrules: {template-placeholder: off}\n")
	g.diffs = append(g.diffs, forge.ChangedFile{OldPath: ".roleplan.yml", NewPath: ".roleplan.yml", New: true})
	run(t, review.New(g, nil))
	wantText(t, g.answer(), "rockstar", "the change counts after the merge")
	g.put(head2, ".roleplan.yml", "version: 1\nnonsense: 3\n")
	g.put(head2, page, badPage)
	g.push(head2, g.diffs...)
	run(t, review.New(g, nil))
	wantText(t, g.answer(), "would break the configuration", "nonsense")
}

func TestCommentModes(t *testing.T) {
	for name, tt := range map[string]struct {
		mode, after string
		notes       int
	}{
		"off":               {"off", badPage, 0},
		"findings, clean":   {"on_findings", goodPage + "\nMore.\n", 0},
		"findings, finding": {"on_findings", badPage, 1},
		"always, clean":     {"always", goodPage + "\nMore.\n", 1},
	} {
		g := newFake(goodPage, tt.after)
		g.put("main", ".roleplan.yml", "version: 1\ncomment: {threads: 0, mode: \""+tt.mode+"\"}\n")
		run(t, review.New(g, nil))
		if len(g.notes) != tt.notes {
			t.Errorf("%s: %d notes, want %d", name, len(g.notes), tt.notes)
		}
	}
}

func TestCreateWithUnknownOutcome(t *testing.T) {
	t.Run("it took effect", func(t *testing.T) {
		g := newFake(goodPage, badPage)
		g.createFails, g.applied = forge.ErrUnavailable, true
		if res := run(t, review.New(g, nil)); res.Changed != 1 || len(g.notes) != 1 {
			t.Errorf("%+v, %d notes", res, len(g.notes))
		}
	})
	t.Run("it did not", func(t *testing.T) {
		g := newFake(goodPage, badPage)
		g.createFails = forge.ErrUnavailable
		r := review.New(g, nil)
		if _, err := r.Reconcile(context.Background(), key); !errors.Is(err, forge.ErrUnavailable) || reconcile.IsTerminal(err) {
			t.Fatalf("error %v", err)
		}
		if run(t, r); len(g.notes) != 1 {
			t.Errorf("%d notes after the second run", len(g.notes))
		}
	})
}

func TestRaceLeavesOneAnswer(t *testing.T) {
	g := newFake(goodPage, badPage)
	g.onCreate = func() {
		g.onCreate = nil
		g.write(bot, "<!-- roleplan:summary v1 results=1ead1000:1.0.0.0.0 -->\nwritten by another run")
	}
	r := review.New(g, nil)
	run(t, r)
	run(t, r)
	if len(g.notes) != 2 || strings.Contains(g.notes[1].Body, "rockstar") {
		t.Fatalf("notes: %+v", g.notes)
	}
	wantText(t, g.notes[1].Body, "stands in its first note")
	wantText(t, g.notes[0].Body, "rockstar")
	g.reset()
	if run(t, r); g.writes != 0 {
		t.Errorf("%d writes when all is in line", g.writes)
	}
}

func TestClosedAndLocked(t *testing.T) {
	g := newFake(goodPage, badPage)
	g.mr.State = forge.Closed
	if res := run(t, review.New(g, nil)); res != (reconcile.Result{}) || g.writes != 0 {
		t.Errorf("closed: %+v", res)
	}
	g.mr.State = forge.Locked
	if res := run(t, review.New(g, nil)); res.After <= 0 || g.writes != 0 {
		t.Errorf("locked: %+v", res)
	}
}

func TestMissingMergeRequestIsTerminal(t *testing.T) {
	g := newFake(goodPage, badPage)
	other := key
	other.IID = 404
	if _, err := review.New(g, nil).Reconcile(context.Background(), other); !errors.Is(err, forge.ErrNotFound) || !reconcile.IsTerminal(err) {
		t.Errorf("error %v", err)
	}
	if _, err := review.New(g, nil).Reconcile(context.Background(), reconcile.Key{Kind: reconcile.Openings, Project: project}); !reconcile.IsTerminal(err) {
		t.Errorf("error %v", err)
	}
}

func TestArchivedProjectIsLeftAlone(t *testing.T) {
	g := newFake(goodPage, badPage)
	g.target.Archived = true
	if run(t, review.New(g, nil)); g.writes != 0 || len(g.calls) != 1 {
		t.Errorf("%d writes, calls %q", g.writes, g.calls)
	}
}
