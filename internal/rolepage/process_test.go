package rolepage

import (
	"strings"
	"testing"
)

// TestProcesses reads whole processes, labelled by hand by the definition of hiring steps. The
// wordings are those that role pages use, the roles are made up. What follows "=>" is the step
// that the line is.
func TestProcesses(t *testing.T) {
	for name, text := range map[string]string{
		"leads of a field": `
Candidates for this position can expect the hiring process to follow the order below.
- Screening call with a team member from our talent team => screening x1 [team member from our talent team]
- Interview with VP, Orchards and Field Technology => interview x1 [VP, Orchards and Field Technology]
- Interview with VP, Corporate Gardener => interview x1 [VP, Corporate Gardener]
- Interview with Sr. Director, Seed Systems => interview x1 [Sr. Director, Seed Systems]
- Interview with Sr. Director Soil Platform => interview x1 [Sr. Director Soil Platform]
- Interview with VP, Seed Ops or CPO => interview x1 [VP, Seed Ops; CPO]
- Interview with CEO plus 1-2 board members => panel x1 [CEO; board members]

Please note that a candidate may be declined from the position at any stage of the process.`,
		"meetings by length": `
- Meet with PAO for 50 minutes => interview 50m x1 [PAO]
- Meet with Key Reports and Key Garden Leaders - Director of Trees, VP Shrubs - for 30 minutes each => interview 30m x* [Key Reports; Key Garden Leaders]
- Meet with Business Partner for the CFO Organization for 25 minutes => interview 25m x1 [Business Partner for the CFO Organization]`,
		"slips of the keyboard": `
* Next, candidates will be invited to schedule a 45 minute Intervew with the Hiring Manager => interview 45m x1 [Hiring Manager]
* Qualified candidates that are ready for the next step of the process will be invited to schedule 30 minute intervews with the Sr. Director of Seeds and the VP of Fields => interview 30m x2 [Sr. Director of Seeds; VP of Fields]
* Next, candidates will be invited to schedule a 50-minute interviews with the hiring manager, => interview 50m x1 [hiring manager]
* Then, candidates will be invited to schedule 3 separate 50-minute interviews with 3 different peers from within the Tree orgnaization, => interview 50m x3 [peers from within the Tree orgnaization]`,
		"to schedule with somebody": `
* Selected candidates will be invited to schedule a 30-minute screening call with our Global Recruiters => screening 30m x1 [Global Recruiters]
* Then selected candidates will be invited to schedule with additional team members of the tree department => interview x* [team members of the tree department]
* Next, candidates will be invited to schedule interviews with directors and/or executives in relevant functional areas => interview x* [directors; executives in relevant functional areas]
* Next, candidates will be invited to schedule an interview with our Chief Garden Officer (as applicable). => interview? x1 [Chief Garden Officer]
* Finally, candidates may be required to meet with the CEO. => interview? x1 [CEO]`,
		"the executive who may choose to": `
- Next, candidates will be invited to schedule a series of 45 minute interviews with the VP of Trees, Director of Shrubs, regional seed leader, and a grower who they would support. => interview 45m x4 [VP of Trees; Director of Shrubs; regional seed leader; grower]
- Depending on location, candidates may meet in person with any of the above.
- Finally, our CMO may choose to conduct a final interview. => interview? x1 [CMO]
- Successful candidates will subsequently be made an offer via email. The pay for this role is on its page. => offer x1 []`,
		"one or the other": `
- A 45 minute interview with our VP, Tree Strategy & Platforms => interview 45m x1 [VP, Tree Strategy & Platforms]
- A 45 minute interview with our Director, Digital Trees or Group Manager, Growth => interview 45m x1 [Director, Digital Trees; Group Manager, Growth]
- A 30 minute interview with our VP, Field Work or VP, Seed Strategy & Analytics => interview 30m x1 [VP, Field Work; VP, Seed Strategy & Analytics]
- 50 minute interview with the Field - Director, Tree Partner => interview 50m x1 [Field - Director, Tree Partner]`,
		"teams and panels": `
* Candidates will be invited to complete a 'take home assessment'. This is to be done in your own time and returned within 3-5 working days => assessment x1 []
* Candidates will then be invited to schedule a Team interview with two members of the Tree team in a panel interview => panel x1 [members of the Tree team]
* Candidates will also be invited to schedule a technical interview with two other team members => panel x1 [team members]
* Following successful completion of the previous steps, final candidates will then be asked to meet with a panel of Garden Managers. => panel x1 [Garden Managers]
* Candidates will then be invited to schedule an interview with the Hiring Manager defined panel => panel x1 [Hiring Manager defined panel]`,
		"a demo beside the list": `
* Next, candidates will be invited to schedule a first interview with the Regional Garden Manager => interview x1 [Regional Garden Manager]
Candidates may be invited to schedule an interview with a Tree Architect peer or other Tree team Manager. => interview? x1 [Tree Architect peer; Tree team Manager]
Then, candidates will be required to deliver a demo of a garden to a panel of Tree attendees. => panel x1 [Tree attendees]
Candidates may be invited to additional interviews. => interview? x* []
Successful candidates will be made an offer after references are verified. => offer x1 []`,
		"in short": `
1. Phone screen with a Tree Recruiting team member => screening x1 [Tree Recruiting team member]
2. Video Interview with the Hiring Manager to outline a take home assignment. => interview x1 [Hiring Manager]
3. Team Interviews with 1-4 teammates => interview x1-4 [teammates]
4. Final interview with 1+ Tree executives. => interview x* [Tree executives]`,
		"people and their brackets": `
- A 30 minute interview with future co-worker/s (Seed Manager) => interview 30m x1 [future co-worker/s]
- A 45 minute interview with future manager (Director, Seeds) => interview 45m x1 [future manager]
- Next, candidates will be invited to schedule an interview with a leader from the Seed Organization (VP of Seeds, VP of Trees or CRO) => interview x1 [leader from the Seed Organization]`,
		"a colon, then the meetings": `
* Selected candidates will be invited to a screening call with our Recruiters => screening x1 [Recruiters]
* Interviews will be then setup with:
* Hiring manager, Vice President of Trees => interview x1 [Hiring manager, Vice President of Trees]
* Director or Vice President of Seeds => interview x1 [Director; Vice President of Seeds]
* Stakeholder team member (i.e., Trees, Shrubs, etc.) => interview x1 [Stakeholder team member]`,
		"what the next sentences tell": `
1. A video conversation about your work, year by year. This takes from 45 min to an hour and allows your hiring manager to see what it has in common with ours. => interview 45-60m x1 [hiring manager]
1. A mock customer call. The call itself is limited to 15 minutes. After it, we use the remainder of the half hour for feedback. => interview 30m x1 []
1. All candidates will be interviewed by two individual contributors for 30 min each. One is from the tree team. => interview 30m x2 [individual contributors]`,
		"parallel and recorded work": `
* Next or in parallel with the team interview, candidates will be invited to complete a 5 hour timed assessment => assessment x1 []
* After that, we'll invite you to record a case study walkthrough video. The recording is expected to be up to 20 minutes long. => assessment x1 []
* Final candidates will then be invited to schedule interviews with members of the leadership team the role will be supporting => interview x* [members of the leadership team the role will be supporting]
* Then, candidates will be invited to schedule 50-minute interviews with a group of executive level garden managers => interview 50m x* [executive level garden managers]`,
		"two with a semicolon": `
* Then, candidates will be invited to schedule two separate 50 minute interviews; a Seed Manager, and the Senior Director,  Trees => interview 50m x2 [Seed Manager; Senior Director, Trees]
* Next, candidates will be invited to schedule 4 separate 50 minute interviews; Chief Tree Officer, Chief Seed Officer, Chief Garden Officer and the CFO => interview 50m x4 [Chief Tree Officer; Chief Seed Officer; Chief Garden Officer; CFO]
* Candidates can expect 2-5 separate 25 minute interviews with other Team Members, => interview 25m x2-5 [Team Members]`,
		"one with, another with": `
- If a candidate successfully passes the screening call, they will have two 1-hour interviews: One with a tree designer and another with the hiring seed manager. => interview 60m x2 [tree designer; hiring seed manager]
- If you successfully pass the previous interviews, you'll meet with a senior manager of trees for a 50-minute interview. This interview will focus on your research. => interview 50m x1 [senior manager of trees]
- The final interview will be with a tree manager and seed manager. They'll focus on your ability to work with others. => panel x1 [tree manager; seed manager]
- Second round interviews will be the Interview team that consists of 2-4 interviews => interview x2-4 [Interview team]`,
	} {
		t.Run(name, func(t *testing.T) {
			var page, want []string
			for line := range strings.SplitSeq(text, "\n") {
				words, step, ok := strings.Cut(line, " => ")
				page = append(page, words)
				if ok {
					want = append(want, step)
				}
			}
			p := section(strings.Join(page, "\n"))
			if got := toldAll(p); got != strings.Join(want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
			}
			checkSteps(t, name, p)
		})
	}
}

