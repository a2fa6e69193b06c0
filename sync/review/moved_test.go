package review_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/plan"
	"gitlab.com/roleplan/roleplan/sync/reconcile"
	"gitlab.com/roleplan/roleplan/sync/review"
)

// A lookout counts the plans that are made in full.
type lookout struct {
	*opening.Reconciler
	looks int
}

func (l *lookout) Look(ctx context.Context, project forge.Project, ref string, conf *repoconf.Config, known plan.Known) (plan.Plan, plan.Sight, error) {
	l.looks++
	return l.Reconciler.Look(ctx, project, ref, conf, known)
}

const openingsFile = "hiring/openings.yml"

// newPlanned is a handbook with two openings that have their plans, and a merge request that changes
// their page and was answered.
func newPlanned(t *testing.T) (*stage, *lookout) {
	t.Helper()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage, openingsFile: opened + strings.Replace(opened, "77", "78", 1)})
	if _, err := opening.New(g.client).Reconcile(t.Context(), reconcile.Key{Kind: reconcile.Openings, Project: g.p.ID}); err != nil {
		t.Fatal(err)
	}
	l := &lookout{Reconciler: opening.New(g.client)}
	g.r = review.New(g.client, l)
	g.push(map[string]*string{page: new(strings.Replace(goodPage, "A 50-minute", "A 45-minute", 1))})
	g.look()
	if l.looks != 1 {
		t.Fatalf("%d plans made for a new merge request, want 1", l.looks)
	}
	return g, l
}

// issueOf is the first issue or task of a plan.
func (g *stage) issueOf(kind string) *standin.Issue {
	all := g.s.WorkItems(g.p)
	return g.s.Issue(g.p, all[slices.IndexFunc(all, func(i *standin.Issue) bool { return i.Type == kind })].IID)
}

// TestPlanIsRemembered: while nothing changes the plan is not made again, and whatever changes is told
// at the next look, as a new process would tell it.
func TestPlanIsRemembered(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(g *stage)
		same   bool // nothing has changed for this merge request
	}{
		"nothing":             {func(*stage) {}, true},
		"an issue of another": {func(g *stage) { g.s.AddIssue(g.p, g.ana, "Of Ana", "") }, true},
		"task closed": {func(g *stage) {
			g.s.EditIssue(g.issueOf("task"), g.ana, func(i *standin.Issue) { i.State = "closed" })
		}, false},
		"issue closed":  {func(g *stage) { g.s.CloseIssue(g.issueOf("issue"), g.ana) }, false},
		"label changed": {func(g *stage) { g.s.SetIssueLabels(g.issueOf("issue"), g.ana, "Of Ana") }, false},
		"words changed": {func(g *stage) {
			g.s.EditIssue(g.issueOf("issue"), g.ana, func(i *standin.Issue) { i.Description = "Ana's own. " + i.Description })
		}, false},
		"issue deleted": {func(g *stage) { g.s.DeleteIssue(g.issueOf("issue")) }, false},
		"task deleted":  {func(g *stage) { g.s.DeleteIssue(g.issueOf("task")) }, false},
		"issue moved": {func(g *stage) {
			to := g.s.AddProject("acme/other", "private")
			g.s.AddMember(to, g.bot, standin.Developer)
			g.s.MoveIssue(g.issueOf("issue"), g.ana, to, true)
		}, false},
		"openings at the head": {func(g *stage) { g.push(map[string]*string{openingsFile: new(opened)}) }, false},
		"page at the head":     {func(g *stage) { g.push(map[string]*string{page: new(goodPage + "\nMore.\n")}) }, false},
		"team file at the head": {func(g *stage) {
			g.push(map[string]*string{"data/team.yml": new("- slug: cy\n  name: Cy\n  gitlab: cy\n  role: Hiring Manager\n")})
		}, false},
		// That is not of the head, which the plan is for.
		"openings on the default branch": {func(g *stage) {
			g.s.Commit(g.p, standin.DefaultBranch, g.ana, "Fewer", map[string]*string{openingsFile: new(opened)})
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, l := newPlanned(t)
			tt.change(g)
			if g.look(); (l.looks == 1) != tt.same {
				t.Errorf("%d plans made, the same plan: %v", l.looks, tt.same)
			}
			told := g.summary()
			g.r = review.New(g.client, opening.New(g.client))
			if g.look(); g.s.Writes() > 0 {
				t.Errorf("a new process tells it otherwise; before:\n%s\nafter:\n%s", told, g.summary())
			}
		})
	}
}

// TestOpeningsElsewhereAreNotRemembered: they change without a commit of the merge request.
func TestOpeningsElsewhereAreNotRemembered(t *testing.T) {
	t.Parallel()
	g := newConfidential(t, strings.Replace(planned, "%s", "", 1), opened)
	g.push(map[string]*string{page: new(goodPage + "\nMore.\n")})
	g.look()
	wantText(t, g.summary(), "**On merge**: 1 opening")
	g.s.Commit(g.hiring, standin.DefaultBranch, g.ana, "Another", map[string]*string{"openings.yml": new(opened + strings.Replace(opened, "77", "78", 1))})
	g.look()
	wantText(t, g.summary(), "**On merge**: 2 openings")
}

// TestMergedPlanIsNotRemembered: a merge request that is merged is told of as it is then.
func TestMergedPlanIsNotRemembered(t *testing.T) {
	t.Parallel()
	g, l := newPlanned(t)
	if err := g.s.Merge(g.mr, g.ana); err != nil {
		t.Fatal(err)
	}
	if g.look(); l.looks != 2 {
		t.Errorf("%d plans made, want one more after the merge", l.looks)
	}
}
