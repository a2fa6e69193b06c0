package check

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"gitlab.com/roleplan/roleplan/internal/finding"
)

// A Baseline holds findings that are known and not to be told again. It is a report of an
// earlier run in the format json, as it is.
type Baseline struct {
	known map[string]Known // by fingerprint
}

// A Known finding is one of a baseline.
type Known struct {
	Rule        string `json:"rule"`
	Path        string `json:"path"`
	Message     string `json:"message"`
	Fingerprint string `json:"fingerprint"`
}

// ReadBaseline reads a report. File is its name, for the error.
func ReadBaseline(file string, src []byte) (*Baseline, error) {
	var report struct {
		Findings []Known `json:"findings"`
	}
	if err := json.Unmarshal(src, &report); err != nil {
		return nil, fmt.Errorf("read baseline %q: %w; write one with `roleplan check --format json=%s`", file, err, file)
	}
	if report.Findings == nil {
		return nil, fmt.Errorf("read baseline %q: it has no \"findings\"; write one with `roleplan check --format json=%s`", file, file)
	}
	b := &Baseline{known: make(map[string]Known, len(report.Findings))}
	for i, k := range report.Findings {
		if k.Fingerprint == "" {
			return nil, fmt.Errorf("read baseline %q: finding %d has no \"fingerprint\"; write one with `roleplan check --format json=%s`", file, i+1, file)
		}
		b.known[k.Fingerprint] = k
	}
	return b, nil
}

// Split parts the findings that the baseline does not have from the entries of the baseline that
// are stale: those of checked pages that were not found again.
func (b *Baseline) Split(found []finding.Finding, pages []string) (fresh []finding.Finding, stale []Known) {
	again := make(map[string]bool, len(found))
	for _, f := range found {
		again[f.Fingerprint] = true
		if _, known := b.known[f.Fingerprint]; !known {
			fresh = append(fresh, f)
		}
	}
	checked := make(map[string]bool, len(pages))
	for _, p := range pages {
		checked[p] = true
	}
	for print, k := range b.known {
		if checked[k.Path] && !again[print] {
			stale = append(stale, k)
		}
	}
	slices.SortFunc(stale, func(x, y Known) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Message, y.Message), cmp.Compare(x.Fingerprint, y.Fingerprint))
	})
	return fresh, stale
}
