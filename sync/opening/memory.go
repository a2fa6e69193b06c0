package opening

import (
	"slices"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// The kinds of mark.
const (
	issueMark = "opening"
	taskMark  = "step"
	itemMark  = "item" // of a checklist
	endMark   = "end"
	newsMark  = "news"
)

// issueMemory is what the mark of an issue remembers: what was wished when it was last written.
// Where a field of the issue differs from it, a person has changed that field.
type issueMemory struct {
	id, status, title, due, stage string
	owners, labels                []string
	form                          string   // of the steps, one of repoconf's
	steps                         []string // digests of the page's steps that had their tasks; none before all are made
	hash                          string   // of the managed part
	page, commit                  string   // hash of the page, and when it was last changed
	revision                      int      // rises with each write
}

func (m issueMemory) mark() safe.Markdown {
	return safe.Mark(issueMark, safe.Attr("id", m.id), safe.Attr("status", m.status), safe.Attr("title", m.title), safe.Attr("due", m.due),
		safe.Attr("stage", m.stage), safe.Attr("owners", strings.Join(m.owners, ",")), safe.Attr("labels", strings.Join(m.labels, ",")),
		safe.Attr("form", m.form), safe.Attr("steps", strings.Join(m.steps, ",")), safe.Attr("hash", m.hash), safe.Attr("page", m.page), safe.Attr("commit", m.commit), safe.Attr("revision", strconv.Itoa(m.revision)))
}

func readIssueMemory(description string) (issueMemory, bool) {
	marks := safe.FindMarks(description, issueMark)
	if len(marks) == 0 {
		return issueMemory{}, false
	}
	a := marks[0].Attributes
	m := issueMemory{
		id: a["id"], status: a["status"], title: a["title"], due: a["due"], stage: a["stage"], owners: list(a["owners"]), labels: list(a["labels"]),
		form: a["form"], steps: list(a["steps"]), hash: a["hash"], page: a["page"], commit: a["commit"],
	}
	m.revision, _ = strconv.Atoi(a["revision"]) // 0 does no harm
	return m, m.id != ""
}

// Why roleplan closed a task. What people close is done.
const (
	closedDropped = "dropped" // the page has no such step any more
	closedOver    = "over"    // the opening is filled or cancelled
	closedGone    = "gone"    // not roleplan but people, as done; the page has no such step any more
)

// stepMemory is what the mark of a task remembers: whose step it is, and by what the step is
// known again when the page changes.
type stepMemory struct {
	id, kind, with, words, title string
	number                       int
	people                       []string
	due                          string
	picked                       []pick // from the team directory
	closed                       string // why roleplan closed it
	last                         bool   // made as the last child, and not put in its place yet
	hash                         string // of the managed part
}

func (m stepMemory) mark() safe.Markdown { return safe.Mark(taskMark, m.attributes()...) }

// item is the mark of a step in a checklist, on the line of its box.
func (m stepMemory) item() safe.Value { return safe.Hidden(itemMark, m.attributes()...) }

func (m stepMemory) attributes() []safe.Attribute {
	place := ""
	if m.last {
		place = "last"
	}
	return []safe.Attribute{
		safe.Attr("id", m.id), safe.Attr("n", strconv.Itoa(m.number)), safe.Attr("kind", m.kind), safe.Attr("with", m.with), safe.Attr("words", m.words),
		safe.Attr("title", m.title), safe.Attr("people", strings.Join(m.people, ",")), safe.Attr("due", m.due), safe.Attr("picked", picksText(m.picked)), safe.Attr("closed", m.closed), safe.Attr("place", place), safe.Attr("hash", m.hash),
	}
}

func readStepMemory(description string) (stepMemory, bool) {
	marks := safe.FindMarks(description, taskMark)
	if len(marks) == 0 {
		return stepMemory{}, false
	}
	m := stepMemoryOf(marks[0])
	return m, m.id != ""
}

func stepMemoryOf(mark safe.Found) stepMemory {
	a := mark.Attributes
	m := stepMemory{
		id: a["id"], kind: a["kind"], with: a["with"], words: a["words"], title: a["title"], people: list(a["people"]),
		due: a["due"], picked: readPicks(a["picked"]), closed: a["closed"], last: a["place"] == "last", hash: a["hash"],
	}
	m.number, _ = strconv.Atoi(a["n"]) // 0 sorts first, which does no harm
	return m
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
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
