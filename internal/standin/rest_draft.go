package standin

import (
	"net/http"
	"slices"
)

// A draft is a comment that its author has not published yet.
type draft struct {
	id     int64
	author *User
	body   string
	at     *Position
}

func showDraft(d *draft) any {
	return map[string]any{
		"id": d.id, "author_id": d.author.ID, "note": d.body, "resolve_discussion": false, "discussion_id": nil, "position": showPosition(d.at), "line_code": nil, "commit_id": nil,
	}
}

// drafts are those of the user: nobody else sees them.
func (c *call) drafts(m *MergeRequest) []*draft {
	var own []*draft
	for _, d := range m.drafts {
		if d.author == c.user {
			own = append(own, d)
		}
	}
	return own
}

func (c *call) listDrafts() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	return 200, each(page(c, c.drafts(m)), showDraft), nil
}

func (c *call) createDraft() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	if err := c.params.required("note"); err != nil {
		return 0, nil, err
	}
	d := &draft{id: c.s.id(), author: c.user, body: c.params.text("note")}
	if c.params.has("position") {
		if d.at, err = c.s.position(m, c.params.object("position")); err != nil {
			return 0, nil, err
		}
	}
	m.drafts = append(m.drafts, d)
	return http.StatusCreated, showDraft(d), nil
}

func (c *call) deleteDraft() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	for i, d := range m.drafts {
		if d.id == c.number("draft") && d.author == c.user {
			m.drafts = slices.Delete(m.drafts, i, i+1)
			return http.StatusNoContent, nil, nil
		}
	}
	return 0, nil, notFound("Draft Note")
}

// publishDrafts makes notes of all drafts of the user.
func (c *call) publishDrafts() (int, any, error) {
	m, err := c.theRequest()
	if err != nil {
		return 0, nil, err
	}
	var others []*draft
	on := subject{request: m}
	for _, d := range m.drafts {
		if d.author != c.user {
			others = append(others, d)
			continue
		}
		text, ran := c.s.written(on, c.user, d.body, "")
		if text == "" && len(ran) > 0 {
			continue
		}
		n := c.s.note(c.user, text)
		n.Position, n.Original = d.at, d.at
		made := c.s.discussion(false)
		made.Notes = []*Note{n}
		m.Discussions = append(m.Discussions, made)
		c.s.noteEvent(on, made, n, "create")
	}
	m.drafts = others
	c.s.touch(on)
	return http.StatusNoContent, nil, nil
}
