package opening

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/repoconf"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// body is the managed part of an issue's description, without its marks. Pairs and dropped are
// the steps with what is there of them, which a checklist shows.
func (p *position) body(form string, pairs []pair, dropped []task) safe.Markdown {
	var b safe.Builder
	o := p.opening
	b.Para("Hiring for **%s**, as the page %s describes it.", safe.Text(p.role), safe.Link(or(p.page.Title, o.Page), safe.FileURL(p.project.WebURL, p.page.commit, o.Page, 0)))
	row := func(name safe.Value, text string) {
		if text != "" {
			b.Item("**%s:** %s", name, safe.Text(text))
		}
	}
	if o.Status == hiring.OpeningOnHold {
		b.Item("**On hold**")
	}
	row(safe.Word("Opening"), p.id())
	if p.level != nil {
		row(safe.Word("Level"), p.level.Name)
		row(safe.Word("Grade"), gradeText(p.level.Grade))
		if p.level.ReportsTo != nil {
			row(safe.Word("Reports to"), p.level.ReportsTo.Text)
		}
	}
	row(safe.Word("Specialty"), o.Specialty)
	row(safe.Word("Place"), o.Location)
	row(safe.Word("Type"), strings.ReplaceAll(o.Type, "_", " "))
	row(safe.Word("Priority"), o.Priority)
	row(safe.Word("Target start"), o.TargetStart)
	row(safe.Word("Hiring manager"), p.person(o.HiringManager))
	row(safe.Word("Recruiter"), p.person(o.Recruiter))
	p.describeProcess(&b, form, pairs, dropped)
	p.scorecard(&b)
	return b.Markdown()
}

// person is somebody as people know them: "Ana Ng (ana)".
func (p *position) person(username string) string {
	if u, ok := p.people[username]; ok && u.Name != "" && u.Name != username {
		return fmt.Sprintf("%s (%s)", u.Name, username)
	}
	return username
}

func gradeText(g *hiring.JobGrade) string {
	switch {
	case g == nil:
		return ""
	case g.Min == 0:
		return g.Text.Text
	case g.Min == g.Max:
		return fmt.Sprint(g.Min)
	}
	return fmt.Sprintf("%d to %d", g.Min, g.Max)
}

func (p *position) describeProcess(b *safe.Builder, form string, pairs []pair, dropped []task) {
	b.Heading(3, "Hiring process")
	if len(p.steps) == 0 {
		b.Para("The page lists no steps for this opening.")
		if form == repoconf.StepsChecklist {
			p.checklist(b, nil, dropped)
		}
		return
	}
	t := safe.NewTable("No.", "Step", "With", "Minutes", "Meetings")
	for _, s := range p.steps {
		name := safe.Short(stepKind(s.step), 120)
		if s.step.Optional {
			name = safe.Phrase("%s (may not take place)", name)
		}
		t.Row(safe.Num(s.number), name, safe.Short(strings.Join(s.step.With, ", "), 160), safe.Text(bounds(s.step.Duration)), safe.Text(meetings(s.step)))
	}
	b.Table(t)
	if form == repoconf.StepsChecklist {
		b.Para("Tick a step when it is done: the stage of this opening moves by itself.")
		p.checklist(b, pairs, dropped)
	} else {
		b.Para("Each step has a task of its own. Close it when the step is done: the stage of this opening moves by itself.")
	}
	b.Fence("mermaid", strings.TrimRight(hiring.Mermaid(p.process), "\n"))
}

// checklist adds a box a step. Boxes of steps that the page has no more stay, void or ticked.
func (p *position) checklist(b *safe.Builder, pairs []pair, dropped []task) {
	for _, pr := range pairs {
		m := p.stepMemory(pr.step, safe.Title("%s", safe.Text(pr.step.name)))
		done := pr.task != nil && pr.task.done()
		if len(pr.step.people) > 0 {
			b.Task(done, "%s, by %s %s", safe.Short(pr.step.name, 200), safe.Text(p.whoMeets(pr.step)), m.item())
		} else {
			b.Task(done, "%s %s", safe.Short(pr.step.name, 200), m.item())
		}
	}
	for _, t := range dropped {
		m, opened := t.memory, t.gone() && t.issue.State == forge.Opened // again, by a person
		m.closed = closedDropped
		if t.done() || opened {
			b.Task(t.done(), "%s (no longer on the page) %s", safe.Short(m.title, 200), m.item())
		} else {
			b.Void("%s (no longer on the page) %s", safe.Short(m.title, 200), m.item())
		}
	}
}

