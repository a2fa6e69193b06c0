package team

import (
	"strings"
	"unicode"
)

// short are abbreviations with what they stand for.
var short = map[string]string{
	"sr": "senior", "snr": "senior", "jr": "junior", "mgr": "manager", "dir": "director", "eng": "engineering", "exec": "executive",
	"svp": "senior vp", "evp": "executive vp", "avp": "associate vp", "em": "engineering manager", "pm": "product manager", "gpm": "group product manager",
	"pmm": "product marketing manager", "tpm": "technical program manager", "sre": "site reliability engineer", "sdr": "sales development representative",
	"bdr": "business development representative", "tam": "technical account manager", "csm": "customer success manager", "eba": "executive business administrator",
	"ceo": "chief executive officer", "cfo": "chief financial officer", "cmo": "chief marketing officer", "cro": "chief revenue officer",
	"cto": "chief technology officer", "cio": "chief information officer", "coo": "chief operating officer", "clo": "chief legal officer",
	"ciso": "chief information security officer", "cso": "chief security officer", "cdo": "chief data officer", "cco": "chief customer officer",
	"chro": "chief people officer", "pao": "principal accounting officer", "cao": "chief accounting officer",
	"ops": "operation", "corp": "corporate", "comms": "communication", "mktg": "marketing", "hr": "people",
	"l&d": "learning development", "fp&a": "financial planning analysis", "r&d": "research development",
}

// either are abbreviations that stand for several things.
var either = map[string][]string{"cpo": {"chief product officer", "chief people officer"}}

// small are words that tell nothing of a title.
var small = set("a an the our your their one two three of for in on at to from with within and or gitlab acting interim current relevant key another any some someone")

// ranks lead people, or are the highest of their kind. A title with one more of them is another
// title.
var ranks = set("manager director vp chief officer head president founder fellow")

// grades say how senior somebody is.
var grades = set("senior staff principal distinguished junior associate intermediate lead group executive assistant intern")

// jobs are words that say what somebody is, besides the ranks.
var jobs = set(`engineer developer designer researcher recruiter architect analyst accountant counsel specialist coordinator writer partner representative
	administrator controller scientist advocate auditor marketer planner strategist sourcer attorney paralegal bookkeeper consultant editor producer evangelist`)

// units are words for a part of a company.
var units = set("team department division organization org group function sub unit subdepartment")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// normal writes a text in lower case with single blanks, plain marks, and the American spelling of
// the one word that matters.
func normal(s string) string {
	s = strings.NewReplacer("’", "'", "–", " - ", "—", " - ", "sub-", "sub ", "skip-", "skip ", "co-", "co").Replace(strings.ToLower(s))
	s = strings.NewReplacer("organisation", "organization", "orgnaization", "organization", "vice president", "vp", "vice-president", "vp", "user experience", "ux").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

// words are the words of a text, in the singular, with abbreviations written out.
func words(s string) []string {
	var list []string
	for _, w := range strings.FieldsFunc(normal(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '&' && r != '\'' && r != '+' && r != '#'
	}) {
		w = singular(strings.TrimSuffix(strings.Trim(w, "'&"), "'s"))
		if long, ok := short[w]; ok {
			list = append(list, strings.Fields(long)...)
			continue
		}
		if w != "" && !small[w] {
			list = append(list, w)
		}
	}
	return list
}

// singular takes the plural off a word. Words that only look like a plural lose their end in titles
// and questions alike, so that they are the same still.
func singular(w string) string {
	switch {
	case len(w) < 4 || strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ies"):
		return w[:len(w)-3] + "y"
	}
	return strings.TrimSuffix(w, "s")
}
