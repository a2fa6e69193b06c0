package rolepage

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestLayout reads whole processes: what is a step of its own, and what is the detail of one.
func TestLayout(t *testing.T) {
	for _, tt := range []struct{ name, body, want string }{
		{"bullets and numbers alike", `
* Screening call with a Recruiter
1. Interview with the CTO
`, "screening x1 [Recruiter]\ninterview x1 [CTO]"},
		{"opening paragraph and links are none", `
Candidates can expect the hiring process to follow the order below. Please keep in mind that candidates can be declined at any stage of the process.

* Interview with the CTO

Additional details about our process can be found on our [hiring page](/handbook/hiring/). As always, the interviews will be conducted via a video call.
`, "interview x1 [CTO]"},
		{"remarks set as items", `
* Candidates for this position can expect the hiring process to follow the order below.
* Interview with the CTO
* Depending on where they live, candidates may meet in person with any of the above
* If the call went well, we will schedule the next stages
* Additional details can be found on our hiring page
* {add the steps here}
`, "interview x1 [CTO]"},
		{"a stage in the opening paragraph", `
Candidates can expect the order below. Qualified candidates will be invited to a 30 minute screening call with a Recruiter.

* Interview with the CTO
`, "screening 30m x1 [Recruiter]\ninterview x1 [CTO]"},
		{"a sentence right below the list", `
* Interview with the CTO
Successful candidates will be made an offer
`, "interview x1 [CTO]\noffer x1 []"},
		{"a wrapped line is no sentence", `
* Candidates will be invited to a 30 minute interview with
  Directors or
  Finance Managers
`, "interview 30m x1 [Directors; Finance Managers]"},
		{"a bullet not set apart", `
* Interview with a Peer
*Next, candidates will meet the Chief Legal Officer
`, "interview x1 [Peer]\ninterview x1 [Chief Legal Officer]"},
		{"nested items are detail", `
* Technical interview with an Engineer
  * You will work on a merge request
  * Bring a laptop
* Executive interview
  * 25 minutes
  * with the CTO
`, "interview x1 [Engineer]\ninterview 25m x1 [CTO]"},
		{"what, who and how long as keys", `
### Technical interview

* Duration: 60 minutes
* Interviewers: Senior Gardener, Staff Gardener

### Final interview

* With: Director, Trees, for 25 minutes
* Optional
`, "panel 60m x1 [Senior Gardener; Staff Gardener]\ninterview? 25m x1 [Director, Trees]"},
		{"the members of a panel", `
* Panel interview (60 minutes)
  * Director of Support
  * Head of Sales
* Interview with Director, Support

  You will talk about your work.
`, "panel 60m x1 [Director of Support; Head of Sales]\ninterview x1 [Director, Support]"},
		{"bold paragraphs as headings", `
**Screening call**

30 minutes with a Recruiter.

**Team interviews**

- 45 minutes with a Product Manager
- 45 minutes with a Peer
`, "screening 30m x1 [Recruiter]\ninterview 45m x1 [Product Manager]\ninterview 45m x1 [Peer]"},
		{"nested rounds", `
* Candidates will be invited to the following interviews:
  * 50 minute interview with the Hiring Manager
  * Interview with a Peer
* Interviews with:
  * Director of Support
  * VP of Support
* Three 25 minute interviews with:
  * a Peer
  * a Designer
`, `interview 50m x1 [Hiring Manager]
interview x1 [Peer]
interview x1 [Director of Support]
interview x1 [VP of Support]
interview 25m x1 [Peer]
interview 25m x1 [Designer]`},
		{"rounds that may be left out", `
* Then, candidates may be asked to interview with:
  * CFO
  * Two peers (30 minutes each)
  * 45 minutes, Director of Trees
`, "interview? x1 [CFO]\ninterview? 30m x2 [peers]\ninterview? 45m x1 [Director of Trees]"},
		{"details that leave a stage open", `
### Final interview

You may be asked to meet the VP of Trees.

### Peer interview

You may be asked about your experience in this interview.
`, "interview? x1 [VP of Trees]\ninterview x1 []"},
		{"an announcement on the level of its meetings", `
* Screening call with a Recruiter
* Interviews will then be set up with:
* Hiring Manager
* Head of Support
`, "screening x1 [Recruiter]\ninterview x1 [Hiring Manager]\ninterview x1 [Head of Support]"},
		{"lead-ins and labels", `
For Managers:

* Round 1
  * Interview with the CTO
  * Reference checks
* Directors:
  * Interview with the CEO
`, "interview x1 [CTO]\nreference_check x1 []\ninterview x1 [CEO]"},
		{"sub-headings", `
### Step 1: Recruiter screen

A 30 minute call with a Recruiter. They will ask about your experience.

### Step 2: Technical interview

You will meet with two Engineers for 90 minutes.

### Step 3: Team interviews

* 45 minute interview with a Product Manager
* 45 minute interview with a Designer

### Offer

### Preparing for your interviews

* Bring a case study

### What to expect in an interview

* A presentation to the panel helps

### Engineer

#### Responsibilities

* Interview with candidates
`, `screening 30m x1 [Recruiter]
panel 90m x1 [Engineers]
interview 45m x1 [Product Manager]
interview 45m x1 [Designer]
offer x1 []`},
		{"rounds and groups of candidates", `
### Support Manager Candidates

Interview with the CTO (50 minutes)

### The following steps come after the assessment:

* Interview with the CEO
`, "interview 50m x1 [CTO]\ninterview x1 [CEO]"},
		{"bold words as a heading", `
1. **Screening call** - 30 minutes - Recruiter
1. **Technical interview:** You'll meet with a Backend Engineer for 90 minutes. Bring a merge request.
1. **Interview with a Designer** In this interview, we want to hear how you work with researchers.
1. **References**
`, `screening 30m x1 [Recruiter]
interview 90m x1 [Backend Engineer]
interview x1 [Designer]
reference_check x1 []`},
		{"prose that goes on", `
The process starts with a phone screen. You will then interview with two Data Analysts, followed by a call with the Director of Data. They will then meet our VP, Sales Strategy. This interview focuses on collaboration. It lasts 50 minutes.
`, `screening x1 []
interview x3 [Data Analysts; Director of Data]
interview 50m x1 [VP, Sales Strategy]`},
		{"who and how long below a heading or an item", `
### 1. Phone screen

* 30 minutes with a recruiter

### 2. Team interview

Meet three Account Executives for 25 minutes each.
`, `screening 30m x1 [recruiter]
interview 25m x3 [Account Executives]`},
		{"prose", `
The process starts with a 30 minute screening call with a Recruiter. Candidates will then complete a take-home assessment. Candidates who pass it will be invited to two 45 minute interviews with Engineers. In these interviews, you will discuss your assessment. Finally, candidates may meet the VP of Engineering. Successful candidates will be made an offer.
`, `screening 30m x1 [Recruiter]
assessment x1 []
interview 45m x2 [Engineers]
interview? x1 [VP of Engineering]
offer x1 []`},
		{"lines without bullets", `
Screening call with a Recruiter
Interview with the CTO
Successful candidates will be made an offer
`, "screening x1 [Recruiter]\ninterview x1 [CTO]\noffer x1 []"},
		{"a table", `
| # | Stage | Interviewer | Minutes |
| --- | --- | --- | --- |
| 1 | Screening call | Recruiter | 30 |
| 2 | **Technical interview** | [Engineer](/engineer/) | 45-60 |
| 3 | Offer | | |
`, "screening 30m x1 [Recruiter]\ninterview 45-60m x1 [Engineer]\noffer x1 []"},
		{"prose that says what the stages are", `
The first step is a 30 minute call with a Recruiter. The last round is an interview with the CTO. An interview is a talk with a person, no exam.

Stage 3: offer
`, "screening 30m x1 [Recruiter]\ninterview x1 [CTO]\noffer x1 []"},
		{"the usual length of interviews", `
All interviews take 45 minutes unless it says otherwise.

* Phone screen
* Interview with a Peer
* 30 minute interview with the CTO
`, "screening x1 []\ninterview 45m x1 [Peer]\ninterview 30m x1 [CTO]"},
		{"the length of the interviews told last", `
You will have two interviews with Peers. Each interview takes 45 minutes. Finally, you will meet the CTO.
`, "interview 45m x2 [Peers]\ninterview x1 [CTO]"},
		{"screens that are no first talk", `
* Phone screen
* Hiring manager screen (45 minutes)
* Technical screen
`, "screening x1 []\ninterview 45m x1 []\ninterview x1 []"},
		{"who leads a meeting, below its heading", `
### Technical interview

Two Engineers will ask about a system that you have built.

### Final interview

The interviewer will ask about your plans.
`, "panel x1 [Engineers]\ninterview x1 []"},
		{"block quotes", `
* Interview with the CTO

> 1. Interview with a friend
`, "interview x1 [CTO]"},
		{"the first talk with a recruiter", `
* Application
* 30 minute conversation with a Talent Acquisition Partner
* Interview with one of our Recruiters
* Technical screen with an Engineer
`, "other x1 []\nscreening 30m x1 [Talent Acquisition Partner]\ninterview x1 [Recruiters]\ninterview x1 [Engineer]"},
		{"a stage of another name", `
* Interview with the CTO
* Decision
* Offer
`, "interview x1 [CTO]\nother x1 []\noffer x1 []"},
		{"what follows the section", `
* Interview with the CTO

## Career Ladder

* Interview with the CEO
`, "interview x1 [CTO]"},
		{"only a link", `
See the [hiring page](/handbook/hiring/).
`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := section(tt.body)
			if got := toldAll(p); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
			if len(p.Process) != 1 {
				t.Errorf("%d processes", len(p.Process))
			}
			checkSteps(t, tt.name, p)
		})
	}
}

