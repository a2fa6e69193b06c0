package app

import "gitlab.com/roleplan/roleplan/internal/hiring"

// The shapes of `show --format json`, described in docs/show.md. Places are line and column
// from 1. Lists are never null.
type (
	pageJSON struct {
		Path        string            `json:"path"`
		Profile     hiring.Profile    `json:"profile"`
		Title       string            `json:"title"`
		FrontMatter map[string]string `json:"front_matter"`
		Whole       wholeJSON         `json:"whole"` // what holds for all levels
		Levels      []levelJSON       `json:"levels"`
		Roles       []levelJSON       `json:"roles"`
		Variants    []levelJSON       `json:"variants"` // specialties and segments
		Processes   []processJSON     `json:"processes"`
		Sections    []sectionJSON     `json:"sections"`
		Problems    []textJSON        `json:"problems"`
	}
	wholeJSON struct {
		Grade                 *gradeJSON `json:"grade"`
		ReportsTo             *textJSON  `json:"reports_to"`
		Responsibilities      []textJSON `json:"responsibilities"`
		Requirements          []textJSON `json:"requirements"`
		PerformanceIndicators []textJSON `json:"performance_indicators"`
	}
	sectionJSON struct {
		Heading  string             `json:"heading"`
		Rank     int                `json:"rank"`
		Kind     hiring.SectionKind `json:"kind"`    // "" where the heading announces nothing known
		Subject  string             `json:"subject"` // what the heading names besides its kind
		At       hiring.Pos         `json:"at"`
		Blocks   []blockJSON        `json:"blocks"`
		Sections []sectionJSON      `json:"sections"`
	}
	blockJSON struct {
		Kind  hiring.BlockKind `json:"kind"`
		At    hiring.Pos       `json:"at"`
		Text  string           `json:"text"`
		Items []itemJSON       `json:"items,omitempty"` // of lists
		Rows  [][]string       `json:"rows,omitempty"`  // of tables, the head first
	}
	itemJSON struct {
		Text  string     `json:"text"`
		At    hiring.Pos `json:"at"`
		Items []itemJSON `json:"items,omitempty"`
	}
	levelJSON struct {
		Kind                  hiring.LevelKind `json:"kind"`
		Name                  string           `json:"name"`
		Role                  string           `json:"role,omitempty"`
		At                    hiring.Pos       `json:"at"`
		Grade                 *gradeJSON       `json:"grade"`
		ReportsTo             *textJSON        `json:"reports_to"`
		Responsibilities      asksJSON         `json:"responsibilities"`
		Requirements          asksJSON         `json:"requirements"`
		PerformanceIndicators asksJSON         `json:"performance_indicators"`
	}
	gradeJSON struct {
		Min  int        `json:"min"` // 0 where the page gives no number
		Max  int        `json:"max"`
		Text string     `json:"text"`
		At   hiring.Pos `json:"at"`
	}
	asksJSON struct {
		Own       []textJSON `json:"own"`
		Inherited []textJSON `json:"inherited"`
		Extends   []textJSON `json:"extends"`
	}
	textJSON struct {
		Text  string     `json:"text"`
		At    hiring.Pos `json:"at"`
		Depth int        `json:"depth,omitempty"` // of entries: below how many others it stands
		Wish  bool       `json:"nice_to_have,omitempty"`
		From  *string    `json:"from,omitempty"` // of inherited entries: a level, "" for the whole page
		To    []string   `json:"to,omitempty"`   // of sentences that extend: what they mean
	}
	processJSON struct {
		Scope string         `json:"scope"`
		At    hiring.Pos     `json:"at"`
		Steps []fullStepJSON `json:"steps"`
	}
	fullStepJSON struct {
		stepJSON
		Text       string   `json:"text"`
		Confidence float64  `json:"confidence"`
		Doubts     []string `json:"doubts,omitempty"`
	}
)

