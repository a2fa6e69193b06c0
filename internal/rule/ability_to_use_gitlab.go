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
			switch b := &s.Blocks[i]; b.Kind {
			case hiring.BlockList: // its items are looked at below
			case hiring.BlockTable:
				for line := range b.AllLines() {
					if saysUse(line) {
						return false
					}
				}
			default:
				if saysUse(b.Text.Text) {
					return false
				}
			}
		}
		for item := range items(s) {
			if saysUse(item.Text.Text) {
				return false
			}
		}
		return true
	})
}

// saysUse reports whether a text asks for the use of GitLab.
func saysUse(text string) bool {
	switch {
	case !containsFold(text, "gitlab"):
		return false // at a fraction of the pattern's cost
	case isTemplateUse(text):
		return true
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

// isTemplateUse reports whether a text has the words of the template for the use of GitLab, as it does on most pages.
func isTemplateUse(text string) bool {
	return strings.EqualFold(strings.TrimSuffix(text, "."), "ability to use gitlab")
}

// useOfGitLab finds the tool in a line; "GitLab's" is the company again.
var useOfGitLab = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:us(?:e|es|ing|age|er)|utili[sz](?:e|es|ing)|navigat(?:e|es|ing)|work(?:ing)? (?:with|in)|experienced? (?:with|in)|familiar(?:ity)? with|comfortable with|knowledge of|proficien(?:t|cy) (?:with|in)|(?:expertise|skills?|skilled|fluent|fluency) (?:with|in)|learn(?:ing)?|adopt(?:ing)?)\b(?:[^.]{0,60}[^.@/\w])?(gitlab)(?:$|[^'’/\w.]|\.(?:$|\s))`)
})
