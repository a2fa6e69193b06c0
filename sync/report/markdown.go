package report

import (
	"io"
	"math"

	"gitlab.com/roleplan/roleplan/internal/safe"
)

// Markdown writes the report for GitLab. What comes from outside does nothing there.
func (r *Report) Markdown(w io.Writer) error {
	_, err := io.WriteString(w, r.markdown(len(r.Openings)+len(r.Overdue)).String()+"\n")
	return err
}

// markdown is the report with at most a number of rows in each of its tables.
func (r *Report) markdown(most int) safe.Markdown {
	var b safe.Builder
	b.Heading(2, "Hiring on %s", safe.Text(r.At.Format("2006-01-02")))
	if len(r.Openings) == 0 {
		b.Para(nobody)
		return b.Markdown()
	}
	for _, fact := range r.facts() {
		b.Item("%s", safe.Text(fact))
	}
	r.overdueMarkdown(&b, most)
	r.stageMarkdown(&b)
	r.openingMarkdown(&b, most)
	r.peopleMarkdown(&b, most)
	return b.Markdown()
}

func (r *Report) overdueMarkdown(b *safe.Builder, most int) {
	if len(r.Overdue) == 0 {
		return
	}
	b.Heading(3, "Overdue steps")
	t := safe.NewTable("Opening", "Step", "Due", "Days late", "Owner")
	for _, o := range r.Overdue[:min(most, len(r.Overdue))] {
		t.Row(safe.Text(o.Opening), safe.Reference(o.Name, o.URL), safe.Text(o.Due), safe.Num(o.DaysLate), safe.Text(o.who()))
	}
	b.Table(t)
	rest(b, len(r.Overdue)-most)
}

func (r *Report) stageMarkdown(b *safe.Builder) {
	if len(r.Stages) == 0 {
		return
	}
	b.Heading(3, "Openings by stage, and time in stage")
	t := safe.NewTable("Stage", "There now", "Longest there", "Have left", "Median", "90th percentile")
	for _, s := range r.Stages {
		t.Row(safe.Text(s.Name), safe.Num(s.Openings), tenths(s.longest()), safe.Num(s.Time.Count), tenths(s.Time.Median), tenths(s.Time.P90))
	}
	b.Table(t)
	b.Para("Days, without time on hold or closed. Median and 90th percentile are of openings that have left the stage.")
}

func (r *Report) openingMarkdown(b *safe.Builder, most int) {
	running := r.running()
	if len(running) == 0 {
		return
	}
	b.Heading(3, "Openings")
	t := safe.NewTable("Opening", "Role", "Next step", "Days in stage", "Age", "Done", "Due", "Owner", "Target start")
	for _, o := range running[:min(most, len(running))] {
		next, due, who := safe.Text(o.idle()), "", ""
		if o.Next != nil {
			next, due, who = safe.Reference(o.Next.Name, o.Next.URL), o.Next.Due, o.Next.who()
		}
		t.Row(safe.Reference(o.name(), o.URL), safe.Text(o.Role), next, tenths(&o.StageDays), tenths(&o.AgeDays), safe.Text(o.done()), safe.Text(due), safe.Text(who), safe.Text(o.TargetStart))
	}
	b.Table(t)
	rest(b, len(running)-most)
}

func (r *Report) peopleMarkdown(b *safe.Builder, most int) {
	if len(r.People) == 0 {
		return
	}
	b.Heading(3, "Interviews a person")
	t := safe.NewTable("Person", "Ahead", "Next up", "Overdue", "Done in 30 days")
	for _, p := range r.People[:min(most, len(r.People))] {
		t.Row(safe.Text(p.text()), safe.Num(p.Ahead), safe.Num(p.Now), safe.Num(p.Overdue), safe.Num(p.Done))
	}
	b.Table(t)
	rest(b, len(r.People)-most)
}

// tenths is a number of days to a tenth. Text would write its point with a backslash.
func tenths(days *float64) safe.Value {
	if days == nil {
		return safe.Word(none)
	}
	n := int(math.Round(*days * 10))
	return safe.Phrase("%s.%s", safe.Num(n/10), safe.Num(n%10))
}

// rest says how many rows are left out.
func rest(b *safe.Builder, n int) {
	if n > 0 {
		b.Para("%s more; `roleplan report` prints all.", safe.Num(n))
	}
}
