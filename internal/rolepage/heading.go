package rolepage

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A phrase is how headings call a kind of section. Words are compared with a few slips of the
// keyboard allowed.
type phrase struct {
	kind  hiring.SectionKind
	words []string
}

// phrases are tried in this order; those of more words come first, since "job levels" and
// "levels" are different things.
var phrases = []phrase{
	{hiring.SectionPerformanceIndicators, []string{"performance", "indicators"}},
	{hiring.SectionPerformanceIndicators, []string{"performance", "indicator"}},
	{hiring.SectionPerformanceIndicators, []string{"kpis"}},
	{hiring.SectionHiringProcess, []string{"hiring", "process"}},
	{hiring.SectionHiringProcess, []string{"hiring", "processes"}},
	{hiring.SectionHiringProcess, []string{"hiring", "plan"}},
	{hiring.SectionHiringProcess, []string{"interview", "process"}},
	{hiring.SectionHiringProcess, []string{"interviewing", "process"}},
	{hiring.SectionHiringProcess, []string{"interview", "plan"}},
	{hiring.SectionHiringProcess, []string{"recruitment", "process"}},
	{hiring.SectionHiringProcess, []string{"selection", "process"}},
	{hiring.SectionHiringProcess, []string{"recruiting", "process"}},
	{hiring.SectionHiringProcess, []string{"hiring", "steps"}},
	{hiring.SectionHiringProcess, []string{"interview", "steps"}},
	{hiring.SectionHiringProcess, []string{"interview", "stages"}},
	{hiring.SectionHiringProcess, []string{"application", "process"}},
	{hiring.SectionJobGrade, []string{"job", "grade"}},
	{hiring.SectionJobGrade, []string{"job", "grades"}},
	{hiring.SectionJobGrade, []string{"job", "level"}},
	{hiring.SectionJobGrade, []string{"grade"}},
	{hiring.SectionJobGrade, []string{"grades"}},
	{hiring.SectionCareerLadder, []string{"career", "ladder"}},
	{hiring.SectionCareerLadder, []string{"career", "path"}},
	{hiring.SectionCareerLadder, []string{"career", "paths"}},
	{hiring.SectionResponsibilities, []string{"responsibilities"}},
	{hiring.SectionResponsibilities, []string{"responsibility"}},
	{hiring.SectionResponsibilities, []string{"expectations"}},
	{hiring.SectionResponsibilities, []string{"you", "can", "expect", "in"}}, // "What you can expect in a Support Engineer role"
	{hiring.SectionResponsibilities, []string{"what", "you'll", "do"}},
	{hiring.SectionResponsibilities, []string{"what", "you", "will", "do"}},
	{hiring.SectionResponsibilities, []string{"what", "you'll", "be", "doing"}},
	{hiring.SectionResponsibilities, []string{"what", "you", "will", "be", "doing"}},
	{hiring.SectionResponsibilities, []string{"you", "will"}},
	{hiring.SectionResponsibilities, []string{"duties"}},
	{hiring.SectionRequirements, []string{"requirements"}},
	{hiring.SectionRequirements, []string{"requirement"}},
	{hiring.SectionRequirements, []string{"qualifications"}},
	{hiring.SectionRequirements, []string{"about", "you"}},
	{hiring.SectionRequirements, []string{"who", "you", "are"}},
	{hiring.SectionRequirements, []string{"you", "have"}},
	{hiring.SectionRequirements, []string{"what", "you'll", "need"}},
	{hiring.SectionRequirements, []string{"what", "you", "will", "need"}},
	{hiring.SectionRequirements, []string{"what", "you", "need"}},
	{hiring.SectionRequirements, []string{"what", "you'll", "bring"}},
	{hiring.SectionRequirements, []string{"what", "you", "bring"}},
	{hiring.SectionRequirements, []string{"what", "we're", "looking", "for"}},
	{hiring.SectionLevels, []string{"levels"}},
	{hiring.SectionLevels, []string{"level"}},
	{hiring.SectionSpecialties, []string{"specialties"}},
	{hiring.SectionSpecialties, []string{"specialty"}},
	{hiring.SectionSpecialties, []string{"specialities"}},
	{hiring.SectionSpecialties, []string{"specializations"}},
	{hiring.SectionSpecialties, []string{"specialisms"}},
	{hiring.SectionSegments, []string{"segments"}},
	{hiring.SectionSegments, []string{"segment"}},
}

// alone are words that are headings of their own and no end of other ones.
var alone = set("level expectations duties")

// fillers say nothing of their own before or after a phrase.
var fillers = set(`key primary the a our of for in across all base general role roles this and & levels level job position positions
pi pis kpi kpis - – | typical standard usual current overall about what how is does you can to expect during
at every each everyone everybody`)

