package rolepage

import (
	"slices"
	"strings"
)

// A person is somebody whom candidates meet, as a sentence names them: "2 Peers from the Data
// team".
type person struct {
	title  string
	number *amount // "2"
	oneOf  bool    // "one of our Recruiters"
	plural bool    // "Recruiters"
	thing  bool    // surely nobody: "a focus"
	clear  bool    // a noun for a person, or a group of them, is part of the title
	body   bool    // "the Sales team"
}

// meetings is how many separate talks it takes to meet the person, nil when that is open.
func (p person) meetings() *amount {
	switch {
	case p.number != nil:
		return p.number
	case p.plural && !p.oneOf:
		return nil
	}
	return &amount{min: 1, max: 1}
}

// People is a list of persons and what joins it.
type people struct {
	list   []person
	either bool // "X or Y"
	both   bool // "X, Y, or both"; "X or Y, or both" is one meeting
	open   bool // "X and/or Y"
	inTurn bool // "X, then Y": one after the other
	end    int  // token after the list
}

// persons are the nouns for them that have no ending of their own; with them count all words in -er, -or,
// -ist, -ian, -ant and -eer, but those of noPersons.
var persons = set(`lead leads leadership head heads chief counsel colleague peer principal staff buddy person people someone somebody anyone others
counterpart stakeholder president executive exec representative rep dri report fellow chair chairperson chairman analyst designee delegate delegates
teammate architect coach founder trainee apprentice contact associate advocate paralegal attorney e-group professional attendee employee interviewee resident individual expert client intern agent
vp vps avp evp svp rvp ae aes sa sas se ses tam tams csm csms pm pms em ems dm gm pbp pbps hrbp dir mgr ic ics sdr sdrs bdr bdrs asm asms sre sres pao cao`)

// bodies may be met as a whole.
var bodies = set("team committee group department organization organisation board panel squad division function")

func isBody(word string) bool { return bodies.of(word) || bodies.of(strings.TrimSuffix(word, "s")) }

var personEnds = []string{"er", "or", "ist", "ian", "ant", "eer"}

// noPersons end like persons and are none.
var noPersons = set(`other another either whether rather further after later earlier under over however together never ever number order offer paper letter
quarter center server computer cluster chapter career ladder matter power user customer consumer investor vendor prior senior junior major minor sector
error behavior monitor amer runner container calendar chapter cover for or nor her your our per water layer tier folder filter register newer higher lower relevant
important significant constant instant grant compliant want questionnaire behaviour color answer consider prefer refer gather deliver discover
remember enter offer transfer favor labor minor interior exterior super inner outer proper former latter regular similar particular`)

// isPerson reports whether a noun is one for a person, and whether it is a plural.
func isPerson(word string) (person, plural bool) {
	word = strings.TrimSuffix(word, "/s")
	single := strings.TrimSuffix(word, "s")
	switch {
	case persons.of(word):
		return true, word == "people" || word == "others" || len(word) > 2 && strings.HasSuffix(word, "s") && persons.of(single)
	case persons.of(single):
		return true, true
	case (len(word) == 3 || len(word) == 4) && word[0] == 'c' && strings.HasSuffix(word, "o"):
		return true, false // "CEO", "CISO"
	case noPersons.of(single) || len(single) < 4:
		return false, false
	}
	for _, end := range personEnds {
		if strings.HasSuffix(single, end) {
			return true, single != word
		}
	}
	return false, false
}

// readPeople reads the persons named from a token on, up to the end of the clause. Brackets
// have been taken out before.
func readPeople(clause string, ts []token, i int) people {
	listed := low(ts, i) == "interviewers"
	i = listStart(ts, i)
	p := people{end: clauseEnd(ts, i)}
	if a, ok := amountAt(ts, i); i >= p.end || ok && a.minutes {
		return people{end: max(i, p.end)}
	}
	parts, joints := splitTitles(ts[i:p.end])
	if len(parts) == 1 {
		parts, joints = splitNames(ts[i:p.end])
	}
	if len(parts) == 1 && listed {
		parts, joints = splitCommas(ts[i:p.end])
	}
	for n, part := range parts {
		if who, ok := readPerson(clause, part); ok {
			p.list = append(p.list, who)
		}
		p.either = p.either || low(part, 0) == "either" || n < len(joints) && joints[n] == "or"
		p.both = p.both || last(part).low == "both" && n > 0 && joints[n-1] == ","
		if n < len(joints) {
			p.open = p.open || joints[n] == "and/or"
			p.inTurn = p.inTurn || joints[n] == "then"
		}
	}
	p.either = p.either || p.open && !slices.ContainsFunc(p.list, func(who person) bool { return who.meetings() == nil })
	if len(p.list) > 0 && !p.list[0].clear && !ts[i].capital() && !recruits(p.list[0].title) && (!determiners.of(ts[i].low) && !last(p.list).clear || p.list[0].thing) {
		return people{end: p.end} // "with a focus on", "with questions": nobody
	}
	return p
}

