// Package ci writes reports of findings in the formats that people and GitLab read, and knows
// the variables of a GitLab pipeline.
package ci

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// A Report is what a check found.
type Report struct {
	Findings []finding.Finding
	Pages    int  // checked
	Color    bool // for a terminal
}

// A Format writes a report.
type Format struct {
	Name  string
	Write func(io.Writer, Report) error
}

// The formats.
var (
	Text        = Format{"text", writeText}
	JSON        = Format{"json", writeJSON}
	CodeQuality = Format{"codequality", writeCodeQuality}
)

// Formats are all formats.
var Formats = []Format{Text, JSON, CodeQuality}

// FindFormat is the format of a name.
func FindFormat(name string) (Format, error) {
	if i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name }); i >= 0 {
		return Formats[i], nil
	}
	return Format{}, fmt.Errorf("format %q is not known; expected one of %s", name, strings.Join(FormatNames(), ", "))
}

// FormatNames are the names of all formats.
func FormatNames() []string {
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = f.Name
	}
	return names
}

// writeJSON writes the findings as one JSON object: {"pages": 3, "findings": [...]}.
func writeJSON(w io.Writer, r Report) error {
	return encode(w, struct {
		Pages    int               `json:"pages"`
		Findings []finding.Finding `json:"findings"`
	}{r.Pages, append([]finding.Finding{}, r.Findings...)})
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
