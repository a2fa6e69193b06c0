package rule

import (
	"cmp"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

var genderedPronoun = &Rule{
	Name:     "gendered-pronoun",
	Group:    GroupWording,
	Doc:      "a role is held by \"they\", never by \"he\" or \"she\"",
	Why:      "A pronoun tells readers whom the author pictures in the role. Links, code, names and the pronouns that people give for themselves (\"she/her\") don't count.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- An engineer plans his or her week\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Engineers plan their week\n- The first contact is Ann Example (she/her)\n",
	Run: func(p *Pass) {
		t := p.prose()
		last := -1
		for i := range t.with(pronoun) {
			w := t.words[i]
			if i <= last || w.place != inText && w.place != inDescription || t.name(i) {
				continue
			}
			last = pronounEnd(t, i)
			if last == i || !ownPronouns(t, i, last) {
				first := i
				if i > 0 && string(t.word(i-1)) == "s" && t.between(i-1) == "/" {
					first-- // s/he
				}
				at := t.span(first, last-first+1)
				p.Report(at, t.anchor(i), "%q gives the role a gender; write %q, or name the role", p.Page.Slice(at), withCase(p.Page.Slice(at)[:1], neutral(t, i, last)))
			}
		}
	},
}

// pronouns and what is written in their place.
var pronouns = map[string]string{
	"he": "they", "she": "they", "him": "them", "his": "their", "her": "their", "hers": "theirs", "himself": "themselves", "herself": "themselves",
}

// neutral is what to write in place of pronouns. "Her" alone may mean either, and does not beside "him".
func neutral(t *prose, first, last int) string {
	if string(t.word(last)) == "her" && string(t.word(first)) == "him" {
		return pronouns["him"]
	}
	return cmp.Or(pronouns[string(t.word(last))], "they")
}

// pronounEnd is the last word of pronouns that belong together: "he/she", "his or her".
func pronounEnd(t *prose, i int) int {
	for i+1 < len(t.words) && strings.TrimSpace(t.between(i)) == "/" && (t.words[i+1].cues&pronoun != 0 || others[string(t.word(i+1))]) {
		i++
	}
	if i+2 < len(t.words) && string(t.word(i+1)) == "or" && t.words[i+2].cues&pronoun != 0 && t.words[i+2].section == t.words[i].section {
		i += 2
	}
	return i
}

// others are pronouns without a gender that people give for themselves beside one with.
var others = map[string]bool{"they": true, "them": true, "theirs": true}

// ownPronouns reports whether pronouns are those of one person, set side by side: "she/her/hers".
func ownPronouns(t *prose, first, last int) bool {
	if string(t.word(last-1)) == "or" {
		return false
	}
	female, male := false, false
	for i := first; i <= last; i++ {
		switch string(t.word(i)) {
		case "she", "her", "hers", "herself":
			female = true
		case "he", "him", "his", "himself":
			male = true
		}
	}
	return female != male
}