// A group is a part of the scorecard that comes from one place of the page.
type group struct {
	from    string
	entries []hiring.Entry
}

// scorecard spells out what the opening asks: what the level itself asks first, then what it
// takes over, the lower levels before the whole page.
func (p *position) scorecard(b *safe.Builder) {
	var responsibilities, requirements []group
	if p.level == nil {
		responsibilities, requirements = []group{{entries: p.page.Responsibilities}}, []group{{entries: p.page.Requirements}}
	} else {
		responsibilities, requirements = groups(p.level.Responsibilities, p.level.Name), groups(p.level.Requirements, p.level.Name)
	}
	if p.specialty != nil {
		responsibilities = append(groups(p.specialty.Responsibilities, p.specialty.Name), responsibilities...)
		requirements = append(groups(p.specialty.Requirements, p.specialty.Name), requirements...)
	}
	for _, part := range []struct {
		title  safe.Value
		groups []group
	}{{safe.Word("responsibilities"), responsibilities}, {safe.Word("requirements"), requirements}} {
		all := distinct(part.groups)
		if len(all) == 0 {
			continue
		}
		b.Heading(3, "Scorecard: %s", part.title)
		for _, g := range all {
			switch {
			case g.from != "":
				b.Para("**%s**", safe.Text(g.from))
			case len(all) > 1:
				b.Para("**All levels of the page**")
			}
			nested := false
			for _, e := range g.entries {
				// An entry whose upper one is not there stands by itself.
				if nested = e.Depth > 0 && nested; nested {
					b.SubItem("%s", safe.Short(e.Text.Text, 600))
				} else {
					b.Item("%s", safe.Short(e.Text.Text, 600))
				}
				nested = true
			}
		}
	}
}

// groups are the entries of a level: its own, and those that it takes over by where they stand.
func groups(a hiring.Asks, name string) []group {
	all := []group{{from: name, entries: a.Own}}
	for _, in := range a.Inherited() {
		i := slices.IndexFunc(all, func(g group) bool { return g.from == in.From })
		if i < 0 {
			all = append(all, group{from: in.From})
			i = len(all) - 1
		}
		all[i].entries = append(all[i].entries, in.Entry)
	}
	slices.Reverse(all[1:]) // the nearest level first, the whole page last
	return all
}

// distinct leaves out empty groups, what stands in an earlier one already, and what would be nice to have.
func distinct(all []group) []group {
	seen := map[string]bool{}
	var out []group
	for _, g := range all {
		kept := group{from: g.from}
		for _, e := range g.entries {
			if key := strings.ToLower(strings.Join(strings.Fields(e.Text.Text), " ")); key != "" && !seen[key] && !e.Wish {
				seen[key] = true
				kept.entries = append(kept.entries, e)
			}
		}
		if len(kept.entries) > 0 {
			out = append(out, kept)
		}
	}
	return out
}

