package ci

import (
	"io"
	"net/url"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// A SARIF log of version 2.1.0, as far as it is used here.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string       `json:"id"`
	ShortDescription sarifMessage `json:"shortDescription"`
	FullDescription  sarifMessage `json:"fullDescription"`
	HelpURI          string       `json:"helpUri"`
	Configuration    sarifLevel   `json:"defaultConfiguration"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    *int              `json:"ruleIndex,omitempty"`
	Level        string            `json:"level"`
	Message      sarifMessage      `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Fixes        []sarifFix        `json:"fixes,omitempty"`
}

type sarifLocation struct {
	Physical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	} `json:"physicalLocation"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

type sarifFix struct {
	Changes []sarifChange `json:"artifactChanges"`
}

type sarifChange struct {
	Artifact     sarifArtifact      `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  sarifRegion  `json:"deletedRegion"`
	Inserted sarifMessage `json:"insertedContent"`
}

// sarifLevels are SARIF's words for severities.
var sarifLevels = map[finding.Severity]string{finding.Error: "error", finding.Warning: "warning", finding.Info: "note"}

// writeSARIF writes a SARIF log.
func writeSARIF(w io.Writer, r Report) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "roleplan", Version: r.Version, InformationURI: home, Rules: []sarifRule{}}
	index := map[string]*int{}
	for i, rule := range r.Rules {
		index[rule.Name] = &i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{
			ID:               rule.Name,
			ShortDescription: sarifText(rule.Doc),
			FullDescription:  sarifText(rule.Why),
			HelpURI:          ruleURL(rule.Name),
			Configuration:    sarifLevel{sarifLevels[rule.Severity]},
		})
	}
	for _, f := range r.Findings {
		artifact := sarifArtifact{fileURI(f.Path)}
		result := sarifResult{
			RuleID:       f.Rule,
			RuleIndex:    index[f.Rule],
			Level:        sarifLevels[f.Severity],
			Message:      sarifText(f.Message),
			Fingerprints: map[string]string{"roleplan/v1": f.Fingerprint},
		}
		var location sarifLocation
		location.Physical.Artifact, location.Physical.Region = artifact, region(f.Range)
		result.Locations = []sarifLocation{location}
		if len(f.Fix) > 0 {
			change := sarifChange{Artifact: artifact}
			for _, e := range f.Fix {
				// What is inserted is content and no message: its braces stay as they are.
				change.Replacements = append(change.Replacements, sarifReplacement{region(e.Range), sarifMessage{e.Text}})
			}
			result.Fixes = []sarifFix{{[]sarifChange{change}}}
		}
		run.Results = append(run.Results, result)
	}
	return encode(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarifText is a text as a message, where a single brace would begin a placeholder.
func sarifText(s string) sarifMessage {
	return sarifMessage{strings.NewReplacer("{", "{{", "}", "}}").Replace(s)}
}

func region(r hiring.Range) sarifRegion {
	return sarifRegion{r.Start.Line, r.Start.Column, r.End.Line, r.End.Column}
}

// fileURI is a path as a reference relative to the repository's root.
func fileURI(path string) string { return (&url.URL{Path: path}).String() }
