// Package ci writes reports of findings in the formats that people and programs read, and knows
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
	Findings []finding.Finding // in the order of finding.Compare, page by page
	Pages    []string          // that were checked, by the paths that findings have
	Rules    []Rule            // that were on
	Version  string            // of roleplan
	Color    bool              // for a terminal
	// Source gives what a page holds, for formats that count otherwise than findings do.
	Source func(path string) ([]byte, error)
}

// A Rule is what a report says of a rule beside its findings.
type Rule struct {
	Name     string
	Doc      string // what is expected
	Why      string
	Severity finding.Severity
}

// A Format writes a report.
type Format struct {
	Name  string
	Write func(io.Writer, Report) error
}

// The formats that have a use of their own.
var (
	Text        = Format{"text", writeText}
	CodeQuality = Format{"codequality", writeCodeQuality}
	JUnit       = Format{"junit", writeJUnit}
)

// Formats are all formats.
var Formats = []Format{
	Text,
	{"json", writeJSON},
	CodeQuality,
	JUnit,
	{"sarif", writeSARIF},
	{"rdjson", writeRDJSON},
	{"markdown", writeMarkdown},
}

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

// home is the project's web address, and ruleURL that of a rule's documentation.
const home = "https://gitlab.com/roleplan/roleplan"

func ruleURL(name string) string { return home + "/-/blob/main/docs/rules.md#" + name }

// writeJSON writes the findings as one JSON object: {"pages": 3, "findings": [...]}.
func writeJSON(w io.Writer, r Report) error {
	return encode(w, struct {
		Pages    int               `json:"pages"`
		Findings []finding.Finding `json:"findings"`
	}{len(r.Pages), append([]finding.Finding{}, r.Findings...)})
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
