package migrate

import (
	"errors"
	"path"
	"slices"
	"strings"
)

const (
	familyFolder  = "job-families"
	libraryFolder = "job-description-library"
)

// errNoPlace is why some pages can't go to the library.
var errNoPlace = errors.New(`its path has no folder "` + familyFolder + `", so where it belongs in the library can't be told; move it to content/` + libraryFolder + "/ by hand")

// familyPath is where a page belongs in the layout of 2023. Before, each page had a folder of its
// own below a folder "source", of one of several sites; since, folders are for sections, and for
// pages with files beside them.
func (m *migration) familyPath() string {
	parts := strings.Split(m.page.Path, "/")
	if i := slices.Index(parts, familyFolder); i > 0 && parts[i-1] == "source" {
		above := parts[:i-1]
		if n := len(above); n >= 2 && above[n-2] == "sites" {
			above = above[:n-2]
		}
		parts = slices.Concat(above, []string{"content"}, parts[i:])
	}
	dir, file := path.Split(path.Join(parts...))
	dir = strings.TrimSuffix(dir, "/")
	file = strings.TrimSuffix(file, ".erb")
	if file != "index.html.md" {
		return path.Join(dir, strings.TrimSuffix(strings.TrimSuffix(file, ".md"), ".html")+path.Ext(file))
	}
	switch {
	case m.HasPages || path.Base(dir) == familyFolder:
		return path.Join(dir, "_index.md")
	case m.HasFiles || dir == "":
		return path.Join(dir, "index.md")
	}
	return dir + ".md"
}

// libraryPath is where a page belongs since 2026: in the same place below another folder.
func (m *migration) libraryPath() (string, error) {
	parts := strings.Split(m.page.Path, "/")
	if slices.Contains(parts, libraryFolder) {
		return m.page.Path, nil
	}
	i := slices.Index(parts, familyFolder)
	if i < 0 {
		return "", errNoPlace
	}
	parts[i] = libraryFolder
	return strings.Join(parts, "/"), nil
}

// Address is what a site calls the page of a file: "/job-families/product/pricing/" for
// content/job-families/product/pricing.md. "" when the file lies in none of the folders that
// role pages are kept in.
func Address(file string) string {
	parts := strings.Split(file, "/")
	i := slices.IndexFunc(parts, func(p string) bool { return p == familyFolder || p == libraryFolder })
	if i < 0 {
		return ""
	}
	parts = parts[i:]
	name := parts[len(parts)-1]
	for _, ending := range []string{".erb", ".md", ".html"} {
		name = strings.TrimSuffix(name, ending)
	}
	parts = parts[:len(parts)-1]
	if name != "index" && name != "_index" {
		parts = append(slices.Clone(parts), name)
	}
	return "/" + strings.Join(parts, "/") + "/"
}
