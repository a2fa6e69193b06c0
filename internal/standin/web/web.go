// Package web shows the stand-in GitLab in a browser: projects, merge requests with their
// threads, issues and tasks, labels, boards and files, at GitLab's own addresses.
//
// The pages only show. They need no script but the one that draws charts, and load nothing from
// elsewhere. What people and bots wrote is cleaned before it is shown, and a strict content
// security policy stands behind that. There is no log-in: who reaches the server sees all.
package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// policy is the content security policy. Mermaid puts styles into its charts.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// site answers for the pages of one GitLab.
type site struct {
	gitlab *standin.Server
}

// New gives the pages of a GitLab; see standin.Server.SetWeb.
func New(s *standin.Server) http.Handler {
	return &site{s}
}

// ServeHTTP answers a request.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Content-Security-Policy", policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		http.Error(w, "These pages only show; use the API to change something.", http.StatusMethodNotAllowed)
		return
	}
	if name, ok := strings.CutPrefix(r.URL.Path, "/assets/"); ok && serveAsset(w, r, name) {
		return
	}
	where := strings.Trim(r.URL.Path, "/")
	if where == "" {
		s.show(w, http.StatusOK, s.projects())
		return
	}
	name, rest, inside := strings.Cut(where, "/-/")
	project := s.gitlab.Project(name)
	if project == nil {
		s.notFound(w, nil)
		return
	}
	if !inside {
		s.show(w, http.StatusOK, s.overview(project))
		return
	}
	s.inside(w, r, project, rest)
}

// inside answers for the pages of a project.
func (s *site) inside(w http.ResponseWriter, r *http.Request, p *standin.Project, where string) {
	kind, rest, _ := strings.Cut(where, "/")
	number, tail, _ := strings.Cut(rest, "/")
	iid, _ := strconv.ParseInt(number, 10, 64) // 0 is nobody's number
	var v *page
	switch {
	case kind == "merge_requests" && rest == "":
		v = s.requests(p, r.URL.Query())
	case kind == "merge_requests" && tail == "diffs":
		http.Redirect(w, r, "/"+p.Path+"/-/merge_requests/"+strconv.FormatInt(iid, 10)+"#changes", http.StatusFound) //nolint:gosec // a project that exists, and a number
		return
	case kind == "merge_requests" && tail == "":
		v = s.request(p, iid)
	case (kind == "issues" || kind == "work_items") && rest == "":
		v = s.issues(p, r.URL.Query())
	case (kind == "issues" || kind == "work_items") && tail == "":
		v = s.issue(p, iid)
	case kind == "labels" && rest == "":
		v = s.labels(p)
	case kind == "boards" && tail == "":
		v = s.board(p, number)
	case kind == "tree":
		v = s.tree(p, rest)
	case kind == "blob":
		v = s.blob(p, rest, r.URL.Query().Get("plain") == "1")
	case kind == "raw":
		if _, _, content, ok := s.file(p, rest); ok {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = w.Write([]byte(content)) //nolint:gosec // plain text, and nosniff
			return
		}
	}
	if v == nil {
		s.notFound(w, p)
		return
	}
	s.show(w, http.StatusOK, *v)
}

func (s *site) notFound(w http.ResponseWriter, p *standin.Project) {
	link, where := "/", "the projects"
	if p != nil {
		link, where = "/"+p.Path, p.Path
	}
	s.show(w, http.StatusNotFound, page{Title: "Page not found", Project: p, Body: g.Group{
		h.H1(g.Text("Page not found")),
		h.P(g.Text("There is nothing at this address. "), h.A(h.Href(link), g.Text("Go to "+where)), g.Text(".")),
	}})
}

// show writes a page. It is made in memory first, so that a fault is no half a page.
func (s *site) show(w http.ResponseWriter, status int, p page) {
	var out bytes.Buffer
	if err := p.document().Render(&out); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
}
