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
			unit := periods[string(t.word(i))]
			if t.words[i].place != inText || !within(t.section(i), hiring.SectionRequirements) {
				continue
			}
			if at, ok := t.period(i, unit); ok && !t.schooling(i) {
				counted[p.Page.Line(at.Start)] = true
				p.Report(at, t.anchor(i), "%q measures experience in %s; say what people have to be able to do", p.Page.Slice(at), unit)
			}
		}
		for _, lv := range p.titled() {
			if g := lv.Grade; g != nil && g.Min >= 4 && g.Max <= 5 {
				p.noExperience(lv, counted)
			}
		}
	},
}

// periods are the words for times of experience, with the unit that each names.
var periods = map[string]string{
	"years": "years", "year": "years", "yrs": "years", "yr": "years", "yoe": "years",
	"months": "months", "month": "months", "decades": "decades", "decade": "decades",
}

// period is where a time of experience stands that ends with a word. A number of years in a list of
// requirements mostly is one. Other times, and years that are not counted, are where the word "experience"
// follows: "18 months of experience", "several years of sales experience", "a two year roadmap".
func (t *prose) period(i int, unit string) (hiring.Span, bool) {
	at, counted := t.number(i)
	if !counted {
		at, counted = t.severalOf(i, unit)
		return at, counted && t.experienceAfter(i)
	}
	switch string(t.word(i)) {
	case "yoe":
		return at, true
	case "years", "yrs":
		return at, !t.follows(i, otherTimes) && (t.spent(i, at) || t.experienceAfter(i))
	case "year", "yr":
		// Before a noun it is an adjective: "a two year roadmap". One year may be no adjective.
		if one := string(t.word(i - 1)); (one == "1" || one == "one") && t.between(i-1) != "-" && (!t.goesOn(i) || t.doing(i, spentWith)) {
			return at, t.spent(i, at)
		}
	}
	return at, t.experienceAfter(i)
}

// number is where a number of years stands that ends with a word: "5+ years", "five years", "3-5
// years", "ten (10) years", "10 or more years", "1.5 years".
func (t *prose) number(i int) (hiring.Span, bool) {
	at := t.words[i].Span
	found := false
	for j := i - 1; j >= 0 && t.words[j].section == t.words[i].section && len(t.between(j)) < 8; j-- {
		low := string(t.word(j))
		switch {
		case isNumber(low):
			at.Start, found = t.words[j].Start, true
		case found && (low == "to" || low == "or" || low == "and"):
		case !found && (low == "or" || low == "more" || low == "plus" || low == "full" || low == "solid" || low == "additional" || low == "consecutive"):
		default:
			return at, found
		}
		before := t.between(max(j-1, 0))
		if strings.ContainsAny(before, ".;:!?\n") && !(before == "." && found && j > 0 && isNumber(string(t.word(j-1)))) {
			return at, found
		}
	}
	return at, found
}

// severalOf is where a time stands that is given without a number: "several years", "a few months", "a
// decade".
func (t *prose) severalOf(i int, unit string) (hiring.Span, bool) {
	j := i - 1
	if j >= 0 && string(t.word(j)) == "of" {
		j-- // "a couple of years"
	}
	if j < 0 || t.words[j].section != t.words[i].section || strings.Trim(string(t.lower[t.words[j].End:t.words[i].Start]), " of") != "" {
		return hiring.Span{}, false
	}
	switch string(t.word(j)) {
	case "several", "many", "multiple", "numerous":
	case "few", "couple":
		if j > 0 && string(t.word(j-1)) == "a" && t.between(j-1) == " " {
			j--
		}
	case "a":
		if unit != "decades" {
			return hiring.Span{}, false
		}
	default:
		return hiring.Span{}, false
	}
	return hiring.Span{Start: t.words[j].Start, End: t.words[i].End}, true
}

// experienceAfter reports whether a time is one of experience: the word follows soon, and nothing that
// leads elsewhere before it. That of users and customers is another matter.
func (t *prose) experienceAfter(i int) bool {
	const near = 8
	for j := i + 1; j < len(t.words) && j <= i+near && t.goesOn(j-1); j++ {
		switch low := string(t.word(j)); {
		case strings.HasPrefix(low, "experience"):
			return !othersExperience[string(t.word(j-1))]
		case leadsElsewhere[low]:
			return false
		}
	}
	return false
}

// goesOn reports whether a clause goes on after a word. A line may end within it.
func (t *prose) goesOn(i int) bool {
	if i < 0 || i+1 >= len(t.words) || t.words[i].section != t.words[i+1].section {
		return false
	}
	between := t.between(i)
	return !strings.ContainsAny(between, ",.;:!?|") && sameItem(between)
}

// sameItem reports whether what stands between two words keeps them in one paragraph or entry of a list.
func sameItem(between string) bool {
	return strings.IndexByte(between, '\n') < 0 || strings.TrimSpace(between) == "" && strings.Count(between, "\n") == 1
}

// spent reports whether a number of years is how long somebody did something, and not when something
// happens, by the words around it: "within two years", "grew over 3 years".
func (t *prose) spent(i int, at hiring.Span) bool {
	number := i
	for number > 0 && t.words[number-1].Start >= at.Start {
		number--
	}
	before := number - 1
	switch {
	case !t.goesOn(before) || !whens[string(t.word(before))]:
		return true
	case string(t.word(before)) == "over": // may stand for "more than"
		return !t.goesOn(before-1) || t.doing(i, ofWhat)
	}
	return false
}

// doing reports whether a word is followed by one of some, or by what somebody does: "years managing".
func (t *prose) doing(i int, words map[string]bool) bool {
	return t.follows(i, words) || t.goesOn(i) && strings.HasSuffix(string(t.word(i+1)), "ing")
}

// follows reports whether the word after another, in the same clause, is one of some.
func (t *prose) follows(i int, words map[string]bool) bool {
	return t.goesOn(i) && words[string(t.word(i+1))]
}

var (
	otherTimes       = setOf("ahead", "old", "ago", "later", "out", "hence", "from", "into")
	ofWhat           = setOf("of")
	spentWith        = setOf("of", "in", "as", "with", "at", "on")
	whens            = setOf("within", "in", "over", "every", "next", "last", "past", "after", "first", "coming", "following", "each", "per", "by", "under")
	leadsElsewhere   = setOf("on", "by", "to", "from", "that", "which", "for", "with", "based", "roadmap", "plan", "strategy")
	othersExperience = setOf("user", "customer", "customers", "employee", "developer", "candidate", "digital", "member")
)

func setOf(words ...string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
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
		if own.Wish {
			continue
		}
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
	return regexp.MustCompile(`(?i)(?:^|[^\w-])((?:prior|previous|past|proven|demonstrated|professional|relevant|progressive|hands-on|work|working|industry)[\s*_]+experience|experience[\s*_]+(?:with|in|of|as\s+an?|using|working|building|leading|managing|at|on)|experienced[\s*_]+(?:with|in))\b`)
})
