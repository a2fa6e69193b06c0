package web

import (
	"fmt"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// A noteView is a note as it is shown.
type noteView struct {
	*standin.Note
	HTML   rendered
	Edited bool
	Emoji  []string
}

func noteViews(notes []*standin.Note, at lines) []noteView {
	var list []noteView
	for _, n := range notes {
		v := noteView{Note: n, HTML: toHTML(n.Body, at), Edited: n.UpdatedAt.Sub(n.CreatedAt) >= time.Second}
		for _, e := range n.Emoji {
			v.Emoji = append(v.Emoji, fmt.Sprintf("%s by %s", emoji(e.Name), name(e.User)))
		}
		list = append(list, v)
	}
	return list
}

// emoji is the sign for the name of an award that is given often, the name in colons for others.
func emoji(name string) string {
	switch name {
	case "thumbsup":
		return "👍"
	case "thumbsdown":
		return "👎"
	case "white_check_mark":
		return "✅"
	case "eyes":
		return "👀"
	}
	return ":" + name + ":"
}

// name is what a user is called.
func name(u *standin.User) string {
	switch {
	case u == nil:
		return "somebody"
	case u.Name != "":
		return u.Name
	}
	return u.Username
}

// initials stand where a picture would.
func initials(u *standin.User) string {
	var out []rune
	for word := range strings.FieldsSeq(name(u)) {
		if out = append(out, []rune(word)[0]); len(out) == 2 {
			break
		}
	}
	return strings.ToUpper(string(out))
}

// stamp is a time for people.
func stamp(t time.Time) g.Node {
	t = t.UTC()
	return h.Time(h.DateTime(t.Format(time.RFC3339)), g.Text(t.Format("2 Jan 2006, 15:04 UTC")))
}

// plural is a number with its word.
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
