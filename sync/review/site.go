package review

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

// A site answers what the rules ask of a repository at a commit. What it does not know it denies, and
// notes the question, so that many can be asked of GitLab together. The content of a commit never changes.
type site struct {
	mu      sync.Mutex
	files   map[string]bool
	folders map[string]folder
	texts   map[string][]byte // nil for a file that is not there or no text
	pages   map[string]*hiring.Page
	hints   map[string]bool // names of pages whose headings links lead to
	roots   map[string]bool // of the sites that pages are in

	likely, folding, rest, reading []string // questions without an answer, in their order
}

// A folder is what is known of one.
type folder struct {
	there  bool
	listed bool // all that it holds is known
	forge.Folder
}

func newSite() *site {
	return &site{files: map[string]bool{}, folders: map[string]folder{}, texts: map[string][]byte{}, pages: map[string]*hiring.Page{}, hints: map[string]bool{}, roots: map[string]bool{}}
}

// ask notes a question once.
func ask(list *[]string, name string) {
	if !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
}

// Has reports whether a file or folder is known to be there.
func (s *site) Has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.has(path.Clean(name))
}

func (s *site) has(name string) bool {
	if name == "." || !fs.ValidPath(name) {
		return name == "."
	}
	there, known := s.files[name]
	f, folderKnown := s.folders[name]
	switch {
	case there, f.there:
		return true
	case s.excluded(name):
	case !known:
		s.askFile(name)
	case !folderKnown && !isPage(name):
		ask(&s.folding, name)
	}
	return false
}

// excluded reports whether the folders above a path say that it is not there.
func (s *site) excluded(name string) bool {
	for at := name; at != "."; {
		above := path.Dir(at)
		f, known := s.folders[above]
		if known && !f.there {
			return true
		}
		if base := path.Base(at); known && f.listed && !slices.Contains(f.Folders, base) && (at != name || !slices.Contains(f.Files, base)) {
			return true
		}
		at = above
	}
	return false
}

// askFile asks for a file, or for the folder whose list answers that and more.
func (s *site) askFile(name string) {
	dir, base := path.Dir(name), path.Base(name)
	_, known := s.folders[dir]
	root := rootOf(name)
	switch {
	case path.Ext(name) != "" && !isPage(name):
		ask(&s.likely, name)
	case root != "" && !s.roots[root]:
		// It is hardly in this part of the repository. The lists of its folders say so soonest; that of
		// pictures and the like, which are there if anywhere, is looked into at once.
		target := strings.TrimSuffix(name, path.Ext(name))
		if strings.TrimPrefix(base, "_") == "index"+path.Ext(name) {
			target = dir
		}
		if _, known := s.folders[path.Dir(target)]; path.Ext(target) != "" && !known {
			ask(&s.folding, path.Dir(target))
			return
		}
		for at := root; ; at = path.Join(at, first(name[len(at)+1:])) {
			if _, known := s.folders[at]; !known && at != name {
				ask(&s.folding, at)
				return
			}
			if at == dir || at == name {
				break
			}
		}
		ask(&s.rest, name)
	case strings.HasSuffix(name, ".md") && base != "index.md":
		ask(&s.likely, name)
		if s.hints[address(name)] {
			ask(&s.reading, name)
		}
	case !known && (strings.HasPrefix(base, "index.") || strings.HasPrefix(base, "_index.")):
		ask(&s.folding, dir)
	default:
		ask(&s.rest, name)
	}
}

// first is the first part of a path.
func first(name string) string {
	part, _, _ := strings.Cut(name, "/")
	return part
}

// rootOf is the folder that a site is built from which a path lies in, "" where there is none.
func rootOf(name string) string {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		switch path.Base(dir) {
		case "source", "content", "static", "assets":
			return dir
		}
	}
	return ""
}

// isPage reports whether a path has the ending of a page, which folders do not have.
func isPage(name string) bool {
	return slices.ContainsFunc([]string{".md", ".erb", ".haml", ".html", ".markdown"}, func(ending string) bool { return strings.HasSuffix(name, ending) })
}

// address is the last name in the address of a page's file.
func address(file string) string {
	name, _, _ := strings.Cut(path.Base(file), ".")
	if name == "index" || name == "_index" {
		return path.Base(path.Dir(file))
	}
	return name
}

// Names are the folders in a folder.
func (s *site) Names(dir string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir = path.Clean(dir)
	f, known := s.folders[dir]
	if !known {
		ask(&s.folding, dir)
	}
	return f.Folders
}

// Source is what a file holds, nil when it is not known.
func (s *site) Source(name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.source(path.Clean(name))
}

func (s *site) source(name string) []byte {
	text, known := s.texts[name]
	if there, answered := s.files[name]; !known && (there || !answered) && !s.excluded(name) {
		ask(&s.reading, name)
	}
	return text
}

// asked reports whether it was asked what a file holds.
func (s *site) asked(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, answered := s.texts[name]
	return answered
}

// knows reports whether it is known of a file whether it is there, without asking.
func (s *site) knows(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.files[name]
	return known
}

