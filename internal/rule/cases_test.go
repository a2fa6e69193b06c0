package rule_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

const frontMatter = "---\ntitle: Engineer\ndescription: Builds.\n---\n\n"

// TestCases holds the rules to subtle cases that real pages have. want are parts of the messages
// in page order.
func TestCases(t *testing.T) {
	const grade = "\n#### Job Grade\n\ngrade 6\n"
	for _, tt := range []struct {
		rule, name, body string
		want             []string
	}{
		{"missing-responsibilities", "an include brings them", "## Role\n<%= partial 'includes/pm_responsibilities' %>\n## Requirements\n- a\n", nil},
		{"missing-responsibilities", "set too deep", "## Levels\n### Engineer\n#### Job Grade\ngrade 6\n##### Responsibilities\n- a\n", nil},
		{"missing-responsibilities", "a group of roles has none of its own", "## Benefits\n### Benefits Requirements\n- a\n### Analyst\n#### Job Grade\ngrade 6\n#### Responsibilities\n- b\n", nil},
		{"missing-responsibilities", "one role of two", "## Baker\n### Responsibilities\n- a\n### Requirements\n- b\n## Cook\n### Requirements\n- c\n", []string{`"Cook" has no Responsibilities`}},
		{"missing-job-grade", "described in two places", "## Manager\n### Responsibilities\n- a\n## Manager\n### Job Grade\ngrade 6\n", nil},
		{"missing-job-grade", "a page without levels", "## Requirements\n- a\n", []string{"the page states no job grade"}},
		{"missing-job-grade", "a sentence on a page without levels", "The Intern is a grade 4.\n\n## Requirements\n- a\n", nil},
		{"missing-job-grade", "roles of the page as a whole", "## Engineering Roles at Home\n### Requirements\n- a\n## Levels\n### Engineer\n" + grade, nil},
		{"ability-to-use-gitlab", "among others", "## Requirements\n- Comfortable using technology, including Google Workspace and GitLab.\n", nil},
		{"ability-to-use-gitlab", "linked", "## Requirements\n- Ability to use [GitLab](https://about.gitlab.com/)\n", nil},
		{"ability-to-use-gitlab", "in other words", "## Requirements\n- Ability to navigate GitLab\n## Requirements for all\n- Ability to utilize GitLab\n", nil},
		{"ability-to-use-gitlab", "in two lines", "## Requirements\n- Ability to use\n  GitLab\n", nil},
		{"ability-to-use-gitlab", "in two entries", "## Requirements\n- Ability to use\n- GitLab\n", []string{"no requirement names"}},
		{"ability-to-use-gitlab", "skills", "## Requirements\n- Fluent in Git and GitLab\n", nil},
		{"ability-to-use-gitlab", "the company", "## Requirements\n- Experience using data to drive decisions at GitLab\n- Use of [values](https://about.gitlab.com/handbook/values/)\n- Knowledge of GitLab’s strategy\n", []string{"no requirement names the use of GitLab"}},
		{"empty-section", "an include fills it", "## Requirements\n<%= partial 'requirements' %>\n\n## Next\n{{< include >}}\n", nil},
		{"empty-section", "nothing but what is to come", "## Requirements\nTODO\n\n## Responsibilities\n- TBD.\n\n<!-- a -->\n\n## Career Ladder\nTo be defined (TBD)\n", []string{`nothing but "TODO" stands below "Requirements"`, `"TBD."`, `"To be defined (TBD)"`}},
		{"empty-section", "what is to come, and more", "## Requirements\nTBD\n\n- a\n\n## Responsibilities\n- TODO\n- b\n\n## Career Ladder\nTo be defined at time of business need.\n\n## Specialties\nNone\n\n## Performance Indicators\nTBD\n\n## Levels\nTBD\n\n### Baker\nTODO lists\n", nil},
		{"empty-section", "nested headings are told once", "## Requirements\n### Nice-to-haves\n\n## Responsibilities\n- a\n", []string{`nothing stands below "Requirements"`}},
		{"template-placeholder", "in code it is shown, not left over", "## Requirements\n```\n- {add a list}\n```\n", nil},
		{"template-placeholder", "with the wrong bracket", "## Requirements\n- {add a bulleted list]\n", []string{`"{add a bulleted list]"`}},
		{"template-placeholder", "braces around a name", "## Levels\n### Senior Baker\n#### Job Grade\nThe {Senior Baker} is a grade 7. The {Baker, Senior} too.\n", []string{`braces of the template still stand around "Senior Baker"`, `around "Baker, Senior"`}},
		{"template-placeholder", "other braces", "## Baker {#Baker}\n### {Cook}\n- `{Baker}` {: .Baker} {{Baker}} {{< Baker >}} ${Baker} x{Baker} {BAKERS_NAME}\n\n<%= partial \"a\", {Baker} %>\n\n```\n{Baker}\n```\n", nil},
		{"template-placeholder", "in italics", "## Requirements\n- _add a bulleted list_\n- _adding_, _add_ this, _Add value_\n\n_insert a text_\n", []string{`"_add a bulleted list_"`, `"_insert a text_"`}},
		{"duplicate-heading", "of the template", "## {add name of level}\n- a\n## {add name of level}\n- b\n", nil},
		{"performance-indicator-count", "of the template", "## Responsibilities\n- a\n## Performance Indicators\n- {add 3-5 PIs}\n", nil},
		{"duplicate-heading", "roles beside their parts", "## Baker\n## Requirements\n- a\n## Cook\n## Requirements\n- b\n", nil},
		{"duplicate-heading", "a part that rose", "## Requirements\n- a\n### Senior Engineer\n" + grade + "\n## Requirements\n- b\n", []string{`if it speaks of "Senior Engineer", set it deeper`}},
		{"duplicate-heading", "parts that rose with others", "## Requirements\n- a\n### Senior Engineer\n" + grade + "\n## Requirements\n- b\n## Career Ladder\n- c\n### Staff Engineer\n### Job Grade\ngrade 7\n## Requirements\n- d\n## Career Ladder\n- e\n", []string{`if it speaks of "Senior Engineer"`, `if it speaks of "Staff Engineer"`, `if it speaks of "Staff Engineer"`}},
		{"duplicate-heading", "an aside of a level", "## Levels\n### Baker\n" + grade + "### Nice-to-haves\n- a\n### Senior Baker\n" + grade + "### Nice-to-haves\n- b\n", []string{`if it speaks of "Senior Baker", set it one level deeper`}},
		{"duplicate-heading", "specialties among the levels", "## Levels\n### Baker\n" + grade + "## Specialties\n- a\n### Senior Baker\n" + grade + "## Specialties\n### Pastry\n- a\n", []string{`set that one deeper than "Senior Baker", which it parts from the levels above`}},
		{"heading-level", "the first heading", "#### Requirements\n- a\n", []string{`level 4 with none of level 3 above it; make it "## Requirements"`}},
		{"heading-level", "with others below it", "## Requirements\n- x\n#### Ovens\n- a\n#### Shops\n- b\n##### Tills\n- c\n", []string{`make it "### Ovens", and raise the 2 headings below it with it`}},
		{"heading-level", "the heading above stands too high", "## Levels\n### Baker\n#### Baker Responsibilities\n- a\n## Senior Baker\n#### Senior Baker Responsibilities\n- b\n", []string{`"Senior Baker" is a heading of level 2, but "Baker", which has the same parts, is one of level 3; make it "### Senior Baker"`}},
		{"heading-level", "the heading above stands among levels", "## Levels\n### Baker\n" + grade + "## Specialties\n#### Baker (Pastry) Responsibilities\n- a\n### Senior Baker\n" + grade, nil},
		{"heading-level", "told by misplaced-section", "## Requirements\n- a\n#### Job Grade\ngrade 6\n", nil},
		{"level-order", "people managers are no rung above staff", "## Levels\n### Staff Events Manager\n" + grade + "### Senior Manager, Events\n" + grade, nil},
		{"level-order", "numbered levels", "## Levels\n### Engineer II\n" + grade + "### Engineer I\n" + grade, []string{`"Engineer I" stands after "Engineer II"`}},
		{"level-order", "a director leads managers", "## Levels\n### Director, Events\n" + grade + "### Senior Manager, Events\n" + grade, []string{`"Senior Manager, Events" stands after "Director, Events"`}},
		{"level-order", "a director of what a manager manages", "## Levels\n### Director, Events\n" + grade + "### Events Manager\n" + grade, nil},
		{"level-order", "groups of levels", "# IC Levels\n## Principal Events Manager\n### Job Grade\ngrade 9\n# People Levels\n## Events Manager\n### Job Grade\ngrade 8\n", nil},
		{"grade-order", "ranges may overlap", "## Levels\n### Engineer\n#### Job Grade\ngrade 6 or 7\n### Senior Engineer\n#### Job Grade\ngrade 6\n", nil},
		{"level-order", "roles are the rungs of a page without levels", "## Senior Baker\n### Requirements\n- a\n## Baker\n### Requirements\n- b\n## Manager, Shops\n### Requirements\n- c\n## Cook\n### Requirements\n- d\n", []string{`"Baker" stands after "Senior Baker"`}},
		{"grade-order", "roles are the rungs of a page without levels", "## Baker\n### Job Grade\ngrade 7\n## Senior Baker\n### Job Grade\ngrade 6\n## Manager, Shops\n### Job Grade\ngrade 5\n", []string{`"Senior Baker" has grade 6`}},
		{"grade-format", "the word alone", "## Levels\n### Engineer\n#### Job Grade\nSee the calculator.\n", []string{`the job grade of "Engineer" has no number`}},
		{"reports-to", "the page says it for all", "Engineers report to the Engineering Manager.\n\n## Levels\n### Engineer\n" + grade, nil},
		{"reports-to", "of the template", "## Levels\n### Engineer\nThe Engineer reports to the {add the reporting position}.\n" + grade, nil},
		{"reports-to", "beside the grade", "## Levels\n### Engineer\n#### Job Grade\nThe Engineer is a grade 6. The Engineer reports to the CTO.\n", nil},
		{"reports-to", "a page of one role", "Bakers bake.\n\n## Responsibilities\n- a\n", []string{`the page does not say to whom the role reports; add a sentence like "This role reports to the ..."`}},
		{"reports-to", "a page of one role says it", "This role reports to the Head Baker.\n\n## Responsibilities\n- a\n", nil},
		{"reports-to", "a rank is no job title", "## Levels\n### Senior\n" + grade + "### Intermediate\n" + grade + "### Senior Baker\n" + grade, []string{`"This role reports`, `"This role reports`, `"The Senior Baker reports`}},
		{"level-heading-mismatch", "a heading for two levels", "## Levels\n### Senior Manager, Events\n" + grade + "#### Manager and Senior Manager Performance Indicators\n- a\n", nil},
		{"level-heading-mismatch", "one of them is misspelt", "## Levels\n### Manager, Insides Sales\n" + grade + "#### Manager, Inside Sales Requirements\n- a\n", []string{"write both alike"}},
		{"level-heading-mismatch", "a rank that the name lacks", "## Levels\n### Engineer (Intermediate)\n" + grade + "#### Senior Engineer Requirements\n- a\n", []string{`names "Senior Engineer"`}},
		{"level-heading-mismatch", "its name but for the rank", "## Levels\n### Senior Director, Bread\n" + grade + "#### Director, Bread Requirements\n- a\n#### Bread Responsibilities\n- b\n", []string{`names "Director, Bread"`}},
		{"level-heading-mismatch", "a rank in brackets", "## Levels\n### Engineer (Associate)\n" + grade + "#### Associate Engineer Requirements\n- a\n", nil},
		{"level-heading-mismatch", "a part of the name, other forms", "## Levels\n### Sr. Director, Security (Intermediate)\n" + grade + "#### Senior Director Requirements\n- a\n#### Senior Director of Security Responsibilities\n- b\n", nil},
		{"level-heading-mismatch", "sentences of another level", "## Levels\n### Baker\nThe Baker reports to the Head Baker.\n#### Job Grade\nThe Baker is a grade 6.\n### Senior Baker\nBakes. The *Baker* reports to the Head Baker.\n#### Job Grade\nThe Baker is a grade 7.\n", []string{`below "Senior Baker" but speaks of "Baker"; name "Senior Baker" or move it`, `speaks of "Baker"`}},
		{"level-heading-mismatch", "sentences of the level in other words", "## Levels\n### Baker\n" + grade + "### Senior Baker\nReports to the Baker.\n#### Job Grade\nThe Baker (Senior) is a grade 7.\n### Intermediate\n" + grade + "### Staff\n#### Job Grade\nThe role is a grade 8.\n", nil},
		{"level-heading-mismatch", "grades of several levels", "## Levels\n### Baker\n" + grade + "### Senior Baker\n#### Job Grade\nThe Baker is a grade 6, the Senior Baker is a grade 7.\n", nil},
		{"repeated-requirements", "a higher level that stands before", "## Levels\n### Staff Engineer\n#### Requirements\n- one two three four\n### Senior Engineer\n#### Requirements\n- one two three four\n", nil},
		{"repeated-requirements", "the line that every role has", "## Requirements\n- Ability to use GitLab\n## Levels\n### Engineer\n#### Requirements\n- Ability to use GitLab\n", nil},
		{"repeated-requirements", "taken over already", "## Levels\n### Engineer\n#### Requirements\n- one two three four\n### Senior Engineer\n#### Requirements\nExtends the Engineer requirements\n- one two three four.\n", []string{"the level has it already"}},
		{"repeated-requirements", "with other marks", "## Levels\n### Engineer\n#### Requirements\n- It’s a “front–end” language!\n### Senior Engineer\n#### Requirements\n- It's a \"front-end\" language\n", []string{"lists again"}},
		{"repeated-requirements", "the nearest is named", "## Levels\n### Manager, Events\n#### Requirements\n- one two three four\n### Director, Events\n#### Requirements\n- one two three four\n### VP, Events\n#### Requirements\n- one two three four\n", []string{`what "Manager, Events" lists`, `what "Director, Events" lists`}},
		{"repeated-requirements", "not taken over yet", "## Levels\n### Engineer\n#### Requirements\n- one two three four\n### Senior Engineer\n#### Requirements\n- one two three four\n", []string{`write "Extends the Engineer requirements, plus:" above the list`}},
		{"repeated-requirements", "roles are the rungs of a page without levels", "## Baker\n### Requirements\n- one two three four\n## Senior Baker\n### Requirements\n- one two three four\n## Cook\n### Requirements\n- one two three four\n", []string{`"Senior Baker" lists again what "Baker" lists`}},
		{"repeated-requirements", "the same role in two places", "## Baker\n### Requirements\n- one two three four\n## Baker\n### Requirements\n- one two three four\n", nil},
		{"repeated-requirements", "a list of the page that stands further below", "## Baker\n### Requirements\n- one two three four\n## Requirements\n- one two three four\n## Cook\n### Requirements\n- one two three four\n", []string{`"Cook" lists again what the whole page lists`}},
		{"misplaced-section", "one slip is told once", "## Levels\n### Engineer\n" + grade + "### Career Ladder\na\n### Performance Indicators\n- b\n### Hiring Process\n- c\n", []string{`"Career Ladder", "Performance Indicators" and "Hiring Process" stand below "Levels"`}},
		{"misplaced-section", "one for each level belongs deeper", "## Levels\n### Engineer\n" + grade + "### Hiring Process\n- a\n### Senior Engineer\n" + grade + "### Hiring Process\n- b\n", []string{`"Hiring Process" stands beside "Engineer"; set it one level deeper`, `beside "Senior Engineer"`}},
		{"misplaced-section", "set too deep", "## Engineer\n### Job Grade\ngrade 6\n#### Engineer Responsibilities\n- a\n#### Engineer Requirements\n- b\n", []string{`"Engineer Responsibilities" and "Engineer Requirements" stand below "Job Grade"`}},
		{"misplaced-section", "groups of levels may have their own", "## Team Levels\n### Engineer\n" + grade + "### Performance Indicators\n- a\n## Director Levels\n### Director\n" + grade + "### Performance Indicators\n- b\n", nil},
		{"misplaced-section", "requirements by level", "## Requirements\n- a\n### Senior Engineer Requirements\n- b\n", nil},
		{"misplaced-section", "a part of the level before that stands too high", "## Baker\n### Job Grade\ngrade 6\n### Responsibilities\n- a\n### Requirements\n- a\n## Senior Baker\n### Job Grade\ngrade 7\n## Responsibilities\n- a\n## Requirements\n- a\n### Career Ladder\n- b\n### Hiring Process\n- c\n", []string{`"Responsibilities" and "Requirements" stand beside "Senior Baker"; set them one level deeper`}},
		{"misplaced-section", "levels cut off by a part", "## Levels\n### Baker\n" + grade + "## Career Ladder\n- a\n### Senior Baker\n" + grade + "### Staff Baker\n" + grade, []string{`"Senior Baker" and "Staff Baker" stand below "Career Ladder", where no level belongs; set "Career Ladder" deeper than them, or move them`}},
		{"misplaced-section", "levels without a heading above", "## Requirements\n- a\n### Baker\n" + grade, []string{`"Baker" stands below "Requirements", where no level belongs; add a heading "## Levels" above it`}},
		{"misplaced-section", "specialties with a grade, and levels below one", "## Levels\n### Baker\n" + grade + "## Specialties\n### Pastry Chef\n" + grade + "### Senior Baker\n" + grade, []string{`"Senior Baker" stands below "Specialties"`}},
		{"misplaced-section", "the grades of levels", "## Requirements\n- a\n## Job Grades\n### Senior Baker\nThe Senior Baker is a grade 7.\n", nil},
		{"broken-extends", "a level that is not there", "## Levels\n### Engineer\n#### Requirements\nExtends the Frontend Wizard requirements\n", []string{`builds on a level that is not on this page`}},
		{"broken-extends", "a level of another page", "## Levels\n### Engineer\n#### Requirements\nExtends the [Frontend Wizard](/wizard/) requirements\n", nil},
		{"broken-extends", "no level before", "## Levels\n### Engineer\n#### Requirements\nAll requirements of previous roles plus:\n- a\n", []string{"no level stands before it"}},
		{"performance-indicator-count", "two lists with a line each", "## Responsibilities\n- a\n## Performance Indicators\nEngineers:\n- a\n- b\n- c\n\nManagers:\n- a\n- b\n", []string{"two performance indicators stand in the list below these words"}},
		{"performance-indicator-count", "a heading for each role", "## Responsibilities\n- a\n## Performance Indicators\n### Engineers\n- a\n- b\n- c\n### Managers\n- a\n- b\n- d\n- e\n", nil},
		{"performance-indicator-count", "headings are the indicators", "## Responsibilities\n- a\n## Performance Indicators\n### Uptime\n- a\n- b\n### Cost\n- a\n- b\n### Latency\n- a\n- b\n", nil},
		{"performance-indicator-count", "one to come is none", "## Responsibilities\n- a\n## Performance Indicators\n- To be defined (TBD)\n", []string{"no performance indicator stands"}},
		{"performance-indicator-count", "a text", "## Responsibilities\n- a\n## Performance Indicators\nOperational efficiency of programs\n", []string{"a text and no list"}},
		{"performance-indicator-count", "in addition to others", "## Levels\n### Engineer\n" + grade + "#### Performance Indicators\n- a\n- b\n- c\n### Senior Engineer\n" + grade + "#### Performance Indicators\nIncludes all of the performance indicators of the previous level, plus:\n- d\n", nil},
		{"performance-indicator-link", "in addition to others", "## Levels\n### Engineer\n" + grade + "#### Performance Indicators\n- [a](/a)\n- b\n- c\n### Senior Engineer\n" + grade + "#### Performance Indicators\n- Extends that of the Engineer.\n- d\n- e\n", nil},
		{"hiring-process-first-step", "what a specialty adds", "## Hiring Process\n- A 30-minute screening call with a recruiter\n\n## Hiring Process for Data\n- A 50-minute interview with a Data Engineer\n", nil},
		{"hiring-process-intro", "set as an item", "## Hiring Process\n- Candidates for this position can expect the hiring process to follow the order below.\n- A 30-minute screening call with a recruiter\n", nil},
		{"hiring-page-link", "linked where it is said again", "## Hiring Process\n- A 30-minute screening call with a recruiter\n\nDetails are on our [Hiring page](/handbook/hiring/).\n", nil},
		{"broken-link", "to nothing but a heading", "## Requirements\n- [a](#none)\n", []string{"take the link away"}},
		{"broken-link", "by a name that no line explains", "## Requirements\n- Share [our values][values], [our\n  goals][the goals] and [credit][]\n\n[credit]: /credit/\n", []string{`"[our values][values]" is no link, since no line "[values]: ..." says where it leads`, `"[our goals][the goals]"`}},
		{"broken-link", "brackets that are no links", "## Requirements\n- [our values][values], [x][y], list[one][two], [done][ ], [text][^note], `[our values][none]`, [[one][two]]\n- [our values][ \n\n[values]: /values/\n", nil},
		{"broken-link", "what a template may bring", "<%= partial 'links' %>\n\n## Requirements\n- [our values][values]\n", nil},
		{"broken-link", "brackets around an address", "## Requirements\n- [a]((/a/#b)), [b](/b_(c))\n", []string{`"(/a/#b)" has brackets around it, with which it leads nowhere; write "/a/#b"`}},
		{"gendered-pronoun", "in place of several", "## Requirements\n- meet him or her\n- him/herself\n- her or his\n", []string{`write "them"`, `write "themselves"`, `write "their"`}},
		{"team-page-link", "where the page is", "## Hiring Process\nFind their job title on our team page.\n\n- A 30-minute screening call with a recruiter\n", []string{"(/handbook/company/team/)"}},
		{"performance-indicator-count", "below what leads to them", "## Responsibilities\n- a\n\n## Performance Indicators\n- Key performance indicators\n  - a\n  - b\n- On time with the following:\n  - c\n  - d\n  - e\n- f\n  - not counted\n", []string{"6 performance indicators"}},
		{"misplaced-section", "of the level before", "## Levels\n\n### Engineer\n\n- a\n\n### Engineer Responsibilities\n\n- a\n", []string{"stands beside \"Engineer\"; set it one level deeper"}},
		{"misplaced-section", "of a level without a heading", "## Levels\n\n### Director, Data\n\n- a\n\n### Vice President of Data Job Grade\n\nGrade 12.\n\n### Vice President of Data Responsibilities\n\n- a\n", []string{"\"Vice President of Data Job Grade\" and \"Vice President of Data Responsibilities\" stand for \"Vice President of Data\", which has no heading; add one above, and set them one level deeper"}},
		{"misplaced-section", "of another level", "## Levels\n\n### Baker\n\n- a\n\n### Senior Baker\n\n- a\n\n### Baker Responsibilities\n\n- a\n", []string{"stands beside \"Senior Baker\"; move it below the heading of \"Baker\""}},
		{"step-interviewer", "a role says who", "## Hiring Process\n- A 45 minute peer interview\n- A product manager interview\n- There may be a final executive interview\n- A team interview\n", nil},
		{"step-interviewer", "no role says who", "## Hiring Process\n- A 45 minute technical interview\n- A panel interview\n- A mock customer call\n- An interview\n", []string{"whom", "whom", "whom", "whom"}},
		{"step-wording", "one form throughout", "## Hiring Process\n- A 30 minute screening call with a recruiter\n- A 50 minute interview with the CEO\n", nil},
	} {
		t.Run(tt.rule+"/"+tt.name, func(t *testing.T) {
			got := rule.Run(rule.Find(tt.rule), rolepage.Parse("content/job-families/a.md", []byte(frontMatter+tt.body)), rule.Find(tt.rule).Severity)
			ok := len(got) == len(tt.want)
			for i := range got {
				ok = ok && strings.Contains(got[i].Message, tt.want[i])
			}
			if !ok {
				t.Errorf("got %d findings, want %q", len(got), tt.want)
				for _, f := range got {
					t.Logf("  %d: %s", f.Range.Start.Line, f.Message)
				}
			}
		})
	}
}

