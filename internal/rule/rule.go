// Package rule holds the rules that role pages are checked by. A rule is a value in a file of
// its own: it sees a page and reports what is wrong with it. It opens no file, prints nothing
// and knows no command line, so the same rule serves a pipeline, the service and a laptop.
//
// To add one, write NAME.go with a Rule whose Bad and Good examples show it, and a line in All.
// A test runs the examples.
package rule

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/nearest"
)

// A Rule is one check.
type Rule struct {
	Name     string // "missing-job-grade"
	Group    string // of the documentation
	Doc      string // what is expected, in a line
	Why      string // the reason, for people who ask
	Severity finding.Severity
	// Index says that the rule holds for pages that describe no role, too.
	Index bool
	// Section is the section that the rule misses: it runs where the layout asks for that. "" for
	// other rules.
	Section hiring.SectionKind
	// Path is that of the examples; "" for one of a job family since 2023.
	Path      string
	Bad, Good string // pages that the rule finds fault with, and not
	Run       func(*Pass)
}

// The groups of rules.
const (
	GroupFrontMatter = "front matter"
	GroupSections    = "sections"
	GroupLevels      = "levels"
	GroupIndicators  = "performance indicators"
	GroupProcess     = "hiring process"
	GroupWording     = "wording"
	GroupLinks       = "links"
	GroupSuppression = "suppressions"
)

// All are the rules in the order of the documentation.
var All = []*Rule{
	frontMatter, descriptionLength,
	missingResponsibilities, missingRequirements, missingJobGrade, missingPerformanceIndicators, missingHiringProcess, missingCareerLadder,
	abilityToUseGitLab, emptySection, templatePlaceholder, duplicateHeading, headingLevel,
	levelOrder, gradeOrder, gradeFormat, reportsTo, levelHeadingMismatch, repeatedRequirements, misplacedSection, brokenExtends,
	performanceIndicatorCount, performanceIndicatorLink,
	hiringProcessEmpty, hiringProcessFirstStep, hiringProcessIntro, hiringPageLink, teamPageLink, stepInterviewer, stepDuration, stepWording,
	vacancyLanguage, yearsOfExperience, locationRequirement, genderedPronoun, genderCodedLanguage, fixedMindsetLanguage, misusedWord, spelling,
	brokenLink, insecureLink,
	suppression,
}

// ExamplePath is the path of the rule's examples.
func (r *Rule) ExamplePath() string {
	if r.Path != "" {
		return r.Path
	}
	return "content/job-families/example.md"
}

// Find is the rule of a name, nil when there is none.
func Find(name string) *Rule {
	if i := slices.IndexFunc(All, func(r *Rule) bool { return r.Name == name }); i >= 0 {
		return All[i]
	}
	return nil
}

// Names are the names of all rules.
func Names() []string {
	names := make([]string, len(All))
	for i, r := range All {
		names[i] = r.Name
	}
	return names
}

// A Sheet is a page and all else that rules may look at. What several rules need of the page
// is read once and kept here, so a sheet serves one page and one goroutine.
type Sheet struct {
	Page  *hiring.Page
	Site  Site      // nil where the repository can't be looked at
	Team  Team      // nil where there is no team directory
	Today time.Time // the zero time is before the end of every suppression
	Allow []string  // words that are no misspellings here
	// Layout is what the page is to follow; nil for that of its profile.
	Layout *hiring.Layout
	// Findings are those of the rules that have run, in their order.
	Findings []finding.Finding

	pass    Pass // of the rule that runs
	words   *prose
	asked   *hiring.Layout  // see layout
	all     []*hiring.Level // see levels
	held    []*hiring.Level // see titled
	steps   [][]climber     // see ladders
	anchors map[*hiring.Page]*anchors
	targets map[string]bool                     // of links within the page
	guesses int                                 // of what was meant by names that don't exist
	names   map[string]int                      // see named
	looked  *index                              // see index
	twins   map[*hiring.Section]*hiring.Section // see earlier
	below   map[*hiring.Section][]string        // see strays
}

// rooms keeps what findings were noted in, for the next pages.
var rooms = sync.Pool{New: func() any { return new([]finding.Finding) }}

// Close gives back what the sheet holds of the page, and its findings, for the next one.
func (s *Sheet) Close() {
	if s.Findings != nil {
		clear(s.Findings)
		room := s.Findings[:0]
		rooms.Put(&room)
		s.Findings = nil
	}
	if s.words != nil {
		s.words.free()
		s.words = nil
	}
}

