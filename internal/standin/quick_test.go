package standin

import (
	"slices"
	"strings"
	"testing"
)

func TestQuickActions(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string // commands
		kept       string   // "" for the text itself
	}{
		{name: "first line", text: "/close\nthanks", want: []string{"/close"}, kept: "thanks"},
		{name: "last line", text: "thanks\n/close", want: []string{"/close"}, kept: "thanks"},
		{name: "middle of a paragraph", text: "a\n/close\nb", want: []string{"/close"}, kept: "a\nb"},
		{name: "upper case", text: "a\n/CLOSE", want: []string{"/close"}, kept: "a"},
		{name: "line ends of DOS", text: "a\r\n/close\r\nb", want: []string{"/close"}, kept: "a\nb"},
		{name: "with arguments", text: "a\n\n/label ~bug", want: []string{"/label"}, kept: "a"},
		{name: "several", text: "a\n\n/close\n/lock", want: []string{"/close", "/lock"}, kept: "a"},
		{name: "behind a comment", text: "<!-- mark -->\n/close", want: []string{"/close"}, kept: "<!-- mark -->"},
		{name: "behind a heading", text: "# a\n/close", want: []string{"/close"}, kept: "# a"},
		{name: "lazy line of a list item", text: "- a\n/close", want: []string{"/close"}, kept: "- a"},
		{name: "behind a closed fence", text: "```\na\n```\n/close", want: []string{"/close"}, kept: "```\na\n```"},
		{name: "no closing of the fence: fewer backticks", text: "````\n```\n/close\n````"},

		{name: "unknown name", text: "a\n/nothing of ours"},
		{name: "path", text: "a\n/close/to"},
		{name: "not at the start", text: "a /close"},
		{name: "indented", text: "a\n /close"},
		{name: "escaped", text: "a\n\\/close"},
		{name: "fence", text: "a\n```\n/close\n```"},
		{name: "fence of tildes", text: "a\n~~~\n/close\n~~~"},
		{name: "open fence", text: "a\n```\n/close"},
		{name: "fence with a language", text: "```suggestion:-0+0\n/close\n```"},
		{name: "indented code", text: "a\n\n    /close"},
		{name: "quote", text: "> a\n> /close"},
		{name: "lazy line of a quote", text: "> a\n/close"},
		{name: "quote of many lines", text: ">>>\na\n\n/close\n>>>"},
		{name: "HTML block", text: "<div>\n/close\n</div>"},
		{name: "details", text: "<details><summary>a</summary>\n/close\n</details>"},
		{name: "comment", text: "<!--\n/close\n-->"},
		{name: "code span over lines", text: "a `b\n/close\nc` d"},
		{name: "list item", text: "- /close"},
		{name: "table", text: "| a |\n| --- |\n/close"},
		{name: "heading", text: "# /close"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, Options{})
			i := w.s.AddIssue(w.p, w.users["maintainer"], "title", test.text)
			var got []string
			for _, q := range w.s.QuickActionsRun() {
				got = append(got, q.Command)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q ran, want %q", got, test.want)
			}
			kept := test.kept
			if kept == "" {
				kept = test.text
			}
			if i.Description != kept {
				t.Errorf("kept %q, want %q", i.Description, kept)
			}
			if closed := i.State == "closed"; closed != slices.Contains(test.want, "/close") {
				t.Errorf("state is %s", i.State)
			}
		})
	}
}

func TestNoteOfCommands(t *testing.T) {
	w := newWorld(t, Options{})
	i := w.s.AddIssue(w.p, w.users["maintainer"], "title", "")
	notes := w.path("issues/1/notes")

	a := w.must(202, "reporter", "POST", notes, map[string]any{"body": "/close"})
	if a.at("commands_changes", "close") != true || a.at("id") != nil {
		t.Errorf("the answer is %s", a.text)
	}
	if len(w.s.IssueNotes(i)) != 0 || i.State != "closed" {
		t.Errorf("%d notes, state %s", len(w.s.IssueNotes(i)), i.State)
	}
	w.must(400, "reporter", "POST", notes, map[string]any{"body": "/close"}) // it is closed
	w.must(400, "guest", "POST", notes, map[string]any{"body": "/reopen"})   // a guest may not
	if i.State != "closed" {
		t.Error("a guest reopened the issue")
	}

	// An edit to nothing but commands deletes the note.
	n := w.s.CommentIssue(i, w.users["reporter"], "text")
	w.must(202, "reporter", "PUT", w.path("issues/1/notes/%d", n.ID), map[string]any{"body": "/reopen"})
	if len(w.s.IssueNotes(i)) != 0 || i.State != "opened" {
		t.Errorf("%d notes, state %s", len(w.s.IssueNotes(i)), i.State)
	}
}

