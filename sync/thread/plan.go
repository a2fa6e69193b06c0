// Package thread keeps roleplan's threads on the lines of a merge request: one for a finding, which
// follows it over pushes, rebases and renames, and is resolved when the finding is gone. Where a
// person has written, resolving is left to people.
package thread

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// A Wanted is a finding at the head of a merge request.
type Wanted struct {
	ID            string // of the finding, wherever its page lies
	Page, OldPage string // paths of its page after and before the merge request
	Added         bool   // the page is new
	Body          safe.Markdown
	// At is where a thread may be begun: nil for findings that were there before, that weigh too
	// little, or that are on no changed line.
	At *forge.Position
}

// Key is a short name of a wanted thread, for the summary note to remember.
func (w Wanted) Key() string {
	sum := sha256.Sum256([]byte(w.ID + "\x00" + w.OldPage))
	return hex.EncodeToString(sum[:6])
}

// A Thread is one that roleplan began.
type Thread struct {
	note.Mark
	Discussion string
	Note       int64 // the first one
	Body       string
	Position   forge.Position // zero when GitLab tells none
	Resolved   bool
	ByUs       bool   // resolved by roleplan itself
	People     bool   // a person has written in it
	Answer     int64  // the note in which roleplan said that the finding is gone; 0 for none
	Said       string // in that note
}

// Read finds roleplan's own threads among the discussions of a merge request, the oldest first.
// The mark alone counts for nothing: anybody can write it.
func Read(discussions []forge.Discussion, me int64) []Thread {
	var own []Thread
	for _, d := range discussions {
		if d.Individual || len(d.Notes) == 0 || d.Notes[0].System || d.Notes[0].Author.ID != me {
			continue
		}
		first := d.Notes[0]
		mark, ok := note.ReadThread(first.Body)
		if !ok {
			continue
		}
		t := Thread{Mark: mark, Discussion: d.ID, Note: first.ID, Body: first.Body, Resolved: first.Resolved, ByUs: first.ResolvedBy.ID == me}
		if first.Position != nil {
			t.Position = *first.Position
		}
		for _, n := range d.Notes[1:] {
			if n.System {
				continue
			}
			if n.Author.ID != me {
				t.People = true
			} else if said := note.ReadAnswer(n.Body); said != "" {
				t.Answer, t.Said = n.ID, said
			}
		}
		own = append(own, t)
	}
	slices.SortStableFunc(own, func(a, b Thread) int { return cmp.Compare(a.Note, b.Note) })
	return own
}

// A Verb is what is done with a thread.
type Verb string

// The verbs.
const (
	Post    Verb = "post"
	Edit    Verb = "edit" // a note of a thread
	Answer  Verb = "answer"
	Resolve Verb = "resolve"
	Reopen  Verb = "reopen" // one that roleplan itself resolved: the finding is back
)

// An Action is one change to the threads.
type Action struct {
	Verb       Verb
	Want       Wanted // of Post
	Discussion string // of all others
	Note       int64  // of Edit
	Body       safe.Markdown
}

// A Plan is what brings the threads in line.
type Plan struct {
	Actions []Action
	// Standing are the keys of the findings that have a thread, resolved or not.
	Standing []string
	// Dropped are the keys of the findings whose thread a person has deleted.
	Dropped []string
}

// Options are what a plan depends on besides findings and threads.
type Options struct {
	Head  string // commit
	Limit int    // threads of a merge request, at most
	// Open says that threads may be begun and changed: not on drafts, and not after the merge.
	// Those whose finding is gone are resolved all the same.
	Open bool
	// Pages are the paths of all pages that the merge request changes, as they are at its head.
	Pages map[string]bool
	// Unread are the paths of pages whose findings are not known.
	Unread map[string]bool
	// Told are the keys of findings that had a thread before. One that has none any more was
	// deleted, and is not begun again.
	Told map[string]bool
	// Refused are the keys of findings whose position GitLab did not take at this head.
	Refused map[string]bool
}

// Make compares the threads that should stand with those that do. Wanted threads come in the order
// of their weight.
func Make(want []Wanted, have []Thread, o Options) Plan {
	var p Plan
	m := match(want, have, o.Pages)
	used := 0
	for i, w := range want {
		t := m.of[i]
		switch {
		case t != nil:
			p.Standing = append(p.Standing, w.Key())
			p.keep(w, t, o)
			used++
		case o.Told[w.Key()]:
			p.Dropped = append(p.Dropped, w.Key())
			used++
		}
	}
	for i, w := range want {
		if o.Open && m.of[i] == nil && w.At != nil && !o.Told[w.Key()] && !o.Refused[w.Key()] && used < o.Limit {
			p.Actions = append(p.Actions, Action{Verb: Post, Want: w, Body: w.Body})
			used++
		}
	}
	for _, t := range m.doubled {
		if !t.Resolved && !t.People {
			p.Actions = append(p.Actions, Action{Verb: Resolve, Discussion: t.Discussion})
		}
	}
	for _, t := range m.gone {
		if !o.Unread[t.Page] && !o.Unread[t.Position.NewPath] {
			p.drop(t, o)
		}
	}
	return p
}

// keep brings a thread whose finding stands in line. One that a person resolved is left alone.
func (p *Plan) keep(w Wanted, t *Thread, o Options) {
	if !o.Open || t.Resolved && (!t.ByUs || w.At == nil) {
		return
	}
	if t.Resolved {
		p.Actions = append(p.Actions, Action{Verb: Reopen, Discussion: t.Discussion})
	}
	if !sameText(t.Body, w.Body) {
		p.Actions = append(p.Actions, Action{Verb: Edit, Discussion: t.Discussion, Note: t.Note, Body: w.Body})
	}
	if t.Said == note.AnswerGone {
		p.Actions = append(p.Actions, Action{Verb: Edit, Discussion: t.Discussion, Note: t.Answer, Body: note.Back(o.Head)})
	}
}

// sameText compares as GitLab stores: line ends and blanks around the text may differ.
func sameText(stored string, m safe.Markdown) bool {
	return strings.TrimSpace(strings.ReplaceAll(stored, "\r\n", "\n")) == strings.TrimSpace(m.String())
}

// drop ends a thread whose finding is gone.
func (p *Plan) drop(t *Thread, o Options) {
	switch {
	case t.Resolved:
	case !t.People:
		p.Actions = append(p.Actions, Action{Verb: Resolve, Discussion: t.Discussion})
	case t.Said == "":
		p.Actions = append(p.Actions, Action{Verb: Answer, Discussion: t.Discussion, Body: note.Gone(o.Head)})
	case t.Said == note.AnswerBack:
		p.Actions = append(p.Actions, Action{Verb: Edit, Discussion: t.Discussion, Note: t.Answer, Body: note.Gone(o.Head)})
	}
}
