package app

import "gitlab.com/roleplan/roleplan/internal/hiring"

// The shapes of `show --format json`. Places are line and column from 1.
type (
	pageJSON struct {
		Path        string            `json:"path"`
		Profile     hiring.Profile    `json:"profile"`
		Title       string            `json:"title"`
		FrontMatter map[string]string `json:"front_matter"`
		Levels      []levelJSON       `json:"levels"`
		Roles       []levelJSON       `json:"roles"`
		Variants    []levelJSON       `json:"variants"` // specialties and segments
		Processes   []processJSON     `json:"processes"`
		Problems    []textJSON        `json:"problems"`
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
		Text string     `json:"text"`
		At   hiring.Pos `json:"at"`
		From *string    `json:"from,omitempty"` // of inherited entries: a level, "" for the whole page
		To   []string   `json:"to,omitempty"`   // of sentences that extend: what they mean
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
		Levels: levelsJSON(p, p.Levels), Roles: levelsJSON(p, p.Roles), Variants: levelsJSON(p, p.Variants),
		Processes: []processJSON{}, Problems: []textJSON{},
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
		if g := lv.Grade; g != nil {
			out.Grade = &gradeJSON{Min: g.Min, Max: g.Max, Text: oneLine(g.Text.Text), At: p.Pos(g.Span.Start)}
		}
		if lv.ReportsTo != nil {
			out.ReportsTo = &textJSON{Text: lv.ReportsTo.Text, At: p.Pos(lv.ReportsTo.Span.Start)}
		}
		list = append(list, out)
	}
	return list
}

func toAsksJSON(p *hiring.Page, a hiring.Asks) asksJSON {
	out := asksJSON{Own: []textJSON{}, Inherited: []textJSON{}, Extends: []textJSON{}}
	for _, t := range a.Own {
		out.Own = append(out.Own, textJSON{Text: oneLine(t.Text), At: p.Pos(t.Span.Start)})
	}
	for _, in := range a.Inherited {
		out.Inherited = append(out.Inherited, textJSON{Text: oneLine(in.Text.Text), At: p.Pos(in.Span.Start), From: &in.From})
	}
	for _, e := range a.Extends {
		out.Extends = append(out.Extends, textJSON{Text: oneLine(e.Text.Text), At: p.Pos(e.Span.Start), To: e.Resolved})
	}
	return out
}
