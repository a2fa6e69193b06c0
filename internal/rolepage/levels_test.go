package rolepage

import (
	"fmt"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/hiring"
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
		{"The Baker is a grade six.", false, 6, 6},
		{"is a grade twelve", true, 12, 12},
		{"Job Grade: G6", false, 6, 6},
		{"G6 – G7", true, 6, 7},
		{"JL6", true, 6, 6},
		{"Works with the G7 states", false, 0, 0},
		{"The job grade of the Baker is 6.", false, 6, 6},
		{"The Baker is at job level 6", false, 6, 6},
		{"The Baker II (Level 2) is a grade 6", true, 6, 6},
		{"Ten people hold this grade 6 role", true, 6, 6},
		{"One of the grades in the list", true, 0, 0},
		{"Leads a team of 6 to a higher grade of quality. It is 7 years old", false, 0, 0},
		{"Level 3 support for 6 shops", false, 0, 0},
	} {
		if from, to := gradeNumbers(tt.text, tt.section); from != tt.from || to != tt.to {
			t.Errorf("gradeNumbers(%q, %v) = %d, %d, want %d, %d", tt.text, tt.section, from, to, tt.from, tt.to)
		}
	}
}

// TestGradeLayouts tells the grade in other layouts than a sentence.
func TestGradeLayouts(t *testing.T) {
	for _, body := range []string{
		"- Reports to: Head Cook\n- Job grade: 6", "| Grade | 6 |\n| --- | --- |\n| Place | Remote |", "#### Grade\n\n6", "#### Baker Grade\n\nG6",
		"#### Job Grade\n\nSee [the list](/x/).\n\nThe Baker is a grade 6.",
	} {
		lv := Parse("a.md", []byte("## Levels\n\n### Baker\n\n"+body+"\n\n#### Requirements\n\n- Flour\n")).Levels[0]
		if lv.Grade == nil || lv.Grade.Min != 6 || lv.Grade.Max != 6 {
			t.Errorf("%q has grade %+v", body, lv.Grade)
		}
	}
	for levels, want := range map[string]bool{"### Senior\n\nA.\n": true, "### Baker\n\nA.\n\n### Senior\n\nB.\n": false} {
		lv := Parse("a.md", []byte("## Job Grade\n\nThe Senior Baker is a grade 7.\n\n## Levels\n\n"+levels)).Levels[0]
		if got := lv.Grade != nil && lv.Grade.Min == 7; got != want {
			t.Errorf("the page's grade is that of its levels %q: %v, want %v", levels, got, want)
		}
	}
	if lv := Parse("a.md", []byte("## Levels\n\n### Baker\n\n- Leads grade 6 cooks\n")).Levels[0]; lv.Grade != nil {
		t.Errorf("who leads others has their grade %+v", lv.Grade)
	}
}