// layout is what the page is to follow.
func (s *Sheet) layout() *hiring.Layout {
	if s.Layout != nil {
		return s.Layout
	}
	if s.asked == nil {
		layout := s.Page.Profile.Layout()
		s.asked = &layout
	}
	return s.asked
}

// Asks reports whether the page's layout asks for what the rule misses.
func (s *Sheet) Asks(r *Rule) bool {
	return r.Section == "" || slices.Contains(s.layout().Sections, r.Section)
}

// guess is the candidate that was probably meant by a name that does not exist, "" when there is
// none.
func (s *Sheet) guess(name string, candidates []string) string {
	const most = 100 // on one page; comparing letter by letter takes its time
	if s.guesses++; s.guesses > most || len(candidates) > 10*most {
		return ""
	}
	return nearest.To(shortened(name), candidates)
}

// A Site is what rules may ask of the repository that a page lies in.
type Site interface {
	// Has reports whether there is a file or folder of this path, with slashes, from the root.
	Has(path string) bool
	// Names are what a folder holds.
	Names(dir string) []string
	// Page is a Markdown file as a page, nil when it can't be read.
	Page(path string) *hiring.Page
	// Source is what a file holds, nil when it can't be read.
	Source(path string) []byte
}

// A Team is what rules may ask of the team directory.
type Team interface {
	// Holds reports whether words are a job title, and whether somebody holds it.
	Holds(title string) (isTitle, held bool)
	// Titles are all titles that somebody holds.
	Titles() []string
}

// A Pass is one run of a rule over one page.
type Pass struct {
	*Sheet

	rule     *Rule
	severity finding.Severity
}

// Run runs a rule over a page of which nothing but itself is known.
func Run(r *Rule, p *hiring.Page, severity finding.Severity) []finding.Finding {
	return (&Sheet{Page: p}).Run(r, severity)
}

// Run runs a rule over the page and gives what it found, which stands in Findings as well and is kept
// until Close. Severity is what its findings have.
func (s *Sheet) Run(r *Rule, severity finding.Severity) []finding.Finding {
	if s.Page.IsIndex() && !r.Index {
		return nil
	}
	return s.run(r, severity, r.Run)
}

// run lets a function report what a rule finds.
func (s *Sheet) run(r *Rule, severity finding.Severity, f func(*Pass)) []finding.Finding {
	before := len(s.Findings)
	s.pass = Pass{s, r, severity}
	f(&s.pass)
	return s.Findings[before:len(s.Findings):len(s.Findings)]
}

// Report notes a finding. The anchor is a place in the page's structure that stays where it is
// when lines move: the name of a level or section. The message names the thing, says what is
// expected and how to mend it; lower case, no full stop, no blame.
func (p *Pass) Report(at hiring.Span, anchor, format string, args ...any) {
	in := p.Page.Range(at)
	line := p.Page.LineSpan(in.Start.Line)
	near := p.near(line, at.Start)
	skips := 0
	if near.Start > line.Start {
		skips = p.Page.Pos(near.Start).Column - 1
	}
	if p.Findings == nil {
		p.Findings = *rooms.Get().(*[]finding.Finding) //nolint:forcetypeassert // it holds nothing else
	}
	p.Findings = append(p.Findings, finding.Finding{
		Rule:     p.rule.Name,
		Severity: p.severity,
		Path:     p.Page.Path,
		Range:    in,
		Message:  fmt.Sprintf(format, args...),
		Anchor:   anchor,
		Excerpt:  p.Page.Slice(at),
		Line:     p.Page.Slice(near),

		LineSkips: skips,
	})
}

// last is the finding that was noted last.
func (p *Pass) last() *finding.Finding { return &p.Findings[len(p.Findings)-1] }

// near is the part of a line around a place: all of it, unless that is a great deal more than
// anybody is shown.
func (p *Pass) near(line hiring.Span, at int) hiring.Span {
	const most = 2048
	if line.End-line.Start <= most {
		return line
	}
	src := p.Page.Source
	start, end := max(line.Start, at-most/2), min(line.End, at+most/2)
	for start > line.Start && !utf8.RuneStart(src[start]) {
		start--
	}
	for end < line.End && !utf8.RuneStart(src[end]) {
		end++
	}
	return hiring.Span{Start: start, End: max(start, end)}
}

// ReportFix notes a finding and how it is mended without a doubt.
func (p *Pass) ReportFix(at hiring.Span, anchor string, fix []finding.Edit, format string, args ...any) {
	p.Report(at, anchor, format, args...)
	p.last().Fix = fix
}

