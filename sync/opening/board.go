package opening

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// A stage is a list of a board.
type stage struct {
	label  string
	number int
}

// boards adds the works for an issue board a department, with a list for each stage in their order.
// Other lists stay, and none is taken away.
func (r *run) boards(ctx context.Context) error {
	if !r.wish.conf.Plan.Board {
		return nil
	}
	wished := r.stages()
	if len(wished) == 0 {
		return nil
	}
	have, err := r.gitlab.Boards(ctx, r.target.ID)
	if err != nil {
		return fmt.Errorf("list the issue boards of %q: %w", r.target.Path, err)
	}
	for _, department := range slices.Sorted(maps.Keys(wished)) {
		name := safe.Label("Hiring: " + department)
		board := forge.Board{Name: name.String()}
		if i := slices.IndexFunc(have, func(b forge.Board) bool { return strings.EqualFold(b.Name, board.Name) }); i >= 0 {
			board = have[i]
		}
		r.board(name, board, wished[department])
	}
	return nil
}

// stages are the stages of all open positions, by department, in the order of their boards.
func (r *run) stages() map[string][]stage {
	all := map[string][]stage{}
	for _, p := range r.wish.positions {
		name := department(p.opening.Page)
		if !p.open() || name == "" {
			continue
		}
		for _, s := range p.steps {
			if !slices.ContainsFunc(all[name], func(o stage) bool { return strings.EqualFold(o.label, s.stage) }) {
				all[name] = append(all[name], stage{s.stage, s.number})
			}
		}
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b stage) int { return cmp.Or(a.number-b.number, strings.Compare(a.label, b.label)) })
	}
	maps.DeleteFunc(all, func(_ string, list []stage) bool { return len(list) == 0 })
	return all
}

// board adds the work that brings a board in line. It is one work: the lists depend on each other.
func (r *run) board(name safe.Line, board forge.Board, wished []stage) {
	a := plan.Action{Verb: plan.Create, Object: plan.Board, Title: board.Name, Why: "plan.board asks for one a department"}
	if board.ID != 0 {
		missing := slices.DeleteFunc(slices.Clone(wished), func(s stage) bool { return listOf(board, s) >= 0 })
		if len(missing) == 0 && len(r.moves(board, wished)) == 0 {
			return
		}
		a.Verb, a.Why = plan.Update, "its lists are to be the stages, in their order"
		for _, s := range missing {
			a.Changes = append(a.Changes, plan.Change{Field: "list", New: s.label})
		}
	}
	r.add(a, fmt.Sprint(wished), func(ctx context.Context) error {
		if board.ID == 0 {
			var err error
			if board, err = r.createBoard(ctx, name); err != nil {
				return err
			}
		}
		if err := r.addLists(ctx, &board, wished); err != nil {
			return err
		}
		for _, m := range r.moves(board, wished) {
			if err := r.gitlab.MoveBoardList(ctx, r.target.ID, board.ID, m.list, m.to); err != nil {
				return err
			}
		}
		return nil
	})
}

// createBoard makes a board once: a lost answer is looked up.
func (r *run) createBoard(ctx context.Context, name safe.Line) (forge.Board, error) {
	made, err := r.gitlab.CreateBoard(ctx, r.target.ID, name)
	if !errors.Is(err, forge.ErrUnavailable) {
		return made, err
	}
	have, lookErr := r.gitlab.Boards(ctx, r.target.ID)
	if i := slices.IndexFunc(have, func(b forge.Board) bool { return b.Name == name.String() }); lookErr == nil && i >= 0 {
		return have[i], nil
	}
	return made, err
}

// addLists adds the lists that a board lacks.
func (r *run) addLists(ctx context.Context, board *forge.Board, wished []stage) error {
	var labels []forge.Label
	for _, s := range wished {
		if listOf(*board, s) >= 0 {
			continue
		}
		if labels == nil {
			var err error
			if labels, err = r.gitlab.Labels(ctx, r.target.ID); err != nil {
				return err
			}
		}
		i := slices.IndexFunc(labels, func(l forge.Label) bool { return strings.EqualFold(l.Name, s.label) })
		if i < 0 {
			continue // the label could not be made, which was told
		}
		list, err := r.gitlab.CreateBoardList(ctx, r.target.ID, board.ID, labels[i].ID)
		if err != nil {
			return err
		}
		list.Label = s.label
		board.Lists = append(board.Lists, list)
	}
	return nil
}

func listOf(board forge.Board, s stage) int {
	return slices.IndexFunc(board.Lists, func(l forge.BoardList) bool { return strings.EqualFold(l.Label, s.label) })
}

// A move puts a list at a place.
type move struct {
	list int64
	to   int
}

// moves brings the lists of the stages into their order, before those of stages that are gone. Where
// they are in it, with lists of others between them, they stay; else they come first, from left to right.
func (r *run) moves(board forge.Board, wished []stage) []move {
	var order []forge.BoardList
	inOrder, last := true, -1
	for _, s := range wished {
		if i := listOf(board, s); i >= 0 {
			order = append(order, board.Lists[i])
			inOrder = inOrder && i > last
			last = i
		}
	}
	gone := func(l forge.BoardList) bool {
		return r.stageLabels[strings.ToLower(l.Label)] && !slices.Contains(order, l)
	}
	if inOrder && !slices.ContainsFunc(board.Lists[:last+1], gone) {
		return nil
	}
	lists := slices.Clone(board.Lists)
	var all []move
	for place, l := range order {
		if at := slices.IndexFunc(lists, func(o forge.BoardList) bool { return o.ID == l.ID }); at != place {
			lists = slices.Insert(slices.Delete(lists, at, at+1), place, l)
			all = append(all, move{l.ID, place})
		}
	}
	return all
}
