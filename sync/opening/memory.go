package opening

import (
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// issueMemory is what the mark of an issue remembers: what was wished when it was last written.
// Where a field of the issue differs from it, a person has changed that field.
type issueMemory struct {
	id, status, title, due, stage string
	owners, labels                []string
}

func (m issueMemory) mark() safe.Markdown {
	return safe.Mark(issueMark, safe.Attr("id", m.id), safe.Attr("status", m.status), safe.Attr("title", m.title), safe.Attr("due", m.due),
		safe.Attr("stage", m.stage), safe.Attr("owners", strings.Join(m.owners, ",")), safe.Attr("labels", strings.Join(m.labels, ",")))
}

func readIssueMemory(description string) (issueMemory, bool) {
	marks := safe.FindMarks(description, issueMark)
	if len(marks) == 0 {
		return issueMemory{}, false
	}
	a := marks[0].Attributes
	m := issueMemory{id: a["id"], status: a["status"], title: a["title"], due: a["due"], stage: a["stage"], owners: list(a["owners"]), labels: list(a["labels"])}
	return m, m.id != ""
}

// stepMemory is what the mark of a task remembers: whose step it is, and by what the step is
// known again when the page changes.
type stepMemory struct {
	id, kind, with, words, title string
	number                       int
	people                       []string
	dropped                      bool // the page has no such step any more
}

func (m stepMemory) mark() safe.Markdown {
	dropped := ""
	if m.dropped {
		dropped = "yes"
	}
	return safe.Mark(taskMark, safe.Attr("id", m.id), safe.Attr("n", strconv.Itoa(m.number)), safe.Attr("kind", m.kind), safe.Attr("with", m.with),
		safe.Attr("words", m.words), safe.Attr("title", m.title), safe.Attr("people", strings.Join(m.people, ",")), safe.Attr("dropped", dropped))
}

func readStepMemory(description string) (stepMemory, bool) {
	marks := safe.FindMarks(description, taskMark)
	if len(marks) == 0 {
		return stepMemory{}, false
	}
	a := marks[0].Attributes
	m := stepMemory{id: a["id"], kind: a["kind"], with: a["with"], words: a["words"], title: a["title"], people: list(a["people"]), dropped: a["dropped"] == "yes"}
	m.number, _ = strconv.Atoi(a["n"]) // 0 sorts first, which does no harm
	return m, m.id != ""
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// A present plan is an issue of roleplan's with what its mark remembers.
type present struct {
	issue  forge.Issue
	memory issueMemory
}

// assign merges three lists of people: who was wished last, who is wished now, and who is
// assigned. People who were added or taken away by hand stay so. The second result says whether
// anything changes.
func assign(last []string, wished, have []forge.User) ([]int64, bool) {
	ids := make([]int64, 0, len(have))
	changed := false
	for _, u := range have {
		if slices.Contains(last, u.Username) && !slices.ContainsFunc(wished, func(w forge.User) bool { return w.ID == u.ID }) {
			changed = true
			continue
		}
		ids = append(ids, u.ID)
	}
	for _, w := range wished {
		if !slices.Contains(last, w.Username) && !slices.Contains(ids, w.ID) {
			ids = append(ids, w.ID)
			changed = true
		}
	}
	return ids, changed
}
