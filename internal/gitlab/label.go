package gitlab

import (
	"context"
	"fmt"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

// Labels lists the labels that a project can use: its own and those of its groups.
func (c *Client) Labels(ctx context.Context, project int64) ([]forge.Label, error) {
	o := &gl.ListLabelsOptions{ListOptions: gl.ListOptions{PerPage: perPage}, IncludeAncestorGroups: new(true)}
	list, err := pages(ctx, c, reading("list the labels of project %d", project),
		func(with ...gl.RequestOptionFunc) ([]*gl.Label, *gl.Response, error) {
			return c.api.Labels.ListLabels(project, o, with...)
		})
	return convert(list, toLabel), err
}

// CreateLabel makes a label of a project. A name that is taken gives forge.ErrConflict.
func (c *Client) CreateLabel(ctx context.Context, project int64, w forge.LabelWrite) (forge.Label, error) {
	if w.Name == nil || w.Color == nil {
		return forge.Label{}, fmt.Errorf("create a label in project %d: %w: a name and a colour are needed", project, forge.ErrInvalid)
	}
	r := creating("create label %q in project %d", w.Name, project)
	if c.dryRun {
		c.pretend(ctx, r).Str("color", *w.Color).Msg(wouldWrite)
		return relabelled(forge.Label{ID: c.number()}, w), nil
	}
	o := &gl.CreateLabelOptions{Name: new(w.Name.String()), Color: w.Color}
	if w.Description != nil {
		o.Description = new(w.Description.String())
	}
	if w.Priority != nil {
		o.Priority = gl.NewNullableWithValue(int64(*w.Priority))
	}
	var l *gl.Label
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
		l, _, err = c.api.Labels.CreateLabel(project, o, with)
		return err
	})
	if err != nil {
		return forge.Label{}, err
	}
	return toLabel(l), nil
}

// UpdateLabel changes a label of a project, which is known by its id.
func (c *Client) UpdateLabel(ctx context.Context, project, label int64, w forge.LabelWrite) (forge.Label, error) {
	r := setting("update label %d of project %d", label, project)
	if c.dryRun {
		e := c.pretend(ctx, r)
		if w.Name != nil {
			e = e.Stringer("name", w.Name)
		}
		if w.Color != nil {
			e = e.Str("color", *w.Color)
		}
		e.Msg(wouldWrite)
		return c.pretendLabel(ctx, project, label, w)
	}
	o := &gl.UpdateLabelOptions{Color: w.Color}
	if w.Name != nil {
		o.NewName = new(w.Name.String())
	}
	if w.Description != nil {
		o.Description = new(w.Description.String())
	}
	if w.Priority != nil {
		o.Priority = gl.NewNullableWithValue(int64(*w.Priority))
	}
	var l *gl.Label
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
		l, _, err = c.api.Labels.UpdateLabel(project, label, o, with)
		return err
	})
	if err != nil {
		return forge.Label{}, err
	}
	return toLabel(l), nil
}

func (c *Client) pretendLabel(ctx context.Context, project, label int64, w forge.LabelWrite) (forge.Label, error) {
	if label < 0 {
		return relabelled(forge.Label{ID: label}, w), nil
	}
	var l *gl.Label
	err := c.run(ctx, reading("read label %d of project %d", label, project), func(with gl.RequestOptionFunc) (err error) {
		l, _, err = c.api.Labels.GetLabel(project, label, with)
		return err
	})
	if err != nil {
		return forge.Label{}, err
	}
	return relabelled(toLabel(l), w), nil
}

// relabelled is a label as it would be after a write.
func relabelled(l forge.Label, w forge.LabelWrite) forge.Label {
	if w.Name != nil {
		l.Name = w.Name.String()
	}
	if w.Color != nil {
		l.Color = *w.Color
	}
	if w.Description != nil {
		l.Description = w.Description.String()
	}
	if w.Priority != nil {
		l.Priority = w.Priority
	}
	return l
}
