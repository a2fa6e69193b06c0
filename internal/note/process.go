package note

import (
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/safe"
)

// processes has a part for every hiring process that the merge request changes: a table with
// the steps before and after, and a chart of those after.
func processes(s Summary) []part {
	var parts []part
	for _, p := range s.Pages {
		for _, c := range hiring.CompareProcesses(p.ProcessBefore, p.ProcessAfter) {
			parts = append(parts, processPart(p, c))
		}
	}
	return parts
}

func processPart(p Page, c hiring.ProcessChange) part {
	name := p.Title
	if name == "" {
		name = p.Path
	}
	title := safe.Phrase("“%s”", safe.Short(name, 80))
	if c.Scope != "" {
		title = safe.Phrase("“%s”, %s", safe.Short(name, 80), safe.Short(c.Scope, 80))
	}
	change := changeWords(c)
	var open, folded safe.Builder
	open.Para("**Hiring process of %s**: %s", title, change)
	processBody(&open, c)
	folded.Details(func(b *safe.Builder) { processBody(b, c) }, "Hiring process of %s: %s", title, change)
	return part{open: open.Markdown(), folded: folded.Markdown()}
}

// changeWords says what happened to a process in a few words.
func changeWords(c hiring.ProcessChange) safe.Value {
	before, after := 0, 0
	n := map[hiring.StepVerb]int{}
	for _, s := range c.Steps {
		n[s.Verb]++
		if s.Before != nil {
			before++
		}
		if s.After != nil {
			after++
		}
	}
	switch {
	case before == 0:
		return safe.Phrase("new, with %s", safe.Count(after, "step", "steps"))
	case after == 0:
		return safe.Phrase("taken away; it had %s", safe.Count(before, "step", "steps"))
	}
	var parts []safe.Value
	for _, v := range []struct {
		verb hiring.StepVerb
		word safe.Value
	}{
		{hiring.StepAdded, safe.Word("new")},
		{hiring.StepDropped, safe.Word("gone")},
		{hiring.StepMoved, safe.Word("moved")},
		{hiring.StepChanged, safe.Word("changed")},
	} {
		if n[v.verb] > 0 {
			parts = append(parts, safe.Phrase("%s %s", safe.Count(n[v.verb], "step", "steps"), v.word))
		}
	}
	return safe.Join(", ", parts...)
}

func processBody(b *safe.Builder, c hiring.ProcessChange) {
	t := safe.NewTable("", "Before", "After")
	for _, s := range c.Steps {
		after := stepWords(s.After, s.Is)
		if s.Verb == hiring.StepSame && s.Was == s.Is {
			after = safe.Word("as before")
		}
		t.Row(stepMark(s), stepWords(s.Before, s.Was), after)
	}
	b.Table(t)
	if c.After != nil && len(c.After.Steps) > 0 {
		chart := hiring.Mermaid(c.After)
		b.Details(func(b *safe.Builder) { b.Fence("mermaid", chart) }, "Chart of the new process")
	}
}

// stepMark says what happened to a step, and which of its parts read differently.
func stepMark(s hiring.StepChange) safe.Value {
	var fields []safe.Value
	for _, f := range s.Fields {
		fields = append(fields, safe.Text(f.Field))
	}
	word := safe.Word("")
	switch s.Verb {
	case hiring.StepAdded:
		return safe.Word("**new**")
	case hiring.StepDropped:
		return safe.Word("**gone**")
	case hiring.StepMoved:
		word = safe.Word("**moved**")
	case hiring.StepChanged:
		word = safe.Word("**changed**")
	case hiring.StepSame:
		return word
	}
	if len(fields) == 0 {
		return word
	}
	return safe.Phrase("%s: %s", word, safe.Join(", ", fields...))
}

func stepWords(s *hiring.Step, number int) safe.Value {
	if s == nil {
		return safe.Word("")
	}
	return safe.Phrase("%s. %s", safe.Num(number), safe.Short(s.Text.Text, 160))
}
