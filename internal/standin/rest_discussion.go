package standin

import "net/http"

// resolvable reports whether a discussion can be resolved: threads of merge requests can.
func (d *Discussion) resolvable(on subject) bool {
	return on.request != nil && !d.Individual
}

// resolved reports whether all that can be resolved is.
func (d *Discussion) resolved() bool {
	for _, n := range d.Notes {
		if !n.Resolved && !n.System {
			return false
		}
	}
	return true
}

// unresolved counts the discussions of a merge request that wait to be resolved.
func (m *MergeRequest) unresolved() int {
	count := 0
	for _, d := range m.Discussions {
		if !d.Individual && !d.resolved() {
			count++
		}
	}
	return count
}

func (c *call) showDiscussion(on subject, d *Discussion) any {
	return map[string]any{"id": d.ID, "individual_note": d.Individual, "notes": each(d.Notes, func(n *Note) any { return c.showNote(on, d, n) })}
}

func (c *call) listDiscussions() (int, any, error) {
	on, err := c.subject()
	if err != nil {
		return 0, nil, err
	}
	return 200, each(page(c, c.visible(on)), func(d *Discussion) any { return c.showDiscussion(on, d) }), nil
}

// visible are the discussions that the user may see.
func (c *call) visible(on subject) []*Discussion {
	var list []*Discussion
	for _, d := range *on.discussions() {
		if !d.Notes[0].Internal || c.mayReadInternal() {
			list = append(list, d)
		}
	}
	return list
}

func (c *call) theDiscussion() (subject, *Discussion, error) {
	on, err := c.subject()
	if err != nil {
		return on, nil, err
	}
	for _, d := range c.visible(on) {
		if d.ID == c.vars["discussion"] {
			return on, d, nil
		}
	}
	return on, nil, notFound("Discussion")
}

func (c *call) getDiscussion() (int, any, error) {
	on, d, err := c.theDiscussion()
	if err != nil {
		return 0, nil, err
	}
	return 200, c.showDiscussion(on, d), nil
}

func (c *call) createDiscussion() (int, any, error) {
	on, err := c.subject()
	if err != nil {
		return 0, nil, err
	}
	var at *Position
	if c.params.has("position") && on.request != nil {
		if at, err = c.s.position(on.request, c.params.object("position")); err != nil {
			return 0, nil, err
		}
	}
	d := c.s.discussion(false)
	status, answer, n, err := c.comment(on, d, at)
	if n == nil {
		return status, answer, err
	}
	return status, c.showDiscussion(on, d), nil
}

func (c *call) answerDiscussion() (int, any, error) {
	on, d, err := c.theDiscussion()
	if err != nil {
		return 0, nil, err
	}
	first := d.Notes[0]
	status, answer, n, err := c.comment(on, d, first.Position)
	if n == nil {
		return status, answer, err
	}
	d.Individual = false
	n.Original, n.Resolved = first.Original, false
	return status, c.showNote(on, d, n), nil
}

// setResolved resolves a discussion or takes that back. Developers may, and whoever opened the
// merge request.
func (c *call) setResolved(on subject, d *Discussion, n *Note) (int, any, error) {
	if err := c.params.truths("resolved"); err != nil {
		return 0, nil, err
	}
	if !d.resolvable(on) {
		return 0, nil, refuse(http.StatusBadRequest, "400 Bad request - Discussion is not resolvable")
	}
	if c.role() < Developer && on.author() != c.user {
		return 0, nil, errForbidden
	}
	done, open := c.params.truth("resolved"), on.request.unresolved()
	for _, m := range d.Notes {
		if n != nil && m != n || m.Resolved == done {
			continue
		}
		m.Resolved, m.Resolver, m.UpdatedAt = done, nil, c.s.now()
		if done {
			m.Resolver = c.user
		}
	}
	c.s.touch(on)
	if open > 0 && on.request.unresolved() == 0 {
		c.s.requestEvent(on.request, c.user, "update", "", nil)
	}
	if n != nil {
		return 200, c.showNote(on, d, n), nil
	}
	return 200, c.showDiscussion(on, d), nil
}

func (c *call) resolveDiscussion() (int, any, error) {
	on, d, err := c.theDiscussion()
	if err != nil {
		return 0, nil, err
	}
	if err := c.params.required("resolved"); err != nil {
		return 0, nil, err
	}
	return c.setResolved(on, d, nil)
}
