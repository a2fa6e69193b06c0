package web

import (
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// issueRow is an issue or task in a list.
type issueRow struct {
	*standin.Issue
	Link        string
	Chips       []chip
	Done, Tasks int
}

func itemLink(i *standin.Issue) string {
	kind := "issues"
	if i.Type == "task" {
		kind = "work_items"
	}
	return fmt.Sprintf("/%s/-/%s/%d", i.Project.Path, kind, i.IID)
}

func (s *site) row(i *standin.Issue) issueRow {
	r := issueRow{Issue: i, Link: itemLink(i), Chips: s.chips(i.Project, i.Labels)}
	for _, t := range s.gitlab.Tasks(i.Project, i.IID) {
		r.Tasks++
		if t.State == "closed" {
			r.Done++
		}
	}
	return r
}

func (s *site) rows(list []*standin.Issue) []issueRow {
	var rows []issueRow
	for _, i := range list {
		rows = append(rows, s.row(i))
	}
	return rows
}

// A tab is a link to a part of a list.
type tab struct {
	Name, Link string
	Count      int
	Current    bool
}

// issuesData is the list of issues.
type issuesData struct {
	Tabs  []tab
	Label *chip // that the list is for, nil for all
	Rows  []issueRow
}

// issues lists issues, or all that has a label, tasks too.
func (s *site) issues(p *standin.Project, q url.Values) *view {
	label := q.Get("label_name[]")
	var found []*standin.Issue
	for _, i := range s.gitlab.WorkItems(p) {
		if label == "" && i.Type != "task" || label != "" && slices.Contains(i.Labels, label) {
			found = append(found, i)
		}
	}
	state := state(q, "closed")
	var data issuesData
	for _, t := range []struct{ name, state string }{{"Open", "opened"}, {"Closed", "closed"}, {"All", "all"}} {
		query := url.Values{"state": {t.state}}
		if label != "" {
			query.Set("label_name[]", label)
		}
		in := slices.DeleteFunc(slices.Clone(found), func(i *standin.Issue) bool { return t.state != "all" && i.State != t.state })
		data.Tabs = append(data.Tabs, tab{t.name, "/" + p.Path + "/-/issues?" + query.Encode(), len(in), t.state == state})
		if t.state == state {
			data.Rows = s.rows(in)
		}
	}
	if label != "" {
		data.Label = &s.chips(p, []string{label})[0]
	}
	return &view{"issues", page{Title: "Issues", Project: p, Section: "issues", Data: data}}
}

// state reads which state a list is for.
func state(q url.Values, others ...string) string {
	if st := q.Get("state"); st == "all" || slices.Contains(others, st) {
		return st
	}
	return "opened"
}

// An event is something that happened to an issue: a note, or labels that were added or removed.
type event struct {
	At      time.Time
	Notes   []noteView
	Who     string
	Added   []chip
	Removed []chip
}

// issueData is an issue or a task.
type issueData struct {
	*standin.Issue
	Kind        string
	Parent      *issueRow
	Chips       []chip
	Description template.HTML
	Children    []issueRow
	Done        int
	Linked      []issueRow
	Events      []event
}

func (s *site) issue(p *standin.Project, iid int64) *view {
	i := s.gitlab.WorkItem(p, iid)
	if i == nil {
		return nil
	}
	data := issueData{Issue: i, Kind: "Issue", Chips: s.chips(p, i.Labels), Description: toHTML(i.Description, nil), Linked: s.rows(s.gitlab.LinkedTo(p, iid)), Events: s.events(i)}
	if i.Type == "task" {
		data.Kind = "Task"
	}
	if i.Parent != nil {
		parent := s.row(i.Parent)
		data.Parent = &parent
	}
	for _, t := range s.gitlab.Tasks(p, iid) {
		data.Children = append(data.Children, s.row(&t))
		if t.State == "closed" {
			data.Done++
		}
	}
	return &view{"issue", page{Title: fmt.Sprintf("%s (#%d)", i.Title, i.IID), Project: p, Section: "issues", Data: data}}
}

// events puts notes and changes of labels in the order of time. Changes of one moment are one.
func (s *site) events(i *standin.Issue) []event {
	var list []event
	for _, d := range i.Discussions {
		if len(d.Notes) > 0 {
			list = append(list, event{At: d.Notes[0].CreatedAt, Notes: noteViews(d.Notes, nil)})
		}
	}
	for n, e := range i.LabelEvents {
		if n == 0 || !e.At.Equal(i.LabelEvents[n-1].At) || e.User != i.LabelEvents[n-1].User {
			list = append(list, event{At: e.At, Who: name(e.User)})
		}
		last := &list[len(list)-1]
		if c := s.chips(i.Project, []string{e.Label}); e.Action == "add" {
			last.Added = append(last.Added, c...)
		} else {
			last.Removed = append(last.Removed, c...)
		}
	}
	slices.SortStableFunc(list, func(a, b event) int { return a.At.Compare(b.At) })
	return list
}

// boardData is a board.
type boardData struct {
	Boards  []tab
	Columns []column
}

// A column is a list of a board.
type column struct {
	Name string
	Chip *chip // nil for the lists that every board has
	Rows []issueRow
}

// board shows a board by its number, the first one when none is given.
func (s *site) board(p *standin.Project, number string) *view {
	boards := s.gitlab.Boards(p)
	at := slices.IndexFunc(boards, func(b standin.Board) bool { return number == "" || number == fmt.Sprint(b.ID) })
	if at < 0 && number != "" {
		return nil
	}
	var data boardData
	title := "Boards"
	if at >= 0 {
		for _, b := range boards {
			data.Boards = append(data.Boards, tab{Name: b.Name, Link: fmt.Sprintf("/%s/-/boards/%d", p.Path, b.ID), Current: b.ID == boards[at].ID})
		}
		title, data.Columns = boards[at].Name, s.columns(p, boards[at])
	}
	return &view{"board", page{Title: title, Project: p, Section: "boards", Data: data}}
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
