package review_test

import (
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/sync/opening"
	"gitlab.com/roleplan/roleplan/sync/review"
)

const (
	opened  = "- id: GHP-77\n  page: " + page + "\n  level: Product Manager\n"
	planned = "openings: {path: openings.yml, project: acme/hiring%s}\nplan: {project: acme/hiring}\n"
)

// newConfidential is a public handbook whose openings lie in a private project.
func newConfidential(t *testing.T, conf, openings string) *stage {
	t.Helper()
	g := newStageWith(t, standin.Options{}, map[string]string{page: goodPage, ".roleplan.yml": handbookConfig + conf})
	g.s.Set(g.p, func(p *standin.Project) { p.Visibility = "public" })
	hiring := g.s.AddProject("acme/hiring", "private")
	g.s.AddMember(hiring, g.ana, standin.Maintainer)
	g.s.AddMember(hiring, g.bot, standin.Reporter)
	g.s.Commit(hiring, standin.DefaultBranch, g.ana, "Openings", map[string]*string{"openings.yml": &openings})
	g.hiring = hiring
	g.r = review.New(g.client, opening.New(g.client))
	return g
}

// TestConfidentialOpenings: what lies in another project is counted in the notes, and named only where
// the configuration says so.
func TestConfidentialOpenings(t *testing.T) {
	t.Parallel()
	secrets := []string{"GHP-77", "openings.yml", "acme/hiring"}
	for name, tt := range map[string]struct {
		conf, openings string
		want           []string
		named          bool
	}{
		"counted":            {"", opened, []string{"**On merge**: 1 opening; new: 1 issue, 3 tasks"}, false},
		"named":              {", named: true", opened, []string{"**On merge**: 1 opening; new: 1 issue, 3 tasks", "`GHP-77`"}, true},
		"named false":        {", named: false", opened, []string{"1 opening"}, false},
		"mistake":            {"", opened + "  priority: urgent\n", []string{"1 mistake in the openings keeps a plan from being made"}, false},
		"mistake of a level": {"", strings.Replace(opened, "level: Product", "level: Chief", 1), []string{"1 mistake in the openings keeps a plan from being made"}, false},
		"named mistake":      {", named: true", opened + "  priority: urgent\n", []string{"What merging does to openings can't be told", "openings.yml", "urgent"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := newConfidential(t, strings.Replace(planned, "%s", tt.conf, 1), tt.openings)
			g.push(map[string]*string{page: new(goodPage + "\nMore.\n")})
			if _, err := g.r.Reconcile(t.Context(), g.key()); err != nil {
				t.Fatal(err)
			}
			wantText(t, g.summary(), tt.want...)
			for _, secret := range secrets {
				if !tt.named && strings.Contains(g.summary(), secret) {
					t.Errorf("the note tells of %q:\n%s", secret, g.summary())
				}
			}
			if err := g.s.Merge(g.mr, g.ana); err != nil {
				t.Fatal(err)
			}
			if _, err := g.r.Reconcile(t.Context(), g.key()); err != nil {
				t.Fatal(err)
			}
			for _, secret := range secrets {
				if !tt.named && strings.Contains(g.summary(), secret) {
					t.Errorf("after the merge the note tells of %q:\n%s", secret, g.summary())
				}
			}
		})
	}
}
