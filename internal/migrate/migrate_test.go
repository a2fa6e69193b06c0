package migrate

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

func TestPaths(t *testing.T) {
	const layout = "---\nlayout: job_family_page\ntitle: T\n---\n"
	tests := []struct {
		from            string
		pages, files    bool
		family, library string
	}{
		{"sites/uncategorized/source/job-families/a/b/index.html.md", false, false, "content/job-families/a/b.md", "content/job-description-library/a/b.md"},
		{"sites/uncategorized/source/job-families/a/b/index.html.md.erb", false, false, "content/job-families/a/b.md", "content/job-description-library/a/b.md"},
		{"source/job-families/a/index.html.md", true, false, "content/job-families/a/_index.md", "content/job-description-library/a/_index.md"},
		{"source/job-families/a/index.html.md", false, true, "content/job-families/a/index.md", "content/job-description-library/a/index.md"},
		{"source/job-families/index.html.md.erb", false, false, "content/job-families/_index.md", "content/job-description-library/_index.md"},
		{"www/sites/x/source/job-families/a/b.html.md", false, false, "www/content/job-families/a/b.md", "www/content/job-description-library/a/b.md"},
		{"content/job-families/a/b.md", false, false, "content/job-families/a/b.md", "content/job-description-library/a/b.md"},
		{"content/job-families/a/b.md.erb", false, false, "content/job-families/a/b.md", "content/job-description-library/a/b.md"},
		{"pages/a/index.html.md", false, false, "pages/a.md", ""},
		{"index.html.md", false, false, "index.md", ""},
		{"source/job-families/R&D, more/Ä b/index.html.md", false, false, "content/job-families/R&D, more/Ä b.md", "content/job-description-library/R&D, more/Ä b.md"},
	}
	for _, tt := range tests {
		p := rolepage.Parse(tt.from, []byte(layout))
		o := to(hiring.ProfileJobFamily)
		o.HasPages, o.HasFiles = tt.pages, tt.files
		if r, err := Page(p, o); err != nil || r.Path != tt.family {
			t.Errorf("%s moves to %q (%v), expected %q", tt.from, r.Path, err, tt.family)
		}
		o.To = hiring.ProfileJobDescription
		r, err := Page(p, o)
		if tt.library == "" {
			if !errors.Is(err, errNoPlace) {
				t.Errorf("%s moves to %q (%v), expected no place", tt.from, r.Path, err)
			}
		} else if err != nil || r.Path != tt.library {
			t.Errorf("%s moves to %q (%v), expected %q", tt.from, r.Path, err, tt.library)
		}
	}
}

func TestAddress(t *testing.T) {
	for file, want := range map[string]string{
		"content/job-families/a/b.md":                       "/job-families/a/b/",
		"content/job-families/a/_index.md":                  "/job-families/a/",
		"content/job-families/_index.md":                    "/job-families/",
		"sites/x/source/job-families/a/b/index.html.md.erb": "/job-families/a/b/",
		"content/job-description-library/a/b/index.md":      "/job-description-library/a/b/",
		"content/handbook/values.md":                        "",
	} {
		if got := Address(file); got != want {
			t.Errorf("the address of %s is %q, expected %q", file, got, want)
		}
	}
}

func TestNotTakenBack(t *testing.T) {
	for path, target := range map[string]hiring.Profile{
		"content/job-description-library/a.md": hiring.ProfileJobFamily,
		"content/job-families/a.md":            "job-family-2030",
	} {
		if r, err := Page(rolepage.Parse(path, []byte("---\ntitle: T\n---\n")), to(target)); err == nil {
			t.Errorf("%s to %s: no error, but %q", path, target, r.Source)
		}
	}
}

func TestFirstSentence(t *testing.T) {
	for text, want := range map[string]string{
		"Bees, e.g. Queens, fly. They sting.": "Bees, e.g. Queens, fly.",
		"The Sr. Beekeeper flies. And more.":  "The Sr. Beekeeper flies.",
		"It is 3.5 m high. Yes.":              "It is 3.5 m high.",
		"\"Fly!\" she said. Then":             "\"Fly!\" she said.",
		"John B. Smith flies.":                "John B. Smith flies.",
		"What follows:":                       "",
		"no mark at the end":                  "",
		"":                                    "",
	} {
		if got := firstSentence(text); got != want {
			t.Errorf("the first sentence of %q is %q, expected %q", text, got, want)
		}
	}
}

func TestMoved(t *testing.T) {
	src := []byte("0123456789")
	out, done := apply(src, []edit{
		{Span: hiring.Span{Start: 2, End: 4}, text: "abcd", order: 0},
		{Span: hiring.Span{Start: 3, End: 5}, text: "never", order: 1},
		{Span: hiring.Span{Start: 6, End: 6}, text: "x", order: 2},
		{Span: hiring.Span{Start: 6, End: 6}, text: "y", order: 3},
		{Span: hiring.Span{Start: 9, End: 10}, order: 4},
	})
	if string(out) != "01abcd45xy678" {
		t.Fatalf("got %q", out)
	}
	for at, want := range []int{0, 1, 2, 2, 6, 7, 8, 11, 12, 13, 13} {
		if got := moved(done, at); got != want {
			t.Errorf("offset %d moves to %d, expected %d", at, got, want)
		}
	}
}

// TestHostile goes through pages that are hard to read; see also FuzzPage.
func TestHostile(t *testing.T) {
	for name, src := range map[string]string{
		"empty":               "",
		"no front matter":     "## Levels\n\n### A\n",
		"open front matter":   "---\ntitle: T\n",
		"broken front matter": "---\nlayout: x\ntitle: a: b\n---\n# A\n",
		"flow front matter":   "---\n{layout: x, title: T}\n---\nA\n",
		"no end of line":      "---\nlayout: x\ntitle: T\n---\n# A {:#id}",
		"invalid text":        "---\nlayout: x\n---\n# \xff\n\n{:toc}\n<%= \xfe %>\n",
		"NUL":                 "---\nlayout: x\n---\n# a\x00b\n- TOC\n{:toc}\n",
		"open tags":           strings.Repeat("<%= {:", 20000),
		"many links":          strings.Repeat("[a](https://about.gitlab.com/handbook/) ", 20000),
		"many headings":       strings.Repeat("# A\n", 5000),
		"long line":           "# " + strings.Repeat("a", 1<<20),
		"many lists":          strings.Repeat("- ", 500) + "a",
	} {
		for _, target := range []hiring.Profile{hiring.ProfileJobFamily, hiring.ProfileJobDescription} {
			settles(t, name, []byte(src), target)
		}
	}
}

// settles migrates a page twice. The second time there is nothing left to change.
func settles(t *testing.T, name string, src []byte, target hiring.Profile) {
	t.Helper()
	r, err := Page(rolepage.Parse("source/job-families/a/index.html.md.erb", src), to(target))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	again, err := Page(rolepage.Parse(r.Path, r.Source), to(target))
	if err != nil {
		t.Fatalf("%s, the second time: %v", name, err)
	}
	if again.Path != r.Path || !bytes.Equal(again.Source, r.Source) || len(again.Changes) > 0 {
		t.Errorf("%s: the second time still changes something: %v\n%.2000q\n%.2000q\n%.2000q", name, again.Changes, src, r.Source, again.Source)
	}
}

func FuzzPage(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	f.Add([]byte("\xef\xbb\xbf---\r\nlayout: x\r\n---\r\n# A {: #b}\r\n{:.no_toc}\r\n- TOC\r\n{:toc}\r\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		settles(t, "page", src, hiring.ProfileJobDescription)
	})
}
