package web

import (
	"path"
	"slices"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// projectRow is a project in the list of projects.
type projectRow struct {
	Project          *standin.Project
	Requests, Issues int // open ones
}

func (s *site) projects() page {
	var rows []projectRow
	for _, p := range s.gitlab.Projects() {
		rows = append(rows, projectRow{p, len(s.openRequests(p)), len(s.openIssues(p))})
	}
	return page{Title: "Projects", Body: g.Group{h.H1(g.Text("Projects")), orEmpty(rows, projectRows, "There are no projects yet.")}}
}

func projectRows(rows []projectRow) g.Node {
	return h.Ul(h.Class("rows"), lined(g.Map(rows, func(r projectRow) g.Node {
		return h.Li(
			h.Div(h.Class("row-title"), h.A(h.Href("/"+r.Project.Path), g.Text(r.Project.Path)), badge(r.Project.Visibility), warn(r.Project.Archived, "archived")),
			h.Div(h.Class("quiet"), g.Text(plural(r.Requests, "open merge request")+" · "+plural(r.Issues, "open issue"))),
		)
	})))
}

func (s *site) openRequests(p *standin.Project) []*standin.MergeRequest {
	return slices.DeleteFunc(s.gitlab.AllMergeRequests(p), func(m *standin.MergeRequest) bool { return m.State != "opened" })
}

func (s *site) openIssues(p *standin.Project) []*standin.Issue {
	return slices.DeleteFunc(s.gitlab.WorkItems(p), func(i *standin.Issue) bool { return i.State != "opened" || i.Type == "task" })
}

// overview is the first page of a project.
func (s *site) overview(p *standin.Project) page {
	var issues []issueRow
	for _, i := range s.openIssues(p) {
		issues = append(issues, s.row(i))
	}
	files := s.gitlab.Files(p, standin.DefaultBranch)
	body := g.Group{
		h.H1(g.Text(path.Base(p.Path)), badge(p.Visibility), warn(p.Archived, "archived")),
		card("requests", g.Text("Open merge requests"), orEmpty(s.openRequests(p), requestRows, "No merge request is open.")),
		card("issues", g.Text("Open issues"), orEmpty(issues, issueRows, "No issue is open.")),
		card("files", g.Text("Files"), orEmpty(entries(p, files, standin.DefaultBranch, ""), entryRows, "There are no files yet.")),
	}
	if text, ok := files["README.md"]; ok {
		body = append(body, card("readme", g.Text("README.md"), h.Div(h.Class("md pad"), toHTML(text, nil))))
	}
	return page{Title: p.Path, Project: p, Section: "overview", Body: body}
}
