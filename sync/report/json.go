package report

import (
	"encoding/json"
	"io"
)

// JSON writes the report for machines. Lists are never null.
func (r *Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
