package rolepage

import (
	"cmp"
	"slices"
	"strings"
)

// What levels take over is said in sentences such as
//
//	All requirements of previous roles plus:
//	Extends the Senior Engineer responsibilities
//	The Staff Engineer meets all of the requirements of a Senior Engineer, plus:
//
// A phrase names what is asked and whose it is ("all of the requirements of a Senior Engineer"); a lead
// says what is done with it ("meets"); a tail that more comes ("plus"):
//
//	sentence = phrase tail | [subject] lead phrase [tail]
//
// A new word goes into classWords, a new form into takes.

// A class is what words do in such a sentence. Words without one are parts of names.
type class int

const (
	unknown class = iota
	noun          // what is asked
	standIn       // stands for such a noun
	whole         // all of it
	wholes        // all of it, without a noun
	role          // whose it is, without a name
	rank          // a part of a name, which tells levels apart
	earlier       // a level that stands before
	place         // where it stands on the page
	common        // what holds for all levels of the page
	article       // begins a phrase, or what a link joins to it
	link          // joins the parts of a phrase
	comma         // parts names, and ends a phrase
	filler        // says nothing
	more          // more comes
	apply         // it holds here as well
	stop          // no phrase goes on here

	// Leads. Of several in a row the last of these counts.
	helpLead   // it does nothing by itself: "will"
	beLead     // the subject is what a phrase names, or stands there
	haveLead   // the subject has it
	addLead    // it is there, and more
	extendLead // it is taken over
)

var classWords = map[class]string{
	noun:    "responsibilities, requirements, requirement, performance indicators, indicators, qualifications, expectations, skills, criteria, duties, competencies",
	standIn: "that, those",
	whole:   "all, every, each, same, like, identical, unchanged, whole, entire",
	wholes:  "everything, what, whatever",
	role:    "role, roles, level, levels, position",
	rank:    "intern, junior, associate, intermediate, senior, staff, principal, distinguished, lead, manager, director, vice-president",
	earlier: "previous, prior, preceding, lower, earlier, aforementioned",
	place:   "above, below, listed, outlined, here, other, top",
	common:  "general, base, standard, section, sections, page, family",
	article: "the, a, an, this, these",
	link:    "of, for, in, from, at, as, to, under, by, and, or, on",
	comma:   ",",
	filler: "s, one, ones, set, full set, either, both, individual contributor, immediately, also, too, largely, mostly, consistently, meeting, fulfilling, satisfying, " +
		"defined, described, mentioned, asked, expected, required, needed",
	more:     "+, additionally, additions, addition, additional, further, following, but, with, more, adds",
	apply:    "apply, applies",
	stop:     "our, your, their, its, they, them, who, which, when, where, we, ask, expect, require",
	helpLead: "you, will, must, should, can, may, do, does",
	beLead:   "is, are, be",
	haveLead: "has, have, meets, meet, includes, include, including, fulfils, fulfills, fulfil, fulfill, satisfies, satisfy, demonstrates, demonstrate, " +
		"exceeds, exceed, excels at, excel at, possesses, possess, see, shares, share, sharing, adheres, adhere, continues to meet, continue to meet",
	addLead: "in addition to, additional to, further to, on top of, along with, together with, as well as, besides, beyond, plus, " +
		"adds to, add to, expands on, expands upon, expand on, expand upon, takes on, takes over, carries over",
	extendLead: "extends, extend, inherits, inherit, builds on, builds upon, build on, build upon, building on, building upon",
}

// takeovers are cues of which every sentence that takes something over has one; most texts have none. Skills alone
// are asked for in many that do not.
var takeovers = slices.Concat(
	strings.Split(strings.Replace(classWords[noun], "skills", "all skills, the skills, same skills", 1), ", "), strings.Split(classWords[wholes], ", "), strings.Split(classWords[extendLead], ", "),
	[]string{"sibilit", "those of", "above", "plus", "addition", "same as", "identical", "all that"},
)

type classed struct {
	words []string
	class class
}

// classes are by the first words, the longest first: "in addition to" before "in".
var classes = func() *wordMap[[]classed] {
	all := map[string][]classed{}
	for c, list := range classWords {
		for entry := range strings.SplitSeq(list, ", ") {
			words := strings.Fields(entry)
			all[words[0]] = append(all[words[0]], classed{words, c})
		}
	}
	for _, list := range all {
		slices.SortFunc(list, func(a, b classed) int { return len(b.words) - len(a.words) })
	}
	return newWordMap(all)
}()

