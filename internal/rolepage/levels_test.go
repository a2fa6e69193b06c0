package rolepage

import (
	"strings"
	"testing"
)

func TestGradeNumbers(t *testing.T) {
	for _, tt := range []struct {
		text     string
		section  bool
		from, to int
	}{
		{"The role is a grade 6.", true, 6, 6},
		{"The Senior Engineer is a [grade 7](x).", false, 7, 7},
		{"The Director is a 10.", true, 10, 10},
		{"is a grade #12.\\", true, 12, 12},
		{"grade 9 or 10, depending on experience", true, 9, 10},
		{"grades 8-9", true, 8, 9},
		{"is a grade 9.5", true, 9, 10},
		{"To be determined", true, 0, 0},
		{"Has 10 years of experience", false, 0, 0},
		{"Manages 5 people. The role is a grade 8.", false, 8, 8},
		{"Founded in 2014", true, 0, 0},
	} {
		if from, to := gradeNumbers(tt.text, tt.section); from != tt.from || to != tt.to {
			t.Errorf("gradeNumbers(%q, %v) = %d, %d, want %d, %d", tt.text, tt.section, from, to, tt.from, tt.to)
		}
	}
}

func TestReportsTo(t *testing.T) {
	for text, want := range map[string]string{
		"This position reports to the VP of Product Management.":                   "VP of Product Management",
		"Reports directly to the Sr. Director, Sales.":                             "Sr. Director, Sales",
		"The Manager reports to the Director of X and is responsible for the team": "Director of X",
		"Engineers report to an Engineering Manager, who leads the team.":          "Engineering Manager",
		"Writes reports for the CFO.":                                              "",
	} {
		if got := reportsTo(text); got != want {
			t.Errorf("reportsTo(%q) = %q, want %q", text, got, want)
		}
	}
}

//nolint:misspell // slips, on purpose
func TestHeadingKind(t *testing.T) {
	for heading, want := range map[string][2]string{
		"Responsibilities":                               {"responsibilities", ""},
		"**Requirements**":                               {"requirements", ""},
		"Senior Engineer Responsibilties":                {"responsibilities", "Senior Engineer"},
		"Partner Engineer Responsbilities":               {"responsibilities", "Partner Engineer"},
		"Hiring Process for EMEA":                        {"hiring_process", "EMEA"},
		"VP of Product - Hiring Process":                 {"hiring_process", "VP of Product"},
		"HIRING PROCESS:":                                {"hiring_process", ""},
		"Hirng Process":                                  {"hiring_process", ""},
		"Hiding Process":                                 {"hiring_process", ""},
		"String Process":                                 {"", ""},
		"Interview Process":                              {"hiring_process", ""},
		"Application Process":                            {"hiring_process", ""},
		"Interview Process Overview":                     {"hiring_process", ""},
		"Hiring Process and Timeline":                    {"hiring_process", ""},
		"Hiring Process at GitLab":                       {"hiring_process", ""},
		"Hiring Process 🎉":                               {"hiring_process", ""},
		"Typical Hiring Process":                         {"hiring_process", ""},
		"What to expect in the hiring process":           {"hiring_process", ""},
		"What does the hiring process look like?":        {"hiring_process", ""},
		"Hiring Process (Senior Engineer)":               {"hiring_process", "Senior Engineer"},
		"Hiring Process (EMEA)":                          {"hiring_process", "EMEA"},
		"Engineer (Intermediate) Hiring Process":         {"hiring_process", "Engineer (Intermediate)"},
		"Hiring Process Improvement":                     {"", ""},
		"Hiring Process Documentation":                   {"", ""},
		"Requirements Details":                           {"requirements", ""},
		"Levels at GitLab":                               {"levels", ""},
		"Key Performance Indicators":                     {"performance_indicators", ""},
		"Performance Indicators (PI)":                    {"performance_indicators", ""},
		"Primary Performance Indicator for the Role":     {"performance_indicators", ""},
		"Engineer Job Grade":                             {"job_grade", "Engineer"},
		"Engineer Job Level":                             {"job_grade", "Engineer"},
		"Levels":                                         {"levels", ""},
		"Levels of Security Engineer roles":              {"levels", "Security Engineer"},
		"{add Level} Job Level":                          {"job_grade", "{add Level}"},
		"{add name of level - i.e. Junior or Senior}":    {"", ""},
		"{add name of Segment}":                          {"", ""},
		"Specialities":                                   {"specialties", ""},
		"Escalation Specialist":                          {"", ""},
		"Requirements gathering":                         {"", ""},
		"Application Performance":                        {"", ""},
		"Career paths":                                   {"career_ladder", ""},
		"Senior level Requirements for US Public Sector": {"requirements", "Senior level US Public Sector"},
		"Base Requirements Across All Levels":            {"requirements", ""},
	} {
		if kind, subject := headingKind(heading); string(kind) != want[0] || subject != want[1] {
			t.Errorf("headingKind(%q) = %q, %q, want %q", heading, kind, subject, want)
		}
	}
}

// Lower case can be longer or shorter than what it was made of.
func TestReportsToWithOddLetters(t *testing.T) {
	for sentence, want := range map[string]string{
		"İİİİ This position REPORTS TO the VP of Product.": "VP of Product",
		"\xff\xff\xff reports to the CEO":                  "CEO",
	} {
		if got := reportsTo(sentence); got != want {
			t.Errorf("reportsTo(%q) = %q, want %q", sentence, got, want)
		}
	}
}

// TestSharedParts gives many parts to many levels: no more than a bound, and all of them where
// the page is of a size that people write.
func TestSharedParts(t *testing.T) {
	for _, tt := range []struct{ parts, levels int }{{3, 20}, {500, 5000}} {
		part := "### Requirements\n\n- a\n\n"
		p := Parse("a.md", []byte("## Levels\n\n## Levels\n\n"+strings.Repeat(part, tt.parts)+strings.Repeat("### Engineer\n\n", tt.levels)))
		got := 0
		for _, lv := range p.Levels {
			got += len(lv.Core.Requirements)
		}
		most := mostShared/len(part) + 1
		if want := min(tt.parts*tt.levels, most); got != want {
			t.Errorf("%d parts and %d levels share %d, want %d", tt.parts, tt.levels, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		text, phrase string
		want         int
	}{
		{"Reports To", "reports to", 0}, {"it reports to", "reports to", 3}, {"reports t", "reports to", -1}, {"Reports", "ports", 2}, {"sports", "orts", 2}, {"ort", "orts", -1}, {"", "a", -1}, {"[ÄB", "b", 3}, {"{", "[", -1}, {"a!", "!", 1},
	} {
		if got := indexFold(tt.text, tt.phrase); got != tt.want {
			t.Errorf("%q stands in %q at %d, want %d", tt.phrase, tt.text, got, tt.want)
		}
		if len(tt.phrase) < 4 {
			continue
		}
		for _, before := range []string{"", "x", "xy", "repor", "é"} {
			if newCues("zzzz", tt.phrase).in(before+tt.text) != (tt.want >= 0) {
				t.Errorf("as a cue, %q in %q is not like that", tt.phrase, before+tt.text)
			}
		}
	}
}

func TestSingleBlanks(t *testing.T) {
	for _, text := range []string{"", " ", "a", " a", "a ", "a  b", "a\tb", "a b", "a\u00a0b", "é  b", "a\n b"} {
		if got, want := singleBlanks(text), strings.Join(strings.Fields(text), " "); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
