package ci_test

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"

	"gitlab.com/roleplan/roleplan/ci"
)

var (
	glfm    = goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(renderer.WithUnsafe()))
	code    = regexp.MustCompile(`(?s)<code>.*?</code>`)
	tags    = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)
	plain   = regexp.MustCompile(`^</?(h2|table|thead|tbody|tr|th|td)>$`)
	meaning = regexp.MustCompile(`@[A-Za-z0-9]|[#!&$][0-9]|~["A-Za-z]|%["A-Za-z]|\[\[|\[[A-Za-z]+:|[a-z]+://|www\.`)
)

// wellFormedMarkdown renders a report as GitLab would and demands one row a finding, no tag but
// those of the table, and nothing outside code that means something to GitLab.
func wellFormedMarkdown(t testing.TB, report []byte, r ci.Report) {
	t.Helper()
	var page bytes.Buffer
	if err := glfm.Convert(report, &page); err != nil {
		t.Fatal(err)
	}
	words := code.ReplaceAllString(page.String(), " ")
	for _, tag := range tags.FindAllString(words, -1) {
		if !plain.MatchString(tag) {
			t.Errorf("markdown: the tag %.200s in\n%s", tag, report)
		}
	}
	if hit := meaning.FindString(html.UnescapeString(tags.ReplaceAllString(words, " "))); hit != "" {
		t.Errorf("markdown: %q stands outside code in\n%s", hit, report)
	}
	rows := len(r.Findings)
	if rows > 0 {
		rows++ // the head
	}
	if got := strings.Count(words, "<tr>"); got != rows {
		t.Errorf("markdown: %d rows, want %d, in\n%s", got, rows, report)
	}
	heading := fmt.Sprintf("## roleplan: %d finding", len(r.Findings))
	for i, line := range strings.Split(strings.TrimRight(string(report), "\n"), "\n") {
		if i == 0 && !strings.HasPrefix(line, heading) || i == 1 && line != "" || i > 1 && !strings.HasPrefix(line, "| ") {
			t.Errorf("markdown: line %d is %q", i+1, line)
		}
	}
}
