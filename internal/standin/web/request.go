package web

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// requestsData is the list of merge requests.
type requestsData struct {
	Tabs []tab
	Rows []*standin.MergeRequest
}

func (s *site) requests(p *standin.Project, q url.Values) *view {
	state := state(q, "merged", "closed")
	var data requestsData
	for _, t := range []struct{ name, state string }{{"Open", "opened"}, {"Merged", "merged"}, {"Closed", "closed"}, {"All", "all"}} {
		in := slices.DeleteFunc(s.gitlab.AllMergeRequests(p), func(m *standin.MergeRequest) bool { return t.state != "all" && m.State != t.state })
		data.Tabs = append(data.Tabs, tab{t.name, "/" + p.Path + "/-/merge_requests?state=" + t.state, len(in), t.state == state})
		if t.state == state {
			data.Rows = in
		}
	}
	return &view{"requests", page{Title: "Merge requests", Project: p, Section: "requests", Data: data}}
}

// requestData is a merge request.
type requestData struct {
	*standin.MergeRequest
	Description template.HTML
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

// Class is the row's style.
func (r row) Class() string {
	return map[byte]string{'+': "added", '-': "removed"}[r.Kind]
}

// Sign is what stands before the line.
func (r row) Sign() string { return strings.TrimSpace(string(r.Kind)) }

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

func (s *site) request(p *standin.Project, iid int64) *view {
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
	return &view{"request", page{Title: fmt.Sprintf("%s (!%d)", m.Title, m.IID), Project: p, Section: "requests", Data: data}}
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
