package rolepage

import (
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
	} {
		if got := isExtension(text); got != want {
			t.Errorf("isExtension(%q) = %v", text, got)
		}
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
		{"All the requirements are listed in the Requirements section above", "", "Senior Engineer", "Patience"},
		{"Extends the Manager, Engineers requirements", "", "Senior Engineer", "Patience, Leads people"},
		{"A Senior Engineer is not required to meet the base requirements, but is required to want to.", "", "Senior Engineer", ""},
		{"The Senior Engineer does not need to meet all requirements listed above.", "", "Senior Engineer", ""},
		{"A Senior Engineer is not required to meet the travel requirements.", "", "Senior Engineer", "Patience"},
		{"Extends the Frontend Wizard requirements", "", "Senior Engineer", "Patience"},
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
			for _, in := range lv.Requirements.Inherited {
				got = append(got, in.Text.Text)
			}
			if strings.Join(got, ", ") != tt.want {
				t.Errorf("%s %s: %q takes over %q, want %q", tt.senior, tt.data, lv.Name, got, tt.want)
			}
		}
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
		{"a specialty with a grade is a level", "## Levels\n### Engineer\n#### Job Grade\ngrade 6\n## Specialties\n### Senior Engineer, Data\n#### Job Grade\ngrade 7\n### Data\n- b\n### Nice-to-haves\n- c\n", "level Engineer 6: ; level Senior Engineer, Data 7: ; specialty Data: b"},
		{"headings that speak to readers", "## Levels\n### Engineer\n#### Job Grade\ngrade 6\n## Specialties\n### Data\n- b\n### What it’s like to work here:\n- c\n### How you'll grow\n- d\n", "level Engineer 6: ; specialty Data: b"},
		{"levels that came below a part", "## Levels\n### Engineer\n#### Job Grade\ngrade 6\n## Responsibilities\n- a\n### Senior Engineer\n#### Job Grade\ngrade 7\n## Responsibilities\n- b\n", "whole: a; level Engineer 6: ; level Senior Engineer 7: b"},
		{"levels below career paths", "## Responsibilities\n- a\n## Career paths\n### In role levels\n#### Engineer\n##### Job Grade\ngrade 6\n##### Expectations\n- b\n", "whole: a; level Engineer 6: b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := Parse("content/job-families/a.md", []byte("---\ntitle: Home\n---\n\n"+tt.body))
			var got []string
			words := func(texts []hiring.Text) string {
				var list []string
				for _, text := range texts {
					list = append(list, text.Text)
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
