package rolepage

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// TestIsExtension tells sentences that take something over from those that do not.
func TestIsExtension(t *testing.T) {
	for text, want := range map[string]bool{
		"All requirements of previous roles plus:":                                                            true,
		"All responsibilities listed below (applicable to all roles) plus:":                                   true,
		"Extends that of the Associate Manager.":                                                              true,
		"extends the Engineer (Intermediate) responsibilities":                                                true,
		"Includes base-level requirements.":                                                                   true,
		"Includes all Staff level requirements listed.":                                                       true,
		"This role includes all of the performance indicators of the previous level plus:":                    true,
		"The Senior Engineer role extends the [Engineer](#engineer) role.":                                    true,
		"The Staff Engineer meets all of the requirements of a Senior Engineer, plus:":                        true,
		"In addition to the other Product Designer responsibilities, Growth Designers are also expected to:":  true,
		"The responsibilities of the Junior Analyst are listed in the Responsibilities section above.":        true,
		"The Public Sector Manager has the same expectations as other Managers, but in the public sector.":    true,
		"The Principal Manager role builds upon the Senior Manager role by bringing more expertise.":          true,
		"In addition to meeting all of the requirements of a Manager, the Senior Manager has the following:":  true,
		"Develop the architecture by extending existing features":                                             false,
		"Define and extend our internal standards for style and maintenance":                                  false,
		"Experience in influencing senior leaders at the director and above levels":                           false,
		"All the above is done in the open":                                                                   false,
		"This includes helping them manage the many requirements and integrations of a move, and more advice": false,
		"Ability to use GitLab": false,
		"Has experience with the additional responsibilities of a Senior Architect":                     false,
		"Performance indicators for a Manager role usually apply to the team":                           false,
		"The requirements of senior managers are to be written down":                                    false,
		"Meets senior leadership expectations":                                                          false,
		"Everything that makes a team work":                                                             false,
		"All above average candidates are called":                                                       false,
		"Includes requirements gathering for senior management":                                         false,
		"Expands on the roadmap with directors and staff":                                               false,
		"Work with principal engineers on the requirements of the next release, plus its documentation": false,
	} {
		if got := isExtension(text); got != want {
			t.Errorf("isExtension(%q) = %v", text, got)
		}
	}
}

// baseOf is the name of what an extension takes over.
func baseOf(e hiring.Extension) string {
	switch {
	case e.Level != nil:
		return e.Level.Name
	case e.WholePage:
		return "the whole page"
	default:
		return ""
	}
}

// TestResolved follows sentences to what they mean.
func TestResolved(t *testing.T) {
	const page = `---
title: Engineer
---

## Requirements

- Patience

## Levels

### Engineer (Intermediate)

#### Job Grade

grade 6

#### Requirements

- Go

### Senior Engineer

#### Job Grade

grade 7

#### Requirements

SENTENCE

- Design

### Manager, Engineers

#### Job Grade

grade 8

#### Requirements

- Leads people

## Specialties

### Data

SPECIALTY

- Knows databases
`
	for _, tt := range []struct{ senior, data, of, want string }{
		{"All requirements of previous roles plus:", "", "Senior Engineer", "Patience, Go"},
		{"Extends the Engineer requirements", "", "Senior Engineer", "Patience, Go"},
		{"Extends that of the Intermediate Engineers requirements", "", "Senior Engineer", "Patience, Go"},
		{"Extends the Enginer requirements", "", "Senior Engineer", "Patience, Go"}, //nolint:misspell // a slip, on purpose
		{"All requirements listed above (applicable to all roles)", "", "Senior Engineer", "Patience"},
		{"All the requirements of this job family, plus:", "", "Senior Engineer", "Patience"},
		{"All the requirements are listed in the Requirements section above", "", "Senior Engineer", "Patience"},
		{"Extends the Manager, Engineers requirements", "", "Senior Engineer", "Patience, Leads people"},
		{"A Senior Engineer is not required to meet the base requirements, but is required to want to.", "", "Senior Engineer", ""},
		{"The Senior Engineer does not need to meet all requirements listed above.", "", "Senior Engineer", ""},
		{"A Senior Engineer is not required to meet the travel requirements.", "", "Senior Engineer", "Patience"},
		{"Extends the Frontend Wizard requirements", "", "Senior Engineer", "Patience"},
		{"Extends the Senior Engineer requirements", "", "Senior Engineer", "Patience, Go"}, // itself: the one before is meant
		{"[All requirements](#engineer-intermediate) plus:", "", "Senior Engineer", "Patience, Go"},
		{"", "In addition to the requirements of a Senior Engineer, the Manager asks for:", "Data", "Patience, Design"},
		{"", "In addition to the same requirements defined above, this specialty requires:", "Data", "Patience, Leads people"},
		{"", "The requirements are largely the same as for a standard role. Differences:", "Data", "Patience"},
		{"", "The requirements are largely the same as a standard Engineer role. Differences:", "Data", "Patience, Go"},
	} {
		src := strings.NewReplacer("SENTENCE", tt.senior, "SPECIALTY", tt.data).Replace(page)
		p := Parse("content/job-families/a.md", []byte(src))
		for _, lv := range slices.Concat(p.Levels, p.Variants) {
			if lv.Name != tt.of {
				continue
			}
			var got []string
			for _, in := range lv.Requirements.Inherited() {
				got = append(got, in.Text.Text)
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("%s %s: %q takes over %q, want %q", tt.senior, tt.data, lv.Name, got, tt.want)
			}
		}
	}
}

