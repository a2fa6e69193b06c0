package rolepage

import (
	"strings"
	"testing"
)

func TestReportsTo(t *testing.T) {
	for text, want := range map[string]string{
		"This position reports to the VP of Product Management.":                   "VP of Product Management",
		"Reports directly to the Sr. Director, Sales.":                             "Sr. Director, Sales",
		"The Manager reports to the Director of X and is responsible for the team": "Director of X",
		"Engineers report to an Engineering Manager, who leads the team.":          "Engineering Manager",
		"Writes reports for the CFO.":                                              "",

		// Titles end where a clause begins.
		"Reporting to the Head Cook, the Baker bakes.":                            "Head Cook",
		"Reporting to the Director, Kitchen, Bakers bake.":                        "Director, Kitchen",
		"The Baker, reporting to the Head Cook, bakes.":                           "Head Cook",
		"The Baker reports to our Head Cook and bakes.":                           "Head Cook",
		"Reports to the Director of Kitchen & Bakery, which is new.":              "Director of Kitchen & Bakery",
		"Bakers report to a Kitchen Manager in their region.":                     "Kitchen Manager",
		"The Baker reports to the VP of Kitchens at GitLab.":                      "VP of Kitchens",
		"The Baker reports to the Head Cook working closely with the CEO":         "Head Cook",
		"The Baker reports to the Head Cook – and bakes":                          "Head Cook",
		"The Baker reports to the Kitchen Manager role at GitLab.":                "Kitchen Manager",
		"The Baker reports to the Head Cook (in EMEA).":                           "Head Cook",
		"Reports to: Head Cook, Location: Remote":                                 "Head Cook",
		"Reports to: Head Cook | Grade: 6":                                        "Head Cook",
		"The Cook reports to the VP of UX, and Bakers report to the Cook.":        "VP of UX",
		"The Baker reports to the CFO and works with the executive team to plan.": "CFO",
		"Reports to the [VP, Audit](#Vice President) of the company":              "VP, Audit",

		// What belongs to titles does not end them.
		"Reports to the VP, People, Technology, and Analytics.":               "VP, People, Technology, and Analytics",
		"Reports to the Director, Legal, or the Senior Director, Legal":       "Director, Legal, or the Senior Director, Legal",
		"Reports to the Manager, Revenue Accounting or above.":                "Manager, Revenue Accounting or above",
		"Reports to the Chief of Staff to the CEO":                            "Chief of Staff to the CEO",
		"Reports to the Chief Bread Officer (CBO).":                           "Chief Bread Officer (CBO)",
		"Reports to the VP/Director of product marketing.":                    "VP/Director of product marketing",
		"Reports to the Git team lead.":                                       "Git team lead",
		"Reports to the regional Field Marketing Leader":                      "regional Field Marketing Leader",
		"Reports directly to the chairman of the audit committee with a plan": "chairman of the audit committee",
		"Reports to the Head Cook daily":                                      "Head Cook",
		"Reports to one of our Directors, Bakery.":                            "Directors, Bakery",

		// Other ways to say it.
		"Reports to: Head Cook":                                             "Head Cook",
		"REPORTS-TO - the Head Cook":                                        "Head Cook",
		"Bakers report up through the Head Cook.":                           "Head Cook",
		"Reporting line: Head Cook":                                         "Head Cook",
		"Reporting Structure: reports to the Head Cook":                     "Head Cook",
		"The Baker reports functionally to the Head Cook.":                  "Head Cook",
		"The Baker will report to and work with the Head Cook":              "Head Cook",
		"Prepares reports to the Board. The Baker reports to the Head Cook": "Head Cook",

		// Other things that are said like that.
		"Prepares weekly reports to the Board of Directors.":    "",
		"Leads direct reports to the Highest Standard.":         "",
		"Helps with periodic reporting to the audit committee.": "",
		"Provides reporting to the Finance team":                "",
		"Reports to the Board of Directors are on time":         "",
		"People who report to them are happy.":                  "",
		"Reports to customers what was baked":                   "",
		"The Baker reports to work on time.":                    "",
		"Helps with reporting to make bread better":             "",
	} {
		if got := reportsTo(text); got != want {
			t.Errorf("reportsTo(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestReportsToLayouts says it in other layouts than a sentence.
func TestReportsToLayouts(t *testing.T) {
	for text, want := range map[string]string{
		"- **Reports to:** [Head Cook](/x/)":                                                                      "Head Cook",
		"**Grade**: 6\\\n**Reports To:** Head Cook\\\n**Place**: Remote":                                          "Head Cook",
		"The Baker reports\nto the Head Cook.":                                                                    "Head Cook",
		"The Baker bakes bread and rolls for all of the people here, and reports to the Head\nCook of the house.": "Head Cook of the house",
		"Reports to:\nHead Cook":                                                                                  "Head Cook",
		"| Reports to | Head Cook |\n| --- | --- |\n| Grade | 6 |":                                                "Head Cook",
		"#### Reports To\n\n- The Head Cook":                                                                      "Head Cook",
		"#### Reporting Structure\n\nThe Baker reports to the Head Cook.":                                         "Head Cook",
		"#### Responsibilities\n\n- Reports to the Head Cook\n- Bake":                                             "Head Cook",
		"#### Responsibilities\n\n- Reports directly to the Head Cook\n- Bake":                                    "Head Cook",
		"#### Responsibilities\n\n- Reporting to senior leadership on bread":                                      "",
		"#### Responsibilities\n\n- Reports to the executive leadership team weekly":                              "",
		"#### Responsibilities\n\n- Cooks report to the Head Cook":                                                "",
		"Apprentices report to the Baker. The Baker reports to the Head Cook.":                                    "Head Cook",
		"Apprentices report to the Baker.":                                                                        "",
		"The Head Cook leads, and the Baker reports to the Head Cook.":                                            "Head Cook",
	} {
		p := Parse("a.md", []byte("## Levels\n\n### Baker\n\n"+text+"\n\n#### Requirements\n\n- Flour\n\n### Reporting Line\n\nLong\n"))
		got := p.Levels[0].ReportsTo
		switch {
		case len(p.Levels) != 1:
			t.Errorf("%q has %d levels", text, len(p.Levels))
		case want == "" && got != nil:
			t.Errorf("%q reports to %q", text, got.Text)
		case want != "" && (got == nil || got.Text != want || !strings.Contains(strings.ReplaceAll(p.Slice(got.Span), "\n", " "), want)):
			t.Errorf("%q reports to %v, want %q", text, got, want)
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
