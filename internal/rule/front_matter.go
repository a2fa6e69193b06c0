package rule

import (
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var frontMatter = &Rule{
	Name:     "front-matter",
	Group:    GroupFrontMatter,
	Doc:      "the front matter can be read and has a title, and the keys that its layout asks for",
	Why:      "The site builds the page's heading, its entry in lists and its search result from the front matter. One that can't be read takes the page off the site.",
	Severity: finding.Error,
	Index:    true,
	Bad:      "---\ntitle: Manager: Product\n---\n\n## Responsibilities\n\n- Plan\n",
	Good:     "---\ntitle: \"Manager: Product\"\ndescription: Product managers decide what is built next.\n---\n\n## Responsibilities\n\n- Plan\n",
	Run: func(p *Pass) {
		f := p.Page.FrontMatter
		for _, problem := range p.Page.Problems {
			p.Report(problem.Span, "front matter", "%s", problem.Message)
		}
		if !f.Present {
			if len(p.Page.Problems) == 0 {
				p.Report(hiring.Span{}, "front matter", "the page has no front matter; begin it with a line \"---\", a line \"title: ...\" and another line \"---\"")
			}
			return
		}
		if len(p.Page.Problems) > 0 {
			return // what is missing can't be told from what is broken
		}
		for _, key := range p.layout().FrontMatter {
			field, ok := f.Fields[key]
			fence := hiring.Span{Start: f.Span.Start, End: f.Span.Start + 3}
			switch {
			case !ok && hasKey(p.Page, key):
				p.Report(fence, "front matter/"+key, "%q in the front matter is no text; write it in quotes", key)
			case !ok:
				p.Report(fence, "front matter/"+key, "the front matter has no %q; add a line \"%s: ...\"", key, key)
			case strings.TrimSpace(field.Value) == "":
				p.Report(field.Key, "front matter/"+key, "%q in the front matter is empty; write it after the colon", key)
			}
		}
	},
}

// hasKey reports whether the front matter has a key, be its value text or not.
func hasKey(p *hiring.Page, key string) bool {
	for line := range strings.Lines(p.Slice(p.FrontMatter.Span)) {
		if strings.HasPrefix(line, key+":") {
			return true
		}
	}
	return false
}
