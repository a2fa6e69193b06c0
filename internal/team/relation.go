package team

import (
	"slices"
	"strings"
)

// A relative says how the words of a step name people.
type relative int

const (
	title         relative = iota // by a job title
	hiringManager                 // of the opening
	skipLevel                     // the manager of the hiring manager
	recruiter                     // of the opening
	executives
	peers   // of a team
	leaders // of a team
)

var (
	recruiting = set("recruiter recruiting recruitment talent acquisition sourcer")
	aside      = set("global technical team member professional partner corporate")
	together   = set("peer teammate colleague coworker member attendee")
	beside     = set("team department division organization org group function sub unit potential future immediate direct one of")
	leading    = set("leader lead leadership executive")
)

// relation tells how a step names people, and for those of a team which one: the words that are left.
func relation(asked string) (relative, []string) {
	text := normal(asked)
	list := words(asked)
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(text, p) })
	}
	count := func(of ...map[string]bool) int {
		n := 0
		for _, w := range list {
			if slices.ContainsFunc(of, func(m map[string]bool) bool { return m[w] }) {
				n++
			}
		}
		return n
	}
	rest := slices.DeleteFunc(slices.Clone(list), func(w string) bool { return together[w] || beside[w] || leading[w] })
	switch {
	case has("skip level", "skip manager", "manager's manager", "managers manager", "manager of the hiring manager", "manager of your manager"):
		return skipLevel, nil
	case has("hiring manager", "future manager"):
		return hiringManager, nil
	case count(recruiting) > 0 && count(recruiting, aside) == len(list):
		return recruiter, nil
	case has("e-group", "egroup", "c-level", "c level", "executive team", "member of the executive", "executive group") || len(list) == 1 && list[0] == "executive":
		return executives, nil
	case count(together) > 0:
		return peers, rest
	case has("someone on the", "someone in the", "someone from the"):
		return peers, rest
	case count(leading) > 0 && headOf(list) < 0 && len(rest) > 0:
		return leaders, rest
	}
	return title, nil
}

// vague are words of people who are known to the author of a page and to nobody else.
var vague = set("area client counterpart stable specialty reporting respective related relevant stakeholder regional defined panel cross functional future key")

// Holds reports whether words are a job title at all, and whether somebody in the directory holds it.
// Words that name people in another way, or that nobody can look up, are no title.
func (d *Directory) Holds(asked string) (isTitle, held bool) {
	if kind, _ := relation(asked); kind != title {
		return false, false
	}
	list := words(meanings(asked, Context{})[0])
	unclear := func(w string) bool { return vague[singular(w)] }
	if headOf(list) < 0 || slices.ContainsFunc(list, unclear) || slices.ContainsFunc(strings.FieldsFunc(normal(asked), func(r rune) bool { return r == ' ' || r == '-' }), unclear) {
		return false, false
	}
	if s := parse(asked); s.bare() && headOf(words(asked)) >= 0 {
		return true, slices.ContainsFunc(d.members, func(m member) bool {
			return slices.ContainsFunc(m.titles, func(has said) bool { return has.head == s.head && within(s.grades, has.grades) })
		})
	}
	if len(d.find(asked, Context{}).People) > 0 {
		return true, true
	}
	// Of several titles one is enough.
	return true, slices.ContainsFunc(split(asked), func(part string) bool { return part != normal(asked) && len(d.find(part, Context{}).People) > 0 })
}