// endings may follow the phrase, and say nothing either: "Hiring Process Overview", "What does the
// hiring process look like?"
var endings = set("overview summary details timeline steps stages look like works at gitlab and &")

// openers may follow the phrase; what comes after them narrows it.
var openers = set("for of in at across - – |")

// classify tells each section below root what its heading announces.
func classify(root *hiring.Section, title string) {
	root.Walk(func(s *hiring.Section) bool {
		if s.Rank > 0 {
			s.Kind, s.Subject = headingKind(s.Heading.Text)
			if sameWords(s.Subject, title) {
				s.Subject = ""
			}
		}
		return true
	})
}

// withoutEmphasis is a text without the marks of emphasis and code, which few have.
func withoutEmphasis(text string) string {
	if !strings.ContainsAny(text, "*_`") {
		return text
	}
	return noEmphasis.Replace(text)
}

var noEmphasis = strings.NewReplacer("**", " ", "__", " ", "*", " ", "`", " ")

// alonePhrases are the kinds of headings that are a phrase and nothing else, as most are.
var alonePhrases = sync.OnceValue(func() map[string]hiring.SectionKind {
	kinds := map[string]hiring.SectionKind{}
	for _, p := range phrases {
		heading := strings.Join(p.words, " ")
		kinds[heading], _ = readHeading(heading)
	}
	return kinds
})

// headingKind reads a heading: "Staff Engineer Responsibilities" announces responsibilities
// of "Staff Engineer".
func headingKind(heading string) (hiring.SectionKind, string) {
	var low [32]byte
	if len(heading) <= len(low) {
		for i := range len(heading) {
			low[i] = lowByte(heading[i])
		}
		if kind, ok := alonePhrases()[string(low[:len(heading)])]; ok {
			return kind, ""
		}
	}
	return readHeading(heading)
}

// readHeading looks for phrases in a heading.
func readHeading(heading string) (hiring.SectionKind, string) {
	heading = withoutEmphasis(heading)
	var few, fewBare [16]string // for most headings
	bare := appendWords(fewBare[:0], strings.ToLower(strings.ReplaceAll(heading, "’", "'")))
	initials := uint32(0) // by their last bits
	for i, w := range bare {
		if bare[i] = trimMarks(w); bare[i] != "" {
			initials |= 1 << (bare[i][0] & 31)
		}
	}
	for i := range phrases {
		p := &phrases[i]
		if initials&(1<<(p.words[0][0]&31)) == 0 { // which a slip does not change
			continue
		}
		for at := len(bare) - len(p.words); at >= 0; at-- {
			if !p.at(bare, at) {
				continue
			}
			words := appendWords(few[:0], heading)
			if !p.ends(words, at+len(p.words)) || alone.of(p.words[0]) && len(words) > 1 || p.kind == hiring.SectionRequirements && isWish(heading) {
				continue
			}
			return p.kind, subject(words[:at], words[at+len(p.words):])
		}
	}
	if last := len(bare) - 1; last > 1 && bare[0] == "what" && (bare[last] == "does" || bare[last] == "do") {
		return hiring.SectionResponsibilities, subject(appendWords(few[:0], heading)[1:last], nil) // "What a Baker does"
	}
	return hiring.SectionOther, ""
}

// appendWords adds the words of a heading to a list; what a template left in braces is one.
func appendWords(words []string, heading string) []string {
	for {
		braced, rest := "", ""
		if open, end := strings.IndexByte(heading, '{'), strings.IndexByte(heading, '}'); open >= 0 && end >= open {
			heading, braced, rest = heading[:open], heading[open:end+1], heading[end+1:]
		}
		for w := range strings.FieldsSeq(heading) {
			words = append(words, w)
		}
		if braced == "" {
			return words
		}
		words, heading = append(words, braced), rest
	}
}

// at reports whether the phrase stands at a word; words have no marks around them.
func (p phrase) at(words []string, at int) bool {
	for i, w := range p.words {
		if !likeWord(words[at+i], w) {
			return false
		}
	}
	return true
}

// ends reports whether a heading may go on like this after the phrase.
func (p phrase) ends(words []string, at int) bool {
	opens := openers.of(p.words[len(p.words)-1])
	if at >= len(words) {
		return !opens
	}
	if !slices.ContainsFunc(words[at:], isTelling) {
		return true
	}
	// A mark after the phrase's last word, or a bracket, begins what narrows it.
	return opens || strings.ContainsAny(words[at-1], ":,;-") || strings.HasPrefix(words[at], "(") || strings.HasPrefix(words[at], "{") || openers.of(strings.ToLower(words[at]))
}

// isTelling reports whether a word after a phrase may be part of a name.
func isTelling(w string) bool {
	w = letters(w)
	return w != "" && !endings.of(w)
}

