package status

import (
	"crypto/sha256"
	_ "embed" // the style sheet
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

//go:embed status.css
var sheet string

// Policy is the page's Content-Security-Policy: its own style sheet, its own form, and nothing else.
func Policy() string {
	sum := sha256.Sum256([]byte(sheet))
	return "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// section is a part of the page that a screen reader finds by its heading.
func section(title string, content ...g.Node) g.Node {
	id := strings.ReplaceAll(strings.ToLower(title), " ", "-")
	return h.Section(h.Aria("labelledby", id), h.H2(h.ID(id), g.Text(title)), g.Group(content))
}

// table is a table whose rows become cards where there is no room; its roles are spelled out, since
// a table that is shown as blocks is none to some screen readers.
func table(caption string, columns []string, rows g.Group) g.Node {
	return h.Table(h.Role("table"),
		h.Caption(h.Class("unseen"), g.Text(caption)),
		h.THead(h.Role("rowgroup"), row(g.Map(columns, func(c string) g.Node { return h.Th(h.Scope("col"), h.Role("columnheader"), g.Text(c)) }))),
		h.TBody(h.Role("rowgroup"), rows))
}

func row(cells ...g.Node) g.Node { return h.Tr(h.Role("row"), g.Group(cells)) }

func head(content ...g.Node) g.Node {
	return h.Th(h.Scope("row"), h.Role("rowheader"), g.Group(content))
}

// cell is a cell that names its column where the table's head is not shown.
func cell(column string, content ...g.Node) g.Node {
	return h.Td(h.Role("cell"), h.Data("column", column), g.Group(content))
}

func counts(list []Count) g.Node {
	return h.Dl(g.Map(list, func(c Count) g.Node {
		class := ""
		if c.Alarm {
			class = "alarm"
		}
		return h.Div(h.Class(class), h.Dt(g.Text(c.Name)), h.Dd(g.Text(c.Value)))
	}))
}

func (s Subject) node() g.Node {
	if s.URL == "" {
		return g.Text(s.Name)
	}
	return h.A(h.Href(s.URL), g.Text(s.Name))
}

func hidden(name, value string) g.Node {
	return h.Input(h.Type("hidden"), h.Name(name), h.Value(value))
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// ago says how long ago something was; the exact time is there to be read by machines.
func (p Page) ago(t time.Time) g.Node {
	stamp := t.UTC().Format(time.RFC3339)
	return h.Time(h.DateTime(stamp), h.Title(stamp), g.Text(Ago(p.Now.Sub(t))))
}

// Ago says a time that has passed in words.
func Ago(d time.Duration) string {
	units := []struct {
		name string
		long time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}}
	for _, u := range units {
		switch n := d / u.long; {
		case n == 1:
			return "1 " + u.name + " ago"
		case n > 1:
			return fmt.Sprintf("%d %ss ago", n, u.name)
		}
	}
	return "just now"
}

// short is a duration with as many digits as one reads.
func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
