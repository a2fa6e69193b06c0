package rolepage

import (
	"slices"
	"strings"
	"testing"
)

// takeoverPage has a level of each rank, and SENTENCE in the last one.
const takeoverPage = `---
title: Release Engineer
---

## Requirements

- Patience

## Levels

### Intermediate Release Engineer

#### Requirements

- Go

### Senior Release Engineer

#### Requirements

- Design

### Staff Release Engineer

#### Requirements

- SENTENCE
- Reach
`

// TestTakenOver reads sentences of each form, by what they take over: the whole page is "page". Below
// each form stand sentences that look like it and take over nothing.
func TestTakenOver(t *testing.T) {
	const intermediate, senior, page, none = "Intermediate Release Engineer", "Senior Release Engineer", "page", "none"
	for _, tt := range []struct{ form, of, sentences string }{
		{"all that is asked", senior, `
			All requirements for the level immediately below
			All the skills and qualifications required of Senior Release Engineers
			All the requirements a Senior must meet
			All the qualifications listed for the Senior Release Engineer above
			All of the aforementioned requirements, plus:
			All of the requirements mentioned above
			All of the Senior Release Engineer's requirements, plus:
			All Senior Release Engineer qualifications, in addition to:
			All of the skills of a Senior Release Engineer, together with:
			All requirements outlined in the Senior Release Engineer section, plus:
			Every one of the Senior requirements
			Every Senior requirement, plus:
			Each of the Senior requirements, plus:
			Every requirement of the level above also applies here.`},
		{"all that is asked", page, `
			All requirements of this job family, plus:
			All requirements listed below (applicable to all roles)`},
		{"all that is asked", none, `
			All team members above you trust your judgement
			All deployments in the previous quarter were reviewed by you
			All incidents above severity two are led by you
			All code meets the requirements of our security policy
			All senior engineers review your code
			All engineers, including senior ones, follow our requirements process
			All positions will include the following responsibilities:
			All requirements are clear before the work begins
			All of the security requirements
			Every release has a lead and a level of risk`},
		{"everything", senior, `
			Everything we ask of a Senior, plus:
			Everything in the Senior Release Engineer role, plus:
			Everything listed under Senior Release Engineer
			Everything that is expected of Senior Release Engineers, plus:
			Everything from Senior, plus
			All that applies to the Senior level also applies here
			All of what a Senior Release Engineer does, plus:`},
		{"everything", none, `
			Everything you ship is tested first
			Everything is documented in the handbook, see the page above
			Everything a customer reports above severity two is answered within a day
			What senior leaders expect is written down before work begins
			Reviews everything the previous on-call engineer left open`},
		{"the same", senior, `
			Identical to the Senior level, with these additions:
			Same requirements as a Senior, but also:
			The full set of Senior requirements, plus:
			Same requirements as for Senior Release Engineers but with more experience
			The same set of requirements as the Senior level, with the following additions:
			Requirements are the same as those of the Senior level, plus:
			Associate engineers share the same requirements as the Senior engineer listed above, but typically join with less or alternate experience in one of the key areas of expertise (releases in many regions, tracking of candidates and their systems, review of builds)`},
		{"the same", none, `
			Same-day answers to requests of senior leaders
			The same applies to senior stakeholders
			Demonstrates the same care for junior and senior colleagues
			Likes to work with Senior engineers on all requirements of a release`},
		{"what is asked, and more", senior, `
			The preceding level's requirements, plus:
			The responsibilities of a Senior Release Engineer, plus;
			The above requirements, plus the following:
			Requirements of the Senior level, as well as the following:`},
		{"what is asked, and more", intermediate, `
			The responsibilities of a Release Engineer, plus;
			Intermediate requirements, plus:`},
		{"what is asked, and more", page, `
			Senior Release Engineers are expected to meet the base requirements, with the experience adjusted to:`},
		{"what is asked, and more", none, `
			Gathers requirements from senior product managers, plus feedback from customers
			Experience at the senior level or above is a plus
			Previous experience as a Senior Release Engineer, or the same in another field
			Plus: experience with Go and the requirements of regulated industries`},
		{"what is asked applies", senior, `
			The Senior requirements also apply to this level
			Requirements for Senior Release Engineers apply here too
			Senior level requirements apply, as well as:`},
		{"what is asked applies", none, `
			The requirements of a Senior Release Engineer usually apply to the team
			The Senior requirements do not apply`},
		{"extends", senior, `
			This role extends the Senior Release Engineer requirements.
			Extends all Senior Release Engineer requirements to a wider scope
			Building upon the Senior level requirements:
			This level builds on the Senior level and adds:
			Inherits the previous level's requirements
			Extends what is asked of a Senior
			The Staff role extends the Senior Release Engineer`},
		{"extends", intermediate, `
			The role extends the Release Engineer role but without the specific travel requirement.`},
		{"extends", none, `
			Extends the build system when the senior engineers ask for it
			Extends an existing product with features above what customers expect
			Extends the reach of our brand through senior leaders
			Design features that extend our product, a role that everyone has
			Overall responsibility for continuing and building upon the brand to position us well
			Builds on the work of the Senior engineers in the team
			Inherits code from other teams and improves it`},
		{"in addition to", senior, `
			Beyond the Senior requirements:
			Besides the requirements of the Senior level:
			Besides all Senior level requirements, you also:
			Additional to the requirements for Senior:
			Further to the Senior requirements:
			In addition to fulfilling the Senior requirements, you:
			In addition to everything expected at the Senior level:
			On top of what is expected from a Senior:
			Carries over all Senior requirements
			Takes on all requirements of the Senior level`},
		{"in addition to", page, `
			Beyond the base requirements, Senior Release Engineer requirements are outlined in the framework.`},
		{"in addition to", none, `
			In addition to English, speaks one other language
			In addition to releases, you plan the quarter with senior management
			Along with the Senior Release Engineers, plans the quarter
			Along with other teams, defines requirements for the next release
			As well as writing code, mentors the level below
			Adds to the skills of all engineers by pairing with them
			Expands on feedback from senior stakeholders
			On top of all releases of the previous month
			Takes over releases from the previous engineer on call`},
		{"meets", senior, `
			Satisfies every requirement of the Senior level
			Possesses all the skills of a Senior Release Engineer
			Includes the Senior requirements, as well as:
			You fulfil the Senior requirements and also:
			You fulfill every requirement listed for the Senior level
			Excels at all of the Senior Release Engineer responsibilities above
			Meets or exceeds all requirements of the Senior level
			Meets or exceeds what is asked of a Senior
			Includes all of the previous requirements
			A Staff Release Engineer meets all the requirements of a Senior Release Engineer and:
			A Staff Release Engineer is expected to meet all the requirements of a Senior Release Engineer.
			Staff Release Engineers must meet the Senior requirements and the following:
			Has to meet the requirements of the Senior level, plus:`},
		{"meets", none, `
			Excel at all of the challenges above
			Meets with all senior engineers once a month
			Meets customer requirements above all else
			Exceeds the goals of the previous quarter
			Includes a review of the requirements with legal
			Helps all Senior engineers meet their requirements
			Includes senior stakeholders in all decisions
			Has met the expectations of customers in a previous role
			Must have skills in Go, Ruby and the above
			Shares all learnings of previous projects with the team
			Continues to learn from previous roles and all the people above`},
	} {
		for sentence := range strings.Lines(strings.TrimSpace(tt.sentences)) {
			sentence = strings.TrimSpace(sentence)
			p := Parse("content/job-families/a.md", []byte(strings.Replace(takeoverPage, "SENTENCE", sentence, 1)))
			var got []string
			for _, e := range p.Levels[2].Requirements.Extends {
				got = append(got, baseOf(e))
			}
			want := map[string][]string{intermediate: {intermediate}, senior: {senior}, page: {"the whole page"}}[tt.of]
			if !slices.Equal(got, want) || (tt.of == none) != (len(p.Levels[2].Requirements.Extends) == 0) {
				t.Errorf("%s: %q takes over %q, want %s", tt.form, sentence, got, tt.of)
			}
		}
	}
}