// stepBody is the managed part of a task's description.
func (p *position) stepBody(s wishedStep) safe.Markdown {
	var b safe.Builder
	b.Para("Step %s of %s in the hiring process for %s, opening %s.", safe.Num(s.number), safe.Num(len(p.steps)), safe.Text(p.role), safe.Text(p.id()))
	b.Item("**Kind:** %s", safe.Text(strings.ToLower(s.step.Kind.Name())))
	if d := bounds(s.step.Duration); d != "" {
		b.Item("**Minutes:** %s", safe.Text(d))
	}
	if n := meetings(s.step); n != "" {
		b.Item("**Meetings:** %s", safe.Text(n))
	}
	if len(s.step.With) > 0 {
		b.Item("**With:** %s", safe.Text(strings.Join(s.step.With, ", ")))
	}
	if len(s.people) > 0 {
		b.Item("**Interviewers:** %s", safe.Text(p.whoMeets(s)))
	}
	for _, one := range s.picks {
		if one.user != "" {
			b.Item("**%s:** assigned to %s", safe.Short(one.title, 160), p.why(one))
		} else {
			b.Item("**%s:** assigned to nobody by roleplan", safe.Short(one.title, 160))
		}
		if len(one.pool.People) > 1 {
			b.SubItem("%s people %s: %s", safe.Num(len(one.pool.People)), safe.Text(one.pool.Why), safe.Text(others(one)))
		}
	}
	if s.step.Optional {
		b.Item("**Optional:** this step may not take place")
	}
	b.Para("The page says: %s", safe.Text(s.step.Text.Text))
	return b.Markdown()
}

func (p *position) whoMeets(s wishedStep) string {
	names := make([]string, len(s.people))
	for i, u := range s.people {
		names[i] = p.person(u.Username)
	}
	return strings.Join(names, ", ")
}

// place puts a managed part into a description: in the place of the old one, or before all that
// people wrote. The mark before it holds the hash of what roleplan wrote, so that changes by
// people show: they stay until there is something else to write, and are kept below it then.
func place(existing, kind string, body safe.Markdown, mark func(hash string) safe.Markdown) safe.Markdown {
	hash := textHash(body.String())
	begin := safe.FindMarks(existing, kind)
	if len(begin) == 0 {
		return safe.Concat(mark(hash), body, safe.Mark(endMark), safe.Keep(strings.TrimSpace(existing)))
	}
	old, after := managedPart(existing, kind)
	var kept safe.Builder
	switch last := begin[0].Attributes["hash"]; {
	case textHash(old) == last:
	case hash == last:
		body = safe.Keep(strings.TrimSpace(old))
	default:
		kept.Details(func(b *safe.Builder) { b.Add(safe.Keep(strings.TrimSpace(safe.Unmarked(old)))) },
			"The part above was changed by hand before it was written anew. This is what stood there")
	}
	return safe.Concat(safe.Keep(strings.TrimSpace(existing[:begin[0].Start])), mark(hash), body, safe.Mark(endMark), kept.Markdown(), safe.Keep(strings.TrimSpace(after)))
}

// managedPart is the text between the marks of a kind and of its end, and what stands after it.
// Where the end was taken away, the part goes to the end of all.
func managedPart(existing, kind string) (part, after string) {
	rest := existing[safe.FindMarks(existing, kind)[0].End:]
	if ends := safe.FindMarks(rest, endMark); len(ends) > 0 {
		return rest[:ends[0].Start], rest[ends[0].End:]
	}
	return rest, ""
}

// remark puts another mark in the place of that of a kind, and changes nothing else.
func remark(existing, kind string, mark safe.Markdown) safe.Markdown {
	at := safe.FindMarks(existing, kind)[0]
	return safe.Concat(safe.Keep(strings.TrimSpace(existing[:at.Start])), mark, safe.Keep(strings.TrimSpace(existing[at.End:])))
}

var anyBox = regexp.MustCompile(`(?m)^(\s*[-*+] )\[[xX~]\]`)

// textHash is a hash of a text that is the same whether its boxes are ticked or not.
func textHash(s string) string {
	s = anyBox.ReplaceAllString(strings.ReplaceAll(s, "\r\n", "\n"), "$1[ ]")
	return digest(strings.TrimSpace(s))
}

// sameText compares as GitLab stores.
func sameText(a, b string) bool {
	return strings.TrimSpace(strings.ReplaceAll(a, "\r\n", "\n")) == strings.TrimSpace(b)
}

// digest is a short hash, for marks.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:6])
}

// names are user names in a row, for people to read.
func names(users []forge.User) string {
	list := make([]string, len(users))
	for i, u := range users {
		list[i] = u.Username
	}
	return strings.Join(list, ", ")
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
