package standin

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

var (
	hexColor = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^#(?:[0-9A-Fa-f]{3}){1,2}$`) })
	// cssColors are those of CSS 2. GitLab knows more, which nobody needs here.
	cssColors = []string{"aqua", "black", "blue", "fuchsia", "gray", "green", "lime", "maroon", "navy", "olive", "orange", "purple", "red", "silver", "teal", "white", "yellow"}
)

func (c *call) showLabel(l *Label) any {
	out := map[string]any{
		"id": l.ID, "name": l.Name, "color": l.Color, "text_color": "#FFFFFF", "description": nullable(l.Description), "description_html": l.Description, "is_project_label": true,
		"subscribed": false, "priority": nil, "archived": false,
	}
	if l.Priority != nil {
		out["priority"] = *l.Priority
	}
	if c.params.truth("with_counts") {
		open, closed := 0, 0
		for _, i := range c.project.issues {
			if !slices.Contains(i.Labels, l.Name) {
				continue
			}
			if i.State == "opened" {
				open++
			} else {
				closed++
			}
		}
		out["open_issues_count"], out["closed_issues_count"], out["open_merge_requests_count"] = open, closed, 0
	}
	return out
}

func (c *call) listLabels() (int, any, error) {
	if err := c.params.truths("with_counts", "include_ancestor_groups"); err != nil {
		return 0, nil, err
	}
	var found []*Label
	for _, l := range c.project.labels {
		if strings.Contains(strings.ToLower(l.Name), strings.ToLower(c.params.text("search"))) {
			found = append(found, l)
		}
	}
	slices.SortStableFunc(found, func(a, b *Label) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return 200, each(page(c, found), c.showLabel), nil
}

// theLabel finds a label by its id or its name.
func (c *call) theLabel() (*Label, error) {
	for _, l := range c.project.labels {
		if l.Name == c.vars["label"] || itoa(l.ID) == c.vars["label"] {
			return l, nil
		}
	}
	return nil, notFound("Label")
}

func (c *call) getLabel() (int, any, error) {
	l, err := c.theLabel()
	if err != nil {
		return 0, nil, err
	}
	return 200, c.showLabel(l), nil
}

// checkLabel refuses values that no label can have. Name is the parameter with the name.
func (c *call) checkLabel(name string) error {
	if title := c.params.text(name); c.params.has(name) {
		switch {
		case strings.TrimSpace(title) == "":
			return badRequest("%s is empty", name)
		case strings.ContainsAny(title, ",\n") || strings.Trim(title, "?") == "":
			return refuse(http.StatusBadRequest, map[string]any{"title": []string{"is invalid"}})
		case tooLong(title):
			return refuse(http.StatusBadRequest, map[string]any{"title": []string{"is too long (maximum is 255 characters)"}})
		}
	}
	if color := c.params.text("color"); c.params.has("color") && !hexColor().MatchString(color) && !slices.Contains(cssColors, strings.ToLower(color)) {
		return refuse(http.StatusBadRequest, map[string]any{"color": []string{"must be a valid color code"}})
	}
	if c.params["priority"] != nil {
		if n, err := strconv.Atoi(c.params.text("priority")); err != nil || n < 0 {
			return badRequest("priority is invalid")
		}
	}
	return nil
}

// setLabel sets the fields that were given.
func (c *call) setLabel(l *Label) {
	if c.params.has("color") {
		l.Color = c.params.text("color")
	}
	if c.params.has("description") {
		l.Description = c.params.text("description")
	}
	if c.params.has("priority") {
		l.Priority = nil
		if c.params["priority"] != nil {
			n := c.params.number("priority", 0)
			l.Priority = &n
		}
	}
}

func (c *call) createLabel() (int, any, error) {
	if err := c.params.required("name", "color"); err != nil {
		return 0, nil, err
	}
	if err := c.checkLabel("name"); err != nil {
		return 0, nil, err
	}
	name := c.params.text("name")
	if c.project.label(name) != nil {
		return 0, nil, refuse(http.StatusConflict, "Label already exists")
	}
	l := &Label{ID: c.s.id(), Name: name}
	c.setLabel(l)
	c.project.labels = append(c.project.labels, l)
	return http.StatusCreated, c.showLabel(l), nil
}

func (c *call) updateLabel() (int, any, error) {
	l, err := c.theLabel()
	if err != nil {
		return 0, nil, err
	}
	if !c.params.has("new_name") && !c.params.has("color") && !c.params.has("description") && !c.params.has("priority") {
		return 0, nil, badRequest("new_name, color, description, priority are missing, at least one parameter must be provided")
	}
	if err := c.checkLabel("new_name"); err != nil {
		return 0, nil, err
	}
	if name := c.params.text("new_name"); name != "" {
		if other := c.project.label(name); other != nil && other != l {
			return 0, nil, refuse(http.StatusBadRequest, map[string]any{"title": []string{"has already been taken"}})
		}
		c.project.rename(l.Name, name)
		l.Name = name
	}
	c.setLabel(l)
	return 200, c.showLabel(l), nil
}

func (c *call) deleteLabel() (int, any, error) {
	l, err := c.theLabel()
	if err != nil {
		return 0, nil, err
	}
	for _, i := range c.project.issues {
		i.Labels = slices.DeleteFunc(slices.Clone(i.Labels), func(name string) bool { return name == l.Name })
	}
	for _, b := range c.project.boards {
		b.Lists = slices.DeleteFunc(b.Lists, func(bl BoardList) bool { return bl.Label == l.Name })
	}
	c.project.labels = slices.DeleteFunc(c.project.labels, func(other *Label) bool { return other == l })
	return http.StatusNoContent, nil, nil
}

// rename gives a label another name wherever it is in use. GitLab rewrites history with it.
func (p *Project) rename(from, to string) {
	for _, i := range p.issues {
		for n, name := range i.Labels {
			if name == from {
				i.Labels[n] = to
			}
		}
		for n := range i.LabelEvents {
			if i.LabelEvents[n].Label == from {
				i.LabelEvents[n].Label = to
			}
		}
	}
	for _, b := range p.boards {
		for n := range b.Lists {
			if b.Lists[n].Label == from {
				b.Lists[n].Label = to
			}
		}
	}
}
