package ci

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// The Reviewdog Diagnostic Format: one JSON object. Its columns count bytes.
type rdResult struct {
	Source      rdSource       `json:"source"`
	Diagnostics []rdDiagnostic `json:"diagnostics"`
}

type rdSource struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type rdDiagnostic struct {
	Message     string         `json:"message"`
	Location    rdLocation     `json:"location"`
	Severity    string         `json:"severity"`
	Code        rdCode         `json:"code"`
	Suggestions []rdSuggestion `json:"suggestions,omitempty"`
}

type rdLocation struct {
	Path  string       `json:"path"`
	Range hiring.Range `json:"range"`
}

type rdCode struct {
	Value string `json:"value"`
	URL   string `json:"url"`
}

type rdSuggestion struct {
	Range hiring.Range `json:"range"`
	Text  string       `json:"text"`
}

// writeRDJSON writes the Reviewdog Diagnostic Format.
func writeRDJSON(w io.Writer, r Report) error {
	result := rdResult{Source: rdSource{"roleplan", home}, Diagnostics: []rdDiagnostic{}}
	page := &hiring.Page{}
	for i, f := range r.Findings {
		if i == 0 || f.Path != page.Path {
			src, err := r.Source(f.Path)
			if err != nil {
				return fmt.Errorf("count the bytes of page %q: %w", f.Path, err)
			}
			page = &hiring.Page{Path: f.Path, Source: src}
		}
		d := rdDiagnostic{
			Message:  f.Message,
			Location: rdLocation{f.Path, byteRange(page, f.Range)},
			Severity: strings.ToUpper(f.Severity.String()),
			Code:     rdCode{f.Rule, ruleURL(f.Rule)},
		}
		if len(f.Fix) > 0 {
			d.Suggestions = []rdSuggestion{suggestion(page, f.Fix)}
		}
		result.Diagnostics = append(result.Diagnostics, d)
	}
	return encode(w, result)
}

// suggestion makes one edit of those that belong together: reviewdog takes several for a choice.
// What lies between them is replaced by itself.
func suggestion(p *hiring.Page, fix []finding.Edit) rdSuggestion {
	fix = slices.Clone(fix)
	slices.SortStableFunc(fix, func(a, b finding.Edit) int {
		return cmp.Compare(offset(p, a.Range.Start), offset(p, b.Range.Start))
	})
	var text strings.Builder
	at := offset(p, fix[0].Range.Start)
	for _, e := range fix {
		text.Write(p.Source[at:max(at, offset(p, e.Range.Start))])
		text.WriteString(e.Text)
		at = max(at, offset(p, e.Range.End))
	}
	whole := hiring.Range{Start: fix[0].Range.Start, End: p.Pos(at)}
	return rdSuggestion{byteRange(p, whole), text.String()}
}

// byteRange is a range whose columns count bytes.
func byteRange(p *hiring.Page, r hiring.Range) hiring.Range {
	return hiring.Range{Start: bytePos(p, r.Start), End: bytePos(p, r.End)}
}

func bytePos(p *hiring.Page, pos hiring.Pos) hiring.Pos {
	at := offset(p, pos)
	line := p.Line(at)
	return hiring.Pos{Line: line, Column: at - p.LineSpan(line).Start + 1}
}

// offset is where a position lies in the source. Positions outside of it are drawn to its nearer
// end: the page may have become shorter since it was checked.
func offset(p *hiring.Page, pos hiring.Pos) int {
	if pos.Line > p.Lines() {
		return len(p.Source)
	}
	at := p.LineSpan(max(pos.Line, 1)).Start
	for range pos.Column - 1 {
		_, size := utf8.DecodeRune(p.Source[at:])
		at += size
	}
	return at
}
