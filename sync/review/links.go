package review

import (
	"context"
	"fmt"
	"strings"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

// links is the rule that looks at the repository around a page.
const links = "broken-link"

// sites are the repository at both ends of the merge request, as far as the links of its pages lead
// into it. They are nil where GitLab does not tell: then links to other files are not checked.
//
// The rule itself says what it needs to know: it runs with what is known, the questions that come up are
// asked together, and so on until none come up. Most often that is one call.
func (r *Reconciler) sites(ctx context.Context, s settings, mr forge.MergeRequest, t touched, pages []reading) (head, base rule.Site, err error) {
	var at []*reading
	for i := range pages {
		set, _ := s.conf.RulesFor(pages[i].Path)
		if severity, ok := set[links]; pages[i].head != nil && (!ok || severity != finding.Off) {
			at = append(at, &pages[i])
		}
	}
	known := r.memory.site(mr.ProjectID, mr.Diff.Head)
	before := newBaseSite(known)
	before.changedBy(t.files)
	for _, p := range at {
		known.holds(p.head)
		if p.base != nil {
			before.texts[p.OldPath] = p.base.Source
			known.hint(p.base)
		}
	}
	for _, name := range r.planPages(s, mr, t) {
		known.Source(name) // which asks for it
	}
	rounds := 8 + len(at) // folders are looked into one below the other
	for range rounds {
		for _, p := range at {
			follow(p.head, known)
			if p.base != nil {
				follow(p.base, before)
			}
		}
		g := known.questions()
		if len(g.Files)+len(g.Folders)+len(g.Texts) == 0 {
			return known, before, nil
		}
		seen, err := r.gitlab.Glance(ctx, s.project.Path, mr.Diff.Head, g)
		switch {
		case refused(err):
			zerolog.Ctx(ctx).Warn().Err(err).Int64("project", mr.ProjectID).Msg("links to other files of the repository are not checked: GitLab does not say what is there")
			return nil, nil, nil
		case err != nil:
			return nil, nil, fmt.Errorf("look where links lead to: %w", err)
		}
		known.learn(g, seen)
	}
	zerolog.Ctx(ctx).Info().Int64("project", mr.ProjectID).Int64("iid", mr.IID).Msg("links to other files are not checked: there are too many of them")
	return nil, nil, nil
}

// follow lets the rule ask a site all that it would.
func follow(p *hiring.Page, site rule.Site) {
	sheet := &rule.Sheet{Page: p, Site: site}
	defer sheet.Close()
	sheet.Run(rule.Find(links), finding.Info)
}

// holds tells a site of a page that has been read already.
func (s *site) holds(p *hiring.Page) {
	s.mu.Lock()
	s.files[p.Path], s.texts[p.Path] = true, p.Source
	s.roots[rootOf(p.Path)] = true
	for _, list := range rule.Redirects(p.Path) {
		// Most repositories have none, which is good to know at once.
		if _, known := s.files[list]; !known {
			ask(&s.likely, list)
		}
	}
	s.mu.Unlock()
	s.hint(p)
}

// hint notes the pages whose headings links lead to, so that they are read when they are looked for.
func (s *site) hint(p *hiring.Page) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Root.Walk(func(section *hiring.Section) bool {
		for _, l := range section.Links {
			to, _, headed := strings.Cut(l.Dest, "#")
			if headed && to != "" {
				s.hints[address(strings.TrimSuffix(to, "/"))] = true
			}
		}
		return true
	})
}

// changedBy takes up what a merge request changes, at both ends.
func (b *baseSite) changedBy(files []forge.ChangedFile) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range files {
		if !f.New {
			b.changes[f.OldPath] = f
		}
		if f.Deleted || f.Renamed {
			b.site.files[f.OldPath], b.files[f.OldPath] = false, true
		}
	}
	for _, f := range files {
		if f.Deleted {
			continue
		}
		b.site.files[f.NewPath] = true
		if _, old := b.files[f.NewPath]; !old && (f.New || f.Renamed) {
			b.files[f.NewPath] = false
		}
	}
}
