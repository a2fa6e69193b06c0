package opening

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// The kinds of mark.
const (
	issueMark = "opening"
	taskMark  = "step"
	endMark   = "end"
)

// body is the managed part of an issue's description, without its marks.
func (p *position) body() safe.Markdown {
	var b safe.Builder
	page := p.page
	b.Para("Hiring for **%s**, by %s.", safe.Text(p.role), safe.Link(or(page.Title, p.opening.Page), safe.FileURL(p.project.WebURL, p.project.DefaultBranch, p.opening.Page, 0)))
	t := safe.NewTable("", "")
	row := func(name, value safe.Value, text string) {
		if text != "" {
			t.Row(name, value)
		}
	}
	o := p.opening
	row(safe.Word("Opening"), safe.Text(o.ID), o.ID)
	if p.level != nil {
		row(safe.Word("Level"), safe.Text(p.level.Name), p.level.Name)
		if g := p.level.Grade; g != nil {
			row(safe.Word("Grade"), safe.Text(gradeText(g)), gradeText(g))
		}
		if p.level.ReportsTo != nil {
			row(safe.Word("Reports to"), safe.Text(p.level.ReportsTo.Text), p.level.ReportsTo.Text)
		}
	}
	row(safe.Word("Specialty"), safe.Text(o.Specialty), o.Specialty)
	row(safe.Word("Place"), safe.Text(o.Location), o.Location)
	row(safe.Word("Type"), safe.Text(strings.ReplaceAll(o.Type, "_", " ")), o.Type)
	row(safe.Word("Priority"), safe.Text(o.Priority), o.Priority)
	row(safe.Word("Target start"), safe.Text(o.TargetStart), o.TargetStart)
	row(safe.Word("Hiring manager"), safe.Text(o.HiringManager), o.HiringManager)
	row(safe.Word("Recruiter"), safe.Text(o.Recruiter), o.Recruiter)
	if o.Status == hiring.OpeningOnHold {
		row(safe.Word("Status"), safe.Word("**on hold**"), o.Status)
	}
	b.Table(t)
	p.describeProcess(&b)
	p.scorecard(&b)
	return b.Markdown()
}

func gradeText(g *hiring.JobGrade) string {
	switch {
	case g.Min == 0:
		return ""
	case g.Min == g.Max:
		return fmt.Sprint(g.Min)
	}
	return fmt.Sprintf("%d to %d", g.Min, g.Max)
}

func (p *position) describeProcess(b *safe.Builder) {
	b.Heading(3, "Hiring process")
	if len(p.steps) == 0 {
		b.Para("The page lists no steps for this level yet.")
		return
	}
	t := safe.NewTable("", "Step", "With", "Minutes", "Meetings")
	for _, s := range p.steps {
		name := safe.Phrase("%s", safe.Short(s.name, 120))
		if s.step.Optional {
			name = safe.Phrase("%s (may not take place)", safe.Short(s.name, 120))
		}
		t.Row(safe.Num(s.number), name, safe.Short(strings.Join(s.step.With, ", "), 160), safe.Text(strings.TrimSuffix(minutes(s.step.Duration), " minutes")), safe.Text(meetings(s.step.Count)))
	}
	b.Table(t)
	b.Fence("mermaid", strings.TrimRight(hiring.Mermaid(p.process), "\n"))
}

// scorecard spells out what the level asks, with all that it takes over.
func (p *position) scorecard(b *safe.Builder) {
	if p.level == nil {
		return
	}
	for _, part := range []struct {
		title safe.Value
		asks  hiring.Asks
	}{{safe.Word("Responsibilities"), p.level.Responsibilities}, {safe.Word("Requirements"), p.level.Requirements}} {
		all := part.asks.All()
		if len(all) == 0 {
			continue
		}
		b.Heading(3, "Scorecard: %s", part.title)
		for _, text := range all {
			b.Item("%s", safe.Short(text.Text, 600))
		}
	}
}

// stepBody is the managed part of a task's description.
func (p *position) stepBody(s wishedStep) safe.Markdown {
	var b safe.Builder
	b.Para("Step %s of the hiring process for %s.", safe.Num(s.number), safe.Text(p.id()))
	t := safe.NewTable("", "")
	t.Row(safe.Word("Kind"), safe.Text(strings.ToLower(s.step.Kind.Name())))
	if d := minutes(s.step.Duration); d != "" {
		t.Row(safe.Word("Length"), safe.Text(d))
	}
	if s.step.Kind.Meeting() {
		t.Row(safe.Word("Meetings"), safe.Text(meetings(s.step.Count)))
	}
	if len(s.step.With) > 0 {
		t.Row(safe.Word("With"), safe.Text(strings.Join(s.step.With, ", ")))
	}
	if s.step.Optional {
		t.Row(safe.Word("Optional"), safe.Word("this step may not take place"))
	}
	b.Table(t)
	b.Para("The page says: %s", safe.Text(s.step.Text.Text))
	return b.Markdown()
}

// managed is a managed part with the marks around it.
func managed(mark, body safe.Markdown) safe.Markdown {
	return safe.Concat(mark, body, safe.Mark(endMark))
}

// place puts a managed part into a description: in the place of the old one, or before all that
// people wrote.
func place(existing, kind string, part safe.Markdown) safe.Markdown {
	begin := safe.FindMarks(existing, kind)
	if len(begin) == 0 {
		return safe.Concat(part, safe.Keep(strings.TrimSpace(existing)))
	}
	rest := existing[begin[0].End:]
	if ends := safe.FindMarks(rest, endMark); len(ends) > 0 {
		rest = rest[ends[0].End:]
	} else {
		rest = "" // the end was taken away with what stood after it
	}
	return safe.Concat(safe.Keep(strings.TrimSpace(existing[:begin[0].Start])), part, safe.Keep(strings.TrimSpace(rest)))
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

// names are user names in a row, for marks.
func names(users []forge.User) string {
	list := make([]string, len(users))
	for i, u := range users {
		list[i] = u.Username
	}
	return strings.Join(list, ",")
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