// TestTakenOverAcrossLines reads a sentence to its end, but takes no line for the end of another.
func TestTakenOverAcrossLines(t *testing.T) {
	for text, want := range map[string]bool{
		"Product Analysts are expected to meet the base requirements outlined\nabove.":             true,
		"Extends that of the Programs Associate\nManager.":                                         true,
		"High sense of urgency\nAssociates share the same requirements as the Senior, but less so": false,
		"Startup experience\nIn addition to the requirements of a Senior Engineer:":                false,
		"Work on deal structuring\nAll of the above requirements and:":                             false,
		strings.Repeat("apply ", 1000) + "to all requirements above":                               false,
	} {
		if got := isExtension(text); got != want {
			t.Errorf("isExtension(%q) = %v", text, got)
		}
	}
}

// TestTakenOverByTheFirst reads what the first level takes over: what the page asks of all, also where a
// later level has the page's name.
func TestTakenOverByTheFirst(t *testing.T) {
	for _, sentence := range []string{
		"Intern Release Engineers, while sharing the same requirements outlined above, typically join with less experience than typical Release Engineers.",
		"The Junior Release Engineer role extends the Release Engineer role but without the patience requirement.",
		"Meets all requirements of previous roles",
	} {
		src := "---\ntitle: Release Engineer\n---\n\n## Requirements\n\n- Patience\n\n## Levels\n\n### Junior Release Engineer\n\n" + sentence +
			"\n\n#### Requirements\n\n- Go\n\n### Release Engineer\n\n#### Requirements\n\n- Design\n"
		extends := Parse("content/job-families/a.md", []byte(src)).Levels[0].Requirements.Extends
		if len(extends) != 1 || !extends[0].WholePage {
			t.Errorf("%q takes over %v", sentence, extends)
		}
	}
}