// TestGradeIsNotLeftOut: where the level that a sentence names is gone, none of a higher grade takes its place.
func TestGradeIsNotLeftOut(t *testing.T) {
	const page = "## Requirements\n\n- Patience\n\n## Levels\n\n### Senior Manager, Data\n\n#### Requirements\n\n- Plans\n\n" +
		"### Director, Data\n\n#### Requirements\n\n- Extends the SAID requirements\n"
	for said, want := range map[string]string{"Manager, Data": "", "Manager": "", "Senior Manager": "Senior Manager, Data", "Senior": "Senior Manager, Data"} {
		p := Parse("content/job-families/a.md", []byte("---\ntitle: Data\n---\n\n"+strings.Replace(page, "SAID", said, 1)))
		if got := baseOf(p.Levels[1].Requirements.Extends[0]); got != want {
			t.Errorf("%q is read as %q, want %q", said, got, want)
		}
	}
}

// TestNamedByRank reads what people write in place of a level's whole name, on pages that name their
// levels in different ways. The last level says it; the one before it is called Senior, or is the
// intermediate one.
func TestNamedByRank(t *testing.T) {
	intermediate := []string{
		"All requirements of the intermediate level",
		"Extends the intermediate requirements",
		"All of the Intermediate requirements, plus:",
		"Extends that of the Intermediate level",
		"Everything required of the intermediate level",
		"All Intermediate requirements",
		"The same requirements as the intermediate role",
		"Meets all requirements of the Intermediate level",
	}
	senior := []string{
		"All requirements of the Senior level",
		"Extends the Senior requirements",
		"All Senior level requirements, plus:",
		"All of the requirements for a Senior",
		"Includes all requirements of the senior role",
		"Everything a Senior is asked for",
		"Everything in the Senior level, plus:",
		"Senior requirements plus:",
		"All requirements from the Senior level above",
		"All the requirements of a Senior Engineer, and:",
		"In addition to the requirements of the Senior level:",
		"Plus everything in Senior",
		"Continues to meet the requirements of the Senior level",
		"Demonstrates all Senior requirements",
		"The requirements of the Senior level apply, plus:",
		"All Senior Engineer requirements apply",
		"Along with the Senior requirements:",
		"On top of the Senior requirements:",
		"As well as all requirements of the Senior level:",
		"These are in addition to the requirements for the Senior level",
		"All of the responsibilities and requirements of the senior role apply.",
		"Must meet all of the Senior requirements",
		"Requirements of a Senior Engineer, plus:",
		"Same as Senior, plus:",
		"Has all the qualifications of a Senior Engineer, and",
		"Expands on the Senior requirements",
		"Adds to the Senior requirements:",
		"See the Senior requirements, plus:",
		"Senior requirements, and additionally:",
		"All requirements for Senior, as well as:",
		"Meets the requirements of a Senior Engineer",
		"In addition to the Senior responsibilities and requirements, a Staff engineer:",
		"Inherits everything from Senior",
		"Inherits all the requirements of the Senior level",
		"All qualifications of the Senior level",
		"All skills of the Senior level, plus:",
		"All of the skills listed for the Senior level",
		"Same requirements as Senior with the following additions:",
		"All of Senior plus:",
		"All of the Senior level, plus:",
		"Everything expected of a Senior, and more:",
		"What is asked of a Senior, plus:",
		"The same as for the Senior level, plus:",
		"Like the Senior level, plus:",
		"All Senior criteria, plus:",
		"Senior Engineer requirements +",
		"All requirements of the Senior Engineer position, and the following:",
		"Exceeds the requirements of the Senior level",
		"Consistently meets all requirements of the Senior level",
		"All requirements of a Senior",
		"Senior-level requirements, plus:",
		"All Senior-level requirements",
	}
	previous := []string{
		"All of the above, plus:",
		"All requirements of the previous level, plus:",
		"All requirements of previous levels, plus:",
		"Same as above, plus:",
		"All the above requirements",
		"Meets all previous requirements",
		"All requirements listed for the level before",
		"All requirements of lower levels",
		"Builds on the requirements of the level above",
		"Everything from the prior level and:",
		"Fulfils all the requirements of the previous role",
		"Extends the above",
		"You meet all of the requirements of the previous level",
		"Builds upon all requirements of the previous role",
		"Meets all of the above, and:",
		"The above, plus:",
		"All the above and:",
		"Everything above, plus:",
		"Everything listed above",
		"In addition to the above:",
		"Includes everything in the previous level",
		"Everything in the level above",
		"Fulfills all expectations of the previous level",
		"All prior requirements",
		"Prior level requirements, plus:",
	}
	for _, names := range [][]string{
		{"Engineer (Intermediate)", "Senior Engineer", "Staff Engineer"},
		{"Intermediate Engineer", "Senior Engineer", "Staff Engineer"},
		{"Engineer", "Senior Engineer", "Staff Engineer"},
		{"Intermediate", "Senior", "Staff"},
		{"Engineer, Intermediate", "Engineer, Senior", "Engineer, Staff"},
	} {
		for want, sentences := range map[string][]string{names[0]: intermediate, names[1]: slices.Concat(senior, previous)} {
			for _, sentence := range sentences {
				var page strings.Builder
				page.WriteString("---\ntitle: Engineer\n---\n\n## Levels\n")
				for i, name := range names {
					fmt.Fprintf(&page, "\n### %s\n\n#### %s Requirements\n\n", name, name)
					if i == len(names)-1 {
						fmt.Fprintf(&page, "- %s\n", sentence)
					}
					fmt.Fprintf(&page, "- Entry %d\n", i)
				}
				levels := Parse("content/job-families/a.md", []byte(page.String())).Levels
				var got []string
				for _, e := range levels[len(levels)-1].Requirements.Extends {
					got = append(got, baseOf(e))
				}
				if !slices.Equal(got, []string{want}) {
					t.Errorf("%q: %q takes over %q, want %q", names, sentence, got, want)
				}
			}
		}
	}
}

