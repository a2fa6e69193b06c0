package rolepage

import (
	"slices"
	"strings"
	"unicode"
)

// people are the nouns that end the title of somebody whom candidates meet.
var people = set(`manager managers director directors engineer engineers recruiter recruiters lead leads leader leaders leadership member members
peer peers partner partners counterpart counterparts designer designers analyst analysts counsel counsels chairman chair chairperson colleague colleagues
stakeholder stakeholders president presidents executive executives representative representatives owner owners dri dris head heads chief controller
specialist specialists coordinator coordinators scientist scientists writer writers researcher researchers architect architects developer developers
report reports fellow fellows officer officers administrator administrators consultant consultants accountant accountants auditor auditors strategist strategists
marketer marketers producer producers editor editors advisor advisors assistant assistants interviewer interviewers expert experts evangelist evangelists
vp vps avp evp svp rvp ceo cto cfo cmo cpo cro clo coo ciso cio cco pao cao ae aes sa sas tam tams csm csms pm pms em ems dm pbp pbps
associate associates ic ics employee employees teammate teammates sdr sdrs bdr bdrs asm asms trainer trainers advocate advocates tester testers person people someone
sourcer sourcers maintainer maintainers supervisor supervisors principal principals staff buddy librarian paralegal paralegals attorney attorneys e-group`)

// bodies are groups that may be met as a whole.
var bodies = set(`team teams committee group groups department departments organization organisation board panel squad division divisions function functions`)

// lightWords before a title say how many or which, and are no part of it.
var lightWords = set(`a an the our your their his her its my this that these those one another other additional either both some any each every all
different separate selected several various multiple few couple up to at least of two three four five six seven eight nine ten more than
us candidates candidate's relevant directly first second typically`)

// closers end a list of people: what follows tells something else.
var closers = set(`for who where via that which about regarding focusing focused including during so after before lasting based depending if when will
on-site over through covering while discussing using unless because scheduled conducted where's whom whose along once may is are can occurs such like you`)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// peopleAfter reads the titles in a sentence from a token on, up to the end of the clause. A
// bracket has been taken out before.
func peopleAfter(s string, ts []token, i int) (titles []string, plural []bool) {
	end := clauseEnd(ts, i)
	for _, part := range splitTitles(ts[i:end]) {
		title, many := trimTitle(s, part)
		if title != "" {
			titles, plural = append(titles, title), append(plural, many)
		}
	}
	return titles, plural
}

// clauseEnd is the token that ends a list of people that begins at i.
func clauseEnd(ts []token, i int) int {
	for j := i; j < len(ts); j++ {
		t, next := ts[j], token{low: " "}
		if j+1 < len(ts) {
			next = ts[j+1]
		}
		switch {
		case t.low == "." || t.low == ":" || t.low == ";" || t.low == "!" || t.low == "?" || t.low == "*":
			return j
		case t.low == "-" && j > i && j+1 < len(ts) && !(isDigits(ts[j-1].low) && isDigits(next.low)) && next.at > t.end() && t.at > ts[j-1].end():
			return j // a dash between blanks
		case t.low == "for" && (next.low == "the" || unicode.IsUpper(rune(next.text0()))) && j > i:
			// "Partner for the CFO Organization" is a title, "for the final step" is not.
			if k := j + 1; next.low != "the" || k+1 < len(ts) && unicode.IsUpper(rune(ts[k+1].text0())) {
				continue
			}
			return j
		case closers[t.low] && j > i:
			return j
		case t.low == "with" && j > i:
			return j
		case t.low == "to" && j > i:
			// "Chief of Staff to the CEO", but "to discuss", "to which".
			if next.low != "the" && !unicode.IsUpper(rune(next.text0())) {
				return j
			}
		case t.low == "in" && (next.low == "a" || next.low == "which" || next.low == "person" || next.low == "order"):
			return j
		case t.low == "as" && !has(ts, j, "as", "well", "as") && j > i && !has(ts, j-2, "as", "well"):
			return j
		case (t.low == "and" || t.low == ",") && (verbs2[next.low] || another(ts, j+1)):
			return j
		case t.low == "," && (closers[next.low] || next.low == "with" || next.low == "followed" || next.low == "to"):
			return j
		}
	}
	return len(ts)
}

// another reports whether another meeting, with other people, is told of at a token: "a 30
// minute interview with", "another with".
func another(ts []token, i int) bool {
	for j := i; j < len(ts) && j < i+8; j++ {
		if ts[j].low == "with" {
			return j == i+1 && (ts[i].low == "another" || ts[i].low == "one") || j > i && meetings[ts[j-1].low]
		}
		if people[ts[j].low] || ts[j].low == "," || ts[j].low == "." {
			return false
		}
	}
	return false
}

// verbs2 after "and" begin a new clause.
var verbs2 = set("will is are may can have has complete discuss meet then")

func (t token) text0() byte {
	if t.text == "" {
		return 0
	}
	return t.text[0]
}

// splitTitles splits a list of people at its commas and conjunctions. A list within one title
// ("a leader in the Data, IT Ops or FinSys team") is no list of people: a part counts only when
// it has a person's noun of its own.
func splitTitles(ts []token) [][]token {
	var parts [][]token
	start := 0
	for i := 0; i < len(ts); i++ {
		n := conjunction(ts, i)
		if n == 0 || ts[i].low == "," && n == 1 && bareRank(ts[start:i]) {
			continue
		}
		if standsAlone(ts[start:i], false) && (standsAlone(ts[i+n:upTo(ts, i+n)], true) || acrossAmpersand(ts, i+n)) {
			parts = append(parts, ts[start:i])
			start = i + n
		}
		i += n - 1
	}
	return append(parts, ts[start:])
}