// TestFrontMatter names what is broken, by its line.
func TestFrontMatter(t *testing.T) {
	for src, want := range map[string]string{
		"---\ntitle: A\n\n## Requirements\n- a\n":                                "1 the front matter has no end",
		"title: A\n---\n\n## Requirements\n- a\n":                                "1 the page has no front matter",
		"---\ntitle: A: B\ndescription: b\n---\n## Requirements\n- a\n":          "2 the front matter can't be read",
		"---\ntitle: {add a title}\ndescription: b\n---\n## Requirements\n- a\n": `1 "title" in the front matter is no text`,
		"---\ndescription: b\n---\n## Requirements\n- a\n":                       `1 the front matter has no "title"`,
		"---\ntitle:\ndescription: b\n---\n## Requirements\n- a\n":               `2 "title" in the front matter is empty`,
		"---\ntitle: A\ntitle: B\ndescription: b\n---\n## Requirements\n- a\n":   "3 the front matter can't be read",
		"\ufeff---\ntitle: A\ndescription: b\n---\n## Requirements\n- a\n":       "",
		"---\r\ntitle: A\r\ndescription: b\r\n---\r\n## Requirements\r\n- a\r\n": "",
	} {
		var got []string
		for _, f := range rule.Run(rule.Find("front-matter"), rolepage.Parse("content/job-families/a.md", []byte(src)), 1) {
			got = append(got, fmt.Sprint(f.Range.Start.Line, " ", f.Message))
		}
		if len(got) > 1 || len(got) == 0 != (want == "") || len(got) == 1 && !strings.HasPrefix(got[0], want) {
			t.Errorf("%q gives %q, want %q", src, got, want)
		}
	}
}