// TestEntries tells what a section lists from what only leads to it, remarks on it or is to come. What would be nice to have
// has a "?".
func TestEntries(t *testing.T) {
	for body, want := range map[string][]string{
		"- a\n- b\n\nNOTE: fill in \"Baker\" below.\n":                                               {"a", "b"},
		"A Baker has the following skills.\n\n- a\n":                                                 {"a"},
		"A Baker is never late.\n\n- a\n":                                                            {"A Baker is never late.", "a"},
		"Technical skills\n\n- a\n\n**Other skills**\n\n- b\n":                                       {"a", "b"},
		"Two or more of:\n\nHands\n":                                                                 {"Hands"},
		"- Two or more of the following\n  - a\n  - bake with one of:\n    - b\n- c\n":               {"Two or more of the following", "> a", "> bake with one of:", ">> b", "c"},
		"- You have:\n  - a\n- Code quality\n  - B\n- Plans\n  - of a year\n":                        {"a", "B", "Plans", "> of a year"},
		"- To be defined (TBD)\n- TODO\n- a\n":                                                       {"a"},
		"- To be told that none is perfect\n":                                                        {"To be told that none is perfect"},
		"- a\n\nNice-to-haves:\n\n- b\n\nMust-haves:\n\n- c\n":                                       {"a", "b?", "c"},
		"- a\n- Nice to have\n  - b\n- Nice to have: c\n":                                            {"a", "b?", "Nice to have: c?"},
		"- a\n\n### Nice-to-haves\n\n- b\n":                                                          {"a", "b?"},
		"- a\n- Please refer to:\n  - b\n":                                                           {"a"},
		"- a\n\n### Ovens\n\n- b\n":                                                                  {"a", "b"},
		"Details can be found on another page.\n":                                                    nil,
		"- Preferred qualifications\n  - b\n- Preferred by most, a\n\n### Preferred Skills\n\n- c\n": {"b?", "Preferred by most, a?", "c?"},
	} {
		p := Parse("content/job-families/a.md", []byte("---\ntitle: Home\n---\n\n## Requirements\n\n"+body))
		var got []string
		for _, e := range p.Requirements {
			text := strings.TrimPrefix(strings.Repeat(">", e.Depth)+" "+e.Text.Text, " ")
			if e.Wish {
				text += "?"
			}
			got = append(got, text)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q lists %q, want %q", body, got, want)
		}
	}
}