// subject is what the words around a phrase name.
func subject(before, after []string) string {
	if !slices.ContainsFunc(after, isTelling) {
		after = nil
	}
	for len(before) > 0 && (fillers.of(letters(before[0])) || letters(before[0]) == "") {
		before = before[1:]
	}
	for len(before) > 0 && letters(before[len(before)-1]) == "" {
		before = before[:len(before)-1]
	}
	for len(after) > 0 && (fillers.of(strings.ToLower(strings.Trim(after[0], "():,"))) || letters(after[0]) == "") {
		after = after[1:]
	}
	for len(after) > 0 && (fillers.of(letters(after[len(after)-1])) || endings.of(letters(after[len(after)-1]))) {
		after = after[:len(after)-1]
	}
	if len(before)+len(after) == 0 {
		return ""
	}
	text := strings.Join(slices.Concat(before, after), " ")
	text = strings.TrimRight(strings.TrimSpace(text), ":,-–| ")
	if open := strings.Count(text, "("); open != strings.Count(text, ")") || open == 1 && text[0] == '(' && text[len(text)-1] == ')' {
		text = strings.Trim(text, "()")
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, "’s"), "'s")
}

// letters is a word in lower case without the marks around it.
func letters(w string) string { return strings.ToLower(trimMarks(w)) }

// trimMarks takes off the marks around a word.
func trimMarks(w string) string {
	if w != "" && isASCIILetter(w[0]) && isASCIILetter(w[len(w)-1]) {
		return w
	}
	return strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// likeWord reports whether got is want, or want with a slip or two in it. Short words have to
// be right.
func likeWord(got, want string) bool {
	if got == "" || got[0] != want[0] {
		return false
	}
	if got == want {
		return true
	}
	if len(want) < 6 || len(got) < len(want)-3 || len(got) > len(want)+2 || realWords.of(got) {
		return false
	}
	allowed := 1
	if len(want) > 10 {
		allowed = 3
	}
	return slips(got, want, allowed) <= allowed
}

// realWords look like a slip of a phrase's word and are none.
var realWords = set("specialist specialists responsible required specialized performances level")

// slips counts the letters added, dropped, changed or swapped. It stops where there are more than
// so many, as there are soon between most words.
func slips(a, b string, most int) int {
	// A letter that only one of the words has takes a slip.
	in, out := lettersOf(a), lettersOf(b)
	if n := max(bits.OnesCount32(in&^out), bits.OnesCount32(out&^in)); n > most {
		return n
	}
	var short [3][32]int // for all words but the longest
	var rows [3][]int
	for i := range rows {
		if rows[i] = short[i][:]; len(b) >= len(rows[i]) {
			rows[i] = make([]int, len(b)+1)
		}
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		row, last, older := rows[i%3], rows[(i+2)%3], rows[(i+1)%3]
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > most {
			return least
		}
	}
	return rows[len(a)%3][len(b)]
}

// lettersOf are the letters of a word, a bit for each.
func lettersOf(word string) (set uint32) {
	for i := range len(word) {
		set |= 1 << (word[i] & 31)
	}
	return set
}

// sameWords reports whether two names have the same words; marks and case don't count.
func sameWords(a, b string) bool {
	// A short form of a rank begins as the rank does, so names that begin with different letters
	// differ, which most do.
	if a == "" || b == "" || isASCIILetter(a[0]) && isASCIILetter(b[0]) && lowByte(a[0]) != lowByte(b[0]) {
		return false
	}
	x, y := tokens(a), tokens(b)
	if len(x) != len(y) || len(x) == 0 {
		return false
	}
	for i := range x {
		if x[i] != y[i] {
			return false
		}
	}
	return true
}

// tokens are the words of a name in lower case, short forms of ranks written out.
func tokens(name string) []string {
	return appendNameWords(make([]string, 0, 1+strings.Count(name, " ")), strings.ToLower(name))
}

// appendNameWords appends the tokens of a text in lower case to a list.
func appendNameWords(list []string, low string) []string {
	begin := -1
	for i, r := range low {
		switch part := r >= 'a' && r <= 'z' || r == '&' || r == '+' || r == '#' || unicode.IsLetter(r) || unicode.IsDigit(r); {
		case part && begin < 0:
			begin = i
		case !part && begin >= 0:
			list = append(list, withoutShortForm(low[begin:i]))
			begin = -1
		}
	}
	if begin >= 0 {
		list = append(list, withoutShortForm(low[begin:]))
	}
	return list
}

func withoutShortForm(word string) string { return cmp.Or(ranks.of(word), word) }

func setOf(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// ranks are short forms in names of levels.
var ranks = newWordMap(map[string]string{"sr": "senior", "jr": "junior", "mgr": "manager", "dir": "director", "eng": "engineer", "manger": "manager", "vp": "vice-president"})
