package web

import (
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// projectRow is a project in the list of projects.
type projectRow struct {
	Project          *standin.Project
	Requests, Issues int // open ones
}

func (s *site) projects() []projectRow {
	var rows []projectRow
	for _, p := range s.gitlab.Projects() {
		rows = append(rows, projectRow{p, len(s.openRequests(p)), len(s.openIssues(p))})
	}
	return rows
}

func (s *site) openRequests(p *standin.Project) []*standin.MergeRequest {
	return slices.DeleteFunc(s.gitlab.AllMergeRequests(p), func(m *standin.MergeRequest) bool { return m.State != "opened" })
}

func (s *site) openIssues(p *standin.Project) []*standin.Issue {
	return slices.DeleteFunc(s.gitlab.WorkItems(p), func(i *standin.Issue) bool { return i.State != "opened" || i.Type == "task" })
}

// overviewData is the first page of a project.
type overviewData struct {
	Requests []*standin.MergeRequest
	Issues   []issueRow
	Files    []entry
	Readme   any // HTML, nil where there is none
}

func (s *site) overview(p *standin.Project) view {
	files := s.gitlab.Files(p, standin.DefaultBranch)
	data := overviewData{Requests: s.openRequests(p), Files: entries(p, files, standin.DefaultBranch, "")}
	for _, i := range s.openIssues(p) {
		data.Issues = append(data.Issues, s.row(i))
	}
	if text, ok := files["README.md"]; ok {
		data.Readme = toHTML(text, nil)
	}
	return view{"overview", page{Title: p.Path, Project: p, Section: "overview", Data: data}}
}

// An entry is a file or a folder.
type entry struct {
	Name   string
	Link   string
	Folder bool
}

// entries lists what is in a folder, folders first.
func entries(p *standin.Project, files map[string]string, ref, folder string) []entry {
	seen := map[string]bool{}
	var folders, plain []entry
	for _, name := range slices.Sorted(maps.Keys(files)) {
		rest, ok := strings.CutPrefix(name, folder)
		if !ok {
			continue
		}
		first, _, deeper := strings.Cut(rest, "/")
		if !deeper {
			plain = append(plain, entry{rest, fileLink(p, "blob", ref, name), false})
		} else if !seen[first] {
			seen[first] = true
			folders = append(folders, entry{first, fileLink(p, "tree", ref, folder+first), true})
		}
	}
	return append(folders, plain...)
}

// fileLink is the address of a file or folder.
func fileLink(p *standin.Project, kind, ref, name string) string {
	u := url.URL{Path: "/" + path.Join(p.Path, "-", kind, ref, name)}
	return u.String()
}

// resolve parts a path of a page into the branch or commit it begins with and the rest, and gives
// the files there. Branches may have slashes, so the shortest that exists counts.
func (s *site) resolve(p *standin.Project, refAndPath string) (ref, name string, files map[string]string) {
	for i := 0; i <= len(refAndPath); i++ {
		if i < len(refAndPath) && refAndPath[i] != '/' {
			continue
		}
		if files := s.gitlab.Files(p, refAndPath[:i]); files != nil && i > 0 {
			return refAndPath[:i], strings.Trim(refAndPath[i:], "/"), files
		}
	}
	return "", "", nil
}

// file finds a file by the path of its page.
func (s *site) file(p *standin.Project, refAndPath string) (ref, name, content string, ok bool) {
	ref, name, files := s.resolve(p, refAndPath)
	content, ok = files[name]
	return ref, name, content, ok
}

// treeData is a folder.
type treeData struct {
	Ref    string
	Crumbs []entry
	Files  []entry
}

func (s *site) tree(p *standin.Project, refAndPath string) *view {
	ref, folder, files := s.resolve(p, refAndPath)
	if folder != "" {
		folder += "/"
	}
	list := entries(p, files, ref, folder)
	if len(list) == 0 {
		return nil
	}
	title := "Files"
	if folder != "" {
		title = strings.TrimSuffix(folder, "/")
	}
	return &view{"tree", page{Title: title, Project: p, Section: "files", Data: treeData{ref, crumbs(p, ref, title, folder != ""), list}}}
}

// crumbs are the folders above a file or folder.
func crumbs(p *standin.Project, ref, name string, below bool) []entry {
	list := []entry{{p.Path[strings.LastIndexByte(p.Path, '/')+1:], fileLink(p, "tree", ref, ""), true}}
	if !below {
		return list
	}
	parts := strings.Split(name, "/")
	for i := range parts[:len(parts)-1] {
		list = append(list, entry{parts[i], fileLink(p, "tree", ref, strings.Join(parts[:i+1], "/")), true})
	}
	return list
}

// blobData is a file.
type blobData struct {
	Name, Ref              string
	Crumbs                 []entry
	Markdown               bool     // whether it can be shown rendered
	Matter                 string   // front matter
	HTML                   any      // the rendered file, nil when plain
	Lines                  []string // the plain file
	Rendered, Source, Bare string   // links
}

func (s *site) blob(p *standin.Project, refAndPath string, plain bool) *view {
	ref, name, content, ok := s.file(p, refAndPath)
	if !ok {
		return nil
	}
	link := fileLink(p, "blob", ref, name)
	data := blobData{
		Name: path.Base(name), Ref: ref, Crumbs: crumbs(p, ref, name, true), Rendered: link, Source: link + "?plain=1", Bare: fileLink(p, "raw", ref, name),
		Markdown: strings.HasSuffix(name, ".md") || strings.HasSuffix(name, ".markdown"),
	}
	if data.Markdown && !plain {
		matter, text := frontMatter(content)
		data.Matter, data.HTML = matter, fileToHTML(text)
	} else {
		data.Lines = strings.Split(strings.TrimSuffix(strings.ReplaceAll(content, "\r\n", "\n"), "\n"), "\n")
	}
	return &view{"blob", page{Title: name, Project: p, Section: "files", Data: data}}
}
