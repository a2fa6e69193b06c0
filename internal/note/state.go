package note

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/safe"
)

// A result is what one commit of the merge request came to. The note carries the last ones
// along in its mark.
type result struct {
	head     string // short commit id
	found    tally  // new findings
	fixed    int
	standing int
}

// The state of a note is the present result and those of earlier commits, newest first.
type state []result

// nextState carries the state of the standing note on to the present result. A result for
// the same commit replaces the one before.
func nextState(s Summary, d difference) state {
	now := result{head: short(s.Head), found: count(d.fresh), fixed: len(d.fixed), standing: len(d.standing)}
	st := state{now}
	for _, r := range readState(s.Previous) {
		if r.head != now.head && len(st) < historySize {
			st = append(st, r)
		}
	}
	return st
}

// mark is the first line of a summary note.
func (st state) mark(s Summary) safe.Markdown {
	words := make([]string, len(st))
	for i, r := range st {
		words[i] = fmt.Sprintf("%s:%d.%d.%d.%d.%d", r.head, r.found.errors, r.found.warnings, r.found.infos, r.fixed, r.standing)
	}
	attributes := []safe.Attribute{safe.Attr("results", strings.Join(words, ","))}
	if final(s) {
		attributes = append(attributes, safe.Attr("final", "yes"))
	}
	if s.Commands != "" {
		attributes = append(attributes, safe.Attr("commands", "yes"))
	}
	attributes = append(attributes, s.Threads.attributes()...)
	if s.Plan != nil && s.Plan.Named && len(s.Plan.Openings) > 0 {
		attributes = append(attributes, safe.Attr("plans", planWords(s.Plan.Openings)))
	}
	return safe.Mark("summary", attributes...)
}

// final reports whether nothing more can be said: merged, and the plans are in line.
func final(s Summary) bool {
	return s.State == "merged" && (s.Plan == nil || !s.Plan.Pending && s.Plan.Trouble == "")
}

// NamesCommands reports whether a summary note is of somebody who obeys commands. Jobs of pipelines do not, and
// keep the note as it is where the service does.
func NamesCommands(body string) bool {
	return IsSummary(body) && safe.FindMarks(body, "summary")[0].Attributes["commands"] == "yes"
}

// IsFinal reports whether a summary note tells what the merge did. It is not changed any more:
// later differences are not the merge's doing.
func IsFinal(body string) bool {
	return IsSummary(body) && safe.FindMarks(body, "summary")[0].Attributes["final"] == "yes"
}

// A Memory is what the summary note remembers of threads, by the keys of their findings.
type Memory struct {
	Told    []string // findings that have a thread, or had one that a person deleted
	Refused []string // findings whose position GitLab does not take
	Head    string   // the commit at which it did not
}

// maxThreads bounds the findings that a mark carries.
const maxThreads = 200

func (m Memory) attributes() []safe.Attribute {
	list := func(keys []string) string {
		keys = slices.Compact(slices.Sorted(slices.Values(keys)))
		return strings.Join(keys[:min(len(keys), maxThreads)], ",")
	}
	return []safe.Attribute{safe.Attr("threads", list(m.Told)), safe.Attr("refused", list(m.Refused))}
}

// ReadMemory reads what the standing note remembers.
func ReadMemory(body string) Memory {
	if !IsSummary(body) {
		return Memory{}
	}
	var m Memory
	mark := safe.FindMarks(body, "summary")[0].Attributes
	m.Told = strings.FieldsFunc(mark["threads"], isComma)
	m.Refused = strings.FieldsFunc(mark["refused"], isComma)
	if st := readState(body); len(st) > 0 {
		m.Head = st[0].head
	}
	return m
}

// RefusedAt are the findings whose thread GitLab did not take at a commit.
func (m Memory) RefusedAt(commit string) []string {
	if short(m.Head) != short(commit) {
		return nil
	}
	return m.Refused
}

func isComma(r rune) bool { return r == ',' }

// maxPlans bounds the openings that a mark carries.
const maxPlans = 50

// planWords tells what the merge is going to do to which opening, so that the note can say
// after the merge what was done.
func planWords(openings []Effect) string {
	var words []string
	for _, f := range openings[:min(len(openings), maxPlans)] {
		if !strings.ContainsAny(f.ID, ",:") && len(f.ID) <= 100 {
			words = append(words, string(f.Verb)+":"+f.ID)
		}
	}
	return strings.Join(words, ",")
}

// Promised are the effects that the standing note told before the merge: the id of each
// opening and what was to happen to its plan.
func Promised(body string) []Effect {
	if !IsSummary(body) {
		return nil
	}
	var effects []Effect
	for word := range strings.SplitSeq(safe.FindMarks(body, "summary")[0].Attributes["plans"], ",") {
		verb, id, _ := strings.Cut(word, ":")
		switch v := Verb(verb); v {
		case Opens, Changes, Closes:
			if id != "" && len(effects) < maxPlans {
				effects = append(effects, Effect{ID: id, Verb: v})
			}
		}
	}
	return effects
}

// IsSummary reports whether a note is a summary note by its mark. Anybody can write the mark;
// the author decides whether the note is roleplan's own.
func IsSummary(body string) bool {
	marks := safe.FindMarks(body, "summary")
	return len(marks) > 0 && strings.TrimSpace(body[:marks[0].Start]) == ""
}

// readState reads the state of a summary note. What cannot be read is left out: the history
// is a convenience.
func readState(body string) state {
	if !IsSummary(body) {
		return nil
	}
	var st state
	for word := range strings.SplitSeq(safe.FindMarks(body, "summary")[0].Attributes["results"], ",") {
		head, numbers, _ := strings.Cut(word, ":")
		var n [5]int
		parts := strings.Split(numbers, ".")
		if head == "" || len(parts) != len(n) {
			continue
		}
		valid := true
		for i, p := range parts {
			v, err := strconv.Atoi(p)
			valid = valid && err == nil && v >= 0
			n[i] = v
		}
		if valid && len(st) < historySize {
			st = append(st, result{head: short(head), found: tally{n[0], n[1], n[2]}, fixed: n[3], standing: n[4]})
		}
	}
	return st
}

// history is the folded table of the last results, nothing when there is but the present one.
func history(st state) safe.Markdown {
	if len(st) < 2 {
		return safe.Markdown{}
	}
	t := safe.NewTable("Commit", "New", "Fixed", "Older")
	for _, r := range st {
		t.Row(safe.Code(r.head), r.found.words(), safe.Num(r.fixed), safe.Num(r.standing))
	}
	var b safe.Builder
	b.Details(func(b *safe.Builder) { b.Table(t) }, "The last %s results", safe.Num(len(st)))
	return b.Markdown()
}

func short(commit string) string { return commit[:min(8, len(commit))] }
