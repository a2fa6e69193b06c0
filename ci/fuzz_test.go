package ci_test

import (
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/ci"
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// hostile are texts that a page or the name of a file may hold.
var hostile = []string{
	"/close", "x\n/close\n", "x\r/close", "x\u2028/close", "@all hello", "a | @root | b", "#1 !2 ~bug %\"x\" &3", "[vulnerability:1]", "https://gitlab.example.com/a/b/-/issues/1",
	"<img src=x onerror=alert(1)>", "![x](https://a.example/x.png)", "</td></table>", "]]>", "<!-- x", "--><!--", "```\n/close\n```", "`@all`", "[x](javascript:alert(1))",
	"{0} {1}", "{{", "}", "{add ...}", "\x1b[2J\x1b]0;x\x07", "\u202e\u2066\u200b", "\x00\x01\x7f", "\xff\xfe", "\ufffe\uffff", "\xed\xa0\x80", "&amp; &#0;", "\"'\\", "工程师 ünï 👩\u200d💻",
	"a:b/c", "%2e%2e/", "..", "./x", "C:\\x", "?query#fragment", "$(id)", "-rf", " ", "\t", strings.Repeat("x|`@", 300),
}

// FuzzFormats: whatever a page, a message or a file's name hold, every report stays well-formed
// and tells of every finding.
func FuzzFormats(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, s, "before "+s+" after", s, uint(i), uint(len(s)))
		f.Add("a.md", s, strings.Repeat(s+"\n", 3), "", uint(3), uint(2*len(s)))
	}
	f.Fuzz(func(t *testing.T, path, message, source, inserted string, from, length uint) {
		if path == "" || message == "" || strings.HasPrefix(path, "/") || strings.HasPrefix(path, "./") {
			return // no such findings: paths are relative and clean, messages say something
		}
		p := &hiring.Page{Path: path, Source: []byte(source)}
		start := int(from % uint(len(source)+1))
		span := hiring.Span{Start: start, End: start + int(length%uint(len(source)-start+1))}
		line := p.Slice(p.LineSpan(p.Line(span.Start)))
		found := finding.Finding{
			Rule: "rule", Severity: finding.Warning, Path: path, Range: p.Range(span), Message: message, Anchor: message, Excerpt: p.Slice(span), Line: line,
			Fix: []finding.Edit{{Range: p.Range(span), Text: inserted, Span: span}},
		}
		remark := found
		remark.Rule, remark.Severity, remark.Fix = "other", finding.Info, nil
		r := ci.Report{
			Findings: finding.Sort([]finding.Finding{found, remark}), Pages: []string{path}, Version: "1",
			Rules:  []ci.Rule{{Name: "rule", Doc: message, Why: message, Severity: finding.Warning}},
			Source: func(string) ([]byte, error) { return p.Source, nil },
		}
		for _, format := range ci.FormatNames() {
			wellFormed(t, format, write(t, format, r), r)
		}
	})
}