// TestScope wants the words that narrow a process: of its own heading, of the nearest heading
// above it that names a role, or of the last one before it.
func TestScope(t *testing.T) {
	const step = "\n\n* Interview with the CTO\n\n"
	for name, tt := range map[string]struct{ page, want string }{
		"the whole page":           {"## Engineer\n\n## Hiring Process" + step, ""},
		"own heading":              {"## Hiring Process for EMEA" + step + "## VP of Trees - Hiring Process" + step, "EMEA|VP of Trees"},
		"any case, bold, a mark":   {"## **Hiring Process**" + step + "## HIRING PROCESS:" + step, "|"},
		"a line in bold":           {"## Engineer\n\n**Hiring Process**" + step + "## Senior Engineer\n\nText.\n\n**Hiring Process for EMEA**:" + step, "Engineer|EMEA"},
		"a line in bold, no more":  {"## Engineer\n\n**Hiring Process**\n\n## Hiring Process" + step + "**About the hiring process of others**\n\nText.\n", ""},
		"other words":              {"## Interview Stages" + step + "## Recruiting process" + step, "|"},
		"heading above":            {"## Engineer\n\n### Hiring Process" + step + "## Senior Engineer\n\n### Hiring Process" + step, "Engineer|Senior Engineer"},
		"beside, on its level":     {"## Levels\n\n### Engineer\n\n#### Requirements\n\n### Hiring Process" + step + "### Senior Engineer\n\n### Hiring Process" + step, "Engineer|Senior Engineer"},
		"beside, the only process": {"## Roles\n\n### Engineer\n\n### Hiring Process" + step, ""},
		"level 2 on its own":       {"## Engineer\n\n## Hiring Process" + step + "## Senior Engineer\n\n## Hiring Process" + step, "|"},
		"the title again":          {"## Vice President, Trees\n\n### Hiring Process" + step, ""},
		"level 1":                  {"# Engineer\n\n## Hiring Process" + step, ""},
		"a section of processes":   {"## Hiring Process\n\n### Hiring Process for EMEA" + step + "### Hiring Process for APAC" + step, "EMEA|APAC"},
		"no steps":                 {"## Hiring Process\n\nSee the [hiring page](/hiring/).\n", ""},
		"no stages, no process":    {"## Interview plan\n\nSee the [hiring page](/hiring/).\n", "none"},
		"groups do not split":      {"## Hiring Process\n\n### Manager Candidates" + step + "For Directors:" + step, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := Parse("x.md", []byte("---\ntitle: \"VP, Trees\"\n---\n\n"+tt.page))
			got := []string{}
			for _, proc := range p.Process {
				got = append(got, proc.Scope)
			}
			if len(got) == 0 {
				got = []string{"none"}
			}
			if strings.Join(got, "|") != tt.want {
				t.Errorf("got %q, want %q", strings.Join(got, "|"), tt.want)
			}
		})
	}
}

