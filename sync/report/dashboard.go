package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/opening"
)

// The marks around what roleplan writes into the dashboard. What people write after it stays.
const (
	dashboardMark    = "dashboard"
	dashboardEndMark = "end"
)

// dashboardRows is how many rows a table of the dashboard has at most: GitLab shows no endless text.
const dashboardRows = 200

// A Dashboard is what became of the issue that shows the report.
type Dashboard struct {
	Done string // "created", "updated", "unchanged", or "closed" when people have closed it
	URL  string
}

// WriteDashboard keeps one issue that shows the report of a project's plans. It is found by its mark
// and its author. One with the same text is not written, and one that people have closed is theirs.
func WriteDashboard(ctx context.Context, gitlab opening.GitLab, s opening.Standing, r *Report) (Dashboard, error) {
	if !s.Project.IssuesEnabled {
		return Dashboard{}, fmt.Errorf("write the dashboard: %q has its issues switched off; switch them on, or name another project under plan.project", s.Project.Path)
	}
	body := r.markdown(dashboardRows)
	there, err := findDashboard(ctx, gitlab, s)
	if err != nil {
		return Dashboard{}, err
	}
	if there == nil {
		return createDashboard(ctx, gitlab, s, body)
	}
	if there.State == forge.Closed {
		return Dashboard{"closed", there.WebURL}, nil
	}
	description := dashboardText(there.Description, body)
	if strings.TrimSpace(strings.ReplaceAll(there.Description, "\r\n", "\n")) == description.String() {
		return Dashboard{"unchanged", there.WebURL}, nil
	}
	if _, err := gitlab.UpdateIssue(ctx, s.Project.ID, there.IID, forge.IssueWrite{Description: &description}); err != nil {
		return Dashboard{}, fmt.Errorf("write the dashboard: %w", err)
	}
	return Dashboard{"updated", there.WebURL}, nil
}

func createDashboard(ctx context.Context, gitlab opening.GitLab, s opening.Standing, body safe.Markdown) (Dashboard, error) {
	title, description := safe.Title("Hiring dashboard"), dashboardText("", body)
	made, err := gitlab.CreateIssue(ctx, s.Project.ID, forge.IssueWrite{Title: &title, Description: &description, Confidential: &s.Config.Plan.Confidential})
	if errors.Is(err, forge.ErrUnavailable) {
		// The answer was lost, and the issue may be there all the same.
		if there, lookErr := findDashboard(ctx, gitlab, s); lookErr == nil && there != nil {
			made, err = *there, nil
		}
	}
	if err != nil {
		return Dashboard{}, fmt.Errorf("create the dashboard: %w", err)
	}
	return Dashboard{"created", made.WebURL}, nil
}

// findDashboard finds the issue, nil when there is none. Of two the older counts.
func findDashboard(ctx context.Context, gitlab opening.GitLab, s opening.Standing) (*forge.Issue, error) {
	issues, err := gitlab.Issues(ctx, s.Project.ID, forge.IssueFilter{Author: s.Me.ID, Type: forge.TypeIssue})
	if err != nil {
		return nil, fmt.Errorf("look for the dashboard in %q: %w", s.Project.Path, err)
	}
	var found *forge.Issue
	for _, i := range issues {
		if i.Author.ID == s.Me.ID && i.MovedToID == 0 && len(safe.FindMarks(i.Description, dashboardMark)) > 0 && (found == nil || i.IID < found.IID) {
			found = &i
		}
	}
	return found, nil
}

// dashboardText puts the report into a description, in the place of the last one. The mark holds
// the hash of what was written, so that what people have changed in it is told: it is kept below.
func dashboardText(existing string, body safe.Markdown) safe.Markdown {
	own := safe.Concat(safe.Mark(dashboardMark, safe.Attr("hash", textHash(body.String()))), body, safe.Mark(dashboardEndMark))
	begin := safe.FindMarks(existing, dashboardMark)
	if len(begin) == 0 {
		return own
	}
	before, old, after := existing[:begin[0].Start], existing[begin[0].End:], ""
	if end := safe.FindMarks(old, dashboardEndMark); len(end) > 0 {
		old, after = old[:end[0].Start], old[end[0].End:]
	}
	var kept safe.Builder
	if textHash(old) != begin[0].Attributes["hash"] {
		kept.Details(func(b *safe.Builder) { b.Add(safe.Keep(strings.TrimSpace(safe.Unmarked(old)))) },
			"The report above was changed by hand before it was written anew. This is what stood there")
	}
	return safe.Concat(safe.Keep(strings.TrimSpace(before)), own, kept.Markdown(), safe.Keep(strings.TrimSpace(after)))
}

func textHash(s string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))))
	return hex.EncodeToString(sum[:6])
}
