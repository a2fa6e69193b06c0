package note

import (
	"path"
	"strconv"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// newFindings are open as far as a screen goes; the rest is folded below them.
func newFindings(s Summary, d difference, rows int) part {
	if len(d.fresh) == 0 {
		return part{}
	}
	at := locator(s, s.Head)
	var open, folded safe.Builder
	seen := min(openRows, len(d.fresh))
	open.Para("**New in this merge request**")
	open.Table(findingTable(d.fresh[:seen], at))
	if rest := d.fresh[seen:]; len(rest) > 0 {
		open.Details(func(b *safe.Builder) { cutTable(b, rest, rows, at) }, "%s more", safe.Num(len(rest)))
	}
	folded.Details(func(b *safe.Builder) { cutTable(b, d.fresh, rows, at) }, "%s in this merge request", safe.Count(len(d.fresh), "new finding", "new findings"))
	return part{open: open.Markdown(), folded: folded.Markdown()}
}

func fixedFindings(s Summary, d difference, rows int) part {
	if len(d.fixed) == 0 {
		return part{}
	}
	old := make(map[string]string, len(s.Pages))
	for _, p := range s.Pages {
		old[p.Path] = p.OldPath
	}
	at := locator(s, s.Base)
	var b safe.Builder
	b.Details(func(b *safe.Builder) {
		cutTable(b, d.fixed, rows, func(f finding.Finding) safe.Value {
			if p := old[f.Path]; p != "" {
				f.Path = p
			}
			return at(f)
		})
	}, "Fixed: %s", safe.Count(len(d.fixed), "older remark", "older remarks"))
	return part{folded: b.Markdown(), always: true}
}

func standingFindings(s Summary, d difference, rows int) part {
	if len(d.standing) == 0 {
		return part{}
	}
	at := locator(s, s.Head)
	var b safe.Builder
	b.Details(func(b *safe.Builder) { cutTable(b, d.standing, rows, at) },
		"Standing: %s from before this merge request", safe.Count(len(d.standing), "remark", "remarks"))
	return part{folded: b.Markdown(), always: true}
}

// cutTable adds a table of at most the given number of rows, and says how many it left out.
func cutTable(b *safe.Builder, fs []finding.Finding, rows int, at func(finding.Finding) safe.Value) {
	b.Table(findingTable(fs[:min(rows, len(fs))], at))
	if len(fs) > rows {
		b.Para("… and %s more; `roleplan check` lists all.", safe.Num(len(fs)-rows))
	}
}

func findingTable(fs []finding.Finding, at func(finding.Finding) safe.Value) *safe.Table {
	t := safe.NewTable("Where", "Finding", "Rule") // few columns: people read this on phones too
	for _, f := range fs {
		t.Row(at(f), safe.Phrase("%s: %s", severity(f.Severity), safe.Short(f.Message, 300)), safe.Code(f.Rule))
	}
	return t
}

func severity(s finding.Severity) safe.Value {
	switch s {
	case finding.Error:
		return safe.Word("🔴 error")
	case finding.Warning:
		return safe.Word("🟡 warning")
	case finding.Info, finding.Off:
	}
	return safe.Word("🔵 hint")
}

// locator links findings to their lines at a commit. Files are called by their last name where no
// other page of the merge request has the same, and not at all where there is only one.
func locator(s Summary, commit string) func(finding.Finding) safe.Value {
	uses := make(map[string]int, len(s.Pages))
	for _, p := range s.Pages {
		uses[path.Base(p.Path)]++
	}
	return func(f finding.Finding) safe.Value {
		name := f.Path
		if uses[path.Base(f.Path)] < 2 {
			name = path.Base(f.Path)
		}
		line := f.Range.Start.Line
		address := safe.FileURL(s.ProjectURL, commit, f.Path, line)
		if len(s.Pages) == 1 {
			return safe.Link("line "+strconv.Itoa(line), address)
		}
		return safe.LineLink(name, line, address)
	}
}
