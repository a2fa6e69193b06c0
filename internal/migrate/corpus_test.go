package migrate

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// corpusPages reads the real pages, at the paths that they had in the handbook.
func corpusPages(t *testing.T) []*hiring.Page {
	t.Helper()
	places := map[string]string{"pages": "sites/uncategorized/source/job-families", "handbook-2023": "content/job-families", "handbook-2024": "content/job-families"}
	var pages []*hiring.Page
	for path, src := range corpus.Pages(t) {
		folder, rel, _ := strings.Cut(path, "/")
		pages = append(pages, rolepage.Parse(places[folder]+"/"+rel, src))
	}
	return pages
}

var testOptions = Options{Sites: []string{"https://about.gitlab.com", "https://handbook.gitlab.com"}}

func to(profile hiring.Profile) Options {
	o := testOptions
	o.To = profile
	return o
}

// TestCorpus holds for every real page what migrate promises: the new layout, the same meaning, no
// change the second time, the same result in one go as in two, whatever the line ends.
func TestCorpus(t *testing.T) {
	pages := corpusPages(t)
	if len(pages) < 100 {
		t.Fatalf("%d pages; expected all of the corpus", len(pages))
	}
	for _, p := range pages {
		family := check(t, p, hiring.ProfileJobFamily)
		library := check(t, p, hiring.ProfileJobDescription)
		inTwo, err := Page(rolepage.Parse(family.Path, family.Source), to(hiring.ProfileJobDescription))
		if err != nil || inTwo.Path != library.Path || !bytes.Equal(inTwo.Source, library.Source) {
			t.Errorf("%s: in two steps it becomes another page than in one (%v)", p.Path, err)
		}
	}
}

// check migrates a page and tests what holds for all pages.
func check(t *testing.T, p *hiring.Page, profile hiring.Profile) Result {
	t.Helper()
	r, err := Page(p, to(profile))
	if err != nil {
		t.Errorf("%s to %s: %v", p.Path, profile, err)
		return r
	}
	q := rolepage.Parse(r.Path, r.Source)
	if q.Profile != profile {
		t.Errorf("%s: the new page at %s has the profile %s, expected %s", p.Path, r.Path, q.Profile, profile)
	}
	if before, after := difference(p, q); before != after {
		t.Errorf("%s to %s: read as %s before and as %s after", p.Path, profile, before, after)
	}
	again, err := Page(q, to(profile))
	if err != nil || again.Path != r.Path || !bytes.Equal(again.Source, r.Source) || len(again.Changes) > 0 {
		t.Errorf("%s to %s: the second time still changes something: %v %v", p.Path, profile, again.Changes, err)
	}
	lost(t, p, r)

	// Line ends and byte order marks are kept, and change nothing else.
	dos := append([]byte("\xef\xbb\xbf"), bytes.ReplaceAll(p.Source, []byte("\n"), []byte("\r\n"))...)
	if bytes.Contains(p.Source, []byte("\r")) {
		return r
	}
	other, err := Page(rolepage.Parse(p.Path, dos), to(profile))
	want := append([]byte("\xef\xbb\xbf"), bytes.ReplaceAll(r.Source, []byte("\n"), []byte("\r\n"))...)
	if err != nil || !bytes.Equal(other.Source, want) {
		t.Errorf("%s to %s: with a byte order mark and other line ends it becomes another page (%v)", p.Path, profile, err)
	}
	return r
}

// lost fails when a word of the page is neither in the new page nor told of in a change.
func lost(t *testing.T, p *hiring.Page, r Result) {
	t.Helper()
	have := map[string]int{}
	for _, w := range words(string(r.Source)) {
		have[w]++
	}
	for _, c := range r.Changes {
		for _, w := range words(c.Text) {
			have[w]++
		}
	}
	// The marks of a table of contents go with it.
	for _, w := range words(tocMarks.ReplaceAllString(string(p.Source), "")) {
		if have[w]--; have[w] < 0 {
			t.Errorf("%s: the word %q is lost", p.Path, w)
			return
		}
	}
}

var tocMarks = regexp.MustCompile(`\n[-*] TOC\r?\n\{:toc[^}]*\}|\{:\.no_toc[^}]*\}`)

func words(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