// TestPlaceholderInDescription is told at its line.
func TestPlaceholderInDescription(t *testing.T) {
	for _, description := range []string{`"{add a description}"`, `" _add a description_ "`} {
		page := rolepage.Parse("content/job-families/a.md", []byte("---\ntitle: A\ndescription: "+description+"\n---\n\n## Requirements\n- a\n"))
		got := rule.Run(rule.Find("template-placeholder"), page, 1)
		if len(got) != 1 || got[0].Range.Start.Line != 3 {
			t.Errorf("%s: found %v", description, got)
		}
	}
}

// TestTechnicalProgramManager is the page that the project began with: what is wrong with it, at
// its lines, and nothing else.
func TestTechnicalProgramManager(t *testing.T) {
	path := filepath.Join("..", "app", "demodata", "handbook", "content", "job-families", "product", "technical-program-manager.md")
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"2 missing-career-ladder", "81 ability-to-use-gitlab", "101 broken-extends", "150 level-heading-mismatch",
		"169 misplaced-section", "169 performance-indicator-count", "175 team-page-link", "177 step-wording", "183 hiring-page-link",
	}
	groups := []string{rule.GroupFrontMatter, rule.GroupSections, rule.GroupLevels, rule.GroupIndicators, rule.GroupProcess}
	var got []string
	for _, f := range check(rolepage.Parse("content/job-families/product/technical-program-manager.md", src)) {
		if slices.Contains(groups, rule.Find(f.Rule).Group) {
			got = append(got, fmt.Sprintf("%d %s", f.Range.Start.Line, f.Rule))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
