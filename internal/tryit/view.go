package tryit

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/sync/plan"
)

func render(w http.ResponseWriter, n g.Node) {
	headers(w, "text/html; charset=utf-8")
	_ = n.Render(w) // a client that has gone needs no answer
}

// layouts are named as people know them.
var layouts = []struct {
	profile hiring.Profile
	name    string
}{
	{hiring.ProfileJobFamily, "job family"}, {hiring.ProfileJobDescription, "job description of 2026"}, {hiring.ProfileJobFamily2022, "job family of 2022"},
}

// document is the whole page.
func document(r reading) g.Node {
	return g.NodeFunc(func(w io.Writer) error {
		if _, err := io.WriteString(w, "<!doctype html>"); err != nil {
			return err
		}
		return h.HTML(
			h.Lang("en"),
			h.Head(
				h.Meta(h.Charset("utf-8")), h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
				h.TitleEl(g.Text("Try roleplan")), h.Link(h.Rel("icon"), h.Href("data:,")),
				h.Link(h.Rel("stylesheet"), h.Href(Path+"/try.css")), h.Script(h.Src(Path+"/try.js"), h.Defer()),
			),
			h.Body(
				h.Header(h.H1(g.Text("Try roleplan")), h.P(g.Text("Paste a role page. It is read on this machine, and not kept."))),
				h.Main(form(r), h.Section(h.ID("result"), h.Aria("label", "What roleplan makes of it"), result(r))),
			),
		).Render(w)
	})
}

func form(r reading) g.Node {
	return h.Form(
		h.ID("form"), h.Method("post"), h.Action(Path),
		h.Div(
			h.Class("row"),
			h.Label(h.For("layout"), g.Text("Layout")),
			h.Select(h.ID("layout"), h.Name("layout"), g.Map(layouts, func(l struct {
				profile hiring.Profile
				name    string
			},
			) g.Node {
				return h.Option(h.Value(string(l.profile)), g.If(l.profile == r.layout, h.Selected()), g.Text(l.name))
			})),
			h.Label(h.For("file"), g.Text("Open a file")), h.Input(h.ID("file"), h.Type("file"), h.Accept(".md,.erb,text/markdown")),
		),
		h.Label(h.For("page"), g.Text("Role page, in Markdown")),
		// A line end after the tag is no part of the text.
		h.Textarea(h.ID("page"), h.Name("page"), g.Attr("spellcheck", "false"), h.Rows("30"), g.Text("\n"+r.text)),
		h.Button(h.Type("submit"), g.Text("Read it")),
	)
}

// result is what changes as one types.
func result(r reading) g.Node {
	if r.page == nil {
		return g.Group{
			h.P(h.Role("status"), g.Text("There is nothing to read yet.")),
			h.P(h.A(h.Href(examplePath), g.Text("Begin with an example"))),
		}
	}
	return g.Group{
		h.P(h.Role("status"), g.Text(verdict(r.findings))),
		h.H2(g.Text("Findings")), findings(r),
		h.H2(g.Text("Hiring process")), processes(r.page),
		h.H2(g.Text("Plan of an opening")), planned(r),
	}
}

func verdict(list []finding.Finding) string {
	count := map[finding.Severity]int{}
	for _, f := range list {
		count[f.Severity]++
	}
	return strings.Join([]string{counted(count[finding.Error], "error"), counted(count[finding.Warning], "warning"), fmt.Sprintf("%d info", count[finding.Info])}, ", ")
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func findings(r reading) g.Node {
	if len(r.findings) == 0 {
		return h.P(g.Text("None."))
	}
	return h.Ol(h.Class("findings"), g.Map(r.findings, func(f finding.Finding) g.Node {
		line := f.Range.Start.Line
		return h.Li(
			h.Class(f.Severity.String()),
			h.Button(h.Type("button"), h.Class("line"), h.Data("line", strconv.Itoa(line)), g.Textf("line %d", line)),
			g.Text(" "), h.Strong(g.Text(f.Severity.String())), g.Text(" "+f.Message+" "), h.Small(g.Text(f.Rule)),
		)
	}))
}

// processes draws each process as a row of boxes.
func processes(p *hiring.Page) g.Node {
	if len(p.Process) == 0 {
		return h.P(g.Text("The page has none."))
	}
	return g.Map(p.Process, func(one *hiring.Process) g.Node {
		return g.Group{
			g.If(one.Scope != "", h.H3(g.Text(one.Scope))),
			h.Ol(h.Class("process"), g.Map(one.Steps, func(s hiring.Step) g.Node {
				return h.Li(
					h.Strong(g.Text(s.Kind.Name())),
					g.If(s.Optional, h.Em(g.Text("optional"))),
					g.Iff(s.Duration != nil, func() g.Node { return h.Span(g.Text(minutes(s.Duration))) }),
					g.Map(s.With, func(name string) g.Node { return h.Span(g.Text(name)) }),
				)
			})),
		}
	})
}

func minutes(b *hiring.Bounds) string {
	if b.Min == b.Max {
		return fmt.Sprintf("%d minutes", b.Min)
	}
	return fmt.Sprintf("%d to %d minutes", b.Min, b.Max)
}

// planned shows the issue, tasks and labels that an opening would get.
func planned(r reading) g.Node {
	names := levels(r.page)
	actions := func(o plan.Object) g.Node {
		var list []plan.Action
		for _, a := range r.plan.Actions {
			if a.Object == o {
				list = append(list, a)
			}
		}
		return h.Ul(h.Class(string(o)), g.Map(list, func(a plan.Action) g.Node { return h.Li(g.Text(a.Title)) }))
	}
	return g.Group{
		g.If(len(names) > 1, h.P(
			h.Label(h.For("level"), g.Text("Level ")),
			h.Select(h.ID("level"), h.Name("level"), g.Attr("form", "form"), g.Map(names, func(name string) g.Node {
				return h.Option(h.Value(name), g.If(name == r.level, h.Selected()), g.Text(name))
			})),
		)),
		g.If(r.problem != "", h.P(g.Text(r.problem))),
		g.Map(r.plan.Problems, func(p plan.Problem) g.Node { return h.P(g.Text(p.Message)) }),
		actions(plan.Issue), actions(plan.Task), actions(plan.Label),
	}
}
