package review

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// glancer is a GitLab that is asked for paths alone.
type glancer struct {
	GitLab
	tree  map[string]string
	calls int
	most  int // entries of a list
	err   error
}

func (g *glancer) Glance(_ context.Context, _, _ string, q forge.Glance) (forge.Seen, error) {
	g.calls++
	seen := forge.Seen{Files: map[string]bool{}, Folders: map[string]forge.Folder{}, Texts: map[string][]byte{}}
	if len(q.Files) > forge.GlanceFiles || q.Cost() > forge.GlanceCost {
		return seen, forge.ErrInvalid
	}
	for _, name := range slices.Concat(q.Files, q.Texts) {
		if _, ok := g.tree[name]; ok {
			seen.Files[name] = true
		}
	}
	for _, name := range q.Texts {
		if src, ok := g.tree[name]; ok {
			seen.Texts[name] = []byte(src)
		}
	}
	for _, dir := range q.Folders {
		for name := range g.tree {
			rest, ok := strings.CutPrefix(name, dir+"/")
			if dir == "." {
				rest, ok = name, true
			}
			if !ok {
				continue
			}
			below, _, deeper := strings.Cut(rest, "/")
			f := seen.Folders[dir]
			switch {
			case !deeper:
				f.Files = append(f.Files, below)
			case !slices.Contains(f.Folders, below):
				f.Folders = append(f.Folders, below)
			}
			f.Cut = len(f.Files) > g.most || len(f.Folders) > g.most
			f.Files, f.Folders = f.Files[:min(len(f.Files), g.most+1)], f.Folders[:min(len(f.Folders), g.most+1)]
			seen.Folders[dir] = f
		}
	}
	return seen, g.err
}

// removal is the diff of a file that is taken away.
func removal(src string) string {
	var b strings.Builder
	for line := range strings.Lines(src) {
		b.WriteString("-" + strings.TrimSuffix(line, "\n") + "\n")
	}
	return fmt.Sprintf("@@ -1,%d +0,0 @@\n%s", strings.Count(b.String(), "\n"), &b)
}

