// Package status draws the status page: how the service stands, for the people who run it. A page
// is a value, and is written as HTML that needs no script and loads nothing.
package status

import (
	"io"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"
)

// A Page is what the service knows of itself at a moment.
type Page struct {
	Version  string
	Now      time.Time
	Began    time.Time
	Problem  string // why the service is not ready; "" when it is
	Notice   string // what the button just pressed has done
	Queue    []Count
	Answers  []Count // deliveries by what became of them, since the start
	Failures []Failure
	Hooks    []Hook
	Requests []Request
	Openings []Stage
	Read     time.Time // when the openings were read; zero for not yet
	Stored   []Delivery
	Swept    time.Time // when the last full sweep began; zero for none
	Sweeps   bool      // the sweep is on
}

// A Count is a number with its name.
type Count struct {
	Name  string
	Value string
	Alarm bool // it is not zero, and should be
}

// A Failure is a subject that was given up.
type Failure struct {
	Subject Subject
	Reason  string
	At      time.Time
}

// A Subject is something that is brought in line.
type Subject struct {
	Name    string // "merge request !7 of acme/handbook"
	URL     string // "" when the address is not known
	Kind    string
	Project int64
	IID     int64
}

// A Hook is a webhook as GitLab tells of it.
type Hook struct {
	Project string
	State   string
	Detail  string
	Good    bool
	At      time.Time
}

// A Request is a merge request that was looked at.
type Request struct {
	Subject Subject
	Result  string
	At      time.Time
	Took    time.Duration
}

// A Stage is a step of the hiring process with the openings that are there.
type Stage struct {
	Project  string
	Name     string
	Openings int
}

// A Delivery is a webhook that was stored.
type Delivery struct {
	ID       string
	Event    string
	At       time.Time
	Subjects []Subject
}

// RetryPath takes the button of a failure, as a POST of a form with kind, project and iid.
const RetryPath = "/retry"

// Write writes the page.
func (p Page) Write(w io.Writer) error {
	return h.Doctype(h.HTML(h.Lang("en"),
		h.Head(
			h.Meta(h.Charset("utf-8")),
			h.Meta(h.Name("viewport"), h.Content("width=device-width, initial-scale=1")),
			h.Meta(h.Name("color-scheme"), h.Content("light dark")),
			h.TitleEl(g.Text(p.title())),
			h.Link(h.Rel("icon"), h.Href("data:,")),
			h.StyleEl(g.Raw(sheet)), //nolint:forbidigo // our own style sheet
		),
		h.Body(
			h.A(h.Class("skip"), h.Href("#main"), g.Text("To the content")),
			p.top(),
			h.Main(h.ID("main"), h.TabIndex("-1"),
				p.failures(), p.queue(), p.hooks(), p.requests(), p.openings(), p.deliveries()),
		),
	)).Render(w)
}

// title says at once whether something is wrong, also in a list of tabs.
func (p Page) title() string {
	if p.Problem != "" {
		return "Not ready - roleplan"
	}
	return "roleplan"
}

func (p Page) top() g.Node {
	state := h.P(h.Class("state good"), g.Text("Ready"))
	if p.Problem != "" {
		state = h.P(h.Class("state bad"), h.Role("alert"), g.Text("Not ready: "+p.Problem))
	}
	return h.Header(
		h.H1(g.Text("roleplan")),
		state,
		g.If(p.Notice != "", h.P(h.Class("notice"), h.Role("status"), g.Text(p.Notice))),
		h.P(h.Class("quiet"), g.Text("Version "+p.Version+", started "), p.ago(p.Began), g.Text(". "),
			h.A(h.Href("/"), g.Text("Read again")), g.Text(" · "), h.A(h.Href("/metrics"), g.Text("Metrics")), g.Text(" · "), h.A(h.Href("/readyz"), g.Text("Readiness"))),
	)
}

