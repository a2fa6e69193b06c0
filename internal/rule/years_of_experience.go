package rule

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var yearsOfExperience = &Rule{
	Name:     "years-of-experience",
	Group:    GroupWording,
	Doc:      "requirements name what somebody can do, not for how many years; grades 4 and 5 ask for no prior experience",
	Why:      "Years say little about what people have learnt and keep those away who learnt it faster or elsewhere. The handbook asks for relevant, progressive experience, and for what makes it relevant.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Requirements\n\n- 5+ years of experience with Ruby\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Requirements\n\n- Relevant, progressive experience with Ruby, shown by services that run in production\n",
	Run: func(p *Pass) {
		t := p.prose()
		counted := map[int]bool{} // lines with a number of years
		for i := range t.with(years) {
			if t.words[i].place != inText || !within(t.section(i), hiring.SectionRequirements) {
				continue
			}
			if at, ok := t.number(i); ok && !t.schooling(i) {
				counted[p.Page.Line(at.Start)] = true
				p.Report(at, t.anchor(i), "%q measures experience in years; say what people have to be able to do", p.Page.Slice(at))
			}
		}
		for _, lv := range p.titled() {
			if g := lv.Grade; g != nil && g.Min >= 4 && g.Max <= 5 {
				p.noExperience(lv, counted)
			}
		}
	},
}

// number is where a number of years stands that ends with a word: "5+ years", "five years", "3-5
// years", "ten (10) years", "10 or more years".
func (t *prose) number(i int) (hiring.Span, bool) {
	at := t.words[i].Span
	found := false
	for j := i - 1; j >= 0 && t.words[j].section == t.words[i].section && len(t.between(j)) < 8; j-- {
		low := string(t.word(j))
		switch {
		case isNumber(low):
			at.Start, found = t.words[j].Start, true
		case found && (low == "to" || low == "or" || low == "and"):
		case !found && (low == "or" || low == "more" || low == "plus" || low == "full"):
		default:
			return at, found
		}
		if strings.ContainsAny(t.between(max(j-1, 0)), ".;:!?\n") {
			return at, found
		}
	}
	return at, found
}

// schooling reports whether the years before a word are spent at school: "two years of law
// school".
func (t *prose) schooling(i int) bool {
	const near = 4
	for j := i + 1; j < len(t.words) && j <= i+near && strings.Trim(t.between(j-1), " '’-") == ""; j++ {
		if schools[string(t.word(j))] {
			return true
		}
	}
	return false
}

var schools = map[string]bool{"school": true, "college": true, "university": true, "degree": true, "study": true, "studies": true, "education": true, "coursework": true}

func isNumber(w string) bool {
	n, err := strconv.Atoi(w)
	return numbers[w] || err == nil && n >= 0 && n < 60
}

var numbers = map[string]bool{
	"one": true, "two": true, "three": true, "four": true, "five": true, "six": true, "seven": true, "eight": true, "nine": true, "ten": true, "eleven": true, "twelve": true,
	"thirteen": true, "fourteen": true, "fifteen": true, "sixteen": true, "seventeen": true, "eighteen": true, "nineteen": true, "twenty": true,
}

// noExperience reports the requirements of a level of grade 4 or 5 that ask for prior experience
// in lines where no number of years is counted.
func (p *Pass) noExperience(lv *hiring.Level, counted map[int]bool) {
	for _, own := range lv.Requirements.Own {
		src := p.Page.Slice(own.Span)
		if !strings.Contains(strings.ToLower(src), "experience") {
			continue
		}
		if loc := experience().FindStringSubmatchIndex(src); loc != nil {
			at := hiring.Span{Start: own.Span.Start + loc[2], End: own.Span.Start + loc[3]}
			if counted[p.Page.Line(at.Start)] {
				continue
			}
			p.Report(at, lv.Name+"/requirements", "%q is a grade %d, and grades 4 and 5 ask for no prior experience; name the skill instead", lv.Name, lv.Grade.Max)
		}
	}
}

// experience finds experience that people bring along. That of users and customers is another
// matter.
var experience = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[^\w-])((?:prior|previous|past|proven|demonstrated|professional|relevant|progressive|hands-on|work|working|industry)\s+experience|experience\s+(?:with|in|of|as\s+an?|using|working|building|leading|managing|at|on)|experienced\s+(?:with|in))\b`)
})
