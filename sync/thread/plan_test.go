package thread_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gitlab.com/roleplan/roleplan/internal/finding"
	"gitlab.com/roleplan/roleplan/internal/forge"
	"gitlab.com/roleplan/roleplan/internal/hiring"
	"gitlab.com/roleplan/roleplan/internal/note"
	"gitlab.com/roleplan/roleplan/internal/safe"
	"gitlab.com/roleplan/roleplan/sync/thread"
)

const me, ana = 99, 7

// wanted is a finding on a changed line of a page.
func wanted(id, page string) thread.Wanted {
	body := note.WriteThread(note.Thread{Mark: note.Mark{ID: id, Page: page}, Finding: finding.Finding{Rule: "rule", Severity: finding.Warning, Message: id}})
	return thread.Wanted{ID: id, Page: page, OldPage: page, Body: body, At: &forge.Position{NewPath: page, NewLine: 3}}
}

// begun is the discussion that posting a wanted thread comes to, with answers to it.
func begun(w thread.Wanted, answers ...forge.Note) forge.Discussion {
	at := *w.At
	first := forge.Note{ID: 1, Body: w.Body.String(), Author: forge.User{ID: me}, Position: &at}
	return forge.Discussion{ID: "d", Notes: append([]forge.Note{first}, answers...)}
}

func by(author int64, m safe.Markdown) forge.Note {
	return forge.Note{ID: 2, Body: m.String(), Author: forge.User{ID: author}}
}

func resolvedBy(d forge.Discussion, who int64) forge.Discussion {
	d.Notes = slices.Clone(d.Notes)
	d.Notes[0].Resolved, d.Notes[0].ResolvedBy = true, forge.User{ID: who}
	return d
}

func TestMake(t *testing.T) {
	t.Parallel()
	a, b := wanted("a", "p.md"), wanted("b", "p.md")
	old, changed := a, a
	old.At = nil
	changed.Body = safe.Sprintf("other words")
	moved := a
	moved.Page = "q.md"
	people := by(ana, safe.Sprintf("why?"))
	gone, back := by(me, note.Gone("abc")), by(me, note.Back("abc"))
	foreign := begun(a)
	foreign.Notes[0].Author.ID = ana
	outdated := begun(a)
	outdated.Notes[0].Position.NewPath = "elsewhere.md"
	open := thread.Options{Head: "head", Limit: 10, Open: true, Pages: map[string]bool{"p.md": true}}
	with := func(f func(*thread.Options)) thread.Options { o := open; f(&o); return o }
	for name, tt := range map[string]struct {
		want []thread.Wanted
		have []forge.Discussion
		o    thread.Options
		do   string
	}{
		"nothing":                    {nil, nil, open, ""},
		"new":                        {[]thread.Wanted{a, b}, nil, open, "post a, post b"},
		"was there before":           {[]thread.Wanted{old}, nil, open, ""},
		"more than allowed":          {[]thread.Wanted{a, b}, nil, with(func(o *thread.Options) { o.Limit = 1 }), "post a"},
		"none allowed":               {[]thread.Wanted{a, b}, nil, with(func(o *thread.Options) { o.Limit = 0 }), ""},
		"draft":                      {[]thread.Wanted{a}, nil, with(func(o *thread.Options) { o.Open = false }), ""},
		"deleted by a person":        {[]thread.Wanted{a, b}, nil, with(func(o *thread.Options) { o.Told = map[string]bool{a.Key(): true} }), "post b"},
		"deleted ones count":         {[]thread.Wanted{a, b}, nil, with(func(o *thread.Options) { o.Limit, o.Told = 1, map[string]bool{a.Key(): true} }), ""},
		"refused":                    {[]thread.Wanted{a, b}, nil, with(func(o *thread.Options) { o.Refused = map[string]bool{a.Key(): true} }), "post b"},
		"stands":                     {[]thread.Wanted{a}, []forge.Discussion{begun(a)}, open, ""},
		"stands and is old":          {[]thread.Wanted{old}, []forge.Discussion{begun(a)}, open, ""},
		"says something else":        {[]thread.Wanted{changed}, []forge.Discussion{begun(a)}, open, "edit 1 other"},
		"renamed":                    {[]thread.Wanted{moved}, []forge.Discussion{outdated}, open, ""},
		"resolved by a person":       {[]thread.Wanted{changed}, []forge.Discussion{resolvedBy(begun(a), ana)}, open, ""},
		"resolved by us":             {[]thread.Wanted{a}, []forge.Discussion{resolvedBy(begun(a), me)}, open, "reopen"},
		"resolved by us, old":        {[]thread.Wanted{old}, []forge.Discussion{resolvedBy(begun(a), me)}, open, ""},
		"gone":                       {nil, []forge.Discussion{begun(a)}, open, "resolve"},
		"gone on a draft":            {nil, []forge.Discussion{begun(a)}, with(func(o *thread.Options) { o.Open = false }), "resolve"},
		"gone, page not read":        {nil, []forge.Discussion{begun(a)}, with(func(o *thread.Options) { o.Unread = map[string]bool{"p.md": true} }), ""},
		"gone and resolved":          {nil, []forge.Discussion{resolvedBy(begun(a), ana)}, open, ""},
		"gone, a person has written": {nil, []forge.Discussion{begun(a, people)}, open, "answer Gone"},
		"gone, and answered":         {nil, []forge.Discussion{begun(a, people, gone)}, open, ""},
		"back, and answered":         {[]thread.Wanted{a}, []forge.Discussion{begun(a, people, gone)}, open, "edit 2 back"},
		"back, and said so":          {[]thread.Wanted{a}, []forge.Discussion{begun(a, people, back)}, open, ""},
		"gone once more":             {nil, []forge.Discussion{begun(a, people, back)}, open, "edit 2 gone"},
		"doubled":                    {[]thread.Wanted{a}, []forge.Discussion{begun(a), begun(a)}, open, "resolve"},
		"doubled, a person answered": {[]thread.Wanted{a}, []forge.Discussion{begun(a), begun(a, people)}, open, ""},
		"written by somebody else":   {nil, []forge.Discussion{foreign}, open, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := thread.Make(tt.want, thread.Read(tt.have, me), tt.o)
			var done []string
			for _, act := range plan.Actions {
				word := string(act.Verb)
				switch act.Verb {
				case thread.Post:
					word += " " + act.Want.ID
				case thread.Edit:
					word += fmt.Sprint(" ", act.Note, " ", kindOf(act.Body))
				case thread.Answer:
					word += " Gone"
				case thread.Resolve, thread.Reopen:
				}
				done = append(done, word)
			}
			if got := strings.Join(done, ", "); got != tt.do {
				t.Errorf("does %q, want %q", got, tt.do)
			}
		})
	}
}