func showJSON(p *hiring.Page) pageJSON {
	out := pageJSON{
		Path: p.Path, Profile: p.Profile, Title: p.Title, FrontMatter: map[string]string{},
		Whole: wholeJSON{
			Grade: toGradeJSON(p, p.Grade), ReportsTo: toTextJSON(p, p.ReportsTo),
			Responsibilities: entriesJSON(p, p.Responsibilities), Requirements: entriesJSON(p, p.Requirements),
			PerformanceIndicators: entriesJSON(p, p.PerformanceIndicators),
		},
		Levels: levelsJSON(p, p.Levels), Roles: levelsJSON(p, p.Roles), Variants: levelsJSON(p, p.Variants),
		Processes: []processJSON{}, Sections: sectionsJSON(p, p.Root.Children), Problems: []textJSON{},
	}
	for k, f := range p.FrontMatter.Fields {
		out.FrontMatter[k] = f.Value
	}
	for i, proc := range stepsOf(p).Processes {
		full := processJSON{Scope: proc.Scope, At: p.Pos(p.Process[i].Section.Line.Start), Steps: []fullStepJSON{}}
		for j, s := range p.Process[i].Steps {
			full.Steps = append(full.Steps, fullStepJSON{stepJSON: proc.Steps[j], Text: oneLine(s.Text.Text), Confidence: s.Confidence, Doubts: s.Doubts})
		}
		out.Processes = append(out.Processes, full)
	}
	for _, problem := range p.Problems {
		out.Problems = append(out.Problems, textJSON{Text: problem.Message, At: p.Pos(problem.Span.Start)})
	}
	return out
}

func sectionsJSON(p *hiring.Page, sections []*hiring.Section) []sectionJSON {
	list := []sectionJSON{}
	for _, s := range sections {
		out := sectionJSON{
			Heading: s.Heading.Text, Rank: s.Rank, Kind: s.Kind, Subject: s.Subject, At: p.Pos(s.Line.Start),
			Blocks: []blockJSON{}, Sections: sectionsJSON(p, s.Children),
		}
		for _, b := range s.Blocks {
			block := blockJSON{Kind: b.Kind, At: p.Pos(b.Span.Start), Text: b.Words(), Items: itemsJSON(p, b.Items), Rows: b.Rows}
			if len(b.Items)+len(b.Rows) > 0 {
				block.Text = "" // it is told by items and rows
			}
			out.Blocks = append(out.Blocks, block)
		}
		list = append(list, out)
	}
	return list
}

func itemsJSON(p *hiring.Page, items []*hiring.Item) []itemJSON {
	var list []itemJSON
	for _, i := range items {
		list = append(list, itemJSON{Text: oneLine(i.Text.Text), At: p.Pos(i.Span.Start), Items: itemsJSON(p, i.Items)})
	}
	return list
}

func levelsJSON(p *hiring.Page, levels []*hiring.Level) []levelJSON {
	list := []levelJSON{}
	for _, lv := range levels {
		out := levelJSON{
			Kind: lv.Kind, Name: lv.Name, At: p.Pos(lv.Section.Line.Start),
			Responsibilities: toAsksJSON(p, lv.Responsibilities), Requirements: toAsksJSON(p, lv.Requirements),
			PerformanceIndicators: toAsksJSON(p, lv.PerformanceIndicators),
		}
		if lv.Role != nil {
			out.Role = lv.Role.Name
		}
		out.Grade, out.ReportsTo = toGradeJSON(p, lv.Grade), toTextJSON(p, lv.ReportsTo)
		list = append(list, out)
	}
	return list
}

func toGradeJSON(p *hiring.Page, g *hiring.JobGrade) *gradeJSON {
	if g == nil {
		return nil
	}
	return &gradeJSON{Min: g.Min, Max: g.Max, Text: oneLine(g.Text.Text), At: p.Pos(g.Span.Start)}
}

func toTextJSON(p *hiring.Page, t *hiring.Text) *textJSON {
	if t == nil {
		return nil
	}
	return &textJSON{Text: oneLine(t.Text), At: p.Pos(t.Span.Start)}
}

func entryJSON(p *hiring.Page, e hiring.Entry) textJSON {
	out := *toTextJSON(p, &e.Text)
	out.Depth, out.Wish = e.Depth, e.Wish
	return out
}

func entriesJSON(p *hiring.Page, entries []hiring.Entry) []textJSON {
	list := []textJSON{}
	for _, e := range entries {
		list = append(list, entryJSON(p, e))
	}
	return list
}

func toAsksJSON(p *hiring.Page, a hiring.Asks) asksJSON {
	out := asksJSON{Own: entriesJSON(p, a.Own), Inherited: []textJSON{}, Extends: []textJSON{}}
	for _, in := range a.Inherited() {
		entry := entryJSON(p, in.Entry)
		entry.From = &in.From
		out.Inherited = append(out.Inherited, entry)
	}
	for _, e := range a.Extends {
		entry := toTextJSON(p, &e.Text)
		switch {
		case e.Level != nil:
			entry.To = []string{e.Level.Name}
		case e.WholePage:
			entry.To = []string{""}
		}
		out.Extends = append(out.Extends, *entry)
	}
	return out
}