func fsOf(tree map[string]string) *check.Site {
	files := fstest.MapFS{}
	for name, src := range tree {
		files[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return check.NewSite(files)
}

// told are the findings of the rule on a page.
func toldOf(p *hiring.Page, o check.Options) []string {
	var list []string
	for _, f := range check.Page(p, o) {
		if f.Rule == links {
			list = append(list, fmt.Sprint(f.Range.Start.Line, " ", f.Message))
		}
	}
	return list
}

// handbooks are trees of files with pages that link to each other.
func handbooks(t *testing.T) map[string]map[string]string {
	all := map[string]map[string]string{"small": {
		"content/job-families/_index.md":                                     "---\ntitle: Job families\n---\n",
		"content/job-families/product/manager.md":                            "---\ntitle: Manager\n---\n\n## Requirements\n\n[a](lead.md) [b](#requirements) [c](/handbook/hiring/#plan) [d](/handbook/hiring/#plans) [e](/handbook/old/) [f](/handbook/gone/) [g](/files/plan.pdf) [h](/files/plans.pdf)\n",
		"content/job-families/product/lead.md":                               "---\ntitle: Lead\n---\n\n[a](manager.md#requirements) [b](manager.md#levels) [c](logo.png) [d](..) [e](../sales/) [f](/job-families/product/) [g](../../images/x.png)\n",
		"content/job-families/product/logo.png":                              "",
		"content/handbook/hiring/_index.md":                                  "---\ntitle: Hiring\n---\n\n## Plan\n",
		"static/files/plan.pdf":                                              "",
		"static/_redirects":                                                  "/handbook/old/ /handbook/hiring/ 301\n",
		"sites/uncategorized/source/job-families/sales/seller/index.html.md": "---\ntitle: Seller\n---\n\n## Levels\n\n[a](/handbook/hiring/#plan) [b](/handbook/firing/) [c](/company/team/) [d](/job-families/sales/seller/#levels) [e](../buyer/) [f](/job-families/gone/) [g](/pricing/)\n",
		"sites/handbook/source/handbook/hiring/index.html.md":                "---\ntitle: Hiring\n---\n\n## Plan\n",
		"source/company/team/index.html.haml":                                "%h1 Team\n",
		"data/redirects.yml":                                                 "- sources: /job-families/gone\n",
		"docs/guide.md":                                                      "# Guide\n\n[a](other.md) [b](others.md) [c](/docs/other.md) [d](/elsewhere/)\n",
		"docs/other.md":                                                      "",
	}}
	if _, err := corpus.Find(); err != nil {
		t.Logf("no real pages: %v; set ROLEPLAN_CORPUS", err)
		return all
	}
	for path, src := range corpus.Pages(t) {
		folder, rel, _ := strings.Cut(path, "/")
		where, ok := map[string]string{"handbook-2024": "content/job-families/", "pages": "sites/uncategorized/source/job-families/"}[folder]
		if !ok {
			continue
		}
		if all[folder] == nil {
			all[folder] = map[string]string{}
		}
		all[folder][where+rel] = string(src)
	}
	return all
}

// TestLinksAsOnDisk: over the forge the rule finds what it finds in a folder with the same files, at both
// ends of a merge request that makes, takes away, moves and changes files.
func TestLinksAsOnDisk(t *testing.T) {
	t.Parallel()
	for name, before := range handbooks(t) {
		paths := slices.Sorted(maps.Keys(before))
		diskBefore := fsOf(before)
		found, calls, most := 0, 0, 0
		for seed := range uint64(60) {
			r := rand.New(rand.NewPCG(seed, 3))
			after := maps.Clone(before)
			touched := touched{}
			pages := []reading{}
			add := func(f forge.ChangedFile, old, now string) {
				touched.files = append(touched.files, f)
				if strings.HasSuffix(f.NewPath, ".md") && !f.Deleted {
					p := reading{head: rolepage.Parse(f.NewPath, []byte(now)), base: rolepage.Parse(f.NewPath, []byte(old))}
					p.Page = note.Page{Path: f.NewPath, OldPath: f.OldPath}
					if f.New {
						p.base = nil
					}
					pages = append(pages, p)
				}
			}
			done := map[string]bool{}
			for range 3 {
				path := paths[r.IntN(len(paths))]
				if done[path] {
					continue
				}
				done[path] = true
				src := before[path]
				moved := filepath.Dir(path) + "/moved-" + filepath.Base(path)
				switch r.IntN(5) {
				case 0:
					delete(after, path)
					add(forge.ChangedFile{OldPath: path, NewPath: path, Deleted: true, Diff: removal(src)}, src, "")
				case 1:
					delete(after, path)
					after[moved] = src
					add(forge.ChangedFile{OldPath: path, NewPath: moved, Renamed: true}, src, src)
				case 2:
					after[moved] = src
					add(forge.ChangedFile{OldPath: moved, NewPath: moved, New: true}, "", src)
				default:
					if src != "" && !strings.HasSuffix(src, "\n") {
						continue
					}
					const more = "[one more](gone.md) [and one](/handbook/values/#credit)\n"
					after[path] = src + "\n" + more
					n := strings.Count(src, "\n")
					add(forge.ChangedFile{OldPath: path, NewPath: path, Diff: fmt.Sprintf("@@ -%d,0 +%d,2 @@\n+\n+%s", n, n+1, more)}, src, after[path])
				}
			}
			g := &glancer{tree: after, most: 2 + r.IntN(100)}
			rec := New(g, nil)
			s := settings{conf: repoconf.Default(), project: forge.Project{Path: "acme/handbook"}}
			head, base, err := rec.sites(t.Context(), s, forge.MergeRequest{ProjectID: 1, Diff: forge.DiffRefs{Head: "h"}}, touched, pages)
			if err != nil || head == nil {
				t.Fatalf("%s, seed %d: %v, %v", name, seed, head, err)
			}
			diskAfter := fsOf(after)
			calls, most = calls+g.calls, max(most, g.calls)
			for _, p := range pages {
				for end, pair := range [][2][]string{
					{toldOf(p.head, check.Options{Site: head}), toldOf(p.head, check.Options{Site: diskAfter})},
					{},
				} {
					if end == 1 && p.base != nil {
						pair = [2][]string{toldOf(p.base, check.Options{Site: base}), toldOf(p.base, check.Options{Site: diskBefore})}
					}
					found += len(pair[0])
					if !slices.Equal(pair[0], pair[1]) {
						t.Errorf("%s, seed %d, %s, end %d:\nover the forge %q\non disk        %q", name, seed, p.Path, end, pair[0], pair[1])
					}
				}
			}
			// Nothing is asked twice.
			if _, _, err := rec.sites(t.Context(), s, forge.MergeRequest{ProjectID: 1, Diff: forge.DiffRefs{Head: "h"}}, touched, pages); err != nil || g.calls > most {
				t.Errorf("%s, seed %d: %d calls, %v", name, seed, g.calls, err)
			}
		}
		t.Logf("%s: %d files, %d findings, %d calls in 60 merge requests, at most %d in one", name, len(before), found, calls, most)
	}
}

// TestLinksUntold: where GitLab refuses to tell of the repository, no link is said to lead nowhere.
func TestLinksUntold(t *testing.T) {
	p := reading{head: rolepage.Parse("docs/a.md", []byte("[a](gone.md)\n"))}
	for _, err := range []error{forge.ErrForbidden, forge.ErrUnsupported, forge.ErrInvalid, forge.ErrNotFound} {
		g := &glancer{err: err}
		s := settings{conf: repoconf.Default()}
		head, base, got := New(g, nil).sites(t.Context(), s, forge.MergeRequest{}, touched{}, []reading{p})
		if head != nil || base != nil || got != nil {
			t.Errorf("%v: %v, %v, %v", err, head, base, got)
		}
	}
	s := settings{conf: repoconf.Default()}
	s.conf.Rules = map[string]repoconf.Rule{links: {Severity: new(finding.Off)}}
	g := &glancer{}
	if _, _, err := New(g, nil).sites(t.Context(), s, forge.MergeRequest{}, touched{}, []reading{p}); err != nil || g.calls > 0 {
		t.Errorf("%d calls for a rule that is off, %v", g.calls, err)
	}
}
