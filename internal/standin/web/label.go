package web

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"gitlab.com/roleplan/roleplan/internal/standin"
)

// A chip is a label as it is shown. The name of a scoped label, "scope::value", has two parts.
type chip struct {
	Name, Scope, Value string
	Description        string
	Style              string
	Link               string
}

var hexColor = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^#[0-9a-fA-F]{6}$`) })

// newChip shows a label. A label that the project does not have, or with a colour that is none, is
// grey.
func newChip(p *standin.Project, l standin.Label) chip {
	c := chip{Name: l.Name, Value: l.Name, Description: l.Description, Link: labelLink(p, l.Name)}
	if i := strings.LastIndex(l.Name, "::"); i > 0 && i+2 < len(l.Name) {
		c.Scope, c.Value = l.Name[:i], l.Name[i+2:]
	}
	color := l.Color
	if !hexColor().MatchString(color) {
		color = "#6b7280"
	}
	c.Style = fmt.Sprintf("--label: %s; --on-label: %s", color, onColor(color))
	return c
}

func labelLink(p *standin.Project, name string) string {
	return "/" + p.Path + "/-/issues?state=all&label_name[]=" + url.QueryEscape(name)
}

// onColor is black or white, whichever can be read better on a colour.
func onColor(color string) string {
	n, _ := strconv.ParseUint(color[1:], 16, 32) // the caller checked it
	channel := func(shift uint) float64 {
		return math.Pow(float64(n>>shift&0xff)/255, 2.2)
	}
	light := 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
	if light > 0.179 { // where both have the same contrast
		return "#000000"
	}
	return "#ffffff"
}

// chips shows labels by name, in the order that GitLab shows them in.
func (s *site) chips(p *standin.Project, names []string) []chip {
	known := s.gitlab.Labels(p)
	var list []chip
	for _, name := range names {
		l := standin.Label{Name: name}
		if i := slices.IndexFunc(known, func(k standin.Label) bool { return strings.EqualFold(k.Name, name) }); i >= 0 {
			l = known[i]
		}
		list = append(list, newChip(p, l))
	}
	slices.SortFunc(list, func(a, b chip) int { return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return list
}

// labelRow is a label on the page of labels.
type labelRow struct {
	Chip     chip
	Priority *int
	Open     int // issues and tasks
}

func (s *site) labels(p *standin.Project) *page {
	items := s.gitlab.WorkItems(p)
	var rows []labelRow
	for _, l := range s.gitlab.Labels(p) {
		row := labelRow{Chip: newChip(p, l), Priority: l.Priority}
		for _, i := range items {
			if i.State == "opened" && slices.ContainsFunc(i.Labels, func(n string) bool { return strings.EqualFold(n, l.Name) }) {
				row.Open++
			}
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b labelRow) int {
		return cmp.Compare(strings.ToLower(a.Chip.Name), strings.ToLower(b.Chip.Name))
	})
	return &page{Title: "Labels", Project: p, Section: "labels", Body: g.Group{
		h.H1(g.Text("Labels")),
		orEmpty(rows, labelRows, "There are no labels yet."),
	}}
}

func labelRows(rows []labelRow) g.Node {
	return h.Ul(h.Class("rows labels"), lined(g.Map(rows, func(r labelRow) g.Node {
		priority := ""
		if r.Priority != nil {
			priority = fmt.Sprintf("priority %d · ", *r.Priority)
		}
		return h.Li(r.Chip.node(), g.Text(" "), h.Span(h.Class("about"), g.Text(r.Chip.Description)),
			quiet(g.Text(priority), h.A(h.Href(r.Chip.Link), g.Text(fmt.Sprintf("%d open", r.Open)), hidden(" with "+r.Chip.Name))))
	})))
}