// TestClassWords wants each word in one class only.
func TestClassWords(t *testing.T) {
	seen := map[string]bool{}
	for _, list := range classWords {
		for entry := range strings.SplitSeq(list, ", ") {
			if seen[entry] {
				t.Errorf("%q is in two classes", entry)
			}
			seen[entry] = true
		}
	}
}

// TestTakenOverByName reads sentences of no known form that call a level of the page by its name.
func TestTakenOverByName(t *testing.T) {
	const page = "---\ntitle: Bakery\n---\n\n## Levels\n\n### Baker\n\n#### Requirements\n\n- Hands\n\n### Senior Oven Baker (Night)\n\n#### Requirements\n\n- Eyes\n\n### Staff Baker\n\n#### Requirements\n\nSAID\n"
	for said, want := range map[string]string{
		"- Everything in the Baker list\n":                                               "Hands",
		"- Includes the Senior Oven Baker (Night) requirements.\n":                       "Eyes",
		"- Meets the Baker requirements\n":                                               "Hands",
		"- Those of a Baker\n- Ears\n":                                                   "Hands",
		"Carries forward each requirement of the [Baker](#baker), and on top of that:\n": "Hands",
		"Expected here is everything under Baker; further:\n":                            "Hands",
		"Those of Bakers stay in force. New at this level:\n":                            "Hands",
		"- Same as for Senior Oven Bakers (Night), and in addition\n- Ears\n":            "Eyes",
		"- Seniors' requirements, and\n- Ears\n":                                         "Eyes",
		"- What a Senior needs\n":                                                        "Eyes",
		// None of these.
		"- Mentor all Bakers\n":                                         "",
		"- The Baker requirements do not apply\n":                       "",
		"- Review the requirements of Bakers\n":                         "",
		"- Has experience with the responsibilities of a Staff Baker\n": "",
		"- Explains to customers what a Baker cannot bake in a day\n":   "",
	} {
		p := Parse("content/job-families/a.md", []byte(strings.Replace(page, "SAID", said, 1)))
		if got := takenOverBy(p.Levels[2].Requirements); got != want {
			t.Errorf("%q takes over %q, want %q", said, got, want)
		}
	}
}
