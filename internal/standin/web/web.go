// Package web shows the stand-in GitLab in a browser: projects, merge requests with their
// threads, issues and tasks, labels, boards and files, at GitLab's own addresses.
//
// The pages only show. They need no script but the one that draws charts, and load nothing from
// elsewhere. What people and bots wrote is cleaned before it is shown, and a strict content
// security policy stands behind that. There is no log-in: who reaches the server sees all.
package web

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"path"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

//go:embed templates
var templateFiles embed.FS

// policy is the content security policy. Mermaid puts styles into its charts.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// site answers for the pages of one GitLab.
type site struct {
	gitlab    *standin.Server
	templates *template.Template
}

// New gives the pages of a GitLab; see standin.Server.SetWeb.
func New(s *standin.Server) http.Handler {
	t := template.New("").Funcs(template.FuncMap{"base": path.Base, "branch": branch, "inc": func(n int) int { return n + 1 }, "initials": initials, "name": name, "plural": plural, "stamp": stamp})
	return &site{s, template.Must(t.ParseFS(templateFiles, "templates/*.html"))}
}

// A page is what every template gets.
type page struct {
	Title   string
	Project *standin.Project // nil for the list of projects
	Section string           // of the project's navigation
	Data    any
}

// view is a page with the name of its template.
type view struct {
	template string
	page
}

// ServeHTTP answers a request.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "These pages only show; use the API to change something.", http.StatusMethodNotAllowed)
		return
	}
	if name, ok := strings.CutPrefix(r.URL.Path, "/assets/"); ok && serveAsset(w, r, name) {
		return
	}
	where := strings.Trim(r.URL.Path, "/")
	if where == "" {
		s.show(w, http.StatusOK, view{"projects", page{Title: "Projects", Data: s.projects()}})
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
	var v *view
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
	s.show(w, http.StatusNotFound, view{"missing", page{Title: "Page not found", Project: p}})
}

// show writes a page. It is made in memory first, so that a fault is no half a page.
func (s *site) show(w http.ResponseWriter, status int, v view) {
	var out bytes.Buffer
	if err := s.templates.ExecuteTemplate(&out, v.template, v.page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
}
