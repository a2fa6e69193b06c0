package note

import (
	"slices"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// A difference parts findings by what the merge request did to them.
type difference struct {
	fresh    []finding.Finding // only after
	fixed    []finding.Finding // only before
	standing []finding.Finding // before and after
	faults   []finding.Finding // of roleplan's own
}

// compare tells new, fixed and standing findings apart by their fingerprints. The heaviest
// come first, then by place. Findings of deleted pages are gone with the page and are not
// called fixed.
func compare(pages []Page) difference {
	var d difference
	for _, p := range pages {
		if p.Deleted || p.Unread != "" {
			continue
		}
		before := fingerprints(p.Before)
		after := fingerprints(p.Findings)
		for _, f := range p.Findings {
			if f.Fault {
				d.faults = append(d.faults, f)
			} else if before[f.Fingerprint] {
				d.standing = append(d.standing, f)
			} else {
				d.fresh = append(d.fresh, f)
			}
		}
		for _, f := range p.Before {
			if !f.Fault && !after[f.Fingerprint] {
				d.fixed = append(d.fixed, f)
			}
		}
	}
	for _, fs := range [][]finding.Finding{d.fresh, d.fixed, d.standing} {
		slices.SortStableFunc(fs, func(a, b finding.Finding) int {
			if a.Severity != b.Severity {
				return int(b.Severity - a.Severity)
			}
			return finding.Compare(a, b)
		})
	}
	return d
}

func fingerprints(fs []finding.Finding) map[string]bool {
	set := make(map[string]bool, len(fs))
	for _, f := range fs {
		set[f.Fingerprint] = true
	}
	return set
}

// A tally counts findings by severity.
type tally struct{ errors, warnings, infos int }

func count(fs []finding.Finding) tally {
	var t tally
	for _, f := range fs {
		switch f.Severity {
		case finding.Error:
			t.errors++
		case finding.Warning:
			t.warnings++
		case finding.Info:
			t.infos++
		case finding.Off:
		}
	}
	return t
}
