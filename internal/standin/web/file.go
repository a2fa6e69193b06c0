package web

import (
	"maps"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

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

// tree is a folder.
func (s *site) tree(p *standin.Project, refAndPath string) *page {
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
	return &page{Title: title, Project: p, Section: "files", Body: g.Group{
		crumbRow(crumbs(p, ref, title, folder != "")),
		h.H1(g.Text(path.Base(title))),
		h.P(h.Class("quiet"), g.Text("At "), h.Code(g.Text(ref))),
		h.Section(h.Class("card"), h.Aria("label", "Files"), entryRows(list)),
	}}
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

// blob is a file: Markdown is shown rendered, unless it is to be plain, and all else by its lines.
func (s *site) blob(p *standin.Project, refAndPath string, plain bool) *page {
	ref, name, content, ok := s.file(p, refAndPath)
	if !ok {
		return nil
	}
	link := fileLink(p, "blob", ref, name)
	markdown := strings.HasSuffix(name, ".md") || strings.HasSuffix(name, ".markdown")
	plain = plain || !markdown
	views := g.Group{h.Class("tabs"), h.Aria("label", "View")}
	if markdown {
		views = append(views, h.A(h.Href(link), current(!plain), g.Text("Rendered")), h.A(h.Href(link+"?plain=1"), current(plain), g.Text("Source")))
	}
	text := renderedFile
	if plain {
		text = lineTable
	}
	return &page{Title: name, Project: p, Section: "files", Body: g.Group{
		crumbRow(crumbs(p, ref, name, true)),
		h.H1(g.Text(path.Base(name))),
		h.P(h.Class("quiet"), g.Text("At "), h.Code(g.Text(ref))),
		h.Nav(views, h.A(h.Href(fileLink(p, "raw", ref, name)), g.Text("Raw"))),
		h.Section(h.Class("card"), h.Aria("label", "Content"), text(path.Base(name), content)),
	}}
}

func renderedFile(_, content string) g.Node {
	matter, text := frontMatter(content)
	return g.Group{
		g.If(matter != "", h.Details(h.Class("matter"), h.Summary(g.Text("Front matter")), h.Pre(g.Text(matter)))),
		h.Div(h.Class("md page pad"), fileToHTML(text)),
	}
}

func lineTable(name, content string) g.Node {
	var rows g.Group
	for i, line := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(content, "\r\n", "\n"), "\n"), "\n") {
		no := strconv.Itoa(i + 1)
		rows = append(rows, h.Tr(h.ID("L"+no),
			h.Td(h.Class("no"), h.A(h.Href("#L"+no), h.Aria("label", "Line "+no), g.Text(no))),
			h.Td(h.Class("text"), g.Text(line))))
	}
	return h.Table(h.Class("diff source"), h.Caption(h.Class("sr"), g.Text(name)), h.TBody(lined(rows)))
}

func entryRows(list []entry) g.Node {
	return h.Ul(h.Class("files"), g.Map(list, func(e entry) g.Node {
		if e.Folder {
			return h.Li(h.Class("folder"), h.A(h.Href(e.Link), g.Text(e.Name+"/")))
		}
		return h.Li(h.A(h.Href(e.Link), g.Text(e.Name)))
	}))
}

func crumbRow(list []entry) g.Node {
	return h.Nav(h.Class("crumbs"), h.Aria("label", "Folders"), g.Map(list, func(e entry) g.Node {
		return g.Group{h.A(h.Href(e.Link), g.Text(e.Name)), separator()}
	}))
}