// TestQuickActionsOfEdits shows that a description runs only what it did not hold before.
func TestQuickActionsOfEdits(t *testing.T) {
	w := newWorld(t, Options{})
	mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
	w.s.mu.Lock()
	mr.Description = "old\n\n/shrug" // as one kept from a server that did not know it
	w.s.mu.Unlock()
	w.must(200, "developer", "PUT", w.path("merge_requests/1"), map[string]any{"description": "old\n\n/shrug\n\nnew\n/close"})
	var ran []string
	for _, q := range w.s.QuickActionsRun() {
		ran = append(ran, q.Command+" on "+q.On)
	}
	if want := []string{"/close on merge request 1"}; !slices.Equal(ran, want) {
		t.Errorf("%q ran, want %q", ran, want)
	}
	if mr.State != "closed" || mr.Description != "old\n\n/shrug\n\nnew" {
		t.Errorf("state %s, description %q", mr.State, mr.Description)
	}
}

// TestDangerousActions shows that commands do harm with the rights of the token.
func TestDangerousActions(t *testing.T) {
	for _, test := range []struct {
		as, text, state string
		done            bool
	}{
		{"maintainer", "x\n/merge", "merged", true},
		{"developer", "x\n/merge", "opened", false},
		{"developer", "x\n/close", "closed", true},
		{"reporter", "x\n/close", "opened", false},
	} {
		t.Run(test.as+strings.TrimPrefix(test.text, "x\n"), func(t *testing.T) {
			w := newWorld(t, Options{})
			mr := w.request(map[string]*string{"a.md": new("a\n")}, map[string]*string{"a.md": new("b\n")})
			w.must(201, test.as, "POST", w.path("merge_requests/1/notes"), map[string]any{"body": test.text})
			if ran := w.s.QuickActionsRun(); len(ran) != 1 || ran[0].Done != test.done || mr.State != test.state {
				t.Errorf("ran %+v, state %s", ran, mr.State)
			}
		})
	}
}

func TestMentions(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"thanks @guest!", []string{"@guest"}},
		{"thanks (@guest, @reporter).", []string{"@guest", "@reporter"}},
		{"@acme please", []string{"@acme"}},
		{"@all", []string{"@all"}},
		{"@nobody", nil},
		{"mail guest@guest.example", nil},
		{"see #12 and !3", []string{"#12", "!3"}},
		{"see acme/handbook#12", []string{"acme/handbook#12"}},
		{"~bug ~\"two words\" ~unknown", []string{"~bug", `~"two words"`}},
		{"%soon and &1", []string{"%soon", "&1"}},
		{"entity &#64;guest", []string{"@guest"}},
		{"- @guest\n\n> @reporter\n\n# @developer", []string{"@guest", "@reporter", "@developer"}},
		{"**@guest**", []string{"@guest"}},
		{"<details><summary>@guest</summary></details>", []string{"@guest"}},
		{"http://gitlab.test/acme/handbook/-/issues/1", []string{"http://gitlab.test/acme/handbook/-/issues/1"}},
		{"[text](http://gitlab.test/acme/handbook/-/merge_requests/1)", []string{"http://gitlab.test/acme/handbook/-/merge_requests/1"}},
		{"http://elsewhere.test/acme/handbook/-/issues/1", nil},

		{"`@guest`", nil},
		{"```\n@guest #1\n```", nil},
		{"    @guest", nil},
		{`\@guest \#1`, nil},
		{"<!-- @guest -->", nil},
		{"<code>@guest</code> and <pre>#1</pre>", nil},
		{"<!-- a\n\n@guest -->", nil},
		{"C# 12, item 3!, 50% more", nil},
	} {
		t.Run(test.text, func(t *testing.T) {
			w := newWorld(t, Options{})
			w.s.AddLabel(w.p, "bug", "#112233", "")
			w.s.AddLabel(w.p, "two words", "#112233", "")
			w.s.AddIssue(w.p, w.users["maintainer"], "title", test.text)
			var got []string
			for _, m := range w.s.Mentions() {
				got = append(got, m.Text)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("mentions are %q, want %q", got, test.want)
			}
		})
	}
}

func TestCrossReference(t *testing.T) {
	w := newWorld(t, Options{})
	first := w.s.AddIssue(w.p, w.users["maintainer"], "first", "")
	second := w.s.AddIssue(w.p, w.users["maintainer"], "second", "see #1")
	notes := w.s.IssueNotes(first)
	if len(notes) != 1 || !notes[0].System || notes[0].Body != "mentioned in issue #2" {
		t.Errorf("notes are %+v", notes)
	}
	w.s.EditIssue(second, w.users["maintainer"], func(i *Issue) { i.Title = "third" })
	w.must(200, "maintainer", "PUT", w.path("issues/2"), map[string]any{"description": "see #1, indeed"})
	if n := len(w.s.IssueNotes(first)); n != 1 {
		t.Errorf("%d notes after an edit, want 1", n)
	}
}