// classAt is the class of what words begin with, and how many words that has.
func classAt(words []string) (class, int) {
	for _, c := range classes.of(words[0]) {
		if len(words) >= len(c.words) && slices.Equal(words[:len(c.words)], c.words) {
			return c.class, len(c.words)
		}
	}
	if w := words[0]; len(w) > 10 && (likeWord(w, "responsibilities") || likeWord(w, "requirements")) {
		return noun, 1 // as people spell it
	}
	return unknown, 1
}

// A nounPhrase names what is asked and whose it is.
type nounPhrase struct {
	names   []string     // what tells levels apart among the words of a name
	named   bool         // it has a name
	ranked  bool         // with a rank
	what    bool         // it says what is asked: "requirements"
	all     bool         // it begins with "all", "the same" and the like
	clause  bool         // whose it is may come as a clause: "everything that is asked of a Senior"
	role    bool         // "the X role"
	one     bool         // "of a X"
	common  bool         // what holds for all levels
	earlier string       // "previous"
	lists   [topics]bool // those that it names, none where it means all
	place   string       // "above"
	and     bool         // it ends with "and"
}

// readPhrase reads the phrase that words begin with, and says how many of them it has.
func readPhrase(words []string) (p nounPhrase, length int) {
	before := article
	var c class
	var n int
	for ; length < len(words); length += n {
		c, n = classAt(words[length:])
		if c == filler || p.clause && !p.named && (c == stop || c == apply || c == beLead) {
			continue
		}
		switch c {
		case comma: // "Manager, Data", "requirements, responsibilities"
			next, _ := classAt(words[min(length+1, len(words)-1):])
			if (before != rank && before != unknown || !p.ranked && !p.what) && next != noun && next != link {
				return p, length
			}
			continue
		case standIn, article:
			switch before {
			case article, standIn, link, whole, wholes:
			case noun: // "all requirements a Senior must meet"
				if !p.all || p.named {
					return p, length
				}
				p.clause = true
			default: // "the Senior requirements the Manager"
				return p, length
			}
			p.what = p.what || c == standIn
			p.clause = p.clause || c == standIn && before == whole // "all that"
			p.one = p.one || before == link
		case noun:
			p.what, p.one = true, false
			p.lists[topicOf(words[length])] = true
		case whole, wholes:
			switch {
			case p.what && before == link: // "of all roles"
			case p.what || p.named:
				return p, length
			default:
				p.all, p.what, p.clause = true, c == wholes, c == wholes
			}
		case role:
			if before == link {
				return p, length // "to position us"
			}
			p.role, p.common = true, p.common || before == whole
		case rank, unknown:
			p.named, p.ranked = true, p.ranked || c == rank
		case earlier:
			p.earlier = words[length]
		case place:
			p.place = cmp.Or(p.place, words[length])
		case common:
			p.common = true
		case link:
		default:
			return p, length
		}
		before, p.and = c, c == link
	}
	return p, length
}

// topicOf is the list that a noun names.
func topicOf(noun string) topic {
	switch noun[0] {
	case 'p', 'i': // "performance indicators"
		return indicators
	case 'e', 'd': // "expectations", "duties"
		return responsibilities
	default:
		if strings.HasPrefix(noun, "res") {
			return responsibilities
		}
		return requirements
	}
}

// means reports whether a phrase means a list, alone or among others.
func (p nounPhrase) means(t topic) bool { return p.lists[t] || p.lists == [topics]bool{} }

// says reports whether a phrase says what is asked: it may do so as "the above".
func (p nounPhrase) says() bool {
	return p.what || p.place == "above" && !p.role && !p.common && !p.named
}

// points reports whether a phrase says where what it names stands.
func (p nounPhrase) points() bool {
	return (p.place != "" || p.earlier != "" || p.common) && (p.role || !p.named)
}

// tells reports whether a phrase says whose it is.
func (p nounPhrase) tells() bool {
	return p.points() || p.ranked || p.named && p.earlier == "" && (p.role || !p.clause && (p.one || p.place != ""))
}