// TestIndicatorsOfARole finds them below a heading of the role that has no meaning of its own.
func TestIndicatorsOfARole(t *testing.T) {
	p := Parse("content/job-families/a.md", []byte("---\ntitle: Home\n---\n\n## Baker\n\n### Responsibilities\n\n- Bake\n\n### How you'll be measured\n\n#### Performance Indicators\n\n- Loaves\n"))
	if len(p.Roles) != 1 || len(p.Roles[0].PerformanceIndicators.Own) != 1 {
		t.Errorf("%d roles, %+v", len(p.Roles), p.Roles[0].PerformanceIndicators.Own)
	}
}

// TestTwoListsInOneSentence takes over both lists that a sentence names, below the heading of one of them, but
// not a list that the level has a heading for.
func TestTwoListsInOneSentence(t *testing.T) {
	const senior = "## Levels\n\n### Baker\n\n#### Baker Responsibilities\n\n- Bake\n\n#### Baker Requirements\n\n- Hands\n\n### Senior Baker\n\n"
	for body, want := range map[string][2]int{
		"#### Senior Baker Responsibilities & Requirements\n\nThe Senior Baker has the same responsibilites and requirements as a Baker.\n":              {1, 1}, //nolint:misspell // as people write it
		"#### Senior Baker Responsibilities\n\n- All the requirements and responsibilities of a Baker\n":                                                 {1, 1},
		"#### Senior Baker Requirements\n\n- All the requirements of a Baker\n":                                                                          {0, 1},
		"#### Senior Baker Responsibilities\n\n- All the requirements and responsibilities of a Baker\n\n#### Senior Baker Requirements\n\n- Patience\n": {1, 0},
	} {
		lv := Parse("content/job-families/a.md", []byte("---\ntitle: Bakery\n---\n\n"+senior+body)).Levels[1]
		if got := [2]int{len(lv.Responsibilities.Inherited()), len(lv.Requirements.Inherited())}; got != want {
			t.Errorf("%q: takes over %v, want %v", body, got, want)
		}
	}
}

// TestPointersOfThePage keeps what a section of the whole page says of requirements that stand
// elsewhere, as no level follows it; a line that leads to the list is no entry.
func TestPointersOfThePage(t *testing.T) {
	p := Parse("content/job-families/a.md", []byte("---\ntitle: Engineer\n---\n\n## Requirements\n\nIn addition to the requirements of a Senior Engineer:\n\n- Meets the requirements of a [Senior Engineer](/b/)\n- Go\n"))
	var got []string
	for _, text := range p.Requirements {
		got = append(got, text.Text.Text)
	}
	if want := []string{"Meets the requirements of a Senior Engineer", "Go"}; !slices.Equal(got, want) {
		t.Errorf("the page asks for %q, want %q", got, want)
	}
}

