package migrate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gitlab.com/roleplan/roleplan/internal/hiring"
)

// marks are tags and attributes that come and go with the layout, within the words of a page.
var marks = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)<%.*?%>|\{:[^{}\n]*\}|<!--.*?-->`)
})

// reading is what roleplan understands of a page, a line for each thing: levels with grades and
// all that they ask, processes with their steps. Migrating changes none of it.
func reading(p *hiring.Page) []string {
	var lines []string
	tell := func(format string, args ...any) {
		text := marks().ReplaceAllStringFunc(fmt.Sprintf(format, args...), func(mark string) string {
			words, _, _ := linkTag(mark)
			return words
		})
		lines = append(lines, strings.Join(strings.Fields(text), " "))
	}
	for _, lv := range slices.Concat(p.Levels, p.Roles, p.Variants) {
		role, grade, boss := "", "none", ""
		if lv.Role != nil {
			role = lv.Role.Name
		}
		if lv.Grade != nil {
			grade = fmt.Sprintf("%d to %d", lv.Grade.Min, lv.Grade.Max)
		}
		if lv.ReportsTo != nil {
			boss = lv.ReportsTo.Text
		}
		tell("%s %s of %s, grade %s, reports to %s", lv.Kind, lv.Name, role, grade, boss)
		for _, part := range []struct {
			name string
			asks hiring.Asks
		}{{"responsibility", lv.Responsibilities}, {"requirement", lv.Requirements}, {"performance indicator", lv.PerformanceIndicators}} {
			for _, in := range part.asks.Inherited() {
				tell("%s of %s from %s: %s", part.name, lv.Name, in.From, in.Text.Text)
			}
			for _, own := range part.asks.Own {
				tell("%s of %s: %s", part.name, lv.Name, own.Text.Text)
			}
		}
	}
	for _, proc := range p.Process {
		tell("hiring process %s", proc.Scope)
		for i, st := range proc.Steps {
			tell("step %d %s, may fall out %t, minutes %s, meetings %s, with %s: %s", i+1, st.Kind, st.Optional, bounds(st.Duration), bounds(st.Count), strings.Join(st.With, ", "), st.Text.Text)
		}
	}
	return lines
}

func bounds(b *hiring.Bounds) string {
	if b == nil {
		return "open"
	}
	return fmt.Sprintf("%d-%d", b.Min, b.Max)
}

// difference is the first thing that two pages are understood differently in; equal texts when
// there is none.
func difference(a, b *hiring.Page) (before, after string) {
	x, y := reading(a), reading(b)
	for i := range max(len(x), len(y)) {
		switch {
		case i >= len(x):
			return "nothing", excerpt([]rune(y[i]), 0)
		case i >= len(y):
			return excerpt([]rune(x[i]), 0), "nothing"
		case x[i] != y[i]:
			a, b := []rune(x[i]), []rune(y[i])
			same := 0
			for same < min(len(a), len(b)) && a[same] == b[same] {
				same++
			}
			return excerpt(a, same), excerpt(b, same)
		}
	}
	return "", ""
}

// excerpt is a text around a place, in quotes.
func excerpt(text []rune, at int) string {
	from, to := max(at-60, 0), min(at+60, len(text))
	short := string(text[from:to])
	if from > 0 {
		short = "…" + short
	}
	if to < len(text) {
		short += "…"
	}
	return fmt.Sprintf("%q", short)
}