// reportStep notes a finding on a step. It stays the same finding when the step is reworded, as
// long as the same people meet the candidate.
func (p *Pass) reportStep(proc *hiring.Process, s hiring.Step, format string, args ...any) {
	p.Report(s.Span, processAnchor(proc), format, args...)
	p.last().Subject = string(s.Kind) + " " + strings.Join(s.With, ", ")
}

// edit replaces a span of the page by a text.
func (p *Pass) edit(at hiring.Span, text string) finding.Edit {
	return finding.Edit{Range: p.Page.Range(at), Text: text, Span: at}
}

// ReportPage notes a finding about the page as a whole: at the value of its title, or at its
// beginning.
func (p *Pass) ReportPage(anchor, format string, args ...any) {
	at := hiring.Span{}
	if f, ok := p.Page.FrontMatter.Fields["title"]; ok && !f.Span.IsZero() {
		at = f.Span
	}
	p.Report(at, anchor, format, args...)
}

// levels are all that is described like a level: levels, roles, specialties and segments.
func (s *Sheet) levels() []*hiring.Level {
	if s.all == nil {
		s.all = slices.Concat(s.Page.Levels, s.Page.Roles, s.Page.Variants)
	}
	return s.all
}

// titled are the levels and roles that somebody can hold: specialties and segments are none,
// and a role that has levels or roles of its own is held as one of them.
func (s *Sheet) titled() []*hiring.Level {
	if s.held == nil {
		above := map[*hiring.Level]bool{}
		s.held = slices.Concat(s.Page.Levels, s.Page.Roles)
		for _, lv := range s.held {
			if lv.Role != nil {
				above[lv.Role] = true
			}
		}
		s.held = slices.DeleteFunc(s.held, func(lv *hiring.Level) bool { return above[lv] })
	}
	return s.held
}

// A climber is a level or a role with the rung that it stands on.
type climber struct {
	*hiring.Level
	rung
}

// ladders are the levels and the roles of the page with their rungs, each in order: on a page without a
// heading "Levels" the roles are the rungs.
func (s *Sheet) ladders() [][]climber {
	if s.steps == nil {
		s.steps = make([][]climber, 0, 2)
		for _, list := range [][]*hiring.Level{s.Page.Levels, s.Page.Roles} {
			if len(list) == 0 {
				continue
			}
			steps := make([]climber, len(list))
			for i, lv := range list {
				steps[i] = climber{lv, rungOf(lv.Name)}
			}
			s.steps = append(s.steps, steps)
		}
	}
	return s.steps
}

// anchorOf is the path of headings to a section, "page" for what stands above all of them. Headings
// without a word are no part of it.
func anchorOf(s *hiring.Section) string {
	var names []string
	for ; s != nil && s.Rank > 0; s = s.Parent {
		if s.Heading.Text != "" {
			names = append(names, s.Heading.Text)
		}
	}
	if len(names) == 0 {
		return "page"
	}
	slices.Reverse(names)
	return strings.Join(names, "/")
}

// processAnchor is a stable name for a hiring process.
func processAnchor(proc *hiring.Process) string {
	return "hiring process/" + proc.Scope
}

// within reports whether a section, or one above it, is of a kind.
func within(s *hiring.Section, kind hiring.SectionKind) bool {
	for ; s != nil; s = s.Parent {
		if s.Kind == kind {
			return true
		}
	}
	return false
}

// asciiMarks stand for typographic ones where texts are compared.
var asciiMarks = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "–", "-", "—", "-")

// normal is a text as it is compared: lower case, single blanks, plain quotes and dashes, no mark at its end.
func normal(s string) string { return string(appendNormal(make([]byte, 0, 64), s)) }

// appendNormal appends what normal makes of a text to an empty slice.
func appendNormal(b []byte, s string) []byte {
	const marks = ".,;:! "
	b = append(b, s...)
	lowerASCII(b, b)
	end := 0
	blank := false
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c == ' ' || '\t' <= c && c <= '\r':
			blank = end > 0
			continue
		case c < utf8.RuneSelf:
		case strings.HasPrefix(s[i:], "’"): // most of what is not ASCII
			c = '\''
			i += len("’") - 1
		case strings.HasPrefix(s[i:], "–"):
			c = '-'
			i += len("–") - 1
		default:
			return bytes.TrimRight(append(b[:0], strings.Join(strings.Fields(strings.ToLower(asciiMarks.Replace(s))), " ")...), marks)
		}
		if blank {
			b[end] = ' '
			end++
			blank = false
		}
		b[end] = c
		end++
	}
	return bytes.TrimRight(b[:end], marks)
}
