package gitlab

import (
	"cmp"
	"context"
	"slices"

	gl "gitlab.com/gitlab-org/api/client-go/v2"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// Boards lists the issue boards of a project, with those of their lists that are for labels, from left
// to right.
func (c *Client) Boards(ctx context.Context, project int64) ([]forge.Board, error) {
	o := &gl.ListIssueBoardsOptions{ListOptions: gl.ListOptions{PerPage: perPage}}
	list, err := pages(ctx, c, reading("list the issue boards of project %d", project),
		func(with ...gl.RequestOptionFunc) ([]*gl.IssueBoard, *gl.Response, error) {
			return c.api.Boards.ListIssueBoards(project, o, with...)
		})
	return convert(list, toBoard), err
}

// CreateBoard makes an issue board. GitLab takes a name that another board has, too. Some versions give a
// new board lists of their own.
func (c *Client) CreateBoard(ctx context.Context, project int64, name safe.Line) (forge.Board, error) {
	r := creating("create the issue board %q in project %d", name, project)
	if c.dryRun {
		c.pretend(ctx, r).Msg(wouldWrite)
		return forge.Board{ID: c.number(), Name: name.String()}, nil
	}
	var b *gl.IssueBoard
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
		b, _, err = c.api.Boards.CreateIssueBoard(project, &gl.CreateIssueBoardOptions{Name: new(name.String())}, with)
		return err
	})
	if err != nil {
		return forge.Board{}, err
	}
	return toBoard(b), nil
}

// CreateBoardList adds a list for a label at the right end of a board.
func (c *Client) CreateBoardList(ctx context.Context, project, board, label int64) (forge.BoardList, error) {
	r := creating("add a list for label %d to issue board %d of project %d", label, board, project)
	if c.dryRun {
		c.pretend(ctx, r).Msg(wouldWrite)
		return forge.BoardList{ID: c.number()}, nil
	}
	var l *gl.BoardList
	err := c.run(ctx, r, func(with gl.RequestOptionFunc) (err error) {
		l, _, err = c.api.Boards.CreateIssueBoardList(project, board, &gl.CreateIssueBoardListOptions{LabelID: &label}, with)
		return err
	})
	if err != nil {
		return forge.BoardList{}, err
	}
	return toBoardList(l), nil
}

// MoveBoardList puts a list of a board at a place, counted from 0 at the left.
func (c *Client) MoveBoardList(ctx context.Context, project, board, list int64, position int) error {
	r := setting("move list %d of issue board %d of project %d", list, board, project)
	if c.dryRun {
		c.pretend(ctx, r).Int("position", position).Msg(wouldWrite)
		return nil
	}
	return c.run(ctx, r, func(with gl.RequestOptionFunc) error {
		_, _, err := c.api.Boards.UpdateIssueBoardList(project, board, list, &gl.UpdateIssueBoardListOptions{Position: new(int64(position))}, with)
		return err
	})
}

func toBoard(b *gl.IssueBoard) forge.Board {
	board := forge.Board{ID: b.ID, Name: b.Name}
	for _, l := range b.Lists {
		if l != nil && l.Label != nil {
			board.Lists = append(board.Lists, toBoardList(l))
		}
	}
	slices.SortStableFunc(board.Lists, func(a, b forge.BoardList) int { return cmp.Compare(a.Position, b.Position) })
	return board
}

func toBoardList(l *gl.BoardList) forge.BoardList {
	list := forge.BoardList{ID: l.ID, Position: int(l.Position)}
	if l.Label != nil {
		list.Label = l.Label.Name
	}
	return list
}
