package rolepage

import (
	"slices"
	"strings"
)

// conjunctions between persons, longest first, and what each says: and, or, or a bare comma.
var conjunctions = []struct {
	words []string
	says  string
}{
	{[]string{";", "and"}, "and"},
	{[]string{";", "or"}, "or"},
	{[]string{";"}, ";"},
	{[]string{",", "and", "/", "or"}, "and/or"},
	{[]string{"and", "/", "or"}, "and/or"},
	{[]string{",", "as", "well", "as"}, "and"},
	{[]string{"as", "well", "as"}, "and"},
	{[]string{",", "followed", "by"}, "then"},
	{[]string{"followed", "by"}, "then"},
	{[]string{",", "and", "then"}, "then"},
	{[]string{"and", "then"}, "then"},
	{[]string{",", "and"}, "and"},
	{[]string{",", "or"}, "or"},
	{[]string{",", "then"}, "then"},
	{[]string{"and"}, "and"},
	{[]string{"or"}, "or"},
	{[]string{"&"}, "and"},
	{[]string{","}, ","},
	{[]string{"/"}, "or"},
	{[]string{"plus"}, "and"},
	{[]string{"+"}, "and"},
	{[]string{"then"}, "then"},
}

var joins = set("; , and or as followed & / plus + then")

// conjunction reads the one at a token; n is 0 when there is none.
func conjunction(ts []token, i int) (n int, says string) {
	if !joins.of(low(ts, i)) || ts[i].low == "+" && i > 0 && ts[i].at == ts[i-1].end() {
		return 0, "" // "Staff+ Engineers"
	}
	for _, c := range conjunctions {
		if has(ts, i, c.words...) {
			return len(c.words), c.says
		}
	}
	return 0, ""
}

// splitTitles splits a list of people at its conjunctions; joints are what stands between the
// parts. A list within one title ("a leader in the Data, IT Ops or FinSys team") is no list of
// people: it is split only where both sides name somebody.
func splitTitles(ts []token) (parts [][]token, joints []string) {
	start := 0
	for i := 0; i < len(ts); i++ {
		n, says := conjunction(ts, i)
		if n == 0 {
			continue
		}
		left, right := ts[start:i], ts[i+n:partEnd(ts, i+n)]
		within := says == "," && (ranked(left, right) || apposed(ts, i)) || chiefOf(left, right) || slices.ContainsFunc(title(left), choice)
		each, counted := amountAt(left, 0)
		counted = counted && each.to < len(left) && numbered(right)                           // "one Frontend and one Backend Engineer"
		bare := says != "," && nounEnd(title(left)) == len(title(left)) && standsAlone(right) // "a Director or Sales team"
		if !within && (standsAlone(left) && (bare || startsPerson(ts, i+n, right)) || shortForm(left) && shortForm(right) || counted) {
			parts, joints, start = append(parts, left), append(joints, says), i+n
		} else if low(right, 0) == "both" {
			joints = append(joints, "or")
		}
		i += n - 1
	}
	return append(parts, ts[start:]), joints
}

// chiefOf reports whether a conjunction stands within the field of a "Chief Marketing and Strategy
// Officer".
func chiefOf(left, right []token) bool {
	left = title(left)
	return low(left, 0) == "chief" && nounEnd(left) == len(left) && last(left).low != "officer" &&
		low(right, 0) != "chief" && low(right, nounEnd(right)-1) == "officer"
}

// splitNames splits a list that names no person and no body, but departments: "Product, UX and
// Engineering".
func splitNames(ts []token) (parts [][]token, joints []string) {
	start := 0
	for i := range ts {
		n, says := conjunction(ts, i)
		switch {
		case n == 0 && (ts[i].capital() || i == start && determiners.of(ts[i].low)) && !isHead(ts[i]) && i < start+3:
		case n == 1 && i > start && ts[i].low != "&" && ts[i].low != "/":
			parts, joints, start = append(parts, ts[start:i]), append(joints, says), i+1
		default:
			return [][]token{ts}, nil
		}
	}
	if len(joints) == 0 || last(joints) == "," {
		return [][]token{ts}, nil
	}
	return append(parts, ts[start:]), joints
}

// splitCommas splits a list of which it is known that it names several.
func splitCommas(ts []token) (parts [][]token, joints []string) {
	start := 0
	for i := range ts {
		if left, right := ts[start:i], ts[i:]; ts[i].low == "," && standsAlone(left) && standsAlone(right[1:]) && !bareRank(title(left)) {
			parts, joints, start = append(parts, left), append(joints, ","), i+1
		}
	}
	return append(parts, ts[start:]), joints
}

// choice reports whether a token makes the conjunction after it one within a title: "a member of
// either the Product or the UX team".
func choice(t token) bool { return t.low == "either" || t.low == "both" }

// shortForm reports whether a title is a short form as a whole: "the HM".
func shortForm(ts []token) bool {
	ts = title(ts)
	return len(ts) == 1 && isAcronym(ts[0].text)
}

