package migrate

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// jobLevelsResource is the list of job levels that the templates of 2026 refer to.
const jobLevelsResource = "https://docs.google.com/spreadsheets/d/1kcDb-A2uwchPtTNSJON65BdqS9P0KQmNz0fbNMZMt_M/edit?gid=819074618#gid=819074618"

var gradeInHeading = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\b(job\s+)(grades?)\b`) })

// gradeHeadings gives the sections on job grades the name that they have since 2026.
func (s *pass) gradeHeadings() {
	s.gradeSections(func(sec *hiring.Section) {
		at, word, ok := s.gradeWord(sec)
		if ok {
			s.replace(at, word, "heading %q: %s is %s now", sec.Heading.Text, s.page.Slice(at), word)
		} else if !saysJobLevel(sec.Heading.Text) {
			s.note(sec.Heading.Span.Start, "the heading %q announces a job grade; write \"Job Level\"", sec.Heading.Text)
		}
	})
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

// gradeWord is the word "Grade" of such a heading, and what it becomes.
func (s *pass) gradeWord(sec *hiring.Section) (hiring.Span, string, bool) {
	if sec.Kind != hiring.SectionJobGrade {
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
	s.gradeSections(func(sec *hiring.Section) {
		if slices.ContainsFunc(sec.Links, func(l hiring.Link) bool { return strings.EqualFold(l.Text, "Job Levels") }) {
			return
		}
		sentence := "The " + escaped(s.roleName(sec)) + " is outlined in the [Job Levels](" + jobLevelsResource + ") resource."
		eol := s.eol()
		i := slices.IndexFunc(sec.Blocks, func(b hiring.Block) bool {
			return b.Kind != hiring.BlockComment && strings.TrimSpace(b.Text.Text) != ""
		})
		if i < 0 {
			at := sec.Line.End
			text := eol + sentence + eol
			if at > 0 && s.page.Source[at-1] != '\n' {
				text = eol + text
			}
			s.replace(hiring.Span{Start: at, End: at}, text, "heading %q: sentence on job levels added", sec.Heading.Text)
			s.note(sec.Heading.Span.Start, "%q says no grade; look the level up in the list of job levels", sec.Heading.Text)
			return
		}
		at := sec.Blocks[i].Span.End
		s.replace(hiring.Span{Start: at, End: at}, eol+eol+sentence, "heading %q: sentence on job levels added, the grade stays as text", sec.Heading.Text)
	})
}

// roleName is whose grade a section tells.
func (s *pass) roleName(sec *hiring.Section) string {
	name := ""
	for _, lv := range slices.Concat(s.page.Levels, s.page.Roles, s.page.Variants) {
		if slices.Contains(lv.Core.JobGrade, sec) {
			name = lv.Name
		}
	}
	if name == "" {
		name = sec.Subject
	}
	if name == "" {
		name = s.page.Title
	}
	name = strings.TrimSpace(name)
	if len(name) > 4 && strings.EqualFold(name[:4], "the ") {
		name = name[4:]
	}
	if name == "" {
		return "role"
	}
	return name
}

// escaped is a text whose characters mean nothing to Markdown.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "{", `\{`).Replace(text)
}
