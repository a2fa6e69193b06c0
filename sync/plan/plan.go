// Package plan says what would change on GitLab, as data that can be printed and compared.
package plan

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// A Verb says what happens to an object.
type Verb string

// The verbs. Nothing is ever deleted.
const (
	Create Verb = "create"
	Update Verb = "update"
	Close  Verb = "close"
	Reopen Verb = "reopen"
)

// An Object is what is changed.
type Object string

// The objects.
const (
	Issue Object = "issue" // of an opening
	Task  Object = "task"  // of a step
	Label Object = "label"
	Note  Object = "note"  // on an opening's issue
	Board Object = "board" // of a department
)

// An Action is one change.
type Action struct {
	Verb    Verb     `json:"verb"`
	Object  Object   `json:"object"`
	Opening string   `json:"opening,omitempty"` // id; "" for what several openings share
	Title   string   `json:"title"`
	Why     string   `json:"why"`
	URL     string   `json:"url,omitempty"` // "" for what is not there yet
	Changes []Change `json:"changes,omitempty"`
	// Digest is a hash of all that the action writes, of which Changes show what people need.
	Digest string `json:"digest,omitempty"`
}

// A Change is one field of an update.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

func (c Change) String() string {
	switch {
	case c.Old == "":
		return fmt.Sprintf("%s: + %s", c.Field, quoted(c.New))
	case c.New == "":
		return fmt.Sprintf("%s: - %s", c.Field, quoted(c.Old))
	}
	return fmt.Sprintf("%s: %s -> %s", c.Field, quoted(c.Old), quoted(c.New))
}

// A Problem is something that could not be planned as it was asked for. The rest is planned all
// the same.
type Problem struct {
	File    string `json:"file,omitempty"` // "" for what lies in no file
	Line    int    `json:"line,omitempty"` // 0 when the place is not known
	Opening string `json:"opening,omitempty"`
	Message string `json:"message"`
	// Blocks says that the opening, or the whole file, has no plan because of it.
	Blocks bool `json:"blocks"`
}

func (p Problem) String() string {
	place := p.File
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	var parts []string
	for _, part := range []string{place, p.Opening, p.Message} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}

// An Opening is what the plan is about.
type Opening struct {
	ID    string `json:"id"` // with the position for one of several: "GHP-1042/2"
	Title string `json:"title"`
	URL   string `json:"url,omitempty"`
	Steps int    `json:"steps"` // of its hiring process
}

// A Plan is all that would change.
type Plan struct {
	Openings []Opening `json:"openings"`
	Actions  []Action  `json:"actions"`
	Problems []Problem `json:"problems"`
	// Recreate names the openings whose deleted issues and tasks are made again.
	Recreate []string `json:"recreate,omitempty"`
}

// Empty reports whether all is in line.
func (p Plan) Empty() bool { return len(p.Actions) == 0 }

// Blocked reports whether an opening has no plan because of a problem.
func (p Plan) Blocked() bool {
	for _, problem := range p.Problems {
		if problem.Blocks {
			return true
		}
	}
	return false
}

// signs mark the lines of a diff.
var signs = map[Verb]string{Create: "+", Update: "~", Close: "-", Reopen: "^"}

// Text writes the plan for people.
func (p Plan) Text(w io.Writer) error {
	var b strings.Builder
	for _, problem := range p.Problems {
		fmt.Fprintf(&b, "! %s\n", line(problem.String()))
	}
	shared := true
	last := ""
	for _, a := range p.Actions {
		if a.Opening != last || shared {
			shared = false
			last = a.Opening
			heading := p.heading(a.Opening)
			if a.Object == Board {
				heading = "Boards"
			}
			fmt.Fprintf(&b, "\n%s\n", line(heading))
		}
		fmt.Fprintf(&b, "  %s %s %s %q: %s\n", signs[a.Verb], a.Verb, a.Object, line(a.Title), line(a.Why))
		for _, c := range a.Changes {
			fmt.Fprintf(&b, "      %s\n", c)
		}
	}
	if len(p.Actions) > 0 || len(p.Problems) > 0 {
		b.WriteByte('\n')
	}
	fmt.Fprintln(&b, p.Sum())
	_, err := io.WriteString(w, strings.TrimLeft(b.String(), "\n"))
	return err
}

// JSON writes the plan for machines. Lists are never null.
func (p Plan) JSON(w io.Writer) error {
	if p.Openings == nil {
		p.Openings = []Opening{}
	}
	if p.Actions == nil {
		p.Actions = []Action{}
	}
	if p.Problems == nil {
		p.Problems = []Problem{}
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(p)
}

func (p Plan) heading(id string) string {
	if id == "" {
		return "Labels"
	}
	for _, o := range p.Openings {
		if o.ID == id {
			heading := fmt.Sprintf("Opening %s: %s, %s", o.ID, o.Title, count(o.Steps, "step"))
			if o.URL != "" {
				heading += ", " + o.URL
			}
			return heading
		}
	}
	return "Opening " + id
}

// Sum is the plan in a line: "2 openings: 3 to create, 1 to change".
func (p Plan) Sum() string {
	n := map[Verb]int{}
	for _, a := range p.Actions {
		n[a.Verb]++
	}
	var parts []string
	for _, v := range []struct {
		verb Verb
		word string
	}{{Create, "to create"}, {Update, "to change"}, {Close, "to close"}, {Reopen, "to reopen"}} {
		if n[v.verb] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[v.verb], v.word))
		}
	}
	if len(parts) == 0 {
		parts = []string{"nothing to do"}
	}
	return count(len(p.Openings), "opening") + ": " + strings.Join(parts, ", ")
}

func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func quoted(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:59]) + "…"
	}
	return fmt.Sprintf("%q", line(s))
}

// line keeps a text on its line, and signs that steer a terminal away from it.
func line(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
}
