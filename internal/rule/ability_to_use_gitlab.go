package rule

import (
	"regexp"
	"strings"
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
			found = found || usesGitLab(s)
		})
		if first != nil && !found {
			p.Report(first.Heading.Span, "requirements", "no requirement names the use of GitLab; add \"Ability to use GitLab\" to the list")
		}
	},
}

// usesGitLab reports whether a section, or one below it, asks for the use of GitLab.
func usesGitLab(s *hiring.Section) bool {
	return !s.Walk(func(s *hiring.Section) bool {
		for i := range s.Blocks {
			for line := range s.Blocks[i].AllLines() {
				switch {
				case !containsFold(line, "gitlab"):
					continue // at a fraction of the pattern's cost
				case strings.EqualFold(line, "ability to use gitlab"):
					return false // most pages have the template's words
				}
				for _, loc := range useOfGitLab().FindAllStringSubmatchIndex(line, -1) {
					if !strings.HasSuffix(lower(line[loc[0]:loc[2]]), "at ") { // "at GitLab" speaks of the company
						return false
					}
				}
			}
		}
		return true
	})
}

// useOfGitLab finds the tool in a line; "GitLab's" is the company again.
var useOfGitLab = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:us(?:e|es|ing|age|er)|work(?:ing)? (?:with|in)|experienced? (?:with|in)|familiar(?:ity)? with|comfortable with|knowledge of|proficien(?:t|cy) (?:with|in)|learn(?:ing)?|adopt(?:ing)?)\b(?:[^.]{0,60}[^.@/\w])?(gitlab)(?:$|[^'’/\w.]|\.(?:$|\s))`)
})
