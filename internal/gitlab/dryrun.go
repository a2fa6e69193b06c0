package gitlab

import (
	"context"
	"slices"

	"github.com/rs/zerolog"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// wouldWrite is the message of every line that a dry run logs in place of a write.
const wouldWrite = "dry run: would write"

// pretend begins the log line of a write that is not sent.
func (c *Client) pretend(ctx context.Context, r request) *zerolog.Event {
	return c.logger(ctx).Info().Bool("dry_run", true).Str("call", r.what)
}

// fields tells which fields a write sets; long texts by their length alone.
func fields(e *zerolog.Event, w forge.IssueWrite) *zerolog.Event {
	if w.Title != nil {
		e = e.Str("title", w.Title.String())
	}
	if w.Description != nil {
		e = e.Int("description_bytes", len(w.Description.String()))
	}
	if len(w.AddLabels) > 0 {
		e = e.Strs("add_labels", lines(w.AddLabels))
	}
	if len(w.RemoveLabels) > 0 {
		e = e.Strs("remove_labels", w.RemoveLabels)
	}
	if w.AssigneeIDs != nil {
		e = e.Ints64("assignee_ids", *w.AssigneeIDs)
	}
	if w.Confidential != nil {
		e = e.Bool("confidential", *w.Confidential)
	}
	if w.DueDate != nil {
		e = e.Str("due_date", *w.DueDate)
	}
	if w.State != nil {
		e = e.Str("state", *w.State)
	}
	return e
}

// number is the next number for a thing that is only pretended to be made. They are
// negative, which no number of GitLab's is.
func (c *Client) number() int64 { return c.pretended.Add(-1) }

func (c *Client) pretendNote(ctx context.Context, body safe.Markdown) forge.Note {
	me, _ := c.CurrentUser(ctx) // an unknown author is good enough for a note that is not there
	return forge.Note{ID: c.number(), Body: body.String(), Author: me, CreatedAt: c.now()}
}

// written is an issue as it would be after a write.
func (c *Client) written(i forge.Issue, w forge.IssueWrite) forge.Issue {
	if w.Title != nil {
		i.Title = w.Title.String()
	}
	if w.Description != nil {
		i.Description = w.Description.String()
	}
	labels := slices.Clone(i.Labels)
	for _, l := range lines(w.AddLabels) {
		if !slices.Contains(labels, l) {
			labels = append(labels, l)
		}
	}
	i.Labels = slices.DeleteFunc(labels, func(l string) bool { return slices.Contains(w.RemoveLabels, l) })
	if w.AssigneeIDs != nil {
		i.Assignees = nil
		for _, id := range *w.AssigneeIDs {
			i.Assignees = append(i.Assignees, forge.User{ID: id})
		}
	}
	if w.Confidential != nil {
		i.Confidential = *w.Confidential
	}
	if w.DueDate != nil {
		i.DueDate = *w.DueDate
	}
	if w.State != nil {
		i.State = *w.State
	}
	i.UpdatedAt = c.now()
	return i
}

func lines(list []safe.Line) []string {
	out := make([]string, len(list))
	for i, l := range list {
		out[i] = l.String()
	}
	return out
}
