package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// CSV writes a row an opening, for spreadsheets.
func (r *Report) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{
		"project", "opening", "role", "state", "stage", "step", "days_in_stage", "age_days", "on_hold_days", "closed_days", "steps_done", "steps",
		"next_step", "next_due", "next_days_late", "next_owners", "target_start", "days_late", "url",
	}}
	for _, o := range r.Openings {
		next, late := Step{}, ""
		if o.Next != nil {
			next, late = *o.Next, strconv.Itoa(o.Next.DaysLate)
		}
		var owners []string
		for _, u := range next.Owners {
			owners = append(owners, u.Username)
		}
		rows = append(rows, []string{
			plain(o.Project), plain(o.ID), plain(o.Role), o.State, plain(o.Stage), plain(o.Step), number(o.StageDays), number(o.AgeDays), number(o.OnHoldDays), number(o.ClosedDays),
			strconv.Itoa(o.StepsDone), strconv.Itoa(o.Steps), plain(next.Name), next.Due, late, plain(strings.Join(owners, " ")), o.TargetStart, strconv.Itoa(o.DaysLate), plain(o.URL),
		})
	}
	if err := out.WriteAll(rows); err != nil {
		return err
	}
	return out.Error()
}

// plain is a text that no spreadsheet takes for a formula: one that begins like a formula is given
// an apostrophe. Blanks before it are gone by then, and the wide signs of East Asian scripts count.
func plain(s string) string {
	s = line(s)
	if first, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("=+-@＝＋－＠", first) {
		return "'" + s
	}
	return s
}
