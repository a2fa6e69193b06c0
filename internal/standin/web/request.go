package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// requests lists merge requests.
func (s *site) requests(p *standin.Project, q url.Values) *page {
	state := state(q, "merged", "closed")
	var states []tab
	var rows []*standin.MergeRequest
	for _, t := range []struct{ name, state string }{{"Open", "opened"}, {"Merged", "merged"}, {"Closed", "closed"}, {"All", "all"}} {
		in := slices.DeleteFunc(s.gitlab.AllMergeRequests(p), func(m *standin.MergeRequest) bool { return t.state != "all" && m.State != t.state })
		states = append(states, tab{t.name, "/" + p.Path + "/-/merge_requests?state=" + t.state, len(in), t.state == state})
		if t.state == state {
			rows = in
		}
	}
	return &page{Title: "Merge requests", Project: p, Section: "requests", Body: g.Group{
		h.H1(g.Text("Merge requests")),
		tabs(states),
		orEmpty(rows, requestRows, "There are none here."),
	}}
}

// requestData is a merge request.
type requestData struct {
	*standin.MergeRequest
	Description rendered
	Threads     []thread
	Open        int // threads that are not resolved
	Preparing   bool
	Files       []fileView
	Chips       []chip
}

// A thread is a discussion as it is shown.
type thread struct {
	Notes      []noteView
	Resolvable bool
	Resolved   bool
	By         string // who resolved it
	Place      string // line and file, "" for threads that are about no line
	Link       string // to the place in the diff, "" where it is not there any more
	at         *standin.Position
}

// A fileView is a changed file.
type fileView struct {
	standin.Change
	ID             string
	Added, Removed int
	Threads        []thread // about the whole file
	Rows           []row
}

// A row is a line of a diff with the threads at it, or a gap of lines that are left out.
type row struct {
	standin.Line
	Gap     int
	ID      string
	Threads []thread
}

// class is the row's style.
func (r row) class() string {
	return map[byte]string{'+': "added", '-': "removed"}[r.Kind]
}

// sign is what stands before the line.
func (r row) sign() string { return strings.TrimSpace(string(r.Kind)) }

// branch is where a merge request comes from, with the fork's path where it comes from a fork.
func branch(m *standin.MergeRequest) string {
	switch {
	case m.SourceProject == nil:
		return "(deleted fork):" + m.Source
	case m.SourceProject.ID != m.Project.ID:
		return m.SourceProject.Path + ":" + m.Source
	}
	return m.Source
}

func (s *site) request(p *standin.Project, iid int64) *page {
	m := s.gitlab.MergeRequest(p, iid)
	if m == nil {
		return nil
	}
	changes, version := s.gitlab.Changes(m)
	data := requestData{MergeRequest: m, Description: toHTML(m.Description, nil), Preparing: version == nil, Chips: s.chips(p, m.Labels)}
	for i, c := range changes {
		f := fileView{Change: c, ID: fmt.Sprintf("file-%d", i+1)}
		for _, l := range c.Lines {
			switch l.Kind {
			case '+':
				f.Added++
			case '-':
				f.Removed++
			}
			f.Rows = append(f.Rows, row{Line: l})
		}
		data.Files = append(data.Files, f)
	}
	for _, d := range m.Discussions {
		if len(d.Notes) == 0 {
			continue
		}
		t := s.thread(p, d)
		if t.at != nil && version != nil && t.at.Base == version.Base && t.at.Head == version.Head {
			pin(data.Files, &t)
		}
		if t.Resolvable && !t.Resolved {
			data.Open++
		}
		data.Threads = append(data.Threads, t)
	}
	for i := range data.Files {
		data.Files[i].Rows = shorten(data.Files[i].Rows)
	}
	return &page{Title: fmt.Sprintf("%s (!%d)", m.Title, m.IID), Project: p, Section: "requests", Body: data.node()}
}

