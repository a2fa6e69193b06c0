package ci_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"gitlab.com/roleplan/roleplan/ci"
	"gitlab.com/roleplan/roleplan/internal/check"
	"gitlab.com/roleplan/roleplan/internal/corpus"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// fingerprints are those of a page, as GitLab reads them.
func fingerprints(t *testing.T, path string, src []byte) (prints []string, report ci.Report) {
	t.Helper()
	p := rolepage.Parse(path, src)
	report = ci.Report{Findings: check.Page(p, check.Options{}), Pages: []string{path}}
	var list []struct{ Fingerprint string }
	if err := json.Unmarshal(write(t, "codequality", report), &list); err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		prints = append(prints, f.Fingerprint)
	}
	slices.Sort(prints)
	return prints, report
}

// TestFingerprints: on real pages they are unique in a report, and stay what they are when lines
// move, when line ends change, and when a byte order mark comes.
func TestFingerprints(t *testing.T) {
	seen := map[string]string{}
	all := 0
	for path, src := range corpus.Pages(t) {
		prints, report := fingerprints(t, path, src)
		for _, print := range prints {
			if other, twice := seen[print]; twice {
				t.Errorf("%s has a fingerprint of %s", path, other)
			}
			seen[print] = path
			all++
		}
		head, body := frontMatter(src)
		for name, moved := range map[string][]byte{
			"lines above":     slices.Concat(head, []byte("\n\n\n\n\n"), body),
			"a comment above": slices.Concat(head, []byte("\n<!-- a comment\nof two lines -->\n\n"), body),
			"CRLF":            bytes.ReplaceAll(bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")),
			"byte order mark": slices.Concat([]byte("\ufeff"), src),
			"blank lines":     bytes.ReplaceAll(src, []byte("\n\n"), []byte("\n\n\n")),
		} {
			if name == "blank lines" && bytes.Contains(src, []byte("```")) {
				continue // blank lines count in code
			}
			got, _ := fingerprints(t, path, moved)
			if !slices.Equal(got, prints) {
				t.Errorf("%s, %s: other fingerprints, of %q", path, name, differing(prints, got, report.Findings))
			}
		}
	}
	if all == 0 {
		t.Error("no page has a finding")
	}
}

// frontMatter parts a page behind its front matter.
func frontMatter(src []byte) (head, body []byte) {
	if !bytes.HasPrefix(src, []byte("---")) {
		return nil, src
	}
	i := bytes.Index(src[3:], []byte("\n---"))
	if i < 0 {
		return nil, src
	}
	end := 3 + i + len("\n---")
	if n := bytes.IndexByte(src[end:], '\n'); n >= 0 {
		end += n + 1
	}
	return src[:end], src[end:]
}

// differing are the rules and messages of findings whose fingerprints are gone.
func differing(before, after []string, fs []finding.Finding) []string {
	var gone []string
	for _, f := range fs {
		if !slices.Contains(after, f.Fingerprint) {
			gone = append(gone, f.Rule+": "+f.Message)
		}
	}
	if len(gone) == 0 && len(before) != len(after) {
		gone = []string{"new ones"}
	}
	return gone
}