// TestIntroduction wants the opening paragraph, unless it is a step.
func TestIntroduction(t *testing.T) {
	for body, want := range map[string]string{
		"Candidates can expect this.\n\n* Interview with the CTO":              "Candidates can expect this.",
		"* Interview with the CTO\n\nMore on our page.":                        "",
		"Candidates will be invited to an interview with the CTO.":             "",
		"<!-- x -->\n\nCandidates can expect this.\n\n* Call with a Recruiter": "Candidates can expect this.",
	} {
		got := ""
		if intro := section(body).Process[0].Intro; intro != nil {
			got = intro.Text
		}
		if got != want {
			t.Errorf("%q: introduction %q, want %q", body, got, want)
		}
	}
}

// TestBoldProcessListsNothing: steps below a line in bold are none of what the section around it lists.
func TestBoldProcessListsNothing(t *testing.T) {
	const step = "\n\n**Hiring Process:**\n\n- Screening call with a Recruiter\n"
	for name, body := range map[string]string{
		"of the page":          "## Requirements\n\n- Go" + step,
		"of a level":           "## Levels\n\n### Engineer\n\n#### Requirements\n\n- Go" + step,
		"of a level, unheaded": "## Levels\n\n### Engineer\n\nYou must have:\n\n- Go" + step,
	} {
		p := Parse("content/job-families/a.md", []byte("---\ntitle: Engineer\n---\n\n"+body))
		asks := p.Requirements
		for _, lv := range p.Levels {
			asks = append(asks, lv.Requirements.Own...)
		}
		if len(asks) != 1 || asks[0].Text.Text != "Go" || len(p.Process) != 1 || len(p.Process[0].Steps) != 1 {
			t.Errorf("%s: requirements %v, %d processes", name, asks, len(p.Process))
		}
	}
}
