package rolepage

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var reporting = newCues("report", "manager is", "works for")

// readReportsTo finds "reports to the VP of Product" in a level's introduction or beside its
// grade, below a heading such as "Reports to", or in a line of its lists that begins with it.
func readReportsTo(p *hiring.Page, lv *hiring.Level) *hiring.Text {
	if t := saysReportsTo(p, lv.Section, lv.Name); t != nil {
		return t
	}
	for _, s := range lv.Again {
		if t := saysReportsTo(p, s, lv.Name); t != nil {
			return t
		}
	}
	for _, s := range lv.Core.JobGrade {
		if t := saysReportsTo(p, s, lv.Name); t != nil {
			return t
		}
	}
	for _, s := range lv.Section.Children {
		if s.Kind == hiring.SectionOther && reportHeading(s) {
			if t := saysReportsTo(p, s, lv.Name); t != nil {
				return t
			}
			return labelled(p, s)
		}
		if t := saysReportsTo(p, s, lv.Name, "this ", "reports ", "reporting "); t != nil {
			return t
		}
	}
	return nil
}

// pageReportsTo is what the introduction of the page says for all levels: the text before the
// first of them.
func pageReportsTo(p *hiring.Page, levels []*hiring.Level) *hiring.Text {
	var found *hiring.Text
	p.Root.Walk(func(s *hiring.Section) bool {
		if found != nil || len(levels) > 0 && s == levels[0].Section {
			return false
		}
		if s.Kind == hiring.SectionOther || s.Kind == hiring.SectionLevels {
			if found = saysReportsTo(p, s, p.Title); found == nil && reportHeading(s) {
				found = labelled(p, s)
			}
		}
		return true
	})
	return found
}

// saysReportsTo finds such a sentence in the body of a section, in a line that begins with one of some
// phrases where there are any. Nobody reports to themselves: self says who others report to.
func saysReportsTo(p *hiring.Page, s *hiring.Section, self string, begin ...string) *hiring.Text {
	in := func(lines []hiring.Text) *hiring.Text {
		for i, line := range lines {
			begins := len(begin) == 0
			for _, phrase := range begin {
				begins = begins || hasPrefixFold(line.Text, phrase)
			}
			if !begins || !reporting.in(line.Text) {
				continue
			}
			const wrapped = 60 // so long is a line that goes on in the next one, and no label
			name, at := reportsToOf(line.Text, self), line.Span
			if i+1 < len(lines) && (name == "" || len(line.Text) >= wrapped && strings.HasSuffix(line.Text, name)) {
				name, at.End = reportsToOf(line.Text+" "+lines[i+1].Text, self), lines[i+1].Span.End
			}
			if len(begin) > 0 && name == strings.ToLower(name) {
				continue // "Reports to senior leadership on progress" is a thing to do
			}
			if name != "" {
				at.Start += max(0, indexFold(p.Slice(at), "report")) // before it the name may stand as another's
				return &hiring.Text{Text: name, Span: find(p.Source, at, name)}
			}
		}
		return nil
	}
	for _, b := range s.Blocks {
		if t := in(b.Lines); t != nil {
			return t
		}
		for _, item := range b.Items {
			if t := in(item.Lines); t != nil {
				return t
			}
		}
		for _, cells := range b.Rows {
			if len(cells) < 2 || !reporting.in(cells[0]) {
				continue
			}
			if t := in([]hiring.Text{{Text: cells[0] + ": " + cells[1], Span: b.Span}}); t != nil {
				return t
			}
		}
	}
	return nil
}

// reportHeading reports whether a heading says that whom somebody reports to stands below it.
func reportHeading(s *hiring.Section) bool {
	if !reporting.in(s.Heading.Text) {
		return false
	}
	ts := tokenize(s.Heading.Text)
	at, ok := reportCue(ts, 0)
	return ok && at == len(ts)
}

// labelled is whom the first line below such a heading names.
func labelled(p *hiring.Page, s *hiring.Section) *hiring.Text {
	for _, b := range s.Blocks {
		lines := b.Lines
		if len(b.Items) > 0 {
			lines = b.Items[0].Lines
		}
		for _, line := range lines {
			ts := tokenize(line.Text)
			if name, _ := superior(line.Text, ts, 0, false); name != "" {
				return &hiring.Text{Text: name, Span: find(p.Source, line.Span, name)}
			}
			return nil
		}
	}
	return nil
}

