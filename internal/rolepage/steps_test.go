package rolepage

import (
	"fmt"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// told writes a step in short: "panel 60m x1 [Engineers]", a "?" after the kind where the step
// may not take place, "x*" where the number of meetings is open.
func told(s hiring.Step) string {
	var b strings.Builder
	b.WriteString(string(s.Kind))
	if s.Optional {
		b.WriteByte('?')
	}
	if s.Duration != nil {
		fmt.Fprintf(&b, " %sm", told2(s.Duration))
	}
	fmt.Fprintf(&b, " x%s [%s]", told2(s.Count), strings.Join(s.With, "; "))
	return b.String()
}

func told2(b *hiring.Bounds) string {
	switch {
	case b == nil:
		return "*"
	case b.Min == b.Max:
		return fmt.Sprint(b.Min)
	}
	return fmt.Sprintf("%d-%d", b.Min, b.Max)
}

// toldAll writes the steps of a page's processes, one a line.
func toldAll(p *hiring.Page) string {
	var lines []string
	for _, proc := range p.Process {
		for _, s := range proc.Steps {
			lines = append(lines, told(s))
		}
	}
	return strings.Join(lines, "\n")
}

func section(body string) *hiring.Page {
	return Parse("x/index.html.md", []byte("---\ntitle: Smith\n---\n\n## Hiring Process\n\n"+body+"\n"))
}

// TestSentence reads single steps as the definition of hiring steps asks; rows are grouped by
// its parts.
func TestSentence(t *testing.T) {
	for _, group := range []struct {
		name string
		rows [][2]string
	}{
		{"kinds", [][2]string{
			{"Screening call with a Recruiter", "screening x1 [Recruiter]"},
			{"Recruiter screen", "screening x1 []"},
			{"Phone screen from a member of the Talent team", "screening x1 [member of the Talent team]"},
			{"A 30 minute call with one of our Recruiters", "screening 30m x1 [Recruiters]"},
			{"Intro call with Talent Acquisition", "screening x1 [Talent Acquisition]"},
			{"Candidates will fill out a short questionnaire", "assessment x1 []"},
			{"Candidates receive a questionnaire from our Recruiting team", "assessment x1 []"},
			{"Complete a take-home assessment", "assessment x1 []"},
			{"Technical test", "assessment x1 []"},
			{"Candidates will be asked to prepare a case study", "assessment x1 []"},
			{"Share your portfolio", "assessment x1 []"},
			{"Interview with the Hiring Manager", "interview x1 [Hiring Manager]"},
			{"45 minute peer interview", "interview 45m x1 []"},
			{"Final executive interview", "interview x1 []"},
			{"A 60 minute panel interview with our Engineers", "panel 60m x1 [Engineers]"},
			{"A 60 minute interview with two Engineers", "panel 60m x1 [Engineers]"},
			{"An interview with a Designer, a Writer and an Engineer", "panel x1 [Designer; Writer; Engineer]"},
			{"A 30 minute interview with members of the Legal team", "panel 30m x1 [members of the Legal team]"},
			{"Presentation to the Product group", "panel x1 [Product group]"},
			{"Candidates will present a plan to a panel of Directors", "panel x1 [Directors]"},
			{"Reference checks", "reference_check x1 []"},
			{"We will ask for references", "reference_check x1 []"},
			{"Background check", "background_check x1 []"},
			{"Successful candidates will be made an offer", "offer x1 []"},
			{"The final candidate will receive an offer from the Hiring Manager", "offer x1 []"},
			{"Application", "other x1 []"},
			{"Application with a few questions to answer", "other x1 []"},
			{"Reference and background checks", "reference_check x1 []"},
			{"Screening call and assessment", "screening x1 []"},
			{"Interview with the Director (may be a panel)", "interview x1 [Director]"},
		}},
		{"optional", [][2]string{
			{"Candidates may be asked to meet the CEO", "interview? x1 [CEO]"},
			{"Candidates might have a call with the CFO", "interview? x1 [CFO]"},
			{"It's possible that there is a final interview with the CTO", "interview? x1 [CTO]"},
			{"Optional interview with the VP of Sales", "interview? x1 [VP of Sales]"},
			{"A second interview with the Director, if needed", "interview? x1 [Director]"},
			{"Interview with the Chief Legal Officer (as applicable)", "interview? x1 [Chief Legal Officer]"},
			{"In some cases, candidates will meet the CEO", "interview? x1 [CEO]"},
			{"Our CEO may choose to hold a final interview", "interview? x1 [CEO]"},
			{"For any Manager role, an interview with a direct report", "interview? x1 [direct report]"},
			{"An interview with a direct report (for Manager roles)", "interview? x1 [direct report]"},
			{"Interview with a Director, which is optional for Senior roles", "interview? x1 [Director]"},
			{"A final interview with the CEO may take place", "interview? x1 [CEO]"},
			{"A final interview with the CEO may be scheduled", "interview? x1 [CEO]"},
			{"The final interview may be with the CEO", "interview x1 [CEO]"},
			{"The interview may be conducted by a Director", "interview x1 [Director]"},
			{"Candidates will meet the Director, who may ask about their work", "interview x1 [Director]"},
			{"Complete a questionnaire, with more questions asked if needed after that", "assessment x1 []"},
		}},
		{"duration", [][2]string{
			{"30 minute interview", "interview 30m x1 []"},
			{"30-minute interview", "interview 30m x1 []"},
			{"30min interview", "interview 30m x1 []"},
			{"A half hour interview", "interview 30m x1 []"},
			{"A half-hour interview", "interview 30m x1 []"},
			{"Half an hour with the CEO", "interview 30m x1 [CEO]"},
			{"1 hour interview", "interview 60m x1 []"},
			{"An hour-long interview", "interview 60m x1 []"},
			{"One-hour interview", "interview 60m x1 []"},
			{"1.5 hour interview", "interview 90m x1 []"},
			{"Interview of an hour and a half", "interview 90m x1 []"},
			{"1 hour 15 minutes interview", "interview 75m x1 []"},
			{"1-1.5 hour interview", "interview 60-90m x1 []"},
			{"45-60 minutes interview", "interview 45-60m x1 []"},
			{"45 to 60 minute interview", "interview 45-60m x1 []"},
			{"Interview of between 30 and 45 minutes", "interview 30-45m x1 []"},
			{"Interview of up to 60 minutes", "interview 0-60m x1 []"},
			{"Interview from 45 min to an hour", "interview 45-60m x1 []"},
			{"Interview with the CTO (45 min)", "interview 45m x1 [CTO]"},
			{"Interview with the CTO, 45 min", "interview 45m x1 [CTO]"},
			{"A 50 minute interview with a Manager and a 30 minute interview with a Peer", "interview 30-50m x2 [Manager; Peer]"},
			{"A video call with the Hiring Manager. This takes 40 minutes.", "interview 40m x1 [Hiring Manager]"},
			{"The final interview will be with the Director. This interview will last 45 minutes.", "interview 45m x1 [Director]"},
			{"Complete a 5 hour timed assessment", "assessment x1 []"},
			{"Take-home assignment, to be returned within 3 hours", "assessment x1 []"},
			{"A 60 minute technical test with a Support Engineer", "assessment 60m x1 [Support Engineer]"},
			{"Interview with the CEO, scheduled within 24 hours", "interview x1 [CEO]"},
		}},
		{"count", [][2]string{
			{"2-3 separate interviews with Directors", "interview x2-3 [Directors]"},
			{"1 or 2 interviews with Directors", "interview x1-2 [Directors]"},
			{"Up to 3 interviews with Directors", "interview x1-3 [Directors]"},
			{"Up to three 30 minute interviews with Directors", "interview 30m x1-3 [Directors]"},
			{"Interviews with two peers", "interview x2 [peers]"},
			{"Candidates will be invited to interview with 2-5 team members", "interview x2-5 [team members]"},
			{"An interview with a Manager and an interview with a Peer", "interview x2 [Manager; Peer]"},
			{"Interview with the CPO", "interview x1 [CPO]"},
			{"Candidates will meet the Hiring Manager", "interview x1 [Hiring Manager]"},
			{"Interviews with Directors", "interview x* [Directors]"},
			{"Multiple interviews with Directors", "interview x* [Directors]"},
			{"Several interviews", "interview x* []"},
			{"Separate interviews with a Manager and a Peer", "interview x2 [Manager; Peer]"},
			{"Separate 30 minute interviews with 2 members and 3 partners", "interview 30m x5 [members; partners]"},
			{"Interviews with a Manager, a Peer and a Director", "interview x3 [Manager; Peer; Director]"},
			{"Interview with a Manager or a Director", "interview x1 [Manager; Director]"},
			{"One or more interviews with a Manager", "interview x* [Manager]"},
			{"Interviews with at least 2 Managers", "interview x* [Managers]"},
			{"Interviews with 2 Managers and/or others", "interview x* [Managers; others]"},
			{"Interviews with the Director, the VP, or both", "interview x1-2 [Director; VP]"},
			{"Two 30 minute interviews", "interview 30m x2 []"},
			{"Two hour-long interviews with Engineers", "interview 60m x2 [Engineers]"},
			{"2x 45 minute interviews with peers", "interview 45m x2 [peers]"},
			{"2 - 30 minute interviews with peers", "interview 30m x2 [peers]"},
			{"Team interviews (2-4)", "interview x2-4 []"},
			{"Two back-to-back interviews with Engineers", "interview x2 [Engineers]"},
			{"Peer interview (x2)", "interview x2 []"},
			{"2nd round: 45 min with a Director & 45 min with a Peer", "interview 45m x2 [Director; Peer]"},
			{"Round 2 interview with a Manager", "interview x1 [Manager]"},
			{"2nd interview with a Manager", "interview x1 [Manager]"},
			{"A 45 minute interviews with the Chief of Staff", "interview 45m x1 [Chief of Staff]"},
			{"Two technical tests", "assessment x2 []"},
			{"A 3 question assessment", "assessment x1 []"},
			{"A maximum of 3 interviews with peers", "interview x1-3 [peers]"},
			{"At least one interview with a Manager", "interview x* [Manager]"},
		}},
		{"with", [][2]string{
			{"Interview with one of our Global Recruiters and then", "screening x1 [Global Recruiters]"},
			{"Interview with the Sr Director of Product Management", "interview x1 [Sr Director of Product Management]"},
			{"Interview with the Sr. Director, Sales Systems", "interview x1 [Sr. Director, Sales Systems]"},
			{"Interviews with 2 Peers from the Data team", "interview x2 [Peers from the Data team]"},
			{"Interviews with the Director of Data and the VP of Finance", "interview x2 [Director of Data; VP of Finance]"},
			{"Interview with the Director or VP of Finance", "interview x1 [Director; VP of Finance]"},
			{"Interview with the VP, Legal and/or the Director, Risk", "interview x1 [VP, Legal; Director, Risk]"},
			{"Interview with a leader in the Data, IT Ops or FinSys team", "interview x1 [leader in the Data, IT Ops or FinSys team]"},
			{"Interview with the Chief Product Officer (CPO)", "interview x1 [Chief Product Officer]"},
			{"Interview with a key leader in the team", "interview x1 [key leader in the team]"},
			{"Interviews with selected Directors", "interview x* [Directors]"},
			{"Interviews with various Managers", "interview x* [Managers]"},
			{"Peer interview", "interview x1 []"},
			{"Interview with VP, People Ops or CPO", "interview x1 [VP, People Ops; CPO]"},
			{"Interview with the Hiring Manager, Director of Support", "interview x1 [Hiring Manager, Director of Support]"},
			{"Interviews with the Director, Revenue, the Manager, Payroll, and a Trust & Safety Lead", "interview x3 [Director, Revenue; Manager, Payroll; Trust & Safety Lead]"},
			{"Meet with the Business Partner for the CFO Organization for 25 minutes", "interview 25m x1 [Business Partner for the CFO Organization]"},
			{"Meet with our Chief of Staff to the CEO to discuss the role", "interview x1 [Chief of Staff to the CEO]"},
			{"Interview with our CEO via Zoom", "interview x1 [CEO]"},
			{"Interview with a seller who you would work with", "interview x1 [seller]"},
			{"Interviews with members of the team the role will support", "interview x* [members of the team the role will support]"},
			{"Interviews with leaders of the group you will be supporting", "interview x* [leaders of the group you will be supporting]"},
			{"Interview with the team hiring manager", "interview x1 [team hiring manager]"},
			{"Interview with the CISO or a Deputy CISO", "interview x1 [CISO; Deputy CISO]"},
			{"Interview with our Dir., Seeds", "interview x1 [Dir., Seeds]"},
			{"Interview with our Regional Vice President (RVP), Seeds", "interview x1 [Regional Vice President, Seeds]"},
			{"Interview with the Director of IT", "interview x1 [Director of IT]"},
			{"Interview with a focus on values", "interview x1 []"},
			{"Peer interview. In this interview, we will discuss how you work with designers.", "interview x1 []"},
			{"Technical interview about your experience with Kubernetes", "interview x1 []"},
			{"An interview where you will speak with a Manager", "interview x1 [Manager]"},
			{"Candidates will be interviewed by a Staff Engineer", "interview x1 [Staff Engineer]"},
			{"Interview conducted by the Director of Design", "interview x1 [Director of Design]"},
			{"Screening call - 30 minutes - Recruiter", "screening 30m x1 [Recruiter]"},
			{"Screening call: Recruiter, 30 minutes", "screening 30m x1 [Recruiter]"},
			{"Recruiter: 30 minute screening call", "screening 30m x1 [Recruiter]"},
			{"45 minute interview (Hiring Manager)", "interview 45m x1 [Hiring Manager]"},
			{"Final stage will be with our Director of Data", "interview x1 [Director of Data]"},
			{"Candidates will be invited to schedule with members of the Legal team", "interview x* [members of the Legal team]"},
			{"Hiring Manager, 50 minutes", "interview 50m x1 [Hiring Manager]"},
			{"Panel interview consisting of a Designer and an Engineer", "panel x1 [Designer; Engineer]"},
			{"Panel of 3 Engineers", "panel x1 [Engineers]"},
			{"Portfolio review with two Product Designers", "panel x1 [Product Designers]"},
		}},
		{"clauses", [][2]string{
			{"Next, if a candidate passes the screening call, they will have an interview with a Designer", "interview x1 [Designer]"},
			{"After the assessment, candidates will be invited to a call with the CTO", "interview x1 [CTO]"},
			{"Candidates who pass the technical test will be invited to meet the CTO", "interview x1 [CTO]"},
			{"Next or in parallel with the team interview, candidates will complete an assessment", "assessment x1 []"},
			{"Candidates will be made an offer after references are verified", "offer x1 []"},
			{"Round 1: 30 minute call with the Hiring Manager", "interview 30m x1 [Hiring Manager]"},
			{"Step 3 - Interview with a Peer", "interview x1 [Peer]"},
			{"A 45 minute Intervew with a Peer", "interview 45m x1 [Peer]"},
		}},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, row := range group.rows {
				if got := toldAll(section("* " + row[0])); got != row[1] {
					t.Errorf("%s\n got %s\nwant %s", row[0], got, row[1])
				}
			}
		})
	}
}
