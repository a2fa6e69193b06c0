package ci

import (
	"fmt"
	"io"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// writeMarkdown writes a table of findings that can be pasted into GitLab: what pages say in it
// is inert.
func writeMarkdown(w io.Writer, r Report) error {
	var b safe.Builder
	b.Heading(2, "roleplan: %s in %s", safe.Count(len(r.Findings), "finding", "findings"), safe.Count(len(r.Pages), "page", "pages"))
	if len(r.Findings) > 0 {
		t := safe.NewTable("", "Where", "Finding", "Rule")
		for _, f := range r.Findings {
			place := fmt.Sprintf("%s:%d:%d", f.Path, f.Range.Start.Line, f.Range.Start.Column)
			t.Row(severityWords[f.Severity], safe.Code(place), safe.Text(f.Message), safe.Code(f.Rule))
		}
		b.Table(t)
	}
	_, err := fmt.Fprintln(w, b.Markdown())
	return err
}

var severityWords = map[finding.Severity]safe.Value{
	finding.Error: safe.Word("error"), finding.Warning: safe.Word("warning"), finding.Info: safe.Word("info"),
}