// reportsTo is whom a text says that somebody reports to, "" when it says nothing of it.
func reportsTo(text string) string { return reportsToOf(text, "") }

func reportsToOf(text, self string) string {
	if !reporting.in(text) {
		return ""
	}
	list := takeTokenList()
	defer list.putBack()
	for sentence := range sentences(text) {
		if !reporting.in(sentence) {
			continue
		}
		ts := list.tokenize(sentence)
		for i := range ts {
			at, ok := reportCue(ts, i)
			if !ok || i > 0 && givesReports.of(ts[i-1].low) {
				continue
			}
			name, end := superior(sentence, ts, at, i == 0 && ts[i].low == "reporting")
			if name == "" || low(ts, end) == "are" && ts[i].low == "reports" || ts[i].low == "reporting" && name == strings.ToLower(name) {
				continue // "Reports to the Board are on time", "periodic reporting to the audit committee"
			}
			if !sameWords(name, self) {
				return name
			}
		}
	}
	return ""
}

// givesReports are words before "reports to" and "reporting to" that make a thing of them, which is
// written or given.
var givesReports = set(`a an the its their our of with for in direct regular periodic daily weekly monthly quarterly annual yearly final status progress financial metrics
write writes prepare prepares provide provides deliver delivers present presents send sends submit submits create creates produce produces give gives make makes publish publishes`)

// reportCue reads "reports to", "reporting directly into", "reporting line" and the like, and the
// colon after them; at is the token after it.
func reportCue(ts []token, i int) (at int, ok bool) {
	skip := func(words *wordMap[bool]) {
		for words.of(low(ts, at)) {
			at++
		}
	}
	at = i + 1
	switch ts[i].low {
	case "reports-to":
	case "report", "reports", "reporting":
		if ts[i].low == "reporting" && reportNouns.of(low(ts, at)) && (at+1 == len(ts) || reportMarks.of(low(ts, at+1))) {
			at++
			break
		}
		if skip(reportManner); low(ts, at) != "to" && low(ts, at) != "through" && !strings.HasPrefix(low(ts, at), "into") {
			return 0, false
		}
		at++
		if skip(reportManner); low(ts, at) == "to" {
			at++ // "reports to directly to"
		}
	case "manager": // "This role's manager is the Director"
		if i == 0 || !strings.HasSuffix(ts[i-1].low, "'s") || low(ts, at) != "is" {
			return 0, false
		}
		at++
	case "works":
		if low(ts, at) != "for" || low(ts, at+1) != "the" {
			return 0, false
		}
		at++
	default:
		return 0, false
	}
	skip(reportMarks)
	return at, true
}

var (
	reportNouns  = set("line lines structure relationship manager to")
	reportManner = set("directly indirectly functionally administratively operationally jointly ultimately primarily typically usually in up ( )")
	reportMarks  = set(": - – — |")
)

// superior reads the title that stands at a token: "regional Field Marketing Leader", "VP of Product,
// or Director, Product", "Chief of Staff to the CEO". It begins with a capital letter or names a person
// plainly, and ends where a clause begins; end is the token after it. inverted says that the sentence goes
// on after a comma: "Reporting to the CEO, Directors lead".
func superior(sentence string, ts []token, at int, inverted bool) (name string, end int) {
	if low(ts, at) == "and" { // "report to and work with the Director"
		for at < len(ts) && !ts[at].upper() {
			at++
		}
	}
	if low(ts, at) == "reports" { // "Reporting line: reports to the Director"
		return "", at
	}
	for superiorArticles.of(low(ts, at)) || low(ts, at) == "of" || low(ts, at) == "[" { // "one of our Directors", a broken link
		at++
	}
	end = at
	capital, field := false, false
	for i, n := at, 1; n > 0 && i < len(ts); i = end {
		n = 0
		switch t := ts[i]; {
		case t.upper():
			n, capital, field = 1, true, false
		case t.number() && capital:
			n = 1
		case t.low == ",":
			n = afterComma(ts, at, i, inverted)
		case t.low == "of":
			if next := afterArticles(ts, i+1); next < len(ts) && ts[next].word() && !endsTitle.of(ts[next].low) {
				n, field = next-i, true
			}
		case titleJoints.of(t.low):
			n = afterJoint(ts, i)
		case t.low == "(" && capital:
			n = inBrackets(ts, i)
		case superiorArticles.of(t.low) && !capital:
			at, n = i+1, 1 // what stands before it is a slip
		case t.word() && !endsTitle.of(t.low) && !strings.HasSuffix(t.low, "ly") && (!capital || field || closes(ts, i)):
			n = 1
		}
		end = i + n
	}
	for end > at && titleFillers.of(ts[end-1].low) {
		end--
	}
	if end == at || !capital && !standsAlone(ts[at:end]) {
		return "", end
	}
	return sentence[ts[at].at:ts[end-1].end()], end
}