// known is what the site knows of files and folders for a plan.
func (s *site) known(files []string, dir string) plan.Known {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := plan.Known{Files: map[string][]byte{}, Folders: map[string]bool{}}
	for _, name := range files {
		there, answered := s.files[name]
		if text := s.texts[name]; answered && there == (text != nil) {
			k.Files[name] = text
		}
	}
	if f, answered := s.folders[dir]; answered {
		k.Folders[dir] = f.there
	}
	return k
}

// Page is a Markdown file as a page, nil when it is not known.
func (s *site) Page(name string) *hiring.Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = path.Clean(name)
	return pageOf(s.pages, name, s.source(name))
}

// pageOf parses a page once.
func pageOf(pages map[string]*hiring.Page, name string, src []byte) *hiring.Page {
	if src == nil || !strings.Contains(name, ".md") {
		return nil
	}
	p := pages[name]
	if p == nil {
		p = rolepage.Parse(name, src)
		p.Line(0) // counts the lines, so that pages at work beside each other only read them
		pages[name] = p
	}
	return p
}

// questions are the next ones for GitLab, the likeliest first, and no more than one request takes. They
// are forgotten: what is left of them comes up again.
func (s *site) questions() forge.Glance {
	s.mu.Lock()
	defer s.mu.Unlock()
	var g forge.Glance
	take := func(list *[]string, from []string, cost, most int) {
		for _, name := range from {
			if len(*list) < most && g.Cost()+cost <= forge.GlanceCost {
				*list = append(*list, name)
			}
		}
	}
	take(&g.Files, s.likely, 1, forge.GlanceFiles)
	take(&g.Texts, s.reading, 1, forge.GlanceFiles)
	take(&g.Folders, s.folding, forge.FolderCost, forge.GlanceCost)
	take(&g.Files, s.rest, 1, forge.GlanceFiles)
	s.likely, s.reading, s.folding, s.rest = nil, nil, nil, nil
	return g
}

// learn takes up what GitLab says to questions.
func (s *site) learn(g forge.Glance, seen forge.Seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Concat(g.Files, g.Texts) {
		s.files[name] = seen.Files[name]
	}
	for _, name := range g.Texts {
		s.texts[name] = seen.Texts[name]
	}
	for _, name := range g.Folders {
		f, there := seen.Folders[name]
		s.folders[name] = folder{there, there && !f.Cut, f}
		for _, file := range f.Files {
			s.files[path.Join(name, file)] = true
		}
		for _, dir := range f.Folders {
			if _, known := s.folders[path.Join(name, dir)]; !known {
				s.folders[path.Join(name, dir)] = folder{there: true}
			}
		}
	}
}

// A baseSite is a repository at the base of a merge request, told from how it is at the head and from
// the files that the merge request changes. A folder that it makes is taken to have been there.
type baseSite struct {
	*site
	files   map[string]bool              // that are there at one end alone: whether at the base
	changes map[string]forge.ChangedFile // by path at the base
	texts   map[string][]byte
	pages   map[string]*hiring.Page
}

func newBaseSite(s *site) *baseSite {
	return &baseSite{site: s, files: map[string]bool{}, changes: map[string]forge.ChangedFile{}, texts: map[string][]byte{}, pages: map[string]*hiring.Page{}}
}

// Has reports whether a file or folder is known to be there.
func (b *baseSite) Has(name string) bool {
	name = path.Clean(name)
	if there, moved := b.files[name]; moved {
		return there
	}
	return len(b.gone(name)) > 0 || b.site.Has(name)
}

// Names are the folders in a folder.
func (b *baseSite) Names(dir string) []string {
	names := slices.Clone(b.site.Names(dir))
	for _, rest := range b.gone(path.Clean(dir)) {
		if name, _, deeper := strings.Cut(rest, "/"); deeper && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// gone are the files below a folder that the merge request takes away, by their paths from there.
func (b *baseSite) gone(dir string) []string {
	var list []string
	for name, there := range b.files {
		if rest, below := strings.CutPrefix(name, dir+"/"); there && below {
			list = append(list, rest)
		}
	}
	return list
}

// Source is what a file holds, nil when it is not known.
func (b *baseSite) Source(name string) []byte {
	name = path.Clean(name)
	if text, known := b.texts[name]; known {
		return text
	}
	f, changed := b.changes[name]
	switch there, moved := b.files[name]; {
	case moved && !there:
		return nil
	case !changed:
		return b.site.Source(name)
	case f.Deleted:
		before, _ := undo(nil, f.Diff) // which has all of it
		return before
	}
	after := b.site.Source(f.NewPath)
	if f.Renamed && f.Diff == "" && !f.Collapsed && !f.TooLarge {
		return after
	}
	before, _ := undo(after, f.Diff)
	return before
}

// Page is a Markdown file as a page, nil when it is not known.
func (b *baseSite) Page(name string) *hiring.Page {
	name = path.Clean(name)
	src := b.Source(name)
	b.mu.Lock()
	defer b.mu.Unlock()
	return pageOf(b.pages, name, src)
}

// everything is a site of which nothing is known, so that no link can be said to lead nowhere.
type everything struct{}

func (everything) Has(string) bool          { return true }
func (everything) Names(string) []string    { return nil }
func (everything) Page(string) *hiring.Page { return nil }
func (everything) Source(string) []byte     { return nil }

// A laterSite is a site that becomes known in time.
type laterSite struct{ rule.Site }
