package rule

import (
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

var performanceIndicatorCount = &Rule{
	Name:     "performance-indicator-count",
	Group:    GroupIndicators,
	Doc:      "there are three to five performance indicators",
	Why:      "The handbook asks for three to five: fewer do not say what success is, more are not remembered.",
	Severity: finding.Warning,
	Bad:      "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Performance Indicators\n\nUptime of the service\n",
	Good:     "---\ntitle: Engineer\n---\n\n## Responsibilities\n\n- Build\n\n## Performance Indicators\n\n- Uptime\n- Latency\n- Cost\n",
	Run: func(p *Pass) {
		sections(p.Page, func(s *hiring.Section) {
			if s.Kind != hiring.SectionPerformanceIndicators || s.Empty() || takesOver(p, s) || hasPlaceholder(p.Page.Slice(s.Body)) {
				return
			}
			if lists := ledLists(s); len(lists) > 1 {
				for _, l := range lists {
					if n := count(l.items); n < 3 || n > 5 {
						p.Report(l.lead.Span, anchorOf(s), "%s in the list below these words; list three to five", indicatorWords(n))
					}
				}
				return
			}
			for _, s := range indicatorLists(s) {
				if n := indicators(s); n < 3 || n > 5 {
					p.Report(s.Heading.Span, anchorOf(s), "%s below %q; list three to five", indicatorWords(n), s.Heading.Text)
				}
			}
		})
	},
}

// A ledList is a list with the line that leads to it.
type ledList struct {
	lead  hiring.Text
	items []*hiring.Item
}

// ledLists are the lists of a section that come with a line of their own: a list for engineers
// and one for managers.
func ledLists(s *hiring.Section) []ledList {
	var lists []ledList
	for i, b := range s.Blocks {
		if b.Kind == hiring.BlockList && i > 0 && s.Blocks[i-1].Kind == hiring.BlockParagraph {
			if lines := s.Blocks[i-1].Lines; len(lines) > 0 { // "[]()" has none
				lists = append(lists, ledList{lines[len(lines)-1], b.Items})
			}
		}
	}
	return lists
}

func indicatorWords(n int) string {
	switch n {
	case noList:
		return "a text and no list of performance indicators stands"
	case 0:
		return "no performance indicator stands"
	case 1:
		return "one performance indicator stands"
	case 2:
		return "two performance indicators stand"
	}
	return itoa(n) + " performance indicators stand"
}

// noList stands for the number of indicators in a text that lists none.
const noList = -1

// takesOver reports whether a section of indicators only adds to others: "This role includes all
// of the indicators of the previous level".
func takesOver(p *Pass, s *hiring.Section) bool {
	if p.index().takenOver(s.Span) {
		return true
	}
	// A section that points to a list elsewhere has none of its own.
	return len(s.Items()) == 0 && (len(s.Links) > 0 || strings.Contains(p.Page.Slice(s.Body), "<%"))
}

// indicatorLists are the sections that have a list each: those below the section where its
// sub-headings part the indicators by role, else the section itself. Three to five sub-headings
// may be the indicators.
func indicatorLists(s *hiring.Section) []*hiring.Section {
	var lists []*hiring.Section
	for _, c := range s.Children {
		if c.Kind == hiring.SectionOther && len(c.Items()) > 1 {
			lists = append(lists, c)
		}
	}
	n := len(s.Children)
	if len(s.Items()) > 0 || len(lists) == 0 || len(lists) < n {
		return []*hiring.Section{s}
	}
	if n >= 3 && n <= 5 && slices.ContainsFunc(lists, func(c *hiring.Section) bool { return indicators(c) < 3 || indicators(c) > 5 }) {
		return nil
	}
	return lists
}

// indicators counts the entries of a section: the items of its lists, or its sub-headings, or
// the rows of a table; noList where there is but text.
func indicators(s *hiring.Section) int {
	n, listed := count(s.Items()), len(s.Items()) > 0
	for _, c := range s.Children {
		if c.Kind == hiring.SectionOther {
			n++
		}
	}
	for _, b := range s.Blocks {
		n += max(0, len(b.Rows)-1)
	}
	if n == 0 && !listed {
		return noList
	}
	return n
}

// count counts items, but for those that stand for one to come, and those below one that only leads to them.
func count(items []*hiring.Item) int {
	n := 0
	for _, i := range items {
		switch {
		case len(i.Items) > 0 && (containsFold(i.Text.Text, "following") || containsFold(i.Text.Text, "performance indicators")):
			n += count(i.Items)
		case !hiring.ToCome(i.Text.Text):
			n++
		}
	}
	return n
}