// TestParts gives parts to the level that they belong to, wherever their headings stand.
func TestParts(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"as the template has it", "## Responsibilities\n- a\n## Levels\n### Engineer\n#### Job Grade\ngrade 6\n#### Engineer Responsibilities\n- b\n", "whole: a; level Engineer 6: b"},
		{"set too deep", "## Levels\n### Engineer\n#### Job Grade\ngrade 6\n##### Responsibilities\n- b\n", "level Engineer 6: b"},
		{"beside the level", "## Levels\n### Engineer\n- b\n### Job Grade\ngrade 6\n### Senior Engineer\n### Job Grade\ngrade 7\n### Responsibilities\n- c\n", "level Engineer 6: b; level Senior Engineer 7: c"},
		{"beside an empty Levels", "### Levels\n## Engineer\n### Job Grade\ngrade 6\n### Responsibilities\n- b\n", "level Engineer 6: b"},
		{"roles of the second template", "## Baker\n### Job Grade\ngrade 5\n### Responsibilities\n- b\n## Cook\n### Job Grade\ngrade 6\n### Responsibilities\n- c\n", "role Baker 5: b; role Cook 6: c"},
		{"parts of the last role at its own rank", "## Baker\n### Job Grade\ngrade 5\n### Responsibilities\n- b\n## Cook\n### Job Grade\ngrade 6\n## Responsibilities\n- c\n", "role Baker 5: b; role Cook 6: c"},
		{"a heading for all roles", "## Engineer Roles at Home\n### Responsibilities\n- a\n## Levels\n### Engineer\n#### Job Grade\ngrade 6\n", "whole: a; level Engineer 6: "},
		{"a lone Role", "## Role\n### Responsibilities\n- a\n## Levels\n### Engineer\n#### Job Grade\ngrade 6\n", "whole: a; level Engineer 6: "},
		{"levels below Job Grades", "## Responsibilities\n- a\n## Job Grades\n### Senior Engineer\nThe Senior Engineer is a grade 7.\n", "whole: a; level Senior Engineer 7: "},
		{"a grade below the name said twice", "## Levels\n### Engineer\n#### Engineer\nThe Engineer is a grade 6.\n#### Responsibilities\n- b\n", "level Engineer 6: b"},
		{"a list below the grade", "## Levels\n### Engineer\n#### Job Grade\ngrade 6\n- b\n- Upgrades c\n- Seniors are grade 7\n", "level Engineer 6: b, Upgrades c"},
		{"a list of the page for one specialty", "## Responsibilities\n- a\n### Data\n- b\n### Baker (Sales and Web)\n- c\n## Specialties\n### Data\nA.\n### Web and Sales\nB.\n### Gone\nSee the other page.\n", "whole: a; specialty Data: b; specialty Web and Sales: c"},
		{"a level set too deep, with its parts beside it", "## Levels\n### Engineer\n#### Engineer Responsibilities\n- b\n#### Lead Engineer\nA grade 8.\n#### Lead Engineer Responsibilities\n- c\n### Senior Engineer\n#### Responsibilities\n- d\n", "level Engineer: b; level Lead Engineer 8: c; level Senior Engineer: d"},
		{"a list below the name said twice", "## Levels\n### Engineer\n#### Engineer\n- b\n#### Engineer Requirements\n- c\n", "level Engineer: b"},
		{"one specialty that its heading names", "## Data Specialty\nA.\n### Data Responsibilities\n- b\n", "specialty Data Specialty: b"},
		{"beside the specialty", "## Specialties\n### Data\nA.\n### Data Responsibilities\n- b\n### Web\n### Responsibilities\n- c\n### Other Things Responsibilities\n- d\n", "specialty Data: b; specialty Web: c"},
		{"a specialty with a grade is a level", "## Levels\n### Engineer\n#### Job Grade\ngrade 6\n## Specialties\n### Senior Engineer, Data\n#### Job Grade\ngrade 7\n### Data\n- b\n### Nice-to-haves\n- c\n", "level Engineer 6: ; level Senior Engineer, Data 7: ; specialty Data: b"},
		{"headings that speak to readers", "## Levels\n### Engineer\n#### Job Grade\ngrade 6\n## Specialties\n### Data\n- b\n### What it’s like to work here:\n- c\n### How you'll grow\n- d\n", "level Engineer 6: ; specialty Data: b"},
		{"levels that came below a part", "## Levels\n### Engineer\n#### Job Grade\ngrade 6\n## Responsibilities\n- a\n### Senior Engineer\n#### Job Grade\ngrade 7\n## Responsibilities\n- b\n", "whole: a; level Engineer 6: ; level Senior Engineer 7: b"},
		{"levels below career paths", "## Responsibilities\n- a\n## Career paths\n### In role levels\n#### Engineer\n##### Job Grade\ngrade 6\n##### Expectations\n- b\n", "whole: a; level Engineer 6: b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := Parse("content/job-families/a.md", []byte("---\ntitle: Home\n---\n\n"+tt.body))
			var got []string
			words := func(entries []hiring.Entry) string {
				var list []string
				for _, e := range entries {
					list = append(list, e.Text.Text)
				}
				return strings.Join(list, ", ")
			}
			if len(p.Responsibilities) > 0 {
				got = append(got, "whole: "+words(p.Responsibilities))
			}
			for _, lv := range slices.Concat(p.Levels, p.Roles, p.Variants) {
				grade := ""
				if lv.Grade != nil {
					grade = " " + string(rune('0'+lv.Grade.Min))
				}
				got = append(got, string(lv.Kind)+" "+lv.Name+grade+": "+words(lv.Responsibilities.Own))
			}
			if list := strings.Join(got, "; "); list != tt.want {
				t.Errorf("got  %s\nwant %s", list, tt.want)
			}
		})
	}
}

