// Package finding holds what roleplan remarks on a page.
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// Severity says how much a finding weighs.
type Severity int

// The severities, from the lightest. The zero value is no severity.
const (
	Off Severity = iota
	Info
	Warning
	Error
)

var severityNames = [...]string{"off", "info", "warning", "error"}

func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads "off", "info", "warning" or "error".
func ParseSeverity(name string) (Severity, error) {
	if i := slices.Index(severityNames[:], name); i >= 0 {
		return Severity(i), nil
	}
	return Off, fmt.Errorf("severity %q is not known; expected one of error, warning, info, off", name)
}

// MarshalText writes the name of the severity.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name of a severity.
func (s *Severity) UnmarshalText(b []byte) error {
	v, err := ParseSeverity(string(b))
	if err == nil {
		*s = v
	}
	return err
}

// A Finding is one remark on a page.
type Finding struct {
	Rule     string       `json:"rule"`
	Severity Severity     `json:"severity"`
	Path     string       `json:"path"`
	Range    hiring.Range `json:"range"`
	// Message names the thing, says what is expected and how to mend it. Lower case, no
	// full stop.
	Message string `json:"message"`
	// Anchor is a place in the page's structure that does not move with its lines, such
	// as "Staff Technical Program Manager/requirements".
	Anchor string `json:"anchor"`
	// Fingerprint is the finding's identity: rule, path, anchor and the text it speaks
	// of, never its line. Unique within a report.
	Fingerprint string `json:"fingerprint"`
	// Fix mends what the finding speaks of; nil where no fix is certain. All edits belong
	// together and don't overlap.
	Fix []Edit `json:"fix,omitempty"`

	// Fault says that it is no remark on the page: roleplan itself could not do its work.
	Fault bool `json:"-"`
	// Excerpt is the source text that the finding speaks of.
	Excerpt string `json:"-"`
	// Subject is what the finding speaks of where that is not its excerpt: a balance of many
	// words is reported at one of them and is the same finding at another.
	Subject string `json:"-"`
	// Line is the first source line of the range, for printing; of a very long line the part
	// around the range, which begins LineSkips characters into it.
	Line      string `json:"-"`
	LineSkips int    `json:"-"`
}

// An Edit replaces a part of a page by a text.
type Edit struct {
	Range hiring.Range `json:"range"`
	Text  string       `json:"text"`
	// Span is the range in bytes of the source.
	Span hiring.Span `json:"-"`
}

// Compare orders findings by path, place and rule.
func Compare(a, b Finding) int {
	switch from, other := a.Range.Start, b.Range.Start; {
	case a.Path != b.Path:
		return cmp.Compare(a.Path, b.Path)
	case from.Line != other.Line:
		return cmp.Compare(from.Line, other.Line)
	case from.Column != other.Column:
		return cmp.Compare(from.Column, other.Column)
	case a.Rule != b.Rule:
		return cmp.Compare(a.Rule, b.Rule)
	}
	return cmp.Compare(a.Message, b.Message)
}

// Sort brings findings into the order of Compare, drops equal ones and gives each its
// Fingerprint. Findings with the same identity get a running number.
func Sort(fs []Finding) []Finding {
	slices.SortStableFunc(fs, Compare)
	fs = slices.CompactFunc(fs, func(a, b Finding) bool { return Compare(a, b) == 0 })
	const size = 16
	seen := make(map[[size]byte]int, len(fs))
	var id []byte
	for i := range fs {
		f := &fs[i]
		id = identity(id[:0], f)
		sum := sha256.Sum256(id)
		n := seen[[size]byte(sum[:])]
		seen[[size]byte(sum[:])]++
		if n > 0 {
			sum = sha256.Sum256(strconv.AppendInt(append(id, 0), int64(n), 10))
		}
		f.Fingerprint = hex.EncodeToString(sum[:size])
	}
	return fs
}

// identity appends what a finding is known by.
func identity(id []byte, f *Finding) []byte {
	for _, part := range []string{f.Rule, f.Path, f.Anchor} {
		id = append(append(id, part...), 0)
	}
	first := true
	for word := range strings.FieldsSeq(cmp.Or(f.Subject, f.Excerpt)) {
		if !first {
			id = append(id, ' ')
		}
		id, first = append(id, word...), false
	}
	return id
}

// Faults are those of fs that are no remarks on a page.
func Faults(fs []Finding) []Finding {
	var faults []Finding
	for _, f := range fs {
		if f.Fault {
			faults = append(faults, f)
		}
	}
	return faults
}

// Max is the heaviest severity of the remarks among fs, Off when there is none.
func Max(fs []Finding) Severity {
	worst := Off
	for _, f := range fs {
		if !f.Fault {
			worst = max(worst, f.Severity)
		}
	}
	return worst
}
