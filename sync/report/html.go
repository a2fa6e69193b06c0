package report

import (
	_ "embed"
	"fmt"
	"io"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

//go:embed report.css
var style string

// policy lets the page load nothing, whatever gets into it.
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"

// HTML writes the report as one file that loads nothing.
func (r *Report) HTML(w io.Writer) error {
	charts, err := r.charts()
	if err != nil {
		return err
	}
	at := r.At.Format("2006-01-02, 15:04 MST")
	head := h.P(h.Class("muted"), h.Time(h.DateTime(r.At.Format("2006-01-02T15:04:05Z07:00")), g.Text(at)),
		g.Map(r.Projects, func(p Project) g.Node { return g.Group{g.Text(" · "), link(p.URL, p.Path)} }))
	return g.Group{
		h.Doctype(g.Text("\n")),
		h.HTML(h.Lang("en"), block(pageHead(at), h.Body(block(
			h.Header(block(h.H1(g.Text("How the openings stand")), head)),
			h.Main(r.main(charts)),
		)))),
		g.Text("\n"),
	}.Render(w)
}

func pageHead(at string) g.Node {
	return h.Head(block(
		h.Meta(h.Charset("utf-8")),
		h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
		h.Meta(h.Name("color-scheme"), h.Content("light dark")),
		h.Meta(g.Attr("http-equiv", "Content-Security-Policy"), h.Content(policy)),
		h.Meta(h.Name("referrer"), h.Content("no-referrer")),
		h.Link(h.Rel("icon"), h.Href("data:,")),
		h.TitleEl(g.Text("Hiring on "+at)),
		h.StyleEl(g.Raw("\n"+style)), //nolint:forbidigo // our own file
	))
}

// main is what the page says.
func (r *Report) main(charts []chart) g.Node {
	if len(r.Openings) == 0 {
		return block(h.P(h.Class("empty"), g.Text(nobody)))
	}
	number := func(name string, n int, warn bool) g.Node {
		return h.Div(h.Dt(g.Text(name)), h.Dd(g.If(warn && n > 0, h.Class("warn")), g.Text(strconv.Itoa(n))))
	}
	s := r.Summary
	return block(
		h.H2(h.ID("summary"), g.Text("In short")),
		h.Dl(h.Class("numbers"), block(
			number("open", s.Open, false),
			number("on hold", s.OnHold, false),
			number("overdue steps", s.OverdueSteps, true),
			number("past target start", s.Late, true),
			number(fmt.Sprintf("filled in %d days", r.Days), s.Filled, false),
		)),
		h.Ul(block(g.Map(r.ages(), func(age string) g.Node { return h.Li(g.Text(age)) }))),
		g.Iff(len(charts) > 0, func() g.Node {
			return g.Group{h.H2(h.ID("charts"), g.Text("Charts")), h.Div(h.Class("charts"), block(g.Map(charts, chart.node)))}
		}),
		g.Map(r.tables(), table.node),
	)
}

func (c chart) node() g.Node {
	return h.Figure(block(
		h.FigCaption(g.Text(c.Title)),
		h.Div(h.Class("chart"), h.Role("img"), h.Aria("label", c.Alt), g.Raw(c.svg)), //nolint:forbidigo // the library escapes the texts, and a test gives it hostile ones
	))
}

func (t table) node() g.Node {
	head := h.H2(h.ID(t.ID), g.Text(t.Title))
	if len(t.Rows) == 0 {
		return g.Group{head, h.P(g.Text(t.Empty))}
	}
	columns := g.Map(t.Columns, func(c column) g.Node {
		return h.Th(h.Scope("col"), g.If(c.Number, h.Class("number")), g.Text(c.Name))
	})
	return g.Group{head, h.Div(
		h.Class("scroll"), h.Role("region"), h.Aria("labelledby", t.ID), h.TabIndex("0"),
		block(h.Table(block(
			h.Caption(h.Span(g.Text(t.Note))),
			h.THead(h.Tr(columns)),
			h.TBody(block(g.Map(t.Rows, t.row))),
		))),
	)}
}

// row is a row of a table, whose first cell is its head.
func (t table) row(cells []cell) g.Node {
	var row g.Group
	for i, c := range cells {
		var class []string
		if t.Columns[i].Number {
			class = append(class, "number")
		}
		if c.Warn {
			class = append(class, "warn")
		}
		parts := g.Group{g.If(len(class) > 0, h.Class(strings.Join(class, " "))), link(c.URL, c.Text)}
		if i == 0 {
			row = append(row, h.Th(h.Scope("row"), parts))
		} else {
			row = append(row, h.Td(parts))
		}
	}
	return h.Tr(row)
}

// link is a text that leads to an address of the web; what has none, or another one, is the text alone.
func link(url, text string) g.Node {
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		return g.Text(text)
	}
	return h.A(h.Href(url), g.Text(text))
}

// block is what an element holds, each part on a line of its own, for those who read the source.
func block(parts ...g.Node) g.Group {
	var out g.Group
	var add func([]g.Node)
	add = func(parts []g.Node) {
		for _, p := range parts {
			if inner, ok := p.(g.Group); ok {
				add(inner)
			} else if p != nil {
				out = append(out, g.Text("\n"), p)
			}
		}
	}
	add(parts)
	return append(out, g.Text("\n"))
}
