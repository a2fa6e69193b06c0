package rule

import (
	"sync"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

var misusedWord = &Rule{
	Name:     "misused-word",
	Group:    GroupWording,
	Doc:      "words that leave people out, or that not everybody understands, have a better one in their place",
	Why:      "The handbook's check of inclusive language fails a page on each of these words. In headings, titles, links, code and names they don't count.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Keep a whitelist of hosts\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Keep an allowlist of hosts, see `whitelist.txt`\n",
	Run: func(p *Pass) {
		list := misusedWords()
		t := p.prose()
		for i := 0; i < len(t.words); i++ {
			entry, n := list.match(t, i)
			if n == 0 || t.words[i].place != inText && t.words[i].place != inDescription || t.name(i) {
				continue
			}
			m := misuses[entry]
			at := t.span(i, n)
			message := "%q is better said " + m.better
			if m.better == "" {
				message = "%q is better left out"
			}
			var fix []finding.Edit
			if m.fix != "" {
				fix = p.replace(i, n, m.fix)
			}
			p.ReportFix(at, t.anchor(i), fix, message, p.Page.Slice(at))
			i += n - 1
		}
	},
}

// A misuse is a word and what is said in its place. Where there is but one better word, and it
// fits wherever the other stood, it is a fix; a figure of speech may be meant as one.
type misuse struct{ says, better, fix string }

var misuses = []misuse{
	{"guys", `"everyone" or "team"`, ""},
	{"chairman", `"chairperson" or "chair"`, ""},
	{"chairmen", `"chairpersons" or "chairs"`, ""},
	{"manpower", `"workforce" or "staff"`, ""},
	{"man hours", `"person hours"`, "person hours"},
	{"man hour", `"person hour"`, "person hour"},
	{"man made", `"artificial"`, "artificial"},
	{"manmade", `"artificial"`, "artificial"},
	{"mankind", `"people"`, ""},
	{"manned", `"staffed"`, "staffed"},
	{"salesman", `"salesperson"`, "salesperson"},
	{"salesmen", `"salespeople"`, "salespeople"},
	{"whitelist", `"allowlist"`, "allowlist"},
	{"white list", `"allowlist"`, "allowlist"},
	{"white lists", `"allowlists"`, "allowlists"},
	{"whitelists", `"allowlists"`, "allowlists"},
	{"whitelisted", `"allowlisted"`, "allowlisted"},
	{"whitelisting", `"allowlisting"`, "allowlisting"},
	{"blacklist", `"denylist"`, "denylist"},
	{"black list", `"denylist"`, "denylist"},
	{"black lists", `"denylists"`, "denylists"},
	{"blacklists", `"denylists"`, "denylists"},
	{"blacklisted", `"denylisted"`, "denylisted"},
	{"blacklisting", `"denylisting"`, "denylisting"},
	{"master/slave", `"primary/replica"`, "primary/replica"},
	{"master slave", `"primary/replica"`, "primary/replica"},
	{"sanity check", `"quick check" or "coherence check"`, ""},
	{"sanity checks", `"quick checks" or "coherence checks"`, ""},
	{"dummy value", `"placeholder value"`, "placeholder value"},
	{"dummy values", `"placeholder values"`, "placeholder values"},
	{"grandfathered", `"legacy" or "exempt"`, ""},
	{"native speaker", `"fluent"`, ""},
	{"native speakers", `"fluent"`, ""},
	{"crazy", `"surprising" or "intense"`, ""},
	{"insane", `"surprising" or "intense"`, ""},
	{"blind spot", `"gap"`, ""},
	{"blind spots", `"gaps"`, ""},
	{"lame", `"weak"`, ""},
	{"tribe", `"team"`, ""},
	{"tribes", `"teams"`, ""},
	{"tribal knowledge", `"institutional knowledge"`, "institutional knowledge"},
	{"powwow", `"meeting"`, ""},
	{"powwows", `"meetings"`, ""},
	{"spirit animal", `"role model"`, ""},
	{"spirit animals", `"role models"`, ""},
	{"cat herder", `"coordinator"`, ""},
	{"cat herders", `"coordinators"`, ""},
	{"herding cats", `"coordinating"`, ""},
	{"hit the ground running", `"start quickly"`, ""},
	{"work hard, play hard", "", ""},
}

var misusedWords = sync.OnceValue(func() *phrases {
	says := make([]string, len(misuses))
	for i, m := range misuses {
		says[i] = m.says
	}
	return newPhrases(says)
})