// listStart is the token after what only leads to a list of people: "interviewers:", "each of the
// following:", "a panel consisting of".
func listStart(ts []token, i int) int {
	if meetsWhom.of(low(ts, i)) && low(ts, i+1) == ":" {
		return i + 2
	}
	if low(ts, i) == "with" {
		return i + 1
	}
	following := false
	for j := i; j < min(len(ts)-1, i+8) && !closers.of(ts[j].low); j++ {
		switch {
		case ts[j].low == ":" && following, ts[j].low == "of" && composed.of(low(ts, j-1)):
			return j + 1
		case ts[j].low == "following":
			following = true
		}
	}
	return i
}

// composed before "of" tell that who is met comes after it.
var composed = set("panel consisting consists comprised composed up")

func (p people) titles() []string {
	titles := []string{}
	for _, who := range p.list {
		titles = append(titles, who.title)
	}
	return titles
}

// clear reports whether all are surely persons.
func (p people) clear() bool {
	return !slices.ContainsFunc(p.list, func(who person) bool { return !who.clear })
}

// known reports whether somebody is named who is surely a person, or recruits: "Talent Acquisition".
func (p people) known() bool {
	return len(p.list) > 0 && (p.clear() || recruits(p.list[0].title) && !p.list[0].thing)
}

// several reports whether there are surely more than one.
func (p people) several() bool {
	return len(p.list) > 1 || slices.ContainsFunc(p.list, func(who person) bool {
		m := who.meetings()
		return m == nil || m.min > 1
	})
}

// closers end a list of people: what follows tells something else.
var closers = set(`who where via that which about regarding focusing focused including during so after before lasting based depending if when will would
on-site onsite over through covering while discussing using unless because scheduled conducted where's whom whose along once may is are can occurs such
like between paired w e.g i.e namely either-way until prior
concludes completes finishes follows upon`)

// actors are the subjects of a clause of their own: "the team you will be supporting".
var actors = set("you you'll you'd you're they they'll they'd they're he she we we'll it")

// clauseEnd is the token that ends a list of people that begins at i.
func clauseEnd(ts []token, i int) int {
	for j := i; j < len(ts); j++ {
		word, next := ts[j].low, low(ts, j+1)
		n, _ := conjunction(ts, j)
		if word == ";" && !prepositions.of(low(ts, j+n)) && startsPerson(ts, j+n, ts[j+n:partEnd(ts, j+n)]) {
			continue // "a Director, Sales; a Manager, Support; and a Peer"
		}
		if strings.Contains(".:;!?*|", word) {
			return j
		}
		if a, ok := amountAt(ts, j); ok && !a.minutes {
			j = a.to - 1 // "up to 3"
			continue
		}
		if j == i {
			continue
		}
		if n := relativeClause(ts, i, j); n > 0 {
			j += n - 1
			continue
		}
		switch {
		case closers.of(word), actors.of(word) && ts[j].text != "IT", word == "with", word == "followed" && next != "by":
			return j
		case isDash(ts, j) && standsAlone(ts[i:j]) && !namesRegion(ts, j+1):
			return j
		case word == "," && low(ts, j+2) == "permitting":
			return j // "the CTO, time permitting"
		case (word == "preferably" || word == "ideally") && prepositions.of(next):
			return j
		case word == "," && next == "one" && prepositions.of(low(ts, j+2)) && low(ts, j+2) != "of":
			return j // "two peers, one from Sales and one from Marketing"
		case word == "for" && !namesField(ts, j+1), word == "to" && !namesField(ts, j+1), word == "as" && n == 0:
			return j
		case (word == "in" || word == "at") && tellsHow(ts, j+1):
			return j
		case (word == "on" || word == "over") && (next == "zoom" || next == "video" || next == "a" || next == "your"):
			return j
		case (word == "the" || word == "this" || word == "each") && (next == "role" || next == "position" || next == "candidate") && !prepositions.of(ts[j-1].low):
			return j // "the team the role will support"
		case strings.HasSuffix(word, "ing") && !ts[j].capital() && isHead(ts[j-1]) && (j+1 == len(ts) || !isHead(ts[j+1])):
			return j // "the manager reviewing your work"
		}
		if n > 0 && (newClause.of(low(ts, j+n)) || determiners.of(low(ts, j+n)) && candidates.of(low(ts, j+n+1)) || newMeeting(ts, j+n) && !fieldAfter(ts, j)) {
			return j
		}
		if a, ok := amountAt(ts, j); ok && a.minutes {
			for j > i && (ts[j-1].low == "," || ts[j-1].low == "-" || ts[j-1].low == "a" || ts[j-1].low == "and") {
				j--
			}
			return j
		}
		j += max(n, 1) - 1
	}
	return len(ts)
}