func (s *site) thread(p *standin.Project, d *standin.Discussion) thread {
	first := d.Notes[0]
	t := thread{Resolvable: !d.Individual && !first.System, Resolved: first.Resolved, at: first.Position}
	if first.Resolver != nil {
		t.By = name(first.Resolver)
	}
	var at lines
	if pos := first.Position; pos != nil {
		t.Place = pos.NewPath
		switch {
		case pos.NewLine > 0:
			t.Place = fmt.Sprintf("line %d of %s", pos.NewLine, pos.NewPath)
			at = s.linesAt(p, pos)
		case pos.OldLine > 0:
			t.Place = fmt.Sprintf("old line %d of %s", pos.OldLine, pos.OldPath)
		}
	}
	t.Notes = noteViews(d.Notes, at)
	return t
}

// linesAt reads the lines around a position from the version that it was written at.
func (s *site) linesAt(p *standin.Project, pos *standin.Position) lines {
	return func(above, below int) []string {
		content := strings.TrimSuffix(s.gitlab.Files(p, pos.Head)[pos.NewPath], "\n")
		all := strings.Split(strings.ReplaceAll(content, "\r\n", "\n"), "\n")
		from, to := max(0, pos.NewLine-1-above), min(len(all), pos.NewLine+below)
		if from >= to {
			return nil
		}
		return all[from:to]
	}
}

// pin puts a thread at its line of the diff, and tells the thread where that is.
func pin(files []fileView, t *thread) {
	for i := range files {
		f := &files[i]
		if f.NewPath != t.at.NewPath && f.OldPath != t.at.OldPath {
			continue
		}
		at := slices.IndexFunc(f.Rows, func(r row) bool {
			if t.at.NewLine > 0 {
				return r.New == t.at.NewLine
			}
			return t.at.OldLine > 0 && r.Old == t.at.OldLine
		})
		if at < 0 {
			t.Link = "#" + f.ID
			f.Threads = append(f.Threads, *t)
			return
		}
		r := &f.Rows[at]
		r.ID = fmt.Sprintf("%s-%d-%d", f.ID, r.Old, r.New)
		t.Link = "#" + r.ID
		r.Threads = append(r.Threads, *t)
		return
	}
}

// shorten leaves out the lines that are far from what was changed or is talked about.
func shorten(rows []row) []row {
	const context = 3
	keep := make([]bool, len(rows))
	for i, r := range rows {
		if r.Kind == ' ' && len(r.Threads) == 0 {
			continue
		}
		for j := max(0, i-context); j < min(len(rows), i+context+1); j++ {
			keep[j] = true
		}
	}
	var out []row
	for i := 0; i < len(rows); i++ {
		if keep[i] {
			out = append(out, rows[i])
			continue
		}
		gap := 0
		for ; i < len(rows) && !keep[i]; i++ {
			gap++
		}
		i--
		out = append(out, row{Gap: gap})
	}
	return out
}