// TestGradeTable gives levels the grades of a table, by their names or their ranks.
func TestGradeTable(t *testing.T) {
	for _, tt := range []struct {
		table string
		want  [3]int
	}{
		{"| Level | Grade |\n| --- | --- |\n| [Intermediate](#baker) | [Grade 6](/x/) |\n| Senior | 7 |\n| Staff Baker | G8 |\n", [3]int{6, 7, 9}},
		{"| Job Level | Place | Job Grade |\n| --- | --- | --- |\n| Sr. Baker | 3 | 7 |\n| Baker | 4 | 6 |\n| Baker | 4 | 5 |\n", [3]int{6, 7, 9}},
		{"| Level | Number |\n| --- | --- |\n| Baker | 6 |\n", [3]int{0, 0, 9}},
		{"| Bakers |\n| - |\n| [Intermediate](#baker) | [Grade 6](/x/) |\n| Senior | Grade 7 | x |\n", [3]int{6, 7, 9}}, // its head lacks a cell
		{"| Bakers |\n| - |\n| Baker | 6 |\n| Senior |\n", [3]int{0, 0, 9}},
		{"| Grade | Level |\n| --- | --- |\n| Baker | 6 |\n", [3]int{0, 0, 9}},
		{"| Level | Grade |\n| --- | --- |\n| Senior Cook | 6 |\n| Manager | 6 |\n| | 6 |\n", [3]int{0, 0, 9}},
	} {
		p := Parse("a.md", []byte("# Bakers\n\n"+tt.table+"\n## Levels\n\n### Baker\n\nA.\n\n### Senior Baker\n\nB.\n\n### Staff Baker\n\nA grade 9.\n"))
		var got [3]int
		for i, lv := range p.Levels {
			if lv.Grade != nil {
				got[i] = lv.Grade.Min
				if words := p.Slice(lv.Grade.Span); words != lv.Grade.Text.Text {
					t.Errorf("%s: the grade of %s stands at %q, not %q", tt.table, lv.Name, words, lv.Grade.Text.Text)
				}
			}
		}
		if got != tt.want {
			t.Errorf("%s gives grades %v, want %v", tt.table, got, tt.want)
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
		"Senior Level":                                   {"", ""},
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
		"Duties":                                         {"responsibilities", ""},
		"Customs Duties":                                 {"", ""},
		"What You’ll Do":                                 {"responsibilities", ""},
		"What you will do:":                              {"responsibilities", ""},
		"What you can expect in a Baker role at GitLab:": {"responsibilities", "Baker"},
		"What you can expect in this role":               {"responsibilities", ""},
		"What you can expect in the interview process":   {"hiring_process", ""},
		"What you can expect from us":                    {"", ""},
		"What you can expect in":                         {"", ""},
	} {
		if kind, subject := headingKind(heading); string(kind) != want[0] || subject != want[1] {
			t.Errorf("headingKind(%q) = %q, %q, want %q", heading, kind, subject, want)
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

// TestSharedSections holds that sections of the page may stand below a heading that speaks of it.
func TestSharedSections(t *testing.T) {
	for heading, shared := range map[string]bool{
		"Job Description": true, "Role Summary": true, "The Baker Role": true, "Baker": true, "All Levels": true, "About the Job Family": true, "Cook": false, "Baker Apprentice": false,
	} {
		p := Parse("a.md", []byte("---\ntitle: Baker\n---\n\n## "+heading+"\n\n### Requirements\n\n- a\n\n## Levels\n\n### Senior Baker:\n\nB.\n"))
		if got := len(p.Core.Requirements) == 1 && len(p.Roles) == 0; got != shared || len(p.Levels) != 1 || p.Levels[0].Name != "Senior Baker" {
			t.Errorf("below %q: for all %v, want %v; %d levels", heading, got, shared, len(p.Levels))
		}
	}
}

// TestVariantsBeside reads specialties whose headings stand beside the one that announces them.
func TestVariantsBeside(t *testing.T) {
	for src, want := range map[string][2]int{
		"## Specialties\n\n## Rye\n\nA.\n\n### Requirements\n\n- a\n\n## Spelt\n\nB.\n\n## Requirements\n\n- b\n\n## Others\n\nC.\n": {2, 0},
		"## Segments\n\n## Small\n\nA.\n\n## Senior Baker\n\n### Job Grade\n\nGrade 6\n\n## Others\n\nC.\n":                          {1, 1},
		"## Specialties\n\nThere are none.\n\n## Rye\n\nA.\n":                                                                        {0, 0},
		"## Specialties\n\n### Rye\n\nA.\n\n## Spelt\n\nB.\n":                                                                        {1, 0},
	} {
		p := Parse("a.md", []byte(src))
		if got := [2]int{len(p.Variants), len(p.Roles)}; got != want {
			t.Errorf("%q has %v specialties and roles, want %v", src, got, want)
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

// TestStrayLevels reads levels that came to stand below a part of the page.
func TestStrayLevels(t *testing.T) {
	for body, want := range map[string]string{
		// Their parts beside them.
		"## Responsibilities\n\n- Bake\n\n### Head Baker\n\nLeads.\n\n### Job Grade\n\nGrade 8\n\n### Requirements\n\n- Rye\n\n## Specialties\n\n### Buns\n\n#### Requirements\n\n- Sugar\n": "page: Bake; ; Head Baker 8: ; Rye",
		// Below their names in the part itself.
		"### Job Grade\n\nThe Senior Baker is a grade 7. The Staff Baker is a grade 8.\n\n## Requirements\n\n- Hands\n\n### Senior Baker\n\n- Rye\n\n### Staff Baker\n\nIn addition to the requirements for a Senior Baker:\n\n- Wheat\n": "page: ; Hands; Senior Baker 7: ; Rye; Staff Baker 8: ; Wheat",
		// One rank above their parts' own.
		"## Levels\n\n## Baker\n\n### Job Grade\n\nGrade 6\n\n### Requirements\n\n- Hands\n\n## Senior Baker\n\nLeads.\n\n## Job Grade\n\nGrade 7\n\n### Responsibilities\n\n- Bake\n\n### Requirements\n\n- Rye\n\n## Job family\n\n- a\n": "page: ; ; Baker 6: ; Hands; Senior Baker 7: Bake; Rye",
		// Below their name said again.
		"## Levels\n\n### Baker\n\n#### Job Grade\n\nGrade 6\n\n### Baker\n\n#### Responsibilities\n\n- Bake\n\n#### Requirements\n\n- Rye\n": "page: ; ; Baker 6: Bake; Rye",
		// Below the first of them.
		"## Baker (Intermediate)\n\n### Job Grade\n\nGrade 6\n\n### Requirements\n\n- Hands\n\n### Levels\n\n#### Senior Baker\n\n##### Job Grade\n\nGrade 7\n\n##### About you\n\n- Rye\n": "page: ; ; Baker (Intermediate) 6: ; Hands; Senior Baker 7: ; Rye",
		// After an empty "Levels", with lines that stand for headings.
		"## Levels\n\n## Baker\n\nGrade: 6\n\n**Responsibilities**\n\nBakers bake.\n\n**Requirements**\n\n- Hands\n\nMore is said elsewhere.\n\n**Desirable**\n\n- Rye\n": "page: ; ; Baker 6: Bakers bake.; Hands Rye",
		// A single one is no ladder.
		"## Requirements\n\n- Hands\n\n### Senior Baker\n\n- Rye\n": "page: ; Hands Rye",
		// Other headings part a list.
		"## Requirements\n\n### Leadership\n\n- Hands\n\n### Senior leadership\n\n- Rye\n": "page: ; Hands Rye",
	} {
		p := Parse("content/job-families/a.md", []byte("---\ntitle: Bakers\n---\n\n"+body))
		said := func(list []hiring.Entry) string {
			var texts []string
			for _, e := range list {
				texts = append(texts, e.Text.Text)
			}
			return strings.Join(texts, " ")
		}
		got := "page: " + said(p.Responsibilities) + "; " + said(p.Requirements)
		for _, lv := range p.Levels {
			if lv.Grade == nil {
				t.Errorf("%q: %q has no grade", body, lv.Name)
				continue
			}
			got += fmt.Sprintf("; %s %d: %s; %s", lv.Name, lv.Grade.Min, said(lv.Responsibilities.Own), said(lv.Requirements.Own))
		}
		if got != want {
			t.Errorf("%q reads as\n%s, want\n%s", body, got, want)
		}
	}
}

// TestNiceToHave gives what stands below a heading of its own to the page or the level before it.
func TestNiceToHave(t *testing.T) {
	for body, want := range map[string]int{
		"## Requirements\n\n- Hands\n\n## Nice-to-haves\n\n- Rye\n\n## Levels\n\n### Baker\n\n#### Requirements\n\n- Oven\n":     1,
		"## Levels\n\n### Baker\n\n#### Requirements\n\n- Oven\n\n#### Nice to have Requirements\n\n- Rye\n":                     2,
		"## Levels\n\n### Baker\n\n#### Requirements\n\n- Oven\n\n### Nice-to-haves\n\n- Rye\n\n### Senior Baker\n\n- Plan\n":    2,
		"## Levels\n\n### Baker\n\n#### Requirements\n\n- Oven\n\n**Preferred skills**\n\n- Rye\n\n### Senior Baker\n\n- Plan\n": 2,
	} {
		p := Parse("content/job-families/a.md", []byte("---\ntitle: Bakers\n---\n\n"+body))
		own := p.Levels[0].Requirements.Own
		if len(own) != want || want == 2 && !own[1].Wish || want == 1 && (len(p.Requirements) != 2 || !p.Requirements[1].Wish) {
			t.Errorf("%q: the page asks for %+v, the level for %+v", body, p.Requirements, own)
		}
	}
}
