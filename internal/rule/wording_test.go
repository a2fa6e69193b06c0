package rule_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
	"gitlab.com/roleplan/roleplan/internal/rule"
)

const head = "---\ntitle: Support Engineer\n---\n\n"

// run runs a rule over a body and returns its findings in the order of the page.
func run(t *testing.T, name, body string) []finding.Finding {
	t.Helper()
	r := rule.Find(name)
	if r == nil {
		t.Fatalf("no rule %q", name)
	}
	if !strings.HasPrefix(body, "---") {
		body = head + body
	}
	return finding.Sort(rule.Run(r, rolepage.Parse("content/job-families/example.md", []byte(body)), finding.Warning))
}

// excerpts are the texts that findings speak of.
func excerpts(found []finding.Finding) []string {
	var list []string
	for _, f := range found {
		list = append(list, f.Excerpt)
	}
	return list
}

// wording are pages, most of them a section of requirements, and what a rule finds in them.
func TestWording(t *testing.T) {
	const req = "## Requirements\n\n"
	for _, tc := range []struct {
		rule, body string
		want       []string
	}{
		// What counts as a word of the page.
		{"misused-word", req + "- Whitelist hosts\n- a WHITELIST\n- keep the\n  whitelists\n", []string{"Whitelist", "whitelists"}},
		{"misused-word", "## The whitelist\n\nSee [the whitelist](/whitelist/), `whitelist`, whitelist.yml, https://x.example/whitelist, @whitelist and ![whitelist](whitelist.png)\n\n[whitelist]: /whitelist/\n", nil},
		{"misused-word", req + "```\nwhitelist\n```\n\n- text\n\n  ```\n  whitelist\n  ```\n\n    - `` a ` whitelist ``\n\n<!-- whitelist -->\n<%= whitelist %>\n{{< whitelist >}}\n<code>whitelist</code> <b class=\"whitelist\">x</b>\n{: .whitelist}\n", nil},
		{"misused-word", req + "- an unmatched ` mark before a whitelist\n", []string{"whitelist"}},
		{"misused-word", req + "- whitelists’ and “whitelist”, (whitelist) *whitelist* whitelist.\n- ówhitelist whitelisté\n", []string{"whitelists", "whitelist", "whitelist", "whitelist", "whitelist"}},
		{"misused-word", req + "| a | b |\n| --- | --- |\n| Whitelist | whitelist |\n\n> whitelist\n\n<p>whitelist</p>\n", []string{"Whitelist", "whitelist", "whitelist", "whitelist"}},
		{"misused-word", req + "- the Whitelist team\n- Crazy Egg, the product of Crazy Egg\n", []string{"Crazy"}},
		{"misused-word", req + "- man-hours, man hours and manned posts; master / slave; master/slave; sanity checks\n- *hit* the ground\n  running\n- Work hard, play hard\n- tribal knowledge of a tribe\n", []string{"man-hours", "man hours", "manned", "master / slave", "master/slave", "sanity checks", "hit* the ground\n  running", "Work hard, play hard", "tribal knowledge", "tribe"}},
		{"misused-word", "---\ntitle: Engineer\ndescription: \"They keep a whitelist\"\n---\n\n" + req + "- x\n", []string{"whitelist"}},

		{"misused-word", req + "- White-list hosts, a black list, white lists\n- a blacklist\n- a white listener\n", []string{"White-list", "black list", "white lists", "blacklist"}},

		{"gendered-pronoun", req + "- He/she leads his or her team\n- s/he\n- him/herself\n- the manager and his peers\n", []string{"He/she", "his or her", "s/he", "him/herself", "his"}},
		{"gendered-pronoun", req + "- Ann (she/her), Bo (he/him/his), Cy (she/they), they and their theme\n- the other weather; this; sheet\n- [his](/his/) `her`\n- the film She Said\n", nil},

		{"vacancy-language", req + "You will, you'll, you’ll; You\nare. Your role in your team: join us!\n", []string{"You will", "you'll", "you’ll", "You\nare", "Your role", "your team", "join us"}},
		{"vacancy-language", req + "- we're looking for people\n- The team is looking for people, seeking a leader. The ideal candidate\n", []string{"we're looking for", "is looking for", "seeking a", "ideal candidate"}},
		{"vacancy-language", "## Hiring Process\n\n- You will meet your team\n\n### Details\n\nYou are welcome.\n", nil},
		{"vacancy-language", "## Join us\n\nBayou will, thank you areas. `you will` [you will](/x/)\n", nil},

		{"vacancy-language", req + "- Close it and say that you will finish it\n- The more likely you are to succeed\n- That you will\n- More importantly you are\n- say:\n- that you will\n", []string{"you will", "you are", "you will"}},

		{"years-of-experience", req + "- 5+ years\n- five years\n- 3-5 years' experience\n- five to ten (5–10) years\n- 10 or more years, at least 1 year\n- Two plus years\n", []string{"5+ years", "five years", "3-5 years", "five to ten (5–10) years", "10 or more years", "1 year", "Two plus years"}},
		{"years-of-experience", req + "- for many years\n- years of experience\n- since 2019, years ago\n- two years of law school\n- 5 yearly reports\n", nil},
		{"years-of-experience", "## Responsibilities\n\n- Plan two years ahead\n", nil},
		{"years-of-experience", req + "- 8+ yrs experience\n- a 3 yr experience\n- 5+ YOE\n- 1.5 years of sales\n- 18 months of sales experience\n- Over two decades of experience\n", []string{"8+ yrs", "3 yr", "5+ YOE", "1.5 years", "18 months", "two decades"}},
		{"years-of-experience", req + "- Several years of experience\n- MANY YEARS' EXPERIENCE\n- a few years of relevant\n  experience\n- A Couple Of years of experience\n- A decade of experience\n", []string{"Several years", "MANY YEARS", "a few years", "A Couple Of years", "A decade"}},
		{"years-of-experience", req + "- Several years ago, experience\n- a few years\n- experience for 18 months\n- A decade ago\n- Certification within 6 months\n- a 12-month user experience roadmap\n- Many months\n- experience\n", nil},
		{"years-of-experience", req + "- Plan three years ahead\n- A two year roadmap, one-year plans and 3-year strategies\n- Company is 10 years old\n- Look 2-3 years out\n- Two years from now\n- Experience with 5 year contracts\n", nil},
		{"years-of-experience", req + "- Deliver within two years\n- in under two years\n- Every two years\n- grew 50% over 3 years\n- in the last 5 years\n- over 3 years\n- Over 4 years\n- with over 5 years managing teams, over 6 years of sales\n- in 7 years of experience\n", []string{"3 years", "4 years", "5 years", "6 years", "7 years"}},
		{"years-of-experience", "## Levels\n\n### Engineer\n\n#### Engineer Job Grade\n\nThe Engineer is a grade 5.\n\n#### Engineer Requirements\n\n- **Prior** experience with Go\n- Interest in user experience\n- 2 years of experience with Ruby\n\n### Senior Engineer\n\n#### Senior Engineer Job Grade\n\nThe Senior Engineer is a grade 7.\n\n#### Senior Engineer Requirements\n\n- Experience with Go\n", []string{"Prior** experience", "2 years"}},

		{"location-requirement", req + "- Based in the United States\n- located in Berlin or based in facts\n- Must live in a city\n- Works for Americas, EMEA and APAC\n- based in the team\n", []string{"Based in the United States", "located in Berlin", "Must live in", "Americas, EMEA and APAC"}},
		{"location-requirement", req + "- Based in San Francisco; Must reside in the *New York* area\n- located in Austin, Texas. Engineers\n- based in Paris (France) or Rome\n- Based in Stratford-upon-Avon\n- Based in Baden-Baden\n- Teams\n", []string{"Based in San Francisco", "Must reside in the *New York", "located in Austin, Texas", "based in Paris", "Based in Stratford", "Based in Baden-Baden"}},
		{"location-requirement", req + "- Experience with customers\n  in EMEA\n- Must reside in Utrecht\n- Experience\n- in APAC\n", []string{"Must reside in Utrecht", "APAC"}},
		{"location-requirement", req + "- Experience with customers in EMEA\n- Experience with customers, based in EMEA\n- Knowledge of the APAC market. EMEA hours\n", []string{"based in EMEA", "EMEA"}},
		{"location-requirement", "The team is based in Utrecht.\n\n## Responsibilities\n\n- Look after EMEA\n\n## Levels\n\n### Manager, EMEA\n\n#### Manager, EMEA Responsibilities\n\n- Lead\n\n## Hiring Process\n\n- Interview with the Manager, EMEA\n", []string{"EMEA", "EMEA"}},

		{"spelling", "## Responsibilites\n\n- recieve, Recieve, RECIEVE, reCieve and [recieve](/recieve/) `recieve`\n- recieve.go, recieve_it, recieve's\n", []string{"Responsibilites", "recieve", "Recieve", "recieve", "recieve"}},
		{"spelling", "---\ntitle: Engineer\ndescription: Recieve\n---\n\nNothing else.\n", []string{"Recieve"}},

		{"insecure-link", req + "- [a](http://a.example/x_(y)), <http://b.example>, http://c.example/d.\n- [r][r] <a href=\"http://e.example\">x</a>\n\n[r]: http://f.example\n", []string{"http://a.example/x_(y)", "http://b.example", "http://c.example/d", "http://e.example", "http://f.example"}},
		{"insecure-link", req + "- `http://a.example` http://localhost/ http://127.0.0.1:80 http://nas http://x.local <svg xmlns=\"http://www.w3.org/2000/svg\"></svg>\n\n<!-- http://comment.example -->\n\n## X\n\n    http://code.example\n\n<!-- http://comment.example -->\n", nil},
	} {
		if got := excerpts(run(t, tc.rule, tc.body)); !slices.Equal(got, tc.want) {
			t.Errorf("%s in %q\n found %q\n want  %q", tc.rule, tc.body, got, tc.want)
		}
	}
}

