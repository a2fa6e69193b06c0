package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// A column is a list of a board.
type column struct {
	Name string
	Chip *chip // nil for the lists that every board has
	Rows []issueRow
}

// board shows a board by its number, the first one when none is given.
func (s *site) board(p *standin.Project, number string) *page {
	boards := s.gitlab.Boards(p)
	at := slices.IndexFunc(boards, func(b standin.Board) bool { return number == "" || number == fmt.Sprint(b.ID) })
	if at < 0 && number != "" {
		return nil
	}
	if at < 0 {
		return &page{Title: "Boards", Project: p, Section: "boards", Body: g.Group{h.H1(g.Text("Boards")), empty("There are no boards yet.")}}
	}
	shown := boards[at]
	return &page{Title: shown.Name, Project: p, Section: "boards", Body: g.Group{
		h.H1(g.Text(shown.Name)),
		h.Nav(h.Class("tabs"), h.Aria("label", "Boards"), g.Map(boards, func(b standin.Board) g.Node {
			return h.A(h.Href(fmt.Sprintf("/%s/-/boards/%d", p.Path, b.ID)), current(b.ID == shown.ID), g.Text(b.Name))
		})),
		h.Div(h.Class("board"), h.Role("region"), h.Aria("label", "Lists"), h.TabIndex("0"), columnCards(s.columns(p, shown))),
	}}
}

func columnCards(columns []column) g.Node {
	var cards g.Group
	for n, c := range columns {
		id, heading := fmt.Sprintf("list-%d", n), g.Text(c.Name)
		if c.Chip != nil {
			heading = c.Chip.node()
		}
		cards = append(cards, h.Section(h.Class("card column"), h.Aria("labelledby", id),
			h.H2(h.ID(id), heading, count(strconv.Itoa(len(c.Rows)))),
			orEmpty(c.Rows, issueRows, "Empty")))
	}
	return cards
}

func (s *site) columns(p *standin.Project, b standin.Board) []column {
	open, closed := column{Name: "Open"}, column{Name: "Closed"}
	slices.SortStableFunc(b.Lists, func(x, y standin.BoardList) int { return cmp.Compare(x.Position, y.Position) })
	middle := make([]column, len(b.Lists))
	for n, l := range b.Lists {
		middle[n].Name, middle[n].Chip = l.Label, &s.chips(p, []string{l.Label})[0]
	}
	for _, i := range s.gitlab.WorkItems(p) {
		switch row := s.row(i); {
		case i.Type == "task": // no card of its own
		case i.State == "closed":
			closed.Rows = append(closed.Rows, row)
		default:
			listed := false
			for n, l := range b.Lists {
				if slices.ContainsFunc(i.Labels, func(name string) bool { return strings.EqualFold(name, l.Label) }) {
					middle[n].Rows = append(middle[n].Rows, row)
					listed = true
				}
			}
			if !listed {
				open.Rows = append(open.Rows, row)
			}
		}
	}
	return append(append([]column{open}, middle...), closed)
}
