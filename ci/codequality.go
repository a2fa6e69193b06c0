package ci

import (
	"io"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// The shape of GitLab's Code Quality report: an array of objects with all of these keys.
type codeQuality struct {
	Description string              `json:"description"`
	CheckName   string              `json:"check_name"`
	Fingerprint string              `json:"fingerprint"`
	Severity    string              `json:"severity"`
	Location    codeQualityLocation `json:"location"`
}

type codeQualityLocation struct {
	Path  string           `json:"path"`
	Lines codeQualityLines `json:"lines"`
}

type codeQualityLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

// severities are GitLab's words for ours.
var severities = map[finding.Severity]string{finding.Error: "major", finding.Warning: "minor", finding.Info: "info"}

// writeCodeQuality writes GitLab's report. The fingerprints leave the line out, so that a
// finding that has only moved is no new one.
func writeCodeQuality(w io.Writer, r Report) error {
	list := make([]codeQuality, 0, len(r.Findings))
	for _, f := range r.Findings {
		list = append(list, codeQuality{
			Description: f.Message,
			CheckName:   f.Rule,
			Fingerprint: f.Fingerprint,
			Severity:    severities[f.Severity],
			Location:    codeQualityLocation{Path: f.Path, Lines: codeQualityLines{Begin: f.Range.Start.Line, End: f.Range.End.Line}},
		})
	}
	return encode(w, list)
}