func (p Page) failures() g.Node {
	if len(p.Failures) == 0 {
		return section("Failures", h.P(g.Text("Nothing was given up.")))
	}
	return section("Failures", h.P(g.Text("These were tried until no more tries were left, or no try can help. The next event tries again; so does the button.")),
		table("Failures", []string{"What", "Why", "When", "Try again"}, g.Map(p.Failures, func(f Failure) g.Node {
			return row(head(f.Subject.node()), cell("Why", h.Class("reason"), g.Text(f.Reason)), cell("When", p.ago(f.At)), cell("Try again", f.Subject.retry()))
		})))
}

func (s Subject) retry() g.Node {
	return h.Form(h.Method("post"), h.Action(RetryPath),
		hidden("kind", s.Kind), hidden("project", number(s.Project)), hidden("iid", number(s.IID)),
		h.Button(h.Type("submit"), g.Text("Retry"), h.Span(h.Class("unseen"), g.Text(" "+s.Name))))
}

func (p Page) queue() g.Node {
	sweep := g.Group{g.Text("The sweep is switched off.")}
	switch {
	case !p.Swept.IsZero():
		sweep = g.Group{g.Text("Last full sweep "), p.ago(p.Swept), g.Text(".")}
	case p.Sweeps:
		sweep = g.Group{g.Text("No full sweep yet.")}
	}
	return section("Queue", counts(p.Queue), h.P(h.Class("quiet"), sweep))
}

func (p Page) hooks() g.Node {
	if len(p.Hooks) == 0 {
		return section("Webhooks", h.P(g.Text("GitLab was not asked yet.")))
	}
	return section("Webhooks", table("Webhooks", []string{"Project", "State", "Detail", "Seen"}, g.Map(p.Hooks, func(k Hook) g.Node {
		class := "mark bad"
		if k.Good {
			class = "mark good"
		}
		return row(head(g.Text(k.Project)), cell("State", h.Span(h.Class(class), g.Text(k.State))), cell("Detail", g.Text(k.Detail)), cell("Seen", p.ago(k.At)))
	})))
}

func (p Page) requests() g.Node {
	if len(p.Requests) == 0 {
		return section("Recent merge requests", h.P(g.Text("None was looked at since the start.")))
	}
	return section("Recent merge requests", table("Recent merge requests", []string{"Merge request", "Result", "When", "Took"}, g.Map(p.Requests, func(r Request) g.Node {
		return row(head(r.Subject.node()), cell("Result", g.Text(r.Result)), cell("When", p.ago(r.At)), cell("Took", g.Text(short(r.Took))))
	})))
}

func (p Page) openings() g.Node {
	if len(p.Openings) == 0 {
		said := "No opening is open."
		if p.Read.IsZero() {
			said = "They were not read yet."
		}
		return section("Openings by stage", h.P(g.Text(said)))
	}
	return section("Openings by stage", table("Openings by stage", []string{"Stage", "Project", "Openings"}, g.Map(p.Openings, func(s Stage) g.Node {
		return row(head(g.Text(s.Name)), cell("Project", g.Text(s.Project)), cell("Openings", g.Text(number(int64(s.Openings)))))
	})), h.P(h.Class("quiet"), g.Text("Read "), p.ago(p.Read), g.Text(".")))
}

func (p Page) deliveries() g.Node {
	list := h.P(g.Text("None is stored."))
	if len(p.Stored) > 0 {
		list = table("Newest deliveries", []string{"Delivery", "Event", "Asks to look at", "When"}, g.Map(p.Stored, func(d Delivery) g.Node {
			var at g.Group
			for i, s := range d.Subjects {
				if i > 0 {
					at = append(at, g.Text(", "))
				}
				at = append(at, s.node())
			}
			return row(head(h.Code(g.Text(d.ID))), cell("Event", g.Text(d.Event)), cell("Asks to look at", at), cell("When", p.ago(d.At)))
		}))
	}
	return section("Deliveries", counts(p.Answers), list)
}
