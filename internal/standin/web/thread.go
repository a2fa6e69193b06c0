package web

import (
	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// node is a note among what happened.
func (n noteView) node() g.Node {
	if n.System {
		return h.Div(h.Class("event"), h.ID("note_"+number(n.ID)), h.Strong(g.Text(name(n.Author))), g.Text(" "), h.Div(h.Class("md"), n.HTML), quiet(stamp(n.CreatedAt)))
	}
	class := "note"
	if n.Internal {
		class += " internal"
	}
	return h.Article(h.Class(class), h.ID("note_"+number(n.ID)), h.Aria("label", "Comment by "+name(n.Author)), n.body())
}

func (n noteView) body() g.Node {
	head := g.Group{who(n.Author), quiet(g.Text("·")), g.Text(" "), h.A(h.Class("quiet"), h.Href("#note_"+number(n.ID)), stamp(n.CreatedAt))}
	if n.Edited {
		head = append(head, quiet(g.Text("· edited "), stamp(n.UpdatedAt)))
	}
	body := g.Group{h.Header(head, warn(n.Internal, "Internal note")), h.Div(h.Class("md"), n.HTML)}
	if len(n.Emoji) > 0 {
		body = append(body, h.P(h.Class("emoji"), g.Map(n.Emoji, badge)))
	}
	return body
}

func noteNodes(list []noteView) g.Node { return g.Map(list, noteView.node) }

// node is a thread in the order of time. One that is resolved is folded.
func (t thread) node() g.Node {
	if !t.Resolvable {
		return noteNodes(t.Notes)
	}
	class, label := "thread", "Thread"
	heading := g.Group{t.state(), g.Text(" Thread")}
	if t.Place != "" {
		label += " on " + t.Place
		heading = append(heading, g.Text(" on "), h.Span(h.Class("path"), g.Text(t.Place)))
	}
	var content g.Group
	switch {
	case t.Link != "":
		content = append(content, h.P(h.Class("quiet thread-place"), h.A(h.Href(t.Link), g.Text("Show it in the changes"))))
	case t.Place != "":
		content = append(content, h.P(h.Class("quiet thread-place"), g.Text("On an older version of the changes.")))
	}
	content = append(content, noteNodes(t.Notes))
	if t.Resolved {
		class += " done"
		content = g.Group{h.Details(h.Summary(heading), content)}
	} else {
		content = g.Group{h.Div(h.Class("thread-head"), heading), content}
	}
	return h.Section(h.Class(class), h.Aria("label", label), content)
}

func (t thread) state() g.Node {
	switch {
	case !t.Resolvable:
		return nil
	case !t.Resolved:
		return h.Span(h.Class("state unresolved"), g.Text("Unresolved"))
	case t.By == "":
		return h.Span(h.Class("state resolved"), g.Text("Resolved"))
	}
	return h.Span(h.Class("state resolved"), g.Text("Resolved by "+t.By))
}

// pinned shows threads at their place in the diff.
func pinned(list []thread) g.Node {
	return g.Map(list, func(t thread) g.Node {
		return h.Details(h.Class("pinned"), g.If(!t.Resolved, g.Attr("open")),
			h.Summary(t.state(), g.Text(" "+plural(len(t.Notes), "comment"))),
			g.Map(t.Notes, func(n noteView) g.Node {
				return h.Article(h.Class("note"), h.Aria("label", "Comment by "+name(n.Author)), n.body())
			}))
	})
}
