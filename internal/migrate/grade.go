package migrate

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// jobLevelsResource is the list of job levels that the templates of 2026 refer to.
const jobLevelsResource = "https://docs.google.com/spreadsheets/d/1kcDb-A2uwchPtTNSJON65BdqS9P0KQmNz0fbNMZMt_M/edit?gid=819074618#gid=819074618"

var gradeInHeading = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\b(job\s+)(grades?)\b`) })

// gradeHeadings gives the sections on job grades the name that they have since 2026.
func (s *pass) gradeHeadings() {
	s.gradeSections(func(sec *hiring.Section) {
		at, word, ok := s.gradeWord(sec)
		switch {
		case ok:
			s.replace(at, word, "heading %q: %s is %s now", sec.Heading.Text, s.page.Slice(at), word)
		case gathers(sec):
			s.note(sec.Heading.Span.Start, "the heading %q gathers other headings and is no section on one job grade; name it for what stands below it", sec.Heading.Text)
		case !saysJobLevel(sec.Heading.Text):
			s.note(sec.Heading.Span.Start, "the heading %q announces a job grade; write \"Job Level\"", sec.Heading.Text)
		}
	})
	for _, lv := range slices.Concat(s.page.Levels, s.page.Roles) {
		if lv.Grade != nil && len(lv.Core.JobGrade) == 0 {
			s.note(lv.Grade.Span.Start, "%q tells its grade in passing; the template has a heading \"%s Job Level\" for it", lv.Name, lv.Name)
		}
	}
}

// gradeSections calls f for the sections on job grades.
func (s *pass) gradeSections(f func(*hiring.Section)) {
	s.page.Root.Walk(func(sec *hiring.Section) bool {
		if sec.Kind == hiring.SectionJobGrade {
			f(sec)
		}
		return true
	})
}

// gathers reports whether a section says nothing itself and only holds other headings.
func gathers(sec *hiring.Section) bool { return len(sec.Children) > 0 && firstWords(sec) < 0 }

// firstWords is the first block of a section that says something, -1 when none does.
func firstWords(sec *hiring.Section) int {
	return slices.IndexFunc(sec.Blocks, func(b hiring.Block) bool {
		return b.Kind != hiring.BlockComment && strings.TrimSpace(b.Words()) != ""
	})
}

// gradeWord is the word "Grade" of such a heading, and what it becomes.
func (s *pass) gradeWord(sec *hiring.Section) (hiring.Span, string, bool) {
	if sec.Kind != hiring.SectionJobGrade || gathers(sec) {
		return hiring.Span{}, "", false
	}
	m := gradeInHeading().FindStringSubmatchIndex(s.page.Slice(sec.Heading.Span))
	if m == nil {
		return hiring.Span{}, "", false
	}
	at := hiring.Span{Start: sec.Heading.Span.Start + m[4], End: sec.Heading.Span.Start + m[5]}
	word := "Level"
	switch old := s.page.Slice(at); {
	case old == strings.ToLower(old):
		word = "level"
	case old == strings.ToUpper(old):
		word = "LEVEL"
	}
	return at, word, true
}

var jobLevelInHeading = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bjob\s+level\b`) })

func saysJobLevel(heading string) bool { return jobLevelInHeading().MatchString(heading) }

// jobLevels adds the sentence on job levels that the templates of 2026 have to each section on
// grades. The grade stays as text: the list of levels knows levels by name, so the number is not
// in it.
func (s *pass) jobLevels() {
	names := map[*hiring.Section]string{} // of the levels whose sections on grades they are
	for _, lv := range slices.Concat(s.page.Levels, s.page.Roles, s.page.Variants) {
		for _, sec := range lv.Core.JobGrade {
			// "Role" is the heading of the second template, as it stands there.
			if !strings.EqualFold(strings.TrimSpace(lv.Name), "role") {
				names[sec] = lv.Name
			}
		}
	}
	s.gradeSections(func(sec *hiring.Section) {
		if gathers(sec) || slices.ContainsFunc(sec.Links, func(l hiring.Link) bool { return strings.EqualFold(l.Text, "Job Levels") }) {
			return
		}
		says := firstWords(sec)
		name := names[sec]
		if name == "" && says >= 0 && strings.ContainsAny(sec.Blocks[says].Words(), "0123456789") {
			name = s.page.Title // of the page's one role
		}
		name = roleName(sec.Subject, name)
		if name == "" {
			s.note(sec.Heading.Span.Start, "%q tells the grade of no level; write which level it is in the [Job Levels](%s) resource", sec.Heading.Text, jobLevelsResource)
			return
		}
		sentence := "The " + escaped(name) + " is outlined in the [Job Levels](" + jobLevelsResource + ") resource."
		eol := s.eol()
		if says < 0 {
			text := eol + sentence + eol
			if end := sec.Line.End; s.page.Source[end-1] != '\n' {
				text = eol + text
			}
			s.replace(hiring.Span{Start: sec.Line.End, End: sec.Line.End}, text, "heading %q: sentence on job levels added", sec.Heading.Text)
			return
		}
		at := sec.Blocks[says].Span.End
		s.replace(hiring.Span{Start: at, End: at}, eol+eol+sentence, "heading %q: sentence on job levels added, the grade stays as text", sec.Heading.Text)
	})
}

// roleName is whose grade a section tells, by its level and its heading. A heading that names
// somebody else is right.
func roleName(subject, level string) string {
	name := level
	if !namedIn(subject, level) {
		name = subject
	}
	name = strings.TrimSpace(name)
	if len(name) > 4 && strings.EqualFold(name[:4], "the ") {
		name = name[4:]
	}
	return name
}

// namedIn reports whether all words of a subject are in a name.
func namedIn(subject, name string) bool {
	words := func(text string) []string {
		return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	have := words(name)
	return !slices.ContainsFunc(words(subject), func(w string) bool { return !slices.Contains(have, w) })
}

// escaped is a text whose characters mean nothing to Markdown.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "{", `\{`).Replace(text)
}
