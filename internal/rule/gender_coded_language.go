package rule

import "gitlab.com/roleplan/roleplan/internal/finding"

var genderCodedLanguage = &Rule{
	Name:  "gender-coded-language",
	Group: GroupWording,
	Doc:   "a page has no more masculine-coded than feminine-coded words",
	Why: "Where masculine-coded words prevail, women find a role less appealing, whatever it asks (Gaucher, Friesen and Kay 2011). " +
		"The handbook fails a page on the balance, not on single words. Headings, titles, links, code and names don't count.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Lead the weekly meeting\n- Decide what is built next\n- Support colleagues\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Guide the weekly meeting\n- Decide what is built next\n- Support colleagues\n",
	Run: func(p *Pass) {
		t := p.prose()
		genderBalance.weigh(p, t.coded(masculine), t.coded(feminine))
	},
}

// The stems of Gaucher, Friesen and Kay, "Evidence That Gendered Wording in Job Advertisements
// Exists and Sustains Gender Inequality", JPSP 101(1), 2011.
const (
	masculineStems = `active adventurous aggress ambitio analy assert athlet autonom battle boast challeng champion compet confident
		courag decid decision decisive defend determin domina driven fearless fight force greedy head-strong headstrong
		hierarch hostil impulsive independen individual intellect lead logic objective opinion outspoken persist principle
		reckless self-confiden self-relian self-sufficien stubborn superior unreasonab`
	feminineStems = `affectionate agree cheer child co-operat collab commit communal compassion connect considerate cooperat depend
		emotiona empath enthusias feel gentle honest inclusive inter-dependen inter-persona interdependen interpersona kind
		kinship loyal modesty nurtur pleasant polite quiet respon sensitiv share sharin submissive support sympath tender
		together trust understand warm whin yield`
)

var genderBalance = &balance{
	kind:   "masculine-coded",
	heavy:  [2]string{"word that sounds masculine", "words that sound masculine"},
	light:  [2]string{"that sounds feminine", "that sound feminine"},
	effect: "makes women less likely to apply",
	better: map[string]string{
		"champion": "+support", "championing": "+supporting", "defend": "+support", "defends": "+supports",
		"lead": "guide", "leads": "guides", "leading": "guiding",
		"analyze": "study", "analyzes": "studies", "analyzing": "studying", "analyse": "study",
		"decide": "choose", "decides": "chooses", "decisive": "clear",
		"determine": "find out", "determines": "finds out", "determining": "finding out",
		"individually": "one by one", "objective": "goal", "objectives": "goals",
		"challenge": "difficulty", "challenges": "difficulties", "challenging": "difficult", "driven": "based", "actively": "regularly",
		"independently": "without supervision", "autonomously": "without supervision", "autonomy": "freedom", "confidently": "with ease",
		"ambitious": "far-reaching", "superior": "better", "competency": "skill", "competencies": "skills", "competent": "skilled",
		"logic": "reasoning", "logical": "sound", "logically": "soundly", "opinion": "view", "opinions": "views", "principles": "values",
	},
	verbs: map[string]bool{"lead": true, "leads": true, "leading": true, "champion": true},
}
