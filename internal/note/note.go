// Package note writes what people read in a merge request. It is pure: what is known goes
// in, the text comes out, and equal input gives equal text, so that a note that says the
// same is not written again.
//
// Notes are made with the builders of internal/safe and not from template files: only so
// does the compiler see to it that no text from outside gets in unescaped.
package note

import (
	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// A Summary is all that the summary note of a merge request tells.
type Summary struct {
	ProjectURL string // web address of the target project
	Head, Base string // full commit ids of the diff
	State      string // "opened", "merged", "closed"
	Draft      bool

	Pages    []Page    // role pages that the merge request touches, by path
	Problems []Problem // of configuration and openings, worst first
	Threads  Threads   // on the lines of the diff
	Plan     *Effects  // what merging does, or did; nil when the merge request does not bear on it

	// NothingLeft says that the merge request does not touch anything of roleplan's any
	// more, though it did when the note was first written.
	NothingLeft bool
	// Commands is the name that comments with commands begin with; "" where none are obeyed.
	Commands string
	// ConfigChanges says that the merge request changes the configuration, which counts only
	// after the merge.
	ConfigChanges bool

	// Cut says that GitLab lists only a part of the files that the merge request changes.
	Cut bool

	// OtherBranch says that the merge request goes into another branch than the default one,
	// which plans do not follow.
	OtherBranch bool

	// Previous is the body of the note that stands, "" when there is none. The history is
	// carried on from it.
	Previous string
}

// Threads are the remarks that stand on their lines as well.
type Threads struct {
	Standing int  // findings that have a thread
	Waiting  bool // some will have one when the draft is ready
	Memory
}

// A Page is a role page before and after the merge request.
type Page struct {
	Path    string // after; the old path for a deleted page
	OldPath string // before; equal to Path unless the page was renamed
	Title   string // of the page, "" when it has none
	New     bool
	Deleted bool
	// Unread says why the page was not checked; "" when it was.
	Unread string

	Findings []finding.Finding // of the head version
	Before   []finding.Finding // of the base version, under the new path

	ProcessBefore, ProcessAfter []*hiring.Process
}

// A Problem is something roleplan could not use as it stands: a configuration or a file of
// openings with a mistake.
type Problem struct {
	File    string
	Line    int    // from 1; 0 when the place is not known
	Message string // what is wrong and how to mend it
	Then    Then
}

// Then says what roleplan does in spite of a problem.
type Then int

// What follows from a problem.
const (
	ThenDefaults Then = iota // the default configuration is used
	ThenNoPlan               // the effect on openings is not told
	ThenAtMerge              // nothing yet: it would count after the merge
)

// The sizes of a note.
const (
	maxLines    = 40        // unfolded
	maxBytes    = 60 * 1024 // of the whole note
	openRows    = 10        // findings and effects seen without unfolding
	historySize = 5
)

// Write makes the summary note.
func Write(s Summary) safe.Markdown {
	var m safe.Markdown
	for _, rows := range []int{200, 60, 20, 5} {
		if m = write(s, rows); len(m.String()) <= maxBytes {
			break
		}
	}
	return m
}

// write makes the note with at most the given number of rows in each folded table.
func write(s Summary, rows int) safe.Markdown {
	d := compare(s.Pages)
	state := nextState(s, d)
	var b safe.Builder
	b.Add(headline(s, d, state))
	if s.NothingLeft {
		b.Add(history(state))
		return b.Markdown()
	}
	for _, p := range s.Problems {
		b.Add(problem(s, p))
	}
	if n := len(d.faults); n > 0 {
		b.Para("⚠️ roleplan could not run %s on these pages, first the rule %s on %s. That is a fault of its own and nothing that the merge request has to mend; please report it.",
			safe.Count(n, "check", "checks"), safe.Code(d.faults[0].Rule), safe.Code(d.faults[0].Path))
	}
	if s.Cut {
		b.Para("⚠️ This merge request changes more files than GitLab lists. Role pages among the others were not checked; split it up if there are any.")
	}
	if s.ConfigChanges {
		b.Para("This merge request changes `.roleplan.yml`. roleplan follows the version of the default branch, so the change counts after the merge.")
	}
	if s.OtherBranch && s.State != "merged" {
		b.Para("This merge request goes into another branch than the default one. Hiring plans follow the default branch alone.")
	}
	foot := footer(s, d)
	fold(&b, parts(s, d, state, rows), maxLines-lines(foot)-1)
	b.Add(foot)
	return b.Markdown()
}

// parts are the sections of the note in the order of their importance: before the merge what
// is to be mended, after it what was done.
func parts(s Summary, d difference, st state, rows int) []part {
	found, effect := newFindings(s, d, rows), effects(s, rows)
	all := []part{found, effect}
	if s.State == "merged" {
		found.always = true
		all = []part{effect, found}
	}
	for _, p := range processes(s) {
		p.always = s.State == "merged"
		all = append(all, p)
	}
	return append(all,
		fixedFindings(s, d, rows),
		standingFindings(s, d, rows),
		pages(s, rows),
		part{folded: history(st), always: true},
	)
}

// footer says how to go on.
func footer(s Summary, d difference) safe.Markdown {
	switch {
	case s.State == "merged":
		return safe.Sprintf("<sub>roleplan keeps the hiring plans in step with the role pages on the default branch from here on.</sub>")
	case len(d.fresh)+len(d.standing) > 0 && s.Commands != "":
		return safe.Sprintf("<sub>roleplan looks again after every push and changes this note. In a comment, %s says why a rule is there, %s silences a finding, and %s lists what else it does.</sub>",
			command(s, "explain RULE"), command(s, "ignore RULE reason"), command(s, "help"))
	case len(d.fresh)+len(d.standing) > 0:
		return safe.Sprintf("<sub>roleplan looks again after every push and changes this note. To silence a rule, set `rules: {RULE: off}` in `.roleplan.yml` on the default branch; `roleplan rules RULE` explains it.</sub>")
	case s.Commands != "":
		return safe.Sprintf("<sub>roleplan looks again after every push and changes this note. In a comment, %s lists what else it does.</sub>", command(s, "help"))
	default:
		return safe.Sprintf("<sub>roleplan looks again after every push and changes this note.</sub>")
	}
}

// command is a command as people write it.
func command(s Summary, words string) safe.Value { return safe.Code(s.Commands + ": " + words) }