// partEnd is the token of the next conjunction.
func partEnd(ts []token, i int) int {
	for ; i < len(ts); i++ {
		if n, _ := conjunction(ts, i); n > 0 {
			return i
		}
	}
	return len(ts)
}

// startsPerson reports whether what follows a conjunction names somebody.
func startsPerson(ts []token, i int, right []token) bool {
	if standsAlone(right) && (!isBody(low(right, nounEnd(right)-1)) || determiners.of(low(right, 0))) {
		return true
	}
	if low(right, 0) == "a" || low(right, 0) == "an" {
		return true // "a seller"
	}
	end := i + len(right)
	return low(ts, end) == "&" && len(right) > 0 && endsField(ts[end+1:partEnd(ts, end+1)])
}

// endsField reports whether what follows "&" goes on with a field and only then names somebody:
// "Trust & Safety Manager", not "Growth & Director of Data".
func endsField(ts []token) bool {
	return standsAlone(ts) && ts[0].capital() && !isHead(ts[0]) && !rankWords.of(ts[0].low)
}

func last[T any](list []T) T {
	if len(list) == 0 {
		var none T
		return none
	}
	return list[len(list)-1]
}

// standsAlone reports whether words name somebody by themselves. What comes after a
// preposition belongs to the name before it.
func standsAlone(ts []token) bool {
	for len(ts) > 2 && low(ts, 1) == "of" && (ofWhich.of(ts[0].low) || collections.of(ts[0].low)) {
		ts = ts[2:] // "one of our Engineers" is an Engineer
	}
	ts = title(ts)
	for len(ts) > 1 && leftOver.of(last(ts).low) {
		ts = ts[:len(ts)-1] // "the Recruiter and the Hiring Manager together"
	}
	head := nounEnd(ts)
	for head > 0 && !ts[head-1].word() {
		head--
	}
	return head > 0 && (isHead(ts[head-1]) || rankFirst(ts[:head]))
}

// rankFirst reports whether a title begins with a rank, which its field follows: "Director
// Treasury", "Sr. Director Data Platform".
func rankFirst(ts []token) bool {
	for _, t := range ts {
		if !rankWords.of(t.low) {
			return false
		}
		if fullRanks.of(t.low) {
			return true
		}
	}
	return false
}

// fullRanks need no noun after them, halfRanks none where a comma parts them from their field;
// "Senior" does.
var (
	fullRanks = set("director dir vp svp avp evp rvp head chief president")
	halfRanks = set("manager mgr principal associate")
)

// isHead reports whether a noun can be what a title is about.
func isHead(t token) bool {
	ok, _ := isPerson(t.low)
	return ok || isBody(t.low)
}

// nounEnd is the token after the noun of a title: the first preposition or comma.
func nounEnd(ts []token) int {
	for i := 1; i < len(ts); i++ {
		if prepositions.of(ts[i].low) || ts[i].low == "," {
			return i
		}
	}
	return len(ts)
}

var prepositions = set("of in on from within across at to for who outside under")

// rankWords alone are no title: what follows the comma after them belongs to it, as in "VP,
// Corporate Controller".
var rankWords = set("vp avp evp svp rvp vice president senior sr jr dir mgr staff principal associate director manager head chief managing executive group")

// ranked reports whether a comma parts a bare rank from its field.
func ranked(left, right []token) bool {
	return bareRank(title(left)) && !bareRank(right[:nounEnd(right)]) && !determiners.of(low(right, 0)) && !numbered(right)
}

// bareRank reports whether words are a rank without a field: "our Senior Director".
func bareRank(ts []token) bool {
	rank := last(ts).low
	return (fullRanks.of(rank) || halfRanks.of(rank)) && !slices.ContainsFunc(ts, func(t token) bool { return !rankWords.of(t.low) })
}

// title is what is left of a person without the words before it that are no part of its title.
func title(ts []token) []token {
	for len(ts) > 0 && (determiners.of(ts[0].low) || light.of(ts[0].low) || !ts[0].word()) {
		ts = ts[1:]
	}
	return ts
}

func numbered(ts []token) bool {
	_, ok := amountAt(ts, 0)
	return ok
}

// apposed reports whether the only conjunction of a list is a comma: in "the hiring manager,
// Director of Sales" it parts a role from the title of who has it. Lists of two have an "and".
func apposed(ts []token, comma int) bool {
	for i := range ts {
		if n, _ := conjunction(ts, i); n > 0 && i != comma && ts[i].low != "&" && ts[i].low != "/" {
			return false
		}
	}
	left, right := ts[:comma], ts[comma+1:]
	if nounEnd(left) < len(left) && nounEnd(right) < len(right) || shortForm(left) && shortForm(right) {
		return false // "Director of Sales, VP of Support"
	}
	return !determiners.of(low(right, 0))
}

func isAcronym(w string) bool {
	return len(w) > 1 && len(w) < 6 && w == strings.ToUpper(w) && isLetter(w[0])
}
