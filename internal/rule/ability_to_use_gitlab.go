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
	found := false
	s.Walk(func(s *hiring.Section) bool {
		for _, b := range s.Blocks {
			switch {
			case b.Kind == hiring.BlockTable:
				for line := range b.AllLines() {
					found = found || saysUse(line)
				}
			case b.Kind != hiring.BlockList:
				found = found || saysUse(b.Text.Text)
			}
		}
		for _, item := range items(s) {
			found = found || saysUse(item.Text.Text)
		}
		return !found
	})
	return found
}

// saysUse reports whether a text asks for the use of GitLab.
func saysUse(text string) bool {
	if !strings.Contains(lower(text), "gitlab") {
		return false // at a fraction of the pattern's cost
	}
	text = strings.ReplaceAll(text, "\n", " ") // a line may end within the words
	for _, loc := range useOfGitLab().FindAllStringSubmatchIndex(text, -1) {
		// "at GitLab" speaks of the company.
		if !strings.HasSuffix(lower(text[loc[0]:loc[2]]), "at ") {
			return true
		}
	}
	return false
}

// useOfGitLab finds the tool in a line; "GitLab's" is the company again.
var useOfGitLab = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:us(?:e|es|ing|age|er)|utili[sz](?:e|es|ing)|navigat(?:e|es|ing)|work(?:ing)? (?:with|in)|experienced? (?:with|in)|familiar(?:ity)? with|comfortable with|knowledge of|proficien(?:t|cy) (?:with|in)|(?:expertise|skills?|skilled|fluent|fluency) (?:with|in)|learn(?:ing)?|adopt(?:ing)?)\b(?:[^.]{0,60}[^.@/\w])?(gitlab)(?:$|[^'’/\w.]|\.(?:$|\s))`)
})