// conjunction is the number of tokens of a conjunction at i, 0 when there is none.
func conjunction(ts []token, i int) int {
	for _, words := range [][]string{
		{",", "and", "/", "or"}, {"and", "/", "or"}, {",", "and"}, {",", "or"}, {"as", "well", "as"}, {"followed", "by"}, {",", "as", "well", "as"}, {",", "followed", "by"},
		{"and"}, {"or"}, {"&"}, {","}, {"/"}, {"plus"}, {"then"},
	} {
		if has(ts, i, words...) {
			return len(words)
		}
	}
	return 0
}

// acrossAmpersand reports whether a title with an ampersand in it stands at i: "Trust & Safety
// Manager".
func acrossAmpersand(ts []token, i int) bool {
	end := upTo(ts, i)
	return end < len(ts) && ts[end].low == "&" && standsAlone(ts[end+1:upTo(ts, end+1)], false)
}

// upTo is the end of the part that begins at i: the next conjunction.
func upTo(ts []token, i int) int {
	for j := i; j < len(ts); j++ {
		if conjunction(ts, j) > 0 {
			return j
		}
	}
	return len(ts)
}

// standsAlone reports whether a part names somebody by itself. What comes after a preposition
// belongs to the name before it.
func standsAlone(ts []token, right bool) bool {
	for len(ts) > 2 && (ts[0].low == "one" || ts[0].low == "some" || ts[0].low == "either" || ts[0].low == "any") && ts[1].low == "of" {
		ts = ts[2:] // "one of our Engineers" is an Engineer
	}
	if right && len(ts) > 1 && (ts[0].low == "a" || ts[0].low == "an" || ts[0].low == "one" || ts[0].low == "our") {
		return true
	}
	end := 0
	for end < len(ts) && !prepositions[ts[end].low] && ts[end].low != "," {
		end++
	}
	for end > 0 && !ts[end-1].word() {
		end--
	}
	if end > 0 && people[ts[end-1].low] {
		return true
	}
	if len(ts) == 1 && isAcronym(ts[0].text) {
		return true
	}
	// "the Recruiting team and the Legal team"
	if n := len(ts); n > 0 && bodies[ts[n-1].low] {
		return ts[0].low == "the" || ts[0].low == "our" || !right && !hasPreposition(ts)
	}
	return false
}

func hasPreposition(ts []token) bool {
	return slices.ContainsFunc(ts, func(t token) bool { return prepositions[t.low] })
}

// prepositions end the part of a title that has its noun.
var prepositions = set("of in on from within across at to for")

// rankWords alone are no title: what follows the comma after them belongs to it, as in "VP,
// Corporate Controller".
var rankWords = set("vp avp evp svp vice president senior sr jr director manager head chief managing executive the a our")

func bareRank(ts []token) bool {
	return !slices.ContainsFunc(ts, func(t token) bool { return !rankWords[t.low] })
}

func isAcronym(w string) bool {
	if len(w) < 2 || len(w) > 5 {
		return false
	}
	for _, r := range w {
		if !unicode.IsUpper(r) {
			return false
		}
	}
	return true
}

// trimTitle takes determiners, possessives and numbers off a title, and tells whether it is a
// plural.
func trimTitle(s string, ts []token) (title string, many bool) {
	for len(ts) > 0 {
		t := ts[0]
		if (t.low == "panel" || t.low == "series") && has(ts, 1, "of") {
			ts = ts[2:]
			continue
		}
		_, isNumber := numberWords[t.low]
		switch {
		case !t.word() && t.low != "&", isNumber, t.low == "or", t.low == "and", lightWords[t.low] && !(t.low == "first" || t.low == "second" || t.low == "directly"):
			if t.low == "of" && len(ts) > 0 {
				// "one of our Recruiters": the title is a plural of which one is meant.
				ts = ts[1:]
				continue
			}
			ts = ts[1:]
		default:
			goto trimmed
		}
	}
trimmed:
	for len(ts) > 0 && (!ts[len(ts)-1].word() && !isDigits(ts[len(ts)-1].low) || trailing2[ts[len(ts)-1].low]) {
		ts = ts[:len(ts)-1]
	}
	if len(ts) == 0 || len(ts) == 1 && (ts[0].low == "above" || ts[0].low == "following" || ts[0].low == "candidate" || ts[0].low == "us" || ts[0].low == "them" || ts[0].low == "you") {
		return "", false
	}
	title = s[ts[0].at:ts[len(ts)-1].end()]
	for i, t := range ts {
		if i > 0 && (prepositions[t.low] || t.low == ",") {
			break
		}
		many = people[t.low] && strings.HasSuffix(t.low, "s") && people[strings.TrimSuffix(t.low, "s")] || t.low == "people" || t.low == "executives"
	}
	return strings.Join(strings.Fields(title), " "), many
}

// trailing2 may be left over at the end of a title.
var trailing2 = set("and or the a an of with from both directly each additionally separately respectively")

func isDigits(w string) bool { return w != "" && w[0] >= '0' && w[0] <= '9' }
