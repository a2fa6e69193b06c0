package rule

import (
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
			if s.Kind != hiring.SectionPerformanceIndicators || s.Empty() || takesOver(p, s) {
				return
			}
			n := indicators(s)
			if n >= 3 && n <= 5 {
				return
			}
			p.Report(s.Heading.Span, anchorOf(s), "%s below %q; list three to five", indicatorWords(n), s.Heading.Text)
		})
	},
}

func indicatorWords(n int) string {
	switch n {
	case 0:
		return "a text and no list stands"
	case 1:
		return "one performance indicator stands"
	case 2:
		return "two performance indicators stand"
	}
	return itoa(n) + " performance indicators stand"
}

// takesOver reports whether a section of indicators only adds to others: "This role includes all
// of the indicators of the previous level".
func takesOver(p *Pass, s *hiring.Section) bool {
	for _, lv := range p.levels() {
		for _, e := range lv.PerformanceIndicators.Extends {
			if s.Span.Contains(e.Span) {
				return true
			}
		}
	}
	// A section that points to a list elsewhere has none of its own.
	return len(s.Items()) == 0 && (len(s.Links) > 0 || strings.Contains(strings.ToLower(p.Page.Slice(s.Body)), "<%"))
}

// indicators counts the entries of a section: the items of its lists, or its sub-headings, or
// the sentences of a text.
func indicators(s *hiring.Section) int {
	n := len(s.Items())
	for _, c := range s.Children {
		if len(c.Items()) > 0 && n == 0 {
			n += len(c.Items())
		} else if c.Kind == hiring.SectionOther {
			n++
		}
	}
	if n > 0 {
		return n
	}
	for _, b := range s.Blocks {
		switch b.Kind {
		case hiring.BlockParagraph:
			n += len(b.Lines)
		case hiring.BlockTable:
			n += strings.Count(b.Text.Text, "\n")
		default:
		}
	}
	return n
}
