package rule

import (
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/rolepage"
)

// titles is a team whose people hold these titles, and where all words with a capital letter are one.
type titles []string

func (t titles) Holds(title string) (isTitle, held bool) {
	held = slices.Contains(t, title)
	return held || title != strings.ToLower(title), held
}

func (t titles) Titles() []string { return t }

func TestUnheldTitle(t *testing.T) {
	page := rolepage.Parse("content/job-families/a.md", []byte(stepInterviewer.Good+"- A 30-minute interview with peers\n- A 30-minute interview with the VP of Quality\n"))
	sheet := &Sheet{Page: page}
	if found := sheet.Run(stepInterviewer, finding.Info); len(found) != 0 {
		t.Errorf("without a team: %v", found)
	}
	sheet.Team = titles{"Staff Engineers"}
	found := sheet.Run(stepInterviewer, finding.Info)
	if len(found) != 2 || found[0].Message != `nobody on the team page is a "Staff Engineer"; perhaps "Staff Engineers" was meant` ||
		found[1].Message != `nobody on the team page is a "VP of Quality"; name a title that somebody holds` || found[1].Range.Start.Line != 10 {
		t.Errorf("%+v", found)
	}
}