// node is the page of a merge request.
func (d requestData) node() g.Group {
	tabs := g.Group{
		h.Class("tabs"), h.Aria("label", "Parts of this page"),
		h.A(h.Href("#activity"), g.Text("Activity"), count(strconv.Itoa(len(d.Threads)))),
		h.A(h.Href("#changes"), g.Text("Changes"), count(strconv.Itoa(len(d.Files)))),
	}
	if d.Open > 0 {
		tabs = append(tabs, h.Span(h.Class("tab-note"), g.Text(plural(d.Open, "thread")+" unresolved")))
	}
	activity := g.Group{h.Aria("labelledby", "activity"), h.H2(h.ID("activity"), g.Text("Activity"))}
	activity = append(activity, orEmpty(d.Threads, func(list []thread) g.Node { return g.Map(list, thread.node) }, "Nobody has written anything yet."))
	if d.MergeCommit != "" {
		activity = append(activity, h.P(h.Class("event"), g.Text("Merged as "), h.Code(g.Text(d.MergeCommit[:8]))))
	}
	changes := g.Group{h.Aria("labelledby", "changes"), h.H2(h.ID("changes"), g.Text("Changes"))}
	switch {
	case d.Preparing:
		changes = append(changes, empty("The changes are being prepared. Load the page again in a moment."))
	case len(d.Files) == 0:
		changes = append(changes, empty("Nothing is changed."))
	}
	return g.Group{
		h.H1(g.Text(d.Title), quiet(g.Text("!"+number(d.IID)))),
		h.P(h.Class("lead"), stateOf(d.State), g.If(d.Draft, badge("Draft")), g.Text(" "), h.Strong(g.Text(name(d.Author))),
			g.Text(" asked to merge "), h.Code(g.Text(branch(d.MergeRequest))), g.Text(" into "), h.Code(g.Text(d.Target)), quiet(stamp(d.CreatedAt))),
		chips(d.Chips),
		h.Nav(tabs),
		description(d.Description),
		h.Section(activity),
		h.Section(changes, g.Map(d.Files, fileView.node)),
	}
}

func (f fileView) node() g.Node {
	title := f.NewPath
	if f.Renamed {
		title = f.OldPath + " → " + f.NewPath
	}
	heading := g.Group{h.ID(f.ID + "-name"), h.Span(h.Class("path"), g.Text(title))}
	switch {
	case f.New:
		heading = append(heading, badge("new"))
	case f.Deleted:
		heading = append(heading, badge("deleted"))
	case f.Renamed:
		heading = append(heading, badge("renamed"))
	}
	heading = append(heading, g.Text(" "),
		h.Span(h.Class("plus"), g.Text("+"+strconv.Itoa(f.Added)), hidden(" lines")), g.Text(" "),
		h.Span(h.Class("minus"), g.Text("−"+strconv.Itoa(f.Removed)), hidden(" lines")))
	var diff g.Node
	switch {
	case f.TooLarge:
		diff = empty("This file has too many changes to be shown.")
	case f.Collapsed:
		diff = h.Details(h.Summary(h.Class("pad"), g.Text("Show the changes of this large file")), f.diff())
	case len(f.Rows) > 0:
		diff = f.diff()
	default:
		diff = empty("No line was changed.")
	}
	return h.Section(h.Class("card file"), h.ID(f.ID), h.Aria("labelledby", f.ID+"-name"), h.H3(heading), pinned(f.Threads), diff)
}

// diff shows the changed lines with the threads at them.
func (f fileView) diff() g.Node {
	heads := g.Map([]string{"Old line", "New line", "Change", "Text"}, func(name string) g.Node { return h.Th(h.Scope("col"), g.Text(name)) })
	return h.Table(h.Class("diff"), h.Caption(h.Class("sr"), g.Text("Changed lines of "+f.NewPath)),
		h.THead(h.Class("sr"), h.Tr(heads)),
		h.TBody(lined(g.Map(f.Rows, row.node))))
}

func (r row) node() g.Node {
	if r.Gap > 0 {
		return h.Tr(h.Class("gap"), h.Td(h.ColSpan("4"), g.Text(plural(r.Gap, "line")+" not shown")))
	}
	lines := g.Group{h.Tr(h.Class(r.class()), g.If(r.ID != "", h.ID(r.ID)),
		h.Td(h.Class("no"), g.Text(lineNumber(r.Old))), h.Td(h.Class("no"), g.Text(lineNumber(r.New))),
		h.Td(h.Class("sign"), g.Text(r.sign())), h.Td(h.Class("text"), g.Text(r.Text)))}
	if len(r.Threads) > 0 {
		lines = append(lines, g.Text("\n"), h.Tr(h.Class("threads"), h.Td(h.ColSpan("4"), pinned(r.Threads))))
	}
	return lines
}

// lineNumber is empty on the side that does not have the line.
func lineNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