func kindOf(m safe.Markdown) string {
	if said := note.ReadAnswer(m.String()); said != "" {
		return said
	}
	return "other"
}

// TestSuggestion: what is applied takes the place of whole lines, and is what the fix makes of them.
func TestSuggestion(t *testing.T) {
	t.Parallel()
	const src = "one\ntwo bad\nthree bad\nfour\n"
	edit := func(old, text string) finding.Edit {
		i := strings.Index(src, old)
		return finding.Edit{Text: text, Span: hiring.Span{Start: i, End: i + len(old)}}
	}
	for name, tt := range map[string]struct {
		line int
		fix  []finding.Edit
		want string // of the fence, "" for none
	}{
		"no fix":            {2, nil, ""},
		"one line":          {2, []finding.Edit{edit("bad", "good")}, "```suggestion:-0+0\ntwo good\n```"},
		"several lines":     {3, []finding.Edit{edit("three", "3"), edit("two bad", "two good")}, "```suggestion:-1+0\ntwo good\n3 bad\n```"},
		"lines below":       {1, []finding.Edit{edit("four", "4")}, "```suggestion:-0+3\none\ntwo bad\nthree bad\n4\n```"},
		"joined":            {2, []finding.Edit{edit("bad\nthree", "bad, three")}, "```suggestion:-0+1\ntwo bad, three bad\n```"},
		"a fence":           {2, []finding.Edit{edit("bad", "```")}, "````suggestion:-0+0\ntwo ```\n````"},
		"overlapping edits": {2, []finding.Edit{edit("two bad", "x"), edit("bad", "y")}, ""},
		"out of the page":   {2, []finding.Edit{{Text: "x", Span: hiring.Span{Start: 0, End: 1000}}}, ""},
		"a comment":         {2, []finding.Edit{edit("bad", "<!-- x -->")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := hiring.Range{Start: hiring.Pos{Line: tt.line, Column: 1}, End: hiring.Pos{Line: tt.line, Column: 2}}
			f := finding.Finding{Rule: "r", Severity: finding.Warning, Path: "a.md", Range: at, Message: "m", Fix: tt.fix}
			file := forge.ChangedFile{OldPath: "a.md", NewPath: "a.md", New: true, Diff: "@@ -0,0 +1,4 @@\n+one\n+two bad\n+three bad\n+four\n"}
			want := thread.Want([]thread.Page{{File: file, Source: []byte(src), Findings: finding.Sort([]finding.Finding{f})}}, forge.DiffRefs{Head: "h"})
			body := want[0].Body.String()
			if tt.want == "" {
				if strings.Contains(body, "```") {
					t.Errorf("suggests:\n%s", body)
				}
				return
			}
			if !strings.Contains(body, "\n\n"+tt.want+"\n\n") {
				t.Errorf("suggests:\n%s\nwant:\n%s", body, tt.want)
			}
		})
	}
}

// TestWant: which findings may have a thread, and in which order.
func TestWant(t *testing.T) {
	t.Parallel()
	file := forge.ChangedFile{OldPath: "a.md", NewPath: "a.md", Diff: "@@ -10,3 +10,4 @@\n ten\n+new\n eleven\n twelve\n"}
	at := func(rule string, s finding.Severity, from, to int) finding.Finding {
		return finding.Finding{Rule: rule, Severity: s, Path: "a.md", Message: rule, Range: hiring.Range{Start: hiring.Pos{Line: from, Column: 1}, End: hiring.Pos{Line: to, Column: 1}}}
	}
	standing := at("standing", finding.Error, 11, 11)
	fs := finding.Sort([]finding.Finding{
		standing, at("added", finding.Warning, 11, 11), at("context", finding.Error, 12, 12), at("outside", finding.Error, 40, 40),
		at("light", finding.Info, 11, 11), at("spanning", finding.Warning, 1, 30),
	})
	want := thread.Want([]thread.Page{{File: file, Findings: fs, Before: finding.Sort([]finding.Finding{standing})}}, forge.DiffRefs{Head: "h"})
	var got []string
	for _, w := range want {
		if w.At != nil {
			got = append(got, fmt.Sprint(w.At.OldLine, " ", w.At.NewLine))
		}
	}
	if len(want) != 6 || !slices.Equal(got, []string{"11 12", "0 11", "0 11"}) {
		t.Errorf("%d findings, threads may stand on %q", len(want), got)
	}
}
