package standin

import (
	"net/http"
	"slices"
)

func (c *call) showBoardList(l BoardList) any {
	var label any
	if known := c.project.label(l.Label); known != nil {
		label = map[string]any{"id": known.ID, "name": known.Name, "color": known.Color, "description": nullable(known.Description)}
	}
	return map[string]any{"id": l.ID, "label": label, "position": l.Position, "list_type": "label", "max_issue_count": 0, "max_issue_weight": 0, "limit_metric": nil}
}

func (c *call) showBoard(b *Board) any {
	return map[string]any{
		"id": b.ID, "name": b.Name, "hide_backlog_list": false, "hide_closed_list": false, "project": c.showProject(c.project), "lists": each(b.Lists, c.showBoardList),
	}
}

func (c *call) listBoards() (int, any, error) {
	return 200, each(page(c, c.project.boards), c.showBoard), nil
}

func (c *call) createBoard() (int, any, error) {
	if err := c.params.required("name"); err != nil {
		return 0, nil, err
	}
	b := &Board{ID: c.s.id(), Name: c.params.text("name")}
	c.project.boards = append(c.project.boards, b)
	return http.StatusCreated, c.showBoard(b), nil
}

func (c *call) theBoard() (*Board, error) {
	for _, b := range c.project.boards {
		if b.ID == c.number("board") {
			return b, nil
		}
	}
	return nil, notFound("Board")
}

func (c *call) getBoard() (int, any, error) {
	b, err := c.theBoard()
	if err != nil {
		return 0, nil, err
	}
	return 200, c.showBoard(b), nil
}

func (c *call) listBoardLists() (int, any, error) {
	b, err := c.theBoard()
	if err != nil {
		return 0, nil, err
	}
	return 200, each(page(c, b.Lists), c.showBoardList), nil
}

func (c *call) createBoardList() (int, any, error) {
	b, err := c.theBoard()
	if err != nil {
		return 0, nil, err
	}
	if err := c.params.required("label_id"); err != nil {
		return 0, nil, err
	}
	at := slices.IndexFunc(c.project.labels, func(l *Label) bool { return itoa(l.ID) == c.params.text("label_id") })
	if at < 0 {
		return 0, nil, refuse(http.StatusBadRequest, map[string]any{"error": "Label not found!"})
	}
	name := c.project.labels[at].Name
	if slices.ContainsFunc(b.Lists, func(l BoardList) bool { return l.Label == name }) {
		return 0, nil, refuse(http.StatusBadRequest, map[string]any{"label_id": []string{"has already been taken"}})
	}
	l := BoardList{ID: c.s.id(), Label: name, Position: len(b.Lists)}
	b.Lists = append(b.Lists, l)
	return http.StatusCreated, c.showBoardList(l), nil
}

// moveBoardList puts a list at another place among the lists.
func (c *call) moveBoardList() (int, any, error) {
	b, err := c.theBoard()
	if err != nil {
		return 0, nil, err
	}
	at := slices.IndexFunc(b.Lists, func(l BoardList) bool { return l.ID == c.number("list") })
	if at < 0 {
		return 0, nil, notFound("List")
	}
	if err := c.params.required("position"); err != nil {
		return 0, nil, err
	}
	to := c.params.number("position", -1)
	if to < 0 || to >= len(b.Lists) {
		return 0, nil, badRequest("position is invalid")
	}
	l := b.Lists[at]
	b.Lists = slices.Insert(slices.Delete(b.Lists, at, at+1), to, l)
	for i := range b.Lists {
		b.Lists[i].Position = i
	}
	return 200, c.showBoardList(b.Lists[to]), nil
}