// namesRegion reports whether a short form or a name after a dash goes on with a title: "Sales
// Director - EMEA", "Sales Director - Central Europe".
func namesRegion(ts []token, i int) bool {
	end := i
	for end < len(ts) && ts[end].capital() && !isHead(ts[end]) {
		if _, isStage := stageWord(ts, end); isStage {
			return false
		}
		end++
	}
	if end > i+1 && (end == len(ts) || !ts[end].word() && !ts[end].number()) {
		return true
	}
	return i < len(ts) && isAcronym(ts[i].text) && !isHead(ts[i]) && (i+1 == len(ts) || !ts[i+1].word())
}

// tellsHow reports whether "in" or "at" goes on with how or when people are met, not with where
// they work: "in a panel interview", "at the end", not "in a similar role".
func tellsHow(ts []token, i int) bool {
	switch low(ts, i) {
	case "the", "this", "a", "an":
		for j := i + 1; j < min(len(ts), i+5) && !prepositions.of(ts[j].low); j++ {
			if _, isStage := stageWord(ts, j); isStage || settings.of(ts[j].low) || low(ts, i-1) == "at" && ts[j].low == "time" {
				return true
			}
		}
		return false
	}
	return manner.of(low(ts, i))
}

var (
	manner   = set("which person order parallel one two separate individual back-to-back")
	settings = set("end start beginning row setting format")
)

// namesField reports whether "for" or "to" goes on with what a role is for: "Partner for the
// CFO Organization", "Chief of Staff to the CEO", not "for a final discussion", "to discuss".
func namesField(ts []token, i int) bool {
	for j := i; j < min(len(ts), i+5) && !closers.of(ts[j].low) && ts[j].low != ","; j++ {
		if someLevels.of(ts[j].low) {
			return false // "the CEO for Director+ roles"
		}
	}
	if possessive.of(low(ts, i)) || low(ts, i) == "the" {
		i++
		for j := i; j < len(ts) && j < i+4 && !actors.of(ts[j].low) && (j == i || !prepositions.of(ts[j].low)); j++ {
			if name, isStage := stageWord(ts, j); isStage && (!name.weak || labels.of(low(ts, i))) {
				return false // "for the final interview", but "for the Plan stage"
			}
		}
		return true
	}
	return i < len(ts) && ts[i].capital()
}

var someLevels = set("roles positions levels")

var possessive = set("our your their")

// newClause are verbs that after "and" begin a clause.
var newClause = set("will is are may can have has complete discuss meet you we candidates should be receive")

// counting reads the number of meetings that ends with a token: "one with", "another with", "the
// other with", "2 more with". It is 0 where none does.
func counting(ts []token, i int) int {
	switch low(ts, i) {
	case "another":
		return 1
	case "other":
		if low(ts, i-1) == "the" {
			return 1
		}
	case "more", "others":
		i--
	}
	if a, ok := amountAt(ts, i); ok && !a.minutes && a.to == i+1 {
		return a.max
	}
	return 0
}