// readTail reads what comes after a phrase: whether the sentence ends or goes on with what is more,
// whether it says no more than that: "plus the following", "apply here too", and whether it says what: "with the years adjusted".
func readTail(words []string, p nounPhrase) (ends, adds, says bool) {
	begun := len(words) > 0 && words[0] == ","
	for len(words) > 0 {
		c, n := classAt(words)
		switch {
		case c == more, c == addLead:
			begun, adds = true, true
		case !begun && c == apply:
			after, m := readPhrase(words[n:])
			ends, _, _ = readTail(words[n+m:], after)
			ends = ends && !after.named && !after.what
			return ends, ends, false
		case !begun && p.clause && (c == beLead || c == helpLead):
			return true, false, false // "everything a Senior does"
		case !begun || c != article && c != link && c != filler && c != comma && c != place:
			return begun, false, adds
		}
		words = words[n:]
	}
	return true, adds || p.and, false
}

// readLead reads the leads in a row that words begin with: "will include", "are in addition to".
func readLead(words []string) (lead class, length int) {
	for length < len(words) {
		c, n := classAt(words[length:])
		if c < helpLead && (lead == unknown || c != filler && c != link) {
			break // other than "are expected to meet", "meets or exceeds"
		}
		if c >= helpLead {
			lead = max(lead, c)
		}
		length += n
	}
	return lead, length
}

// sentenceWords appends the words of a sentence, as names have them, and its commas.
func sentenceWords(list []string, sentence string) []string {
	for rest, found := strings.ToLower(sentence), true; found; {
		var part string
		part, rest, found = strings.Cut(rest, ",")
		list = append(appendNameWords(list, part), ",")
	}
	return list[:len(list)-1]
}

// No sentence of this kind has more than mostWords, mostSubject of them before the lead.
const (
	mostWords   = 80
	mostSubject = 12
)

// takenOver is the phrase that names what a sentence takes over, and false where it takes over nothing.
func takenOver(sentence string) (nounPhrase, bool) {
	var few [mostWords]string
	words := sentenceWords(few[:0], sentence)
	if len(words) > mostWords {
		return nounPhrase{}, false
	}
	var subject nounPhrase
	p, n := readPhrase(words)
	ends, adds, _ := readTail(words[n:], p)
	if !takes(subject, unknown, p, ends, adds) {
		lead, k := readLead(words[n:])
		if lead <= helpLead || n > mostSubject {
			return p, false
		}
		if line, _, wrapped := strings.Cut(sentence, "\n"); wrapped && n >= len(sentenceWords(nil, line)) {
			return p, false // the next line may be another sentence
		}
		subject = p
		words = words[n+k:]
		p, n = readPhrase(words)
		var says bool
		ends, adds, says = readTail(words[n:], p)
		if !takes(subject, lead, p, ends, adds || says) {
			return p, false
		}
	}
	if p.lists == [topics]bool{} {
		p.lists = subject.lists
	}
	p.names = telling(make([]string, 0, n), words[:n])
	return p, true
}

// takes holds the forms of sentences that take something over, by their leads.
func takes(subject nounPhrase, lead class, p nounPhrase, ends, adds bool) bool {
	switch lead {
	case unknown:
		return p.says() && p.tells() && p.all && ends || // "All requirements of the Senior level"
			p.says() && p.tells() && adds || // "The Senior requirements apply", "Requirements of a Senior, plus:"
			p.what && !p.named && p.all && adds || // "All requirements, plus:"
			(p.ranked || p.earlier != "") && p.all && adds // "Same as Senior, plus:"
	case beLead:
		return subject.what && p.all && p.tells() || // "The requirements are the same as for a standard role"
			subject.what && p.common && p.place != "" // "The requirements are listed in the section above"
	case haveLead:
		return p.says() && ends && (p.all && p.tells() || // "Meets all Senior requirements"
			p.points() || // "Includes the above"
			p.ranked && (p.one || adds || p.place != "")) // "Meets the requirements of a Senior"
	case addLead:
		return p.says() && p.tells() // "In addition to the requirements of a Senior, a Manager", "Plus everything in Senior"
	case extendLead:
		return p.says() || p.role || // "Extends that of the Senior", "Extends the Senior role"
			subject.role && p.tells() // "The Staff role extends the Senior Engineer"
	default:
		return false
	}
}
