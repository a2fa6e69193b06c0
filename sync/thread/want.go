package thread

import (
	"slices"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/note"
)

// A Page is a changed page with what was found on it.
type Page struct {
	File     forge.ChangedFile
	Source   []byte // at the head of the merge request
	Findings []finding.Finding
	Before   []finding.Finding // at its base, under the new path
}

// Want gives what threads could stand for the findings of pages. A thread may be begun for a new
// finding of warning and above on a changed line, or on an unchanged one that is shown with the
// changes. The heaviest findings come first.
func Want(pages []Page, refs forge.DiffRefs) []Wanted {
	type weighed struct {
		Wanted
		finding finding.Finding
	}
	var all []weighed
	for _, p := range pages {
		before := map[string]bool{}
		for _, f := range p.Before {
			before[f.Fingerprint] = true
		}
		for i, id := range identities(p.Findings) {
			f := p.Findings[i]
			w := Wanted{ID: id, Page: p.File.NewPath, OldPage: p.File.OldPath, Added: p.File.New}
			at, kind := place(p.File, refs, f)
			if !f.Fault && !before[f.Fingerprint] && f.Severity >= finding.Warning && (kind == Added || kind == Context || kind == Whole) {
				w.At = &at
			}
			t := note.Thread{Mark: note.Mark{ID: id, Page: w.Page}, Finding: f, WholeFile: kind == Whole}
			if !t.WholeFile && at.NewLine > 0 {
				t.Suggestion, t.Above, t.Below = suggest(p.Source, at.NewLine, f.Fix)
			}
			w.Body = note.WriteThread(t)
			all = append(all, weighed{w, f})
		}
	}
	slices.SortStableFunc(all, func(a, b weighed) int {
		if a.finding.Severity != b.finding.Severity {
			return int(b.finding.Severity - a.finding.Severity)
		}
		return finding.Compare(a.finding, b.finding)
	})
	want := make([]Wanted, len(all))
	for i, w := range all {
		want[i] = w.Wanted
	}
	return want
}

// identities are the fingerprints that findings of a page have wherever the page lies.
func identities(fs []finding.Finding) []string {
	nowhere := slices.Clone(fs)
	for i := range nowhere {
		nowhere[i].Path = ""
	}
	ids := make([]string, len(fs))
	for i, f := range finding.Sort(nowhere) {
		ids[i] = f.Fingerprint
	}
	return ids
}

// mostLines bounds the lines of a finding that are looked at for a changed one.
const mostLines = 200

// place is where a finding shows best: on its first line that was added, or else on its first
// line in the diff.
func place(file forge.ChangedFile, refs forge.DiffRefs, f finding.Finding) (best forge.Position, kind Kind) {
	best, kind = Locate(file, refs, New, f.Range.Start.Line)
	for line := f.Range.Start.Line + 1; kind != Added && kind != Whole && line <= min(f.Range.End.Line, f.Range.Start.Line+mostLines); line++ {
		if at, k := Locate(file, refs, New, line); k == Added || k == Context && kind != Context {
			best, kind = at, k
		}
	}
	return best, kind
}
