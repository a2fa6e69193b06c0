package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

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

// issues lists issues, or all that has a label, tasks too.
func (s *site) issues(p *standin.Project, q url.Values) *page {
	label := q.Get("label_name[]")
	var found []*standin.Issue
	for _, i := range s.gitlab.WorkItems(p) {
		if label == "" && i.Type != "task" || label != "" && slices.Contains(i.Labels, label) {
			found = append(found, i)
		}
	}
	state := state(q, "closed")
	var states []tab
	var rows []issueRow
	for _, t := range []struct{ name, state string }{{"Open", "opened"}, {"Closed", "closed"}, {"All", "all"}} {
		query := url.Values{"state": {t.state}}
		if label != "" {
			query.Set("label_name[]", label)
		}
		in := slices.DeleteFunc(slices.Clone(found), func(i *standin.Issue) bool { return t.state != "all" && i.State != t.state })
		states = append(states, tab{t.name, "/" + p.Path + "/-/issues?" + query.Encode(), len(in), t.state == state})
		if t.state == state {
			rows = s.rows(in)
		}
	}
	body := g.Group{h.H1(g.Text("Issues"))}
	if label != "" {
		body = append(body, h.P(g.Text("With the label "), s.chips(p, []string{label})[0].node()))
	}
	return &page{Title: "Issues", Project: p, Section: "issues", Body: append(body, tabs(states), orEmpty(rows, issueRows, "There are none here."))}
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
	Description rendered
	Children    []issueRow
	Done        int
	Linked      []issueRow
	Events      []event
}

func (s *site) issue(p *standin.Project, iid int64) *page {
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
	return &page{Title: fmt.Sprintf("%s (#%d)", i.Title, i.IID), Project: p, Section: "issues", Body: data.node()}
}

// events puts notes and changes of labels in the order of time. Changes by one person at one time are one.
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

// node is the page of an issue or a task.
func (d issueData) node() g.Group {
	lead := g.Group{stateOf(d.State), badge(d.Kind), warn(d.Confidential, "Confidential"), g.Text(" created by "), h.Strong(g.Text(name(d.Author))), quiet(stamp(d.CreatedAt))}
	if d.ClosedAt != nil {
		lead = append(lead, quiet(g.Text("· closed "), stamp(*d.ClosedAt)))
	}
	body := g.Group{h.Class("body"), description(d.Description)}
	if len(d.Children) > 0 {
		body = append(body, card("children", g.Group{g.Text("Child items"), count(fmt.Sprintf("%d of %d closed", d.Done, len(d.Children)))}, issueRows(d.Children)))
	}
	if len(d.Linked) > 0 {
		body = append(body, card("linked", g.Group{g.Text("Linked items"), count(strconv.Itoa(len(d.Linked)))}, issueRows(d.Linked)))
	}
	activity := orEmpty(d.Events, func(list []event) g.Node { return g.Map(list, event.node) }, "Nothing has happened here yet.")
	body = append(body, h.Section(h.Aria("labelledby", "activity"), h.H2(h.ID("activity"), g.Text("Activity")), activity))
	return g.Group{
		h.H1(g.Text(d.Title), quiet(g.Text("#"+number(d.IID)))),
		h.P(h.Class("lead"), lead),
		h.Div(h.Class("sides"), h.Aside(h.Class("card side"), h.Aria("label", "Details"), d.details()), h.Div(body)),
	}
}

// details stand at the side of an issue.
func (d issueData) details() g.Node {
	var list g.Group
	if d.Parent != nil {
		list = append(list, h.Dt(g.Text("Parent")), h.Dd(h.A(h.Href(d.Parent.Link), g.Text(d.Parent.Title)), quiet(g.Text("#"+number(d.Parent.IID)))))
	}
	none := func(text string) g.Node { return h.Span(h.Class("quiet"), g.Text(text)) }
	assignees, labels, due := none("Nobody"), none("None"), none("None")
	if len(d.Assignees) > 0 {
		assignees = g.Map(d.Assignees, func(u *standin.User) g.Node { return h.Div(h.Class("person"), who(u)) })
	}
	if len(d.Chips) > 0 {
		labels = chips(d.Chips)
	}
	if d.DueDate != "" {
		due = h.Time(h.DateTime(d.DueDate), g.Text(d.DueDate))
	}
	return h.Dl(list, h.Dt(g.Text("Assignees")), h.Dd(assignees), h.Dt(g.Text("Labels")), h.Dd(labels), h.Dt(g.Text("Due date")), h.Dd(due))
}

func (e event) node() g.Node {
	if len(e.Notes) > 0 {
		return noteNodes(e.Notes)
	}
	what := g.Group{h.Class("event"), h.Strong(g.Text(e.Who))}
	if len(e.Added) > 0 {
		what = append(what, g.Text(" added "), chips(e.Added))
	}
	if len(e.Added) > 0 && len(e.Removed) > 0 {
		what = append(what, g.Text(" and"))
	}
	if len(e.Removed) > 0 {
		what = append(what, g.Text(" removed "), chips(e.Removed))
	}
	return h.Div(what, quiet(stamp(e.At)))
}
