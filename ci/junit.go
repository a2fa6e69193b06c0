package ci

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// A JUnit report, as far as GitLab reads it.
type junitSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Suite    junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Time    int           `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Error   *junitFailure `xml:"error"`
	Remarks string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a JUnit report. Each rule is a test of each page: so a name holds no line,
// GitLab sees in the target branch's report what has failed before, and what no longer fails.
// Warnings and errors are failures; a mere remark is the output of a test that passes. A rule that roleplan
// could not run is an error of the test.
func writeJUnit(w io.Writer, r Report) error {
	type test struct{ page, rule string }
	found := map[test][]finding.Finding{}
	rules := map[string]bool{}
	names := make([]string, len(r.Rules))
	for i, rule := range r.Rules {
		names[i] = rule.Name
		rules[rule.Name] = true
	}
	for _, f := range r.Findings {
		found[test{f.Path, f.Rule}] = append(found[test{f.Path, f.Rule}], f)
		if !rules[f.Rule] {
			rules[f.Rule] = true
			names = append(names, f.Rule)
		}
	}
	suite := junitSuite{Name: "roleplan"}
	for _, page := range r.Pages {
		for _, name := range names {
			c := junitCase{Class: page, Name: name, File: page}
			fs := found[test{page, name}]
			if faults := finding.Faults(fs); len(faults) > 0 {
				c.Error = &junitFailure{Message: faults[0].Message, Type: "fault", Text: places(faults)}
				suite.Errors++
			}
			if finding.Max(fs) >= finding.Warning {
				c.Failure = &junitFailure{Message: fs[0].Message, Type: finding.Max(fs).String(), Text: places(fs)}
				if len(fs) > 1 {
					c.Failure.Message = fmt.Sprintf("%s (and %d more)", fs[0].Message, len(fs)-1)
				}
				suite.Failures++
			} else {
				c.Remarks = places(fs)
			}
			suite.Cases = append(suite.Cases, c)
		}
	}
	suite.Tests = len(suite.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{Name: "roleplan", Tests: suite.Tests, Failures: suite.Failures, Suite: suite}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// places are findings one below the other, each with its place.
func places(fs []finding.Finding) string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s: %s", f.Path, f.Range.Start.Line, f.Range.Start.Column, f.Severity, f.Message)
	}
	return strings.Join(lines, "\n")
}
