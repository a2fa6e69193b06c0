package check_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// repository is a repository with sites of both kinds.
func repository() fstest.MapFS {
	files := fstest.MapFS{}
	for name, src := range map[string]string{
		// Hugo.
		"content/job-families/_index.md":                        "---\ntitle: Job families\n---\n",
		"content/job-families/product/manager.md":               "---\ntitle: Manager\n---\n\n## Requirements\n\n## Requirements\n\n## A & B {#both}\n\n<a name=\"here\"></a>\n",
		"content/job-families/product/logo.png":                 "",
		"content/handbook/hiring/_index.md":                     "---\ntitle: Hiring\n---\n\n## Interview -- Plan\n\n## 2 Steps\n",
		"content/handbook/company/team/index.md":                "---\ntitle: Team\n---\n\n{{< members >}}\n",
		"static/files/plan.pdf":                                 "",
		"static/_redirects":                                     "/handbook/old/ /handbook/hiring/ 301\n",
		"sites/uncategorized/source/job-families/index.html.md": "---\ntitle: Job families\n---\n",
		// Middleman.
		"sites/uncategorized/source/job-families/sales/seller/index.html.md":    "---\ntitle: Seller\n---\n\n## Levels\n",
		"sites/uncategorized/source/job-families/sales/buyer/index.html.md.erb": "---\ntitle: Buyer\n---\n",
		"sites/uncategorized/source/job-families/sales/old.html.md":             "---\ntitle: Old\n---\n",
		"sites/handbook/source/handbook/hiring/index.html.md":                   "---\ntitle: Hiring\n---\n\n## Plan\n",
		"source/company/team/index.html.haml":                                   "%h1 Team\n",
		"data/redirects.yml":                                                    "- sources: /job-families/gone\n  target: /job-families/\n",
		"docs/guide.md":                                                         "# Guide\n\n## First steps\n",
		"docs/other.md":                                                         "",
	} {
		files[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return files
}

func TestBrokenLinks(t *testing.T) {
	for page, links := range map[string]map[string]bool{ // a link, and whether it leads anywhere
		"content/job-families/product/engineer.md": {
			"/job-families/product/manager/": true, "/job-families/product/manager": true, "/job-families/": true, "/job-families/product/engineers/": false,
			"/handbook/hiring/": true, "/handbook/hiring/#interview----plan": true, "/handbook/hiring/#interview-plan": true, "/handbook/hiring/#steps": true, "/handbook/hiring/#interviews": false,
			"/handbook/firing/": false, "/handbook/old/": true, "/handbook/company/team/#anybody": true,
			"manager.md": true, "./manager.md#requirements-1": true, "manager.md#requirements-2": false, "manager.md#both": true, "manager.md#here": true, "manager.md#a--b": true, "director.md": false,
			"../manager/": true, "../manager/#Requirements": false, "../../product/manager/": true, "../director/": false, "logo.png": true, "logo.gif": false, "manager.md?a=b#here": true,
			"/files/plan.pdf": true, "/files/plan.doc": false,
			"/blog/anything/":      true, // no part of this repository
			"https://example.com/": true, "mailto:a@b.c": true, "//example.com/x": true, "#requirements": true, "#requirement": false, "#": true, "#top": true, "": true,
			"{{< ref \"nowhere\" >}}": true, "../../../../x.md": true,
		},
		"sites/uncategorized/source/job-families/sales/closer/index.html.md": {
			"/job-families/sales/seller/": true, "/job-families/sales/seller": true, "/job-families/sales/seller/#levels": true, "/job-families/sales/seller/#level": false,
			"/job-families/sales/buyer/": true, "/job-families/sales/old.html": true, "/job-families/sales/old/": true, "/job-families/sales/new/": false, "/job-families/gone/": true,
			"/handbook/hiring/": true, "/handbook/hiring/#plan": true, "/handbook/firing/": false, "/company/team/": true, "/company/teams/": false, "/pricing/": true,
			"../seller/": true, "../sellers/": false, "<%= link %>": true,
		},
		"docs/page.md": {
			"guide.md": true, "guide.md#first-steps": true, "guide.md#last-steps": false, "guides.md": false, "../docs/other.md": true, "/docs/guide.md": true, "/elsewhere/": true, "some/address": true,
		},
	} {
		for link, fine := range links {
			o := only("broken-link")
			o.Site = check.NewSite(repository())
			src := "---\ntitle: Engineer\n---\n\n## Requirements\n\n[x](" + link + ")\n"
			found := check.Page(rolepage.Parse(page, []byte(src)), o)
			if len(found) > 0 == fine {
				t.Errorf("%s: %q gives %v", page, link, found)
			}
			for _, f := range found {
				if !strings.Contains(f.Message, link) || f.Excerpt != "[x]("+link+")" {
					t.Errorf("%s: %q: message %q, excerpt %q", page, link, f.Message, f.Excerpt)
				}
			}
			if errs := o.Site.(*check.Site).Errors(); len(errs) > 0 {
				t.Errorf("%s: %q: %v", page, link, errs)
			}
			o.Site = nil
			if found := check.Page(rolepage.Parse(page, []byte(src)), o); len(found) > 0 && !strings.HasPrefix(link, "#") {
				t.Errorf("%s: %q without a repository gives %v", page, link, found)
			}
		}
	}
}

// unreadable is a repository in which a folder and a file can't be read.
type unreadable struct{ fstest.MapFS }

func (u unreadable) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "content/handbook" {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.ReadDir(name)
}

func (u unreadable) ReadFile(name string) ([]byte, error) {
	if name == "content/job-families/product/manager.md" {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrPermission}
	}
	return u.MapFS.ReadFile(name)
}

// TestUnreadable takes links into what can't be read for right, and tells of the failure.
func TestUnreadable(t *testing.T) {
	o := only("broken-link")
	o.Site = check.NewSite(unreadable{repository()})
	src := "---\ntitle: Engineer\n---\n\n[x](/handbook/firing/) [y](manager.md#nowhere) [z](director.md)\n"
	found := check.Page(rolepage.Parse("content/job-families/product/engineer.md", []byte(src)), o)
	if got := told(found); !slices.Equal(got, []string{"5 broken-link [z](director.md)"}) {
		t.Errorf("found %q", got)
	}
	errs := o.Site.(*check.Site).Errors()
	if len(errs) != 2 || !errors.Is(errs[0], fs.ErrPermission) || !strings.Contains(errs[0].Error(), "links lead to") {
		t.Errorf("errors %v", errs)
	}
}

// TestSiteOnDisk does not follow symbolic links out of the repository.
func TestSiteOnDisk(t *testing.T) {
	dir := t.TempDir()
	root := filepath.Join(dir, "root")
	for _, folder := range []string{"root/content/a", "outside"} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for name, src := range map[string]string{"root/content/a/b.md": "## Here\n", "outside/secret.md": "## Secret\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../../outside", filepath.Join(root, "content/out")); err != nil {
		t.Skip("no symbolic links here")
	}
	site, err := check.OpenSite(root)
	if err != nil {
		t.Fatal(err)
	}
	if !site.Has("content/a/b.md") || site.Has("content/a/c.md") || site.Has("../outside/secret.md") || site.Page("content/a/b.md") == nil {
		t.Error("what the repository holds is read wrong")
	}
	if site.Source("content/out/secret.md") != nil || site.Page("content/out/secret.md") != nil {
		t.Error("a file outside of the repository was read")
	}
	if errs := site.Errors(); len(errs) > 0 {
		t.Errorf("errors %v", errs)
	}
	if _, err := check.OpenSite(filepath.Join(dir, "none")); err == nil || !strings.Contains(err.Error(), "open root of the repository") {
		t.Errorf("error %v", err)
	}
}
