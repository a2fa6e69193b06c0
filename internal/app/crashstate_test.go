//go:build unix

package app

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/standin"
	"gitlab.com/roleplan/roleplan/internal/textdiff"
)

// A thing is something that stands in GitLab in the end: what it is, and what it says.
type thing struct{ kind, name, text string }

// what stands in GitLab, without ids, times and the names of commits.
func (w *crashWorld) things() []thing {
	var list []thing
	add := func(kind, name, format string, args ...any) {
		list = append(list, thing{kind, w.plain(name), w.plain(fmt.Sprintf(format, args...))})
	}
	for _, l := range w.gitlab.Labels(w.project) {
		priority := 0
		if l.Priority != nil {
			priority = *l.Priority
		}
		add("label", l.Name, "%s, %s, priority %d", l.Color, l.Description, priority)
	}
	for _, b := range w.gitlab.Boards(w.project) {
		lists := slices.Clone(b.Lists)
		slices.SortFunc(lists, func(a, b standin.BoardList) int { return cmp.Compare(a.Position, b.Position) })
		var names []string
		for _, l := range lists {
			names = append(names, l.Label)
		}
		add("board", b.Name, "%s", strings.Join(names, " | "))
	}
	for _, i := range w.gitlab.Issues(w.project) {
		add("issue", i.Title, "%s", issueText(i))
		w.notes("issue", i.Title, i.Discussions, add)
		for at, task := range w.gitlab.Tasks(w.project, i.IID) {
			add("task", i.Title+": "+task.Title, "%d. %s", at+1, issueText(task))
			w.notes("task", task.Title, task.Discussions, add)
		}
	}
	for _, m := range w.gitlab.AllMergeRequests(w.project) {
		add("merge request", m.Title, "%s %v", m.State, m.Labels)
		w.notes("merge request", m.Title, m.Discussions, add)
		for _, body := range w.gitlab.Drafts(m) {
			add("draft", m.Title, "%s", body)
		}
	}
	for at, p := range w.gitlab.Pipelines(w.project) {
		for _, s := range p.Statuses {
			add("status", fmt.Sprintf("%d. %s", at+1, s.Name), "%s: %s", s.State, s.Description)
		}
	}
	files := w.gitlab.Files(w.project, standin.DefaultBranch)
	add("file", demoOpenings, "%s", files[demoOpenings])
	add("file", demoPage, "%s", files[demoPage])
	return list
}

func issueText(i standin.Issue) string {
	var people []string
	for _, u := range i.Assignees {
		people = append(people, u.Username)
	}
	var events []string
	for _, e := range i.LabelEvents {
		events = append(events, e.Action+" "+e.Label)
	}
	return fmt.Sprintf("%s %q for %v, due %s, confidential %v; label events: %q; state events: %d\n%s", i.State, i.Labels, people, i.DueDate, i.Confidential, events, len(i.StateEvents), i.Description)
}

// notes are those in discussions, each with how it is answered and what stands on it.
func (w *crashWorld) notes(on, title string, discussions []*standin.Discussion, add func(kind, name, format string, args ...any)) {
	for _, d := range discussions {
		for at, n := range d.Notes {
			place, emoji := "", ""
			if n.Position != nil {
				place = fmt.Sprintf("%s:%d", n.Position.NewPath, n.Position.NewLine)
			}
			for _, e := range n.Emoji {
				emoji += " " + e.Name
			}
			first, _, _ := strings.Cut(strings.TrimSpace(n.Body), "\n")
			first = markInText.ReplaceAllString(first, "$1")
			kind := "note"
			switch {
			case n.System:
				kind = "system note"
			case place != "":
				kind = "thread"
			}
			add(kind, fmt.Sprintf("on %s %s, by %s: %s %s", on, title, n.Author.Username, place, first),
				"%d of its discussion, resolved %v,%s\n%s", at+1, n.Resolved, emoji, n.Body)
		}
	}
}

var (
	shaInText  = regexp.MustCompile(`\b[0-9a-f]{8,64}\b`)
	markInText = regexp.MustCompile(`<!-- (roleplan:\w+) .*`)
	noteInText = regexp.MustCompile(`(note_|note=|revision=|key=process%20|key=status%20)\d+`)
)

// plain takes out of a text what differs from world to world: addresses, the names of commits, the ids
// of notes, and in hidden marks how often a plan was written.
func (w *crashWorld) plain(text string) string {
	text = strings.ReplaceAll(text, w.gitlab.URL(), "https://gitlab.test")
	return shaInText.ReplaceAllString(noteInText.ReplaceAllString(text, "${1}N"), "SHA")
}

// A difference is how the end of a story differs from the end that it should have.
type difference struct {
	doubled, missing, changed []string
}

func (d difference) none() bool { return len(d.doubled)+len(d.missing)+len(d.changed) == 0 }

func compareThings(want, have []thing) (d difference) {
	count := map[[2]string]int{}
	texts := map[thing]int{}
	for _, t := range want {
		count[[2]string{t.kind, t.name}]++
		texts[t]++
	}
	for _, t := range have {
		count[[2]string{t.kind, t.name}]--
		texts[t]--
	}
	for name, n := range count {
		switch {
		case n < 0:
			d.doubled = append(d.doubled, name[0]+" "+name[1])
		case n > 0:
			d.missing = append(d.missing, name[0]+" "+name[1])
		}
	}
	for t, n := range texts {
		if n > 0 && count[[2]string{t.kind, t.name}] == 0 {
			d.changed = append(d.changed, fmt.Sprintf("%s %s: %s", t.kind, t.name, changedText(t, have)))
		}
	}
	slices.Sort(d.doubled)
	slices.Sort(d.missing)
	slices.Sort(d.changed)
	return d
}

// changedText shows how a thing that should be there differs from those that are.
func changedText(want thing, have []thing) (text string) {
	for _, t := range have {
		if t.kind == want.kind && t.name == want.name {
			text += "\n" + textdiff.Unified("want", "have", want.text+"\n", t.text+"\n")
		}
	}
	return text
}
