package safe_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"gitlab.com/roleplan/roleplan/internal/safe"
)

// hostile are texts that a stranger may have written into a page, a file name, an opening.
var hostile = []string{
	"/close", "/CLOSE", " /merge", "\t/approve", "\n/close\n", "x\n/close", "x\r/close", "x\r\n/assign @root", "x\u2028/close", "x\u2029/close",
	"x\u0085/close", "x\v/close", "x\f/close", "\u200b/close", "\ufeff/close", "/\u200bclose", "x\n\n/label ~bug\n\ny", "- /close", "1. /close",
	"1) x", "2026. a year", "> /close", "* a", "+ a", "- a", "- [ ] a", "[ ]", "[x]", "\\\n/close", "x\\", "\\", "\\\\", "x  \n/close",
	"@root", "@group/sub", "@all", "hello @ana and @bo", "(@ana)", "a@b.example", "@\u200bana", "\uff20ana @ana", "\\@ana", "&#64;ana", "&commat;ana", "*@ana*",
	"#1", "!1", "~bug", `~"two words"`, "%v1", `%"two words"`, "&1", "$1", "^1", "^alert#1", "group/project#1", "group/project!1", "group/project~bug", "group&1",
	"[vulnerability:1]", "[contact:a@b.example]", "[cadence:1]", "[issue:1]", "*iteration:1", "Closes #1, fixes !2", "##1", "\\#1", "#\\1", "GL-1", "JIRA-12",
	"9ba12248", "9ba12248..b19a04f5", "project@9ba12248aabbccdd", "0123456789012345678901234567890123456789", "deadbeef.",
	"https://gitlab.example/group/project/-/issues/1", "https://gitlab.example/ana", "HTTPS://gitlab.example/x", "see http://a.example/b?c=d#e.", "www.example.com",
	"ftp://x.example", "mailto:a@b.example", "Xmpp", "x mailto", "WWW", "<https://a.example>", "javascript://x", "//host/path",
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<!-- comment", "-->", "<!-- roleplan:summary v1 -->", "--!>", "<!", "<?php", "<![CDATA[", "</details>",
	"</summary></details><img src=x>", "<details>", "<div>\n\n/close\n\n</div>", "<code>", "</code>@ana", "&lt;b&gt;", "&copy;", "R&D", "a < b > c",
	"![x](https://a.example/x.png)", "[x](https://a.example)", "[x][y]", "[y]: https://a.example", "](https://a.example)", "[", "]", "![", "!", "x!", "[^1]", "[^1]: note",
	"*bold*", "**bold**", "_it_", "__init__", "snake_case_name", "~~gone~~", "***", "* * *", "___", "===", "---", "- - -", "--", "=", "-", "+", "+++", ";;;", ":::", ": a",
	"# heading", "#", "###### x", "x\n===", "x\n---", "```", "````", "~~~", "```\n/close\n```", "`", "``", "`x", "x`", "` ` `", "`a``b```c", "`@ana", "a` @ana `b",
	"|", "a | b", "| a | b |\n| --- | --- |", "\\|", "\\\\|", "|@ana|", "a\\|b`", "`a|b`", ">>>", "> x", "> [!warning]", "    indented", "\tindented",
	"[[_TOC_]]", "[TOC]", "[[Page]]", "[[a page]]", "$`x`$", "$$x$$", "$x + y$", "{+ in +}", "{- out -}", "[+ in +]", "[- out -]", "{{< x >}}", "{: .x}", "::include{file=x}",
	":x:", ":x", "a(:x", ":thumbsup: yes", ":+1:", "10:30:45", "%{project_name}", "\x00", "\x1b[31m", "\xff\xfe", "\u202e txet", "\U000e0041", "", " ", "\n", "Ünïcödé 名前", "👩\u200d💻",
	"~.x", "~?x", "~-", "~&", "%(v1)", "%.v1", "50%/50%", "(50%)", "100%.", "@.x", "x\u00a0/close", "\u00a0/close", "x\u3000/close", "/\u2060close", "@\ufe0fana", "#\u200d1", "~\u00adbug",
	"#1[a.png]", "#1/designs[a.png]", "[feature_flag:1]", "[work_item:1]", "[wiki_page:home]", "*iteration:\"a b\"", "*ITERATION:1", "1234567..89abcde", "9ba12248...b19a04f5", "a@9ba12248",
	"---\nx: 1\n---", "+++\nx\n+++", ";;;\n{}\n;;;", "--- yaml", "[~] gone", "[x] done", "[!note]", "> [!NOTE]\n> x", "#FF0000", "rgb(1,2,3)", "hsl(1,2%,3%)", "```mermaid\nclick A href \"x\"\n```", "```math\nx\n```",
	"^[a note]", "[^n]: @ana", "x[^1]\n\n[^1]: @ana", "==x==", "H~2~O", "x^2^", "xmpp:a@b.example", "[[a|b]]", "[[_toc_]]", "Term\n: meaning", "<details open>", "<kbd>x</kbd>", "<a name=x></a>", "&num;1", "&#35;1", "&#x23;1", "&lsqb;&lsqb;x]]",
	strings.Repeat("a", 70000), strings.Repeat("`", 5000), strings.Repeat("@", 3000), strings.Repeat("/close\n", 2000), "\"quoted\"", "it's", "100%", "50% of it", "C#", "C++", "~", "%", "&", "$", "^",
}

// placements write a stranger's text into each place that there is.
var placements = map[string]func(s string) safe.Markdown{
	"start":       func(s string) safe.Markdown { return safe.Sprintf("%s", safe.Text(s)) },
	"start, more": func(s string) safe.Markdown { return safe.Sprintf("%s is it", safe.Text(s)) },
	"middle":      func(s string) safe.Markdown { return safe.Sprintf("a %s b", safe.Text(s)) },
	"colon": func(s string) safe.Markdown {
		return safe.Sprintf("%s: %s: (%s)", safe.Text(s), safe.Text(s), safe.Text(s))
	},
	"stop":          func(s string) safe.Markdown { return safe.Sprintf("a %s. b", safe.Text(s)) },
	"new line":      func(s string) safe.Markdown { return safe.Sprintf("a\n%s\nb", safe.Text(s)) },
	"short":         func(s string) safe.Markdown { return safe.Sprintf("%s", safe.Short(s, 7)) },
	"twice":         func(s string) safe.Markdown { return safe.Sprintf("%s%s", safe.Text(s), safe.Text(s)) },
	"text, code":    func(s string) safe.Markdown { return safe.Sprintf("%s%s", safe.Text(s), safe.Code(s)) },
	"before number": func(s string) safe.Markdown { return safe.Sprintf("%s%s", safe.Text(s), safe.Num(1)) },
	"code":          func(s string) safe.Markdown { return safe.Sprintf("%s", safe.Code(s)) },
	"code, middle":  func(s string) safe.Markdown { return safe.Sprintf("a %s b", safe.Code(s)) },
	"bold":          func(s string) safe.Markdown { return safe.Sprintf("**a %s b** c", safe.Text(s)) },
	"joined":        func(s string) safe.Markdown { return safe.Sprintf("a %s", safe.Join(", ", safe.Text(s), safe.Code(s))) },
	"phrase":        func(s string) safe.Markdown { return safe.Sprintf("%s", safe.Phrase("(%s)", safe.Text(s))) },
	"link text": func(s string) safe.Markdown {
		return safe.Sprintf("a %s", safe.Link(s, "https://h.example/p/-/blob/c/f"))
	},
	"reference": func(s string) safe.Markdown {
		return safe.Sprintf("a %s", safe.Reference(s, "https://h.example/p/-/issues/1"))
	},
	"link address": func(s string) safe.Markdown { return safe.Sprintf("a %s", safe.Link("t", s)) },
	"reference to": func(s string) safe.Markdown { return safe.Sprintf("a %s", safe.Reference("t", s)) },
	"file name": func(s string) safe.Markdown {
		return safe.Sprintf("a %s", safe.Link("t", safe.FileURL("https://h.example/p", "c", s, 7)))
	},
	"mark": func(s string) safe.Markdown {
		return safe.Concat(safe.Mark("test", safe.Attr("a", s), safe.Attr("b", s)), safe.Sprintf("a"))
	},
	"item": build(func(b *safe.Builder, s string) {
		b.Item("%s", safe.Text(s))
		b.SubItem("%s", safe.Text(s))
		b.Task(true, "%s", safe.Text(s))
		b.Para("after")
	}),
	"heading": build(func(b *safe.Builder, s string) {
		b.Heading(3, "%s", safe.Text(s))
		b.Para("after")
	}),
	"cell": build(func(b *safe.Builder, s string) {
		b.Table(safe.NewTable("a", "b").Row(safe.Text(s), safe.Word("x")).Row(safe.Phrase("x %s", safe.Text(s)), safe.Text(s)))
		b.Para("after")
	}),
	"code in cell": build(func(b *safe.Builder, s string) {
		b.Table(safe.NewTable("a", "b").Row(safe.Code(s), safe.Word("x")).Row(safe.Phrase("x %s", safe.Code(s)), safe.Code(s)))
		b.Para("after")
	}),
	"link in cell": build(func(b *safe.Builder, s string) {
		b.Table(safe.NewTable("a", "b").Row(safe.Phrase("x %s", safe.Link(s, "https://h.example/p/-/blob/c/f"))))
	}),
	"fence": build(func(b *safe.Builder, s string) {
		b.Para("before")
		b.Fence("text", s)
		b.Para("after")
	}),
	"summary": build(func(b *safe.Builder, s string) {
		b.Details(func(b *safe.Builder) { b.Para("body") }, "a %s and %s", safe.Text(s), safe.Code(s))
		b.Para("after")
	}),
	"link in summary": build(func(b *safe.Builder, s string) {
		b.Details(func(b *safe.Builder) { b.Para("body") }, "%s", safe.Link(s, "https://h.example/p/-/blob/c/f"))
	}),
	"details": build(func(b *safe.Builder, s string) {
		b.Details(func(b *safe.Builder) { b.Para("%s", safe.Text(s)) }, "open")
		b.Para("after")
	}),
	"fence in details": build(func(b *safe.Builder, s string) {
		b.Details(func(b *safe.Builder) { b.Fence("mermaid", s) }, "open")
		b.Para("after")
	}),
}

func build(f func(b *safe.Builder, s string)) func(string) safe.Markdown {
	return func(s string) safe.Markdown {
		var b safe.Builder
		f(&b, s)
		return b.Markdown()
	}
}

// empty tells texts that leave nothing to show, where a placement may lose a node.
func empty(s string) bool { return safe.Title("%s", safe.Text(s)).String() == "" }

// notLinked are the placements whose text is an address: it may or may not become a link.
var notLinked = map[string]bool{"link address": true, "reference to": true, "file name": true}

func TestHostileTextIsInert(t *testing.T) {
	for name, place := range placements {
		t.Run(name, func(t *testing.T) {
			for _, s := range hostile {
				checkPlacement(t, name, place, s)
			}
		})
	}
}

func checkPlacement(t *testing.T, name string, place func(string) safe.Markdown, s string) {
	t.Helper()
	got := place(s).String()
	for _, bad := range judge(got) {
		t.Errorf("%s: text %.60q gives %.200q: %s", name, s, got, bad)
	}
	if !utf8.ValidString(got) {
		t.Errorf("%s: text %.60q gives invalid UTF-8", name, s)
	}
	for _, f := range safe.FindMarks(got, "") {
		if f.Kind != "test" {
			t.Errorf("%s: text %.60q plants a mark: %.200q", name, s, got)
		}
	}
	if empty(s) || strings.Contains(name, "link address") || name == "mark" {
		return
	}
	want, have := read(place("word").String()).shape, read(got).shape
	if notLinked[name] {
		want, have = strings.ReplaceAll(want, "[link]", ""), strings.ReplaceAll(have, "[link]", "")
	}
	if have != want {
		t.Errorf("%s: text %.60q changes the structure\n%.300q\nhave %.300s\nwant %.300s", name, s, got, have, want)
	}
}

func TestHostileTitles(t *testing.T) {
	for _, s := range hostile {
		for name, line := range map[string]string{
			"title":        safe.Title("%s", safe.Text(s)).String(),
			"title, more":  safe.Title("Opening %s: %s", safe.Text(s), safe.Text(s)).String(),
			"title, code":  safe.Title("a %s", safe.Phrase("%s", safe.Join(" ", safe.Code(s), safe.Link(s, "x")))).String(),
			"title, short": safe.Title("%s", safe.Short(s, 9)).String(),
		} {
			for _, bad := range judgePlain(line) {
				t.Errorf("%s: text %.60q gives %.200q: %s", name, s, line, bad)
			}
			if n := utf8.RuneCountInString(line); n > 255 {
				t.Errorf("%s: text %.60q gives %d runes", name, s, n)
			}
		}
	}
}

func TestHostileLabels(t *testing.T) {
	for _, s := range hostile {
		line := safe.Label("level::" + safe.LabelPart(s)).String()
		if strings.ContainsAny(line, ",\n\r@") || utf8.RuneCountInString(line) > 255 {
			t.Errorf("text %.60q gives the label %.200q", s, line)
		}
		if strings.Count(line, "::") != 1 {
			t.Errorf("text %.60q changes the scope: %.200q", s, line)
		}
	}
}

func TestLabel(t *testing.T) {
	for give, want := range map[string]string{
		"hiring::2 Interview: Sr Director, Product": "hiring::2 Interview: Sr Director; Product",
		"role::C#": "role::C#",
		"  a\nb ":  "a b",
	} {
		if got := safe.Label(give).String(); got != want {
			t.Errorf("Label(%q) = %q, want %q", give, got, want)
		}
	}
	if got := safe.LabelPart("a::::b,c:"); got != "a:b;c" {
		t.Errorf("LabelPart = %q", got)
	}
}

func TestReadable(t *testing.T) {
	for give, want := range map[string]string{
		"level \"Senior Manager\" has no job grade": `level "Senior Manager" has no job grade`,
		"50-minute interview (R&D)":                 "50-minute interview (R&amp;D)",
		"in C# and C++, 100% of it":                 "in `C#` and C++, 100% of it",
		"ask @ana about #12":                        "ask `@ana` about `#12`",
		"see `code` there":                          "see `` `code` `` there",
		"a_b and **c**":                             `a\_b and \*\*c\*\*`,
		"1. first":                                  `1\. first`,
		`"team page" is no link; write [team page](/handbook/company/team/)`: `"team page" is no link; write ` + "`[team page](/handbook/company/team/)`",
		"[a b] and [c](d e) f": "`[a b] and [c](d e)` f",
		"[a b] c":              "`[a` b\\] c",
	} {
		if got := safe.Sprintf("%s", safe.Text(give)).String(); got != want {
			t.Errorf("Text(%q) = %q, want %q", give, got, want)
		}
	}
	if got := safe.Title("Opening %s: %s", safe.Text("GHP-1042"), safe.Text("Senior, C# & Go @ 100%")).String(); got != "Opening GHP-1042: Senior, C# & Go @ 100%" {
		t.Errorf("title %q", got)
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		limit int
		want  string
	}{{3, "äb…"}, {4, "äbcd"}, {9, "äbcd"}, {1, "…"}, {0, "…"}} {
		if got := safe.Sprintf("%s", safe.Short("äbcd", tt.limit)).String(); got != tt.want {
			t.Errorf("Short to %d: %q, want %q", tt.limit, got, tt.want)
		}
	}
}

func TestMarks(t *testing.T) {
	values := append([]string{"", "GHP-1042", "a-", "-->", "a--b", "x y=z", "é", "<!-- roleplan:x v1 -->"}, hostile...)
	for _, s := range values {
		body := safe.Mark("summary", safe.Attr("head", "3f2c"), safe.Attr("value", s)).String()
		if strings.Count(body, "<!--") != 1 || strings.Count(body, "-->") != 1 || strings.Count(body, "--") != 2 || strings.ContainsAny(body, "\n\r") {
			t.Fatalf("mark for %.60q breaks out: %.200q", s, body)
		}
		marks := safe.FindMarks("a "+body+"\nb", "summary")
		if len(marks) != 1 || marks[0].Attributes["value"] != s || marks[0].Attributes["head"] != "3f2c" {
			t.Fatalf("mark for %.60q reads back as %.300v", s, marks)
		}
		if m := marks[0]; ("a " + body + "\nb")[m.Start:m.End] != body {
			t.Fatalf("mark for %.60q found at %d to %d", s, m.Start, m.End)
		}
	}
}

func TestFindMarksPassesOverForeignOnes(t *testing.T) {
	for _, text := range []string{
		"<!-- roleplan:summary -->", "<!-- roleplan:summary v2 -->", "<!-- roleplan:summary v1 x -->", "<!-- roleplan:summary v1 x=%zz -->",
		"<!-- roleplan:summary v1", "<!-- roleplan:summary v1\n -->", "<!--roleplan:summary v1 -->", "<!-- roleplan:plan v1 -->", "",
	} {
		if got := safe.FindMarks(text, "summary"); len(got) != 0 {
			t.Errorf("FindMarks(%q) = %v", text, got)
		}
	}
	two := "<!-- roleplan:step v1 id=1 --> x <!-- roleplan:step v1 id=2 -->"
	if got := safe.FindMarks(two, ""); len(got) != 2 || got[1].Attributes["id"] != "2" {
		t.Errorf("FindMarks of two marks in a line: %v", got)
	}
}

func TestLinks(t *testing.T) {
	linked := func(m safe.Markdown) bool { return strings.Contains(m.String(), "](") }
	file := safe.FileURL("https://h.example/g/p", "3f2c", "content/a b/ü (1)#x.md", 12)
	if want := "https://h.example/g/p/-/blob/3f2c/content/a%20b/%C3%BC%20%281%29%23x.md?plain=1#L12"; file != want {
		t.Errorf("FileURL = %q, want %q", file, want)
	}
	for address, want := range map[string]bool{
		file: true, "http://h.example/g/p/-/tree/c/x": true,
		"https://h.example/g/p/-/issues/1": false, "https://h.example/ana": false, "https://h.example/g/p": false, "javascript:alert(1)": false,
		"https://h.example/g/p/-/blob/c/../../issues/1": false, "https://h.example/g/p/-/blob/c/%2e%2e/x": false, "https://u:p@h.example/g/p/-/blob/c/x": false,
		"//h.example/g/p/-/blob/c/x": false, "": false, "https:///g/p/-/blob/c/x": false, "data:text/html,/-/blob/c/x": false,
	} {
		if got := linked(safe.Sprintf("%s", safe.Link("x", address))); got != want {
			t.Errorf("Link to %q linked %v, want %v", address, got, want)
		}
	}
	for address, want := range map[string]bool{
		"https://h.example/g/p/-/issues/12": true, "https://h.example/g/p/-/work_items/3": true, "https://h.example/g/p/-/merge_requests/3": true,
		"https://h.example/g/p/-/issues/x": false, "https://h.example/ana": false, "ftp://h.example/g/p/-/issues/1": false, "/g/p/-/issues/1": false,
	} {
		if got := linked(safe.Sprintf("%s", safe.Reference("x", address))); got != want {
			t.Errorf("Reference to %q linked %v, want %v", address, got, want)
		}
	}
}

func TestFormatMistakesPanic(t *testing.T) {
	for name, f := range map[string]func(){
		"too few":  func() { safe.Sprintf("%s %s", safe.Num(1)) },
		"too many": func() { safe.Sprintf("x", safe.Num(1)) },
		"verb":     func() { safe.Sprintf("%d", safe.Num(1)) },
		"end":      func() { safe.Sprintf("%") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
	if got := safe.Sprintf("100%% of %s", safe.Num(3)).String(); got != "100% of 3" {
		t.Errorf("got %q", got)
	}
}

func TestLinesKeepsLines(t *testing.T) {
	var b safe.Builder
	b.Lines("first\r\n/close\u2028@ana\n\n- last\n")
	want := "first\\\n`/close`\\\n`@ana`\\\n\\- last"
	if got := b.Markdown().String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, s := range hostile {
		var b safe.Builder
		b.Para("before")
		b.Lines(s)
		b.Para("after")
		if bad := judge(b.Markdown().String()); len(bad) > 0 {
			t.Errorf("%.60q: %v", s, bad)
		}
	}
}

func TestSuggestion(t *testing.T) {
	for name, tt := range map[string]struct {
		above, below int
		lines, want  string
	}{
		"a line":             {0, 0, "- new", "```suggestion:-0+0\n- new\n```"},
		"several":            {1, 2, "a\n\n  b\t", "```suggestion:-1+2\na\n\n  b\t\n```"},
		"a fence in it":      {0, 0, "````\n@all\n````", "`````suggestion:-0+0\n````\n@all\n````\n`````"},
		"command":            {0, 0, "/close", "```suggestion:-0+0\n/close\n```"},
		"nothing":            {0, 0, "", ""},
		"line ends of DOS":   {0, 0, "a\r", ""},
		"invisible":          {0, 0, "a\u200bb", ""},
		"no text":            {0, 0, "a\xffb", ""},
		"blank line at last": {0, 0, "a\n", ""},
		"a mark":             {0, 0, "<!-- roleplan:thread v1 -->", ""},
		"too far":            {101, 0, "a", ""},
	} {
		var b safe.Builder
		if ok := b.Suggestion(tt.above, tt.below, tt.lines); ok != (tt.want != "") || b.Markdown().String() != tt.want {
			t.Errorf("%s: %v, %q; want %q", name, ok, b.Markdown(), tt.want)
		}
	}
	for _, s := range hostile {
		var b safe.Builder
		b.Para("before")
		b.Suggestion(0, 0, s)
		b.Para("after")
		if bad := judge(b.Markdown().String()); len(bad) > 0 {
			t.Errorf("%.60q: %v", s, bad)
		}
	}
}

func TestKeepAndConcat(t *testing.T) {
	kept := "people wrote @ana\n"
	got := safe.Concat(safe.Keep(kept), safe.Markdown{}, safe.Sprintf("ours")).String()
	if got != "people wrote @ana\n\nours" {
		t.Errorf("got %q", got)
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range hostile {
		if len(s) < 200 {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, place := range placements {
			checkPlacement(t, name, place, s)
		}
		for _, line := range []safe.Line{safe.Title("%s", safe.Text(s)), safe.Title("a %s b", safe.Code(s))} {
			if bad := judgePlain(line.String()); len(bad) > 0 {
				t.Errorf("title %q of %q: %v", line, s, bad)
			}
		}
		if l := safe.Label("a::" + safe.LabelPart(s)).String(); strings.ContainsAny(l, ",\n\r") || strings.Count(l, "::") != 1 {
			t.Errorf("label %q of %q", l, s)
		}
		mark := safe.Mark("test", safe.Attr("v", s)).String()
		if found := safe.FindMarks(mark, "test"); len(found) != 1 || found[0].Attributes["v"] != s {
			t.Errorf("mark %q of %q reads back as %v", mark, s, found)
		}
	})
}

func ExampleSprintf() {
	level := "Senior | @all"
	fmt.Println(safe.Sprintf("level %s has no job grade", safe.Text(level)))
	// Output: level Senior &#124; `@all` has no job grade
}
