package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// widest is how much of a cell a terminal shows.
const widest = 34

// Text writes the report for a terminal.
func (r *Report) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Hiring on %s\n\n", r.At.Format("2006-01-02, 15:04 MST"))
	if len(r.Openings) == 0 {
		fmt.Fprintln(&b, nobody)
		_, err := io.WriteString(w, b.String())
		return err
	}
	for _, fact := range r.facts() {
		fmt.Fprintln(&b, fact)
	}
	for _, t := range r.tables() {
		fmt.Fprintf(&b, "\n%s\n\n", t.Title)
		if len(t.Rows) == 0 {
			fmt.Fprintf(&b, "  %s\n", t.Empty)
			continue
		}
		columns := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		var heads []string
		for _, c := range t.Columns {
			heads = append(heads, c.Name)
		}
		fmt.Fprintln(columns, "  "+strings.Join(heads, "\t"))
		for _, row := range t.Rows {
			var cells []string
			for _, c := range row {
				cells = append(cells, short(c.Text, widest))
			}
			fmt.Fprintln(columns, "  "+strings.Join(cells, "\t"))
		}
		if err := columns.Flush(); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, trimLines(b.String()))
	return err
}

// trimLines takes the blanks off the ends of lines.
func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
