package migrate

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// Profiles are the layouts from the oldest to the newest.
var Profiles = []hiring.Profile{hiring.ProfileJobFamily2022, hiring.ProfileJobFamily, hiring.ProfileJobDescription}

// Options say where to, and what the page can't tell of its surroundings.
type Options struct {
	To hiring.Profile
	// Sites are addresses such as "https://about.gitlab.com" that pages were published below.
	// The first is the one that links of 2022 without a host belong to.
	Sites []string
	// HasPages says that there are pages in folders below the page's folder, so that the page is
	// the index of a section.
	HasPages bool
	// HasFiles says that files which are no pages lie beside the page in a folder of its own.
	HasFiles bool
	// Stays reports whether the page of an address such as "/job-families/product/pricing/"
	// keeps it. nil means that none does.
	Stays func(address string) bool
}

// A Result is a page in its new layout.
type Result struct {
	Path    string // where it belongs now
	Source  []byte
	Changes []Remark // what was done
	Notes   []Remark // what is left to do by hand
}

// A Remark is a sentence about a place in the new page.
type Remark struct {
	Pos  hiring.Pos
	Text string
}

// Page rewrites a page. The error says why it has to stay as it is.
func Page(p *hiring.Page, o Options) (Result, error) {
	from, to := slices.Index(Profiles, p.Profile), slices.Index(Profiles, o.To)
	switch {
	case to < 0:
		return Result{}, fmt.Errorf("profile %q is none that pages are migrated to", o.To)
	case from > to:
		return Result{}, fmt.Errorf("the page follows the newer profile %q already, and pages are not taken back", p.Profile)
	}
	m := &migration{Options: o, page: p, was2022: from == 0, wasERB: strings.HasSuffix(p.Path, ".erb")}
	if to >= 1 {
		m.pass(m.familyPath(), (*pass).frontMatter, (*pass).contents, (*pass).kramdown, (*pass).templateTags, (*pass).siteLinks)
		m.pass(m.page.Path, (*pass).describe) // by what the page begins with now
		m.headingRanks()
	}
	if to >= 2 {
		path, err := m.libraryPath()
		if err != nil {
			return Result{}, err
		}
		m.pass(path, (*pass).alias, (*pass).gradeHeadings, (*pass).jobLevels, (*pass).libraryLinks)
	}
	if before, after := difference(p, m.page); before != after {
		m.notes = append(m.notes, remark{0, fmt.Sprintf("the page is read in another way than before: it was %s, and is %s; compare both with `roleplan show`", before, after)})
	}
	return Result{Path: m.page.Path, Source: m.page.Source, Changes: m.place(m.changes), Notes: m.place(m.notes)}, nil
}

// A migration is a page on its way up.
type migration struct {
	Options
	page    *hiring.Page // as it is now
	was2022 bool
	wasERB  bool
	changes []remark
	notes   []remark
}

// A remark is a Remark whose place moves with the text.
type remark struct {
	at   int
	text string
}

// pass goes over the page once, and then reads it anew from what came out.
func (m *migration) pass(path string, parts ...func(*pass)) {
	s := &pass{migration: m, page: m.page, path: path}
	s.code = code(m.page.Source, m.page.Root.Body.Start)
	s.comments = comments(m.page.Source, m.page.Root.Body.Start, s.code)
	for _, part := range parts {
		part(s)
	}
	m.take(path, s.edits, s.notes)
}

// take makes edits, and moves the places of all remarks along.
func (m *migration) take(path string, edits []edit, notes []remark) {
	src, done := apply(m.page.Source, edits)
	m.notes = append(m.notes, notes...)
	for _, list := range [][]remark{m.changes, m.notes} {
		for i := range list {
			list[i].at = moved(done, list[i].at)
		}
	}
	for _, e := range done {
		if e.what != "" {
			m.changes = append(m.changes, remark{e.start, e.what})
		}
	}
	m.page = rolepage.Parse(path, src)
}

// place turns remarks into what people read, in page order.
func (m *migration) place(list []remark) []Remark {
	slices.SortStableFunc(list, func(a, b remark) int { return a.at - b.at })
	out := make([]Remark, len(list))
	last, pos := 0, hiring.Pos{Line: 1, Column: 1}
	for i, r := range list {
		// Counted on from the last one, or many in one long line would cost its length each.
		if m.page.Line(r.at) == pos.Line {
			pos.Column += utf8.RuneCount(m.page.Source[last:r.at])
		} else {
			pos = m.page.Pos(r.at)
		}
		last = r.at
		out[i] = Remark{Pos: pos, Text: r.text}
	}
	return out
}

// A pass gathers the edits of one rung.
type pass struct {
	*migration
	page *hiring.Page
	path string // that the page is to have

	code     []hiring.Span // where Markdown and templates mean nothing
	comments []hiring.Span // of HTML
	gone     []hiring.Span // taken out with all that stands there

	edits []edit
	notes []remark
}

// replace plans an edit. What it does is told unless it is "".
func (s *pass) replace(at hiring.Span, text, format string, args ...any) {
	s.edits = append(s.edits, edit{Span: at, text: text, what: fmt.Sprintf(format, args...), order: len(s.edits)})
}

func (s *pass) note(at int, format string, args ...any) {
	s.notes = append(s.notes, remark{at, fmt.Sprintf(format, args...)})
}

// eol is how the page ends its lines.
func (s *pass) eol() string { return lineEnding(s.page.Source) }
