package report

import (
	_ "embed"
	"html/template"
	"io"
	"sync"
)

//go:embed report.html.tmpl
var pageSource string

var page = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("report").Parse(pageSource))
})

// HTML writes the report as one file that loads nothing.
func (r *Report) HTML(w io.Writer) error {
	charts, err := r.charts()
	if err != nil {
		return err
	}
	return page().Execute(w, map[string]any{
		"At": r.At.Format("2006-01-02, 15:04 MST"), "Date": r.At.Format("2006-01-02T15:04:05Z07:00"),
		"Projects": r.Projects, "Ages": r.ages(), "Summary": r.Summary,
		"Empty": len(r.Openings) == 0, "EmptyText": nobody, "Charts": charts, "Tables": r.tables(),
	})
}
