package rule

import (
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// longestDescription is about what search engines show of a description.
const longestDescription = 160

var descriptionLength = &Rule{
	Name:     "description-length",
	Group:    GroupFrontMatter,
	Doc:      "the description is short enough to be shown in full by a search engine",
	Why:      "People find the page through its description in a list of results, which is cut at about 160 characters.",
	Severity: finding.Info,
	Index:    true,
	Bad: "---\ntitle: Product Manager\ndescription: \"Product managers decide what is built next, talk with customers and with engineers and designers and everybody else who has a part in it, " +
		"and see to it that what was decided is what is built in the end\"\n---\n\n## Responsibilities\n\n- Plan\n",
	Good: "---\ntitle: Product Manager\ndescription: Product managers decide what is built next and why.\n---\n\n## Responsibilities\n\n- Plan\n",
	Run: func(p *Pass) {
		f, ok := p.Page.FrontMatter.Fields["description"]
		if n := utf8.RuneCountInString(f.Value); ok && n > longestDescription {
			p.Report(f.Span, "front matter/description", "the description has %d characters; lists of results show about %d, so put the essence first or shorten it", n, longestDescription)
		}
	},
}
