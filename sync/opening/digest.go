package opening

import (
	"fmt"
	"strconv"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
)

func ids(users []forge.User) *[]int64 {
	if len(users) == 0 {
		return nil
	}
	list := make([]int64, len(users))
	for i, u := range users {
		list[i] = u.ID
	}
	return &list
}

// writeText is all that a write sets, as a text to be hashed.
func writeText(w forge.IssueWrite) string {
	var b strings.Builder
	set := func(name string, value any) { fmt.Fprintf(&b, "%s=%q\n", name, fmt.Sprint(value)) }
	if w.Title != nil {
		set("title", w.Title)
	}
	if w.Description != nil {
		set("description", w.Description)
	}
	for _, l := range w.AddLabels {
		set("add", l)
	}
	for _, l := range w.RemoveLabels {
		set("remove", l)
	}
	if w.AssigneeIDs != nil {
		set("assignees", *w.AssigneeIDs)
	}
	if w.Confidential != nil {
		set("confidential", *w.Confidential)
	}
	if w.DueDate != nil {
		set("due", *w.DueDate)
	}
	if w.State != nil {
		set("state", *w.State)
	}
	return b.String()
}

func labelText(w forge.LabelWrite) string {
	var b strings.Builder
	if w.Color != nil {
		b.WriteString(*w.Color)
	}
	if w.Description != nil {
		b.WriteString(" " + w.Description.String())
	}
	return b.String() + " " + number(w.Priority)
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
