package rule

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var emptySection = &Rule{
	Name:     "empty-section",
	Group:    GroupSections,
	Doc:      "something stands below every heading",
	Why:      "A heading with nothing below it is a promise that the page does not keep.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Requirements\n\n## Hiring Process\n\n- Interview with the CEO\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Requirements\n\n- Patience\n",
	Run: func(p *Pass) {
		var above [7]struct { // the last parent of each rank, so that none is looked through for each of its children
			section *hiring.Section
			empty   bool
		}
		sections(p.Page, func(s *hiring.Section) {
			if !s.Empty() {
				if text := onlyToCome(s); text.Text != "" {
					p.Report(text.Span, anchorOf(s), "nothing but %q stands below %q; write what it is to be", text.Text, s.Heading.Text)
				}
				return
			}
			parent := &above[s.Parent.Rank]
			if parent.section != s.Parent {
				parent.section, parent.empty = s.Parent, s.Parent.Rank > 0 && s.Parent.Empty()
			}
			if parent.empty { // which is told in its place
				return
			}
			// A heading whose text stands below headings of its own rank is another matter: steps of a
			// process are such, and levels below an empty "Levels".
			if s.Parent != nil && s.Parent.Kind == hiring.SectionHiringProcess || s.Kind == hiring.SectionLevels {
				return
			}
			// An include or a shortcode puts the text there when the site is built.
			for _, b := range s.Blocks {
				if src := p.Page.Slice(b.Span); b.Kind == hiring.BlockComment && (hasAny(src, "<%") || hasAny(src, "{{")) {
					return
				}
			}
			p.Report(s.Heading.Span, anchorOf(s), "nothing stands below %q; write it, set the headings that belong to it one level deeper, or take it away", s.Heading.Text)
		})
	},
}

// onlyToCome is all that stands in a section, where that only says that there will be something: "TODO". Of performance
// indicators and grades other rules tell it.
func onlyToCome(s *hiring.Section) hiring.Text {
	if len(s.Children) > 0 || s.Kind == hiring.SectionPerformanceIndicators || s.Kind == hiring.SectionJobGrade {
		return hiring.Text{}
	}
	var only hiring.Text
	for i := range s.Blocks {
		b := &s.Blocks[i]
		text := b.Text
		switch {
		case b.Kind == hiring.BlockComment:
			continue
		case b.Kind == hiring.BlockList && len(b.Items) == 1 && len(b.Items[0].Items) == 0:
			text = b.Items[0].Text
		case b.Kind != hiring.BlockParagraph:
			return hiring.Text{}
		}
		if only.Text != "" || !isToCome(text.Text) {
			return hiring.Text{}
		}
		only = text
	}
	return only
}

// isToCome reports whether a text says that there will be one, and neither when nor that there is none.
func isToCome(text string) bool {
	const longest = len("To be determined (TBD).")
	return len(text) <= longest && hiring.ToCome(text) && !containsFold(text, "none") && !containsFold(text, "n/a") && !containsFold(text, "by ")
}