// TestBalance reports a page once, with the fewest words to change.
func TestBalance(t *testing.T) {
	for _, tc := range []struct{ rule, body, want string }{
		{"gender-coded-language", "- lead\n- support\n", ""},
		{"gender-coded-language", "- lead\n", `the page has 1 word that sounds masculine and none that sounds feminine, which makes women less likely to apply; for a balance, reword "lead" in line 5 (perhaps "guide")`},
		{"gender-coded-language", "- champion and lead\n", `2 words that sound masculine and none that sounds feminine, which makes women less likely to apply; for a balance, reword "champion" in line 5 (perhaps "support")`},
		{"gender-coded-language", "- lead and lead, lead\n- lead analytics, support\n", `5 words that sound masculine and 1 that sounds feminine, which makes women less likely to apply; for a balance, reword "lead" in lines 5 and 6 (perhaps "guide")`},
		// Names, headings, links and code don't count; a compound counts once, by its whole or by a part.
		{"gender-coded-language", "## Leads\n\nA Lead, the Lead Engineer and ActiveRecord; [lead](/x/) `lead`\n", ""},
		{"gender-coded-language", "- self-confident, data-driven, cross-functional\n- responsibilities of an inter-dependent group\n", ""},
		{"gender-coded-language", "- Support Engineers\n- lead\n- Lead GitLab\n", `2 words that sound masculine and none that sounds feminine`},
		{"gender-coded-language", "- mislead\n", ""},
		{"fixed-mindset-language", "- smart\n- learn\n", ""},
		{"fixed-mindset-language", "- smart people in smartphones\n", `1 word for what people are born with and none for what they learn, which keeps those away who would grow into the role; for a balance, reword "smart" in line 5 (perhaps "thoughtful")`},
		{"fixed-mindset-language", "- world-class rock\n  stars\n- established\n", `3 words for what people are born with and none for what they learn, which keeps those away who would grow into the role; for a balance, reword "established" in line 7 (perhaps "developed"); "world-class" in line 5 (perhaps "excellent")`},
	} {
		got := ""
		for _, f := range run(t, tc.rule, tc.body+"\n## Requirements\n") {
			got += f.Message
		}
		if got != tc.want && (tc.want == "" || !strings.Contains(got, tc.want)) {
			t.Errorf("%s in %q: %q\nwant %q", tc.rule, tc.body, got, tc.want)
		}
	}
}