var (
	superiorArticles = set("the a an our either both one any its their your")
	titleFillers     = set("role position job")
	titleJoints      = set("and or & / + - – — to for")
	orMore           = set("above higher equivalent similar")
	endsTitle        = set(`the a an our their its your and or but to for of in on at by as is are was will would may can must should has have who whom whose which that this these those
when where while with within without from because since so than then if unless until through via per under over across during after before every each
they them you we it us he him she her i me based depending regardless directly functionally not also only`)
)

// upper reports whether a word has a capital letter: "VP", "eCommerce".
func (t token) upper() bool { return t.word() && t.text != t.low }

// closes reports whether a title that goes on in lower case ends soon: with the sentence, a mark or an "or",
// after one word ("Partner Program manager") or a noun for a person ("Git team lead").
func closes(ts []token, i int) bool {
	end := i + 1
	for end < len(ts) && ts[end].word() && !ts[end].upper() && !endsTitle.of(ts[end].low) {
		end++
	}
	if end < len(ts) && ts[end].word() && ts[end].low != "or" {
		return false
	}
	person, _ := isPerson(ts[end-1].low)
	return person || end == i+1
}

func afterArticles(ts []token, i int) int {
	for superiorArticles.of(low(ts, i)) {
		i++
	}
	return i
}

// afterComma is the number of tokens from a comma to what it adds to a title that began at a token:
// "Director, Legal", "VP, People, Technology, and Analytics", "Director, or Senior Director". It is 0
// where a clause begins.
func afterComma(ts []token, at, comma int, inverted bool) int {
	next := comma + 1
	switch low(ts, next) {
	case "or":
		next = afterArticles(ts, next+1)
	case "and":
		if next++; !slices.ContainsFunc(ts[at:comma], func(t token) bool { return t.low == "," }) || reportsLater(ts[next:]) {
			return 0
		}
	}
	return upTo(ts, comma, next, inverted)
}

// afterJoint is the same for "and", "or", "/" and the like.
func afterJoint(ts []token, at int) int {
	next := at + 1
	switch ts[at].low {
	case "or":
		if low(ts, next) == "to" {
			next++
		}
	case "and":
		if reportsLater(ts[next:]) {
			return 0
		}
	}
	if orMore.of(low(ts, next)) {
		return 2 // "or above"
	}
	return upTo(ts, at, afterArticles(ts, next), false)
}

// upTo is the number of tokens from one to another where words with capital letters begin that can go on
// with a title. They do not where a colon makes a label of them, or a clause begins with them.
func upTo(ts []token, from, next int, inverted bool) int {
	if next >= len(ts) || !ts[next].upper() {
		return 0
	}
	end := next
	for end < len(ts) && ts[end].upper() {
		end++
	}
	if low(ts, end) == ":" || inverted && end < len(ts) && ts[end].word() && ts[end].low != "of" && !titleJoints.of(ts[end].low) {
		return 0
	}
	return next - from
}

// reportsLater reports whether somebody else reports to somebody further on.
func reportsLater(ts []token) bool {
	return slices.ContainsFunc(ts, func(t token) bool { return t.low == "report" || t.low == "reports" })
}

// inBrackets is the number of tokens of a bracket that belongs to a title: "(CTO)", "(or above)".
func inBrackets(ts []token, open int) int {
	for i := open + 1; i < len(ts); i++ {
		switch {
		case ts[i].low == ")":
			return i + 1 - open
		case !ts[i].upper() && !orMore.of(ts[i].low) && ts[i].low != "or" && ts[i].low != "&" && ts[i].low != ",":
			return 0
		}
	}
	return 0
}
