package gitlab

import (
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// talkQuery asks for the discussions of a merge request.
const talkQuery = `mergeRequest(iid: $mr) { discussions(first: 100) { pageInfo { hasNextPage } nodes {
    replyId
    notes(first: 100) { pageInfo { hasNextPage } nodes {
      id body system createdAt resolved
      author { id username name }
      resolvedBy { id username name }
      position { positionType diffRefs { baseSha startSha headSha } oldPath newPath oldLine newLine }
    } }
  } } }`

// talk is the answer to it.
type talk struct {
	Discussions struct {
		PageInfo more `json:"pageInfo"`
		Nodes    []struct {
			// ReplyID names the class of the discussion; the id does not.
			ReplyID string `json:"replyId"`
			Notes   struct {
				PageInfo more       `json:"pageInfo"`
				Nodes    []talkNote `json:"nodes"`
			} `json:"notes"`
		} `json:"nodes"`
	} `json:"discussions"`
}

// more tells whether a list goes on.
type more struct {
	HasNextPage bool `json:"hasNextPage"`
}

type talkNote struct {
	ID         string    `json:"id"`
	Body       string    `json:"body"`
	System     bool      `json:"system"`
	CreatedAt  time.Time `json:"createdAt"`
	Resolved   bool      `json:"resolved"`
	Author     *account  `json:"author"`
	ResolvedBy *account  `json:"resolvedBy"`
	Position   *struct {
		Type string `json:"positionType"`
		Diff struct {
			Base  string `json:"baseSha"`
			Start string `json:"startSha"`
			Head  string `json:"headSha"`
		} `json:"diffRefs"`
		OldPath string `json:"oldPath"`
		NewPath string `json:"newPath"`
		OldLine int    `json:"oldLine"`
		NewLine int    `json:"newLine"`
	} `json:"position"`
}

// list is all of the discussions, or nil when some are missing.
func (t *talk) list() []forge.Discussion {
	if t == nil || t.Discussions.PageInfo.HasNextPage {
		return nil
	}
	list := []forge.Discussion{}
	for _, d := range t.Discussions.Nodes {
		class, id, ok := strings.Cut(strings.TrimPrefix(d.ReplyID, "gid://gitlab/"), "/")
		if !ok || d.Notes.PageInfo.HasNextPage {
			return nil
		}
		list = append(list, forge.Discussion{ID: id, Individual: class == "IndividualNoteDiscussion", Notes: notes(d.Notes.Nodes)})
	}
	return list
}

func notes(nodes []talkNote) []forge.Note {
	list := make([]forge.Note, len(nodes))
	for i, n := range nodes {
		list[i] = forge.Note{
			ID: number(n.ID), Body: n.Body, Author: n.Author.user(), System: n.System, CreatedAt: n.CreatedAt,
			Resolved: n.Resolved, ResolvedBy: n.ResolvedBy.user(),
		}
		if p := n.Position; p != nil {
			list[i].Position = &forge.Position{
				Diff:    forge.DiffRefs{Base: p.Diff.Base, Start: p.Diff.Start, Head: p.Diff.Head},
				OldPath: p.OldPath, NewPath: p.NewPath, OldLine: p.OldLine, NewLine: p.NewLine, File: p.Type == positionFile,
			}
		}
	}
	return list
}
