package rule

import (
	"regexp"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var abilityToUseGitLab = &Rule{
	Name:     "ability-to-use-gitlab",
	Group:    GroupSections,
	Doc:      "the requirements name the ability to use GitLab",
	Why:      "The handbook's template has it as the first requirement of every role.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Requirements\n\n- Patience\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Requirements\n\n- Ability to use GitLab\n- Patience\n",
	Run: func(p *Pass) {
		var first *hiring.Section
		found := false
		sections(p.Page, func(s *hiring.Section) {
			if s.Kind != hiring.SectionRequirements {
				return
			}
			if first == nil {
				first = s
			}
			found = found || usesGitLab().MatchString(p.Page.Slice(s.Span))
		})
		if first != nil && !found {
			p.Report(first.Heading.Span, "requirements", "no requirement names GitLab itself; add \"Ability to use GitLab\" to the list")
		}
	},
}

var usesGitLab = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(us(e|es|ing|age of|er of)|experience (with|in|using)|familiar(ity)? with|knowledge of|proficien(t|cy) (with|in)|work(ing)? (with|in)|learn(ing)?|adopt(ing)?)\s+(\w+\s+){0,4}\[?(git|gitlab)\b`)
})