// TestSpans wants the source of a step to be its words.
func TestSpans(t *testing.T) {
	p := section(`Candidates can expect this. Candidates will have a **30 minute** [screening
call](/call/) with a Recruiter. They may then meet the _CTO_.	Candidates will meet the COO.

* Interview with a [Peer](/peer/) of ours
  * 25 minutes
*  Interview with ` + "`Engineers`" + `
Successful candidates will be made an offer.

### Interview with the **CEO**
`)
	want := []string{
		"Candidates will have a **30 minute** [screening\ncall](/call/) with a Recruiter.",
		"They may then meet the _CTO_.",
		"Candidates will meet the COO.",
		"Interview with a [Peer](/peer/) of ours",
		"Interview with `Engineers",
		"Successful candidates will be made an offer.",
		"Interview with the **CEO",
	}
	var got []string
	for _, s := range p.Process[0].Steps {
		got = append(got, p.Slice(s.Span))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestDoubts wants a doubt for each thing that was guessed, and none where all is plain.
func TestDoubts(t *testing.T) {
	for text, want := range map[string]string{
		"30 minute interview with the CTO":                                        "",
		"Panel interview with two Engineers":                                      "",
		"Successful candidates will be made an offer via phone or a call":         "",
		"2-3 separate interviews with Directors":                                  "",
		"Interviews with Directors":                                               doubtMeetings.words,
		"A 30 minute interview with two Engineers":                                "",
		"A 30 minute interview with members of the IT team":                       doubtPanel.words,
		"An interview with the CTO and the CEO":                                   doubtPanel.words,
		"The final interview will be with a Manager and the CEO":                  "",
		"Candidates may be invited to additional interviews":                      "",
		"Candidates will be invited to additional interviews":                     doubtMeetings.words,
		"Hiring Manager, 50 minutes":                                              doubtNoVerb.words,
		"Complete a personality profile":                                          doubtNoStage.words,
		"Screening call and a questionnaire":                                      doubtKinds.words,
		"A 30 minute interview with the CTO and a 50 minute one with the CEO":     doubtLengths.words,
		"Interview with the Sales Org":                                            doubtPerson.words,
		"Intervew with the CTO":                                                   doubtSpelling.words,
		"Separate interviews with the CTO and the CEO (if applicable)":            doubtPartly.words,
		"Interview with the CTO " + strings.Repeat("to hear about the work ", 15): doubtLong.words,
	} {
		p := section("* " + text)
		if len(p.Process) == 0 || len(p.Process[0].Steps) != 1 {
			t.Errorf("%s: no step", text)
			continue
		}
		s := p.Process[0].Steps[0]
		if got := strings.Join(s.Doubts, "\n"); got != want || (s.Confidence == 1) != (want == "") {
			t.Errorf("%s: confidence %.1f, doubts %q, want %q", text, s.Confidence, got, want)
		}
	}
}

// FuzzSteps wants no panic, and steps that lie within their section, in order.
func FuzzSteps(f *testing.F) {
	for _, seed := range []string{
		"* Screening call with a Recruiter\n* 2-3 separate 50-minute interviews with Directors, a VP (CPO) and/or our CEO\n",
		"1. **Interview** - 30 minutes - Hiring Manager\n   - with: CTO\nSuccessful candidates will be made an offer.\n",
		"### Round 1:\n\nCandidates will meet [the](x) CEO; may be, if up to half an hour, with one of\n\n> x\n",
		"*Next, candidates – you – will interview with\n\tthe \u00a0CEO’s peer/s (",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		src := []byte("---\ntitle: Smith\n---\n\n## Hiring Process\n\n" + body)
		checkSteps(t, "fuzz", Parse("x.md", src))
	})
}

// TestTableRows: a step of a table stands where its row does, however many rows there are.
func TestTableRows(t *testing.T) {
	for _, tt := range []struct{ above, edge string }{{"", "| "}, {"", ""}, {"These are the stages.\n", "| "}} {
		edge := tt.edge
		body := tt.above + edge + "Stage | Who\n" + edge + "--- | ---\n"
		var want []string
		for n := range 12 {
			row := fmt.Sprintf("Interview | Engineer %d", n)
			want = append(want, row)
			body += edge + row + "\n"
		}
		p := Parse("content/job-families/a.md", []byte("---\ntitle: Smith\n---\n\n## Hiring Process\n\n"+body))
		var got []string
		for _, s := range p.Process[0].Steps {
			got = append(got, p.Slice(s.Span))
		}
		if !slices.Equal(got, want) {
			t.Errorf("steps stand at %q, want %q", got, want)
		}
	}
}

// TestLedSteps wants no doubt for people below a line that says that they are met.
func TestLedSteps(t *testing.T) {
	steps := section("* Screening call with a Recruiter\n* Interviews will then be set up with:\n* Hiring Manager\n* Head of Support, Support Engineer\n").Process[0].Steps
	for _, s := range steps {
		if s.Confidence != 1 || s.Doubts != nil {
			t.Errorf("%s: confidence %.1f, doubts %q", s.Text.Text, s.Confidence, s.Doubts)
		}
	}
	if len(steps) != 3 {
		t.Errorf("%d steps, want 3", len(steps))
	}
}