// TestBalanceIsOneFinding keeps its identity when the word is mended at which it was reported.
func TestBalanceIsOneFinding(t *testing.T) {
	before := run(t, "gender-coded-language", "## Requirements\n\n- lead, lead, analyze\n")
	after := run(t, "gender-coded-language", "## Requirements\n\n- analyze, objectives\n")
	if len(before) != 1 || len(after) != 1 || before[0].Fingerprint != after[0].Fingerprint {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
}

// TestReplacements are the fixes of single words, with their case and the article before them.
func TestReplacements(t *testing.T) {
	for _, tc := range []struct{ rule, body, want string }{
		{"misused-word", "A whitelist and an whitelist\n", "An allowlist and an allowlist\n"},
		{"misused-word", "an *man-made* hill, a manned post\n", "an *artificial* hill, a staffed post\n"},
		{"misused-word", "Blacklisted, whitelisting; Master/slave\n", "Denylisted, allowlisting; Primary/replica\n"},
		{"misused-word", "- a\n- whitelist\n", "- a\n- allowlist\n"},
		{"misused-word", "guys, tribes and chairmen\n", "guys, tribes and chairmen\n"},
		{"spelling", "Recieve responsibilites\n", "Receive responsibilities\n"},
		{"spelling", "documentating aache\n", "documentating aache\n"}, // a noun for a verb, and two words to choose from
		{"spelling", "## Responsibilites\n\n[see](#responsibilites)\n", "## Responsibilites\n\n[see](#responsibilites)\n"},
		{"spelling", "## Responsibilites {#resp}\n\n[see](#responsibilites)\n", "## Responsibilities {#resp}\n\n[see](#responsibilites)\n"},
		{"insecure-link", "[a](http://a.example/http://b.example)\n", "[a](https://a.example/http://b.example)\n"},
		{"broken-link", "## A part\n\n[see A-Part](#A-Part)\n", "## A part\n\n[see A-Part](#a-part)\n"},
	} {
		const rest = "\n## Requirements\n"
		src := head + tc.body + rest
		found := run(t, tc.rule, src)
		var edits []finding.Edit
		for _, f := range found {
			edits = append(edits, f.Fix...)
		}
		slices.SortFunc(edits, func(a, b finding.Edit) int { return b.Span.Start - a.Span.Start })
		got := src
		for _, e := range edits {
			got = got[:e.Span.Start] + e.Text + got[e.Span.End:]
		}
		if got != head+tc.want+rest {
			t.Errorf("%s mends %q to %q, want %q", tc.rule, tc.body, strings.TrimPrefix(got, head), tc.want)
		}
	}
}

// TestAllowedWords are no misspellings, in whatever case.
func TestAllowedWords(t *testing.T) {
	page := rolepage.Parse("a.md", []byte(head+"recieve Seperate\n"))
	s := &rule.Sheet{Page: page, Allow: []string{"Recieve"}}
	if got := excerpts(s.Run(rule.Find("spelling"), finding.Info)); !slices.Equal(got, []string{"Seperate"}) {
		t.Errorf("found %q", got)
	}
}

func TestSuppressionMistakes(t *testing.T) {
	today := time.Date(2027, 3, 31, 12, 0, 0, 0, time.UTC)
	for comment, want := range map[string]string{
		"<!-- roleplan-disable-next-line spelling a reason until=2027-03-31 -->": "",
		"<!-- roleplan-disable spelling, level-order -->":                        "",
		"<!-- a roleplan-disable speling -->":                                    "",
		"`<!-- roleplan-disable speling -->`":                                    "",
		"<!-- roleplan-disable-next-line speling -->":                            `"speling" is no rule; expected "spelling", perhaps`,
		"<!-- roleplan-disable-next-line spelling level-ordr well-known -->":     `"level-ordr" is no rule; expected "level-order", perhaps`,
		"<!-- roleplan-disable qwertyuiopasdf -->":                               "\"qwertyuiopasdf\" is no rule; expected one that `roleplan rules` lists",
		"<!-- roleplan-disable -->":                                              `the suppression names no rule; write it after "roleplan-disable"`,
		"<!-- roleplan-disable until=2028-01-01 -->":                             `the suppression names no rule`,
		"<!-- roleplan-disable spelling until=2027-03-30 -->":                    `the suppression ended on 2027-03-30; mend what it silenced`,
		"<!-- roleplan-disable spelling until=soon -->":                          `"until=soon" is no end; write it like until=2027-03-31`,
		"<!-- roleplan-disable-nextline spelling -->":                            `"roleplan-disable-nextline" is no suppression; expected "roleplan-disable-next-line", perhaps`,
		"<!-- roleplan-enable -->":                                               `nothing is disabled here`,
		"<!-- roleplan-enable spelling -->":                                      `nothing is disabled here`,
	} {
		page := rolepage.Parse("a.md", []byte(head+"text\n\n"+comment+"\n\nmore\n"))
		s := &rule.Sheet{Page: page, Today: today}
		var got string
		for _, f := range s.Run(rule.Find("suppression"), finding.Warning) {
			got += f.Message
			if !strings.Contains(comment, f.Excerpt) {
				t.Errorf("%s: excerpt %q", comment, f.Excerpt)
			}
		}
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", comment, got, want)
		}
	}
}
