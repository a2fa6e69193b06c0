package rule

import (
	"slices"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

var fixedMindsetLanguage = &Rule{
	Name:  "fixed-mindset-language",
	Group: GroupWording,
	Doc:   "a page has no more fixed-mindset than growth-mindset words",
	Why: "Words for what people are born with keep those away who would grow into the role. " +
		"The handbook fails a page on the balance, not on single words. Headings, titles, links, code and names don't count.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Requirements\n\n- A talented and smart colleague\n- Willing to read\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Requirements\n\n- A talented colleague\n- Willing to learn\n",
	Run: func(p *Pass) {
		t := p.prose()
		mindsetBalance.weigh(p, fixedPhrases().all(t), t.coded(growth))
	},
}

// growthStems are those of a growth mindset.
const growthStems = "coach curious dedicated develop effort evolve experiment feedback grow improv iterat learn mentor motivated persever practice progress strive willing"

// fixedPhrases are words of a fixed mindset, which have to stand as they are or in the plural.
var fixedPhrases = sync.OnceValue(func() *phrases {
	list := []string{
		"best of the best", "brilliant", "established", "flawless", "genius", "gifted", "guru", "hacker", "high performer", "natural talent", "naturally", "ninja",
		"perfect", "rockstar", "rock star", "smart", "smartest", "superstar", "talented", "top tier", "wizard", "world class",
	}
	for _, w := range slices.Clone(list) {
		switch w {
		case "guru", "hacker", "high performer", "natural talent", "ninja", "rockstar", "rock star", "superstar", "wizard":
			list = append(list, w+"s")
		case "genius":
			list = append(list, w+"es")
		}
	}
	return newPhrases(fixed, list)
})

var mindsetBalance = &balance{
	kind:   "fixed-mindset",
	heavy:  [2]string{"word for what people are born with", "words for what people are born with"},
	light:  [2]string{"for what they learn", "for what they learn"},
	effect: "keeps those away who would grow into the role",
	better: map[string]string{
		"established": "+developed", "talented": "+motivated", "gifted": "+motivated", "perfect": "+improve",
		"best of the best": "skilled", "brilliant": "skilled", "genius": "expert", "guru": "expert", "gurus": "experts", "hacker": "engineer", "hackers": "engineers",
		"ninja": "expert", "ninjas": "experts", "rockstar": "expert", "rockstars": "experts", "superstar": "expert", "superstars": "experts", "wizard": "expert", "wizards": "experts",
		"smart": "thoughtful", "smartest": "most thoughtful", "naturally": "readily", "flawless": "reliable", "top tier": "first", "world class": "excellent", "world-class": "excellent",
		"high performer": "effective colleague", "high performers": "effective colleagues", "natural talent": "skill", "rock star": "expert", "rock stars": "experts",
	},
}
