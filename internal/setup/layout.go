// Package setup finds out how a handbook is laid out, and writes the files that its repository
// needs for roleplan. It reads files and gives texts; nothing is written here.
package setup

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// A Layout is where things stand in a repository.
type Layout struct {
	Pages   []string // globs of role pages; nil where the defaults fit
	Found   int      // role pages
	Profile string   // "auto" where pages are of several layouts
	Team    string   // folder with a file a team member; "" where the default fits, or there is none
}

// mostFiles bounds the look at a repository, and mostBytes the look at a file of it.
const (
	mostFiles = 50_000
	mostBytes = 1 << 20
)

// teamFolders are where handbooks keep a file a member of the team.
var teamFolders = []string{"data/team_members/person", "data/public/team_members/person", "data/team_members", "data/public/team_members", "data/team"}

// Detect reads the layout of a repository from its files. Pages are first looked for where handbooks
// have them by default, and only then by what they say.
func Detect(files fs.FS) (Layout, error) {
	l := Layout{Profile: "auto"}
	paths, err := markdown(files)
	if err != nil {
		return l, err
	}
	conf := repoconf.Default()
	pages := slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return !conf.IsPage(p) })
	if len(pages) == 0 {
		pages = roles(files, paths)
		l.Pages = globs(pages)
	}
	l.Found = len(pages)
	l.Profile = profile(files, pages)
	l.Team = team(files, conf.Team.Path)
	return l, nil
}

// team is the first folder with a file a person in it, "" where the team is in the default's file.
func team(files fs.FS, preset string) string {
	if _, err := fs.Stat(files, preset); err == nil {
		return ""
	}
	for _, dir := range teamFolders {
		people, err := fs.Glob(files, dir+"/*.yml")
		if err == nil && len(people) > 0 {
			return dir
		}
	}
	return ""
}

var errEnough = errors.New("enough files")

// markdown lists the pages of a repository, of any kind. What starts with a dot is not looked at, nor
// what package managers put there.
func markdown(files fs.FS) ([]string, error) {
	var paths []string
	seen := 0
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			return nil //nolint:nilerr // a folder that may not be read holds no pages for us
		case d.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "vendor"):
			return fs.SkipDir
		}
		if seen++; seen > mostFiles {
			return errEnough
		}
		if d.Type().IsRegular() && (strings.HasSuffix(base, ".md") || strings.HasSuffix(base, ".md.erb")) {
			paths = append(paths, name)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return paths, err
}

// roles are the pages that read like role pages: they say what one does in the role, and what one
// needs for it or how one is hired.
func roles(files fs.FS, paths []string) []string {
	var found []string
	for _, p := range paths {
		src, ok := read(files, p)
		if !ok || !mentions(src, "responsibilities") {
			continue
		}
		page := rolepage.Parse(p, src)
		does, needs := false, false
		page.Root.Walk(func(s *hiring.Section) bool {
			does = does || s.Kind == hiring.SectionResponsibilities
			needs = needs || s.Kind == hiring.SectionRequirements || s.Kind == hiring.SectionHiringProcess
			return !does || !needs
		})
		if does && needs && path.Base(p) != "_index.md" {
			found = append(found, p)
		}
	}
	return found
}

func mentions(src []byte, word string) bool {
	return strings.Contains(strings.ToLower(string(src)), word)
}

func read(files fs.FS, name string) ([]byte, bool) {
	info, err := fs.Stat(files, name)
	if err != nil || info.Size() > mostBytes {
		return nil, false
	}
	src, err := fs.ReadFile(files, name)
	return src, err == nil
}

// globs are patterns that name the folders of pages: one for the folder that all have in common, or
// one a top folder.
func globs(pages []string) []string {
	if len(pages) == 0 {
		return nil
	}
	byTop := map[string]string{}
	for _, p := range pages {
		top, _, _ := strings.Cut(p, "/")
		common, known := byTop[top]
		if !known {
			common = path.Dir(p)
		}
		for !within(p, common) {
			common = path.Dir(common)
		}
		byTop[top] = common
	}
	var patterns []string
	for _, dir := range byTop {
		if dir == "." {
			patterns = append(patterns, "*.md")
			continue
		}
		patterns = append(patterns, escape(dir)+"/**/*.md")
	}
	slices.Sort(patterns)
	return slices.Compact(patterns)
}

func within(p, dir string) bool { return dir == "." || strings.HasPrefix(p, dir+"/") }

// escape takes the meaning from signs of patterns in the name of a folder.
func escape(dir string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "{", `\{`).Replace(dir)
}

// profile is the layout that all pages have, or "auto".
func profile(files fs.FS, pages []string) string {
	const sample = 200
	all := ""
	for _, p := range pages[:min(len(pages), sample)] {
		src, ok := read(files, p)
		if !ok {
			continue
		}
		switch of := string(rolepage.Parse(p, src).Profile); all {
		case "", of:
			all = of
		default:
			return "auto"
		}
	}
	if all == "" {
		return "auto"
	}
	return all
}
