package web

import (
	"io"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// A page is what is shown at an address.
type page struct {
	Title   string
	Project *standin.Project // nil for the list of projects
	Section string           // of the project's navigation
	Body    g.Group
}

// document is a whole page.
func (p page) document() g.Node {
	title := p.Title
	if p.Project != nil && title != p.Project.Path {
		title += " · " + p.Project.Path
	}
	return h.Doctype(h.HTML(h.Lang("en"),
		h.Head(
			h.Meta(h.Charset("utf-8")),
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
			h.TitleEl(g.Text(title+" · GitLab stand-in")),
			h.Link(h.Rel("icon"), h.Href("data:,")),
			h.Link(h.Rel("stylesheet"), h.Href("/assets/style.css")),
			h.Script(h.Src("/assets/charts.js"), h.Defer()),
		),
		h.Body(
			h.A(h.Class("skip"), h.Href("#main"), g.Text("Skip to the content")),
			h.Header(h.Class("bar"), p.where(), p.parts()),
			h.Main(h.ID("main"), h.TabIndex("-1"), lined(p.Body)),
			h.Footer(g.Text("A stand-in for GitLab that lives in memory. Its pages only show. Charts are drawn by "),
				h.A(h.Href("/assets/mermaid.txt"), g.Text("Mermaid")), g.Text(".")),
		),
	))
}

// where says where the reader is.
func (p page) where() g.Node {
	nav := g.Group{
		h.Class("where"), h.Aria("label", "Where you are"),
		h.A(h.Class("brand"), h.Href("/"), g.Text("GitLab "), h.Span(g.Text("stand-in"))),
	}
	if p.Project != nil {
		nav = append(nav, separator(), h.A(h.Href("/"+p.Project.Path), g.Text(p.Project.Path)))
	}
	return h.Nav(nav)
}

// parts leads to the parts of a project.
func (p page) parts() g.Node {
	if p.Project == nil {
		return nil
	}
	nav := g.Group{h.Class("parts"), h.Aria("label", "Project")}
	for _, part := range []struct{ section, path, name string }{
		{"overview", "", "Overview"},
		{"requests", "/-/merge_requests", "Merge requests"},
		{"issues", "/-/issues", "Issues"},
		{"boards", "/-/boards", "Boards"},
		{"labels", "/-/labels", "Labels"},
		{"files", "/-/tree/main", "Files"},
	} {
		nav = append(nav, h.A(h.Href("/"+p.Project.Path+part.path), current(p.Section == part.section), g.Text(part.name)), g.Text(" "))
	}
	return h.Nav(nav)
}

// A rendered text is HTML of people's texts that clean and arrange have gone over. It is the one
// kind of node here that writes HTML as it is.
type rendered string

// Render writes the HTML.
func (r rendered) Render(w io.Writer) error {
	_, err := io.WriteString(w, string(r))
	return err
}

// lined puts parts on lines of their own, for those who read the source.
func lined(parts g.Group) g.Group {
	var out g.Group
	for _, p := range parts {
		out = append(out, g.Text("\n"), p)
	}
	return out
}

func current(is bool) g.Node { return g.If(is, h.Aria("current", "page")) }

func separator() g.Node { return h.Span(h.Class("sep"), h.Aria("hidden", "true"), g.Text("/")) }

// quiet is what matters less. Like badge and warn, it stands behind something.
func quiet(parts ...g.Node) g.Node {
	return g.Group{g.Text(" "), h.Span(h.Class("quiet"), g.Group(parts))}
}

func badge(text string) g.Node { return g.Group{g.Text(" "), h.Span(h.Class("badge"), g.Text(text))} }

func warn(is bool, text string) g.Node {
	return g.If(is, g.Group{g.Text(" "), h.Span(h.Class("badge warn"), g.Text(text))})
}

func count(text string) g.Node {
	return g.Group{g.Text(" "), h.Span(h.Class("count"), g.Text(text))}
}

// hidden is for those who hear the page.
func hidden(text string) g.Node { return h.Span(h.Class("sr"), g.Text(text)) }

func empty(text string) g.Node { return h.P(h.Class("empty"), g.Text(text)) }

// orEmpty is a node for what there is, or says that there is nothing.
func orEmpty[T any](list []T, node func([]T) g.Node, text string) g.Node {
	if len(list) == 0 {
		return empty(text)
	}
	return node(list)
}

// card is a part of a page with a heading. Its id is the heading's.
func card(id string, heading, content g.Node) g.Node {
	return h.Section(h.Class("card"), h.Aria("labelledby", id), h.H2(h.ID(id), heading), content)
}

// description is what people wrote about an issue or merge request.
func description(text rendered) g.Node {
	if text == "" {
		return card("description", g.Text("Description"), empty("There is no description."))
	}
	return card("description", g.Text("Description"), h.Div(h.Class("md pad"), text))
}

// stateOf shows whether something is open.
func stateOf(state string) g.Node {
	name := "Closed"
	switch state {
	case "opened":
		name = "Open"
	case "merged":
		name = "Merged"
	}
	return h.Span(h.Class("state "+state), g.Text(name))
}

func (c chip) node() g.Node {
	parts := g.Group{h.Class("chip"), h.Href(c.Link), h.Style(c.Style), g.If(c.Description != "", h.Title(c.Description))}
	if c.Scope == "" {
		return h.A(parts, h.Span(h.Class("scope"), g.Text(c.Value)))
	}
	return h.A(parts, h.Span(h.Class("scope"), g.Text(c.Scope)), hidden("::"), h.Span(h.Class("value"), g.Text(c.Value)))
}

// chips shows labels in a row.
func chips(list []chip) g.Node {
	if len(list) == 0 {
		return nil
	}
	return h.Span(h.Class("chips"), g.Map(list, func(c chip) g.Node { return g.Group{c.node(), g.Text(" ")} }))
}

// who shows a user.
func who(u *standin.User) g.Node {
	parts := g.Group{h.Span(h.Class("avatar"), h.Aria("hidden", "true"), g.Text(initials(u))), h.Strong(g.Text(name(u)))}
	if u != nil {
		parts = append(parts, quiet(g.Text("@"+u.Username)))
		if u.Bot {
			parts = append(parts, badge("Bot"))
		}
	}
	return parts
}

// A tab is a link to a part of a list.
type tab struct {
	Name, Link string
	Count      int
	Current    bool
}

// tabs lead to the states that a list can be for.
func tabs(list []tab) g.Node {
	return h.Nav(h.Class("tabs"), h.Aria("label", "State"), g.Map(list, func(t tab) g.Node {
		return h.A(h.Href(t.Link), current(t.Current), g.Text(t.Name), count(strconv.Itoa(t.Count)))
	}))
}

// requestRows lists merge requests.
func requestRows(list []*standin.MergeRequest) g.Node {
	return h.Ul(h.Class("rows"), lined(g.Map(list, func(m *standin.MergeRequest) g.Node {
		return h.Li(
			h.Div(h.Class("row-title"), h.A(h.Href("/"+m.Project.Path+"/-/merge_requests/"+number(m.IID)), g.Text(m.Title)), g.Text(" "), stateOf(m.State)),
			h.Div(h.Class("quiet"), g.Text("!"+number(m.IID)+" · opened "), stamp(m.CreatedAt), g.Text(" by "+name(m.Author)+" · "), h.Code(g.Text(branch(m))), g.Text(" → "), h.Code(g.Text(m.Target))),
		)
	})))
}

// issueRows lists issues and tasks.
func issueRows(list []issueRow) g.Node {
	return h.Ul(h.Class("rows"), lined(g.Map(list, func(r issueRow) g.Node {
		about := "#" + number(r.IID)
		if r.Tasks > 0 {
			about += " · " + strconv.Itoa(r.Done) + " of " + plural(r.Tasks, "task") + " done"
		}
		if r.DueDate != "" {
			about += " · due " + r.DueDate
		}
		var with []string
		for _, u := range r.Assignees {
			with = append(with, name(u))
		}
		if len(with) > 0 {
			about += " · with " + strings.Join(with, ", ")
		}
		return h.Li(
			h.Div(h.Class("row-title"), h.A(h.Href(r.Link), g.Text(r.Title)), g.Text(" "), stateOf(r.State), warn(r.Confidential, "Confidential")),
			h.Div(h.Class("quiet"), g.Text(about)),
			chips(r.Chips),
		)
	})))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
