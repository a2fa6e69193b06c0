package review

import (
	"context"
	"fmt"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/sync/command"
)

// obey does what people have asked for in comments since the last time.
func (r *Reconciler) obey(ctx context.Context, s settings, mr forge.MergeRequest, t touched, own standing) (command.Result, error) {
	if r.commands == nil || mr.State != forge.Opened || !t.any() {
		return command.Result{}, nil
	}
	// What links lead to is known when the pages have been read, which a command may ask for.
	site := &laterSite{everything{}}
	q := command.Request{
		Project: s.project, MergeRequest: mr, Discussions: own.all, Config: s.conf, Check: s.check(r.now(), site),
		Findings: func(ctx context.Context) ([]finding.Finding, error) {
			pages, known, err := r.readPages(ctx, s, mr, t)
			if known != nil {
				site.Site = known
			}
			return fresh(pages), err
		},
	}
	for _, p := range t.pages {
		if !p.deleted {
			q.Pages = append(q.Pages, p.path)
		}
	}
	done, err := r.commands.Run(ctx, q)
	if err != nil {
		return done, fmt.Errorf("do what was asked for in comments: %w", err)
	}
	return done, nil
}

// fresh are the findings that the merge request brings in.
func fresh(pages []reading) []finding.Finding {
	var found []finding.Finding
	for _, p := range pages {
		before := map[string]bool{}
		for _, f := range p.Before {
			before[f.Fingerprint] = true
		}
		for _, f := range p.Findings {
			if !f.Fault && !before[f.Fingerprint] {
				found = append(found, f)
			}
		}
	}
	return found
}