// newMeeting reports whether another meeting is told of at a token: "a 30 minute interview
// with", "another with".
func newMeeting(ts []token, i int) bool {
	for j := i; j < i+3; j++ {
		if low(ts, j) == "with" && (j == i || counting(ts, j-1) > 0) {
			return true // "with", "one with", "the other with"
		}
	}
	for j := i; j < len(ts) && j < i+8; j++ {
		if w, ok := stageWord(ts, j); ok && !w.weak {
			return true
		}
		if w, ok := stageWord(ts, j+1); ok && !w.weak && j > i && !goesOn.of(ts[j].low) {
			return true // "followed by a peer interview"
		}
		if ok, _ := isPerson(ts[j].low); ok || j > i && goesOn.of(ts[j].low) || actors.of(ts[j].low) || joins.of(ts[j].low) || strings.Contains(".:", ts[j].low) {
			return false
		}
	}
	return false
}

// fieldAfter reports whether the comma at a token parts a rank from its field: "VP, Enterprise
// Applications".
func fieldAfter(ts []token, i int) bool {
	return ts[i].low == "," && rankWords.of(low(ts, i-1)) && i+1 < len(ts) && ts[i+1].capital()
}

// goesOn after a title tell in which meeting its holder is met: "Technical Writing for a 50-minute
// interview".
var goesOn = set("for to in during at over via on")

// determiners and words that only say how many or which are no part of a title.
var determiners = set("a an the our your their his her its my this that these those")

var light = set(`one another other additional either both some any each every all different separate selected several various multiple few couple up to at
least of more than us candidate's first second typically possibly potentially ideally usually finally lastly & , - / and or then with`)

// ofWhich before "of" say that one of several is met, collections that some are.
var (
	ofWhich     = set("one any either")
	collections = set("group panel series couple pair mix variety number handful set selection combination some few several many most each all both two three four five members-of")
)

// readPerson takes determiners, possessives and numbers off a title.
func readPerson(clause string, ts []token) (person, bool) {
	var who person
	for len(ts) > 0 {
		a, isAmount := amountAt(ts, 0)
		switch {
		case low(ts, 1) == "of" && ofWhich.of(ts[0].low):
			who.oneOf = true
			ts = ts[2:]
		case low(ts, 1) == "of" && collections.of(ts[0].low) && !isAmount:
			ts = ts[2:]
		case isAmount && !a.minutes:
			number := a
			who.number = &number
			ts = ts[a.to:]
		case determiners.of(ts[0].low) || light.of(ts[0].low) || !ts[0].word() && !ts[0].number():
			ts = ts[1:]
		default:
			return who.named(clause, ts)
		}
	}
	return who, false
}

// named completes a person with the title that is left.
func (who person) named(clause string, ts []token) (person, bool) {
	for len(ts) > 0 && (leftOver.of(last(ts).low) || !last(ts).word() && !last(ts).number()) {
		ts = ts[:len(ts)-1]
	}
	if len(ts) == 0 || len(ts) == 1 && nobody.of(ts[0].low) || ts[0].low == "following" {
		return who, false
	}
	noun := nounEnd(ts) - 1
	for noun > 0 && !ts[noun].word() {
		noun--
	}
	head := ts[noun]
	if nobody.of(head.low) && candidates.of(head.low) {
		return who, false // "the selected candidate"
	}
	isOne, plural := isPerson(head.low)
	body := isBody(head.low)
	who.clear = isOne || body || isAcronym(head.text) || rankFirst(ts)
	who.thing = things.of(head.low) || len(stageNames.of(head.low)) > 0 && !body // "with their application"
	who.plural, who.body = plural || body && !bodies.of(head.low), body && !recruits(clause[ts[0].at:head.end()])
	if who.oneOf && who.number == nil || who.number != nil && who.number.max == 1 && !who.number.open {
		who.number, who.oneOf = nil, who.oneOf || plural
	}
	title := singleBlanks(clause[ts[0].at:last(ts).end()])
	who.title = strings.ReplaceAll(title, " ,", ",") // where a bracket stood
	return who, true
}

// leftOver may be left over at the end of a title, nobody are words that name none.
var (
	leftOver = set("and or then the a an of with from both directly each additionally separately individually respectively again similar equivalent once together")
	nobody   = set("above following candidate candidates applicant applicants finalist finalists us them you gitlab the tbd tba tbc")
	things   = set("focus possibility emphasis chance opportunity view goal aim option questions time deadline minimum maximum total variety number")
)