// takenOverBy are the texts that a list takes over.
func takenOverBy(a hiring.Asks) string {
	var list []string
	for _, in := range a.Inherited() {
		list = append(list, in.Text.Text)
	}
	return strings.Join(list, " ")
}

// TestMeantLists takes over the lists that a sentence names in an introduction, and all where it names none.
func TestMeantLists(t *testing.T) {
	const page = "---\ntitle: Bakery\n---\n\n## Levels\n\n### Junior Baker\n\n#### Responsibilities\n\n- Bake\n\n<a id=\"hands\"></a>\n#### Requirements\n\n- Hands\n\n" +
		"### Staff Baker\n\n#### Requirements\n\n- Ears\n\n### Senior Baker\n\nSAID\n"
	for said, want := range map[string]string{
		"The Senior Baker role extends the Junior Baker role.":                                                                           "Bake; Hands",
		"The Senior Baker role extends the Junior Baker role expectations.":                                                              "Bake; ",
		"The Senior Baker role extends the Junior Baker role but without the requirement X.":                                             "Bake; Hands",
		"Meets all Junior Baker requirements.":                                                                                           "; Hands",
		"The responsibilites are the same as those of a Junior Baker.":                                                                   "Bake; ", //nolint:misspell // as people write it
		"They lead. In addition to all Junior Baker requirements:":                                                                       "; Hands",
		"Extends the [Staff Baker requirements](#hands)":                                                                                 "; Ears",  // what is called by its whole name is meant
		"Extends the [other requirements](#hands)":                                                                                       "; Hands", // an anchor that a tag sets
		"#### Responsibilities\n\nThey lead. In addition to the Junior Baker responsibilities, they:\n\n- Plan\n":                        "Bake; ",
		"#### Requirements\n\nSenior Bakers are expected to meet the Junior Baker requirements, with the years adjusted to:\n\n- Five\n": "; Hands",
	} {
		p := Parse("content/job-families/a.md", []byte(strings.Replace(page, "SAID", said, 1)))
		lv := p.Levels[len(p.Levels)-1]
		if got := takenOverBy(lv.Responsibilities) + "; " + takenOverBy(lv.Requirements); got != want {
			t.Errorf("%q takes over %q, want %q", said, got, want)
		}
	}
}

// TestAddressed gives indicators to those for whom the line before says that they are.
func TestAddressed(t *testing.T) {
	const levels = "## Levels\n\n### Baker\n\n#### Requirements\n\n- a\n\n### Bakery Manager\n\n#### Requirements\n\n- a\n\n### Director, Bakery\n\n#### Requirements\n\n- a\n"
	for indicators, want := range map[string]string{
		"Bakers have the following indicators.\n\n- Loaves\n\nBakery Managers have the following indicators.\n\n- Sales\n":     "Loaves | Sales | Loaves",
		"Bakers have the following indicators.\n\n- Loaves\n\nBakery management has the following indicators.\n\n- Sales\n":    "Loaves | Sales | Sales",
		"Bakers have the following indicators.\n\n- Loaves\n":                                                                  "Loaves | Loaves | Loaves",
		"All bake.\n\n- Loaves\n\nBakery Manager, additionally:\n\n- Sales\n":                                                  "Loaves | Loaves Sales | Loaves",
		"Baker and Bakery Manager only:\n\n- Loaves\n\nDirector, Bakery only:\n\n- Sales\n":                                    "Loaves | Loaves | Sales",
		"The following indicators hold.\n\n- Loaves\n\nMillers and their managers have the following indicators.\n\n- Sales\n": "Loaves Sales | Loaves Sales | Loaves Sales",
	} {
		p := Parse("content/job-families/a.md", []byte("---\ntitle: Bakery\n---\n\n## Performance Indicators\n\n"+indicators+"\n"+levels))
		var got []string
		for _, lv := range p.Levels {
			got = append(got, takenOverBy(lv.PerformanceIndicators))
		}
		if strings.Join(got, " | ") != want {
			t.Errorf("%q gives %q, want %q", indicators, got, want)
		}
	}
}
